"""Which personal data of closed cases is to be erased and when, by the committee's own rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, select

from config import committee_file
from config.committee_file import Retention
from config.settings import calendar
from records import reading_log
from records.case_columns import CASES
from records.children import KEY
from states.deadlines import due_on
from states.limits import Limit


@dataclass(frozen=True)
class ToErase:
    """A closed case that still holds personal data; `due` is the day from which it may be erased (None: no rule)."""

    ref: str
    closed_on: date
    due: date | None
    ripe: bool


@dataclass(frozen=True)
class RetentionPage:
    """The rule, where one is set, and the closed cases that hold personal data, the longest closed first.

    `readings` are those of cases that closed so long ago that the rule lets them go.
    """

    rule: Retention | None
    cases: tuple[ToErase, ...]
    open_cases: int
    readings: int


def retention_page(tx: Connection, own_file: Path, today: date, hidden: frozenset[str]) -> RetentionPage:
    """What is to be erased, and when, as seen on a day by somebody from whom these cases are hidden."""
    rule = committee_file.retention_of(committee_file.text_of(own_file))
    held = select(CASES.c.ref, CASES.c.closed_on).join(KEY, KEY.c.case_id == CASES.c.id)
    held = held.where(CASES.c.ref.not_in(hidden))
    rows = tx.execute(held.order_by(CASES.c.closed_on)).all()
    closed = [_line(row.ref, row.closed_on, rule, today) for row in rows if row.closed_on is not None]
    return RetentionPage(rule, tuple(closed), len(rows) - len(closed), len(ripe_readings(tx, rule, today, hidden)))


def ripe_readings(tx: Connection, rule: Retention | None, today: date, hidden: frozenset[str]) -> tuple[int, ...]:
    """The numbers of the readings that the rule lets go: of cases that closed so many years ago, and are not hidden."""
    if rule is None:
        return ()
    over = [day for day in reading_log.closings(tx) if (due := _due(day, rule)) is not None and due <= today]
    return reading_log.of_cases_closed_on(tx, over, hidden)


def _due(closed_on: date, rule: Retention) -> date | None:
    return due_on(closed_on, Limit(12 * rule.years, "months"), calendar("scotland"))


def _line(ref: str, closed_on: date, rule: Retention | None, today: date) -> ToErase:
    due = _due(closed_on, rule) if rule is not None else None
    return ToErase(ref, closed_on, due, due is not None and due <= today)
