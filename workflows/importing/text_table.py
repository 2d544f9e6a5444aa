"""Tables kept as text (CSV, or the text that Excel writes): every cell is words."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from states.errors import BadAnswer
from workflows.importing.sheet import Cell, Place, Sheet, Workbook
from workflows.importing.xlsx import MOST_CELLS, TOO_MANY

DELIMITERS = (",", ";", "\t", "|")
SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
NO_TEXT = "The file is neither a spreadsheet nor a table in text: save it as XLSX or CSV, and import that."
NO_WORDS = re.compile("[a-z][\u00c0-\u00de\u0152\u0160\u0178\u017d]|(?<= )[\u00d0\u00d1](?= )")
"""What no words hold: a capital with an accent behind a small letter, or by itself: the text is of another alphabet."""
LEAKED = "_x000D_"
LONGEST_CELL = 40_000
TOO_LONG = f"A cell of the file is longer than {LONGEST_CELL:,} characters: shorten it."
CUT_OFF = (
    "In row {row} a cell begins with a quotation mark, and none ends it where the cell does: what follows would be "
    "read as one cell. Put the mark right, or save the register as XLSX, and import that."
)


def read_text(content: bytes) -> Workbook:
    """Read a table in text. Raises BadAnswer where it is no text, or holds more than any register."""
    text, encoding = _decoded(content)
    told = [f"Read as {encoding}."]
    if found := SEPARATOR.match(text):
        delimiter, text = found[1], text[found.end() :]
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(LONGEST_CELL)
    cells, leaked = dict[Place, Cell](), 0
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, line in enumerate(lines, 1):
            for column, words in enumerate(line, 1):
                leaked += LEAKED in words
                if said := words.replace(LEAKED, "").replace("\r\n", "\n").replace("\r", "\n"):
                    cells[row, column] = Cell("text", said)
            if len(cells) > MOST_CELLS:
                raise BadAnswer(TOO_MANY.format(name="of the file"))
    except csv.Error as trouble:
        long = "field larger" in str(trouble)
        raise BadAnswer(TOO_LONG if long else CUT_OFF.format(row=row + 1)) from None
    if leaked:
        told.append(f"{LEAKED}, a carriage return that another program left, was taken off {leaked} of its cells.")
    return Workbook((Sheet("", cells),), tuple(told))


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding, named in _marks():
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), named
            except UnicodeDecodeError:
                raise BadAnswer(NO_TEXT) from None
    if b"\0" in content:
        raise BadAnswer(NO_TEXT)
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    on_a_mac = content.decode("mac-roman")
    try:
        on_windows = content.decode("cp1252")
    except UnicodeDecodeError:
        on_windows = ""
    if NO_WORDS.search(on_windows) and not NO_WORDS.search(on_a_mac):
        return on_a_mac, "the text of a Macintosh (Mac Roman)"
    if not on_windows:
        raise BadAnswer(NO_TEXT)
    return on_windows, "Windows text (cp1252)"


def _marks() -> Iterator[tuple[bytes, str, str]]:
    yield codecs.BOM_UTF8, "utf-8", "UTF-8"
    yield codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"
    yield codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"


def _delimiter(text: str) -> str:
    """What stands between the cells: what most lines have equally many of, outside of quoted cells."""
    lines = re.sub(r'"(?:[^"]|"")*"', "", text[:20_000]).splitlines()
    return max(DELIMITERS, key=lambda sign: _regularity([line.count(sign) for line in lines]))


def _regularity(counts: list[int]) -> int:
    """How many of a sign stand in those lines that have as many as the most have."""
    return max((many * lines for many, lines in Counter(counts).items()), default=0)
