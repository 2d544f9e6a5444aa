"""What the number format of a cell makes of its number: a day, a time, a length, a share, or a number."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from workflows.importing.sheet import Cell

Shape = Literal["number", "percent", "day", "moment", "time", "length", "text"]

BUILT_IN = {
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 15, 16, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "dd/mm/yyyy"),
    17: "mmm-yy",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "hh:mm"),
    22: "dd/mm/yyyy hh:mm",
    46: "[h]:mm:ss",
    49: "@",
}
"""The formats that every program knows by a number, as far as they are no plain numbers."""

PARTS = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.|(.)', re.DOTALL)
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
LAST_DAY = 2958465
"""The number of 31 December 9999."""
DAYS_OF_1904 = 1462
EARLY, LATE = 20_000, 80_000
"""A number between these, of 1954 and 2119, may be a day where it is not shown as one."""
NO_SUCH_DAY = 60
"""The number that Excel shows as 29 February 1900, a day that never was."""


class NumberFormat(NamedTuple):
    """What a format makes of a number. `words` are those it shows beside it; `hides` that it shows nothing."""

    shape: Shape
    words: str = ""
    hides: bool = False
    whole_days: bool = True
    """Whether a day is shown with its day of the month."""


@lru_cache(maxsize=1024)
def format_of(code: str) -> NumberFormat:
    """What a format, such as dd/mm/yyyy, makes of a number."""
    first = code.split(";", maxsplit=1)[0] if '"' not in code else re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    if code.strip() == ";;;":
        return NumberFormat("number", hides=True)
    bare, words, elapsed = "", "", False
    for quoted, _, bracket, plain in PARTS.findall(first):
        elapsed = elapsed or bool(bracket and ELAPSED.fullmatch(bracket))
        words += quoted
        bare += plain
    return NumberFormat(_shape(bare.lower(), elapsed=elapsed), words, whole_days="d" in bare.lower())


def _shape(bare: str, *, elapsed: bool) -> Shape:
    bare = bare.replace("general", "").replace("am/pm", "h")
    if elapsed:
        return "length"
    hours = "h" in bare or "s" in bare
    if re.search(r"[yd]", bare) or ("m" in bare and not hours):
        return "moment" if hours else "day"
    if hours:
        return "time"
    if "%" in bare:
        return "percent"
    return "text" if bare.strip() == "@" else "number"


def plain(number: float) -> str:
    """A number in its shortest words: 1 and not 1.0."""
    return f"{number:.15g}"


def cell_of(number: float, code: str, *, from_1904: bool) -> Cell:
    """A number of a sheet, read by the format it is shown in; asked about where that does not settle it."""
    shown, serial = format_of(code), number + (DAYS_OF_1904 if from_1904 else 0)
    if shown.shape in {"day", "moment"}:
        return _dated(serial, shown, number)
    if shown.shape == "time":
        return _timed(number)
    if shown.shape == "length":
        return Cell("length", hours_and_minutes(round(number * 1440)))
    if shown.shape == "percent":
        return Cell("percent", plain(round(number * 100, 10)))
    if shown.shape == "text":
        return _in_a_text_format(serial, number)
    beside = _beside(number, code) if shown.words.strip() else ""
    proposal = _in_a_text_format(serial, number).proposal
    return Cell("number", plain(number), proposal=proposal or _digits_as_day(number), shown=beside, hidden=shown.hides)


def hours_and_minutes(minutes: int) -> str:
    """A length of time such as 30:00."""
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _timed(number: float) -> Cell:
    minutes = round(number * 1440)
    said = hours_and_minutes(minutes % 1440)
    return Cell("time", said, ask="" if 0 <= number < 1 else f"The number {plain(number)} is no time of a day")


def _in_a_text_format(serial: float, number: float) -> Cell:
    if serial == int(serial) and EARLY <= serial <= LATE:
        return Cell("number", plain(number), "A number in a cell for text: it may be a day", _day(int(serial)))
    return Cell("number", plain(number))


def _dated(serial: float, shown: NumberFormat, number: float) -> Cell:
    if why := _no_day(serial, number):
        return Cell("number", plain(number), why, _digits_as_day(number) if serial > LAST_DAY else "")
    if serial < NO_SUCH_DAY:
        early = _day(int(serial) + 1)
        return Cell("day", early, "Programs differ on days before March 1900", early)
    if shown.shape == "moment":
        minutes = round(serial * 86_400) // 60  # the minute it is in: rounded up, the last one would be the next day
        at = datetime(1899, 12, 30) + timedelta(minutes=minutes)  # noqa: DTZ001  a sheet names no zone
        return Cell("moment", at.isoformat(timespec="minutes"))
    day, why = _day(int(serial)), ""
    if not shown.whole_days:
        why = "It is shown as a month: which day is meant?"
    elif re.search(r"[^\W_]", shown.words):
        why = f"It is shown with the words {shown.words.strip()!r}: is the day itself meant?"
    return Cell("day", day, why, day if why else "")


def _no_day(serial: float, number: float) -> str:
    """Why a number that is shown as a day is none; empty for a day."""
    if int(serial) == NO_SUCH_DAY:
        return "It is shown as 29 February 1900: there was no such day"
    return "" if 1 <= serial <= LAST_DAY else f"The number {plain(number)} is shown as a day, and is none"


def _day(serial: int) -> str:
    return (date(1899, 12, 30) + timedelta(serial)).isoformat()


def _digits_as_day(number: float) -> str:
    """A number such as 20260303 read as 2026-03-03; empty where it is no day."""
    digits = plain(number)
    try:
        found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if len(digits) == len("20260303") else None
    except ValueError:
        return ""
    return found.isoformat() if found else ""


def _beside(number: float, code: str) -> str:
    """A whole number with the words its format shows beside it: Quarter 3, LR-2024-0003."""
    if number != int(number) or number < 0:
        return ""
    first = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    pieces = [quoted or escaped or plain_ for quoted, escaped, _, plain_ in PARTS.findall(first)]
    marks = ["0" if plain_ in {"0", "#"} else "" for _, _, _, plain_ in PARTS.findall(first)]
    width, said, placed = sum(map(len, marks)), "", False
    for piece, mark in zip(pieces, marks, strict=True):
        if not mark:
            said += piece
        elif not placed:
            said, placed = said + f"{int(number):0{width}}", True
    return said.strip() if placed else ""
