"""Recommendations across the committee's files: what each came from, where it stands, what is owed, what it changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, insert, or_, select, update

from records.editions import Shelf
from records.tables import CaseFile, Recommendation, table_of
from states.dossier import Deadline, Dossier
from states.procedure import Procedure

CASES = table_of(CaseFile)
RECOMMENDATIONS = table_of(Recommendation)

KIND = "recommendation"
"""The kind of edition under which a recommendation is a file of its own."""

CAME_FROM = "recommendation_of"
"""How the file of a recommendation is linked with the review it came from."""

IMPACT = frozenset({"assess_impact", "recheck_impact"})
VERIFY = "verify"

LISTED = (
    CASES.c.ref,
    CASES.c.digest,
    CASES.c.state,
    CASES.c.lead,
    CASES.c.opened_on,
    CASES.c.closed_on,
    *RECOMMENDATIONS.c,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A recommendation as it is told in one line: its text, where it stands, and how it ended in a few words."""

    case_id: int
    ref: str
    of_ref: str
    text: str
    level: str
    urgency: str
    agencies: tuple[str, ...]
    themes: tuple[str, ...]
    state: str
    stands: str
    ended: str
    fulfilled: str
    practice: str
    outcomes: str
    lead: str
    opened_on: date
    closed_on: date | None
    owed_on: date | None
    impact_on: date | None

    def overdue(self, today: date) -> bool:
        """Whether a date has gone by that can be late. What is only asked after never is."""
        return self.closed_on is None and self.owed_on is not None and self.owed_on < today


@dataclass(frozen=True, slots=True)
class Asked:
    """Which recommendations are asked for. `overdue_on` and `impact_by` are days."""

    of_ref: str = ""
    level: str = ""
    agency: str = ""
    theme: str = ""
    state: str = ""
    which: Literal["open", "closed", "all"] = "all"
    overdue_on: date | None = None
    impact_by: date | None = None
    to_verify: bool = False


def project(tx: Connection, case_id: int, dossier: Dossier, procedure: Procedure) -> None:
    """Write what the file of a recommendation adds up to; the search finds it from then on."""
    row = columns_of(dossier, procedure)
    if tx.execute(update(RECOMMENDATIONS).where(RECOMMENDATIONS.c.case_id == case_id), row).rowcount == 0:
        tx.execute(insert(RECOMMENDATIONS), {"case_id": case_id, **row})
