"""Generates the default Word templates: a committee edits the files, never this.

Run `python -m workflows.papers.word_templates FOLDER` to make them anew.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows.papers.word_layout import without_thumbnail

if TYPE_CHECKING:
    from docx.document import Document

FONT, BLUE, PALE = "Arial", "1F3A4D", "E6EDF2"
CHARTS = {
    "decisions": "What was decided",
    "steps": "Days taken at each step: the shortest, the middle, the longest",
    "levels": "Recommendations by level",
    "standings": "Where recommendations stand",
}
"""The words over each chart."""

MARGIN_CM, SMALL_PT, BODY_PT = 2.2, 9, 11


def make(folder: Path) -> None:
    """Make the two templates: the year's summary, part by part, and one for every other paper."""
    folder.mkdir(parents=True, exist_ok=True)
    summary_template().save(str(folder / "summary.docx"))
    paper_template().save(str(folder / "paper.docx"))


def summary_template() -> Document:
    """The template of the year's summary."""
    page = _begun()
    _heading(page, "Cases considered and what was decided")
    _chart(page, "decisions")
    for name in ("decisions", "grounds"):
        _table(page, f"tables.{name}")
    _told(page, "told.reasons", "Why cases were decided as they were")
    _heading(page, "Time taken")
    _chart(page, "steps")
    for name in ("steps", "delays", "stages", "holds"):
        _table(page, f"tables.{name}")
    _heading(page, "Recommendations")
    _chart(page, "levels")
    _chart(page, "standings")
    for name in ("recommendations", "done", "fulfilled", "practice", "outcomes"):
        _table(page, f"tables.{name}")
    _heading(page, "What was learned")
    for name in ("themes", "learned", "practised"):
        _table(page, f"tables.{name}")
    _told(page, "told.learning", "Learning points")
    _told(page, "told.practice", "Good practice")
    for name in ("cases", "late", "held", "followed"):
        _table(page, f"tables.{name}", words=True)
    return page


def paper_template() -> Document:
    """The template of every other paper: all its tables, then all it tells."""
    page = _begun()
    page.add_paragraph("{%p for table in all_tables %}")
    _table(page, "table", words=True, level=1)
    page.add_paragraph("{%p endfor %}")
    _groups(page, "all_told", level=1)
    return page


def _begun() -> Document:
    import docx
    from docx.shared import Cm

    page = docx.Document()
    without_thumbnail(page)
    page.core_properties.author, page.core_properties.comments = "Cairn", ""
    for section in page.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
        _foot(section)
    _styles(page)
    page.add_paragraph("{{ title }}", "Title")
    page.add_paragraph("{{ committee }}", "Subtitle")
    page.add_paragraph("{{ about }}. Made on {{ made_on }}.")
    page.add_paragraph("{%p if warning %}")
    page.add_paragraph("{{ warning }}", "Intense Quote")
    page.add_paragraph("{%p endif %}")
    page.add_paragraph("{%p for sentence in opening %}")
    page.add_paragraph("{{ sentence }}")
    page.add_paragraph("{%p endfor %}")
    return page


def _styles(page: Document) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": BODY_PT, "Title": 24, "Subtitle": 14, "Heading 1": 16, "Heading 2": 12.5, "Heading 3": 11}
    for name, size in {**sizes, "Intense Quote": BODY_PT, "List Bullet": BODY_PT, "Caption": 11}.items():
        style: Any = page.styles[name]
        style.font.name, style.font.size, style.font.italic = FONT, Pt(size), False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        fonts.set(qn("w:hAnsi"), FONT)
        style.font.color.rgb = RGBColor.from_string("1A1A1A" if name in {"Normal", "List Bullet"} else BLUE)
    normal: Any = page.styles["Normal"]
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing_rule = Pt(6), WD_LINE_SPACING.SINGLE
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)


def _foot(section: Any) -> None:
    """The committee and the number of the page, at the foot of each."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    foot = section.footer.paragraphs[0]
    foot.add_run("{{ committee }} · {{ title }} · page ").font.size = Pt(SMALL_PT)
    number = foot.add_run()
    number.font.size = Pt(SMALL_PT)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        number._r.append(part)  # noqa: SLF001 - python-docx has no fields


def _heading(page: Document, text: str) -> None:
    page.add_heading(text, 1)


def _chart(page: Document, name: str) -> None:
    page.add_paragraph(f"{{%p if charts.{name} %}}")
    page.add_paragraph(CHARTS[name], "Caption").paragraph_format.keep_with_next = True
    page.add_paragraph(f"{{{{ charts.{name} }}}}").paragraph_format.keep_with_next = True
    page.add_paragraph("{%p endif %}")


def _table(page: Document, name: str, *, words: bool = False, level: int = 2) -> None:
    """A table of however many columns; one without rows is left out with its caption."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    page.add_paragraph(f"{{%p if {name}.rows %}}")
    page.add_heading(f"{{{{ {name}.caption }}}}", level)
    table = page.add_table(4, 4, "Table Grid")
    table.autofit = True
    across = ("{%tc for cell in CELLS %}", "{{ cell }}", "{%tc endfor %}")
    lines = (
        (f"{{{{ {name}.heading }}}}", *(part.replace("CELLS", f"{name}.headings") for part in across)),
        (f"{{%tr for row in {name}.rows %}}", "", "", ""),
        ("{{ row.label }}", *(part.replace("CELLS", "row.cells") for part in across)),
        ("{%tr endfor %}", "", "", ""),
    )
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            cell = table.cell(number, place).paragraphs[0]
            run = cell.add_run(text)
            run.font.size, run.bold = Pt(SMALL_PT), number == 0
            cell.paragraph_format.space_after = Pt(2)
            if place and not words:
                cell.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _heads(table.rows[0])
    page.add_paragraph(f"{{{{ {name}.note }}}}")
    page.add_paragraph("{%p endif %}")


def _heads(row: Any) -> None:
    """The first row is a heading: shaded, and repeated on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no other way
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", PALE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - as above


def _told(page: Document, name: str, heading: str) -> None:
    page.add_paragraph(f"{{%p if {name} %}}")
    page.add_heading(heading, 2)
    _groups(page, name)
    page.add_paragraph("{%p endif %}")


def _groups(page: Document, name: str, level: int = 3) -> None:
    page.add_paragraph(f"{{%p for group in {name} %}}")
    page.add_heading("{{ group.under }}", level)
    page.add_paragraph("{%p for one in group.all %}")
    page.add_paragraph("{{ one.text }}{% if one.more %} ({{ one.more }}){% endif %}", "List Bullet")
    page.add_paragraph("{%p endfor %}")
    page.add_paragraph("{%p endfor %}")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
