"""An edition as a page to read, in Markdown: its states, steps, time limits and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from config.drawing import NAMES
from config.drawing_cards import phases
from config.phrases import figures_words
from config.printing_blocks import bullets, each
from config.printing_clocks import ladders, timescales
from config.printing_examples import examples
from config.printing_steps import (
    audience,
    condition_words,
    escaped,
    field_words,
    named,
    only_where,
    standing,
    step,
    told,
)
from states.limits import StandsStill
from states.moments import UNITED_KINGDOM
from states.procedure import LEAD, Agency, Procedure
from states.steps import PauseKind, Register, Request, Transition

HOLD_DAYS: dict[StandsStill, str] = {
    "with_first": "",
    "with_first_and_last": "the days from that on which it begins to that on which it ends, both included",
    "with_last": "the days after that on which it begins, that on which it ends included",
    "between": "the days between that on which it begins and that on which it ends, both left out",
}
KINDS = {"case": "each case", "committee": "the committee's year", "recommendation": "each recommendation"}


def markdown(procedure: Procedure) -> str:
    """The edition in words, every rule with what it rests on; limits that are not known say so."""
    blocks = (block for part in PARTS for block in part(procedure))
    return "\n\n".join(blocks) + "\n"


def _head(procedure: Procedure) -> Iterator[str]:
    yield f"# {escaped(procedure.title)}"
    yield f"<!-- Printed from config/guidance/{procedure.name}.toml: change it there, not here. -->"
    if procedure.summary:
        yield escaped(procedure.summary)
    facts = {
        "Edition": f"`{procedure.name}`",
        "Nation": procedure.nation,
        "Followed by": KINDS[procedure.kind],
        "Issued": procedure.issued_on or "not known",
        "Withdrawn": procedure.withdrawn_on,
        "Replaces": f"`{procedure.replaces}`" if procedure.replaces else "",
        "Replaced by": f"`{procedure.replaced_by}`" if procedure.replaced_by else "",
        "Days counted in": f"the calendar `{procedure.calendar}`",
        "Days begin at midnight in": "" if procedure.time_zone == UNITED_KINGDOM else f"`{procedure.time_zone}`",
        **figures_words(procedure),
        "Keeps the cases": "" if procedure.keeper in {"", LEAD} else escaped(procedure.label_of("roles", LEAD)),
        "Acts in another's place": "; ".join(_stand_ins(procedure)),
        "With local changes of": procedure.committee,
        "Dates an agency owes": "; ".join(
            f"{escaped(name)} {_agency_words(one)}" for name, one in procedure.agencies.items()
        ),
    }
    yield "\n".join(f"- {key}: {value}" for key, value in facts.items() if value)


def _stand_ins(procedure: Procedure) -> Iterator[str]:
    for role in procedure.roles.values():
        if role.acts_for:
            stands_for = " or ".join(procedure.said("roles", one) for one in role.acts_for)
            yield escaped(f"{procedure.in_a_sentence(role.label)}, for the {stands_for}")


def _states(procedure: Procedure) -> Iterator[str]:
    yield "## Where a case can stand"
    for phase in phases(procedure):
        yield f"### {NAMES[phase]}"
        states = (item for item in procedure.states.items() if item[1].phase == phase)
        yield bullets(
            f"**{escaped(state.label)}** (`{name}`). {escaped(state.meaning)}".rstrip()
            + (" Closed." if state.final else "")
            + (f" Waits for: {escaped(procedure.label_of('events', state.waits_for))}." if state.waits_for else "")
            + f" {standing(state)}"
            for name, state in states
        )


def _steps(procedure: Procedure) -> Iterator[str]:
    yield "## Steps"
    for move in _gathered(procedure.transitions):
        yield from step(procedure, move)


def _gathered(moves: Iterable[Transition]) -> Iterator[Transition]:
    """The moves, those that record the same wherever the case stands told once."""
    for _, alike in groupby(moves, key=_anywhere):
        first, *others = alike
        sources = (*first.source, *(state for other in others for state in other.source))
        yield first.model_copy(update={"source": sources, "dest": first.dest if not others else ""})


def _agency_words(agency: Agency) -> str:
    """By which calendar, and in which time zone, what an agency owes is counted."""
    by = f"by the calendar `{agency.calendar}`" if agency.calendar else ""
    return " ".join(filter(None, (by, f"in the time zone `{agency.time_zone}`" if agency.time_zone else "")))


def _anywhere(move: Transition) -> Transition:
    return move.model_copy(update={"source": (), "dest": ""}) if move.source == (move.dest,) else move


def _requests(procedure: Procedure) -> Iterator[str]:
    yield from each("What agencies are asked for", procedure.requests, lambda request: _request(procedure, request))


def _request(procedure: Procedure, request: Request) -> str:
    states = ", ".join(escaped(procedure.label_of("states", name)) for name in request.states)
    asked = f"Asked by {named(procedure, request.asked_by)}, while the case stands at: {states}."
    each_item = f"“{escaped(procedure.label_of('registers', request.per_item))}”" if request.per_item else ""
    about = f"It is asked about each item of {each_item}, of the agencies the item names." if each_item else ""
    recorded = bullets(f"Records: {field_words(procedure, field)}" for field in request.fields)
    return "\n\n".join(filter(None, (asked, about, recorded, f"{escaped(request.note)} {standing(request)}".strip())))


def _registers(procedure: Procedure) -> Iterator[str]:
    yield from each("What is kept on the file", procedure.registers, lambda kept: _register(procedure, kept))


def _register(procedure: Procedure, kept: Register) -> str:
    facts = (
        f"Entered by: {named(procedure, kept.kept_by)}",
        *(f"Records: {field_words(procedure, field)}" for field in kept.fields),
        *([f"Answered by: {named(procedure, kept.answered_by)}"] if kept.answered_by else []),
        *(f"The answer records: {field_words(procedure, field)}" for field in kept.answer),
        *([f"Followed up by: {named(procedure, kept.updated_by)}"] if kept.updated_by else []),
        *(f"Each time records: {field_words(procedure, field)}" for field in kept.update),
        *([f"Ends when: {escaped(condition_words(procedure, kept.ended_when))}"] if kept.ended_when else []),
        *(f"Tells: {told(procedure, notice)}" for notice in kept.notify),
    )
    return f"{bullets(facts)}\n\n{escaped(kept.note)} {standing(kept)}".replace("\n\n ", "\n\n")


def _pauses(procedure: Procedure) -> Iterator[str]:
    yield from each("Holds", procedure.pauses, lambda pause: _pause(procedure, pause))


def _pause(procedure: Procedure, pause: PauseKind) -> str:
    moves = (procedure.transition(name) for name in pause.holds)
    facts = {
        "Ordered by": named(procedure, pause.ordered_by) + only_where(procedure, pause.when),
        "On the authority of": "; ".join(procedure.authorities.get(name, name) for name in pause.authorities),
        "Stops": "; ".join(procedure.label_of("timescales", name) for name in pause.stops) or "nothing of itself",
        "May stop": "; ".join(procedure.label_of("timescales", name) for name in pause.may_stop),
        "Keeps waiting": "; ".join(move.label for move in moves if move),
        "Stand still": HOLD_DAYS[pause.days],
        "Ends by": ", ".join(name.replace("_", " ") for name in pause.until),
        "Tells": "; ".join(dict.fromkeys(audience(procedure, notice.tell) for notice in pause.notify)),
    }
    told = bullets(f"{key}: {escaped(value)}" for key, value in facts.items() if value)
    return f"{told}\n\n{escaped(pause.note)} {standing(pause)}".strip()


def _events(procedure: Procedure) -> Iterator[str]:
    if procedure.events:
        yield "## What a case may wait for"
        yield bullets(
            f"**{escaped(event.label)}**, recorded by {named(procedure, event.recorded_by)}. {standing(event)}"
            for event in procedure.events.values()
        )


def _sources(procedure: Procedure) -> Iterator[str]:
    yield "## Sources"
    yield bullets(
        (f"[{name}] " if source.url else f"{name} ")
        + escaped(source.title)
        + (f", grade {escaped(source.grade)}" if source.grade else "")
        + (f", checked {escaped(source.checked_on)}" if source.checked_on else "")
        for name, source in sorted(procedure.sources.items())
    )
    links = [f"[{name}]: {source.url}" for name, source in sorted(procedure.sources.items()) if source.url]
    if links:
        yield "\n".join(links)


PARTS: tuple[Callable[[Procedure], Iterator[str]], ...] = (
    _head,
    _states,
    _steps,
    timescales,
    ladders,
    _requests,
    _registers,
    _pauses,
    _events,
    examples,
    _sources,
)
