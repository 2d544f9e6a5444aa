"""Keeps the committee's own yearly case open, so that the annual summary and other yearly duties run."""

from __future__ import annotations

from datetime import datetime

from config import procedures
from states.entry import Actor
from states.errors import Refused
from states.moments import local_day
from states.procedure import Procedure
from workflows.installation.installation import Installation
from workflows.messages.alarm import owe_alarm
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.open import committee_case, open_case


def yearly(installation: Installation, now: datetime) -> tuple[str, ...]:
    """Open the committee's file under each edition that describes a committee's year, where it is missing.

    Returns a sentence for each. A file that Cairn cannot open by itself is put before the lead officer.
    """
    committee = procedures.in_order(installation.guidance)
    found = [_seen_to(installation, edition, now) for edition in committee if edition.kind == "committee"]
    return tuple(found) or ("There is no edition that describes a committee's year",)


def _seen_to(installation: Installation, edition: Procedure, now: datetime) -> str:
    try:
        with installation.uow(_actor(edition), now) as uow:
            return _open_where_missing(uow, edition)
    except Refused as refused:
        problem = f"{edition.title}: the committee's own file could not be opened by itself"
        with installation.uow(_actor(edition), now) as uow:
            owe_alarm(uow.tx, installation.settings.alarm_roles, f"{edition.name} {local_day(now).year}", problem, now)
        return f"{problem}: {' '.join(refused.obstacles)}"


def _open_where_missing(uow: UnitOfWork, edition: Procedure) -> str:
    standing = committee_case(uow, edition.name)
    if standing is not None:
        return f"{standing.ref} is open: {edition.title}"
    case, _ = open_case(uow, edition.name, reason="Opened by the clock, so that the yearly duties run.")
    return f"{case.ref} was opened: {edition.title}"


def _actor(edition: Procedure) -> Actor:
    """Cairn, acting in the role that the edition lets open the file; the history says that it was Cairn."""
    roles = edition.openings[0].roles if edition.openings else ()
    return Actor(name="Cairn", role=roles[0] if roles else "system")
