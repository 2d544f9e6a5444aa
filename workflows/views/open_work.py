"""What needs somebody on the cases there is work on, kept in memory: only cases that changed are read again.

What a case asks for follows from its history and the day. So it is kept under the seal of the last entry, for the day,
and taken again as long as the case still ends with that seal. What cannot be read is not kept. What needs a person is
kept beside it, until any case changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from heapq import merge
from itertools import islice
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, or_, select

from records.cases import CASES
from records.need_to_know import hidden_from
from states.entry import Actor
from workflows.views.agenda import (
    TASK,
    Agenda,
    AgendaItem,
    grouped,
    in_order,
    is_for,
    items_of_cases,
    items_of_people,
)
from workflows.views.viewer import Viewer

IS_AT_WORK = or_(CASES.c.closed_on.is_(None), CASES.c.next_due_on.is_not(None))
AT_WORK = select(CASES.c.id, CASES.c.head).where(IS_AT_WORK)
ALL_HEADS = select(func.aggregate_strings(CASES.c.head, " ")).where(IS_AT_WORK)
"""Where the histories end, in one text: as long as it is the same, nothing has changed."""
AT_ONCE = 50
"""So many cases are read at once."""
ENDS = 4
"""So many ways in which the histories end, those seen last, are kept."""
PEOPLE = 16
"""For so many people, those who looked last, it is kept what needs them."""


@dataclass(frozen=True)
class WhatIsNeeded:
    """What needs somebody, in groups, the most pressing first; and the agencies that owe any of it."""

    groups: Agenda
    agencies: frozenset[str]


class StandingWork:
    """What needs somebody as long as no case changes: all of it, the most pressing first, and what needs whom."""

    def __init__(self, items: Iterable[AgendaItem] = ()) -> None:
        self.items = sorted(items, key=in_order)
        self.needed_by = lru_cache(PEOPLE)(self._needed_by)

    def _needed_by(self, actor: Actor | None, hidden: frozenset[str]) -> WhatIsNeeded:
        seen = [one for one in self.items if one.ref not in hidden] if hidden else self.items
        found = seen if actor is None else those_for(seen, actor)
        return WhatIsNeeded(grouped(found), frozenset(one.agency for one in found if one.agency))


class OpenWork:
    """What the cases of one database ask for on one day.

    A server that hides cases from whoever asks shows different people different ends: those seen last are all kept.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.day = date.min
        self.by_head: dict[str, tuple[AgendaItem, ...]] = {}
        self.standings: dict[str, StandingWork] = {}

    def stands(self, tx: Connection, today: date) -> StandingWork:
        """What needs somebody on any case."""
        heads = tx.execute(ALL_HEADS).scalar() or ""
        with self.lock:
            if today != self.day:
                self.day, self.by_head, self.standings = today, {}, {}
            return self.standings.get(heads) or self._take_in(tx, heads)

    def _take_in(self, tx: Connection, heads: str) -> StandingWork:
        ends = {row.head: row.id for row in tx.execute(AT_WORK)}
        fresh = iter([(head, number) for head, number in ends.items() if head not in self.by_head])
        found: dict[str, tuple[AgendaItem, ...]] = {}
        while some := dict(islice(fresh, AT_ONCE)):
            found |= _asked_by(tx, some.values(), self.day)
        known = {head: self.by_head[head] for head in ends if head in self.by_head}
        standing = StandingWork(one for some in (known | found).values() for one in some)
        if all(one.pressing != TASK for some in found.values() for one in some):  # a task here is a damaged case
            self._keep(heads, standing, found)
        return standing

    def _keep(self, heads: str, standing: StandingWork, found: dict[str, tuple[AgendaItem, ...]]) -> None:
        self.standings = dict([*self.standings.items(), (heads, standing)][-ENDS:])
        seen = {head for one in self.standings for head in one.split()}
        self.by_head = {head: some for head, some in (self.by_head | found).items() if head in seen}


_kept: WeakKeyDictionary[Engine, OpenWork] = WeakKeyDictionary()


def needed_by(tx: Connection, viewer: Viewer, *, everybody: bool = False) -> WhatIsNeeded:
    """What needs whoever looks, or everybody, but on cases that whoever looks may not look at."""
    hidden, actor = hidden_from(tx, viewer.actor.account), None if everybody else viewer.actor
    found = _kept.setdefault(tx.engine, OpenWork()).stands(tx, viewer.today).needed_by(actor, hidden)
    more = [one for one in _of_people(tx, viewer, hidden) if actor is None or is_for(one, actor)]
    return replace(found, groups=_with(found.groups, grouped(more))) if more else found


def waiting_for_people(tx: Connection, viewer: Viewer) -> list[AgendaItem]:
    """What waits for a yes, or for a person to see to it, on cases that whoever looks may look at."""
    return _of_people(tx, viewer, hidden_from(tx, viewer.actor.account))


def _of_people(tx: Connection, viewer: Viewer, hidden: frozenset[str]) -> list[AgendaItem]:
    found = dict.fromkeys(items_of_people(tx, viewer.today))
    return sorted((one for one in found if one.ref not in hidden), key=in_order)


def _with(groups: Agenda, more: Agenda) -> Agenda:
    """The things of both, each group the most pressing first."""
    both = {name: (some, getattr(more, name)) for name, some in vars(groups).items()}
    return Agenda(**{name: tuple(merge(*two, key=in_order)) if two[1] else two[0] for name, two in both.items()})


def those_for(found: Iterable[AgendaItem], actor: Actor) -> list[AgendaItem]:
    """What of it needs this person."""
    theirs: dict[tuple[str, str, str, str], bool] = {}
    mine = []
    for one in found:
        of = (one.role, one.lead, one.deputy, one.digest)
        if of not in theirs:
            theirs[of] = is_for(one, actor)
        if theirs[of]:
            mine.append(one)
    return mine


def _asked_by(tx: Connection, cases: Iterable[int], today: date) -> dict[str, tuple[AgendaItem, ...]]:
    """What each of these cases asks for, under the seal its history ends with."""
    numbers = tuple(cases)
    heads = {row.ref: row.head for row in tx.execute(select(CASES.c.ref, CASES.c.head).where(CASES.c.id.in_(numbers)))}
    found: dict[str, list[AgendaItem]] = {head: [] for head in heads.values()}
    for one in dict.fromkeys(items_of_cases(tx, today, cases=CASES.c.id.in_(numbers))):
        found[heads[one.ref]].append(one)
    return {head: tuple(some) for head, some in found.items()}
