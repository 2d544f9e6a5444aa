"""The part of the year's summary for the committee alone: every case, late step, hold and recommendation."""

from __future__ import annotations

from workflows.papers import Row, Table, Told, long_day
from workflows.summary import NO_REASON, Summary


def annex(summary: Summary) -> dict[str, Table]:
    """The tables that name cases by their reference."""
    return {
        "cases": _cases(summary),
        "late": _late(summary),
        "held": _held(summary),
        "followed": _followed(summary),
    }


def _cases(summary: Summary) -> Table:
    heads = ("Case", "Opened", "Decision", "Decided", "Days", "Criteria", "Stands in")
    rows = (
        (
            one.ref,
            (
                long_day(one.opened_on),
                one.decision,
                long_day(one.decided_on),
                one.days if one.days is not None else "",
                ", ".join(one.grounds),
                one.stands,
            ),
        )
        for one in summary.cases
    )
    return Table("Every case considered in the year", heads, tuple(Row(*row) for row in rows), words=True)


def _late(summary: Summary) -> Table:
    heads = ("Case", "Step", "Agency", "Due", "Done", "Why")
    rows = (
        Row(one.ref, (one.label, one.agency, long_day(one.due_on), long_day(one.ended_on), one.reason or NO_REASON))
        for one in summary.steps
        if one.late
    )
    return Table("Every late step", heads, tuple(rows), words=True)


def _held(summary: Summary) -> Table:
    heads = ("Case", "Hold", "On whose authority", "From", "To", "Days so far", "Why")
    rows = (
        Row(one.ref, (one.kind, one.authority, long_day(one.starts), long_day(one.ends), one.days, one.reason))
        for one in summary.holds
    )
    return Table("Every hold", heads, tuple(rows), words=True)


def _followed(summary: Summary) -> Table:
    heads = ("Recommendation", "From", "Level", "Addressee", "What is recommended", "Stands", "Fulfilled", "Outcomes")
    rows = (
        Row(
            one.ref,
            (one.of_ref, one.level_label, one.addressee, one.text, one.stands, one.fulfilled, one.outcomes),
        )
        for one in summary.recommendations
    )
    return Table("Every recommendation", heads, tuple(rows), words=True)


def annex_told(summary: Summary) -> dict[str, tuple[Told, ...]]:
    """Why each case was decided as it was."""
    return {
        "reasons": tuple(
            Told(case.decision, reason, case.ref)
            for case in summary.cases
            for reason in case.reasons
            if case.decided_on
        )
    }
