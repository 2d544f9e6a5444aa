"""Which agencies a cell names, each as the register knows it: several, one mistyped, one that is new, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from states.identity import folded
from states.name_matching import may_be_mistyped
from workflows.importing.layout import RegisterColumn
from workflows.importing.missing_values import names_everybody, says_nothing
from workflows.importing.questions_asked import AS_WORDS
from workflows.importing.register_reading import RegisterReading
from workflows.importing.sheet import Cell
from workflows.importing.split_texts import without_list_mark

COMPLETE = (
    "Agencies are named that the register, which is said to be complete, has not: enter them there first, or keep them "
    "as words."
)
BETWEEN_AGENCIES = re.compile(r"\s*[/;\n,+|]\s*")
AND = re.compile(r"\s*&\s*|\s+and\s+", re.IGNORECASE)
"""What may stand between two agencies, and in the name of one: NHS Greater Glasgow & Clyde."""
NO_ONE = "{words!r} names no agency by itself: what becomes of it?"
EVERYBODY_IS = (("one", "an agency of that name"), (AS_WORDS, "none: kept as words"))
SEVERAL = (
    ("one", "they are one agency, of that name"),
    ("each", "one action for each of them"),
    ("first", "the first alone"),
    (AS_WORDS, "none: kept as words"),
)


def agencies_in(
    reading: RegisterReading, words: dict[str, str], column: RegisterColumn, cell: Cell, place: str
) -> tuple[str, ...]:
    """The agencies of a cell as they are known; where one becomes none, the cell is added to the `words` of its row."""
    known = [] if cell.empty or says_nothing(cell.words) else list(_named(reading, column, cell.words, place))
    if not cell.empty and ("" in known or not known):
        words[column.name] = cell.words
    return tuple(one for one in known if one)


def _named(reading: RegisterReading, column: RegisterColumn, words: str, place: str) -> Iterator[str]:
    """The agencies that words name, as they are known; "" for one that stays words."""
    alone = reading.columns[column.name] != "review.agencies" or folded(words) in reading.agencies
    for part in [words] if alone else _parts(BETWEEN_AGENCIES, words):
        named = _each_named(reading, part, place)
        yield from [""] if named is None else (_agency(reading, one, place) for one in named)


def _parts(between: re.Pattern[str], words: str) -> list[str]:
    """What stands between the signs, each without a number or dot of a list before it."""
    return [bare for one in between.split(words) if (bare := without_list_mark(one))]


def _each_named(reading: RegisterReading, words: str, place: str) -> list[str] | None:
    """The agencies that words name: what stands between them may be part of a name; None where they stay words."""
    if folded(words) in reading.agencies:
        return [words]
    if names_everybody(words) or "@" in words:
        answer = reading.asker.ask(f"agencies:{words}", NO_ONE.format(words=words), place, AS_WORDS, EVERYBODY_IS)
        return [words] if answer == "one" else None
    between = BETWEEN_AGENCIES if BETWEEN_AGENCIES.search(words) else AND
    parts = _parts(between, words)
    if len(parts) < 2:  # noqa: PLR2004  one agency
        return parts
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
