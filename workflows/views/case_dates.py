"""The dates of a case, each with everything that is to be said beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from config.phrases import limit_words, loosened_words, quiet_of
from config.printing_steps import condition_words, field_label
from records.cases import Case
from states import due_dates, grounds
from states.dossier import Deadline, Dossier
from states.next_step import Advice, NextStep, advice
from states.procedure import Procedure
from states.timescales import Timescale
from states.words import spoken
from workflows.views.counted_from import waits_with
from workflows.views.json_names import UNWRITTEN
from workflows.views.outcome import unset_words
from workflows.views.sentences import owed_date
from workflows.views.viewer import Viewer

BASES = {"local": "set locally", "assumption": "an assumption: confirm it with your {office}"}
KINDS = {
    "target": "a local aim",
    "chase": "ask after it",
    "duty": "comes round again",
    "window": "a right: it may be used until then, and nobody owes it",
}

Note = str | Advice


@dataclass(frozen=True)
class DateLine:
    """A date of a case. `days` is how far off it is (negative: overdue; None: it has no date).

    `status` of one that is owed is running, held, unset or overdue, else how it ended (a right: used, lapsed); `flag`
    says that the committee gives more time than the nation does.
    """

    key: str
    label: str
    agency: str
    status: str
    open: bool
    due: date | None
    due_at: datetime | None
    original: date | None
    days: int | None
    overdue: bool
    ended_on: date | None
    late: bool
    late_reason: str
    reason_wanted: bool
    loosened: bool
    flag: str
    basis: str
    notes: tuple[Note, ...]
    ended_by: int = field(default=0, metadata=UNWRITTEN)
    """The number of the entry that met it, or ended it otherwise."""


def dates_of(case: Case, viewer: Viewer) -> tuple[DateLine, ...]:
    """The dates of a case: those still owed first, the soonest before the others, then those that have ended."""
    return tuple(date_line(case, one, viewer) for one in _in_order(case.dossier))


def date_line(case: Case, deadline: Deadline, viewer: Viewer) -> DateLine:
    """A date with everything that is to be said beside it."""
    viewer = viewer.in_days_of(case.procedure)
    overdue = case.dossier.is_overdue(deadline, viewer.now)
    waits = deadline.is_overdue(viewer.now) and not overdue
    rule = case.procedure.timescales.get(deadline.timescale)
    lapsed = deadline.has_lapsed(viewer.now)
    stands = "lapsed" if lapsed else "overdue" if overdue else "held" if waits else deadline.status
    return DateLine(
        key=deadline.key,
        label=owed_date(case.procedure, deadline),
        agency=deadline.agency,
        status=stands if deadline.open else _ended(deadline),
        open=deadline.open and not lapsed,
        due=deadline.due_on,
        due_at=deadline.due_at,
        original=deadline.original_on,
        days=(deadline.due_on - viewer.today).days if deadline.due_on else None,
        overdue=overdue,
        ended_on=deadline.due_on if lapsed else deadline.ended_on,
        late=deadline.late,
        late_reason=deadline.late_reason,
        reason_wanted=case.dossier.wants_reason(deadline, viewer.now),
        loosened=bool(rule and rule.loosened),
        flag=loosened_words(rule),
        basis=rule.basis if rule else "",
        notes=tuple(_notes(case, deadline, viewer)),
        ended_by=deadline.ended_by,
    )


def _notes(case: Case, deadline: Deadline, viewer: Viewer) -> Iterator[Note]:
    if case.dossier.wants_reason(deadline, viewer.now):
        yield advice("reason wanted ({})", NextStep("case missed", {"ref": (case.ref,), "date": (deadline.key,)}))
    rule = case.procedure.timescales.get(deadline.timescale)
    if rule is not None and deadline.open:
        yield from _of_the_clock(case, rule, deadline, viewer)
        if case.dossier.is_stopped(deadline, viewer.today):
            yield from _missed_before(deadline, viewer)
        yield from _of_the_rule(case.procedure, rule)
        yield from _of_the_count(case, deadline, viewer)
    if deadline.status == "cancelled":
        yield from _of_its_end(case.dossier, deadline)
        yield from _of_what_it_hung_on(case, rule, deadline)
    if deadline.status == "met" and rule is not None and rule.met_on is not None:
        yield f"its day is the one recorded as “{field_label(case.procedure, rule.met_on)}”, where that is filled in"
    if loosened := loosened_words(rule):
        yield loosened
    if deadline.late_reason:
        yield f"missed because: {deadline.late_reason}"


def _of_the_clock(case: Case, rule: Timescale, deadline: Deadline, viewer: Viewer) -> Iterator[str]:
    base = waits_with(case, deadline)
    if deadline.status == "unset":
        none = unset_words(case.procedure)
        unset = f"it counts from “{base}”, for which {none.replace('limit', 'limit is', 1)}"
        yield none if rule.length() is None or not base else unset
    else:
        yield limit_words(rule)
    if deadline.status == "held":
        yield f"it counts from “{base}”, whose clock stands still" if base else "the clock stands still"
    if deadline.original_on not in {None, deadline.due_on}:
        yield f"first date {spoken(deadline.original_on)}"
    if deadline.quiets:
        yield quiet_of(deadline, viewer.today)


def _missed_before(deadline: Deadline, viewer: Viewer) -> Iterator[str]:
    """A date that was missed before the hold that stops its clock."""
    if deadline.is_overdue(viewer.now):
        yield "the clock stands still; the date was missed before"


def _of_its_end(dossier: Dossier, deadline: Deadline) -> Iterator[str]:
    """What became of the request whose date is owed no longer."""
    asked = dossier.request_of(deadline)
    if asked is not None and asked.ended_on is not None and asked.status != "answered":
        became = "passed on" if asked.status == "redirected" else asked.status
        yield f"the request was {became} on {spoken(asked.ended_on)}{f': {asked.reason}' if asked.reason else ''}"


def _of_what_it_hung_on(case: Case, rule: Timescale | None, deadline: Deadline) -> Iterator[str]:
    """Why a date was set aside that was not for the case any more, or fell with the one it was counted from."""
    if deadline.by_condition and rule is not None and rule.when is not None:
        yield f"it is only for a case where {condition_words(case.procedure, rule.when)}"
    fell = (one for one in grounds.bases(case.procedure, case.dossier, deadline) if one.status == "cancelled")
    yield from (f"it counted from “{owed_date(case.procedure, one)}”, which is no longer owed" for one in fell)


def _of_the_rule(procedure: Procedure, rule: Timescale) -> Iterator[str]:
    for words, known in ((BASES, rule.basis), (KINDS, rule.kind)):
        if known in words:
            yield words[known].format(office=procedure.office)


def _of_the_count(case: Case, deadline: Deadline, viewer: Viewer) -> Iterator[str]:
    rule = case.procedure.timescales[deadline.timescale]
    counted_in = case.procedure.calendar_of(rule, deadline.agency)
    if counted_in != case.procedure.calendar_of(rule):
        yield f"counted by the calendar of {case.calendars[counted_in].label}"
    found = due_dates.receipt(case.procedure, case.calendars, case.dossier, deadline, viewer.today)
    if found is not None and found.provisional and deadline.due_on:
        yield found.provisional_why


def _ended(deadline: Deadline) -> str:
    if deadline.status != "met":
        return "no longer owed"
    return "used" if deadline.lapses else "met late" if deadline.late else "met"


def _in_order(dossier: Dossier) -> list[Deadline]:
    ended = [one for one in dossier.deadlines.values() if not one.open]
    return [*dossier.open_deadlines(), *sorted(ended, key=lambda one: (one.ended_by, one.key))]
