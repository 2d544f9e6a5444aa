"""Editions of the guidance and calendars as they were used: kept under their fingerprint, never changed."""

from __future__ import annotations

import json

from sqlalchemy import Connection, Table, TableClause, bindparam, select

from records.case_columns import CALENDARS, EDITIONS
from records.database import insert_once
from states.calendars import Calendar
from states.canonical_json import canonical
from states.errors import NotFound
from states.procedure import Procedure

HAS_EDITION = select(EDITIONS.c.name).where(EDITIONS.c.digest == bindparam("wanted"))
HAS_CALENDAR = select(CALENDARS.c.name).where(CALENDARS.c.digest == bindparam("wanted"))

_procedures: dict[str, Procedure] = {}
_calendars: dict[str, Calendar] = {}


class EditionLibrary:
    """Where a history finds the editions and calendars it was written under."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx

    def procedure(self, digest: str) -> Procedure:
        """The edition of that fingerprint. Raises NotFound when the database has never seen it."""
        if digest not in _procedures:
            body = self.tx.execute(select(EDITIONS.c.body).where(EDITIONS.c.digest == digest)).scalar()
            if body is None:
                raise NotFound(f"The edition with fingerprint {digest[:12]} is not in this database.")
            _procedures[digest] = Procedure.model_validate_json(body)
        return _procedures[digest]

    def calendar(self, digest: str) -> Calendar:
        """The calendar of that fingerprint. Raises NotFound when the database has never seen it."""
        if digest not in _calendars:
            body = self.tx.execute(select(CALENDARS.c.body).where(CALENDARS.c.digest == digest)).scalar()
            if body is None:
                raise NotFound(f"The calendar with fingerprint {digest[:12]} is not in this database.")
            _calendars[digest] = Calendar.from_data(json.loads(body))
        return _calendars[digest]


def forget_others(tx: Connection) -> None:
    """Forget the editions and calendars that this process knows and the database has not: they are missed then."""
    for known, columns in ((_procedures, EDITIONS), (_calendars, CALENDARS)):
        there = set(tx.execute(select(columns.c.digest)).scalars())
        for digest in known.keys() - there:
            known.pop(digest, None)


def was_another(tx: Connection, national: Procedure) -> bool:
    """Whether a case came under a national edition of this name while its file had other content.

    What a committee's file lays over it is no part of that: the nation's own text is kept beside it once it is used.
    """
    if tx.execute(HAS_EDITION, {"wanted": national.digest}).first():
        return False
    of_nation = EDITIONS.c.body.contains('"committee":""', autoescape=True)
    used = select(EDITIONS.c.digest).where(EDITIONS.c.name == national.name, of_nation)
    return tx.execute(used.limit(1)).first() is not None


def pin_edition(tx: Connection, procedure: Procedure) -> str:
    """Store an edition for good under its fingerprint, which is returned. Tables keep the order of the file."""
    if not tx.execute(HAS_EDITION, {"wanted": procedure.digest}).first():
        row = {"digest": procedure.digest, "name": procedure.name, "body": procedure.written}
        insert_once(tx, _table(EDITIONS), row)
    return procedure.digest


def pin_calendar(tx: Connection, calendar: Calendar) -> str:
    """Store a calendar for good under its fingerprint, which is returned."""
    if not tx.execute(HAS_CALENDAR, {"wanted": calendar.digest}).first():
        row = {"digest": calendar.digest, "name": calendar.name, "body": canonical(calendar.to_data())}
        insert_once(tx, _table(CALENDARS), row)
    return calendar.digest


def _table(columns: TableClause) -> Table:
    """The table to write to, loaded by those who write."""
    from records.case_tables import CalendarVersion, Edition
    from records.metadata import table_of

    return table_of(Edition if columns is EDITIONS else CalendarVersion)
