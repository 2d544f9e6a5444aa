"""Proof that people were told: each letter, and each try to send it, is sealed in the audit log.

An entry holds no words and no recipient, only the SHA-256 of the letter and of the try. That of the letter covers its
number, Message-ID, recipient, channel, subject, text, when it was written and the messages in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
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
IN_JSON = frozenset({str, int, type(None)})
NOT_IN_JSON = b"unread"
"""What a value of another kind, such as bytes put in the place of a text, is held against its seal as."""
LETTER = Hot(select(*(MAILS.c[name] for name in OF_LETTER)).where(MAILS.c.id == bindparam("of")))
INSIDE = Hot(select(*MESSAGE).where(MESSAGES.c.mail_id == bindparam("of")).order_by(MESSAGES.c.id))
LAST_TRY = Hot(
    select(*(ATTEMPTS.c[name] for name in OF_TRY))
    .where(ATTEMPTS.c.mail_id == bindparam("of"))
    .order_by(ATTEMPTS.c.number.desc())
    .limit(1)
)


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
    said = _in_json([*(mail[name] for name in SEALED), written(mail["created_at"])])
    inside = b", ".join([_in_json([*one[:-1], written(one[-1])]) for one in messages])
    return hashlib.sha256(b"[%b, [%b]]" % (said, inside)).hexdigest()


def try_digest(attempt: Mapping[str, Any] | RowMapping) -> str:
    """The fingerprint of a try: when it was, what came of it and what was said."""
    said = [written(attempt["at"]), attempt["outcome"], attempt["detail"]]
    return hashlib.sha256(_in_json(said)).hexdigest()


def written(at: datetime | None) -> str:
    """An instant as it is sealed, in UTC; empty for none."""
    if at is None:
        return ""
    return _written_in_utc(at) if at.tzinfo is UTC else at.astimezone(UTC).isoformat()


@lru_cache(maxsize=8192)
def _written_in_utc(at: datetime) -> str:
    """Cached for moments in UTC alone: of another zone, two that are equal may be an hour apart."""
    return at.isoformat()


def _in_json(values: Iterable[Any]) -> bytes:
    """The values as json.dumps(values, ensure_ascii=False) writes them, with a blank after each comma."""
    return b"[%b]" % b", ".join([to_json(one) if type(one) in IN_JSON else NOT_IN_JSON for one in values])
