"""The receipt of a date on a case: the rule behind it, the day it counts from, every day that was counted or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from config.phrases import limit_words, midnight_words
from records.cases import Case
from states import due_dates
from states.errors import NotFound
from states.next_step import NextStep, advice
from workflows.views.case_dates import DateLine, date_line
from workflows.views.counted_from import counted_from
from workflows.views.due_date import CountedDay, citation
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
    )
