"""The rows of a register as values: each cell read by what its column means, or asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from states.identity import folded
from states.name_matching import may_be_mistyped
from states.words import long_day
from workflows.importing.days_in_words import order_shown, written_day
from workflows.importing.layout import Layout, RegisterColumn
from workflows.importing.questions_asked import AS_WORDS, Asker
from workflows.importing.sheet import Cell, address
from workflows.importing.statuses import STATUSES, hue_of, status_named, status_near
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS, is_original

ORDERS = (("day_first", "the day first"), ("month_first", "the month first"))
BLANKS_ABOVE = (("above", "as in the row above"), ("none", "nothing"))
STILL_HOLDS = (("kept", "it holds: read as it stands"), (AS_WORDS, "it holds no more: kept as words"))
DROPPED = ("dropped", "it holds no more: the action was dropped")
COMPLETE = (
    "Agencies are named that the register, which is said to be complete, has not: enter them there first, or keep them "
    "as words."
)
BETWEEN_AGENCIES = re.compile(r"\s*[/;\n,+]\s*")
AND = re.compile(r"\s*&\s*|\s+and\s+", re.IGNORECASE)
"""What may stand between two agencies, and in the name of one: NHS Greater Glasgow & Clyde."""
BETWEEN_REFERENCES = re.compile(r"\s*[,;\n&+]\s*|\s+/\s+|\s+and\s+|/(?=[A-Za-z]{2,}\W*\d)", re.IGNORECASE)
SEVERAL_REVIEWS = (
    ("one", "one review of that reference"),
    ("each", "each of them has the row"),
    ("first", "the first"),
)
FOOTNOTE = re.compile(r"[*\u2020\u2021\u00b9\u00b2\u00b3]|(?:notes?|source|nb|n\.b\.|nota bene|see)\b", re.IGNORECASE)
LONGEST_ALONE = 3
"""So many words at most has a reference that stands in a row by itself."""
ALONE = (("note", "notes: no records, and not kept"), ("review", "reviews of that reference"))
SEVERAL = (
    ("one", "they are one agency, of that name"),
    ("each", "one action for each of them"),
    ("first", "the first alone"),
    (AS_WORDS, "none: kept as words"),
)


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
    found = (_row(reading, number) for number in layout.records if not _is_note(reading, number))
    return [each for one in found if one is not None for each in _of_each_review(reading, one)]


def _kind(target: str) -> str:
    if target in {WORDS, LEFT_OUT}:
        return target
    return TARGETS[target].kind if target in TARGETS else "field"


def _column_of(reading: RegisterReading, target: str) -> RegisterColumn | None:
    return next((one for one in reading.layout.columns if reading.columns[one.name] == target), None)


def _is_note(reading: RegisterReading, number: int) -> bool:
    """Whether a row holds words in the column of references alone, which are asked about: a footnote, a source."""
    column, cells = _column_of(reading, "review.reference"), list(reading.layout.sheet.row(number))
    if column is None or [at for at, _ in cells] != [column.number]:
        return False
    words = cells[0][1].words
    if not FOOTNOTE.match(words) and len(words.split()) <= LONGEST_ALONE:
        return False
    asks = f"Rows have words in the column {column.name!r} alone, such as {words[:60]!r}: what are they?"
    return reading.asker.ask("alone", asks, f"row {number}", "note", ALONE) == "note"


def _of_each_review(reading: RegisterReading, row: RegisterRow) -> list[RegisterRow]:
    """A row for each review that it names: where it seems to name several, that is asked."""
    named = row.said.get("review.reference", "")
    parts = [one for one in BETWEEN_REFERENCES.split(named) if one]
    if len(parts) < 2 or not all(re.search(r"\d", one) for one in parts):  # noqa: PLR2004  one review
        return [row]
    asks = f"{named!r} seems to name several reviews: of which is the row?"
    answer = reading.asker.ask(f"reviews:{named}", asks, f"row {row.number}", "", SEVERAL_REVIEWS)
    meant = {"one": [named], "each": parts, "first": parts[:1]}.get(answer, [""])
    return [replace(row, said={**row.said, "review.reference": one}) for one in meant]


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
        if cell.comments and _kind(reading.columns[column.name]) not in {LEFT_OUT, "child"}:
            half.words[f"{column.name}, comment"] = "\n".join(cell.comments)
        _read(reading, half, column, cell, address((number, column.number)))
    for part in ("recommendation", "action"):
        if not half.said.get(f"{part}.text"):
            _without(reading, part, half, number)
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
            _keep_day(reading, half, column, day)
        elif not cell.empty:
            half.words[column.name] = cell.words
    elif kind == "agency":
        half.agencies = _agencies(reading, cell, place, half.words, column.name)
    elif kind == "agencies":
        alone = folded(cell.words) in reading.agencies
        between = [cell.words] if alone else [one for one in BETWEEN_AGENCIES.split(cell.words) if one]
        named = [each for one in between for each in _each_named(reading, one, place) or (one,)]
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


def _keep_day(reading: RegisterReading, half: Half, column: RegisterColumn, day: date) -> None:
    """A day of a row; where another column says one too, that counts which is not called the original."""
    target = reading.columns[column.name]
    others = [one for one in reading.layout.columns if reading.columns[one.name] == target and one is not column]
    before = next((one for one in others if one.number < column.number), None)
    if target in half.days and before is not None:
        kept = column if is_original(column.heading) and not is_original(before.heading) else before
        half.words[kept.name] = long_day(day if kept is column else half.days[target])
        day = half.days[target] if kept is column else day
    half.days[target] = day


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


def _without(reading: RegisterReading, part: str, half: Half, number: int) -> None:
    """A row that names no action (or no recommendation) keeps as words what its columns say of one."""
    for column in reading.layout.columns:
        target, cell = reading.columns[column.name], reading.layout.sheet.at(number, column.number)
        if target.startswith(f"{part}.") and target in {*half.said, *half.days}:
            said = half.said.pop(target, "") or long_day(half.days.pop(target))
            half.words[column.name] = cell.words if _kind(target) == "status" and cell.words else said
        elif target == "action.agency" and half.agencies and "recommendation.text" not in half.said:
            half.words[column.name], half.agencies = cell.words, ()


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
        return _answered(
            reading.asker.ask(f"cell:{place}={cell.value}", "It stands among days, and is none.", place, cell.proposal)
        )
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
    known = all(folded(one) in reading.agencies for one in parts)
    proposal = "one" if between is AND and not known else "each"
    answer = reading.asker.ask(f"agencies:{words}", asks, place, proposal, SEVERAL)
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
