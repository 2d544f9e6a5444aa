"""`cairn quality`: time limits kept in a year, and what was done against what the edition allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli.options import look
from cli.output import answer, bullets, heading, say
from cli.session import Session
from states.words import counted, long_day

if TYPE_CHECKING:
    from states.conformance import Deviation
    from workflows.reports.quality import OfYear

Year = Annotated[str, Option("--year", metavar="YEAR", help="One year, such as 2025-26; all of them if not said.")]


@look
def quality(session: Session, year: Year = "") -> None:
    """Say how time limits were kept, and each step or delay that is not as the edition has it. Worked out now."""
    from states.errors import NotFound
    from workflows.reports.quality import measure

    with session.reading() as tx:
        years, damaged = measure(tx, session.today, session.hidden())
    if year and year not in years:
        raise NotFound(f"There are no figures of {year[:20]}: the years are {', '.join(years) or 'none'}.")
    chosen = [years[year]] if year else list(years.values())
    facts = {"years": [_as_json(one, session.today) for one in chosen], "damaged": damaged}
    answer(facts, lambda _: _tell(chosen, damaged, session.today), as_json=session.as_json)


def _as_json(one: OfYear, today: date) -> dict[str, object]:
    from workflows.reports.compliance import AGENCY, LABEL, QUARTER, Compliance

    found = Compliance(one.year, tuple(one.steps))
    groups = {"quarters": QUARTER, "time_limits": LABEL, "agencies": AGENCY}
    told = {name: {key: asdict(group) for key, group in found.by(part).items()} for name, part in groups.items()}
    deviations = [{"ref": ref, "day": day.isoformat(), **vars(deviation)} for ref, day, deviation in one.found]
    looked_at = {"cases": len(one.cases), "steps_taken": one.taken}
    named = {"year": one.year.name, "as_at": one.year.as_at(today).isoformat(), "whole": asdict(found.whole)}
    return {**named, **told, **looked_at, "deviations": deviations}


def _tell(years: Sequence[OfYear], damaged: Iterable[str], today: date) -> None:
    from workflows.reports.compliance import EXPLAINED, IN_TIME, UNEXPLAINED, group_of

    for one in years:
        fates = group_of(one.steps).fates
        heading(f"{one.year.name}: {counted(one.taken, 'step')} of {counted(len(one.cases), 'case')}")
        late = f"{fates[EXPLAINED]} late with a reason, {fates[UNEXPLAINED]} without"
        say(f"  Time limits: {fates[IN_TIME]} in time, {late}, as at {long_day(one.year.as_at(today))}.")
        bullets((_line(ref, this) for ref, _, this in one.found if this.kind != EXPLAINED), "warn")
    if not years:
        say("No case was opened yet.")
    bullets((f"{ref} cannot be read, and is in no figure." for ref in damaged), "bad")


def _line(ref: str, one: Deviation) -> str:
    """A deviation with its entry and its rule, and what came of it since."""
    entry = f", entry {one.sequence}" if one.sequence else ""
    since = one.since and f" {one.since}"
    return f"{ref}{entry}: {one.sentence}{since} {one.rule}."
