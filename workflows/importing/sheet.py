"""A sheet as it was read: each cell with its right reading, or with the question that is asked before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, Self

Kind = Literal[
    "nothing", "text", "number", "percent", "day", "moment", "time", "length", "yes", "no", "error", "not_worked_out"
]

BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
"""Blanks of every width, the one that no line breaks at among them."""

UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Signs of no width that other programs leave in words; those that turn the order of letters are none of them."""

Place = tuple[int, int]
"""A row and a column, each counted from 1."""


class Cell(NamedTuple):
    """One cell. `value` is its words; a day 2026-03-02, a moment 2026-03-02T18:00, a time 09:30, a length 30:00.

    `ask` says why it must be asked before it is used, `proposal` what is proposed then. `shown` are words that the
    sheet shows beside a number. `struck` are the spans of its words that are struck through, `fill` its colour (six
    digits, or what is known of one that is not sure). `merged` is the cell whose value reaches it.
    """

    kind: Kind
    value: str = ""
    ask: str = ""
    proposal: str = ""
    shown: str = ""
    struck: tuple[tuple[int, int], ...] = ()
    fill: str = ""
    comments: tuple[str, ...] = ()
    link: str = ""
    hidden: bool = False
    merged: str = ""

    @property
    def words(self) -> str:
        """What it says, with single blanks and none around it, line ends kept."""
        said = self.shown or ("" if self.kind in {"nothing", "error", "not_worked_out"} else self.value)
        return _tidied(f"{said}%" if self.kind == "percent" else said)

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        return self.kind == "nothing" or (self.kind == "text" and not self.words)

    @property
    def all_struck(self) -> bool:
        """Whether all of its words are struck through, whatever becomes of the blanks around them."""
        if not (self.struck and self.value):
            return False
        ends = (0, *(end for _, end in self.struck))
        starts = (*(start for start, _ in self.struck), len(self.value))
        return not any(self.value[end:start].strip() for end, start in zip(ends, starts, strict=True))


def _tidied(said: str) -> str:
    """Words with single blanks and none around them: most are so already, as no other blank than " " is printable."""
    if said.isprintable() and "  " not in said and said == said.strip():
        return said
    return "\n".join(line for raw in UNSEEN.sub("", said).splitlines() if (line := BLANKS.sub(" ", raw).strip()))


NOTHING = Cell("nothing")
PLAIN = tuple(Cell._field_defaults.values())
"""What a cell is besides its kind, where nothing more is known of it."""


def address(place: Place) -> str:
    """A cell as people name it: B7."""
    row, column = place
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def place_of(written: str) -> Place:
    """Where a cell such as B7 is. Raises ValueError for anything else."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", written)
    if found is None:
        raise ValueError(written)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: its cells by place; empty ones that carry no colour and no note are left out."""

    name: str
    cells: Mapping[Place, Cell]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    def at(self, row: int, column: int) -> Cell:
        """The cell at a place; nothing where there is none."""
        return self.cells.get((row, column), NOTHING)

    def named(self, written: str) -> Cell:
        """The cell of that address, such as B7."""
        return self.at(*place_of(written))

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows that say something, in order."""
        return tuple(sorted(self._by_row))

    @cached_property
    def _by_row(self) -> dict[int, list[tuple[int, Cell]]]:
        found: dict[int, list[tuple[int, Cell]]] = {}
        for row, column in sorted(self.cells):
            cell = self.cells[row, column]
            if not cell.empty:
                found.setdefault(row, []).append((column, cell))
        return found

    @cached_property
    def headings(self) -> frozenset[str]:
        """The words of the first rows, among them the headings of the columns."""
        return frozenset(cell.words for row in self.rows[:30] for _, cell in self.row(row))

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row that say something, each with its column."""
        yield from self._by_row.get(row, ())


@dataclass(frozen=True)
class Workbook:
    """A file as it was read: its sheets, and what is to be said of it as a whole."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = field(default=())

    def packed(self) -> dict[str, Any]:
        """As JSON holds it: what the process that read a file hands over."""
        return {
            "notes": self.notes,
            "sheets": [
                {
                    "name": one.name,
                    "hidden": one.hidden,
                    "rows": sorted(one.hidden_rows),
                    "notes": one.notes,
                    "cells": [(*place, *_parts(cell)) for place, cell in one.cells.items()],
                }
                for one in self.sheets
            ],
        }

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> Self:
        """A file from what was handed over."""
        return cls(tuple(map(_sheet, packed["sheets"])), tuple(packed["notes"]))


def _sheet(packed: Mapping[str, Any]) -> Sheet:
    cells = {(row, column): _cell(parts) for row, column, *parts in packed["cells"]}
    return Sheet(packed["name"], cells, packed["hidden"], frozenset(packed["rows"]), tuple(packed["notes"]))


def _parts(cell: Cell) -> tuple[Any, ...]:
    """A cell without what follows the last part that is said of it: of most there are two."""
    return cell[:2] if cell[2:] == PLAIN[1:] else cell


def _cell(parts: Sequence[Any]) -> Cell:
    cell = Cell(*parts)
    if len(parts) <= 2:  # noqa: PLR2004  its kind and its value
        return cell
    spans = tuple((start, end) for start, end in cell.struck)
    return cell._replace(struck=spans, comments=tuple(cell.comments))
