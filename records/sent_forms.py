"""Idempotency keys of desk forms: a form that was sent before is recognised."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from records.credentials import hash_of
from records.database import insert_once
from records.desk_tables import SentFormRow
from records.metadata import table_of

SENT = table_of(SentFormRow)
KEPT_FOR = timedelta(days=14)
"""So long it is known that a form was sent: as long as one that was begun is kept."""


def is_first(tx: Connection, key: str, now: datetime) -> bool:
    """Whether a form of this key is sent for the first time; of two that come at once, one waits and is not."""
    tx.execute(delete(SENT).where(SENT.c.sent_at < now - KEPT_FOR))
    return insert_once(tx, SENT, {"key": hash_of(key), "address": "", "sent_at": now})


def led_to(tx: Connection, key: str, address: str) -> None:
    """Keep the page that a form led to."""
    tx.execute(update(SENT).where(SENT.c.key == hash_of(key)).values(address=address))


def address_after(tx: Connection, key: str) -> str:
    """The page that a form led to; empty for one that was not sent."""
    return str(tx.execute(select(SENT.c.address).where(SENT.c.key == hash_of(key))).scalar() or "")
