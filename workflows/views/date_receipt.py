"""The receipt of a date on a case: the rule behind it, the day it counts from, every day that was counted or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from config.phrases import limit_words, midnight_words
from records.cases import Case
from states import due_dates
from states.dossier import Deadline
from states.errors import NotFound
from states.next_step import UNSAID, NextStep, advice
from states.timescales import Timescale
from workflows.views.case_dates import DateLine, date_line
from workflows.views.counted_from import counted_from
from workflows.views.due_date import CountedDay, citation
from workflows.views.json_names import UNWRITTEN
from workflows.views.viewer import Viewer


@dataclass(frozen=True)
class DateReceipt:
    """Why a date is the day it is. `days` is empty where no limit is set, or the rule is no longer in the edition.

    `midnight` says until when it can be met, and by whose clock.
    """

    line: DateLine
    limit: str
    begins: date
    anchor: str
    calendar: str
    midnight: str
    basis: str
    citation: str
    note: str
    could_change: str
    days: tuple[CountedDay, ...]
    met_by: tuple[tuple[str, NextStep], ...] = field(default=(), metadata=UNWRITTEN)
    """What would meet it while it is owed, each in words, with the step that records it (UNSAID: it cannot be yet)."""


def date_receipt(case: Case, key: str, viewer: Viewer) -> DateReceipt:
    """The receipt of a date by its key. Raises NotFound where the case has no such date."""
    viewer = viewer.in_days_of(case.procedure)
    deadline = case.dossier.deadlines.get(key)
    rule = case.procedure.timescales.get(deadline.timescale) if deadline else None
    if deadline is None or rule is None:
        look = advice("{} shows those it has.", NextStep("show", {"ref": (case.ref,)}))
        raise NotFound(f"{case.ref} has no date called {key[:60]!r}.", advice=look)
    found = due_dates.receipt(case.procedure, case.calendars, case.dossier, deadline, viewer.today)
    counted = case.calendars[case.procedure.calendar_of(rule, deadline.agency)]
    return DateReceipt(
        line=date_line(case, deadline, viewer),
        limit=limit_words(rule),
        begins=deadline.anchor_on,
        anchor=counted_from(case, deadline),
        calendar=counted.label,
        midnight=midnight_words(deadline.zone, deadline.due_on, deadline.due_at),
        basis=rule.basis,
        citation=citation(case.procedure, rule),
        note=rule.note,
        could_change=found.provisional_why if found is not None else "",
        days=tuple(CountedDay(one.day, one.counted, one.why) for one in found.receipt) if found is not None else (),
        met_by=tuple(_met_by(case, deadline, rule)) if deadline.open else (),
    )


def _met_by(case: Case, deadline: Deadline, rule: Timescale) -> Iterator[tuple[str, NextStep]]:
    ref, procedure = {"ref": (case.ref,)}, case.procedure
    for name in rule.met_by.events:
        yield procedure.label_of("events", name), NextStep("case event", {**ref, "what": (name,)})
    here = {move.trigger for move in procedure.moves_from(case.dossier.state)}
    for name in rule.met_by.triggers:
        step = NextStep("advance", {**ref, "step": (name,)}) if name in here else UNSAID
        yield procedure.triggered[name][0].label, step
    for name in rule.met_by.requests:
        answered = f"{procedure.label_of('requests', name)} answered"
        yield answered, NextStep("request answer", {**ref, "agency": (deadline.subject,)})
