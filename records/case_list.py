"""The list of cases: the most urgent first, narrowed by what was asked, answered by the indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, and_, func, not_, or_, select, true

from records.case_columns import CASES, DEADLINES
from records.case_rows import dossier_of
from states.errors import DAMAGED
from states.moments import local_day

RECOMMENDATION = "recommendation"
"""The kind of the files of recommendations, which a list of cases leaves out."""

DAY = timedelta(days=1)
KEPT = (CASES.c.ref, CASES.c.dossier, CASES.c.snapshot)
URGENCY = select(*KEPT, CASES.c.digest, CASES.c.state, CASES.c.phase, CASES.c.lead, CASES.c.next_due_on)
OWED = ("running", "held", "unset")
AT_WORK = CASES.alias("at_work")
DATED = select(AT_WORK.c.id).where(or_(AT_WORK.c.closed_on.is_(None), AT_WORK.c.next_due_on.is_not(None)))
"""Among these are all that have a date, and few of those that were ever closed: their index holds no others."""

MOST_COUNTED = 10_000
"""So many cases are counted; of more it is said that there are at least so many."""


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are asked for. `due_by` is a day; with `overdue_at` only those with a date gone by at that instant.

    `waiting_on` is an agency, or something outside the committee, `waiting_on_also` are other names of that agency. The
    files of recommendations are of another `kind`.
    """

    due_by: date | None = None
    overdue_at: datetime | None = None
    waiting_on: str = ""
    waiting_on_also: tuple[str, ...] = ()
    phase: str = ""
    lead: str = ""
    which: Literal["open", "closed", "all"] = "open"
    kind: Literal["case", "recommendation", "all"] = "case"

    def conditions(self, hidden: frozenset[str]) -> list[ColumnElement[bool]]:
        """What a case must be like, of whatever kind, for the database; it is none of the `hidden`, by its reference.

        Those are kept to people of whom whoever asks is none.
        """
        found: list[ColumnElement[bool]] = []
        if self.which != "all":
            found.append(CASES.c.closed_on.is_(None) if self.which == "open" else CASES.c.closed_on.is_not(None))
        if hidden:
            found.append(CASES.c.ref.not_in(hidden))
        if self.due_by is not None:
            found.append(_by(self.due_by))
        if self.overdue_at is not None:
            found.append(_by(local_day(self.overdue_at) + DAY))  # it may be over there already
        if self.waiting_on.strip():
            names = (self.waiting_on.strip(), *self.waiting_on_also)
            found.append(or_(*(_waits_for(name) for name in dict.fromkeys(names))))
        if self.phase:
            found.append(CASES.c.phase == self.phase)
        if self.lead:
            found.append(func.lower(CASES.c.lead) == self.lead.lower())
        return found


@dataclass(frozen=True)
class FoundCases:
    """The most urgent cases, how many there are in all, and how many files of recommendations were left out.

    `at_least` says that there are more than were counted, perhaps of either.
    """

    rows: list[RowMapping]
    all: int
    recommendations: int
    at_least: bool


def by_urgency(tx: Connection, wanted: CaseFilter, most: int, start: int = 0, *, hidden: frozenset[str]) -> FoundCases:
    """The most urgent cases from a place on, soonest date first and those without a date last."""
    like = wanted.conditions(hidden)
    asked = and_(true(), *like, *_gone_by(tx, wanted.overdue_at, like))
    ours = _of_kind(wanted.kind)
    have_date = with_a_date(wanted, and_(asked, ours))
    dated = URGENCY.where(have_date).order_by(CASES.c.next_due_on, CASES.c.id)
    found = list(tx.execute(dated.limit(most).offset(start)).mappings())
    if len(found) < most:
        before = _how_many(tx, have_date) if start and not found else start + len(found)
        undated = URGENCY.where(asked, ours, CASES.c.next_due_on.is_(None)).order_by(CASES.c.id.desc())
        further = undated.limit(most - len(found)).offset(max(start - before, 0))
        found += tx.execute(further).mappings()
    counted = select(CASES.c.kind).where(asked).limit(MOST_COUNTED + 1).subquery()
    theirs = func.count().filter(counted.c.kind == RECOMMENDATION)
    every, recommendations = tx.execute(select(func.count(), theirs).select_from(counted)).one()
    of_kind = {"case": every - recommendations, "recommendation": recommendations, "all": every}
    known, at_least = of_kind[wanted.kind], every > MOST_COUNTED
    if at_least:
        known = max(min(known, MOST_COUNTED), start + len(found) if found else 0)
    return FoundCases(found, known, recommendations if wanted.kind == "case" else 0, at_least)


def with_a_date(wanted: CaseFilter, asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those of the cases asked for that have a date; the closed ones, of which there may be very many, by an index."""
    dated = and_(asked, CASES.c.next_due_on.is_not(None))
    return dated if wanted.which == "open" else and_(dated, CASES.c.id.in_(DATED))


def _how_many(tx: Connection, asked: ColumnElement[bool]) -> int:
    return tx.execute(select(func.count()).select_from(CASES).where(asked)).scalar_one()


@dataclass(frozen=True)
class CaseRow:
    """A case as its row has it: where it stands, its version, and the first of the days it owes. Days of Scotland."""

    ref: str
    kind: str
    edition: str
    state: str
    phase: str
    version: int
    lead: str
    deputy: str
    opened_on: date
    closed_on: date | None
    next_due_on: date | None


TOGETHER = 1000
"""So many lines of a list are read together."""
IN_ORDER = select(CASES.c.id, *(CASES.c[one.name] for one in fields(CaseRow)))


def in_order(
    tx: Connection, wanted: CaseFilter, after: int, most: int, *, hidden: frozenset[str]
) -> Iterator[Sequence[Row[Any]]]:
    """The cases that were opened after one (0: all), in that order, some at a time.

    Each has its place in the order, and then the parts of a CaseRow.
    """
    like = wanted.conditions(hidden)
    asked = and_(CASES.c.id > after, *like, *_gone_by(tx, wanted.overdue_at, like), _of_kind(wanted.kind))
    yield from tx.execute(IN_ORDER.where(asked).order_by(CASES.c.id).limit(most)).partitions(TOGETHER)


def leads(tx: Connection) -> tuple[str, ...]:
    """Everybody who leads an open case."""
    wanted = select(CASES.c.lead).where(CASES.c.closed_on.is_(None), CASES.c.lead != "").distinct()
    return tuple(sorted(tx.execute(wanted).scalars()))


def _by(day: date) -> ColumnElement[bool]:
    """Cases with a date by a day; one that is no day may be by then, and is not left out: it sorts after all days."""
    return or_(CASES.c.next_due_on <= day, CASES.c.next_due_on > date.max)


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind == "all":
        return true()
    return CASES.c.kind == RECOMMENDATION if kind == "recommendation" else CASES.c.kind != RECOMMENDATION


def _waits_for(whom: str) -> ColumnElement[bool]:
    """Cases that wait for an agency or for something outside the committee, and those with a date an agency owes."""
    named = select(DEADLINES.c.agency).where(func.lower(DEADLINES.c.agency) == whom.lower())
    owes = select(DEADLINES.c.case_id).where(DEADLINES.c.agency.in_(named), DEADLINES.c.status.in_(OWED))
    return or_(CASES.c.id.in_(owes), CASES.c.waits_for.contains(f"\n{whom.casefold()}\n", autoescape=True))


def _gone_by(tx: Connection, now: datetime | None, like: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """A date of an earlier day has gone by; of those of today only a limit in hours can have, and is looked into.

    So is what is due on a day beside this one by the clock of another time zone than the United Kingdom's.
    """
    if now is None:
        return []
    today = local_day(now)
    in_hours = and_(CASES.c.next_due_on == today, _may_say('"due_at":"'))
    beside = CASES.c.next_due_on.between(today - DAY, today + DAY)
    elsewhere = and_(beside, _may_say('"zone":"'))
    rows = tx.execute(select(CASES.c.id, *KEPT).where(*like, or_(in_hours, elsewhere))).mappings()
    gone = [row["id"] for row in rows if _is_overdue(tx, row, now)]
    before = and_(CASES.c.next_due_on < today, not_(elsewhere))
    return [or_(before, CASES.c.next_due_on > date.max, CASES.c.id.in_(gone))]


def _may_say(what: str) -> ColumnElement[bool]:
    """Whether what a case adds up to says something; of one that goes on from a snapshot, that may."""
    return or_(CASES.c.dossier.contains(what), CASES.c.snapshot != "")


def _is_overdue(tx: Connection, row: RowMapping, now: datetime) -> bool:
    """Whether a date of a case has gone by; one that cannot be read may be, and is not left out of the list."""
    try:
        dossier = dossier_of(tx, row)
        return any(dossier.is_overdue(one, now) for one in dossier.deadlines.values())
    except DAMAGED:
        return True
