"""What needs somebody on the cases there is work on, kept in memory: only cases that changed are read again.

What a case asks for follows from its history and the day. So it is kept under the seal of the last entry, for the day,
and taken again as long as the case still ends with that seal. What cannot be read is not kept.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, or_, select

from records.cases import CASES
from records.need_to_know import hidden_from
from states.entry import Actor
from workflows.views.agenda import TASK, AgendaItem, in_order, is_theirs, items_of_cases, items_of_people
from workflows.views.viewer import Viewer

AT_WORK = select(CASES.c.id, CASES.c.head).where(or_(CASES.c.closed_on.is_(None), CASES.c.next_due_on.is_not(None)))
AT_ONCE = 500
"""So many cases are read at once."""


class OpenWork:
    """What the cases of one database ask for on one day."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.day = date.min
        self.by_head: dict[str, tuple[AgendaItem, ...]] = {}
        self.ends: Sequence[tuple[int, str]] = ()
        self.sorted: list[AgendaItem] = []

    def items(self, tx: Connection, today: date) -> list[AgendaItem]:
        """What needs somebody on any case, the most pressing first. The list is not the caller's to change."""
        ends = [(row.id, row.head) for row in tx.execute(AT_WORK)]
        with self.lock:
            if today != self.day:
                self.day, self.by_head, self.ends = today, {}, ()
            if ends != self.ends:
                self._take_in(tx, ends)
            return self.sorted

    def _take_in(self, tx: Connection, ends: Sequence[tuple[int, str]]) -> None:
        fresh = {number: head for number, head in ends if head not in self.by_head}
        found: dict[str, tuple[AgendaItem, ...]] = {}
        waiting = iter(fresh.items())
        while some := dict(islice(waiting, AT_ONCE)):
            found |= _asked_by(tx, some, self.day)
        known = {head: self.by_head[head] for _, head in ends if head in self.by_head}
        self.sorted = sorted((one for some in (known | found).values() for one in some), key=in_order)
        whole = all(one.pressing != TASK for some in found.values() for one in some)  # a task here is a damaged case
        self.by_head, self.ends = (known | found, ends) if whole else (known, ())


_kept: WeakKeyDictionary[Engine, OpenWork] = WeakKeyDictionary()


def items_for(tx: Connection, viewer: Viewer) -> list[AgendaItem]:
    """Everything that needs somebody, the most pressing first, but on cases that whoever looks may not look at."""
    hidden = hidden_from(tx, viewer.actor.account)
    known = _kept.setdefault(tx.engine, OpenWork()).items(tx, viewer.today)
    found = [one for one in known if one.ref not in hidden] if hidden else list(known)
    for one in dict.fromkeys(items_of_people(tx, viewer.today)):
        if one.ref not in hidden:
            insort(found, one, key=in_order)
    return found


def those_for(found: Iterable[AgendaItem], actor: Actor) -> list[AgendaItem]:
    """What of it needs this person."""
    theirs: dict[tuple[str, str, str], bool] = {}
    mine = []
    for one in found:
        of = (one.role, one.lead, one.deputy)
        if of not in theirs:
            theirs[of] = is_theirs(actor, *of)
        if theirs[of]:
            mine.append(one)
    return mine


def _asked_by(tx: Connection, cases: dict[int, str], today: date) -> dict[str, tuple[AgendaItem, ...]]:
    """What each of these cases asks for, under the seal its history ends with."""
    numbered = select(CASES.c.ref, CASES.c.head).where(CASES.c.id.in_(cases))
    heads = {row.ref: row.head for row in tx.execute(numbered)}
    found: dict[str, list[AgendaItem]] = {head: [] for head in heads.values()}
    for one in dict.fromkeys(items_of_cases(tx, today, cases=CASES.c.id.in_(cases))):
        found[heads[one.ref]].append(one)
    return {head: tuple(some) for head, some in found.items()}
