"""Which review a row is of: one, several that its cell names, or none, where it is a note and no record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from states.identity import folded
from workflows.importing.missing_values import names_no_review
from workflows.importing.register_reading import RegisterReading, RegisterRow, column_of, kind_of

BETWEEN_REFERENCES = re.compile(
    r"\s*[,;\n&+]\s*|\s+/\s+|\s+and\s+|/(?=[A-Za-z]{2,}\W*\d)|(?P<to>\s+(?:to|-|\u2013)\s+)", re.IGNORECASE
)
ENDS_IN_FIGURES = re.compile(r"(.*?)(\d+)")
LONGEST_RANGE = 50
SEVERAL_REVIEWS = (
    ("one", "one review of that reference"),
    ("each", "each of them has the row"),
    ("first", "the first"),
)
FOOTNOTE = re.compile(r"[*\u2020\u2021\u00b9\u00b2\u00b3]|(?:notes?|source|nb|n\.b\.|nota bene|see)\b", re.IGNORECASE)
PERIOD = re.compile(r"(?:year )?(?:19|20)\d\d(?:\s*[-/\u2013]\s*(?:\d\d|\d{4}))?|q[1-4]\b.*", re.IGNORECASE)
"""A year, or a quarter, as a heading between records."""
LONGEST_ALONE = 3
"""So many words at most has a reference that stands in a row by itself."""
ALONE = (("note", "notes: no records, and not kept"), ("review", "reviews of that reference"))
IS_A_REVIEW = (("none", "of none: nothing is made of the row"), ("one", "a review of that reference"))


def are_numbered(reading: RegisterReading) -> bool:
    """Whether most references of a register have a number, so that one without is unlike the others."""
    column = column_of(reading, "review.reference")
    if column is None:
        return False
    said = [reading.layout.sheet.at(row, column.number).words for row in reading.layout.records]
    return sum(bool(re.search(r"\d", one)) for one in said) * 2 > sum(map(bool, said))


def is_note(reading: RegisterReading, number: int) -> bool:
    """Whether a row is none of a review, which is asked: words under the references with hardly anything beside."""
    column, cells = column_of(reading, "review.reference"), list(reading.layout.sheet.row(number))
    if column is None or column.number not in (at for at, _ in cells) or len(cells) > 2:  # noqa: PLR2004
        return False
    words = reading.layout.sheet.at(number, column.number).words
    unlike = reading.numbered and not re.search(r"\d", words) and not _says_something(reading, number)
    long = FOOTNOTE.match(words) or PERIOD.fullmatch(words) or len(words.split()) > LONGEST_ALONE
    if not (unlike or (long and len(cells) == 1)):
        return False
    asks = (
        f"Rows have words in the column {column.name!r}, and hardly any others, such as {words[:60]!r}: what are they?"
    )
    return reading.asker.ask("alone", asks, f"row {number}", "note", ALONE) == "note"


def _says_something(reading: RegisterReading, number: int) -> bool:
    """Whether a row has a day under a heading of one, or words under that of a recommendation or an action."""
    wanted = {"day": r"\d\W", "recommendation.text": r"[^\W\d]{3}", "action.text": r"[^\W\d]{3}"}
    for column in reading.layout.columns:
        target = reading.columns[column.name]
        sign = wanted.get(target) or wanted.get(kind_of(target))
        if sign and re.search(sign, reading.layout.sheet.at(number, column.number).words):
            return True
    return False


def named_review(reading: RegisterReading, words: str, place: str) -> str:
    """A reference, or nothing where it is said that words such as TBC name no review."""
    if not names_no_review(words):
        return words
    asks = f"{words!r} stands where a reference is expected: of which review is the row?"
    return words if reading.asker.ask(f"reference:{folded(words)}", asks, place, "none", IS_A_REVIEW) == "one" else ""


def of_each_review(reading: RegisterReading, row: RegisterRow) -> list[RegisterRow]:
    """A row for each review that it names: where it seems to name several, that is asked."""
    named = row.said.get("review.reference", "")
    parts = list(_parts(named))
    if len(parts) < 2 or not all(re.search(r"\d", one) for one in parts):  # noqa: PLR2004  one review
        return [row]
    asks = f"{named!r} seems to name several reviews ({' | '.join(parts)}): of which is the row?"
    answer = reading.asker.ask(f"reviews:{named}", asks, f"row {row.number}", "", SEVERAL_REVIEWS)
    meant = {"one": [named], "each": parts, "first": parts[:1]}.get(answer, [""])
    return [replace(row, said={**row.said, "review.reference": one}) for one in meant]


def _parts(named: str) -> Iterator[str]:
    """The references that words name: LR-1 & 2 is LR-1 and LR-2, LR-1 to LR-3 has LR-2 between them."""
    at, before, through = 0, "", False
    for found in (*BETWEEN_REFERENCES.finditer(named), None):
        part = named[at : found.start() if found else len(named)]
        whole = _completed(part, before)
        if part and through:
            yield from _between(before, whole)
        if part:
            yield whole
            before = whole
        if found:
            at, through = found.end(), bool(found["to"])


def _completed(part: str, before: str) -> str:
    """Figures alone with what stands before those of the reference before them."""
    start = ENDS_IN_FIGURES.fullmatch(before)
    return f"{start[1]}{part}" if start and part.isdecimal() else part


def _between(first: str, last: str) -> Iterator[str]:
    begins, ends = ENDS_IN_FIGURES.fullmatch(first), ENDS_IN_FIGURES.fullmatch(last)
    if begins and ends and folded(begins[1]) == folded(ends[1]) and int(ends[2]) - int(begins[2]) <= LONGEST_RANGE:
        for number in range(int(begins[2]) + 1, int(ends[2])):
            yield f"{begins[1]}{number:0{len(begins[2])}}"
