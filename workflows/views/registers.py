"""The lists kept on a case (findings, actions, learning points), with what is entered in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from records import cases
from states.dossier import Item
from states.steps import Register
from workflows.views.answer_words import form_of, in_words
from workflows.views.json_names import FLAT, UNWRITTEN


@dataclass(frozen=True)
class KeptItem:
    """An item of a list: as it is recorded, in words, and whether it is open, answered or ended."""

    item: Item = field(metadata=FLAT)
    words: str
    stands: str = field(metadata=UNWRITTEN)


@dataclass(frozen=True)
class Registers:
    """The lists of a case by their names, each with its label, and their items in the order they were entered."""

    ref: str
    registers: Mapping[str, str]
    items: tuple[KeptItem, ...]

    def of(self, name: str) -> tuple[KeptItem, ...]:
        """The items of one of the lists."""
        return tuple(one for one in self.items if one.item.kept_in == name)


def registers(tx: Connection, ref: str, only: str = "") -> Registers:
    """What the lists of a case hold, or one of them. Raises NotFound where there is no such case."""
    case = cases.find(tx, ref, to_change=False)
    kept = case.procedure.registers
    found = (item for item in case.dossier.items.values() if only in {"", item.kept_in})
    items = tuple(KeptItem(one, _words(kept.get(one.kept_in), one.fields), _stands(one)) for one in found)
    return Registers(case.ref, {name: rule.label for name, rule in kept.items() if only in {"", name}}, items)


def _words(rule: Register | None, fields: Mapping[str, Any]) -> str:
    form = form_of(rule)
    labels = {name: form[name].label if name in form else name.replace("_", " ") for name in fields}
    return "; ".join(f"{labels[name]}: {in_words(form.get(name), value)}" for name, value in fields.items())


def _stands(item: Item) -> str:
    return "ended" if item.ended else "answered" if item.answered_on else "open"
