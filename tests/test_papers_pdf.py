"""A PDF as a screen reader goes through it: language, title, bookmarks, headings, tables, pictures, nothing unsaid."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from pypdf.generic import ContentStream, DictionaryObject

from workflows.papers import charts
from workflows.papers.paper import Paper, Row, Table, Told
from workflows.papers.pdf import pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

PAINTING = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"Do", b"sh"}
COUNTS = Table("What was decided", ("Decision", "Cases"), (Row("Proceed", (7,)), Row("All", (None,))), "A note.")
LONG = Table("Every case", ("Case", "Stands"), tuple(Row(f"LR-{n}", ("Closed",)) for n in range(90)), words=True)
CHART = charts.bars("What was decided", [("Proceed", 7), ("Other", None)], "Cases")
SUMMARY = Paper(
    title="Summary & more",
    committee="Leith <Committee>",
    about="A year",
    made_on=date(2026, 4, 1),
    warning="Not for publication.",
    opening=("Seven cases.", "And a word."),
    tables={"decisions": COUNTS, "cases": LONG},
    told={"reasons": (Told("Proceed", "Much to learn."),), "practice": (Told("A review", "She called.", "Forum"),)},
    charts={"decisions": CHART},
)
PLAIN = Paper("Board", "Leith", "Today", date(2026, 4, 1), tables={"other": COUNTS}, told={"notes": (Told("A", "B"),)})


pytestmark = pytest.mark.xdist_group("papers")
"""One process has them all, so that they are made once."""


@pytest.fixture(scope="module", params=[SUMMARY, PLAIN], ids=["summary", "plain"])
def read(request: pytest.FixtureRequest) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(request.param)))


def parts(read: pypdf.PdfReader) -> list[tuple[str, Any]]:
    """The structure of a document in the order it is read: what each part is, and the part."""
    return list(_below(read.trailer["/Root"]["/StructTreeRoot"]))


def _below(part: Any) -> Iterator[tuple[str, Any]]:
    kids = part.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(found, DictionaryObject) and "/S" in found:
            yield str(found["/S"]), found
            yield from _below(found)


def test_it_says_its_language_and_shows_its_title(read: pypdf.PdfReader) -> None:
    root = read.trailer["/Root"]

    assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == ("en-GB", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert read.metadata is not None
    assert read.metadata.title in {"Summary & more: Leith <Committee>", "Board: Leith"}
    assert read.xmp_metadata is not None
    assert b"pdfuaid" in read.xmp_metadata.stream.get_data()


def test_headings_go_down_one_level_at_a_time_and_are_bookmarked(read: pypdf.PdfReader) -> None:
    levels = [int(kind[2:]) for kind, _ in parts(read) if kind[1:2] == "H" and kind[2:].isdigit()]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(list(bookmarks(read.outline))) == len(levels)


def bookmarks(outline: Any) -> Iterator[Any]:
    for one in outline:
        yield from bookmarks(one) if isinstance(one, list) else [one]


def test_every_header_of_a_table_says_what_it_heads_and_every_cell_names_its_headers(read: pypdf.PdfReader) -> None:
    found = parts(read)
    headers = [part for kind, part in found if kind == "/TH"]
    scopes = {str(part["/A"]["/Scope"]) for part in headers}
    named = read.trailer["/Root"]["/StructTreeRoot"]["/IDTree"]["/Names"][::2]

    assert scopes == {"/Column", "/Row"}
    assert sorted(part["/ID"] for part in headers) == list(named)
    assert all(set(part["/A"]["/Headers"]) <= set(named) for kind, part in found if kind == "/TD")
    assert all(part["/A"]["/Headers"] for kind, part in found if kind == "/TD")


def test_every_picture_says_in_words_what_it_shows() -> None:
    pictures = [part for kind, part in parts(pypdf.PdfReader(io.BytesIO(pdf(SUMMARY)))) if kind == "/Figure"]

    assert [str(part["/Alt"]) for part in pictures] == ["Cases. Proceed: 7; Other: kept back."]
    assert all("/BBox" in part["/A"] for part in pictures)


def test_nothing_is_painted_that_is_neither_read_nor_marked_as_ornament(read: pypdf.PdfReader) -> None:
    for page in read.pages:
        depth, loose = 0, []
        for _, operator in ContentStream(page.get_contents(), read).operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            if operator in PAINTING and not depth:
                loose.append(operator)
        assert (loose, page["/Tabs"], "/StructParents" in page) == ([], "/S", True)


def test_every_font_is_in_the_document_with_the_letters_it_stands_for(read: pypdf.PdfReader) -> None:
    for page in read.pages:
        for font in page["/Resources"]["/Font"].values():
            inside = font.get_object()
            descriptor = inside["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/ToUnicode" in inside
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
