"""The shape of an edition: its keys and what each takes, as a JSON Schema, and as sentences where a file is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.procedure_keys import MEANINGS
from config.toml_places import Fault, Place, hint
from states.procedure import Procedure

SHOWN = 60
"""Characters of a wrong value that are shown."""

SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, object]:
    """The JSON Schema of an edition, with what each key means, for editors that check TOML while it is typed."""
    document: dict[str, Any] = Procedure.model_json_schema(by_alias=True)
    for name, part in {"Procedure": document, **document["$defs"]}.items():
        for key, described in part.get("properties", {}).items():
            described["description"] = MEANINGS[name][key]
    return {"$schema": SCHEMA, **document, "title": "An edition of the guidance"}


def shaped(data: Mapping[str, Any]) -> tuple[Procedure | None, tuple[Fault, ...]]:
    """What a TOML file holds as a procedure, or None with every key that is missing, unknown or of the wrong kind.

    A date may stand with or without quotation marks; a number or a true/false may not be quoted.
    """
    procedure, errors = validated(data)
    faults: dict[Place, str] = {}
    for error in errors:
        place = place_of(error)
        faults.setdefault(place, _sentence(error, place))
    return procedure, tuple(faults.items())


def validated(data: Mapping[str, Any]) -> tuple[Procedure | None, list[ErrorDetails]]:
    """What a TOML file holds as a procedure, or None with what pydantic has against it."""
    try:
        return Procedure.model_validate_json(json.dumps(data, default=str), strict=True), []
    except ValidationError as refusal:
        return None, refusal.errors()


def keys_of(place: Place) -> tuple[str, ...]:
    """The keys that may be written at a place; empty where the keys are free names."""
    return tuple(settings_of(kind_at(place)))


def settings_of(kind: object) -> dict[str, FieldInfo]:
    """The keys of a table, as they are written, with what each takes; none where a kind has no keys of its own."""
    fields = kind.model_fields if is_model(kind) else {}
    return {setting.alias or name: setting for name, setting in fields.items()}


def kind_at(place: Place) -> object:
    """What belongs at a place: a model, str, int, a tuple, a dict, a Literal; None where nothing does."""
    kind: object = Procedure
    for part in place:
        kind = inside(kind, part)
        if kind is None:
            return None
    return kind


def inside(kind: object, part: str | int) -> object:
    """What belongs at one key, or at one place of a list, within a kind."""
    if is_model(kind):
        found = settings_of(kind).get(str(part))
        return _plain(found.annotation) if found else None
    if get_origin(kind) is dict:
        return _plain(get_args(kind)[1])
    if get_origin(kind) is tuple:
        return _plain(get_args(kind)[0])
    return None


def _plain(kind: object) -> object:
    """A type without what surrounds it: `X | None` and `Annotated[X, ...]` are X."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return next(_plain(one) for one in get_args(kind) if one is not type(None))
    return kind


def is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    """Whether a kind is a table with keys of its own."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def place_of(error: ErrorDetails) -> Place:
    """The place of a fault in the file: as far as its keys go, without what pydantic adds of its own."""
    place = tuple(part for part in error["loc"] if part != "[key]")
    above = kind_at(place[:-1])
    return place[:-1] if get_origin(above) is None and not is_model(above) else place


def _sentence(error: ErrorDetails, place: Place) -> str:
    say = SENTENCES.get(error["type"])
    return say(error, place) if say else f"{_given(error)} does not belong here. See docs/procedure-format.md."


def _given(error: ErrorDetails) -> str:
    value = error["input"]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 4]}...'"


def _missing(_: ErrorDetails, place: Place) -> str:
    meaning = MEANINGS.get(getattr(kind_at(place[:-1]), "__name__", ""), {}).get(str(place[-1]), "")
    return "it is missing. Add it" + (f": {meaning[0].lower()}{meaning[1:]}" if meaning else ".")


def _stranger(_: ErrorDetails, place: Place) -> str:
    return f"nothing of this name is known here. {hint(str(place[-1]), keys_of(place[:-1]))}"


def _name(error: ErrorDetails, _: Place) -> str:
    return f"{_given(error)} is no name. Use small letters, digits and _, beginning with a letter."


def _literal(error: ErrorDetails, _: Place) -> str:
    allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    return f"{_given(error)} is not known here. {hint(str(error['input']), allowed)}"


def _number(error: ErrorDetails, _: Place) -> str:
    return f"{_given(error)} is not a whole number. Write it without quotation marks, as 14."


def _truth(error: ErrorDetails, _: Place) -> str:
    return f"{_given(error)} is neither true nor false. Write one of the two, without quotation marks."


def _text(error: ErrorDetails, _: Place) -> str:
    return f"{_given(error)} is not text. Write it in quotation marks."


def _list(error: ErrorDetails, place: Place) -> str:
    if is_model(inside(kind_at(place), 0)):
        return f"it is not a list of tables. Begin each entry with [[{'.'.join(map(str, place))}]]."
    return f"{_given(error)} is not a list. Write it in square brackets, as [...]."


def _table(error: ErrorDetails, place: Place) -> str:
    keys = keys_of(place)
    return f"{_given(error)} is not a table. Write it in braces, as {{ {keys[0] if keys else 'name'} = ... }}."


def _bound(words: str, key: str) -> Callable[[ErrorDetails, Place], str]:
    return lambda error, _: f"{_given(error)} is out of range: give a number {words} {error['ctx'][key]}."


SENTENCES: dict[str, Callable[[ErrorDetails, Place], str]] = {
    "missing": _missing,
    "extra_forbidden": _stranger,
    "string_pattern_mismatch": _name,
    "string_too_long": lambda error, _: f"it is longer than {error['ctx']['max_length']} characters. Shorten it.",
    "string_too_short": lambda _error, _place: "it is empty. Write a few words.",
    "string_type": _text,
    "literal_error": _literal,
    "int_type": _number,
    "int_from_float": _number,
    "bool_type": _truth,
    "tuple_type": _list,
    "list_type": _list,
    "dict_type": _table,
    "model_type": _table,
    "model_attributes_type": _table,
    "greater_than": _bound("above", "gt"),
    "greater_than_equal": _bound("of at least", "ge"),
    "less_than_equal": _bound("of at most", "le"),
}
"""What pydantic calls a fault, and how a lead officer is told of it."""
