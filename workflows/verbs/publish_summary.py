"""Publishing the summary of a year: what leaves for anybody is kept as it was printed."""

from __future__ import annotations

from datetime import date

from records import audit_log
from states.errors import NotPossible
from states.next_step import NextStep, advice
from states.words import long_day
from workflows.papers.paper import Paper
from workflows.reports.case_files import Year
from workflows.reports.publication import LOG, is_close, is_same, published, to_publish
from workflows.unit_of_work import UnitOfWork

OTHERWISE = (
    "The summary of {year} was published on {day}, and since then so little has changed that both printings together "
    "would tell of few cases:"
)
AS_PUBLISHED = "print it as it was published ({}). What was recorded since is in the committee's own summary."


def publish_summary(uow: UnitOfWork, year: Year, committee: str, known_on: date | None = None) -> Paper:
    """The public paper of a year that is over, kept as it is printed; the same paper again is not kept twice.

    Raises NotPossible where it differs from what was published by so little that the difference would tell of few.
    """
    made = to_publish(uow.tx, year, committee, uow.today, known_on)
    before = published(uow.tx, year)
    facts = made.facts()
    if before is None or not is_same(before.data["paper"], facts):
        check_against(before, year, made)
        audit_log.append(uow.tx, LOG, year.name, "published", uow.actor, uow.now, data={"paper": facts})
    return made


def check_against(before: audit_log.AuditEntry | None, year: Year, made: Paper) -> None:
    """Refuse a paper that differs from what was published by one to four, or shows what was kept back."""
    if before is not None and is_close(before.data["paper"], made.facts()):
        again = NextStep("summary --published", {"year": (year.name,)})
        said = OTHERWISE.format(year=year.name, day=long_day(before.recorded_at))
        raise NotPossible(said, advice=advice(AS_PUBLISHED, again))
