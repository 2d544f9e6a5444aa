"""The messages owed, sent and given up, each with every try and what its channel answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from records.mails import MAILS
from records.outbox import MESSAGES


@dataclass(frozen=True)
class Later:
    """What is owed and does not go yet: messages that wait for their time, letters to be tried again, and drafts.

    `next_at` is when the first of the messages may go, `again_at` when the first of the letters is tried again (UTC).
    """

    messages: int = 0
    next_at: datetime | None = None
    letters: int = 0
    again_at: datetime | None = None
    drafts: int = 0


def later(tx: Connection, now: datetime) -> Later:
    """What is owed and does not go at this moment, and when the first of it does."""
    row = MESSAGES.c
    owed = select(func.count(), func.min(row.deliver_after)).where(row.status == "owed", row.deliver_after > now)
    tried = select(func.count(), func.min(MAILS.c.next_attempt_at)).where(MAILS.c.status == "waiting")
    drafts = select(func.count()).select_from(MESSAGES).where(row.status == "held")
    messages, next_at = tx.execute(owed).one()
    letters, again_at = tx.execute(tried).one()
    return Later(messages, next_at, letters, again_at, tx.execute(drafts).scalar_one())
