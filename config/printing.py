"""An edition as a page to read, in Markdown: its states, steps, time limits and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from config.drawing import NAMES
from config.drawing_cards import phases
from config.phrases import UNSET, anchor_words, every_words, limit_words, rung_words
from config.printing_steps import audience, condition_words, escaped, field_words, named, standing, step, told
from states.procedure import Procedure
from states.steps import PauseKind, Register, Request
from states.timescales import Ladder, Timescale

Labelled = TypeVar("Labelled", Ladder, Request, Register, PauseKind)

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
        "Days counted in": f"the calendar `{procedure.calendar}`",
        "With local changes of": procedure.committee,
    }
    yield "\n".join(f"- {key}: {value}" for key, value in facts.items() if value)


def _states(procedure: Procedure) -> Iterator[str]:
    yield "## Where a case can stand"
    for phase in phases(procedure):
        yield f"### {NAMES[phase]}"
        states = (item for item in procedure.states.items() if item[1].phase == phase)
        yield _bullets(
            f"**{escaped(state.label)}** (`{name}`). {escaped(state.meaning)}".rstrip()
            + (" Closed." if state.final else "")
            + (f" Waits for: {escaped(procedure.label_of('events', state.waits_for))}." if state.waits_for else "")
            + f" {standing(state)}"
            for name, state in states
        )


def _steps(procedure: Procedure) -> Iterator[str]:
    yield "## Steps"
    for move in procedure.transitions:
        yield from step(procedure, move)


def _timescales(procedure: Procedure) -> Iterator[str]:
    yield "## Time limits"
    if not procedure.timescales:
        yield "None."
        return
    yield _table(
        ("What", "Kind", "Limit", "From", "Who owes it", "Met by", "Rests on"),
        (_timescale(procedure, rule) for rule in procedure.timescales.values()),
    )
    notes = [
        f"**{escaped(rule.label)}**: {escaped(text)}"
        for rule in procedure.timescales.values()
        if (text := " ".join(filter(None, (rule.wording and f"“{rule.wording}”.", rule.note))))
    ]
    if notes:
        yield _bullets(notes)


def _timescale(procedure: Procedure, rule: Timescale) -> tuple[str, ...]:
    limit = limit_words(rule) if limit_words(rule) != UNSET else f"*{UNSET}*"
    local = f" (nationally: {rule.national}{'; more time than that' if rule.loosened else ''})" if rule.national else ""
    again = f", then {every_words(rule.repeat)}" if rule.repeat else ""
    owner = "the agency asked" if rule.owner == "agency" else procedure.label_of("roles", rule.owner)
    more = rule.extension
    extension = f"; more time up to {_times(more.most)} from {named(procedure, more.granted_by)}" if more else ""
    return (
        escaped(rule.label),
        rule.kind,
        f"{limit}{again}{local}{extension}",
        escaped(anchor_words(procedure, rule) + _only(procedure, rule)),
        escaped(owner),
        escaped(_met_by(procedure, rule)) or "-",
        standing(rule)[1:-1],
    )


def _only(procedure: Procedure, rule: Timescale) -> str:
    return f", where {condition_words(procedure, rule.when)}" if rule.when else ""


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _met_by(procedure: Procedure, rule: Timescale) -> str:
    moves = ((procedure.transition(trigger), trigger) for trigger in rule.met_by.triggers)
    words = [move.label if move else trigger for move, trigger in moves]
    words += [f"the answer to “{procedure.label_of('requests', name)}”" for name in rule.met_by.requests]
    words += [procedure.label_of("events", name) for name in rule.met_by.events]
    words += [f"the end of the item in “{procedure.label_of('registers', name)}”" for name in rule.met_by.items]
    words += [f"news of the item in “{procedure.label_of('registers', name)}”" for name in rule.met_by.updates]
    words += ["asking after it"] if rule.met_by.contact else []
    return "; ".join(words)


def _ladders(procedure: Procedure) -> Iterator[str]:
    yield from _each("Reminders and escalation", procedure.ladders, lambda ladder: _ladder(procedure, ladder))


def _ladder(procedure: Procedure, ladder: Ladder) -> str:
    rows = (
        (
            rung_words(rung, ladder.unit),
            audience(procedure, rung.tell),
            rung.message.replace("_", " "),
            "-" if rung.confirm is None else _confirmed(procedure, rung.confirm, rung.confirm_within),
        )
        for rung in ladder.rungs
    )
    return f"At {ladder.at}.\n\n" + _table(("When", "Who is told", "Message", "Confirmed first by"), rows)


def _confirmed(procedure: Procedure, role: str, within: int | None) -> str:
    waits = "" if within is None else f", or goes by itself after {within} day{'' if within == 1 else 's'}"
    return named(procedure, (role,)) + waits


def _requests(procedure: Procedure) -> Iterator[str]:
    yield from _each("What agencies are asked for", procedure.requests, lambda request: _request(procedure, request))


def _request(procedure: Procedure, request: Request) -> str:
    states = ", ".join(escaped(procedure.label_of("states", name)) for name in request.states)
    asked = f"Asked by {named(procedure, request.asked_by)}, while the case stands at: {states}."
    recorded = _bullets(f"Records: {field_words(procedure, field)}" for field in request.fields)
    return "\n\n".join(filter(None, (asked, recorded, f"{escaped(request.note)} {standing(request)}".strip())))


def _registers(procedure: Procedure) -> Iterator[str]:
    yield from _each("What is kept on the file", procedure.registers, lambda kept: _register(procedure, kept))


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
    return f"{_bullets(facts)}\n\n{escaped(kept.note)} {standing(kept)}".replace("\n\n ", "\n\n")


def _pauses(procedure: Procedure) -> Iterator[str]:
    yield from _each("Holds", procedure.pauses, lambda pause: _pause(procedure, pause))


def _pause(procedure: Procedure, pause: PauseKind) -> str:
    moves = (procedure.transition(name) for name in pause.holds)
    facts = {
        "Ordered by": named(procedure, pause.ordered_by),
        "On the authority of": "; ".join(procedure.authorities.get(name, name) for name in pause.authorities),
        "Stops": "; ".join(procedure.label_of("timescales", name) for name in pause.stops) or "nothing of itself",
        "May stop": "; ".join(procedure.label_of("timescales", name) for name in pause.may_stop),
        "Keeps waiting": "; ".join(move.label for move in moves if move),
        "Ends by": ", ".join(name.replace("_", " ") for name in pause.until),
        "Tells": "; ".join(dict.fromkeys(audience(procedure, notice.tell) for notice in pause.notify)),
    }
    told = _bullets(f"{key}: {escaped(value)}" for key, value in facts.items() if value)
    return f"{told}\n\n{escaped(pause.note)} {standing(pause)}".strip()


def _events(procedure: Procedure) -> Iterator[str]:
    if procedure.events:
        yield "## What a case may wait for"
        yield _bullets(
            f"**{escaped(event.label)}**, recorded by {named(procedure, event.recorded_by)}. {standing(event)}"
            for event in procedure.events.values()
        )


def _sources(procedure: Procedure) -> Iterator[str]:
    yield "## Sources"
    yield _bullets(
        (f"[{name}] " if source.url else f"{name} ")
        + escaped(source.title)
        + (f", grade {escaped(source.grade)}" if source.grade else "")
        + (f", checked {escaped(source.checked_on)}" if source.checked_on else "")
        for name, source in sorted(procedure.sources.items())
    )
    links = [f"[{name}]: {source.url}" for name, source in sorted(procedure.sources.items()) if source.url]
    if links:
        yield "\n".join(links)


def _each(title: str, parts: Mapping[str, Labelled], words: Callable[[Labelled], str]) -> Iterator[str]:
    if parts:
        yield f"## {title}"
    for part in parts.values():
        yield f"### {escaped(part.label)}"
        yield words(part)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (heads, tuple("---" for _ in heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PARTS: tuple[Callable[[Procedure], Iterator[str]], ...] = (
    _head,
    _states,
    _steps,
    _timescales,
    _ladders,
    _requests,
    _registers,
    _pauses,
    _events,
    _sources,
)
