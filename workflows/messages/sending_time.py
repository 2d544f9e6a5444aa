"""When a letter to an agency may be sent: the first moment in its reader's working hours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts
from records.cases import Case
from records.outbox import in_hours
from records.role_holders import reached
from states.moments import UNITED_KINGDOM, local_day
from states.procedure import Procedure


def leaves_at(tx: Connection, procedure: Procedure, agency: str, now: datetime) -> datetime | None:
    """When what is asked of an agency at `now` (UTC) may leave; None where nobody of it can be written to."""
    reach = reached(contacts.reachable(tx, local_day(now)), agency, "first", "")
    return in_hours(now, reach.hours, calendar(reach.calendar), procedure.zone_at(agency)) if reach else None


def leaving(tx: Connection, case: Case, kind: str, agency: str, now: datetime) -> dict[str, str]:
    """What an entry says of when its request may leave: nothing where no clock of the edition counts from that."""
    clocks = (case.procedure.timescales[name] for name in case.procedure.anchored.get(("request", kind), ()))
    moment = leaves_at(tx, case.procedure, agency, now) if any(one.starts == "sent" for one in clocks) else None
    return leaving_at(case.procedure, agency, moment) if moment is not None else {}


def leaving_at(procedure: Procedure, agency: str, moment: datetime) -> dict[str, str]:
    """What an entry says of a request that may leave at a moment (UTC): on which day that is, where it is elsewhere."""
    zone = procedure.zone_at(agency)
    elsewhere = {"leaves_on": local_day(moment, zone).isoformat()} if zone != UNITED_KINGDOM else {}
    return {"leaves_at": moment.isoformat(), **elsewhere}
