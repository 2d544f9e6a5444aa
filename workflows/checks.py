"""Findings of a health check: whether something is well, in a sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from config.settings import Settings
from states.next_step import NOTHING, Advice

FIRST, NEXT, LATER = range(3)
"""When a thing is best done: before others, in its turn, or when Cairn is used in earnest."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `ok` with a remedy is advice; not ok is a fault, and its remedy says how to put it right.

    `when` says how soon it is best done among its like: `FIRST`, `NEXT` or `LATER`.
    """

    ok: bool
    sentence: str
    remedy: Advice = NOTHING
    when: int = NEXT


@dataclass(frozen=True)
class Look:
    """What a look is taken with: a steady view of the database, the settings, and the time in UTC."""

    tx: Connection
    settings: Settings
    now: datetime


def fault(sentence: str, remedy: str | Advice, when: int = NEXT) -> Finding:
    """Something that is wrong, and how to put it right."""
    return Finding(ok=False, sentence=sentence, remedy=_advice(remedy), when=when)


def well(sentence: str, advice: str | Advice = "", when: int = NEXT) -> Finding:
    """Something that is well, perhaps with advice."""
    return Finding(ok=True, sentence=sentence, remedy=_advice(advice), when=when)


def well_or(faults: Iterable[Finding], sentence: str) -> tuple[Finding, ...]:
    """The faults there are, or the one sentence that says that all is well."""
    return tuple(faults) or (well(sentence),)


def _advice(remedy: str | Advice) -> Advice:
    return Advice(remedy) if isinstance(remedy, str) else remedy
