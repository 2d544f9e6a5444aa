"""Views as JSON for programs: what can be done next as a link and words, moments with their zone, days as days."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.next_step import Advice, Besides, NextStep, Offer, plain
from web.links import Link, link_of
from workflows.views.json_names import as_data

ROOT = "/api/v1"


@dataclass(frozen=True)
class Remedy:
    """Something that can be done: its verb as at the terminal, in words, and where it is done; what it is given.

    `href` is empty for what is done at the terminal alone.
    """

    verb: str
    words: str
    href: str
    arguments: dict[str, list[str]]


@dataclass(frozen=True)
class Sentence:
    """A sentence that says what mends something, and the operations it speaks of."""

    words: str
    steps: tuple[Remedy, ...]


@dataclass(frozen=True)
class Recordable:
    """The names of what may be recorded besides."""

    fields: tuple[str, ...]


def remedy_of(step: NextStep) -> Remedy:
    """Something that can be done, as a program finds it: the addresses are those of the desk, under its own root."""
    link = link_of(step) if step.verb else Link("")
    address = link.address.partition("#")[0]
    given = {name: list(values) for name, values in step.arguments.items()}
    return Remedy(step.verb, link.words, f"{ROOT}{address}" if address else "", given)


def offered(offer: Offer) -> Any:
    """What can be done next, or what mends something, as JSON has it."""
    if isinstance(offer, NextStep):
        return as_data(remedy_of(offer), offered)
    if isinstance(offer, Besides):
        return as_data(Recordable(tuple(one.name for one in offer.fields)), offered)
    assert isinstance(offer, Advice)
    return as_data(Sentence(plain(offer), tuple(map(remedy_of, offer.steps))), offered)


def to_json(view: Any) -> bytes:
    """A view as JSON."""
    return _encode(as_data(view, offered)).encode()


def _written(value: Any) -> str:
    """A moment as RFC 3339 with its zone, a day as a day, anything else as its words."""
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a moment without its zone"
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_written, separators=(",", ":")).encode
