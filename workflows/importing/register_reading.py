"""A register while its rows are read: where its columns are, what they mean, what was met; and a row as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.importing.days_in_words import Order
from workflows.importing.layout import Layout, RegisterColumn
from workflows.importing.questions_asked import AS_WORDS, Asker
from workflows.importing.sheet import NOTHING, Cell
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS


@dataclass(frozen=True)
class RegisterRow:
    """A record of a register: what it says by target, the days of it, and what is kept as words by heading."""

    number: int
    said: Mapping[str, str]
    days: Mapping[str, date]
    agencies: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    children: tuple[str, ...] = ()
    struck: bool = False
    goes_on: bool = False
    """Whether the sheet says that its recommendation is the one above: by merged cells, or a blank that means so."""


@dataclass
class RegisterReading:
    """A register while its rows are read: where its columns are, what they mean, who asks, agencies met so far."""

    layout: Layout
    columns: Mapping[str, str]
    asker: Asker
    agencies: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    """Whether no agency may be met that is not known."""
    numbered: bool = False
    """Whether most of its references have a number."""
    above: dict[str, str] = field(default_factory=dict)
    orders: dict[int, frozenset[Order]] = field(default_factory=dict)
    """What the days of a column show to come first, day or month, by its number: either, both in turn, or neither."""
    may_be_turned: set[int] = field(default_factory=set)
    """The columns in whose days a program may have taken the month for the day."""


@dataclass
class UnfinishedRow:
    """A row while its cells are read."""

    said: dict[str, str] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    agencies: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    struck: str = ""
    goes_on: bool = False


def kind_of(target: str) -> str:
    """What kind of value a column holds: words, left_out, field, or one of those of a target."""
    if target in {WORDS, LEFT_OUT}:
        return target
    return TARGETS[target].kind if target in TARGETS else "field"


def column_of(reading: RegisterReading, target: str) -> RegisterColumn | None:
    """The first column that means this."""
    return next((one for one in reading.layout.columns if reading.columns[one.name] == target), None)


def made_plain(reading: RegisterReading, cell: Cell, place: str) -> Cell:
    """A cell that shows an error, or a formula without a value, as somebody says it should read; others as they are."""
    if cell.kind not in {"error", "not_worked_out"}:
        return cell
    answer = reading.asker.ask(f"cell:{place}={cell.value}", f"{cell.ask}.", place, free=True)
    said = cell.value if answer == AS_WORDS else answer
    return Cell("text", said) if said else NOTHING
