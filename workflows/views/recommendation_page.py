"""A recommendation on its page: how it stands among the others, and all that the page of a case shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from records import cases, recommendations
from records.recommendations import Recommendation
from workflows.views.case_page import CasePage, case_page
from workflows.views.json_names import FLAT
from workflows.views.outcome import Outcome
from workflows.views.viewer import Viewer


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


def recommendation_page(tx: Connection, ref: str, viewer: Viewer) -> RecommendationPage:
    """The page of a recommendation. Raises NotFound where there is none of that reference."""
    line = recommendations.one_of(tx, ref)
    days = (line.owed_on - viewer.today).days if line.owed_on else None
    page = case_page(tx, cases.find(tx, ref, to_change=False), viewer)
    return RecommendationPage(line, line.overdue(viewer.today), days, page)
