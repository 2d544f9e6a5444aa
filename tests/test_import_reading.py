"""Registers as committees keep them, by many programs: each cell read as it is, or asked about, and never guessed."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path

import pytest

from states.errors import BadAnswer
from workflows.importing.days_in_words import orders_of, written_day
from workflows.importing.files import read_file
from workflows.importing.layout import laid_out
from workflows.importing.number_formats import cell_of
from workflows.importing.reading import read_register
from workflows.importing.reading_process import handed_over
from workflows.importing.sheet import Cell, Sheet, Workbook
from workflows.importing.split_texts import numbered_parts
from workflows.importing.targets import names_a_child, target_of
from workflows.importing.xml_parts import TOO_MUCH

FILES = Path(__file__).parent / "registers"
TRACKERS = (
    *("01-tracker-libreoffice.xlsx", "02-tracker-libreoffice.ods", "03-tracker-openpyxl-1904.xlsx"),
    *("04-tracker-xlsxwriter.xlsx", "06-tracker-sheetjs.xlsm"),
)
EXCEL = "07-as-excel-writes.xlsx"
PLAIN = "06-tracker-sheetjs.xlsm"
"""The program that keeps no colours, and strikes nothing through."""


@cache
def book(name: str) -> Workbook:
    return read_file((FILES / name).read_bytes())


@cache
def sheet(name: str) -> Sheet:
    return next(one for one in book(name).sheets if not one.hidden)


def told(cell: Cell) -> tuple[str, str]:
    return cell.kind, cell.value


TRACKER = {
    "A5": ("text", "LR-2024-0003"),
    "A8": ("text", "LR-2024-0007"),
    "A9": ("nothing", ""),
    "B5": ("day", "2024-03-12"),
    "B6": ("nothing", ""),
    "B8": ("text", "12.3.24"),
    "B10": ("text", "03/04/2025"),
    "B11": ("day", "2025-04-03"),
    "C5": ("number", "1"),
    "C9": ("text", "2a"),
    "C11": ("text", "1"),
    "D5": ("text", "1. Review the referral protocol.\n2. Tell all staff of the change."),
    "E6": ("text", "Format drafted "),
    "E10": ("text", "None"),
    "F6": ("text", "NHS\u00a0Example "),
    "F7": ("text", "Police Example / Education Example"),
    "G5": ("day", "2024-09-30"),
    "G6": ("text", "w/c 3.3.26"),
    "G7": ("text", "Spring 2026"),
    "G11": ("text", "31/06/2026"),
    "I5": ("percent", "100"),
    "I6": ("percent", "50"),
    "I7": ("percent", "0"),
    "I8": ("text", "25%"),
    "I11": ("nothing", ""),
    "J6": ("text", "\u201cdraft\u201d with partners \u2013 see minutes"),
    "J8": ("text", "N/A"),
    "J10": ("text", "#REF!"),
    "K5": ("time", "09:30"),
    "K6": ("length", "30:00"),
    "K7": ("yes", "yes"),
    "K8": ("text", "0012"),
    "K9": ("text", "minutes"),
}


@pytest.mark.parametrize("name", TRACKERS)
def test_one_register_is_the_same_from_whatever_program(name: str) -> None:
    found = {place: told(sheet(name).named(place)) for place in TRACKER}
    here = sheet(name)

    assert found == TRACKER
    assert [one.hidden for one in book(name).sheets] == [False, True]
    assert here.hidden_rows == {8}
    assert here.named("J5").hidden
    assert not here.named("I5").hidden
    assert here.named("J6").comments == ("Lead asked for more time on 2 March",)
    assert here.named("K9").link == "https://register.example/LR-2024-0007"
    merges = {here.named(place).merged for place in ("A6", "A7")}
    assert merges == ({""} if name.startswith("04") else {"A5"})  # a table of that program can hold no merged cells


@pytest.mark.parametrize("name", TRACKERS)
def test_colours_and_what_is_struck_through_are_kept_where_the_program_keeps_them(name: str) -> None:
    here = sheet(name)
    fills = [here.named(f"H{row}").fill for row in range(5, 12)]

    if name == PLAIN:
        assert set(fills) == {""}
        assert told(here.named("E5")) == ("text", "Protocol reviewed")
        return
    assert fills == ["00B050", "FFC000", "FF0000", "", "00B050", "FFC000", ""]
    assert here.named("E5").value == "Protocol reviewed; letter to send letter sent"
    assert here.named("E5").struck == ((19, 33),)
    assert here.named("D9").all_struck
    assert not here.named("D8").struck


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("01-tracker-libreoffice.xlsx", [("number", "7"), ("day", "2024-09-30"), ("percent", "52"), ("error", "#N/A")]),
        ("02-tracker-libreoffice.ods", [("number", "7"), ("day", "2024-09-30"), ("percent", "52"), ("error", "#N/A")]),
        ("03-tracker-openpyxl-1904.xlsx", [("not_worked_out", "")] * 4),
        ("04-tracker-xlsxwriter.xlsx", [("not_worked_out", "")] * 4),
        ("06-tracker-sheetjs.xlsm", [*[("not_worked_out", "")] * 3, ("error", "#N/A")]),
    ],
)
def test_a_formula_has_the_value_the_file_has_for_it_or_none(name: str, wanted: list[tuple[str, str]]) -> None:
    assert [told(sheet(name).named(f"{column}12")) for column in "CGIJ"] == wanted


@pytest.mark.parametrize("name", TRACKERS)
def test_a_number_that_is_shown_as_a_day_and_is_none_is_asked_about(name: str) -> None:
    cell = sheet(name).named("G10")
    lost = name.endswith(".ods")

    assert told(cell) == ("number", "32767-12-31" if lost else "20260630")
    assert cell.ask
    assert cell.proposal == ("" if lost else "2026-06-30")


@pytest.mark.parametrize(
    ("row", "kind", "value", "asked", "proposal"),
    [
        (2, "day", "2026-03-03", False, ""),
        (3, "moment", "2026-03-03T18:00", False, ""),
        (4, "day", "2026-03-03", False, ""),
        (5, "day", "2026-03-02", True, "2026-03-02"),
        (6, "day", "2026-03-01", True, "2026-03-01"),
        (7, "number", "60", True, ""),
        (8, "day", "1900-01-01", True, "1900-01-01"),
        (9, "number", "0", True, ""),
        (10, "number", "-1", True, ""),
        (11, "number", "20260303", True, "2026-03-03"),
        (12, "day", "2026-03-03", False, ""),
        (13, "moment", "2026-03-03T18:00", False, ""),
        (14, "moment", "2026-03-03T00:00", False, ""),
        (15, "time", "12:00", False, ""),
        (16, "length", "30:00", False, ""),
        (17, "percent", "25", False, ""),
        (21, "number", "46084", True, "2026-03-03"),
        (23, "not_worked_out", "", True, ""),
        (24, "nothing", "", False, ""),
        (25, "day", "2026-03-03", False, ""),
        (26, "error", "#N/A", True, ""),
        (27, "error", "#REF!", True, ""),
        (28, "text", "#N/A", False, ""),
        (29, "yes", "yes", False, ""),
        (32, "text", "\u014csaka", False, ""),
        (40, "text", "1. First\n2. Second", False, ""),
        (41, "text", "0012", False, ""),
        (43, "text", "w/c 3.3.26", False, ""),
        (44, "text", "=1+1", False, ""),
        (47, "text", "below", True, ""),
    ],
)
def test_a_cell_as_excel_writes_it(row: int, kind: str, value: str, asked: bool, proposal: str) -> None:
    cell = sheet(EXCEL).named(f"B{row}")

    assert (cell.kind, cell.value, bool(cell.ask), cell.proposal) == (kind, value, asked, proposal)


def test_what_excel_keeps_beside_a_cell() -> None:
    at = sheet(EXCEL).named

    assert [at(f"B{row}").shown for row in (18, 19, 20)] == ["Quarter 3", "14 days", "LR-2024-0003"]
    assert (at("B22").value, at("B22").hidden) == ("7", True)
    assert at("B30").struck == ((8, 12),)
    assert at("B31").all_struck
    assert [at(f"B{row}").fill for row in (33, 35)] == ["FF0000", "FFFF00"]
    assert at("B34").ask
    assert at("B36").words == "two before, two after"
    assert at("B37").empty
    assert at("B38").words == "NHS Example"
    assert (at("B45").value, at("B45").hidden) == ("hidden", True)
    assert (at("E1").value, at("E1").hidden) == ("in a hidden column", True)
    assert at("B48").comments == ("Agreed: due on 30 June 2026", "Now 31 July 2026 (resolved)")


def test_a_strict_file_is_read_like_any_other() -> None:
    found = {
        place: told(sheet("08-strict-open-xml.xlsx").named(place)) for place in ("B2", "C2", "D2", "B3", "C3", "D3")
    }

    assert found == {
        "B2": ("day", "2024-03-12"),
        "C2": ("day", "2024-09-30"),
        "D2": ("percent", "50"),
        "B3": ("day", "2026-03-03"),
        "C3": ("text", "TBC"),
        "D3": ("time", "18:00"),
    }


@pytest.mark.parametrize("name", ["10-export-cp1252-semicolons.csv", "11-export-unicode-text.txt"])
def test_a_table_in_text_is_words_alone(name: str) -> None:
    at = sheet(name).named

    assert sheet(name).rows == (1, 2, 3, 4)
    assert at("C2").value == "\u201cReview\u201d the protocol \u2013 by Easter"
    assert (at("D2").words, at("D3").words) == ("NHS Example", "Police Example")
    assert at("F2").value == "1. Done; see minutes\n2. \u00a320 spent"
    assert (at("A3").kind, at("C4").value, at("F4").value) == ("nothing", "Audit \u2026", "=SUM(1,1)")


def test_a_table_in_text_that_names_its_separator_and_leaks_carriage_returns() -> None:
    text = "\ufeffsep=,\r\nRef,Lead,No\r\nLR-1,NHS Example_x000D_,005/24\r\n,,\r\nTotal: 3,,\r\n"
    found = read_file(text.encode())

    assert found.sheets[0].rows == (1, 2, 4)
    assert (found.sheets[0].named("B2").value, found.sheets[0].named("C2").value) == ("NHS Example", "005/24")
    assert any("_x000D_" in note for note in found.notes)


def zipped(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return made.getvalue()


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><workbook><sheet name='&b;'/></workbook>"
RELATED = '<Relationships><Relationship Id="r1" Type="t/officeDocument" Target="xl/workbook.xml"/></Relationships>'


def ods(inside: str, head: str = "") -> bytes:
    return zipped(**{"content.xml": f"{head}<d><table><table-row>{inside}</table-row></table></d>"})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        ((FILES / "13-export-html-called.xls").read_bytes(), "web page"),
        ((FILES / "14-locked-with-password.xlsx").read_bytes(), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "before 2007"),
        ((FILES / EXCEL).read_bytes()[:3000], "damaged"),
        (b"%PDF-1.7 ...", "no spreadsheet"),
        (b"\0\1\2\3", "neither a spreadsheet nor"),
        (zipped(**{"word__document.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "no spreadsheet"),
        (zipped(**{"xl__workbook.bin": "", "[Content_Types].xml": "<x/>"}), "XLSB"),
        (zipped(**{"xl__workbook.xml": BOMB, "[Content_Types].xml": "<x/>", "_rels__.rels": RELATED}), "document type"),
        (zipped(**{"xl__workbook.xml": "<workbook/>", "[Content_Types].xml": "<x/>"}), "No sheet"),
        (ods("", '<?xml version="1.0" encoding="none"?>'), "damaged"),
        (ods('<table-cell value-type="float" value="12,5"/>'), "damaged"),
        (ods(f"<table-cell><p>{'<span>' * 5_000}x{'</span>' * 5_000}</p></table-cell>"), "damaged"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        read_file(content)


def test_a_file_is_read_in_a_process_that_gives_up() -> None:
    assert read_register((FILES / EXCEL).read_bytes()) == book(EXCEL)
    with pytest.raises(BadAnswer, match="memory and the time"):
        read_register((FILES / EXCEL).read_bytes(), at_most=0.001)


def test_a_small_register_in_a_huge_range_gives_its_records() -> None:
    empty = "".join(f'<row r="{row}"><c r="XFD{row}" s="0"/></row>' for row in range(3, 20_003))
    rows = '<row r="1"><c r="A1" t="str"><v>Ref</v></c></row><row r="2"><c r="A2" t="str"><v>LR-1</v></c></row>'
    inside = '<Relationships><Relationship Id="r1" Type="t/worksheet" Target="s.xml"/></Relationships>'
    merge = '<mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
    book = '<workbook xmlns:r="x"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
    made = zipped(
        **{
            "[Content_Types].xml": "<x/>",
            "_rels__.rels": RELATED,
            "xl__workbook.xml": book,
            "xl___rels__workbook.xml.rels": inside,
            "xl__s.xml": f"<worksheet><sheetData>{rows}{empty}</sheetData>{merge}</worksheet>",
        }
    )

    assert read_file(made).sheets[0].rows == (1, 2)


def test_a_small_file_that_says_one_text_in_every_cell_is_not_handed_over() -> None:
    cell = '<table-cell number-columns-repeated="900"><p>{text}</p></table-cell>'
    table = f'<table name="A"><table-row number-rows-repeated="9">{cell}</table-row></table>'
    few, many = (zipped(**{"content.xml": table.format(text="x" * length)}) for length in (1, 200))

    assert len(json.loads(handed_over(few, 1_000_000))["sheets"][0]["cells"]) == 8_100
    assert json.loads(handed_over(many, 1_000_000)) == {"refused": [TOO_MUCH]}


@pytest.mark.parametrize(
    ("words", "order", "day", "proposal", "asked"),
    [
        ("2026-03-02", None, "2026-03-02", None, False),
        ("2 March 2026", None, "2026-03-02", None, False),
        ("30/09/2024", None, "2024-09-30", None, False),
        ("12.3.24", None, None, "2024-03-12", True),
        ("12.3.24", "day_first", "2024-03-12", None, False),
        ("03/04/2025", None, None, "2025-04-03", True),
        ("03/04/2025", "month_first", "2025-03-04", None, False),
        ("03/03/2025", None, "2025-03-03", None, False),
        ("31/06/2026", None, None, None, True),
        ("w/c 3.3.26", None, None, None, True),
        ("w/c 2.3.26", None, None, None, False),
        ("Spring 2026", None, None, None, False),
        ("TBC", None, None, None, False),
        ("Q3 2025/26", None, None, None, False),
        ("005/24", None, None, None, False),
        ("12-Mar-26", None, "2026-03-12", None, False),
        ("12-Mar-98", None, "1998-03-12", None, False),
        ("12\u2011Mar\u20112026", None, "2026-03-12", None, False),
        ("12th of March 2026.", None, "2026-03-12", None, False),
        ("March 12, 2026", None, "2026-03-12", None, False),
        ("30-Feb-26", None, None, None, True),
        ("2026/03/12", None, "2026-03-12", None, False),
        ("2026-03-12 00:00:00", None, "2026-03-12", None, False),
        ("13/03/2026 14:30", None, "2026-03-13", None, False),
        ("12/03/2026 2:30 PM", None, None, "2026-03-12", True),
        ("12/03/2026 2:30 PM", "month_first", "2026-12-03", None, False),
        ("2026-03-12T23:30:00Z", None, "2026-03-12", None, False),
        ("2026-05-31T23:00:00.000Z", None, None, "2026-06-01", True),
        ("2026-05-31T23:00:00+01:00", None, "2026-05-31", None, False),
        ("2026-06-01 3:00 am +05:30", None, None, "2026-05-31", True),
        ("9999-12-31T23:59:59-11:00", None, "9999-12-31", None, False),
        ("20260312", None, None, "2026-03-12", True),
        ("46093", None, None, None, True),
        ("by 30 June 2026", None, None, "2026-06-30", True),
        ("Done 12/03/2026", None, None, None, True),
        ("12/03/2026 (extended to 30/06/2026)", None, None, None, True),
        ("30 September", None, None, None, False),
        ("1. March 2026", None, "2026-03-01", None, False),
        ("31Mar2026", None, "2026-03-31", None, False),
        ("31MAR26", None, "2026-03-31", None, False),
        ("31 03 2026", None, "2026-03-31", None, False),
        ("03 04 2026", None, None, "2026-04-03", True),
        ("Wed 3 March 2026", None, None, None, True),
        ("Tues 3 March 26", None, "2026-03-03", None, False),
        ("Mon 2/3/26", None, None, "2026-03-02", True),
        ("Tue 2/3/26", None, None, "2026-02-03", True),
        ("31/O3/2026", None, None, None, True),
        ("3l/03/2026", None, None, None, True),
        ("31//03/2026", None, None, None, True),
        ("31/03/20226", None, None, None, True),
        ("31/03/202", None, None, None, True),
        ("31.03,2026", None, None, None, True),
        ("31 Mrch 2026", None, None, None, True),
        ("31 March 206", None, None, None, True),
        ("31/03", None, None, None, False),
        ("1-2", None, None, None, False),
        ("2024/25", None, None, None, False),
        ("March 26", None, None, None, False),
        ("end of March", None, None, None, False),
        ("3 of 12 done", None, None, None, False),
        ("R1/2/26", None, None, None, False),
        ("2 to 3 weeks", None, None, None, False),
        ("within 6 weeks", None, None, None, False),
    ],
)
def test_a_day_in_words_is_read_where_only_one_can_be_meant(
    words: str, order: str | None, day: str | None, proposal: str | None, asked: bool
) -> None:
    found = written_day(words, order)  # type: ignore[arg-type]

    assert str(found.day or "") == (day or "")
    assert (str(found.proposal or ""), bool(found.ask)) == (proposal or "", asked)


def test_a_sheet_of_few_cells_that_would_be_read_at_millions_of_places_is_refused() -> None:
    heads = {(1, column): Cell("text", "Ref" if column == 1 else f"Action {column}") for column in range(1, 1_001)}
    heads[1, 2] = Cell("text", "Action")

    def wide(rows: int) -> Workbook:
        return Workbook((Sheet("A", heads | {(row, 1): Cell("text", "LR-1") for row in range(2, rows + 1)}),))

    assert len(laid_out(wide(10)).records) == 9
    with pytest.raises(BadAnswer, match="more rows and columns"):
        laid_out(wide(3_001))


def test_a_table_in_text_whose_cell_is_cut_off_is_refused_and_swallows_no_rows() -> None:
    heads, cut = "Ref;Recommendation;Details\r\n", 'LR-1;Hear;"{""a"": [1, ""b\r\nLR-2;See;"{""a"": 1}"\r\n'
    for rows in (cut, 'LR-1;Hear;"begun\r\nLR-2;See;\r\n', 'LR-1;Hear;"the" child\r\n'):
        with pytest.raises(BadAnswer, match="In row 2 a cell begins with a quotation mark"):
            read_file((heads + rows).encode())


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("Ref;Recommendation;Due\nLR-1;Hear;\n\nRef;Closed;Why\nLR-1;2026-01-01;done\n", "Row 4 of the sheet"),
        ("Ref;Recommendation;Due\nLR-1;Hear;\nDue;Recommendation;Ref\n;See;LR-2\n", "Row 3 of the sheet"),
        ("Ref;Recommendation;;Ref;Closed\nLR-1;Hear;;LR-7;2026-01-01\n", "The heading 'Ref' stands twice in row 1"),
    ],
)
def test_two_tables_on_one_sheet_are_not_read_as_one(rows: str, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        laid_out(read_file(rows.encode()))


def test_words_that_are_headings_elsewhere_make_no_table_and_subtotals_are_no_records() -> None:
    heads = "Ref;Recommendation;Decision;Status;Review status\n"
    rows = "LR-1;Review;Closed;Completed;Published\n;;Closed;Completed;\nSub-total;;;2;\nRef;Recommendation;;;\n"
    found = laid_out(read_file((heads + rows).encode()))

    assert (found.records, dict(found.others)) == ((2, 3), {1: "headings", 4: "totals", 5: "headings"})


def test_a_column_shows_which_comes_first() -> None:
    assert orders_of(["03/04/2026", "31/12/2025"]) == {"day_first"}
    assert orders_of(["09/30/2024", "03/04/2024"]) == {"month_first"}
    assert orders_of(["03/04/2024"]) == set()
    assert orders_of(["09/30/2024", "30/09/2024"]) == {"day_first", "month_first"}


def test_numbered_lines_are_parts_only_when_they_count_on() -> None:
    assert numbered_parts("1. First\n2. Second\nmore") == ("First", "Second\nmore")
    assert numbered_parts("See 1. First") == ("See 1. First",)
    assert numbered_parts("1. Only one") == ("1. Only one",)
    assert numbered_parts("2. Second\n3. Third") == ("2. Second\n3. Third",)


@pytest.mark.parametrize(
    ("heading", "group", "target"),
    [
        ("Ref", "Review", "review.reference"),
        ("Agreed", "Review", "review.agreed"),
        ("Agreed", "", "recommendation.agreed"),
        ("No.", "Recommendation", "recommendation.number"),
        ("Text", "Recommendation", "recommendation.text"),
        ("Lead", "Action", "action.agency"),
        ("Due", "", "action.due"),
        ("Child's name", "", "review.child"),
        ("DOB", "", "review.child"),
        ("% done", "Action", ""),
        ("field:criteria", "", "field:criteria"),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, group: str, target: str) -> None:
    assert target_of(heading, group) == target


def test_a_number_of_children_names_none() -> None:
    assert not names_a_child("Number of children")
    assert names_a_child("Subject")


def test_a_time_of_more_than_a_day_is_asked_about() -> None:
    assert cell_of(1.5, "hh:mm", from_1904=False).ask
    assert not cell_of(0.5, "hh:mm", from_1904=False).ask
