"""How a view is written as JSON where the name of an attribute does not say it: under another key, or flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from states.next_step import Offer

JSON = "json"
"""The mark in the metadata of a dataclass's field."""

FLAT: Mapping[str, str] = {JSON: "*"}
"""The parts of this field are written among those of the view that holds it."""

UNWRITTEN: Mapping[str, str] = {JSON: ""}
"""This field is for pages alone: it is left out of the JSON."""


UNLESS_NONE: Mapping[str, str] = {"where": "not None"}
"""This field is left out of the JSON where it is None."""


def written_as(key: str) -> Mapping[str, str]:
    """This field is written under another key."""
    return {JSON: key}


def as_data(value: Any, word: Callable[[Offer], str]) -> Any:
    """A view as JSON has it: dataclasses as objects, tuples as lists; `word` turns what can be done into text.

    Dates and times stay as they are, for whoever writes them.
    """
    if isinstance(value, Offer):
        return word(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if is_dataclass(value):
        return _of_dataclass(value, word)
    if isinstance(value, Mapping):
        return {_key(key): as_data(one, word) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_data(one, word) for one in value]
    return value


def _key(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _of_dataclass(value: Any, word: Callable[[Offer], str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(value):
        key, part = one.metadata.get(JSON, one.name), as_data(getattr(value, one.name), word)
        if part is None and one.metadata == UNLESS_NONE:
            continue
        if key == "*":
            found |= part
        elif key:
            found[key] = part
    return found
