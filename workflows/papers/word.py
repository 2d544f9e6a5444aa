"""Papers as Word documents, from templates a committee can edit (config/papers/*.docx, made by `papers_template`).

A template holds words and names in double braces, such as {{ title }} or {{ tables.decisions.caption }}. A name that
Cairn does not know is refused before anything is written. Texts are put in as they are: `&` and `<` stay what they are.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from states.errors import BadAnswer, NotFound
from states.words import long_day
from workflows.papers import charts
from workflows.papers.paper import Paper, Row, Table, grouped
from workflows.papers.word_layout import lay_out

if TYPE_CHECKING:
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

TEMPLATES = Path(__file__).parents[2] / "config" / "papers"
EMPTY = Table("", ("",), ())
WIDTH_OF_A_CHART = 160
"""Millimetres across the page."""

UNKNOWN = "The template {name} names {field!r}, which Cairn does not know: correct the template."
NOT_A_TEMPLATE = "The template {name} cannot be used ({why}): it must be a Word document with its braces in order."
CONTROL = dict.fromkeys(code for code in range(32) if chr(code) not in "\n\t")


def word(paper: Paper, template: Path) -> bytes:
    """A paper as a Word document. Raises NotFound where there is no such template, BadAnswer for a faulty one."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.sandbox import SandboxedEnvironment

    if not template.is_file():
        raise NotFound(f"There is no template {template}: check the name.")
    try:
        content = template.read_bytes()
        document = DocxTemplate(io.BytesIO(content))
        known = _context(paper, document)
        for field in sorted(_named_in(content) - known.keys()):
            raise BadAnswer(UNKNOWN.format(name=template.name, field=field))
        document.render(known, SandboxedEnvironment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    except UndefinedError as unknown:
        raise BadAnswer(UNKNOWN.format(name=template.name, field=_named(unknown))) from None
    except (TemplateError, BadZipFile, ValueError, KeyError, OSError) as faulty:
        raise BadAnswer(NOT_A_TEMPLATE.format(name=template.name, why=str(faulty)[:100])) from None
    return _finished(paper, document)


@lru_cache(maxsize=8)
def _named_in(template: bytes) -> frozenset[str]:
    """The names that a template uses and does not make itself, looked for once: it takes as long as a short paper."""
    from docxtpl import DocxTemplate

    return frozenset(DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables())


def _finished(paper: Paper, document: DocxTemplate) -> bytes:
    """The document with its title, and with every chart saying in words what it shows."""
    inside = document.docx
    assert inside is not None
    about = inside.core_properties
    about.title, about.author, about.language = _plain(paper.title)[:255], _plain(paper.committee)[:255], "en-GB"
    titles = {drawing.title: drawing for drawing in paper.charts.values()}
    for shape, drawing in zip(inside.inline_shapes, titles.values(), strict=False):
        shape._inline.docPr.set("descr", drawing.description)  # noqa: SLF001 - python-docx has no other way
        shape._inline.docPr.set("title", drawing.title)  # noqa: SLF001 - as above
    lay_out(inside, paper)
    kept = io.BytesIO()
    inside.save(kept)
    return kept.getvalue()


def _context(paper: Paper, document: DocxTemplate) -> dict[str, Any]:
    """The names a template may use. A table or a chart that a paper has not is empty."""
    return {
        "title": _plain(paper.title),
        "committee": _plain(paper.committee),
        "about": _plain(paper.about),
        "made_on": long_day(paper.made_on),
        "warning": _plain(paper.warning),
        "opening": [_plain(sentence) for sentence in paper.opening],
        "tables": _PartsByName("tables", {name: _table(table) for name, table in paper.tables.items()}, _table(EMPTY)),
        "told": _PartsByName("told", {name: _told(paper, name) for name in paper.told}, []),
        "charts": _PartsByName("charts", {name: _picture(paper, name, document) for name in paper.charts}, ""),
        "all_tables": [_table(table) for table in paper.tables.values()],
        "all_told": [group for name in paper.told for group in _told(paper, name)],
    }


class _PartsByName(dict[str, Any]):
    """The parts of a paper by name; one of the names that some paper has, but not this one, is empty."""

    NAMES = {
        "tables": "decisions grounds steps delays stages holds recommendations done fulfilled practice outcomes themes "
        "learned practised cases late held followed",
        "told": "reasons learning practice",
        "charts": "decisions steps levels standings",
    }

    def __init__(self, kind: str, found: dict[str, Any], empty: Any) -> None:
        super().__init__({**dict.fromkeys(self.NAMES[kind].split(), empty), **found})


def _table(table: Table) -> dict[str, Any]:
    rows = [{"label": _plain(row.label), "cells": [_plain(cell) for cell in _shown(row)]} for row in table.rows]
    return {
        "caption": _plain(table.caption),
        "heading": table.heading,
        "headings": list(table.headings),
        "rows": rows,
        "note": _plain(table.note),
        "words": table.words,
    }


def _shown(row: Row) -> list[str]:
    return row.shown


def _told(paper: Paper, name: str) -> list[dict[str, Any]]:
    return [
        {"under": _plain(under), "all": [{"text": _plain(one.text), "more": _plain(one.more)} for one in told]}
        for under, told in grouped(paper.told[name])
    ]


def _picture(paper: Paper, name: str, document: DocxTemplate) -> Any:
    from docx.shared import Mm
    from docxtpl import InlineImage

    return InlineImage(document, io.BytesIO(charts.png(paper.charts[name])), width=Mm(WIDTH_OF_A_CHART))


def _plain(text: str) -> str:
    """A text without the characters that no Word document can hold."""
    return text.translate(CONTROL)


def _named(unknown: Exception) -> str:
    """The name in what the template engine says: "'dict object' has no attribute 'x'"."""
    quoted = str(unknown).split("'")
    return quoted[-2] if len(quoted) > 2 else str(unknown)[:60]  # noqa: PLR2004 - a quoted word has two quotes


__all__ = ["TEMPLATES", "word"]
