"""Hostile editions: sound ones, spoilt at every place in every way that their schema suggests; each time the same."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from config import procedure_schema, procedures
from config.procedure_names import AUDIENCES, OWN, REFERENCES
from config.procedure_schema import settings_of
from config.toml_places import Place
from states.errors import BadProcedure
from states.guards import GUARDS
from states.procedure import Procedure
from tests.harbour import changed, written
from tests.office import SMALL_EDITION

Table = dict[str, Any]

RICH_EDITION = (Path(__file__).parent / "rich_edition.toml").read_text(encoding="utf-8")
NUMBERS = (-2, 0, 1, 3, 40, 99_999_999_999, 2**70)
WORDS = ("", " ", "Other words", "nobody_at_all", "2026-13-45", "\u200b", "x" * 2_001)
WRONG_KINDS: tuple[Any, ...] = ("5", 5, 1.5, True, [], {}, [{}], ["x"])


@dataclass(frozen=True)
class Hostile:
    """An edition that was spoilt: which, and what stands where (or is taken out)."""

    base: str
    place: Place
    what: str
    change: Any = None

    @property
    def data(self) -> Table:
        """What its file holds then."""
        data = deepcopy(base(self.base))
        if self.place:
            _change(data, self.place, self.change)
        return data

    @property
    def name(self) -> str:
        """What was done, in one line."""
        return f"{self.base}: {'.'.join(map(str, self.place))} {self.what}"


@cache
def base(name: str) -> Table:
    """A sound edition that others are made from, as its file holds it."""
    return tomllib.loads({"small": SMALL_EDITION, "rich": RICH_EDITION}[name])


def rich(*changes: tuple[str, str]) -> str:
    """The text of the rich edition, with some of it written otherwise."""
    return changed(*changes, text=RICH_EDITION)


def refused(folder: Path, text: str) -> tuple[str, ...]:
    """Every fault of an edition that is refused."""
    with pytest.raises(BadProcedure) as faulty:
        procedures.read(written(folder, text, "rich-review"))
    return faulty.value.obstacles


def hostile(name: str) -> Iterator[Hostile]:
    """Every edition that one change makes of a sound one, in the order of its file."""
    schema = procedure_schema.schema()
    procedure, _ = procedure_schema.shaped(base(name))
    assert procedure is not None
    for place, change, what in Spoiler(schema, procedure).changes(base(name), schema, ()):
        yield Hostile(name, place, what, change)


def some(found: list[Hostile], count: int, seed: int) -> list[Hostile]:
    """So many of them: of each kind of change at each kind of place as even a share as there is, by the seed."""
    drawn = random.Random(seed)  # noqa: S311  nothing is kept secret
    kinds: dict[tuple[str, str], list[Hostile]] = {}
    for one in found:
        kinds.setdefault((kind_of_place(one.place), one.what), []).append(one)
    rounds = [drawn.sample(group, len(group)) for group in kinds.values()]
    drawn.shuffle(rounds)
    in_turn = [group[turn] for turn in range(max(map(len, rounds))) for group in rounds if turn < len(group)]
    return in_turn[:count]


def kind_of_place(place: Place) -> str:
    """A place without its numbers and free names: the part of an edition it is, and the key."""
    return _kind_of_place(tuple(0 if isinstance(one, int) else one for one in place))


@cache
def _kind_of_place(place: Place) -> str:
    kinds = [str(getattr(procedure_schema.kind_at(place[:length]), "__name__", "")) for length in range(len(place))]
    models = [index for index, kind in enumerate(kinds) if kind and kind[0].isupper()]
    below = place[models[-1] :] if models else place
    return f"{kinds[models[-1]] if models else ''}.{'.'.join('*' if isinstance(one, int) else one for one in below)}"


class Gone:
    """Stands where a key is taken out."""


@dataclass
class Spoiler:
    """Makes changes by what a schema says may stand at a place, and by the names an edition has."""

    schema: Table
    procedure: Procedure

    def changes(self, data: Any, node: Table, place: Place) -> Iterator[tuple[Place, Any, str]]:
        """Every change at a place and at all places within it: where, to what, and in words."""
        node = self._plain(node)
        for value in WRONG_KINDS:
            if type(value) is not type(data) and place:
                yield place, value, f"becomes {value!r}"
        if isinstance(data, Mapping):
            yield from self._of_table(data, node, place)
        elif isinstance(data, list):
            yield from self._of_list(data, node, place)
        else:
            for value in self.values(node, place):
                if value != data:
                    yield place, value, f"becomes {_shown(value)}"

    def _of_table(self, data: Mapping[str, Any], node: Table, place: Place) -> Iterator[tuple[Place, Any, str]]:
        yield (*place, "no_such_key"), 1, "is added"
        inner, named = (
            node.get("properties", {}),
            node.get("patternProperties") or {"": node.get("additionalProperties")},
        )
        free: Table = next(iter(named.values())) or {}
        for key, value in data.items():
            yield (*place, key), Gone, "is left out"
            yield from self.changes(value, inner.get(key) or free, (*place, key))
        for key, below in inner.items():
            if key not in data:
                for value in self.values(self._plain(below), (*place, key)):
                    yield (*place, key), value, f"is added as {_shown(value)}"

    def _of_list(self, data: list[Any], node: Table, place: Place) -> Iterator[tuple[Place, Any, str]]:
        if data:
            yield place, [], "is emptied"
            yield (*place, len(data)), data[-1], "has its last twice"
        for index, value in enumerate(data):
            yield from self.changes(value, node.get("items", {}), (*place, index))

    def values(self, node: Table, place: Place, depth: int = 0) -> list[Any]:
        """Values of the kind that belongs at a place, some of them out of all reason."""
        if "const" in node or "enum" in node:
            return [*node.get("enum", [node.get("const")]), "no_such_word"]
        if node.get("type") == "array":
            inner = self.values(self._plain(node.get("items", {})), (*place, 0), depth + 1)
            return [[], *([one] for one in inner[:4])]
        if node.get("type") == "object":
            return self._tables(node, place, depth)
        words = [*self._names(place), *WORDS]
        plain: dict[str, list[Any]] = {"integer": [*NUMBERS], "boolean": [True, False], "string": words}
        return plain.get(node.get("type", ""), [])

    def _tables(self, node: Table, place: Place, depth: int) -> list[Any]:
        filled: Table = {}
        for key in node.get("required", []):
            found = self.values(self._plain(node["properties"][key]), (*place, key), depth + 1)
            filled[key] = found[0] if found else "x"
        more = []
        for key, below in node.get("properties", {}).items():
            if key not in filled and depth == 0:
                found = self.values(self._plain(below), (*place, key), depth + 1)
                more += [{**filled, key: value} for value in found[:2]]
        return [filled, *more]

    def _plain(self, node: Table) -> Table:
        """A part of the schema itself, where it is only named or may be left out."""
        while "$ref" in node or "anyOf" in node:
            if "$ref" in node:
                node = self.schema["$defs"][node["$ref"].rpartition("/")[2]]
            else:
                node = next(one for one in node["anyOf"] if one.get("type") != "null")
        return node

    def _names(self, place: Place) -> list[str]:
        """Names that lead somewhere from a place."""
        what = self._named_at(place)
        known = {"guard": GUARDS, "calendar": ("scotland", "england"), "audience": AUDIENCES, "message": MESSAGES}
        names = known[what] if what in known else OWN[what](self.procedure) if what in OWN else ()
        if what == "audience":
            names = {*names, *self.procedure.roles, *self.procedure.bodies}
        return sorted(names)

    @staticmethod
    def _named_at(place: Place) -> str:
        for length in range(len(place) - 1, -1, -1):
            kind = procedure_schema.kind_at(place[:length])
            if isinstance(kind, type) and settings_of(kind):
                key = str(place[length])
                return "source" if key == "cite" else REFERENCES.get(kind, {}).get(key, "")
        return ""


MESSAGES = ("reminder", "overdue", "due_today", "escalation", "case_opened", "decision_made", "promise_broken", "told")


def _change(data: Any, place: Place, change: Any) -> None:
    for part in place[:-1]:
        data = data[part]
    if change is Gone:
        del data[place[-1]]
    elif isinstance(data, list) and place[-1] == len(data):
        data.append(deepcopy(change))
    else:
        data[place[-1]] = deepcopy(change)


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) < 40 else f"{shown[:20]}... ({len(shown)} signs)"
