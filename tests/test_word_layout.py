"""A Word document as programs open it: grids that agree with cells, whole rows, headings that head something."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from workflows.papers.paper import Paper, Row, Table, Told
from workflows.papers.pdf import pdf
from workflows.papers.word import TEMPLATES, word

if TYPE_CHECKING:
    from docx.document import Document

SAYS = "The Health Board should make sure that a single chronology is kept. " * 4
MANY = ("Reference", "Addressed to", "Level", "Stands", "Owed", "What it says")
ONE = Row("REC-2026-0001", ("Care Inspectorate", "One", "Agreed", "May", SAYS))
BOARD = Paper(
    title="Follow-through",
    committee="Strathmore and Lomond",
    about="To 31 March 2026",
    made_on=date(2026, 6, 1),
    tables={
        "open": Table(
            "Open", MANY, (Row("REC-2026-0001", ("Care Inspectorate", "One", "Agreed", "May", SAYS)),), words=True
        ),
        "few": Table("Agencies", ("Agency", "Open"), (Row("NHS Fife", (3,)), Row("Police Scotland", (1,)))),
        "none": Table("Nothing", ("A", "B"), ()),
    },
    told={"learning": (Told("Seeing the child", "She was seen alone."),)},
)


@pytest.fixture(params=["paper.docx", "summary.docx"])
def written(request: pytest.FixtureRequest) -> Document:
    """A paper as a Word document, by either template."""
    return docx.Document(io.BytesIO(word(BOARD, TEMPLATES / request.param)))


def test_the_grid_of_a_table_is_what_its_cells_say_and_no_wider_than_the_page() -> None:
    made = docx.Document(io.BytesIO(word(BOARD, TEMPLATES / "paper.docx")))

    assert len(made.tables) == 2
    for table in made.tables:
        grid = [column.w for column in table._tbl.tblGrid.gridCol_lst]
        for row in table._tbl.tr_lst:
            assert [cell.width for cell in row.tc_lst] == grid
            assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
        section = made.sections[0]
        assert sum(grid) <= section.page_width - section.left_margin - section.right_margin
    wide = [column.w for column in made.tables[0]._tbl.tblGrid.gridCol_lst]
    assert max(wide) == wide[-1]
    assert wide[1] > len("Inspectorate") * 5 * 12_700  # five points a letter: it does not break


def test_every_heading_heads_something(written: Document) -> None:
    body = [one for one in written.paragraphs if one.text.strip()]
    styles = [str(one.style.name) for one in body if one.style]

    assert not styles[-1].startswith("Heading")
    for one, other in pairwise(body):
        if not (one.style and other.style and str(one.style.name).startswith("Heading")):
            continue
        followed = one._p.getnext() is not other._p
        deeper = str(other.style.name) > str(one.style.name) or not str(other.style.name).startswith("Heading")
        assert followed or deeper, one.text


def test_the_document_says_when_and_by_whom_it_was_made_and_brings_no_picture_of_another(written: Document) -> None:
    about = written.core_properties

    assert about.created == about.modified == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert (about.title, about.author, about.last_modified_by, about.comments) == (
        "Follow-through",
        "Strathmore and Lomond",
        "Strathmore and Lomond",
        "",
    )
    kept = io.BytesIO()
    written.save(kept)
    assert not [name for name in zipfile.ZipFile(kept).namelist() if "thumbnail" in name]


@pytest.mark.parametrize("name", ["paper.docx", "summary.docx"])
def test_the_templates_bring_nothing_of_the_library_they_were_made_with(name: str) -> None:
    parts = zipfile.ZipFile(TEMPLATES / name)

    assert not [part for part in parts.namelist() if "thumbnail" in part]
    assert b"python-docx" not in parts.read("docProps/core.xml")


def test_every_table_of_a_pdf_is_under_a_heading_with_a_bookmark() -> None:
    made = pypdf.PdfReader(io.BytesIO(pdf(BOARD)))

    def titles(outline: list[object]) -> list[str]:
        return [
            title
            for one in outline
            for title in (titles(one) if isinstance(one, list) else [str(getattr(one, "title", ""))])
        ]

    assert {"Follow-through", "Open", "Agencies", "Learning points"} <= set(titles(list(made.outline)))
