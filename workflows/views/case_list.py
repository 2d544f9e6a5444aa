"""Cases in the order in which they need somebody: the overdue first, then the soonest due, each on one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Connection

from config.phrases import loosened_words
from records.case_list import CaseFilter, by_urgency
from records.case_rows import damaged, dossier_as_kept
from records.editions import EditionLibrary
from states import waiting
from states.dossier import Deadline, Dossier
from states.errors import DAMAGED, StorageTrouble
from states.moments import local_day
from states.next_step import Advice
from states.procedure import Procedure
from states.words import long_day
from workflows.views.json_names import UNWRITTEN, written_as
from workflows.views.sentences import owed_date

MOST = 50
"""How many cases are shown unless more are asked for."""


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. `days` is how far off its next date is (negative: overdue; None: it has no date).

    `loosened` says that the committee gives more time for it than the nation does, or may, `note` what the nation says;
    `reason_wanted` are the names of dates that were missed, or have gone by, without the reason on record.
    """

    ref: str
    state: str
    stands: str
    phase: str
    lead: str
    next_on: date | None
    next_label: str
    days: int | None
    overdue: bool
    loosened: bool
    note: str
    waiting_on: tuple[str, ...]
    reason_wanted: tuple[str, ...]
    closed_on: date | None
    came_as: str = ""
    """Its reference in the sheet it came out of, where it was imported."""


@dataclass(frozen=True)
class DamagedCase:
    """A case whose row cannot be read: what is wrong, and what puts it right."""

    ref: str
    problem: str
    remedy: Advice | None

    @classmethod
    def of(cls, ref: str) -> Self:
        """The case of that reference."""
        said = damaged(ref)
        return cls(ref, said.obstacles[0], said.advice)


@dataclass(frozen=True)
class CaseList:
    """The cases asked for, the most urgent first, how many more there are, and how many files of recommendations.

    `damaged` are those that cannot be read. `at_least` says that there are more than were counted. `nothing` says that
    there is none like that, and `any_filter` whether something narrowed the list.
    """

    lines: tuple[CaseLine, ...] = field(metadata=written_as("cases"))
    damaged: tuple[DamagedCase, ...]
    more: int
    recommendations: int = 0
    at_least: bool = False
    nothing: str = field(default="", metadata=UNWRITTEN)
    any_filter: bool = field(default=False, metadata=UNWRITTEN)
    all: int = field(default=0, metadata=UNWRITTEN)
    """How many there are in all."""

    @property
    def about(self) -> str:
        """What stands before each of the counts."""
        return "at least " if self.at_least else ""


def listing(
    tx: Connection, wanted: CaseFilter, now: datetime, *, hidden: frozenset[str], most: int = MOST, start: int = 0
) -> CaseList:
    """The most urgent of the cases asked for, from a place on. Only those shown are read; the rest is counted.

    None of the `hidden` is among them, by its reference, nor counted.
    """
    found = by_urgency(tx, by_any_name(tx, wanted), most, start, hidden=hidden)
    library = EditionLibrary(tx)
    read = _with_former_references(tx, [_line_or_damaged(library, row, now) for row in found.rows])
    narrowed = wanted != CaseFilter(which=wanted.which, kind=wanted.kind)
    return CaseList(
        tuple(one for one in read if isinstance(one, CaseLine)),
        tuple(one for one in read if isinstance(one, DamagedCase)),
        max(found.all - start - len(read), 0),
        found.recommendations,
        found.at_least,
        nothing(wanted, now),
        narrowed,
        found.all,
    )


def nothing(wanted: CaseFilter, now: datetime) -> str:
    """That nothing was found, in the words of what was asked for: "No open case is overdue."."""
    which = "" if wanted.which == "all" else f"{wanted.which} "
    noun = {"case": "case", "recommendation": "recommendation", "all": "case or recommendation"}[wanted.kind]
    likes = tuple(_likes(wanted, now))
    return f"No {which}{noun} {' and '.join(likes)}." if likes else f"There is no {which}{noun}."


def _likes(wanted: CaseFilter, now: datetime) -> Iterator[str]:
    if wanted.overdue_at is not None:
        yield "is overdue"
    if wanted.due_by is not None:
        yield "is due today" if wanted.due_by == local_day(now) else f"is due by {long_day(wanted.due_by)}"
    if wanted.waiting_on.strip():
        yield f"waits for {wanted.waiting_on.strip()}"
    if wanted.phase:
        yield f"is in the phase {wanted.phase.replace('_', ' ')}"
    if wanted.lead:
        yield f"is led by {wanted.lead}"


def by_any_name(tx: Connection, wanted: CaseFilter) -> CaseFilter:
    """An agency that is waited for is looked for under all its names. Raises BadAnswer for one that seems mistyped."""
    name = wanted.waiting_on.strip()
    if not name:
        return wanted
    from records import agencies  # nobody else who lists cases needs the register

    register = agencies.read(tx)
    register.check_not_mistyped(name)
    return replace(wanted, waiting_on_also=register.names_of(name))


def waiting_on(procedure: Procedure, dossier: Dossier, today: date) -> tuple[str, ...]:
    """Whom or what a case waits for: agencies that have been asked, a hold, something outside the committee."""
    if dossier.closed_as:
        return ()
    holds = [pause.label for pause in dossier.pauses.values() if pause.runs_on(today)]
    event = waiting.event_awaited(procedure, dossier)
    outside = [procedure.label_of("events", event)] if event else []
    return tuple(dict.fromkeys((*waiting.agencies_asked(dossier), *holds, *outside)))


def _line_or_damaged(library: EditionLibrary, row: Any, now: datetime) -> CaseLine | DamagedCase:
    try:
        return _line(library, row, now)
    except StorageTrouble:
        raise
    except DAMAGED:  # one that cannot be read keeps no other out of the list
        return DamagedCase.of(row["ref"])


def _line(library: EditionLibrary, row: Any, now: datetime) -> CaseLine:
    procedure, dossier = library.procedure(row["digest"]), dossier_as_kept(library.tx, row)
    today = local_day(now, procedure.time_zone)
    upcoming = _next(dossier, today)
    note = loosened_words(procedure.timescales.get(upcoming.timescale)) if upcoming else ""
    return CaseLine(
        ref=dossier.ref,
        state=dossier.state,
        stands=dossier.closed_as or procedure.label_of("states", dossier.state),
        phase=row["phase"],
        lead=dossier.lead,
        next_on=upcoming.due_on if upcoming else None,
        next_label=owed_date(procedure, upcoming) if upcoming else "",
        days=(upcoming.due_on - today).days if upcoming and upcoming.due_on else None,
        overdue=bool(upcoming and dossier.is_overdue(upcoming, now)),
        loosened=bool(note),
        note=note,
        waiting_on=waiting_on(procedure, dossier, today),
        reason_wanted=tuple(key for key, one in dossier.deadlines.items() if dossier.wants_reason(one, now)),
        closed_on=dossier.closed_on,
        came_as=dossier.imported,
    )


def _with_former_references(tx: Connection, lines: list[CaseLine | DamagedCase]) -> list[CaseLine | DamagedCase]:
    """The same lines: where a row of a sheet became a case, with the reference that it had there."""
    imported = {one.ref for one in lines if isinstance(one, CaseLine) and one.came_as}
    if not imported:
        return lines
    from records.imports import came_as

    before = came_as(tx, imported)
    return [
        replace(one, came_as=before.get(one.ref, "")) if isinstance(one, CaseLine) and one.came_as else one
        for one in lines
    ]


def _next(dossier: Dossier, today: date) -> Deadline | None:
    """The next date of a case; one that was missed before a hold waits until its clock runs again."""
    running = (one for one in dossier.open_deadlines() if one.row_status == "running")
    return next((one for one in running if one.due_on and not _waits(dossier, one, today)), None)


def _waits(dossier: Dossier, deadline: Deadline, today: date) -> bool:
    return deadline.due_on is not None and deadline.due_on < today and dossier.is_stopped(deadline, today)
