"""Compares what an example says must happen with what did: every difference with its place and remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from config.phrases import limit_from
from config.toml_places import Fault
from states import due_dates
from states.dossier import Deadline
from states.examples import ExampleStep
from states.guards import GUARDS
from states.steps import as_day
from states.words import counted, day_and_time, first_up, long_day, short
from workflows.examples.stage import Stage

REMEDY = "Put the rule right, or what the example expects."
WEEKEND = ("Saturday", "Sunday")


def differences(stage: Stage, line: ExampleStep) -> Iterator[Fault]:
    """Everything that is not as the line says, each with the key it stands under."""
    yield from _state(stage, line)
    for name, expected in line.dates.items():
        yield from _date(stage, name, expected)
    for name, words in line.receipts.items():
        yield from _receipt(stage, name, words)
    yield from _told("told", line.told, stage.told)
    yield from _told("drafted", line.drafted, stage.drafted)


def refusal(line: ExampleStep, sentences: tuple[str, ...], guards: Iterable[str]) -> Iterator[Fault]:
    """Whether what was refused is refused as the line says."""
    said = " ".join(sentences)
    if not line.refused:
        yield (line.happening,), f"it is refused: {said} {REMEDY}"
    elif line.refused in GUARDS and line.refused not in guards:
        yield ("refused",), f"expected the guard {line.refused} to refuse it; it is refused otherwise: {said} {REMEDY}"
    elif line.refused not in GUARDS and line.refused.lower() not in said.lower():
        yield ("refused",), f"expected it to be refused with “{line.refused}”; it is refused with: {said} {REMEDY}"


def _state(stage: Stage, line: ExampleStep) -> Iterator[Fault]:
    if line.state is not None and line.state != stage.dossier.state:
        labels = (stage.procedure.label_of("states", name) for name in (line.state, stage.dossier.state))
        expected, found = labels
        yield ("state",), f"expected the case to stand at “{expected}”, it stands at “{found}”. {REMEDY}"


def dates_named(stage: Stage, name: str) -> list[Deadline]:
    """The dates of a name in an example: `report`, `report/NHS Fife`, `action_due/A1`, and `#2` for the second of them.

    Those still owed, where any is; else the newest.
    """
    name, _, number = name.partition("#")
    timescale, _, whose = name.partition("/")
    mine = [
        one
        for one in stage.dossier.deadlines.values()
        if one.timescale == timescale and (not whose or whose in (one.agency, one.subject))
    ]
    if number:
        return mine[int(number) - 1 : int(number)] if number.isdigit() and number != "0" else []
    return [one for one in mine if one.open] or mine[-1:]


def _date(stage: Stage, name: str, expected: str) -> Iterator[Fault]:
    found = dates_named(stage, name)
    if expected == "not started":
        if found:
            yield ("dates", name), f"expected no such date, is {standing(found[-1])}. {REMEDY}"
        return
    if not found:
        yield ("dates", name), f"expected {_said(expected)}, has not started. {REMEDY}"
    for one in found:
        if not _is_as(one, expected):
            whose = f"{one.agency or one.subject}: " if len(found) > 1 else ""
            receipt = receipt_line(stage, one)
            came = f": {receipt}" if receipt else ""
            yield ("dates", name), f"{whose}expected {_said(expected)}, is {standing(one)}{came}. {REMEDY}"


def _is_as(one: Deadline, expected: str) -> bool:
    if " " in expected and one.due_at is not None and as_day(expected.partition(" ")[0]) is not None:
        return day_and_time(one.due_at, one.zone) == _said(expected)
    day = as_day(expected)
    if day is not None:
        return one.status != "cancelled" and one.due_on == day
    if expected == "met":
        return one.status == "met"
    return _standing_word(one) == expected


def _standing_word(one: Deadline) -> str:
    if one.status == "met":
        return "met late" if one.late else "met"
    return {"held": "held", "unset": "no limit set", "cancelled": "set aside"}.get(one.status, "running")


def standing(one: Deadline) -> str:
    """How a date stands, in words: the day it is due, or that it is held, met, set aside."""
    word, due = _standing_word(one), day_and_time(one.due_at, one.zone) if one.due_at else long_day(one.due_on)
    if word == "running":
        return due
    return f"{word} ({due})" if due and word in {"met", "met late", "set aside"} else word


def _said(expected: str) -> str:
    try:
        moment = datetime.fromisoformat(expected)
    except ValueError:
        return expected
    day, _, clock = expected.partition(" ")
    return f"{long_day(date.fromisoformat(day))}, {clock}" if clock else long_day(moment.date())


def receipt_line(stage: Stage, one: Deadline) -> str:
    """How a date came about, in a line: from when, how long, by which calendar, what was left out and what added."""
    rule = stage.procedure.timescales[one.timescale]
    found = due_dates.receipt(stage.procedure, stage.calendars, stage.dossier, one, stage.today)
    if found is None:
        return ""
    calendar = stage.calendars[stage.procedure.calendar_of(rule, one.agency)]
    left_out = [day for day in found.receipt if not day.counted]
    weekends = sum(day.why in WEEKEND for day in left_out)
    others = [f"{short(day.day)} ({day.why})" for day in left_out if day.why not in WEEKEND]
    added = Counter(day.why.partition(": ")[0] for day in found.receipt if day.why.startswith("extension"))
    parts = [
        f"{limit_from(rule, long_day(one.anchor_on))}, by the calendar {calendar.label}",
        f"left out {'; '.join(([counted(weekends, 'day') + ' of weekends'] if weekends else []) + others)}"
        if left_out
        else "",
        f"with {counted(len(added), 'day')} of more time" if added else "",
    ]
    return "; ".join(filter(None, parts))


def _receipt(stage: Stage, name: str, words: str) -> Iterator[Fault]:
    for one in dates_named(stage, name):
        found = due_dates.receipt(stage.procedure, stage.calendars, stage.dossier, one, stage.today)
        lines = [f"{short(day.day)} {day.why}" for day in found.receipt] if found is not None else []
        line = receipt_line(stage, one)
        if words.lower() not in "\n".join([line, *lines]).lower():
            yield ("receipts", name), f"expected its receipt to say “{words}”; it says: {line or 'nothing'}. {REMEDY}"


def _told(key: str, expected: Mapping[str, tuple[str, ...]] | None, told: list[tuple[str, str]]) -> Iterator[Fault]:
    if expected is None:
        return
    if not expected and told and key == "told":
        found = "; ".join(f"{message} to {who}" for message, who in told)
        yield (key,), f"expected nobody to be told anything; told was {found}. {REMEDY}"
    for message, names in expected.items():
        found_names = list(dict.fromkeys(who for kind, who in told if kind == message))
        if set(found_names) != set(names):
            wanted, got = ", ".join(names) or "nobody", ", ".join(found_names) or "nobody"
            others = "; ".join(f"{kind} to {who}" for kind, who in told if kind != message)
            besides = f" Told besides: {others}." if others else ""
            verb = "told to" if key == "told" else "drafted for"
            yield (
                (key, message),
                f"{first_up(f'expected {message} {verb} {wanted}')}, it was {verb} {got}.{besides} {REMEDY}",
            )
