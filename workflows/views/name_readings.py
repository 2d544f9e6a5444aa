"""Who read the names of children: the page that answers for every reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from records.editions import EditionLibrary
from records.reading_log import CASES, NAMES, READINGS, read
from states.moments import local_day
from states.words import time_of_day


@dataclass(frozen=True)
class NameReading:
    """One reading of the names of a case: the day and the time of day in Scotland, who, and by what right.

    `right` is the role they had, or in whose place they acted; `account` is empty where none was kept.
    """

    ref: str
    on: date
    at: str
    name: str
    role: str
    account: str
    right: str
    children: str


def name_readings(tx: Connection, ref: str = "") -> tuple[NameReading, ...]:
    """Every reading of the names of children (of one case), the newest first."""
    wanted = select(READINGS).where(READINGS.c.part == NAMES).order_by(READINGS.c.number.desc())
    if ref.strip():
        wanted = wanted.where(READINGS.c.ref == ref.strip().upper())
    called = _called(tx)
    return tuple(
        NameReading(
            ref=one.ref,
            on=local_day(one.at),
            at=time_of_day(one.at),
            name=one.person,
            role=one.role,
            account=one.account,
            right=one.by_right,
            children=" and ".join(f"{called[one.ref]} {number}" for number in one.children) or "none",
        )
        for one in map(read, tx.execute(wanted).mappings())
    )


def _called(tx: Connection) -> Mapping[str, str]:
    """What those are called whose names were read, by the reference of the case: a child, an adult."""
    read_of = select(READINGS.c.ref).where(READINGS.c.part == NAMES)
    rows = tx.execute(select(CASES.c.ref, CASES.c.digest).where(CASES.c.ref.in_(read_of)))
    return {row.ref: EditionLibrary(tx).procedure(row.digest).subject for row in rows}
