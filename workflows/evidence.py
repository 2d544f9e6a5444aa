"""What was sent about a date, for those who must decide what to do about a silence."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, bindparam, select

from records.cases import Case
from records.contacts import CONTACTS
from records.outbox import MESSAGES
from states.moments import local_day
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
    .where(MESSAGES.c.case_id == bindparam("of_case"), MESSAGES.c.deadline_key == bindparam("about"))
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
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
    """What was sent about a date, to whom and when, for those who must decide what to do about a silence."""
    found = tx.execute(SENT, {"of_case": case.id, "about": key}).mappings()
    return [f"{spoken(local_day(row['created_at']))}: {_sent(row)}" for row in found]


def _sent(row: RowMapping) -> str:
    role = row["role"].replace("_", " ")
    who = f"{role} contact of {row['agency']}" if row["agency"] else role
    return (
        f"{row['kind'].replace('_', ' ')} to the {who} by {row['channel']}, {FATES.get(row['status'], row['status'])}"
    )
