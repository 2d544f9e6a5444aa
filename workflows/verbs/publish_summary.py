"""Publishing the summary of a year: what leaves for anybody is kept as it was printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from records import audit_log
from states.as_at import end_of
from states.errors import NotPossible
from states.next_step import NextStep, advice
from states.words import long_day
from workflows.papers.paper import Paper
from workflows.reports.case_files import Year
from workflows.reports.publication import LOG, is_close, is_same, printings, to_publish
from workflows.unit_of_work import UnitOfWork

OTHERWISE = (
    "The summary of {year} was published on {day}, and since then so little has changed that both printings together "
    "would tell of few cases"
)
AS_PUBLISHED = "print it as it was published ({}). What was recorded since is in the committee's own summary."


def publish_summary(uow: UnitOfWork, year: Year, committee: str, known_on: date | None = None) -> Paper:
    """The public paper of a year that is over, kept as it is printed; the same paper again is not kept twice.

    Raises NotPossible where it differs from what was published by so little that the difference would tell of few.
    """
    made = to_publish(uow.tx, year, committee, uow.today, known_on)
    before = printings(uow.tx, year)
    facts = made.facts()
    if not before or not is_same(before[-1].data["paper"], facts):
        check_against(before, year, made)
        known = min(uow.now, end_of(known_on)) if known_on else uow.now
        data = {"paper": facts, "known": known.isoformat()}
        audit_log.append(uow.tx, LOG, year.name, "published", uow.actor, uow.now, data=data)
    return made


def check_against(before: Sequence[audit_log.AuditEntry], year: Year, made: Paper) -> None:
    """Refuse a paper that differs from any that was published by one to four, or shows what was kept back."""
    facts = made.facts()
    close = next((one for one in reversed(before) if is_close(one.data["paper"], facts)), None)
    if close is not None:
        again = NextStep("summary --published", {"year": (year.name,)})
        said = OTHERWISE.format(year=year.name, day=long_day(close.recorded_at))
        raise NotPossible(said, advice=advice(AS_PUBLISHED, again))
