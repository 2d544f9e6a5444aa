"""Papers as they are written, opened again: their figures are the database's, and no text breaks them."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from datetime import date, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pypdf
import pytest

from records.database import reading
from states.errors import BadAnswer, NotFound, NotSetUp
from states.words import long_day
from tests.filed import decided, kept, recommended, reviewed
from tests.terminal import Terminal
from tests.walking import walk
from workflows.papers import pdf as pdf_writer
from workflows.papers.kinds import as_file
from workflows.papers.paper import KEPT_BACK, Paper, Row, Table, Told
from workflows.papers.pdf import pdf
from workflows.papers.spreadsheet import csv_text, spreadsheet
from workflows.papers.word import TEMPLATES, word
from workflows.papers.word_templates import make
from workflows.reports import forum_paper
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import year_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office

AWKWARD = ("Tom & Jerry <script>alert(1)</script>", '=HYPERLINK("https://example.org")', "@SUM(A1)", "]]>{{ title }}")
LONG = "word " * 2000
TODAY = date(2026, 4, 20)


def made(*texts: str) -> Paper:
    """A paper with these texts in every place that takes one."""
    rows = tuple(Row(text, (text, 12)) for text in texts)
    return Paper(
        title=texts[0][:120],
        committee=texts[0][:120],
        about="A year",
        made_on=TODAY,
        opening=texts,
        tables={"decisions": Table("What was decided", ("Decision", "Words", "Cases"), rows)},
        told={"learning": tuple(Told("The review itself", text, text) for text in texts)},
    )


def words_of(document: bytes) -> str:
    opened_again = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in opened_again.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened_again.paragraphs), *cells])


def words_of_pdf(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def year(office: Office) -> Paper:
    """A year of thirty cases, six of them reviewed."""
    walks = [decided("do_not_proceed") for _ in range(24)] + [reviewed() for _ in range(6)]
    walks += [recommended() for _ in range(9)]
    kept(office.engine, ((f"X-{number:04}", one) for number, one in enumerate(walks, 1)))
    with reading(office.engine) as tx:
        return paper(summary_of(tx, year_of("2025-26"), TODAY), "Strathmore & Lomond")


def test_every_format_has_the_figures_of_the_database(year: Paper) -> None:
    decisions = [("No learning review", 24), ("Learning review", 6), ("All cases considered", 30)]

    document = docx.Document(io.BytesIO(word(year, TEMPLATES / "summary.docx")))
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet(year)))["Decisions"]
    page = words_of_pdf(pdf(year))

    table = next(one for one in document.tables if one.cell(0, 0).text == "Decision")
    assert [(row.cells[0].text, row.cells[1].text) for row in table.rows[1:]] == [(a, str(b)) for a, b in decisions]
    assert [tuple(row) for row in sheet.iter_rows(min_row=2, max_row=4, max_col=2, values_only=True)] == decisions
    assert all(f"{label} {number}" in page for label, number in decisions)
    assert [row["cells"] for row in year.facts()["tables"]["decisions"]["rows"]] == [(24,), (6,), (30,)]


def test_the_word_document_has_its_charts_with_words_for_those_who_do_not_see_them(year: Paper) -> None:
    document = docx.Document(io.BytesIO(word(year, TEMPLATES / "summary.docx")))

    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(described) == len(year.charts) > 1
    assert described[0] == "Cases. No learning review: 24; Learning review: 6."
    assert document.core_properties.title == "Summary of cases considered, 2025-26"


def test_the_pdf_is_tagged_and_says_its_language_and_title(year: Paper) -> None:
    document = pypdf.PdfReader(io.BytesIO(pdf(year)))

    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert document.metadata is not None
    assert document.metadata.title == "Summary of cases considered, 2025-26: Strathmore & Lomond"
    assert b"pdfuaid" in document.xmp_metadata.stream.get_data() if document.xmp_metadata else False
    assert "Cases. No learning review: 24; Learning review: 6." in alternatives(document)


def alternatives(document: pypdf.PdfReader) -> set[str]:
    """The words given for pictures, anywhere in the document."""
    found = (document.get_object(number) for number in range(1, int(document.trailer["/Size"])))
    return {str(one["/Alt"]) for one in found if isinstance(one, dict) and "/Alt" in one}


@pytest.mark.parametrize("template", ["summary.docx", "paper.docx"])
def test_awkward_and_long_texts_survive_in_word(template: str) -> None:
    found = words_of(word(made(*AWKWARD, LONG), TEMPLATES / template))

    assert all(text in found for text in AWKWARD)
    assert found.count("word") >= 6000


def test_awkward_and_long_texts_survive_in_a_pdf() -> None:
    found = words_of_pdf(pdf(made(*AWKWARD, LONG)))

    assert all("".join(text.split()) in "".join(found.split()) for text in AWKWARD)
    assert found.count("word") >= 6000


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_the_same_paper_is_the_same_file_whenever_it_is_written(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that was killed while it wrote its files finds that those there already are its own."""
    first = as_file(made("One."), kind)

    monkeypatch.setattr(zipfile, "time", SimpleNamespace(time=lambda: 2e9, localtime=time.localtime))

    assert as_file(made("One."), kind) == first


def test_a_spreadsheet_says_of_its_making_the_day_of_its_paper_and_no_time_of_the_clock() -> None:
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(made("One."))))

    assert book.properties.created == book.properties.modified == datetime(2026, 4, 20, 12)  # noqa: DTZ001


def test_formulas_and_links_stay_texts_in_a_spreadsheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(made(*AWKWARD, LONG))))

    cells = [cell for row in book["Decisions"].iter_rows(min_row=2, max_row=6) for cell in row]
    assert [cell.value for cell in cells[::3]] == [*AWKWARD, LONG]
    assert {cell.data_type for cell in cells[::3]} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_middles_and_shares_are_numbers_in_a_spreadsheet() -> None:
    steps = Table(
        "Steps", ("Step", "Share", "Median", "Longest", "Why"), (Row("1,000", ("82%", "74.5", None, "3 late")),)
    )
    paper_of = Paper("T", "C", "A year", TODAY, tables={"steps": steps})

    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet(paper_of)))["Steps"]

    assert [cell.value for cell in sheet[2]] == ["1,000", 0.82, 74.5, KEPT_BACK, "3 late"]
    assert (sheet["B2"].number_format, sheet.freeze_panes) == ("0%", "B2")


def test_days_are_days_in_a_spreadsheet_and_what_is_not_there_is_no_text(office: Office) -> None:
    kept(office.engine, (("X-0001", decided("do_not_proceed")), ("X-0002", reviewed())))
    with reading(office.engine) as tx:
        full = paper(summary_of(tx, year_of("2025-26"), TODAY), "Strathmore & Lomond", full=True)
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(full)))
    opened = list(book["Cases"]["B"][1:])
    blank = Table("Late", ("Case", "Done", "Why"), (Row("A", ("", TODAY)),), words=True)
    (cell, day) = openpyxl.load_workbook(
        io.BytesIO(spreadsheet(Paper("T", "C", "A year", TODAY, tables={"late": blank})))
    )["Late"]["B2":"C2"][0]

    assert opened
    assert {one.is_date for one in opened} == {True}
    assert (cell.value, day.value.date()) == (None, TODAY)
    assert Paper("T", "C", "A year", TODAY, tables={"late": blank}).facts()["tables"]["late"]["rows"] == (
        {"label": "A", "cells": ("", long_day(TODAY))},
    )


def sheet_of(*rows: Row, total: bool = False) -> Any:
    """The sheet of a table that is charted."""
    table = Table("What was decided", ("Decision", "Cases"), rows, last_is_total=total)
    made_of = Paper("T", "C", "A year", TODAY, tables={"decisions": table})
    return openpyxl.load_workbook(io.BytesIO(spreadsheet(made_of)))["Decisions"]


def test_a_sheet_begins_with_its_headings_filters_prints_them_on_every_page_and_shows_long_texts_whole() -> None:
    sheet = sheet_of(Row("A review", (3,)), Row("word " * 60, (2,)), Row("All", (5,)), total=True)

    assert [cell.value for cell in sheet[1]] == ["Decision", "Cases"]
    assert (sheet.auto_filter.ref, sheet.print_title_rows) == ("A1:B3", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
        "landscape",
        9,
        True,
    )
    assert "What was decided" in sheet.oddHeader.left.text
    assert sheet.row_dimensions[3].height >= 5 * 15


@pytest.mark.parametrize(("rows", "ranges"), [(1, ("$A$2", "$B$2")), (3, ("$A$2:$A$4", "$B$2:$B$4"))])
def test_a_chart_draws_the_rows_there_are_and_never_upside_down(rows: int, ranges: tuple[str, str]) -> None:
    sheet = sheet_of(*(Row(f"Decision {number}", (number,)) for number in range(rows)), Row("All", (9,)), total=True)

    (series,) = sheet._charts[0].series
    found = series.cat.strRef.f if series.cat.strRef else series.cat.numRef.f, series.val.numRef.f
    assert tuple(one.partition("!")[2] for one in found) == ranges


def test_a_table_of_its_total_alone_has_no_chart_and_no_filter() -> None:
    sheet = sheet_of(Row("All", (0,)), total=True)

    assert (sheet._charts, sheet.auto_filter.ref) == ([], None)


def test_a_table_and_words_of_the_same_name_have_each_their_sheet() -> None:
    one = Table("A difference to practice", ("", "Recommendations"), (Row("Clear", (7,)),))
    both = Paper(
        "T", "C", "A year", TODAY, tables={"practice": one}, told={"practice": (Told("Review", "She called."),)}
    )

    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(both)))

    assert book.sheetnames == ["About", "Practice", "Practice in words"]
    assert book["Practice in words"]["B2"].value == "She called."


def test_a_text_that_begins_like_a_formula_is_harmless_in_csv() -> None:
    written = csv_text(("A", "B"), [(text, None) for text in ("=1+1", "-2", "plain, with a comma", "+3", "@x")])

    assert written.splitlines()[1:] == ["'=1+1,[c]", "'-2,[c]", '"plain, with a comma",[c]', "'+3,[c]", "'@x,[c]"]


def test_what_no_word_document_can_hold_is_left_out() -> None:
    assert "a bell" in words_of(word(made("a\x07 bell"), TEMPLATES / "paper.docx"))


@pytest.mark.parametrize(
    ("words", "field"),
    [("{{ nonsense }}", "nonsense"), ("{{ tables.nonsense.rows }}", "nonsense"), ("{{ charts.whales }}", "whales")],
)
def test_a_template_that_names_an_unknown_field_is_refused_naming_it(tmp_path: Path, words: str, field: str) -> None:
    own = docx.Document()
    own.add_paragraph(words)
    own.save(str(tmp_path / "own.docx"))

    with pytest.raises(BadAnswer, match=f"own.docx names '{field}'"):
        word(made("x"), tmp_path / "own.docx")


def test_a_template_may_use_any_name_that_some_paper_has(tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("{{ title }} {% if tables.cases.rows %}cases{% endif %}{{ charts.levels }}!")
    own.save(str(tmp_path / "own.docx"))

    assert "Plain !" in words_of(word(made("Plain"), tmp_path / "own.docx"))


@pytest.mark.parametrize("content", [b"no document", b"{% if"], ids=["no-document", "half"])
def test_what_is_no_template_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.docx").write_bytes(content)

    with pytest.raises(BadAnswer, match="cannot be used"):
        word(made("x"), tmp_path / "own.docx")
    with pytest.raises(NotFound):
        word(made("x"), tmp_path / "none.docx")


def test_a_template_with_its_braces_in_disorder_is_refused(tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("{% if title %}")
    own.save(str(tmp_path / "own.docx"))

    with pytest.raises(BadAnswer, match="braces in order"):
        word(made("x"), tmp_path / "own.docx")


def test_the_templates_are_as_they_are_made(tmp_path: Path) -> None:
    make(tmp_path)

    for name in ("summary.docx", "paper.docx"):
        ours, shipped = (zipfile.ZipFile(folder / name).read("word/document.xml") for folder in (tmp_path, TEMPLATES))
        assert ours == shipped, "run: python -m workflows.papers.word_templates config/papers"


def test_without_the_libraries_for_a_pdf_one_sentence_says_what_to_install() -> None:
    def load() -> None:
        raise NotSetUp(pdf_writer.MISSING)

    with pytest.raises(NotSetUp, match=r"apt-get install libpango-1\.0-0"):
        pdf(made("x"), load=load)


def test_a_table_too_long_for_paper_says_where_the_rest_is() -> None:
    rows = tuple(Row(f"LR-{number}", ("Closed",)) for number in range(pdf_writer.MOST_ROWS + 20))
    long = Paper("T", "C", "A year", TODAY, tables={"cases": Table("Cases", ("Case", "Stands"), rows, words=True)})

    found = words_of_pdf(pdf(long))

    assert "20 more are in the spreadsheet and the JSON." in found
    assert f"LR-{pdf_writer.MOST_ROWS - 1} " in found
    assert f"LR-{pdf_writer.MOST_ROWS} " not in found


def test_a_pdf_asks_for_nothing_from_anywhere_else() -> None:
    fetcher = pdf_writer._fetcher(made("x"), pdf_writer._weasyprint())

    for url in ("https://example.org/x.png", "file:///etc/passwd", "data:text/plain,x", "chart:none"):
        with pytest.raises(ValueError, match="its own style sheet"):
            fetcher.fetch(url)


def test_the_forum_paper_puts_what_is_urgent_first_and_tells_what_changed(office: Office) -> None:
    year = walk("scotland-committee-year").go("open_committee", "2025-04-01", last_meeting_on="2025-03-01")
    year.enter("forum_item", "2025-05-01", issue="Chronologies & <thresholds>", urgency="quarterly")
    year.enter("forum_item", "2025-05-02", issue="Unsafe sleeping", urgency="special")
    year.enter("forum_item", "2025-05-03", issue="Old matter", urgency="quarterly")
    year.respond("I3", "2025-06-01", effect="changed", guidance_changed="Section 4 was rewritten.")
    kept(office.engine, [("CPC-1", year)])

    with reading(office.engine) as tx:
        found = forum_paper.forum_paper(tx, "Strathmore and Lomond", date(2025, 7, 1), hidden=frozenset())

    assert found.opening == ("2 items are put forward. 1 cannot wait for the forum: a special meeting is asked for.",)
    assert [row.label for row in found.tables["special"].rows] == ["I2"]
    written = words_of(word(found, TEMPLATES / "paper.docx"))
    assert "Chronologies & <thresholds>" in written
    assert "Section 4 was rewritten." in written


def test_the_terminal_writes_every_format_and_overwrites_nothing(terminal: Terminal, tmp_path: Path) -> None:
    files = ("--docx", "s.docx", "--pdf", "s.pdf", "--xlsx", "s.xlsx")

    said = terminal.types("summary", "--year", "2025-26", *files)

    assert (terminal.code, said.count("Written: ")) == (0, 3)
    assert words_of((tmp_path / "s.docx").read_bytes()).startswith("Summary of cases considered, 2025-26")
    terminal.types("summary", "--year", "2025-26", *files)
    assert terminal.code == 1
    assert re.search("already a file", terminal.err)


def test_the_terminal_answers_in_words_and_in_json(terminal: Terminal) -> None:
    assert "No cases were considered" in terminal.types("summary", "--year", "2025-26")
    assert terminal.asks("summary", "--year", "2025-26")["title"] == "Summary of cases considered, 2025-26"
    assert "no recommendations to follow" in terminal.types("board")
    assert terminal.asks("board")["recommendations"] == []
    assert "Nothing is put forward." in terminal.types("forum-paper")
    period = ("--completed-from", "2012-04-01", "--completed-to", "2015-03-31")
    assert "No reviews completed" in terminal.types("extract", *period)
    assert terminal.asks("extract", *period) == []
    assert "as it was known on 1 June 2015" in terminal.types("extract", *period, "--as-at", "2015-06-01")
    terminal.types("summary", "--year", "last year")
    assert (terminal.code, terminal.err.count("\n")) == (1, 1)


def test_the_calendar_is_written_again_in_place(terminal: Terminal, tmp_path: Path) -> None:
    for _ in range(2):
        terminal.types("calendar-feed", "dates.ics")
        assert terminal.code == 0, terminal.err

    assert (tmp_path / "dates.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert json.dumps([path.name for path in tmp_path.glob("*.new*")]) == "[]"


@pytest.mark.parametrize("template", ["summary.docx", "paper.docx"])
def test_a_word_document_has_its_headings_in_order_and_its_tables_a_heading_row(year: Paper, template: str) -> None:
    document = docx.Document(io.BytesIO(word(year, TEMPLATES / template)))

    styles = [style.name or "" for one in document.paragraphs if (style := one.style)]
    levels = [int(name[-1]) for name in styles if name.startswith("Heading")]
    assert (styles[0], levels[0]) == ("Title", 1)
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert all("w:tblHeader" in one.rows[0]._tr.xml for one in document.tables)
    document.save(again := io.BytesIO())
    assert words_of(again.getvalue()) == words_of(word(year, TEMPLATES / template))
