"""The rows of a register as values: each cell read by what its column means, or asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from states.identity import folded
from states.name_matching import may_be_mistyped
from states.words import long_day
from workflows.importing.days_in_words import order_shown, written_day
from workflows.importing.layout import Layout, RegisterColumn
from workflows.importing.questions_asked import AS_WORDS, Asker
from workflows.importing.sheet import Cell, address
from workflows.importing.statuses import STATUSES, status_named, status_near
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS, names_a_child, plain_heading, target_of

ORDERS = (("day_first", "the day first"), ("month_first", "the month first"))
BLANKS_ABOVE = (("above", "as in the row above"), ("none", "nothing"))
STILL_HOLDS = (("kept", "it holds: read as it stands"), (AS_WORDS, "it holds no more: kept as words"))
DROPPED = ("dropped", "it holds no more: the action was dropped")
COMPLETE = (
    "Agencies are named that the register, which is said to be complete, has not: enter them there first, or keep them "
    "as words."
)
BETWEEN_AGENCIES = re.compile(r"\s*[/;\n,+]\s*")
AND = re.compile(r"\s*&\s*")
"""What may stand between two agencies, and in the name of one: NHS Greater Glasgow & Clyde."""
SEVERAL = (
    ("one", "they are one agency, of that name"),
    ("each", "one action for each of them"),
    ("first", "the first alone"),
    (AS_WORDS, "none: kept as words"),
)
HUES = {"red": (0, 15), "amber": (15, 50), "yellow": (50, 70), "green": (70, 170), "blue": (170, 270)}


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
    above: dict[str, str] = field(default_factory=dict)
    orders: dict[int, str | None] = field(default_factory=dict)


def meanings(layout: Layout, given: Mapping[str, str], asker: Asker, fields: Mapping[str, str]) -> dict[str, str]:
    """What each column means, by its name: as it was given, or by its heading; what is not known is kept as words.

    `fields` are what describes a review in the words of the editions, by heading.

    A column that may name a child is asked about, and left out as long as nobody says otherwise.
    """
    found, taken = dict[str, str](), set[str]()
    for column in layout.columns:
        name = column.name
        field_of = fields.get(plain_heading(column.heading), "")
        meant = given.get(name) or field_of or target_of(column.heading, column.group) or WORDS
        if names_a_child(column.heading) and name not in given and not field_of:
            meant = _child_column(asker, column, layout)
        if meant in taken and meant not in {WORDS, LEFT_OUT, "review.child"}:
            meant = WORDS
        taken.add(meant)
        found[name] = meant
    return found


def _child_column(asker: Asker, column: RegisterColumn, layout: Layout) -> str:
    asks = f"The column {column.name!r} may name whom a review is about. No history holds that: what becomes of it?"
    choices = ((LEFT_OUT, "left out"), ("review.child", "names of those it is about, kept apart and encrypted"))
    return asker.ask(f"child:{column.name}", asks, address((layout.header, column.number)), LEFT_OUT, choices)


def rows_of(
    layout: Layout, columns: Mapping[str, str], asker: Asker, agencies: Iterable[str] = (), *, complete: bool = False
) -> list[RegisterRow]:
    """The records of a sheet as values; `agencies` are those that are known already, by their names.

    Where their register is `complete`, one that is not known is asked about and becomes none.
    """
    reading = RegisterReading(layout, columns, asker, {folded(name): name for name in agencies}, complete)
    for column in layout.columns:
        if _kind(columns[column.name]) == "day":
            cells = (layout.sheet.at(row, column.number) for row in layout.records)
            reading.orders[column.number] = order_shown(cell.words for cell in cells if cell.kind == "text")
    found = (_row(reading, number) for number in layout.records)
    return [one for one in found if one is not None]


def _kind(target: str) -> str:
    if target in {WORDS, LEFT_OUT}:
        return target
    return TARGETS[target].kind if target in TARGETS else "field"


@dataclass
class Half:
    """A row while its cells are read."""

    said: dict[str, str] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    agencies: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    struck: str = ""
    goes_on: bool = False


def _row(reading: RegisterReading, number: int) -> RegisterRow | None:
    struck = _struck(reading, number)
    if struck == LEFT_OUT:
        return None
    half = Half(struck=struck)
    _at_another_review(reading, number)
    for column in reading.layout.columns:
        cell = reading.layout.sheet.at(number, column.number)
        if cell.comments:
            half.words[f"{column.name}, comment"] = "\n".join(cell.comments)
        _read(reading, half, column, cell, address((number, column.number)))
    for part in ("recommendation", "action"):
        if not half.said.get(f"{part}.text"):
            _without(reading, part, half)
    return RegisterRow(
        number, half.said, half.days, half.agencies, half.words, half.children, half.struck == "dropped", half.goes_on
    )


def _at_another_review(reading: RegisterReading, number: int) -> None:
    """Where a row names another review than the row above, no blank of it means a recommendation of that one."""
    for column in reading.layout.columns:
        if reading.columns[column.name] == "review.reference":
            named = folded(reading.layout.sheet.at(number, column.number).words)
            if named and named != folded(reading.above.get("review.reference", "")):
                reading.above.pop("recommendation.text", None)


def _read(reading: RegisterReading, half: Half, column: RegisterColumn, cell: Cell, place: str) -> None:
    """Take in one cell by what its column means."""
    target = reading.columns[column.name]
    kind = _kind(target)
    if (
        cell.all_struck
        and not half.struck
        and kind not in {WORDS, LEFT_OUT}
        and not _holds(reading, half, column, cell, place)
    ):
        return
    if kind == "day":
        day = _day(reading, column, cell, place)
        if day is not None:
            half.days[target] = day
        elif not cell.empty:
            half.words[column.name] = cell.words
    elif kind == "agency":
        half.agencies = _agencies(reading, cell, place, half.words, column.name)
    elif kind == "agencies":
        alone = folded(cell.words) in reading.agencies
        named = [cell.words] if alone else [one for one in BETWEEN_AGENCIES.split(cell.words) if one]
        known = _known(reading, named, cell, place, half.words, column.name)
        half.said |= {target: ";".join(known)} if known else {}
    elif kind == "child":
        half.children += (cell.words,) if cell.words else ()
    elif kind != LEFT_OUT and (text := _text(reading, column, target, cell, place)):
        if kind == WORDS:
            half.words[column.name] = text
        else:
            half.said[target] = text
            half.goes_on = half.goes_on or (target == "recommendation.text" and bool(cell.merged or cell.empty))


def _holds(reading: RegisterReading, half: Half, column: RegisterColumn, cell: Cell, place: str) -> bool:
    """Whether a cell that is struck through as a whole, in a row that is not, still says what it says."""
    target = reading.columns[column.name]
    choices: tuple[tuple[str, str], ...] = STILL_HOLDS
    proposal = AS_WORDS
    if target == "action.text":
        choices, proposal = (*STILL_HOLDS, DROPPED), "dropped"
    elif target in {"review.reference", "recommendation.text", "recommendation.number"}:
        proposal = "kept"
    asks = f"Cells of the column {column.name!r} are struck through as a whole: does what they say still hold?"
    answer = reading.asker.ask(f"struck_cells:{column.name}", asks, place, proposal, choices)
    if answer == "dropped":
        half.struck = "dropped"
    if answer == AS_WORDS:
        half.words[f"{column.name}, struck through"] = cell.words
    return answer != AS_WORDS


def _without(reading: RegisterReading, part: str, half: Half) -> None:
    """A row that names no action (or no recommendation) keeps as words what its columns say of one."""
    for column in reading.layout.columns:
        target = reading.columns[column.name]
        if target.startswith(f"{part}.") and target in {*half.said, *half.days}:
            half.words[column.name] = half.said.pop(target, "") or long_day(half.days.pop(target))


def _struck(reading: RegisterReading, number: int) -> str:
    """What a row means that is struck through: empty where it is not."""
    cells = [cell for _, cell in reading.layout.sheet.row(number) if not cell.merged]
    mapped = [cell for cell in cells if cell.kind in {"text", "number", "percent", "day"}]
    if not mapped or sum(cell.all_struck for cell in mapped) * 2 <= len(mapped):
        return ""
    choices = (("kept", "nothing: kept as it is"), ("dropped", "dropped"), (LEFT_OUT, "left out"))
    return reading.asker.ask(
        "struck", "Rows are struck through: what does that mean?", f"row {number}", "kept", choices
    )


def _day(reading: RegisterReading, column: RegisterColumn, cell: Cell, place: str) -> date | None:
    """The day that a cell says; None where it says none, or only words."""
    if cell.empty:
        return None
    if cell.ask:
        answer = reading.asker.ask(f"cell:{place}={cell.value}", f"{cell.ask}.", place, cell.proposal)
        return _answered(answer)
    if cell.kind in {"day", "moment"}:
        return date.fromisoformat(cell.value[:10])
    if cell.kind != "text":
        return _answered(reading.asker.ask(f"cell:{place}={cell.value}", "It stands among days, and is none.", place))
    found = written_day(cell.words)
    if found.orders and found.ask:
        shown = reading.orders.get(column.number)
        why = f" Other days of the column show it: {dict(ORDERS)[shown]}." if shown else ""
        asks = f"Days of the column {column.name!r} are written in figures: which comes first?{why}"
        order = reading.asker.ask(f"order:{column.name}", asks, place, shown or "day_first", ORDERS)
        found = written_day(cell.words, order)  # type: ignore[arg-type]
    if found.ask:
        proposal = found.proposal.isoformat() if found.proposal else AS_WORDS if found.stays else ""
        return _answered(reading.asker.ask(f"cell:{place}={cell.words}", f"{found.ask}.", place, proposal))
    return found.day


def _answered(answer: str) -> date | None:
    found = written_day(answer, "day_first") if answer and answer != AS_WORDS else None
    return found.day if found else None


def _agencies(reading: RegisterReading, cell: Cell, place: str, words: dict[str, str], name: str) -> tuple[str, ...]:
    named = _each_named(reading, cell.words, place)
    if named is None:
        words[name] = cell.words
    return _known(reading, named or (), cell, place, words, name)


def _known(
    reading: RegisterReading, named: Iterable[str], cell: Cell, place: str, words: dict[str, str], name: str
) -> tuple[str, ...]:
    """These agencies as they are known; where one becomes none, the cell is kept as words."""
    known = [_agency(reading, one, place) for one in named]
    if "" in known:
        words[name] = cell.words
    return tuple(one for one in known if one)


def _each_named(reading: RegisterReading, words: str, place: str) -> list[str] | None:
    """The agencies that words name: what stands between them may be part of a name; None where they stay words."""
    between = BETWEEN_AGENCIES if BETWEEN_AGENCIES.search(words) else AND
    parts = [one for one in between.split(words) if one]
    if len(parts) < 2 or folded(words) in reading.agencies:  # noqa: PLR2004  one agency
        return [words] if parts else []
    asks = f"{words!r} names several agencies: what becomes of the action?"
    answer = reading.asker.ask(f"agencies:{words}", asks, place, "one" if between is AND else "each", SEVERAL)
    if answer == "one":
        return [words]
    if answer == AS_WORDS:
        return None
    return [
        each for one in (parts if answer == "each" else parts[:1]) for each in _each_named(reading, one, place) or ()
    ]


def _agency(reading: RegisterReading, name: str, place: str) -> str:
    """The agency of that name, whatever its blanks and capitals, or of nearly that name; "" where it becomes none."""
    known = reading.agencies.get(folded(name), "")
    near = known or next((one for one in reading.agencies.values() if may_be_mistyped(name, one)), "")
    if near and near != name:
        choices = ((near, f"the same as {near}"), (name, "another agency"))
        asks = f"Is {name!r} the agency {near!r}?"
        answer = reading.asker.ask(f"agency:{name}", asks, place, known, choices) or name
        if known or answer == near:
            return answer
    if not known and reading.complete:
        reading.asker.ask("new_agencies", COMPLETE, place, "", ((AS_WORDS, "kept as words"),))
        return ""
    return reading.agencies.setdefault(folded(name), name)


def _text(reading: RegisterReading, column: RegisterColumn, target: str, cell: Cell, place: str) -> str:
    kind = _kind(target)
    if kind == "status":
        return _status(reading, cell, place)
    if cell.empty and kind in {"reference", "number"} | ({"text"} if target == "recommendation.text" else set()):
        return _blank(reading, column, target, place) if kind != "number" else ""
    if cell.kind in {"error", "not_worked_out"} or (cell.ask and kind != WORDS and not cell.empty):
        answer = reading.asker.ask(f"cell:{place}={cell.value}", f"{cell.ask}.", place, AS_WORDS if cell.words else "")
        said = cell.words if answer == AS_WORDS else answer
    else:
        said = _as_words(cell)
    if cell.struck and not cell.all_struck:
        said = _partly_struck(reading, cell, place)
    reading.above[target] = said or reading.above.get(target, "")
    return said


def _as_words(cell: Cell) -> str:
    if cell.kind == "day":
        return long_day(date.fromisoformat(cell.value))
    return f"{cell.words} ({cell.link})" if cell.link else cell.words


def _partly_struck(reading: RegisterReading, cell: Cell, place: str) -> str:
    choices = (("kept", "kept with the others"), ("without", "left out"))
    asks = "Some words of a cell are struck through: what becomes of them?"
    if reading.asker.ask("struck_words", asks, place, "kept", choices) == "kept":
        return cell.words
    said = cell.value
    for start, end in reversed(cell.struck):
        said = said[:start] + said[end:]
    return cell._replace(value=said).words


def _blank(reading: RegisterReading, column: RegisterColumn, target: str, place: str) -> str:
    above = reading.above.get(target, "")
    if not above:
        return ""
    asks = f"The column {column.name!r} is blank: is it the same as in the row above?"
    answer = reading.asker.ask(f"blank:{column.name}", asks, place, "above", BLANKS_ABOVE)
    return above if answer == "above" else ""


def _status(reading: RegisterReading, cell: Cell, place: str) -> str:
    words = cell.words
    if words:
        asks = f"How does an action stand of which the sheet says {words!r}?"
        return status_named(words) or reading.asker.ask(
            f"status:{folded(words)}", asks, place, status_near(words), STATUSES
        )
    if not cell.fill:
        return ""
    hue = hue_of(cell.fill)
    means = reading.layout.colours.get(hue, "")
    proposal = status_named(means) or status_near(means) if means else ""
    key = f" (the key of the sheet says: {means})" if means else ""
    asks = f"A cell is {hue or cell.fill}, without words{key}: how does that action stand?"
    return reading.asker.ask(f"fill:{cell.fill}", asks, place, proposal, STATUSES)


def hue_of(fill: str) -> str:
    """What people call a colour, given as six digits; empty where it has no such name."""
    if not re.fullmatch(r"[0-9A-F]{6}", fill):
        return ""
    red, green, blue = (int(fill[at : at + 2], 16) for at in (0, 2, 4))
    most, least = max(red, green, blue), min(red, green, blue)
    if most - least < 40:  # noqa: PLR2004  grey
        return ""
    spread = most - least
    if most == red:
        degrees = (60 * (green - blue) / spread) % 360
    else:
        degrees = 60 * (blue - red) / spread + 120 if most == green else 60 * (red - green) / spread + 240
    return next((name for name, (first, last) in HUES.items() if first <= degrees < last), "red")
