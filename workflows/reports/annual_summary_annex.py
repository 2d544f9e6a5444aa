"""The part of the year's summary for the committee alone: every case, late step, hold and recommendation."""

from __future__ import annotations

from workflows.papers.paper import Row, Table, Told
from workflows.reports.annual_summary import NO_REASON, Summary
from workflows.reports.case_figures import Considered, Hold, Step
from workflows.reports.recommendation_figures import Followed

CASES = ("Case", "Opened", "Decision", "Decided", "Days", "Criteria", "Stands in")
LATE = ("Case", "Step", "Agency", "Due", "Done", "Why")
HOLDS = ("Case", "Hold", "On whose authority", "From", "To", "Days so far", "Why")
FOLLOWED = ("Recommendation", "From", "Level", "Addressee", "What is recommended", "Stands", "Fulfilled", "Outcomes")


def annex(summary: Summary) -> dict[str, Table]:
    """The tables that name cases by their reference."""
    late = [step for step in summary.steps if step.late]
    return {
        "cases": Table("Every case considered in the year", CASES, tuple(map(_case, summary.cases)), words=True),
        "late": Table("Every late step", LATE, tuple(map(_late, late)), words=True),
        "held": Table("Every hold", HOLDS, tuple(map(_hold, summary.holds)), words=True),
        "followed": Table("Every recommendation", FOLLOWED, tuple(map(_followed, summary.recommendations)), words=True),
    }


def annex_told(summary: Summary) -> dict[str, tuple[Told, ...]]:
    """Why each case was decided as it was."""
    cases = [case for case in summary.cases if case.decided_on]
    return {"reasons": tuple(Told(case.decision, reason, case.ref) for case in cases for reason in case.reasons)}


def _case(one: Considered) -> Row:
    days = one.days if one.days is not None else ""
    opened, decided = one.opened_on, one.decided_on or ""
    return Row(one.ref, (opened, one.decision, decided, days, ", ".join(one.grounds), one.stands))


def _late(one: Step) -> Row:
    due, done = one.due_on or "", one.ended_on or ""
    return Row(one.ref, (one.label, one.agency, due, done, one.reason or NO_REASON))


def _hold(one: Hold) -> Row:
    dates = one.starts, one.ends or ""
    return Row(one.ref, (one.kind, one.authority, *dates, one.days, one.reason))


def _followed(one: Followed) -> Row:
    facts = one.stands, one.fulfilled, one.outcomes
    return Row(one.ref, (one.of_ref, one.level_label, one.addressee, one.text, *facts))
