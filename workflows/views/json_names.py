"""JSON keys of a view's attributes where they differ from the attribute's name, or are written flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
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


AS_THEY_ARE = frozenset({str, int, float, bool, type(None), date, datetime})
"""The kinds of most values: nothing of them is looked into."""


def written_as(key: str) -> Mapping[str, str]:
    """This field is written under another key."""
    return {JSON: key}


def as_data(value: Any, word: Callable[[Offer], str]) -> Any:
    """A view as JSON has it: dataclasses as objects, tuples as lists; `word` turns what can be done into text.

    Dates and times stay as they are, for whoever writes them.
    """
    return value if type(value) in AS_THEY_ARE else _looked_into(value, word)


def _looked_into(value: Any, word: Callable[[Offer], str]) -> Any:
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
    for name, key, unless_none in _layout(value.__class__):
        part = as_data(getattr(value, name), word)
        if part is None and unless_none:
            continue
        if key == "*":
            found |= part
        elif key:
            found[key] = part
    return found


@cache
def _layout(view: type) -> tuple[tuple[str, str, bool], ...]:
    """The fields of a kind of view: the name, the key it is written under, and whether it is left out where None."""
    marks = ((one.name, one.metadata) for one in fields(view))
    return tuple((name, mark.get(JSON, name), mark == UNLESS_NONE) for name, mark in marks)
