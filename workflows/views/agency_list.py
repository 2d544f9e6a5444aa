"""The register of agencies as a page: their names, who is written to there, and those that may be one and the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from records import agencies, audit_log, queries
from records.agencies import Agencies
from records.audit_log import AuditEntry
from workflows.views.register_history import RegisterLine, register_line


@dataclass(frozen=True)
class AgencyLine:
    """One agency. `contacts` are the places where somebody is written to; `now` is the agency it was merged into."""

    id: int
    name: str
    other_names: tuple[str, ...]
    calendar: str
    active: bool
    now: str
    contacts: tuple[str, ...]


@dataclass(frozen=True)
class AgencyList:
    """The agencies by name, pairs that may be one agency, and whether the register was said to be complete."""

    agencies: tuple[AgencyLine, ...]
    doubles: tuple[tuple[str, str], ...]
    complete: bool


def agency_list(tx: Connection) -> AgencyList:
    """Every agency of the register, those no longer in use among them."""
    register = agencies.read(tx)
    places = [(row["agency"], row["role"]) for row in queries.contacts(tx) if row["agency"]]
    lines = [
        AgencyLine(
            **{name: getattr(one, name) for name in ("id", "name", "other_names", "calendar", "active")},
            now=register.name_of(one.name) if one.merged_into else "",
            contacts=tuple(role for agency, role in places if one.active and register.is_same(agency, one.name)),
        )
        for one in sorted(register.all, key=lambda one: one.name.casefold())
    ]
    doubles = tuple((one.name, other.name) for one, other in register.doubles())
    return AgencyList(tuple(lines), doubles, agencies.is_complete(tx))


def agency_history(tx: Connection, name: str = "") -> tuple[RegisterLine, ...]:
    """What was done about an agency (about all of them), oldest first."""
    register = agencies.read(tx)
    named = [one for one in register.all if name and register.is_same(one.name, name)]
    wanted = {str(one.id) for one in named}
    entries = audit_log.entries(tx, agencies.LOG)
    return tuple(_line(register, one) for one in entries if not name or one.subject in wanted)


def _line(register: Agencies, one: AuditEntry) -> RegisterLine:
    data = one.data
    into = next((each.name for each in register.all if each.id == data.get("merged_into")), "")
    also = f"also {', '.join(data['other_names'])}" if data.get("other_names") else ""
    calendar = f"calendar {data['calendar']}" if data.get("calendar") else ""
    about = tuple(filter(None, (f"into {into}" if into else "", also, calendar)))
    return register_line(one, about, data.get("name", "the register"))
