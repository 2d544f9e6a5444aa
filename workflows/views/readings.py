"""Who read which case at the desk, and to whom cases are kept: what the auditor looks at, beside the histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from records import audit_log, reading_log
from records.audit_log import AuditEntry
from records.reading_log import READINGS, Reading
from states.moments import start_of
from states.words import first_up

KEPT_TO = "need_to_know"
MOST = 100
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "case": "The case",
        "case_history": "Its history",
        "case_as_it_was": "The case as it was on a day",
        "case_pdf": "The case as a PDF",
        "case_date": "One of its dates",
        "chasing_of": "How an agency was chased",
        "assessment": "The form by which an auditor reads it",
        "bundle": "Its bundle for an inquiry",
        "meeting_packs": "Its papers for a meeting",
        "meeting_step": "The form of a decision at a meeting",
        "evidence": "A file of evidence",
        "extract": "What an extract of reviews says of it",
        "children": "Who read the names kept apart",
        "names": "The names kept apart",
        "recommendation": "The recommendation",
    }
)
"""The parts of a case, in words; of any other page its name is said."""


@dataclass(frozen=True)
class ReadingsWanted:
    """Which readings somebody looks for: of a case, by somebody, of a part, between two days (Scotland, included)."""

    ref: str = ""
    person: str = ""
    part: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Keeping:
    """That a case was kept to so many named people, or opened again (0): when, by whom, and why."""

    at: datetime
    ref: str
    person: str
    accounts: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Erasure:
    """That readings were erased: when, by whom, how many, and why."""

    at: datetime
    person: str
    readings: int
    reason: str


@dataclass(frozen=True)
class Readings:
    """A page of readings, the newest first, how many there are in all, whom cases were kept to, and what was erased.

    `people` and `parts` are those there are, to choose from.
    """

    lines: tuple[Reading, ...]
    all: int
    people: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    kept: tuple[Keeping, ...]
    erased: tuple[Erasure, ...]


def readings(tx: Connection, wanted: ReadingsWanted, page: int = 1) -> Readings:
    """The readings that somebody looks for, a page at a time."""
    asked = _asked(wanted)
    rows = select(READINGS).where(*asked).order_by(READINGS.c.number.desc()).limit(MOST).offset(MOST * (page - 1))
    parts = {one.partition(" ")[0] for one in tx.execute(select(READINGS.c.part).distinct()).scalars()}
    return Readings(
        lines=tuple(map(reading_log.read, tx.execute(rows).mappings())),
        all=tx.execute(select(func.count()).select_from(READINGS).where(*asked)).scalar_one(),
        people=tuple(tx.execute(select(READINGS.c.person).distinct().order_by(READINGS.c.person)).scalars()),
        parts=tuple(sorted(((one, part_words(one)) for one in parts), key=lambda one: one[1])),
        kept=tuple(_keeping(one) for one in reversed(_kept(tx, wanted.ref))),
        erased=tuple(map(_erasure, reversed(audit_log.entries(tx, reading_log.LOG, subject=reading_log.ERASED)))),
    )


def part_words(part: str) -> str:
    """A part of a case in words."""
    name, _, which = part.partition(" ")
    said = PARTS.get(name) or first_up(name.replace("_", " "))
    return f"{said} ({which})" if which else said


def right_words(one: Reading) -> str:
    """By what right somebody read: the role they had or acted for, or that they are named for the case."""
    return first_up(one.by_right.replace("_", " "))


def _asked(wanted: ReadingsWanted) -> list[ColumnElement[bool]]:
    row: Any = READINGS.c
    asked: list[ColumnElement[bool]] = []
    if wanted.ref.strip():
        asked.append(row.ref == wanted.ref.strip().upper())
    if wanted.person.strip():
        asked.append(func.lower(row.person) == wanted.person.strip().lower())
    if wanted.part:
        asked.append(or_(row.part == wanted.part, row.part.startswith(f"{wanted.part} ", autoescape=True)))
    if wanted.first:
        asked.append(row.at >= start_of(wanted.first))
    if wanted.last:
        asked.append(row.at < start_of(wanted.last + timedelta(days=1)))
    return asked


def _kept(tx: Connection, ref: str) -> tuple[AuditEntry, ...]:
    return audit_log.entries(tx, KEPT_TO, subject=ref.strip().upper() or None)


def _keeping(one: AuditEntry) -> Keeping:
    return Keeping(one.recorded_at, one.subject, one.actor.name, tuple(one.data["accounts"]), one.reason)


def _erasure(one: AuditEntry) -> Erasure:
    number = sum(last - first + 1 for first, last in one.data["numbers"])
    return Erasure(one.recorded_at, one.actor.name, number, one.reason)
