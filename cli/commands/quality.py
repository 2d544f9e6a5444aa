"""`cairn quality`: time limits kept in a year, and what was done against what the edition allows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from cli.options import look
from cli.output import answer, bullets, heading, say
from cli.session import Session
from states.words import counted

if TYPE_CHECKING:
    from workflows.reports.quality import OfYear

Year = Annotated[str, Option("--year", metavar="YEAR", help="One year, such as 2025-26; all of them if not said.")]


@look
def quality(session: Session, year: Year = "") -> None:
    """Say how time limits were kept, and each step or delay that is not as the edition has it. Worked out now."""
    from states.errors import NotFound
    from workflows.reports.quality import measure

    with session.reading() as tx:
        years, damaged = measure(tx, session.today)
    if year and year not in years:
        raise NotFound(f"There are no figures of {year[:20]}: the years are {', '.join(years) or 'none'}.")
    chosen = [years[year]] if year else list(years.values())
    facts = {"years": [_facts(one) for one in chosen], "damaged": list(damaged)}
    answer(facts, _tell, as_json=session.as_json)


def _facts(one: OfYear) -> dict[str, Any]:
    from workflows.reports.compliance import AGENCY, LABEL, QUARTER, Compliance

    found = Compliance(one.year, tuple(one.steps))
    groups = {"quarters": QUARTER, "time_limits": LABEL, "agencies": AGENCY}
    told = {name: {key: asdict(group) for key, group in found.by(part).items()} for name, part in groups.items()}
    deviations = [{"ref": ref, "day": day.isoformat(), **vars(deviation)} for ref, day, deviation in one.found]
    looked_at = {"cases": len(one.cases), "steps_taken": one.taken}
    return {"year": one.year.name, "whole": asdict(found.whole), **told, **looked_at, "deviations": deviations}


def _tell(facts: dict[str, Any]) -> None:
    for one in facts["years"]:
        fates = one["whole"]["fates"]
        heading(f"{one['year']}: {counted(one['steps_taken'], 'step')} of {counted(one['cases'], 'case')}")
        late = f"{fates['explained']} late with a reason, {fates['unexplained']} without"
        say(f"  Time limits: {fates['in_time']} in time, {late}.")
        shown = [two for two in one["deviations"] if two["kind"] != "explained"]
        bullets((f"{two['ref']}, entry {two['sequence']}: {two['sentence']} {two['rule']}." for two in shown), "warn")
    if not facts["years"]:
        say("No case was opened yet.")
    bullets((f"{ref} cannot be read, and is in no figure." for ref in facts["damaged"]), "bad")
