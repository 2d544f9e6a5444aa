"""Layout of a Word document once its template is filled in: widths, whole rows, headings.

A loop over columns repeats cells and leaves the grid of the table as it was in the template; words then break in
columns that are too narrow. Here every such table gets a grid of its own, as wide as the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from workflows.papers.paper import Paper

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

THUMBNAIL = "/metadata/thumbnail"
"""How the relation ends that names a small picture of another document."""

HEADING = re.compile(r"Heading (\d)")
PIECE = re.compile(r"[^\s/-]+[/-]?")
"""What cannot be broken at the end of a line."""

WIDE = 200
"""Letters of a text that count for the width of its column."""

TWIPS_A_LETTER, TWIPS_OF_MARGINS = 115, 230
"""The width of a letter of a table, and of the margins of a cell, in twentieths of a point."""


def lay_out(document: Document, paper: Paper) -> None:
    """Set the tables, leave out headings with nothing under them, and say what the document is."""
    for table in document.tables:
        _keep_rows_whole(table)
        _fit(table, _width_of_text(document))
    for heading in tuple(_empty_headings(document)):
        heading.getparent().remove(heading)
    about, made = document.core_properties, datetime.combine(paper.made_on, time(12), UTC)
    about.created, about.modified, about.comments = made, made, ""
    about.last_modified_by = about.author
    without_thumbnail(document)


def without_thumbnail(document: Document) -> None:
    """Leave out the picture that a library's own template brings along."""
    package: Any = document.part.package
    for name in [name for name, one in package.rels.items() if one.reltype.endswith(THUMBNAIL)]:
        del package.rels[name]


def _width_of_text(document: Document) -> int:
    """The width between the margins, in twentieths of a point."""
    section = document.sections[0]
    width, left, right = section.page_width or 0, section.left_margin or 0, section.right_margin or 0
    return (width - left - right) // 635


def _keep_rows_whole(table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for row in table._tbl.tr_lst:  # noqa: SLF001 - python-docx has no other way
        about = row.get_or_add_trPr()
        if about.find(qn("w:cantSplit")) is None:
            about.insert(0, OxmlElement("w:cantSplit"))


def _fit(table: Table, across: int) -> None:
    """Give a table whose cells and grid contradict each other a grid that agrees with every cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    inside: Any = table._tbl  # noqa: SLF001 - python-docx has no other way
    rows = [row.tc_lst for row in inside.tr_lst]
    counts = {len(cells) for cells in rows}
    grid = inside.tblGrid
    agreed = [column.w for column in grid.gridCol_lst]
    if len(counts) != 1 or all([cell.width for cell in cells] == agreed for cells in rows):
        return
    texts = [["".join(part.text or "" for part in cell.iter(qn("w:t"))) for cell in cells] for cells in rows]
    widths = _widths(texts, across)
    for column in tuple(grid.gridCol_lst):
        grid.remove(column)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(width))
        grid.append(column)
    for cells in rows:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width * 635
    table.autofit = False


def _widths(rows: list[list[str]], across: int) -> list[int]:
    """How wide each column is: by its longest text, and never narrower than its longest word where that can be."""
    columns = list(zip(*rows, strict=True))
    longest = [max((len(word) for text in texts for word in PIECE.findall(text)), default=1) for texts in columns]
    least = [TWIPS_A_LETTER * min(word, WIDE) + TWIPS_OF_MARGINS for word in longest]
    spare = across - sum(least)
    if spare <= 0:
        return [across * one // sum(least) for one in least]
    shares = [min(max(map(len, texts)), WIDE) for texts in columns]
    return [one + spare * share // max(sum(shares), 1) for one, share in zip(least, shares, strict=True)]


def _empty_headings(document: Document) -> Iterator[Any]:
    """Headings with nothing between them and the next of their rank, or the end."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    something = 10  # no heading has this rank
    following = 0  # the rank of the heading that comes next with nothing before it; 0 where something does
    for element in reversed([one for one in document.element.body if one.tag != qn("w:sectPr")]):
        if element.tag != qn("w:p"):
            following = something
            continue
        paragraph = Paragraph(element, document._body)  # noqa: SLF001 - python-docx has no other way
        found = HEADING.fullmatch(str(paragraph.style.name)) if paragraph.style else None
        if found is None:
            shown = paragraph.text.strip() or element.findall(".//" + qn("w:drawing"))
            following = something if shown else following
            continue
        rank = int(found[1])
        if following <= rank:
            yield element
        else:
            following = rank
