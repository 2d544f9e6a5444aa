"""The unit of work that every verb is given: an open transaction, who acts, what time it is, the editions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import PurePath
from typing import Any
from zlib import crc32

from sqlalchemy import Connection

from records import cases, children
from records.cases import Case
from records.keys import MasterKey
from records.office_roles import as_known_on
from records.recommendations import CAME_FROM
from states.answers import KEPT_FILE, far_ahead, line_fault, text_fault, tidy
from states.calendars import Calendar
from states.dossier import Deadline
from states.due_dates import latest
from states.entry import Actor, Entry, EntryKind
from states.errors import BadAnswer, NotFound, NotPossible
from states.moments import UNITED_KINGDOM, local_day
from states.next_step import NextStep, advice
from states.procedure import Procedure
from states.roles import capacity, role_obstacle
from states.words import long_day


@dataclass(frozen=True)
class UnitOfWork:
    """One person at work in one transaction. `now` is an aware UTC instant; `today` the date then in `zone`."""

    tx: Connection
    actor: Actor
    now: datetime
    keys: MasterKey
    guidance: Callable[[str], Procedure]
    calendar: Callable[[str], Calendar]
    zone: str = UNITED_KINGDOM
    """In which time zone the days are: that of a case's edition, once its verb is at work on it."""
    real: datetime | None = None
    """What time it is outside, where the committee's clock is one of its own: in the example."""
    in_hand: dict[str, Case] = field(default_factory=dict, repr=False, compare=False)
    """Cases found to be changed and not yet worked on: whoever finds one again in this transaction is given it."""
    written: dict[int, tuple[int, Entry]] = field(default_factory=dict, repr=False, compare=False)
    """The last entry of each case by the case's id, with the entry's number: it need not be read again."""

    @cached_property
    def today(self) -> date:
        """The date where the edition that is worked under is; before that, in Scotland."""
        return local_day(self.now, self.zone)

    def in_days_of(self, procedure: Procedure) -> UnitOfWork:
        """The same, counting days in the time zone of an edition."""
        return self if procedure.time_zone == self.zone else replace(self, zone=procedure.time_zone)

    @property
    def outside(self) -> datetime:
        """The time by which people sign in: their telephones, browsers and invitations go by no invented clock."""
        return self.real or self.now

    def entry(self, kind: EntryKind, *, on: date | None = None, reason: str = "", **parts: Any) -> Entry:
        """A line for the history by this person: `on` is the day it happened, today unless said.

        Raises BadAnswer for a person whose name cannot be kept.
        """
        plain_names(*filter(None, (self.actor.name, self.actor.agency)))
        return Entry(
            kind=kind,
            actor=self.actor,
            happened_on=on or self.today,
            happened_at=self.now if on in (None, self.today) else None,
            recorded_at=self.now,
            reason=tidy(reason),
            **parts,
        )


BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where a capital begins a new word inside a name of a file, as in ReportOnChild.pdf."""

BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
LONGEST_NAME = 200
"""Characters of the name of a person or an agency."""


def plain_names(*given: str) -> tuple[str, ...]:
    """Names of people and agencies as they are kept: without the blanks around them, and one between their words.

    Raises BadAnswer for one that cannot be read, or is no name for its length.
    """
    names = tuple(BLANKS.sub(" ", tidy(one)) for one in given)
    faults = [fault for name in names if (fault := _name_fault(name))]
    if faults:
        raise BadAnswer(*dict.fromkeys(faults))
    return names


def _name_fault(name: str) -> str | None:
    if len(name) > LONGEST_NAME:
        return f"The name {name[:20]!r}... is {len(name):,} characters long: shorten it to {LONGEST_NAME}."
    return line_fault("The name", name)


def check_day(uow: UnitOfWork, on: date | None, case: Case | None = None) -> None:
    """Refuse a day that cannot be right: in the future, or before the case began."""
    if on is None:
        return
    if on > uow.today:
        raise BadAnswer(f"{long_day(on)} lies in the future: give the day it happened, up to today.")
    opened = case.dossier.opened_on if case else None
    if case is not None and opened is not None and on < opened:
        early = f"{long_day(on)} is before the case was opened ({long_day(opened)}): check the date."
        first = NextStep("case correct", {"ref": (case.ref,), "entry": ("1",)})
        raise BadAnswer(early, advice=advice("If the day of opening is wrong, {} first.", first))


def check_ahead(uow: UnitOfWork, label: str, day: date | None) -> None:
    """Refuse a day to come that lies further ahead than anything is planned."""
    fault = far_ahead(label, day, uow.today) if day is not None else None
    if fault:
        raise BadAnswer(fault)


def check_role(uow: UnitOfWork, case: Case, roles: tuple[str, ...], doing: str) -> UnitOfWork:
    """Refuse somebody whose role may not do this, naming who may. Returns the unit of work in their capacity."""
    uow = known_on(uow, case)
    obstacle = role_obstacle(case.procedure, uow.actor, roles, doing)
    if obstacle:
        raise NotPossible(obstacle)
    return in_capacity(uow, case.procedure, roles)


def known_on(uow: UnitOfWork, case: Case) -> UnitOfWork:
    """The unit of work of whoever acts as the edition of a case knows them, in the days of that edition."""
    actor, mine = as_known_on(uow.tx, case, uow.actor), uow.in_days_of(case.procedure)
    return mine if actor == uow.actor else replace(mine, actor=actor)


def in_capacity(uow: UnitOfWork, procedure: Procedure, roles: tuple[str, ...]) -> UnitOfWork:
    """The unit of work of somebody acting in one of these roles: its entries say on whose behalf they act."""
    stood_for = capacity(procedure, uow.actor, roles) or ""
    mine = uow.in_days_of(procedure)
    if stood_for == uow.actor.acting_for:
        return mine
    return replace(mine, actor=uow.actor.model_copy(update={"acting_for": stood_for}))


def check_words(uow: UnitOfWork, case: Case | None, *words: str, answers: Mapping[str, Any] | None = None) -> None:
    """Refuse words that cannot be kept: unreadable, too long, or naming a child of the case.

    The history is kept for ever and cannot be edited, so no child may be named in it. What is said of a recommendation
    may name no child of the review it came from.
    """
    lines, answered = [text for text in words if text], _texts(answers or {})
    texts = [*lines, *answered]
    faults = [fault for text in lines if (fault := line_fault("The text", text))]
    faults += [fault for text in answered if (fault := text_fault("The text", text))]
    if faults:
        raise BadAnswer(*dict.fromkeys(faults))
    for one in _of_children(uow, case) if case is not None and any(texts) else ():
        people = children.names(uow.tx, uow.keys, one.id, one.ref)
        named = sorted({number for text in texts for number in children.names_in(text, people)})
        if named:
            who = " and ".join(f"{one.procedure.subject} {number}" for number in named)
            whose = "this case" if one is case else one.ref
            what = f"The text seems to name {who} of {whose}"
            raise BadAnswer(f"{what}: write {who} instead, the history holds no names.")


def without_names(uow: UnitOfWork, case: Case, said: Any) -> Any:
    """The same texts, answers and kept files, with "child 1" in the place of whatever names a child of the case.

    For whoever may not know a name: a refusal would tell them that they had guessed one.
    """
    people = [
        (children.names(uow.tx, uow.keys, one.id, one.ref), one.procedure.subject) for one in _of_children(uow, case)
    ]

    def plain(text: str) -> str:
        kept = KEPT_FILE.fullmatch(text)
        if kept is not None:
            return f"sha256:{kept[1]}:{_name_of_file(kept[2], plain(BETWEEN_WORDS.sub(' ', kept[2])))}"
        for known, whom in people:
            text = children.without_names(text, known, whom)
        return text

    return _each(said, plain) if people else said


def _name_of_file(name: str, plain: str) -> str:
    """The name of a file, or one that says only its kind where the name names somebody."""
    return name if plain == BETWEEN_WORDS.sub(" ", name) else f"document{PurePath(name).suffix}"


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """A value with every text in it changed."""
    if isinstance(value, Mapping):
        return {name: _each(one, change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_each(one, change) for one in value)
    return change(value) if isinstance(value, str) else value


def _of_children(uow: UnitOfWork, case: Case) -> Iterator[Case]:
    """The cases whose children may not be named in a case: itself, and for a recommendation what it came from."""
    came_from = (ref for ref, kind in case.dossier.links.items() if kind == CAME_FROM)
    for one in (case, *(cases.find(uow.tx, ref, to_change=False) for ref in came_from)):
        if one.dossier.children and not one.dossier.erased:
            yield one


def _texts(value: Any) -> list[str]:
    """Every text in what was filled in; of a file of evidence the words of its name, which may be run together."""
    if isinstance(value, str):
        kept = KEPT_FILE.fullmatch(value)
        return [BETWEEN_WORDS.sub(" ", kept[2]) if kept else value]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return _texts(list(value.values())) if isinstance(value, Mapping) else []


def version_shown(*parts: object) -> int:
    """A version number for a preview that spans more than one case: it changes when any part does."""
    return crc32("\n".join(map(str, parts)).encode())


def find(uow: UnitOfWork, ref: str, seen: int | None = None) -> Case:
    """The case to work on, as it is now. Raises NotFound, or StaleVersion when it changed since it was `seen`."""
    case = uow.in_hand.pop(ref.strip().upper(), None)
    if case is not None and (seen is None or seen == case.dossier.version):
        return case
    return cases.find(uow.tx, ref, seen=seen)


def look_at(uow: UnitOfWork, ref: str) -> Case:
    """The case about to be worked on, as it stands before: loaded once, and locked against other writers."""
    key = ref.strip().upper()
    if key not in uow.in_hand:
        uow.in_hand[key] = cases.find(uow.tx, ref)
    return uow.in_hand[key]


def deadline_of(case: Case, key: str) -> Deadline:
    """One date of a case, by its key or by the name of its timescale (then the newest). Raises NotFound."""
    found = case.dossier.deadlines.get(key) or latest(case.dossier, key)
    if found is None:
        names = ", ".join(case.dossier.deadlines) or "none"
        raise NotFound(f"{case.ref} has no date called {key[:60]!r}: its dates are {names}.")
    return found
