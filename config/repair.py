"""Repairs an edition's faults of form in memory, so that the rest of it can still be checked.

What cannot be read becomes an UnreadPart, so that no fault is reported that only follows from another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, NoReturn, get_args, get_origin

from pydantic_core import ErrorDetails

from config.procedure_schema import inside, is_model, keys_of, kind_at, place_of, settings_of, shaped, validated
from config.toml_places import Fault, Place
from states.procedure import Procedure
from states.values import Value

Table = dict[str, Any]

ROUNDS = 5
"""How often a file is mended and looked at again, before it is given up."""


class UnreadPart(AttributeError):
    """Something was asked for that could not be read; what a table leaves out altogether raises AttributeError too."""


class UnreadName(str):
    """A name that could not be read: it is neither the same as another, nor another."""

    __slots__ = ()

    def __eq__(self, _: object) -> NoReturn:
        raise UnreadPart

    def __hash__(self) -> NoReturn:
        raise UnreadPart


class PartlyRead(dict[str, Any]):
    """A table of names that holds more than could be read: a name that is not in it may be there all the same."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or _raise()

    def __iter__(self) -> NoReturn:
        raise UnreadPart

    def keys(self) -> NoReturn:
        """All the names: they are not known."""
        raise UnreadPart

    items = values = keys

    def get(self, name: str, default: Any = None) -> Any:
        """What is under a name, if it could be read."""
        return super().get(name, default) if name in self else default

    def read(self) -> list[tuple[str, Any]]:
        """What could be read, with the names."""
        return list(super().items())


def _raise() -> NoReturn:
    raise UnreadPart


@dataclass
class ReadableEdition:
    """As much of an edition as can be read: the data that stands for it, its faults of form, and what is unknown.

    `procedure` is None where nothing can be made of the file. `unread` are places, `partly` tables with more in them.
    """

    data: Table
    misshapen: tuple[Fault, ...]
    procedure: Procedure | None = None
    unread: set[Place] = field(default_factory=set)
    partly: set[Place] = field(default_factory=set)

    def knows(self, *place: str | int) -> bool:
        """Whether a place could be read, and all that it lies in."""
        return not any(place[:length] in self.unread for length in range(1, len(place) + 1))


def legible(data: Mapping[str, Any]) -> ReadableEdition:
    """As much of an edition as can be read; all of it, where its form is right."""
    whole, misshapen = shaped(data)
    found = ReadableEdition(dict(data), misshapen, whole)
    if whole is None:
        found.data = deepcopy(found.data)
        _mend(found)
    return found


def stands_for(data: Mapping[str, Any]) -> list[tuple[int, int | None]]:
    """For each move of the edition, which in the file it stands for: a move with no `dest` is spelt out by source."""
    return [(index, at) for index, move in enumerate(data["transitions"]) for at in _sources(move) or [None]]


def _sources(move: Mapping[str, Any]) -> Sequence[int | None]:
    return [None] if move.get("dest") else range(len(move.get("source", ())))


def _mend(found: ReadableEdition) -> None:
    for _ in range(ROUNDS):
        procedure, errors = validated(found.data)
        if procedure is not None:
            found.unread |= set(_as_unsure(found))
            moves = stands_for(found.data)
            unread = {one for place in found.unread for one in _spelt_out(place, moves)}
            found.procedure = _without(procedure, (), unread, found.partly)
            return
        for error in sorted(errors, key=lambda error: error["loc"][-1] == "[key]"):
            _mend_one(found, error)


def _as_unsure(found: ReadableEdition) -> Iterator[Place]:
    """Where a move that names no `dest` leads to, when its sources cannot be read either."""
    for index, move in enumerate(found.data["transitions"]):
        if not move.get("dest") and ("transitions", index, "source") in found.unread:
            yield ("transitions", index, "dest")


def _spelt_out(place: Place, moves: Sequence[tuple[int, int | None]]) -> Iterator[Place]:
    if len(place) < 2 or place[0] != "transitions":  # noqa: PLR2004
        yield place
        return
    for number, (index, at) in enumerate(moves):
        if index != place[1]:
            continue
        if at is None or place[2:3] != ("source",) or len(place) == 3:  # noqa: PLR2004
            yield ("transitions", number, *place[2:])
        elif place[3] == at:
            yield from (("transitions", number, "source"), ("transitions", number, "dest"))


def _mend_one(found: ReadableEdition, error: ErrorDetails) -> None:
    place = place_of(error)
    table = _within(found.data, place[:-1])
    if table is None or (isinstance(table, dict) and place[-1] not in table and error["type"] != "missing"):
        return
    if error["loc"][-1] == "[key]":
        found.partly.add(place[:-1])
        del table[place[-1]]
    elif error["type"] == "extra_forbidden":
        _leave_out(found, table, place)
    else:
        table[place[-1]] = _stand_in(kind_at(place))
        found.unread.add(place)


def _within(data: Any, place: Place) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _leave_out(found: ReadableEdition, table: Table, place: Place) -> None:
    """Leave an unknown key out: another may have been meant by it, and that one is then not known for sure."""
    *above, stranger = place
    held, known = table.pop(str(stranger)), keys_of(tuple(above))
    for key in get_close_matches(str(stranger), known, n=1) or known:
        if key not in table or isinstance(table[key], list):
            _doubt(found, table, (*above, key))
        elif isinstance(held, dict | list) and isinstance(table[key], dict):
            found.partly.add((*above, key))


def _doubt(found: ReadableEdition, table: Table, place: Place) -> None:
    if place[-1] not in table and _is_required(place):
        return  # that it is missing is told by itself
    found.unread.add(place)


def _is_required(place: Place) -> bool:
    setting = settings_of(kind_at(place[:-1])).get(str(place[-1]))
    return setting is not None and setting.is_required()


def _stand_in(kind: object) -> Any:
    """Something of the right kind, to stand where what is written cannot be read."""
    if is_model(kind):
        required = (key for key, setting in settings_of(kind).items() if setting.is_required())
        return {key: _stand_in(inside(kind, key)) for key in required}
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) in (tuple, dict):
        return [] if get_origin(kind) is tuple else {}
    return {int: 1, bool: False}.get(kind, "unread") if isinstance(kind, type) else "unread"


def _without(value: Any, place: Place, unread: Collection[Place], partly: Collection[Place]) -> Any:
    """A value without what could not be read of it."""
    inner = {one[len(place)] for one in (*unread, *partly) if one[: len(place)] == place and len(one) > len(place)}
    if isinstance(value, Value):
        return _part_without(value, place, unread, partly, inner)
    if isinstance(value, Mapping):
        names = ((key, _one_without(one, (*place, key), unread, partly)) for key, one in value.items())
        return PartlyRead(names) if place in partly else dict(names)
    if isinstance(value, tuple) and inner:
        return tuple(_one_without(one, (*place, index), unread, partly) for index, one in enumerate(value))
    return value


def _part_without(
    value: Value, place: Place, unread: Collection[Place], partly: Collection[Place], inner: Collection[str | int]
) -> Value:
    fresh = value.model_copy()
    for name, setting in type(value).model_fields.items():
        key = setting.alias or name
        if (*place, key) in unread:
            del fresh.__dict__[name]
        elif key in inner:
            fresh.__dict__[name] = _without(getattr(value, name), (*place, key), unread, partly)
    return fresh


def _one_without(value: Any, place: Place, unread: Collection[Place], partly: Collection[Place]) -> Any:
    if place not in unread:
        return _without(value, place, unread, partly)
    if not isinstance(value, Value):
        return UnreadName()
    fresh = value.model_copy()
    fresh.__dict__.clear()
    return fresh
