"""Playing an example: line by line, through the same counting, guards and ladders as a case, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from config.toml_places import Fault
from states.calendars import Calendar
from states.errors import Refused
from states.examples import Example, ExampleStep
from states.machine import obstacles
from states.procedure import Procedure
from workflows.examples.claims import REMEDY, differences, refusal
from workflows.examples.example_entries import entry_of, facts_of, known_besides
from workflows.examples.stage import Stage, moment_of
from workflows.verbs.open import calendar_names

NOT_PLAYED = "What follows in this example was not played."


def differing(procedure: Procedure, calendar_of: Callable[[str], Calendar]) -> list[Fault]:
    """Everything in which the examples of an edition are not as they say, each with its place in the edition."""
    calendars = {name: calendar_of(name) for name in calendar_names(procedure)}
    return [
        (("examples", index, "steps", *place), what)
        for index, one in enumerate(procedure.examples)
        for place, what in played(one, Stage(procedure, calendars))
    ]


def played(one: Example, stage: Stage) -> Iterator[Fault]:
    """What is not as one example says, line by line; the stage then stands where the story ends."""
    for index, line in enumerate(one.steps):
        stage.told.clear()
        stage.drafted.clear()
        try:
            faults, goes_on = list(_line(stage, index, line)), True
        except Refused as wrong:  # a date out of reach, a calendar that does not go so far
            faults, goes_on = [((), f"it cannot be counted: {' '.join(wrong.obstacles)} {NOT_PLAYED}")], False
        yield from (((index, *place), what) for place, what in faults)
        if not goes_on or (line.happening and not line.refused and index + 1 not in stage.by_line):
            return


def _line(stage: Stage, index: int, line: ExampleStep) -> Iterator[Fault]:
    stage.wait_until(moment_of(line.on, line.at, stage.procedure.time_zone))
    if stage.dossier.state:
        known_besides(stage, line)
    found = list(_happen(stage, index, line))
    yield from found
    if index == 0 and stage.dossier.state:
        known_besides(stage, line, opening=True)
    if not found:
        yield from differences(stage, line)


def _happen(stage: Stage, index: int, line: ExampleStep) -> Iterator[Fault]:
    try:
        made = entry_of(stage, line)
    except Refused as wrong:
        yield from refusal(line, tuple(wrong.obstacles), _guards(stage, line))
        return
    if made is None:
        return
    if line.refused:
        yield (
            ("refused",),
            f"expected it to be refused with “{line.refused}”; it is not refused. {REMEDY}",
        )
        return
    stage.by_line[index + 1] = stage.record(made).sequence


def _guards(stage: Stage, line: ExampleStep) -> list[str]:
    """The guards that stand in the way of the step of a line."""
    move = stage.procedure.moves.get((stage.dossier.state, line.trigger or ""))
    if line.trigger is None or move is None:
        return []
    return [one.guard.name for one in obstacles(facts_of(stage, line), move) if one.guard is not None]
