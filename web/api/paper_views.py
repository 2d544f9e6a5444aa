"""Papers as a program reads them: their words and tables as JSON, for those who would not open them as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.errors import NotFound
from web.api.views import view_at
from web.desk import Desk
from web.pages import extracts, learning_pages, quality, years
from workflows.papers.paper import Paper, Table, Told
from workflows.reports import follow_through_board
from workflows.reports.data_items import Kind
from workflows.reports.extract import Extract
from workflows.views import quality_pages

NOT_PUBLISHED = "No summary of {year} was published yet, and the time limits of a year are published with that."


@dataclass(frozen=True)
class WrittenPaper:
    """A paper in its words. A count that is kept back is null; `warning` stands on its first page."""

    title: str
    committee: str
    about: str
    made_on: date
    warning: str
    opening: tuple[str, ...]
    tables: Mapping[str, Table]
    told: Mapping[str, tuple[Told, ...]]


@dataclass(frozen=True)
class Column:
    """A data item of each review: its name for machines, what it is called, of what kind, and what it means."""

    key: str
    label: str
    kind: Kind
    about: str


@dataclass(frozen=True)
class CompletedReviews:
    """The reviews completed in a period, first and last day included; each has what is held under its columns."""

    first: date
    last: date
    made_on: date
    columns: tuple[Column, ...]
    reviews: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ProcessMap:
    """Which step followed which in a year, how often, under one edition; `cases` are those behind one way."""

    year: str
    edition: str
    ways: tuple[quality_pages.Way, ...]
    begins: Mapping[str, int]
    ends: Mapping[str, int]
    cases: tuple[str, ...]
    hidden: int


@view_at("learning_paper", "/learning/papers/{name}")
def _paper(at: Desk, name: str) -> WrittenPaper:
    """A paper as it would be written now: forum, for the forum of the chairs, or board, of recommendations."""
    return _written(learning_pages.paper_called(at, name))


@view_at("board", "/learning/board")
def _board(at: Desk) -> follow_through_board.Board:
    """The board: of each recommendation what was promised, what is proven and what it changed; and what they add to."""
    with at.reading() as tx:
        return follow_through_board.board(tx, at.viewer.today, at.hidden(tx))


@view_at("year", "/learning/years/{year}/{version}")
def _year(at: Desk, year: str, version: str) -> WrittenPaper:
    """The summary of a year: the committee's own (full), for anybody (public), or as it was published."""
    return _written(years.leaving(at, year, version))


@view_at("extract", "/learning/extract")
def _extract(at: Desk, *, first: str = "", last: str = "") -> CompletedReviews:
    """The reviews completed in a period, with their data items; that each was read is put on record."""
    return _reviews(extracts.extract_of(at, first, last))


def _reviews(found: Extract) -> CompletedReviews:
    columns = tuple(Column(one.key, one.label, one.kind, one.about) for one in found.items)
    return CompletedReviews(found.first, found.last, found.made_on, columns, tuple(found.facts()))


@view_at("compliance_published", "/quality/time-limits/published")
def _published(at: Desk, year: str = "") -> WrittenPaper:
    """What of the time limits of a year may be published: as it was known when its summary was."""
    found = quality.paper_published(at, year)
    if found is None:
        raise NotFound(NOT_PUBLISHED.format(year=year[:20]))
    return _written(found)


@view_at("process_map", "/quality/map")
def _map(at: Desk, *, year: str = "", edition: str = "", way: str = "") -> ProcessMap:
    """Which step followed which in a year; with a way (such as notify|request_info) the cases behind that."""
    hidden = at.kept_from_them()
    with at.reading() as tx:
        one = quality_pages.one_year(tx, at.viewer, hidden, year)
        found = quality_pages.map_page(tx, one, edition, way)
    counts = (dict(found.begins), dict(found.ends))
    return ProcessMap(one.name, found.edition, found.ways, *counts, found.behind, found.hidden)


def _written(made: Paper) -> WrittenPaper:
    words = (made.title, made.committee, made.about, made.made_on, made.warning)
    return WrittenPaper(*words, made.opening, made.tables, made.told)
