"""What was sent about a date, for those who must decide what to do about a silence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, or_, select

from records.cases import Case
from records.contacts import CONTACTS
from records.outbox import MESSAGES, TASKS
from records.unreached import UNREACHED
from states.dossier import Quiet
from states.moments import local_day
from workflows.missing import NAMED
from workflows.notices import spoken

SENT = (
    select(
        MESSAGES.c.created_at,
        MESSAGES.c.kind,
        MESSAGES.c.channel,
        MESSAGES.c.status,
        CONTACTS.c.agency,
        CONTACTS.c.role,
    )
    .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
    .where(MESSAGES.c.case_id == bindparam("of_case"))
    .where(
        or_(
            MESSAGES.c.deadline_key == bindparam("about"),
            and_(MESSAGES.c.sequence == bindparam("since"), CONTACTS.c.agency == bindparam("agency")),
        )
    )
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
)
REACHED_NOBODY = (
    select(UNREACHED.c.at, TASKS.c.facts)
    .join(TASKS, TASKS.c.id == UNREACHED.c.task_id)
    .where(UNREACHED.c.case_id == bindparam("of_case"))
    .where(
        or_(
            UNREACHED.c.deadline_key == bindparam("about"),
            and_(UNREACHED.c.sequence == bindparam("since"), UNREACHED.c.agency == bindparam("agency")),
        )
    )
)
FATES = {
    "sent": "accepted by its channel",
    "owed": "on its way",
    "posted": "on its way",
    "held": "waiting for a yes",
    "failed": "could not be delivered",
    "withheld": "kept back",
    "withdrawn": "drafted, and withdrawn",
    "overtaken": "not sent, no longer needed",
}


def evidence(tx: Connection, case: Case, key: str) -> list[str]:
    """What was sent about a date, to whom and when, what could not be, and what the agency said. The oldest first.

    For those who must decide what to do about a silence.
    """
    deadline = case.dossier.deadlines[key]
    of_date = {"of_case": case.id, "about": key, "since": deadline.since, "agency": deadline.agency or None}
    sent = [(local_day(row["created_at"]), _sent(row)) for row in tx.execute(SENT, of_date).mappings()]
    found = sorted([*sent, *_unsent(tx, of_date), *map(_heard, deadline.quiets)], key=lambda one: one[0])
    return list(dict.fromkeys(f"{spoken(day)}: {words}" for day, words in found))


def _unsent(tx: Connection, of_date: Mapping[str, Any]) -> Iterator[tuple[date, str]]:
    for row in tx.execute(REACHED_NOBODY, of_date).mappings():
        problem = json.loads(row["facts"])["problem"]
        yield local_day(row["at"]), f"nothing sent, {problem[:1].lower()}{problem[1:]}"


def _heard(quiet: Quiet) -> tuple[date, str]:
    return quiet.start, "acknowledged" if quiet.acknowledged else f"promised for {spoken(quiet.until)}"


def _sent(row: RowMapping) -> str:
    role = row["role"].replace("_", " ")
    who = f"{role} contact of {row['agency']}" if row["agency"] else role
    what = NAMED.get(row["kind"], row["kind"].replace("_", " "))
    return f"{what} to the {who} by {row['channel']}, {FATES.get(row['status'], row['status'])}"
