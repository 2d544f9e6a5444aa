"""The columns that a list of cases reads, for statements that are written out.

The tables themselves are in case_tables. Loading those loads SQLModel and the object mapper of SQLAlchemy, which takes
longer than the list does. A test holds each of these columns against its table.
"""

from __future__ import annotations

from sqlalchemy import Date, Integer, String, Text, column, table

CASES = table(
    "case_file",
    column("id", Integer),
    column("ref", String),
    column("kind", String),
    column("edition", String),
    column("digest", String),
    column("state", String),
    column("phase", String),
    column("version", Integer),
    column("lead", String),
    column("deputy", String),
    column("opened_on", Date),
    column("closed_on", Date),
    column("next_due_on", Date),
    column("waits_for", Text),
    column("dossier", Text),
    column("snapshot", String),
)
SNAPSHOTS = table("case_snapshot", column("digest", String), column("case_id", Integer), column("body", Text))
DEADLINES = table("deadline", column("case_id", Integer), column("agency", String), column("status", String))
EDITIONS = table("edition", column("digest", String), column("name", String), column("body", Text))
CALENDARS = table("calendar_version", column("digest", String), column("name", String), column("body", Text))
