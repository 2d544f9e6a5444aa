"""Checks that each audience and each message an edition names means something where it stands.

What a wording needs stands beside it, in `notifications/templates/messages.toml`. What a place has to say is here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from config.edition_cache import WORDINGS
from config.part_checks import CheckedPart
from config.toml_places import Fault
from states.procedure import Procedure
from states.steps import Notice, Register, Request
from states.timescales import Rung, Timescale
from states.values import Value

DECIDES = frozenset({"decide", "ratify"})
"""The acts by which something is decided."""

WORDS = {
    "ahead": "a date that has not gone by (a rung up to day 0)",
    "answer": "an answer that has come",
    "asking": "an agency that is asked",
    "cairn": "that Cairn itself sends it: no edition names it",
    "decision": "a move that decides or ratifies (act)",
    "event": "a chase: something outside that is waited for",
    "hold": "a hold",
    "last_day": "the last day (a rung of day 0)",
    "late": "a date that can be late and has gone by (a rung after day 0, of no chase or window)",
    "move": "a move",
    "news": "something that was done on the case (a move, or an item entered)",
    "order": "a hold that is ordered",
    "promise": "a promise that was broken: Cairn says so itself, in place of a rung",
    "request": "a request",
    "timescale": "a date that is owed (a rung of a ladder)",
    "due": "a date that is owed (a rung of a ladder)",
}
"""What a message may need, in words."""

AGENCYS_OWN = frozenset({"agency_contact", "agency_senior"})
"""The audiences that are of the one agency it is about."""


@lru_cache(maxsize=1)
def needs() -> dict[str, frozenset[str]]:
    """What each message needs beside the reference of a case, as it is declared beside the wordings."""
    if not WORDINGS.exists():
        return {}
    return {name: frozenset(said["needs"]) for name, said in tomllib.loads(WORDINGS.read_text("utf-8")).items()}


def offered(procedure: Procedure, place: tuple[str | int, ...], said: Value) -> frozenset[str]:
    """What there is to say at a place of an edition: of a move, an item, a hold, a request or a rung."""
    kind, name = place[0], place[1]
    if kind == "transitions":
        act = procedure.transitions[int(name)].act
        return frozenset({"move", "news"} | ({"decision"} if act in DECIDES else set()))
    if kind == "registers":
        return frozenset({"news"})
    if kind == "pauses":
        return frozenset({"hold", "order"})
    if kind == "requests":
        return frozenset({"request", "answer" if "acknowledgement" in place else "asking"})
    return frozenset(_of_rung(_on_ladder(procedure, str(name)), said.day if isinstance(said, Rung) else 0))


def _of_rung(rules: list[Timescale], day: int) -> Iterator[str]:
    yield from ("timescale", "due")
    if day <= 0:
        yield "ahead"
    if day == 0:
        yield "last_day"
    if day > 0 and all(rule.can_be_late for rule in rules):
        yield "late"
    if all(rule.kind == "chase" for rule in rules):
        yield "event"
    if all(rule.anchor.pause is not None for rule in rules):
        yield "hold"


def _on_ladder(procedure: Procedure, ladder: str) -> list[Timescale]:
    return [rule for rule in procedure.timescales.values() if rule.ladder == ladder]


def notice(part: CheckedPart) -> Iterator[Fault]:
    """Whoever is told of a move, an item or a hold is somebody there, and the message has something to say."""
    one: Notice = part.value
    yield from _message(part, "message", one.message)
    kept = part.procedure.registers.get(str(part.place[1])) if part.place[0] == "registers" else None
    for index, audience in enumerate(one.tell):
        if audience == "owner":
            yield part.at("tell", index), f"owner is whoever owes a date, and here is none. {_instead(kept)}"
        elif audience in AGENCYS_OWN and not (kept is not None and _names_agency(kept)):
            why = "its items name no agency (a field called agency)" if kept else "it is about no one agency"
            yield part.at("tell", index), f"{audience} is of the agency it is about, and {why}. {_instead(None)}"


def _instead(kept: Register | None) -> str:
    mine = "agency_contact, " if kept is not None and _names_agency(kept) else ""
    return f"Say {mine}agencies, notifier, or name a role or a body."


def _names_agency(kept: Register) -> bool:
    return any(field.name == "agency" and field.kind == "agency" for field in kept.fields)


def rung(part: CheckedPart) -> Iterator[Fault]:
    """Whoever is told of a date is somebody, whatever date it is, and the message is true on that day."""
    one: Rung = part.value
    yield from _message(part, "message", one.message)
    by_role = [rule for rule in _on_ladder(part.procedure, str(part.place[1])) if rule.owner != "agency"]
    for index, audience in enumerate(one.tell):
        if audience in AGENCYS_OWN and by_role:
            owed = f"{by_role[0].label!r} is owed by a role, not by an agency"
            yield part.at("tell", index), f"{audience} is nobody here: {owed}. Say owner, or use another ladder."


def request(part: CheckedPart) -> Iterator[Fault]:
    """What asks an agency asks, and what thanks it thanks."""
    one: Request = part.value
    yield from _message(part, "message", one.message)
    if one.acknowledgement is not None:
        yield from _message(part, "acknowledgement", one.acknowledgement)


def _message(part: CheckedPart, key: str, message: str) -> Iterator[Fault]:
    there = offered(part.procedure, part.at(key), part.value)
    missing = sorted(needs().get(message, frozenset()) - there)
    if not missing:
        return
    words = WORDS.get(missing[0], f"the fact {missing[0]!r}")
    fit = ", ".join(name for name, wanted in sorted(needs().items()) if wanted <= there)
    yield part.at(key), f"the message {message!r} needs {words}. Say one of: {fit}."


TELLING_CHECKS: tuple[tuple[type, Callable[[CheckedPart], Iterable[Fault]]], ...] = (
    (Notice, notice),
    (Rung, rung),
    (Request, request),
)
"""What is asked of each part that tells somebody something."""
