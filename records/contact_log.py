"""The audit log of contacts: each change, without a name or an address.

The log identifies a contact by its number, and its name and addresses by a fingerprint: SHA-256 over the name, a line
break and the encrypted channels, which says nothing to anybody without the row itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from records import audit_log
from records.contacts import ABSENCES, CONTACTS
from states.entry import Actor

LOG = "contacts"
KEPT = ("agency", "role", "name", "channels", "hours", "calendar", "active", "news")
WANTED = select(CONTACTS.c.id, *(CONTACTS.c[name] for name in KEPT)).order_by(CONTACTS.c.id)


def note(
    tx: Connection,
    contact_id: int,
    kind: str,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    about: Mapping[str, Any] | None = None,
) -> None:
    """Put on record what was done to a contact, and how it stands after it; `about` says more of what was done."""
    row = tx.execute(WANTED.where(CONTACTS.c.id == contact_id)).mappings().one()
    data = {**state_of(dict(row)), "reached_by": _kinds(row["channels"]), **(about or {})}
    audit_log.append(tx, LOG, str(contact_id), kind, by, now, reason=reason, data=data)


def note_all(tx: Connection, kind: str, by: Actor, now: datetime, reason: str = "") -> None:
    """Put on record what was done to every contact whose name or addresses are not as the log has them."""
    known = {one.subject: one.data.get("kept") for one in audit_log.entries(tx, LOG)}
    for number, state in states(tx).items():
        if known.get(number) != state["kept"]:
            note(tx, int(number), kind, by, now, reason=reason)


def states(tx: Connection) -> dict[str, dict[str, Any]]:
    """How every contact stands, by number, as the log says it."""
    return {str(row["id"]): state_of(dict(row)) for row in tx.execute(WANTED).mappings()}


def absences(tx: Connection) -> set[tuple[str, str, str]]:
    """Every absence that was entered: the number of the contact, the first day and the last."""
    rows = tx.execute(select(ABSENCES.c.contact_id, ABSENCES.c.starts, ABSENCES.c.ends))
    return {(str(row.contact_id), row.starts.isoformat(), row.ends.isoformat()) for row in rows}


def state_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A contact as the log says it is."""
    kept = hashlib.sha256(f"{row['name']}\n{row['channels']}".encode()).hexdigest()
    state = {name: row[name] for name in ("agency", "role", "hours", "calendar")}
    chosen = {"news": row["news"]} if row["news"] else {}
    return {**state, **chosen, "active": bool(row["active"]), "kept": kept}


def _kinds(channels: str) -> list[str]:
    try:
        return [str(one["channel"]) for one in json.loads(channels)]
    except (ValueError, KeyError, TypeError):
        return []
