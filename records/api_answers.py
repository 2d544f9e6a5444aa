"""What a program was answered, kept under its Idempotency-Key in the transaction that did it.

A repeat is given the same answer and does nothing twice: the key is kept with the answer, as the last of what is done,
and only once. The answer is encrypted with the master key, bound to the key it was sent under, and forgotten after a
while.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

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


@dataclass(frozen=True)
class SentRequest:
    """What was sent: under which key, with whose account in it, and all that tells it from anything else sent."""

    key: str
    what: str


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered: its status, headers and body. `same` is whether the same had been sent."""

    status: int
    headers: Mapping[str, str]
    body: str
    same: bool = True


def keep(tx: Connection, keys: MasterKey, sent: SentRequest, answer: KeptAnswer, now: datetime) -> bool:
    """Keep what was answered to what was sent, and under its key; whether nothing was kept under that before.

    Of two at once, one waits for the other, and then it was not: it is to be taken back.
    """
    of = hash_of(sent.key)
    sealed = keys.encrypt_text(json.dumps([answer.headers, answer.body]), _whose(of))
    row = {"key": of, "sent": hash_of(sent.what), "status": answer.status, "sealed": sealed, "sent_at": now}
    return insert_once(tx, ANSWERS, row)


def before(tx: Connection, keys: MasterKey, sent: SentRequest) -> KeptAnswer | None:
    """What was answered under a key; None where nothing was.

    Where the master key has changed since, it cannot be read: it is as if something else had been sent.
    """
    of = hash_of(sent.key)
    row = tx.execute(READ, {"of": of}).first()
    if row is None:
        return None
    same = hmac.compare_digest(row.sent, hash_of(sent.what))
    try:
        headers, body = json.loads(keys.decrypt_text(row.sealed, _whose(of)))
    except NotSetUp:
        return KeptAnswer(row.status, {}, "", same=False)
    return KeptAnswer(row.status, headers, body, same)


def forget_old(tx: Connection, now: datetime) -> None:
    """Forget what was answered long ago."""
    tx.execute(FORGET, {"before": now - KEPT_FOR})


def forget_all(tx: Connection) -> None:
    """Forget every answer: under another master key none can be read."""
    tx.execute(delete(ANSWERS))


def _whose(of: str) -> str:
    return f"answer {of}"
