"""A case as a paper, for the committee: where it stands, its dates, its agencies, what was recorded, its history."""

from __future__ import annotations

from collections.abc import Iterator

from states.words import first_up, spoken
from workflows.papers.paper import Paper, Row, Table
from workflows.views.case_dates import DateLine
from workflows.views.case_page import CasePage
from workflows.views.history import HistoryLine
from workflows.views.viewer import Viewer

WARNING = "For the {} only, not for publication."


def case_paper(page: CasePage, entries: tuple[HistoryLine, ...], committee: str, viewer: Viewer) -> Paper:
    """A case as it stands, ready to be printed. `entries` are worded without marks of a page."""
    return Paper(
        title=f"{page.review} {page.ref}",
        committee=committee,
        about=f"{page.stands}, as it stands on {spoken(viewer.today)}",
        made_on=viewer.today,
        warning=WARNING.format(page.office),
        opening=tuple(_opening(page)),
        tables={
            "case_dates": Table("Dates", ("Date", "Due", "How it stands"), _dates(page), words=True),
            "case_requests": Table("Agencies", ("Agency", "Asked for", "On", "Answer"), _requests(page), words=True),
            "case_lists": Table("Lists", ("Number", "List", "What it says"), _items(page), words=True),
            "case_recorded": Table("Recorded", ("What", "Answer"), _recorded(page), words=True),
            "case_history": Table("History", ("Entry", "Day", "What happened", "Who"), _history(entries), words=True),
        },
    )


def _opening(page: CasePage) -> Iterator[str]:
    yield f"It stands in: {page.stands}. {page.officer}: {page.lead or 'nobody'}. Opened {spoken(page.opened_on)}."
    if page.waiting_on:
        yield f"Waiting on {', '.join(page.waiting_on)}."
    yield from (f"Hold {one.words}." for one in page.holds)


def _dates(page: CasePage) -> tuple[Row, ...]:
    return tuple(Row(one.label, (spoken(one.due) or "no date", _how_it_stands(one))) for one in page.dates)


def _how_it_stands(one: DateLine) -> str:
    """Whether a date is owed; of one that has ended on which day, and by which entry."""
    ended = f" on {spoken(one.ended_on)} (entry {one.ended_by})" if one.ended_on else ""
    return f"{first_up(one.status)}{ended}"


def _requests(page: CasePage) -> tuple[Row, ...]:
    rows = ((one.asked, one.label, one.said) for one in page.requests)
    return tuple(
        Row(asked.agency, (label, spoken(asked.asked_on), first_up(": ".join(filter(None, (asked.status, said))))))
        for asked, label, said in rows
    )


def _items(page: CasePage) -> tuple[Row, ...]:
    return tuple(Row(one.item.id, (one.register, one.words)) for one in page.items)


def _recorded(page: CasePage) -> tuple[Row, ...]:
    return tuple(Row(one.label, (one.words,)) for one in page.recorded)


def _history(entries: tuple[HistoryLine, ...]) -> tuple[Row, ...]:
    return tuple(Row(str(one.entry.sequence), (spoken(one.entry.happened_on), _said(one), one.by)) for one in entries)


def _said(one: HistoryLine) -> str:
    return f"{one.says}. Why: {one.entry.reason}" if one.entry.reason else one.says
