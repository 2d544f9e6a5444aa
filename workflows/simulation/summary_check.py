"""Checks the year's summary at the end of a scenario against the figures the scenario names."""

from __future__ import annotations

from collections.abc import Iterator

from records.database import reading
from workflows.papers.paper import Paper
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import year_of
from workflows.simulation.play import ScenarioStage
from workflows.simulation.scenario import BadScenario, SummaryPart

WHOSE = {"committee": True, "public": False}
"""For whom a summary is, and whether it tells every case and every count."""


def sum_up(stage: ScenarioStage, asked: SummaryPart) -> dict[str, Paper]:
    """The year's summary as the committee has it, and as it may be published, on the last day of the scenario.

    Raises BadScenario when a figure is not the one the scenario names, BadAnswer for a year that is none.
    """
    scenario = stage.scenario
    committee = stage.installation.guidance(next(iter(scenario.cases.values())).edition).committee
    with reading(stage.installation.engine) as tx:
        found = summary_of(tx, year_of(asked.year), scenario.ends)
    made = {whose: paper(found, committee, full=full) for whose, full in WHOSE.items()}
    wrong = list(_faults(asked, made["committee"]))
    if wrong:
        raise BadScenario(*(f"The summary of {asked.year} did not come out as expected: {one}" for one in wrong))
    return made


def _faults(asked: SummaryPart, made: Paper) -> Iterator[str]:
    for table, figures in asked.figures.items():
        found = made.tables.get(table)
        if found is None:
            yield f"it has no table {table!r}; its tables are {', '.join(made.tables)}."
            continue
        last = {row.label: row.cells[-1] for row in found.rows}
        for line, figure in figures.items():
            if last.get(line) != figure:
                yield f"{found.caption}, {line}: {last.get(line, 'no such line')}, not {figure}."
