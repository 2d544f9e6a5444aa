"""The rows of a register as values: each cell read by what its column means, or asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from states.identity import folded
from states.words import long_day
from workflows.importing.agencies_named import agencies_in
from workflows.importing.days_in_cells import day_in, look_at_days
from workflows.importing.layout import Layout, RegisterColumn
from workflows.importing.missing_values import says_nothing
from workflows.importing.questions_asked import AS_WORDS, Asker
from workflows.importing.references_named import are_numbered, is_note, named_review, of_each_review
from workflows.importing.register_reading import RegisterReading, RegisterRow, UnfinishedRow, kind_of, made_plain
from workflows.importing.sheet import NOTHING, Cell, address
from workflows.importing.split_texts import whole_number
from workflows.importing.statuses import STATUSES, hue_of, status_named, status_near
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS, is_original
from workflows.importing.telling_words import tells_who

BLANKS_ABOVE = (("above", "as in the row above"), ("none", "nothing"))
STILL_HOLDS = (("kept", "it holds: read as it stands"), (AS_WORDS, "it holds no more: kept as words"))
TELLS_WHO = (
    "Cells, or comments on them, seem to hold a date of birth or the number of a child. "
    "No history holds that: what becomes of them?"
)
MADE_OF = "It is a day, where a number is expected: a program may have made it of one such as 1-2"
OF_TELLING = ((LEFT_OUT, "left out as a whole"), ("kept", "kept: they tell of nobody whom a review is about"))
IS_TEXT = (("none", "no: there is none"), ("kept", "yes: that is what it says"))
DROPPED = ("dropped", "it holds no more: the action was dropped")


def rows_of(
    layout: Layout, columns: Mapping[str, str], asker: Asker, agencies: Iterable[str] = (), *, complete: bool = False
) -> list[RegisterRow]:
    """The records of a sheet as values; `agencies` are those that are known already, by their names.

    Where their register is `complete`, one that is not known is asked about and becomes none.
    """
    reading = RegisterReading(layout, columns, asker, {folded(name): name for name in agencies}, complete)
    look_at_days(reading)
    reading.numbered = are_numbered(reading)
    found = (_row(reading, number) for number in layout.records if not is_note(reading, number))
    return [each for one in found if one is not None for each in of_each_review(reading, one)]


def _row(reading: RegisterReading, number: int) -> RegisterRow | None:
    struck = _struck(reading, number)
    if struck == LEFT_OUT:
        return None
    row = UnfinishedRow(struck=struck)
    _at_another_review(reading, number)
    for column in reading.layout.columns:
        cell = _telling_of_nobody(reading, column, number)
        if cell.comments and kind_of(reading.columns[column.name]) not in {LEFT_OUT, "child"}:
            row.words[f"{column.name}, comment"] = "\n".join(cell.comments)
        _read(reading, row, column, cell, address((number, column.number)))
    for part in ("recommendation", "action"):
        if not row.said.get(f"{part}.text"):
            _without(reading, part, row, number)
    return RegisterRow(
        number, row.said, row.days, row.agencies, row.words, row.children, row.struck == "dropped", row.goes_on
    )


def _telling_of_nobody(reading: RegisterReading, column: RegisterColumn, number: int) -> Cell:
    """A cell; nothing of it where it, or a comment on it, seems to tell who a child is and nobody says to keep it."""
    cell, place = reading.layout.sheet.at(number, column.number), address((number, column.number))
    apart = kind_of(reading.columns[column.name]) in {LEFT_OUT, "child"}
    if apart or not any(map(tells_who, (cell.words, *cell.comments))):
        return cell
    answer = reading.asker.ask("tells_who", TELLS_WHO, place, LEFT_OUT, OF_TELLING)
    return cell if answer == "kept" else NOTHING


def _at_another_review(reading: RegisterReading, number: int) -> None:
    """Where a row names another review or recommendation than the row above, no blank of it means that one."""
    said = {
        target: reading.layout.sheet.at(number, column.number).words
        for column in reading.layout.columns
        if (target := reading.columns[column.name]) in {"review.reference", "recommendation.number"}
    }
    review, above = folded(said.get("review.reference", "")), reading.above
    apart = review and review != folded(above.get("review.reference", ""))
    numbers = [whole_number(one.get("recommendation.number", "")) for one in (said, above)]
    if apart or (all(numbers) and len(set(numbers)) > 1):
        above.pop("recommendation.text", None)


def _read(reading: RegisterReading, row: UnfinishedRow, column: RegisterColumn, cell: Cell, place: str) -> None:
    """Take in one cell by what its column means."""
    target = reading.columns[column.name]
    kind = kind_of(target)
    struck = cell.all_struck and not row.struck and kind not in {WORDS, LEFT_OUT}
    if struck and not _holds(reading, row, column, cell, place):
        return
    if kind == "day":
        day = day_in(reading, column, cell, place)
        if day is not None:
            _keep_day(reading, row, column, day)
        elif not cell.empty and (said := cell.words or cell.value):
            row.words[column.name] = said
    elif kind in {"agency", "agencies"}:
        known = agencies_in(reading, row.words, column, made_plain(reading, cell, place), place)
        if kind == "agency":
            row.agencies = known
        elif known:
            row.said[target] = ";".join(known)
    elif kind == "child":
        row.children += (cell.words,) if cell.words else ()
    elif kind != LEFT_OUT:
        _read_words(reading, row, column, cell, place)


def _read_words(reading: RegisterReading, row: UnfinishedRow, column: RegisterColumn, cell: Cell, place: str) -> None:
    """Take in the words of a cell: as what its column means, or as words alone."""
    target = reading.columns[column.name]
    text = _text(reading, column, target, cell, place)
    if text and (target == WORDS or (kind_of(target) == "person" and says_nothing(text))):
        row.words[column.name] = text
    elif text:
        row.said[target] = text
        row.goes_on = row.goes_on or (target == "recommendation.text" and bool(cell.merged or cell.empty))


def _keep_day(reading: RegisterReading, row: UnfinishedRow, column: RegisterColumn, day: date) -> None:
    """A day of a row; where another column says one too, that counts which is not called the original."""
    target = reading.columns[column.name]
    others = [one for one in reading.layout.columns if reading.columns[one.name] == target and one is not column]
    before = next((one for one in others if one.number < column.number), None)
    if target in row.days and before is not None:
        kept = column if is_original(column.heading) and not is_original(before.heading) else before
        row.words[kept.name] = long_day(day if kept is column else row.days[target])
        day = row.days[target] if kept is column else day
    row.days[target] = day


def _holds(reading: RegisterReading, row: UnfinishedRow, column: RegisterColumn, cell: Cell, place: str) -> bool:
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
        row.struck = "dropped"
    if answer == AS_WORDS:
        row.words[f"{column.name}, struck through"] = cell.words
    return answer != AS_WORDS


def _without(reading: RegisterReading, part: str, row: UnfinishedRow, number: int) -> None:
    """A row that names no action (or no recommendation) keeps as words what its columns say of one."""
    for column in reading.layout.columns:
        target, cell = reading.columns[column.name], reading.layout.sheet.at(number, column.number)
        if target.startswith(f"{part}.") and target in {*row.said, *row.days}:
            said = row.said.pop(target, "") or long_day(row.days.pop(target))
            row.words[column.name] = cell.words if kind_of(target) == "status" and cell.words else said
        elif target == "action.agency" and row.agencies and "recommendation.text" not in row.said:
            row.words[column.name], row.agencies = cell.words, ()


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


def _text(reading: RegisterReading, column: RegisterColumn, target: str, cell: Cell, place: str) -> str:
    kind = kind_of(target)
    if kind == "status":
        return _status(reading, cell, place)
    if cell.empty and kind in {"reference", "number"} | ({"text"} if target == "recommendation.text" else set()):
        return _blank(reading, column, target, place) if kind != "number" else ""
    made = MADE_OF if kind in {"reference", "number"} and cell.kind in {"day", "moment", "time"} else ""
    if made or cell.kind in {"error", "not_worked_out"} or (cell.ask and kind != WORDS and not cell.empty):
        proposal = AS_WORDS if cell.words and not made else ""
        answer = reading.asker.ask(f"cell:{place}={cell.value}", f"{made or cell.ask}.", place, proposal, free=True)
        said = cell.words if answer == AS_WORDS else answer
    else:
        said = _as_words(cell)
    if cell.struck and not cell.all_struck:
        said = _partly_struck(reading, cell, place)
    if kind == "reference" and not (said := named_review(reading, said, place)):
        reading.above.pop(target, None)
        return ""
    if target in {"recommendation.text", "action.text"} and not _is_text(reading, column, said, place):
        return ""
    reading.above[target] = said or reading.above.get(target, "")
    return said


def _is_text(reading: RegisterReading, column: RegisterColumn, said: str, place: str) -> bool:
    """Whether words are what a recommendation or an action says: of a dash or N/A it is asked; None is a word."""
    if not says_nothing(said) or folded(said) == "none":
        return True
    what = {"recommendation": "a recommendation", "action": "an action"}[TARGETS[reading.columns[column.name]].part]
    asks = f"{said!r} stands in the column {column.name!r}: is it what {what} says?"
    return reading.asker.ask(f"nothing:{column.name}", asks, place, "none", IS_TEXT) == "kept"


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
    if cell.kind in {"error", "not_worked_out"}:
        return reading.asker.ask(f"cell:{place}={cell.value}", f"{cell.ask}.", place, "", STATUSES)
    if named := status_named(words):
        return named
    if words:
        asks = f"How does an action stand of which the sheet says {words!r}?"
        key = f"status:{folded(words)}{'%' if words.endswith('%') else ''}"
        means = reading.layout.colours.get(folded(words), words)
        proposal = status_near(words) or status_named(means) or status_near(means)
        return reading.asker.ask(key, asks, place, proposal, STATUSES)
    if not cell.fill:
        return ""
    hue = hue_of(cell.fill)
    means = reading.layout.colours.get(hue, "")
    proposal = status_named(means) or status_near(means) if means else ""
    key = f" (the key of the sheet says: {means})" if means else ""
    asks = f"A cell is {hue or cell.fill}, without words{key}: how does that action stand?"
    return reading.asker.ask(f"fill:{cell.fill}", asks, place, proposal, STATUSES)
