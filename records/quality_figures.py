"""Computed quality figures, cached by name with when they were computed; they can be computed again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from records.metadata import table_of
from records.tables import QualityFigureRow

FIGURES = table_of(QualityFigureRow)


class KeptFigures(NamedTuple):
    """Figures as they were kept: when they were worked out (UTC), and what they say."""

    made_at: datetime
    facts: dict[str, Any]


def keep(tx: Connection, found: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
    """Keep figures in the place of those of the same names."""
    tx.execute(delete(FIGURES).where(FIGURES.c.name.in_(found)))
    rows = [{"name": name, "made_at": now, "body": json.dumps(facts)} for name, facts in found.items()]
    if rows:
        tx.execute(insert(FIGURES), rows)


def kept(tx: Connection, name: str) -> KeptFigures | None:
    """The figures of a name; None where none were worked out yet, or they cannot be read."""
    row = tx.execute(select(FIGURES.c.made_at, FIGURES.c.body).where(FIGURES.c.name == name)).first()
    try:
        return KeptFigures(row.made_at, json.loads(row.body)) if row else None
    except ValueError:
        return None


def names(tx: Connection) -> tuple[str, ...]:
    """What there are figures of, in the order of the alphabet."""
    return tuple(tx.execute(select(FIGURES.c.name).order_by(FIGURES.c.name)).scalars())
