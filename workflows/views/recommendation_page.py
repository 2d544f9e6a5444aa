"""Recommendations: listed, one on its page with all that the page of a case shows, and earlier ones like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from records import cases, recommendations, search
from records.need_to_know import hidden_from
from records.recommendations import Recommendation, RecommendationFilter
from states.words import long_day
from workflows.views.case_page import CasePage, case_page
from workflows.views.json_names import FLAT, UNWRITTEN
from workflows.views.outcome import Outcome
from workflows.views.viewer import Viewer


@dataclass(frozen=True)
class RecommendationLine:
    """A recommendation in a list, and how far off its soonest date is (negative: gone by; None: it has none)."""

    line: Recommendation = field(metadata=FLAT)
    overdue: bool
    days: int | None


@dataclass(frozen=True)
class RecommendationList:
    """The recommendations asked for, whether there are more, and that there is none like that (`nothing`)."""

    recommendations: tuple[RecommendationLine, ...]
    more: bool
    nothing: str = field(metadata=UNWRITTEN)


@dataclass(frozen=True)
class SimilarLine:
    """An earlier recommendation that is like what was asked about: how like (0 to 1), and what became of it."""

    line: Recommendation = field(metadata=FLAT)
    score: float
    says_the_same: bool
    sentence: str


@dataclass(frozen=True)
class SimilarOnes:
    """The earlier recommendations like a text or another one, the most alike first."""

    similar: tuple[SimilarLine, ...]

    @property
    def the_same(self) -> int:
        """How many of them say the same."""
        return sum(one.says_the_same for one in self.similar)


@dataclass(frozen=True)
class RecommendationPage:
    """A recommendation: the line it has in lists, how far off its soonest date is, and its page as a file."""

    line: Recommendation = field(metadata=FLAT)
    overdue: bool
    days: int | None
    page: CasePage = field(metadata=FLAT)


@dataclass(frozen=True)
class Proposed:
    """What proposing a recommendation did, and the case it came from."""

    outcome: Outcome = field(metadata=FLAT)
    of: str


def recommendation_list(tx: Connection, asked: RecommendationFilter, viewer: Viewer, most: int) -> RecommendationList:
    """The recommendations asked for, the soonest owed first; those of one case in the order they were proposed.

    Raises NotFound where there is no such case.
    """
    if asked.of_ref:
        cases.find(tx, asked.of_ref, to_change=False)
    found = recommendations.all_of(tx, asked, hidden=hidden_from(tx, viewer.actor.account), most=most + 1)
    lines = tuple(_line(one, viewer) for one in found[:most])
    return RecommendationList(lines, len(found) > most, nothing(asked))


def nothing(asked: RecommendationFilter) -> str:
    """That nothing was found, in the words of what was asked for: "No open recommendation is overdue."."""
    which = "" if asked.which == "all" else "open " if asked.which == "open" else "ended "
    likes = tuple(_likes(asked))
    noun = f"{which}recommendation"
    return f"No {noun} {' and '.join(likes)}." if likes else f"There is no {noun}."


def _likes(asked: RecommendationFilter) -> Iterator[str]:
    said = (
        (asked.of_ref, "came from {}"),
        (asked.level, "has the level {}"),
        (asked.agency, "is for {}"),
        (asked.theme, "has the theme {}"),
        (asked.state, "stands in {}"),
        (asked.overdue_on, "is overdue"),
        (asked.impact_by, "is looked at for its impact by {}"),
        (asked.to_verify, "waits to be verified"),
    )
    for value, words in said:
        if value:
            yield words.format(long_day(value) if isinstance(value, date) else str(value).replace("_", " "))


def recommendation_page(tx: Connection, ref: str, viewer: Viewer) -> RecommendationPage:
    """The page of a recommendation. Raises NotFound where there is none of that reference."""
    found = _line(recommendations.one_of(tx, ref), viewer)
    page = case_page(tx, cases.find(tx, ref, to_change=False), viewer)
    return RecommendationPage(found.line, found.overdue, found.days, page)


def similar_ones(tx: Connection, wanted: str, most: int, hidden: frozenset[str]) -> SimilarOnes:
    """Earlier recommendations that say what a text, or another recommendation, says; each with how it ended.

    Hidden ones are not among them, and nobody is told what is like one: that raises NotFound, as for one there is not.
    """
    found = search.similar(tx, wanted, most, hidden=hidden)
    return SimilarOnes(
        tuple(SimilarLine(one.recommendation, one.score, one.says_the_same, one.sentence) for one in found)
    )


def _line(one: Recommendation, viewer: Viewer) -> RecommendationLine:
    days = (one.owed_on - viewer.today).days if one.owed_on else None
    return RecommendationLine(one, one.overdue(viewer.today), days)
