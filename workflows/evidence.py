"""What was sent about a date, for those who must decide what to do about a silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, RowMapping, and_, bindparam, or_, select

from records.cases import Case
from records.contacts import CONTACTS
from records.outbox import MESSAGES, TASKS
from states.dossier import Deadline, Quiet
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
    .where(MESSAGES.c.case_id == bindparam("of_case"))
    .where(
        or_(
            MESSAGES.c.deadline_key == bindparam("about"),
            and_(MESSAGES.c.sequence == bindparam("since"), CONTACTS.c.agency == bindparam("agency")),
        )
    )
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
)
UNREACHABLE = select(TASKS.c.created_at, TASKS.c.facts).where(
    TASKS.c.case_id == bindparam("of_case"), TASKS.c.kind == "unreachable"
)
WORDS = {
    "information_requested": "request",
    "overdue": "overdue notice",
    "silence": "word of the silence",
    "escalation": "call for help",
    "promise_broken": "word of the promise not kept",
    "promise_passed": "word of the promise not kept",
}
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
    found = sorted([*sent, *_unsent(tx, case, deadline), *map(_heard, deadline.quiets)], key=lambda one: one[0])
    return list(dict.fromkeys(f"{spoken(day)}: {words}" for day, words in found))


def _unsent(tx: Connection, case: Case, deadline: Deadline) -> Iterator[tuple[date, str]]:
    if not deadline.agency:
        return
    for row in tx.execute(UNREACHABLE, {"of_case": case.id}).mappings():
        facts = json.loads(row["facts"])
        if facts.get("agency") == deadline.agency:
            yield local_day(row["created_at"]), f"nothing sent, {facts['problem'][:1].lower()}{facts['problem'][1:]}"


def _heard(quiet: Quiet) -> tuple[date, str]:
    return quiet.start, "acknowledged" if quiet.acknowledged else f"promised for {spoken(quiet.until)}"


def _sent(row: RowMapping) -> str:
    role = row["role"].replace("_", " ")
    who = f"{role} contact of {row['agency']}" if row["agency"] else role
    what = WORDS.get(row["kind"], row["kind"].replace("_", " "))
    return f"{what} to the {who} by {row['channel']}, {FATES.get(row['status'], row['status'])}"
