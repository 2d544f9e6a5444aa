"""An example in words, a row for each line of its story: the day, what happens, what must come of it, what it cites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from config.phrases import counted
from config.printing_steps import obstacle
from states.audiences import place_kind
from states.examples import Example, ExampleStep
from states.guards import GUARDS
from states.procedure import LEAD, Procedure
from states.steps import Field, as_day
from states.words import counted as so_many
from states.words import long_day, spoken

INVENTED = "days invented to show the rule"
OF_SOURCE = "the source's own days"


@dataclass(frozen=True)
class ExampleRow:
    """A line of a story. `title`, `sources` and `note` stand in its first row alone."""

    title: str
    day: str
    happens: str
    comes: str
    sources: str
    note: str


def rows(procedure: Procedure) -> tuple[ExampleRow, ...]:
    """Every line of every example, in order."""
    return tuple(row for one in procedure.examples for row in _rows(procedure, one))


def _rows(procedure: Procedure, one: Example) -> Iterator[ExampleRow]:
    cited = ", ".join(f"[{name}]" for name in one.cite)
    sources = "; ".join(filter(None, (cited, INVENTED if one.days == "invented" else OF_SOURCE)))
    for index, line in enumerate(one.steps):
        first = index == 0
        yield ExampleRow(
            title=one.title if first else "",
            day=spoken(line.on) + (f", {line.at}" if line.at != "12:00" else ""),
            happens=happens(procedure, line),
            comes="; ".join(comes(procedure, line)),
            sources=sources if first else "",
            note=one.note if first else "",
        )


def happens(procedure: Procedure, line: ExampleStep) -> str:
    """What happens in a line, in a sentence."""
    say = HAPPENS.get(line.happening)
    besides = [*_known(procedure, line), *_filled_in(procedure, line)]
    told = say(procedure, line) if say else "" if besides else "Nothing happens"
    return ". ".join(filter(None, (told, "; ".join(besides)))) + "."


def _known(procedure: Procedure, line: ExampleStep) -> Iterator[str]:
    if line.agencies and line.request is None:
        yield f"Agencies on the case: {', '.join(line.agencies)}"
    if line.lead:
        yield f"{procedure.label_of('roles', LEAD)}: {line.lead}"
    if line.children:
        yield f"entered on the case: {so_many(line.children, procedure.subject)}"
    if line.override:
        yield f"Going on without the rest: {line.override}"


def _filled_in(procedure: Procedure, line: ExampleStep) -> Iterator[str]:
    fields = {field.name: field for field in _fields(procedure)}
    for name, value in line.fields.items():
        field = fields.get(name)
        yield f"{field.label if field else name}: {_value(field, value)}"
    for name in line.without:
        yield f"left empty: {fields[name].label if name in fields else name}"
    if line.reason:
        yield f"reason: {line.reason}"


def _fields(procedure: Procedure) -> Iterator[Field]:
    yield from (field for kept in procedure.registers.values() for field in kept.all_fields)
    yield from (field for request in procedure.requests.values() for field in request.fields)
    yield from (field for move in procedure.transitions for field in move.fields)


def _value(field: Field | None, value: Any) -> str:
    """What was filled in, as it is read."""
    if isinstance(value, dict):
        return ", ".join(str(one) for one in value.values())
    if isinstance(value, list):
        return ", ".join(_value(field, one) for one in value)
    day = as_day(value)
    named = {choice.name: choice.label for choice in field.choices} if field else {}
    return long_day(day) if day else named.get(value, str(value))


def _who(procedure: Procedure, line: ExampleStep, roles: Iterable[str]) -> str:
    who = line.person or procedure.label_of("roles", line.by or next(iter(roles), ""))
    return f"{who} ({line.agency})" if line.agency else who


def _step(procedure: Procedure, line: ExampleStep) -> str:
    move = procedure.transition(line.trigger or "")
    return f"{_who(procedure, line, move.roles)}: {move.label}" if move else str(line.trigger)


def _asks(procedure: Procedure, line: ExampleStep) -> str:
    return f"{procedure.label_of('requests', line.request or '')}: asked of {', '.join(line.agencies)}"


def _reply(words: str) -> Callable[[Procedure, ExampleStep], str]:
    def say(procedure: Procedure, line: ExampleStep) -> str:
        label = procedure.label_of("requests", getattr(line, line.happening))
        return words.format(agency=line.agency, to=line.to, what=label)

    return say


def _promises(procedure: Procedure, line: ExampleStep) -> str:
    label = procedure.label_of("requests", line.promised or "")
    until = f"promises it for {long_day(as_day(line.until))}" if line.until else "acknowledges it"
    return f"{label}: {line.agency} {until}"


def _holds(procedure: Procedure, line: ExampleStep) -> str:
    label = procedure.label_of("pauses", line.pause or "")
    until = long_day(as_day(line.until)) or (procedure.said("events", line.until_event) if line.until_event else "")
    stops = ", ".join(procedure.label_of("timescales", one) for one in line.stops or ())
    return f"Ordered: {label}" + (f", until {until}" if until else "") + (f", stopping {stops}" if stops else "")


def _more(words: str) -> Callable[[Procedure, ExampleStep], str]:
    def say(procedure: Procedure, line: ExampleStep) -> str:
        name = getattr(line, line.happening)
        rule = procedure.timescales.get(name)
        unit = rule.unit if rule and rule.unit in {"working_days", "clear_days", "hours"} else "calendar_days"
        much = f", {counted(line.count, unit)}" if line.count else ""
        whose = f" ({line.agency})" if line.agency else ""
        return f"{words}: {procedure.label_of('timescales', name)}{whose}{much}"

    return say


def _put_right(_: Procedure, line: ExampleStep) -> str:
    day = f": it happened on {long_day(as_day(line.happened))}" if line.happened else ""
    return f"Line {line.corrected} of this example is put right{day}"


HAPPENS: dict[str, Callable[[Procedure, ExampleStep], str]] = {
    "trigger": _step,
    "request": _asks,
    "answered": _reply("{what}: {agency} answers"),
    "declined": _reply("{what}: {agency} says no"),
    "redirected": _reply("{what}: {agency} passes it on to {to}"),
    "promised": _promises,
    "sent_back": _reply("{what}: the answer of {agency} is sent back"),
    "withdrawn": _reply("{what}: withdrawn from {agency}"),
    "pause": _holds,
    "pause_ended": lambda procedure, line: f"Ended: {procedure.label_of('pauses', line.pause_ended or '')}",
    "extension": _more("More time is asked for"),
    "extension_granted": _more("More time is granted"),
    "extension_refused": _more("More time is refused"),
    "item": lambda procedure, line: f"Entered in “{procedure.label_of('registers', line.item or '')}”",
    "item_answered": lambda _, line: f"{line.item_answered} is answered",
    "item_updated": lambda _, line: f"Recorded of {line.item_updated}",
    "event": lambda procedure, line: f"Recorded: {procedure.label_of('events', line.event or '')}",
    "asked_after": lambda procedure, line: f"Asked after: {procedure.label_of('events', line.asked_after or '')}",
    "corrected": _put_right,
}
"""How each happening is said."""


def comes(procedure: Procedure, line: ExampleStep) -> Iterator[str]:
    """What must come of a line, each part by itself."""
    if line.refused:
        yield _refused(procedure, line)
    if line.state:
        yield f"It stands at “{procedure.label_of('states', line.state)}”"
    for name, expected in line.dates.items():
        yield f"{_date(procedure, name)}: {_expected(expected)}"
    for name, words in line.receipts.items():
        yield f"{_date(procedure, name)}: its receipt says “{words}”"
    if line.told is not None and not line.told:
        yield "Nobody is told anything"
    for message, names in (line.told or {}).items():
        yield f"Told ({message.replace('_', ' ')}): {_people(procedure, names)}"
    for message, names in line.drafted.items():
        yield f"Drafted, and waiting for a yes ({message.replace('_', ' ')}): {_people(procedure, names)}"


def _refused(procedure: Procedure, line: ExampleStep) -> str:
    move = procedure.transition(line.trigger or "")
    guard = next((one for one in move.guards if one.name == line.refused), None) if move else None
    if guard is not None and (guard.says or guard.name in GUARDS):
        return f"Refused: {guard.says or 'it needs ' + obstacle(procedure, guard)}"
    return f"Refused: “{line.refused.replace('_', ' ')}”"


def _date(procedure: Procedure, name: str) -> str:
    whole, _, number = name.partition("#")
    timescale, _, whose = whole.partition("/")
    label = procedure.label_of("timescales", timescale)
    return label + (f" ({whose})" if whose else "") + (f", number {number}" if number else "")


def _expected(expected: str) -> str:
    day, _, clock = expected.partition(" ")
    found = as_day(day) if len(day) == len("2026-03-02") else None
    return f"{long_day(found)}{f', {clock}' if clock else ''}" if found else expected


def _people(procedure: Procedure, names: Iterable[str]) -> str:
    known = [
        procedure.label_of(place_kind(procedure, name), name)
        if name in procedure.roles or name in procedure.bodies
        else name
        for name in names
    ]
    return ", ".join(known) or "nobody"
