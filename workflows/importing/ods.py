"""An ODS file, as LibreOffice writes it, read from its content in one pass: what each cell is, without guessing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from states.errors import BadAnswer
from workflows.importing.number_formats import hours_and_minutes, plain
from workflows.importing.sheet import Cell, Place, Sheet, Workbook, address
from workflows.importing.xlsx import DRAWN, MOST_CELLS, TOO_MANY, merged
from workflows.importing.xml_parts import Parts, attribute, local

LOCKED = "The file needs a password to open: open it, save it again without one, and import that."
NO_DAY = "It is shown as a day, and is none: the program that saved it has lost the number"
WIDEST = 1000
MINUTES_OF_A_DAY = 1440
LENGTH = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?")


@dataclass
class CellStyles:
    """How cells look, by the name of a style: whether their words are struck through, their colour, their length."""

    struck: set[str] = field(default_factory=set)
    fills: dict[str, str] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)


@dataclass
class OdsTable:
    """A sheet while it is read."""

    name: str
    hidden: bool
    cells: dict[Place, Cell] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    drawn: bool = False
    at: int = 1
    column: int = 1


def read_ods(content: bytes) -> Workbook:
    """Read an ODS file. Raises BadAnswer where it is damaged, needs a password or holds too much."""
    parts = Parts(content)
    if any(local(one.tag) == "encryption-data" for _, one in parts.elements("META-INF/manifest.xml")):
        raise BadAnswer(LOCKED)
    look, tables = CellStyles(), list[OdsTable]()
    for event, element in parts.elements("content.xml", starts=True):
        tag = local(element.tag)
        if event == "start":
            if tag == "table":
                tables.append(OdsTable(attribute(element, "name"), attribute(element, "style-name") in look.shut))
            continue
        if tag == "style":
            _style(look, element)
        elif tag == "table-column" and tables:
            _column(tables[-1], element)
        elif tag == "shapes" and tables:
            tables[-1].drawn = True
        elif tag == "table-row" and tables:
            _row(look, tables[-1], element)
            element.clear()
    if not tables:
        raise BadAnswer("No sheet was found in the file: open it, and save it again as XLSX.")
    return Workbook(tuple(map(_sheet, tables)))


def _style(look: CellStyles, element: Element) -> None:
    name = attribute(element, "name")
    for part in element:
        if {attribute(part, f"text-line-through-{one}") for one in ("style", "type")} - {"", "none"}:
            look.struck.add(name)
        if (colour := attribute(part, "background-color")).startswith("#"):
            look.fills[name] = colour[1:].upper()
        if attribute(part, "display") == "false":
            look.shut.add(name)


def _repeated(element: Element, name: str) -> int:
    written = attribute(element, name)
    return int(written) if written.isdigit() else 1


def _column(table: OdsTable, element: Element) -> None:
    count = _repeated(element, "number-columns-repeated")
    if attribute(element, "visibility") in {"collapse", "filter"} and count <= WIDEST:
        table.columns.update(range(table.column, table.column + count))
    table.column += count


def _row(look: CellStyles, table: OdsTable, row: Element) -> None:
    found, column = dict[int, Cell](), 1
    for one in row:
        if local(one.tag) not in {"table-cell", "covered-table-cell"}:
            continue
        count, cell = _repeated(one, "number-columns-repeated"), _cell(look, one)
        if cell.kind != "nothing" or cell.fill or cell.comments:
            found.update(dict.fromkeys(range(column, column + min(count, WIDEST)), cell))
        _merge(table, one, column)
        column += count
    times = _repeated(row, "number-rows-repeated")
    if any(cell.kind != "nothing" or cell.comments for cell in found.values()):
        for number in range(table.at, table.at + min(times, MOST_CELLS)):
            table.cells.update({(number, place): cell for place, cell in found.items()})
            if attribute(row, "visibility") in {"collapse", "filter"}:
                table.rows.add(number)
            if len(table.cells) > MOST_CELLS:
                raise BadAnswer(TOO_MANY.format(name=table.name))
    table.at += times


def _merge(table: OdsTable, one: Element, column: int) -> None:
    across, down = _repeated(one, "number-columns-spanned"), _repeated(one, "number-rows-spanned")
    if across > 1 or down > 1:
        last = address((table.at + down - 1, column + across - 1))
        table.merges.append(f"{address((table.at, column))}:{last}")


def _cell(look: CellStyles, one: Element) -> Cell:
    style = attribute(one, "style-name")
    said, struck, links = _words(look, one)
    cell = _valued(one, said, struck)
    if style in look.struck and cell.kind != "nothing" and not cell.struck:
        cell = cell._replace(struck=((0, len(cell.value)),))
    notes = tuple(filter(None, map(_comment, (part for part in one if local(part.tag) == "annotation"))))
    return cell._replace(fill=look.fills.get(style, ""), comments=notes, link=links[0] if links else "")


def _valued(one: Element, said: str, struck: tuple[tuple[int, int], ...]) -> Cell:  # noqa: PLR0911  a kind a line
    formula, value = attribute(one, "formula"), attribute(one, "value")
    kinds = [text for key, text in one.items() if local(key) == "value-type"]
    if "error" in kinds:
        return Cell("error", said, f"The sheet shows the error {said}")
    kind = kinds[0] if kinds else ""
    if kind == "boolean" or re.sub(r"[^A-Z]", "", formula.partition(":=")[2]) in {"TRUE", "FALSE"}:
        answer = "yes" if (attribute(one, "boolean-value") or said.lower()) == "true" else "no"
        return Cell(answer, answer)  # type: ignore[arg-type]
    if kind == "date":
        return _day(attribute(one, "date-value"))
    if kind == "time":
        return _time(attribute(one, "time-value"))
    if kind == "percentage":
        return Cell("percent", plain(round(float(value) * 100, 10)))
    if kind in {"float", "currency"}:
        number = plain(float(value))
        return Cell("number", number, shown="" if said in {number, value} else said)
    if not said and formula and not kind:
        return Cell("not_worked_out", ask="A formula that the file has no value for")
    return Cell("text", said, struck=struck) if said else Cell("nothing")


def _day(written: str) -> Cell:
    day, _, clock = written.partition("T")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) or day > "9999":
        return Cell("number", written, NO_DAY)
    return Cell("moment", f"{day}T{clock[:5]}") if clock and clock[:5] != "00:00" else Cell("day", day)


def _time(written: str) -> Cell:
    found = LENGTH.fullmatch(written)
    if found is None:
        return Cell("text", written)
    days, hours, minutes = (int(part or 0) for part in found.groups()[1:4])
    total = (days * 24 + hours) * 60 + minutes
    said = hours_and_minutes(-total if found[1] else total)
    return Cell("time" if 0 <= total < MINUTES_OF_A_DAY else "length", said)


def _words(look: CellStyles, one: Element) -> tuple[str, tuple[tuple[int, int], ...], list[str]]:
    said, spans, links = "", list[tuple[int, int]](), list[str]()
    paragraphs = [part for part in one if local(part.tag) == "p"]
    for number, part in enumerate(paragraphs):
        said += "\n" if number else ""
        for text, struck in _pieces(look, part, links, struck=False):
            if struck and text:
                spans.append((len(said), len(said) + len(text)))
            said += text
    return said, tuple(spans), links


def _pieces(look: CellStyles, part: Element, links: list[str], *, struck: bool) -> Iterator[tuple[str, bool]]:
    yield part.text or "", struck
    for one in part:
        match local(one.tag):
            case "s":
                yield " " * _repeated(one, "c"), struck
            case "line-break":
                yield "\n", struck
            case "tab":
                yield "\t", struck
            case "a" | "span":
                links += [attribute(one, "href")] if local(one.tag) == "a" else []
                inside = struck or attribute(one, "style-name") in look.struck
                yield from _pieces(look, one, links, struck=inside)
        yield one.tail or "", struck


def _comment(annotation: Element) -> str:
    said = ("".join(part.itertext()) for part in annotation if local(part.tag) == "p")
    return "\n".join(said).strip()


def _sheet(table: OdsTable) -> Sheet:
    merged(table.cells, table.merges)
    hidden = ((place, cell) for place, cell in table.cells.items())
    cells = {
        place: cell._replace(hidden=cell.hidden or place[0] in table.rows or place[1] in table.columns)
        for place, cell in hidden
    }
    said = (*(("The sheet is hidden.",) if table.hidden else ()), *((DRAWN,) if table.drawn else ()))
    return Sheet(table.name, cells, table.hidden, frozenset(table.rows), said)
