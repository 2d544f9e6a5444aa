"""JSON Schemas of the answers, generated from the types of the views and how they are written."""

from __future__ import annotations

import types
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from states.next_step import Advice, Besides, NextStep
from web.api.as_json import Recordable, Remedy, Sentence
from workflows.views.json_names import JSON, UNLESS_NONE

Schema = dict[str, Any]
Known = Mapping[Any, Any]
"""What the type variables of a generic class stand for."""

PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    types.NoneType: {"type": "null"},
}
OFFERS: Mapping[Any, type] = {NextStep: Remedy, Advice: Sentence, Besides: Recordable}
"""How each kind of what can be done is written."""
REF = "#/components/schemas/{model}"


def ref_to(name: str) -> Schema:
    """A schema that is another's, by its name."""
    return {"$ref": REF.format(model=name)}


class Schemas:
    """The schemas of all classes that were asked for, by name; each stands once, and others refer to it."""

    def __init__(self, called: Mapping[Any, str] | None = None) -> None:
        """`called` says what some classes are called, where their own name says less to whoever writes a program."""
        self.components: dict[str, Schema] = {}
        self._called = called or {}
        self._names: dict[tuple[Any, ...], str] = {}

    def of(self, hint: Any, known: Known | None = None) -> Schema:
        """The schema of what a type is written as."""
        known = known or {}
        hint = OFFERS.get(known.get(hint, hint), known.get(hint, hint))
        if hint in PLAIN:
            return dict(PLAIN[hint])
        return self._made_of(get_origin(hint), get_args(hint), known) if get_args(hint) else self._class(hint)

    def _class(self, one: Any) -> Schema:
        """The schema of a class; of anything else, whatever JSON holds."""
        if is_dataclass(one):
            return self._dataclass(one, ())
        if isinstance(one, type) and issubclass(one, BaseModel):
            return self._model(one)
        return dict(PLAIN[str]) if isinstance(one, type) and issubclass(one, str) else {}

    def _made_of(self, origin: Any, inner: tuple[Any, ...], known: Known) -> Schema:
        """The schema of a type that is made of others."""
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in {Union, types.UnionType}:
            return _either([self.of(one, known) for one in inner])
        if is_dataclass(origin):
            return self._dataclass(origin, tuple(known.get(one, one) for one in inner))
        return self._collection(origin, inner, known) if isinstance(origin, type) else {}

    def _collection(self, origin: type, inner: tuple[Any, ...], known: Known) -> Schema:
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1], known)}
        if issubclass(origin, tuple) and inner[-1:] != (...,):
            parts = [self.of(one, known) for one in inner]
            return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
        if issubclass(origin, Collection):
            return {"type": "array", "items": self.of(inner[0], known)}
        return {}

    def _dataclass(self, one: Any, given: tuple[Any, ...]) -> Schema:
        name = self._name(one, given)
        if name not in self.components:
            self.components[name] = {}
            known = dict(zip(getattr(one, "__parameters__", ()), given, strict=False))
            parts = dict(self._parts(one, known))
            always = [part for part, (_, wanted) in parts.items() if wanted]
            properties = {part: schema for part, (schema, _) in parts.items()}
            about = (one.__doc__ or "").strip()
            more = {"description": " ".join(about.split())} if about and not about.startswith(one.__name__) else {}
            self.components[name] = {"type": "object", **more, "properties": properties, "required": always}
        return ref_to(name)

    def _parts(self, one: Any, known: Known) -> Iterator[tuple[str, tuple[Schema, bool]]]:
        """The parts of a view as they are written, and whether each is always there; those of a flat one among them."""
        hints = get_type_hints(one)
        for field in fields(one):
            key = field.metadata.get(JSON, field.name)
            if not key:
                continue  # it is not written, and what it is made of names nothing
            schema = self.of(hints[field.name], known)
            if key == "*":
                flat = self.components[schema["$ref"].rpartition("/")[2]]
                required = flat.get("required", ())
                yield from ((name, (part, name in required)) for name, part in flat["properties"].items())
            else:
                yield key, (schema, field.metadata != UNLESS_NONE)

    def _model(self, model: type[BaseModel]) -> Schema:
        name = self._name(model, ())
        if name not in self.components:
            made = model.model_json_schema(by_alias=True, mode="serialization", ref_template=REF)
            self.components |= {part: _bare(one) for part, one in made.pop("$defs", {}).items()}
            self.components[name] = _bare(made)
        return ref_to(name)

    def _name(self, one: Any, given: tuple[Any, ...]) -> str:
        """What a class is called: by its own name, and with that of its module where another has the same."""
        key = (one, *given)
        if key not in self._names:
            of = "".join(part.__name__ for part in given if not isinstance(part, TypeVar))
            short = f"{of}{self._called.get(one, one.__name__)}"
            stem = "".join(map(str.capitalize, one.__module__.rpartition(".")[2].split("_")))
            self._names[key] = short if short not in self._names.values() else f"{stem}{short}"
        return self._names[key]


def _bare(schema: Any) -> Any:
    """A schema without the titles and words of its model: those are for whoever writes editions."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    named = schema.get("properties", {})
    plain = {name: _bare(one) for name, one in schema.items() if name not in {"title", "description", "properties"}}
    return {**plain, **({"properties": {name: _bare(one) for name, one in named.items()}} if named else {})}


def _either(several: list[Schema]) -> Schema:
    """One of several: of plain types together, else one after another."""
    if all(set(one) == {"type"} for one in several):
        return {"type": [one["type"] for one in several]}
    return {"anyOf": several}
