"""The people Cairn writes to: who they are, who is away, who could not be reached, and what was done about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from config.settings import calendar
from records import agencies, audit_log, contact_log, contacts, queries
from records.audit_log import AuditEntry
from states.errors import Refused
from workflows.views.json_names import written_as
from workflows.views.register_history import RegisterLine, register_line


@dataclass(frozen=True)
class Away:
    """When somebody is away, first and last day included."""

    starts: date = field(metadata=written_as("from"))
    ends: date = field(metadata=written_as("to"))


@dataclass(frozen=True)
class ContactLine:
    """One contact: whose (empty: the committee), in what place or role, reached how, and what stands in the way.

    `behind` is the number of the contact in the same place who is written to today in place of this one; 0 where it is
    this one, or nobody.
    """

    id: int
    agency: str
    role: str
    name: str
    hours: str
    calendar: str
    trouble_since: datetime | None
    news: str
    channels: tuple[str, ...]
    away: tuple[Away, ...]
    behind: int = 0

    @property
    def instead(self) -> str:
        """Who is written to in place of this contact, as a sentence; empty where nobody is."""
        if not self.behind:
            return ""
        unless = "as long as they can be reached" if self.agency else "unless a case names this one"
        return f"Contact {self.behind} is in the same place and is written to instead, {unless}."

    @property
    def reached_at(self) -> str:
        """When they are written to, in words: the hours, and whose working days (by name where no file says more)."""
        try:
            whose = calendar(self.calendar).label
        except Refused:
            whose = self.calendar
        return f"{self.hours} on working days of {whose}"


def contact_list(tx: Connection, today: date) -> tuple[ContactLine, ...]:
    """Everybody Cairn writes to, by agency (under its present name) and role, with who is away from today on."""
    away, register = queries.absences(tx, today), agencies.read(tx)
    written_to = _written_to(contacts.reachable(tx, today).rows, register)
    return tuple(
        ContactLine(
            **{name: row[name] for name in ("id", "role", "name", "hours", "calendar", "trouble_since", "news")},
            agency=register.name_of(row["agency"]),
            channels=_kinds(row["channels"]),
            away=tuple(Away(one["starts"], one["ends"]) for one in away.get(row["id"], ())),
            behind=_other(row["id"], written_to.get((register.name_of(row["agency"]), row["role"]))),
        )
        for row in queries.contacts(tx)
    )


def written_to_instead(tx: Connection, number: int, today: date) -> str:
    """Who is written to in place of a contact, as a sentence; empty where nobody is."""
    return next((one.instead for one in contact_list(tx, today) if one.id == number), "")


def _written_to(rows: Sequence[Sequence[Any]], register: agencies.Agencies) -> dict[tuple[str, str], int]:
    """Who is written to in each place, by agency (under its present name, which comes before its others) and role."""
    found: dict[tuple[str, str], int] = {}
    for agency, role, number, *_ in sorted(rows, key=lambda row: (register.name_of(row[0]) != row[0], row[2])):
        found.setdefault((register.name_of(agency), role), number)
    return found


def _other(number: int, first: int | None) -> int:
    return first if first is not None and first != number else 0


def contact_history(tx: Connection, number: int | None = None) -> tuple[RegisterLine, ...]:
    """What was done about a contact (about all of them), oldest first. Names and addresses are not on record."""
    wanted = str(number) if number is not None else None
    return tuple(register_line(one, _about(one)) for one in audit_log.entries(tx, contact_log.LOG, subject=wanted))


def _about(entry: AuditEntry) -> tuple[str, ...]:
    data = entry.data
    if entry.kind == "away":
        return (f"from {data['from']} to {data['to']}",)
    if entry.kind == "changed":
        return tuple(what if what == "name" else f"{what} {data[what]}" for what in data["changed"])
    whose = f"{data['role']} of {data['agency']}" if data["agency"] else data["role"].replace("_", " ")
    reached = " and ".join(data.get("reached_by", ()))
    return tuple(filter(None, (whose, f"by {reached}" if reached else "")))


def _kinds(channels: str) -> tuple[str, ...]:
    try:
        return tuple(str(one["channel"]) for one in json.loads(channels))
    except (ValueError, KeyError, TypeError):
        return ()
