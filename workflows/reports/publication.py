"""Published summaries, kept in the audit log as printed, and what may be printed of the year again.

Whoever has two printings of one year has their difference. So a year is printed again as it was published, or so that
every count that changed has changed by five or more; what was kept back stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from records import audit_log
from records.audit_log import AuditEntry
from states.suppression import LEAST
from workflows.papers.paper import Paper, Row, Table, Told
from workflows.reports.annual_summary import Summary, summary_of
from workflows.reports.annual_summary_charts import charts_of
from workflows.reports.annual_summary_public import public_paper, together_with
from workflows.reports.case_files import Year

LOG = "publications"
NO_COUNTS = frozenset({"Share late", "Median days"})
"""The columns of a published table that are no counts."""

NUMBER = re.compile(r"\d[\d,]*")


def published(tx: Connection, year: Year) -> AuditEntry | None:
    """The newest printing of a year that was published; None where there was none."""
    found = printings(tx, year)
    return found[-1] if found else None


def printings(tx: Connection, year: Year) -> Sequence[AuditEntry]:
    """Every printing of a year that was published, the oldest first: whoever has two of them has their difference."""
    return audit_log.entries(tx, LOG, subject=year.name)


def known_at(kept: AuditEntry) -> datetime:
    """The moment (UTC) until which what was recorded is in a paper that was published."""
    said = kept.data.get("known")
    return datetime.fromisoformat(said) if said else kept.recorded_at


def to_publish(tx: Connection, year: Year, committee: str, today: date, known_on: date | None = None) -> Paper:
    """The public paper of a year, with the tables of its three years where they belong to it.

    The years before are counted as they were known when they were published.
    """
    summary = summary_of(tx, year, today, known_on)
    period = together_with(year)
    before = [_as_published(tx, one, today) for one in period[:-1]] if year == period[-1] else []
    return public_paper(summary, committee, (*before, summary) if before else ())


def paper_of(kept: AuditEntry) -> Paper:
    """A paper as it was published."""
    facts = dict(kept.data["paper"])
    tables = {name: _table(one) for name, one in facts["tables"].items()}
    told = {name: tuple(Told(**one) for one in all_of_it) for name, all_of_it in facts["told"].items()}
    made_on, opening = date.fromisoformat(facts["made_on"]), tuple(facts["opening"])
    parts = {"made_on": made_on, "opening": opening, "tables": tables, "told": told, "charts": charts_of(tables)}
    return Paper(**{**facts, **parts})


def is_close(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether one printing beside another tells of few: something changed that is no count grown or fallen by five."""
    old, new = dict(_counts(before)), dict(_counts(after))
    changed = [
        (old.get(place), new.get(place)) for place in old.keys() | new.keys() if old.get(place) != new.get(place)
    ]
    far = [isinstance(a, int) and isinstance(b, int) and abs(a - b) >= LEAST for a, b in changed]
    return not all(far) or (not changed and _printed(before) != _printed(after))


def is_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two printings say the same, whenever they were made."""
    return _printed(before) == _printed(after)


def _printed(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(part) for name, part in facts.items() if name != "made_on"}


def _plain(part: Any) -> Any:
    """A part of a paper as JSON gives it back."""
    if isinstance(part, Mapping):
        return {name: _plain(one) for name, one in part.items()}
    return [_plain(one) for one in part] if isinstance(part, list | tuple) else part


def _counts(facts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every count that is printed, or that is kept back, by its place."""
    for place, sentence in enumerate(facts["opening"]):
        words = NUMBER.sub("#", sentence)
        for at, number in enumerate(NUMBER.findall(sentence)):
            yield ("opening", str(place), words, str(at)), int(number.replace(",", ""))
    for name, table in facts["tables"].items():
        headings = table["columns"][1:]
        for row in table["rows"]:
            for heading, cell in zip(headings, row["cells"], strict=True):
                if heading not in NO_COUNTS:
                    yield (name, row["label"], heading), "kept back" if cell is None else cell


def _as_published(tx: Connection, year: Year, today: date) -> Summary:
    kept = published(tx, year)
    return summary_of(tx, year, today, known_at(kept) if kept else None)


def _table(facts: Mapping[str, Any]) -> Table:
    rows = tuple(Row(one["label"], tuple(one["cells"])) for one in facts["rows"])
    return Table(**{**facts, "columns": tuple(facts["columns"]), "rows": rows})
