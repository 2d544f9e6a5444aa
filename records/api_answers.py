"""What a program was answered, kept under its Idempotency-Key in the transaction that did it.

A repeat is given the same answer and does nothing twice. The answer is encrypted with the master key, bound to the key
it was sent under, and forgotten after a while.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from records.api_tables import ApiAnswerRow
from records.credentials import hash_of
from records.database import insert_once
from records.keys import MasterKey
from records.metadata import table_of
from states.errors import NotSetUp

ANSWERS = table_of(ApiAnswerRow)
KEPT_FOR = timedelta(days=14)
"""So long a repeat is known: as long as a form of the desk is known that was sent."""
FORGET = delete(ANSWERS).where(ANSWERS.c.sent_at < bindparam("before"))
READ = select(ANSWERS.c.sent, ANSWERS.c.status, ANSWERS.c.sealed).where(ANSWERS.c.key == bindparam("of"))
KEEP = update(ANSWERS).where(ANSWERS.c.key == bindparam("of")).values(status=bindparam("was"), sealed=bindparam("body"))


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered before: its status, headers and body. `same` is whether the same had been sent."""

    status: int
    headers: Mapping[str, str]
    body: str
    same: bool


def is_first(tx: Connection, key: str, sent: str, now: datetime) -> bool:
    """Whether something is sent under a key for the first time; of two at once, one waits and is not."""
    row = {"key": hash_of(key), "sent": hash_of(sent), "status": 0, "sealed": "", "sent_at": now}
    return insert_once(tx, ANSWERS, row)


def keep(tx: Connection, keys: MasterKey, key: str, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep what was answered under a key."""
    of = hash_of(key)
    tx.execute(KEEP, {"of": of, "was": status, "body": keys.encrypt_text(json.dumps([headers, body]), _whose(of))})


def before(tx: Connection, keys: MasterKey, key: str, sent: str) -> KeptAnswer | None:
    """What was answered under a key; None where nothing was, or the master key has changed since."""
    of = hash_of(key)
    row = tx.execute(READ, {"of": of}).first()
    if row is None or not row.sealed:
        return None
    same = hmac.compare_digest(row.sent, hash_of(sent))
    try:
        headers, body = json.loads(keys.decrypt_text(row.sealed, _whose(of)))
    except NotSetUp:
        return None
    return KeptAnswer(row.status, headers, body, same)


def forget_old(tx: Connection, now: datetime) -> None:
    """Forget what was answered long ago."""
    tx.execute(FORGET, {"before": now - KEPT_FOR})


def forget_all(tx: Connection) -> None:
    """Forget every answer: under another master key none can be read."""
    tx.execute(delete(ANSWERS))


def _whose(of: str) -> str:
    return f"answer {of}"
