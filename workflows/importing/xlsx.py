"""An XLSX file (or XLSM, whose macros are never looked at), read from its parts: what each cell is, without guessing.

Both kinds of Open XML are read, the usual one and the strict. No formula is worked out and no link followed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from states.errors import BadAnswer
from workflows.importing.number_formats import cell_of, format_of
from workflows.importing.sheet import Cell, Place, Sheet, Workbook, address, place_of
from workflows.importing.xlsx_notes import Notes, notes_of
from workflows.importing.xlsx_styles import Style, Styles, is_struck, styles_of
from workflows.importing.xml_parts import Parts, attribute, is_on, local

MOST_CELLS = 300_000
DRAWN = "Pictures, charts or boxes of text lie on the sheet: what they say is not read."
TOO_MANY = (
    "The sheet {name!r} has more filled cells than any register: save the rows that matter as a file of their own."
)
NO_SHEET = "No sheet was found in the file: open it in the program it came from, and save it again as XLSX."
UNDER = "It lies under merged cells, where nobody sees it"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Struck = tuple[tuple[int, int], ...]


@dataclass
class XlsxReader:
    """What is known of a file while its sheets are read."""

    parts: Parts
    styles: Styles = field(default_factory=Styles)
    strings: list[tuple[str, Struck]] = field(default_factory=list)
    from_1904: bool = False
    works_out_on_load: bool = False


def read_xlsx(content: bytes) -> Workbook:
    """Read an XLSX file. Raises BadAnswer where it is damaged, holds too much or has no sheet."""
    parts = Parts(content)
    root = _related(parts, "", "officeDocument")
    book = next(iter(root.values()), "xl/workbook.xml")
    reader, sheets = XlsxReader(parts), list[tuple[str, str, bool]]()
    near = _relations(parts, book)
    named = {kind: name for kind, name, _ in near.values()}
    for _, element in parts.elements(book):
        match local(element.tag):
            case "workbookPr":
                reader.from_1904 = is_on(attribute(element, "date1904"))
            case "calcPr":
                reader.works_out_on_load = is_on(attribute(element, "fullCalcOnLoad"))
            case "sheet":
                hidden = attribute(element, "state") in {"hidden", "veryHidden"}
                sheets.append((attribute(element, "name"), attribute(element, "id"), hidden))
    reader.styles = styles_of(parts, named.get("styles", ""), named.get("theme", ""))
    reader.strings = list(_strings(parts, named.get("sharedStrings", "")))
    found = [
        _sheet(reader, name, near[number][1], hidden=hidden)
        for name, number, hidden in sheets
        if number in near and near[number][0] == "worksheet"
    ]
    if not found:
        raise BadAnswer(NO_SHEET)
    macros = ("The file has macros: they were not run.",) if "xl/vbaProject.bin" in parts.names else ()
    return Workbook(tuple(found), macros)


def _relations(parts: Parts, name: str) -> dict[str, tuple[str, str, bool]]:
    """What a part points at, by number: the kind, the part (or the address), and whether that lies outside the file."""
    folder, _, base = name.rpartition("/")
    where = posixpath.join(folder, "_rels", f"{base}.rels")
    found: dict[str, tuple[str, str, bool]] = {}
    for _, element in parts.elements(where):
        if local(element.tag) == "Relationship":
            outside = attribute(element, "TargetMode") == "External"
            target = attribute(element, "Target")
            inside = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            kind = attribute(element, "Type").rpartition("/")[2]
            found[attribute(element, "Id")] = (kind, target if outside else inside, outside)
    return found


def _related(parts: Parts, name: str, kind: str) -> dict[str, str]:
    return {key: target for key, (of, target, _) in _relations(parts, name).items() if of == kind}


def plain_text(text: str) -> str:
    """Words as they are meant: _x000D_ is a carriage return, and every end of a line is one."""
    said = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    return said.replace("\r\n", "\n").replace("\r", "\n")


def _strings(parts: Parts, name: str) -> Iterator[tuple[str, Struck]]:
    for _, element in parts.elements(name):
        if local(element.tag) == "si":
            yield _rich(element)
            element.clear()


def _rich(element: Element) -> tuple[str, Struck]:
    """The words of a text, and which of them are struck through; reading aids for Japanese left out."""
    said, spans = "", list[tuple[int, int]]()
    for part in element:
        tag = local(part.tag)
        if tag == "t":
            said += plain_text(part.text or "")
        elif tag == "r":
            run = plain_text("".join(one.text or "" for one in part if local(one.tag) == "t"))
            if is_struck(next((one for one in part if local(one.tag) == "rPr"), None)) and run:
                spans.append((len(said), len(said) + len(run)))
            said += run
    return said, tuple(spans)


def _sheet(reader: XlsxReader, name: str, part: str, *, hidden: bool) -> Sheet:
    cells, columns, rows, merges = dict[Place, Cell](), set[int](), set[int](), list[str]()
    relations, number = _relations(reader.parts, part), 0
    notes = notes_of(reader.parts, relations)
    for event, element in reader.parts.elements(part, starts=True):
        tag = local(element.tag)
        if event == "start":
            continue
        if tag == "row":
            number = int(attribute(element, "r") or number + 1)
            _row(reader, element, number, cells, rows)
            element.clear()
            if len(cells) > MOST_CELLS:
                raise BadAnswer(TOO_MANY.format(name=name))
        elif tag == "col" and is_on(attribute(element, "hidden")):
            columns.update(range(int(attribute(element, "min")), min(int(attribute(element, "max")), 16_384) + 1))
        elif tag == "mergeCell":
            merges.append(attribute(element, "ref"))
        elif tag == "hyperlink":
            notes.link(attribute(element, "ref"), attribute(element, "id"))
    merged(cells, merges)
    drawings = [target for kind, target, outside in relations.values() if kind == "drawing" and not outside]
    drawn = any(local(one.tag).endswith("Anchor") for target in drawings for _, one in reader.parts.elements(target))
    said = (*(("The sheet is hidden.",) if hidden else ()), *((DRAWN,) if drawn else ()))
    return Sheet(name, dict(_marked(cells, notes, columns, rows)), hidden, frozenset(rows), said)


def _row(reader: XlsxReader, row: Element, number: int, cells: dict[Place, Cell], hidden: set[int]) -> None:
    found, column = dict[Place, Cell](), 0
    for one in row:
        written = attribute(one, "r")
        column = place_of(written)[1] if written else column + 1
        cell = _cell(reader, one)
        if cell.kind != "nothing" or cell.fill:
            found[number, column] = cell
    if any(cell.kind != "nothing" for cell in found.values()):
        cells |= found
        if is_on(attribute(row, "hidden")):
            hidden.add(number)


def _cell(reader: XlsxReader, one: Element) -> Cell:
    style = reader.styles.of(one.get("s"))
    kept = {local(part.tag): part for part in one}
    value = kept["v"].text if "v" in kept else None
    if "f" in kept and (reader.works_out_on_load or (not value and one.get("t") != "str")):
        return Cell("not_worked_out", ask="A formula that the file has no value for", fill=style.fill)
    cell = _valued(reader, one.get("t") or "n", value, kept.get("is"), style)
    if style.struck and cell.kind != "nothing" and not cell.struck:
        cell = cell._replace(struck=((0, len(cell.value)),))
    return cell._replace(fill=style.fill) if style.fill else cell


def _valued(  # noqa: PLR0911  a kind a line
    reader: XlsxReader, kind: str, value: str | None, inline: Element | None, style: Style
) -> Cell:
    if kind == "inlineStr":
        said, struck = _rich(inline) if inline is not None else ("", ())
        return _text(said, struck)
    if value is None:
        return Cell("nothing")
    if kind == "s":
        place = int(value) if value.isdigit() else len(reader.strings)
        return _text(*reader.strings[place])
    if kind == "str":
        return _text(plain_text(value), ())
    if kind == "b":
        return Cell(
            "yes" if value.strip() in {"1", "true"} else "no", "yes" if value.strip() in {"1", "true"} else "no"
        )
    if kind == "e":
        return Cell("error", value, f"The sheet shows the error {value}")
    return _iso(value, style) if kind == "d" else _number(reader, value, style)


def _text(said: str, struck: Struck) -> Cell:
    return Cell("text", said, struck=struck) if said else Cell("nothing")


def _number(reader: XlsxReader, value: str, style: Style) -> Cell:
    return cell_of(float(value), style.code, from_1904=reader.from_1904)


def _iso(value: str, style: Style) -> Cell:
    """A day or time that the file writes out: taken as it is written, whatever zone stands behind it."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})?T?(?:(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?)?Z?", value.strip())
    if found is None or not (found[1] or found[2]):
        return Cell("text", value, "It is marked as a day, and is none")
    if not found[1]:
        return Cell("time", found[2])
    if not found[2] or (found[2] == "00:00" and format_of(style.code).shape != "moment"):
        return Cell("day", found[1])
    return Cell("moment", f"{found[1]}T{found[2]}")


def merged(cells: dict[Place, Cell], ranges: list[str]) -> None:
    """Let the value of merged cells reach each of them; what lies under one where nobody sees it is asked about."""
    filled = {row for row, _ in cells}
    for written in ranges:
        first, _, last = written.partition(":")
        (top, left), (bottom, right) = place_of(first), place_of(last or first)
        head = cells.get((top, left), Cell("nothing"))
        for row in (one for one in range(top, min(bottom, top + 10_000) + 1) if one in filled):
            for column in range(left, min(right, left + 200) + 1):
                here = cells.get((row, column), Cell("nothing"))
                if (row, column) == (top, left):
                    continue
                if here.kind != "nothing":
                    cells[row, column] = here._replace(ask=UNDER)
                elif head.kind != "nothing":
                    cells[row, column] = head._replace(merged=address((top, left)), comments=(), link="")


def _marked(cells: dict[Place, Cell], notes: Notes, columns: set[int], rows: set[int]) -> Iterator[tuple[Place, Cell]]:
    """The cells with what is kept beside them: whether they are hidden, their comments, their links."""
    for place in (*cells, *(one for one in notes.comments if one not in cells)):
        cell = cells.get(place, Cell("nothing"))
        hidden = cell.hidden or place[0] in rows or place[1] in columns
        comments, link = notes.comments.get(place, ()), notes.links.get(place, "")
        unsure = cell.fill and not re.fullmatch(r"[0-9A-F]{6}", cell.fill)
        ask = cell.ask or ("Its colour is not sure: the file has no theme" if unsure else "")
        yield place, cell._replace(hidden=hidden, comments=comments, link=link, ask=ask)
