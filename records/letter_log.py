"""Proof that people were told: each letter, and each try to send it, is sealed in the audit log.

An entry holds no words and no recipient, only the SHA-256 of the letter and of the try. That of the letter covers its
number, Message-ID, recipient, channel, subject, text, when it was written and the messages in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select

from records import audit_log
from records.hot_statements import Hot
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES
from states.entry import CAIRN

LOG = "letters"
MESSAGE = tuple(MESSAGES.c[name] for name in ("id", "case_id", "sequence", "kind", "created_at"))
SEALED = ("id", "message_id", "contact_id", "channel", "subject", "body")
OF_LETTER = (*SEALED, "created_at", "status", "ended_at")
OF_TRY = ("number", "at", "outcome", "detail")
LETTER = Hot(select(*(MAILS.c[name] for name in OF_LETTER)).where(MAILS.c.id == bindparam("of")))
INSIDE = Hot(select(*MESSAGE).where(MESSAGES.c.mail_id == bindparam("of")).order_by(MESSAGES.c.id))
LAST_TRY = Hot(
    select(*(ATTEMPTS.c[name] for name in OF_TRY))
    .where(ATTEMPTS.c.mail_id == bindparam("of"))
    .order_by(ATTEMPTS.c.number.desc())
    .limit(1)
)
_in_json = json.JSONEncoder(ensure_ascii=False).encode


def seal_letter(tx: Connection, mail_id: str, now: datetime) -> None:
    """Seal a letter as it stands, with its last try. Last in a transaction: who seals the next waits for its end."""
    this = {"of": mail_id}
    (mail_row,), (try_row,) = LETTER.rows(tx, this), LAST_TRY.rows(tx, this)
    mail, last = dict(zip(OF_LETTER, mail_row, strict=True)), dict(zip(OF_TRY, try_row, strict=True))
    data = {
        "letter": letter_digest(mail, INSIDE.rows(tx, this)),
        "status": mail["status"],
        "ended_at": written(mail["ended_at"]),
        "tries": {str(last["number"]): try_digest(last)},
    }
    audit_log.append(tx, LOG, mail_id, "sealed", CAIRN, now, data=data)


def letter_digest(mail: Mapping[str, Any] | RowMapping, messages: Iterable[Any]) -> str:
    """The fingerprint of a letter and of the messages in it, these in the order of their numbers."""
    said = [*(mail[name] for name in SEALED), written(mail["created_at"])]
    inside = [[*one[:-1], written(one[-1])] for one in messages]
    return hashlib.sha256(_in_json([said, inside]).encode()).hexdigest()


def try_digest(attempt: Mapping[str, Any] | RowMapping) -> str:
    """The fingerprint of a try: when it was, what came of it and what was said."""
    said = [written(attempt["at"]), attempt["outcome"], attempt["detail"]]
    return hashlib.sha256(_in_json(said).encode()).hexdigest()


def written(at: datetime | None) -> str:
    """An instant as it is sealed, in UTC; empty for none."""
    return "" if at is None else at.astimezone(UTC).isoformat()
