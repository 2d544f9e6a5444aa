"""The messages owed, sent and given up, each with every try and what its channel answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, exists, func, select

from records import cases, incoming, queries
from records.mails import MAILS
from records.need_to_know import about_none
from records.outbox import MESSAGES
from workflows.views.inbox import read_as
from workflows.views.json_names import FLAT, UNWRITTEN
from workflows.views.message_fates import Fate, fate_of
from workflows.views.outcome import MessageLine, message_line

NOTHING_BACK = "accepted by its channel, and nothing has come back since"


@dataclass(frozen=True)
class Attempt:
    """One try at delivering a letter (`mail_id`): when (UTC), what came of it, and what the channel answered."""

    mail_id: str
    number: int
    at: datetime
    outcome: str
    detail: str


ATTEMPT = tuple(one.name for one in fields(Attempt))


@dataclass(frozen=True)
class OwedMessage:
    """A message in the outbox, of a case (`ref`) or of none: owed when, ended when (UTC), and every try at its letter.

    `reason` says why it was not sent or came back; `fate` is what became of it, in words. `heard` is what came back by
    mail of one that its channel accepted: that it was accepted does not say that it was read.
    """

    id: str
    ref: str | None
    line: MessageLine = field(metadata=FLAT)
    owed_at: datetime
    ended_at: datetime | None
    message_id: str | None
    reason: str
    attempts: tuple[Attempt, ...]
    heard: str
    fate: Fate = field(metadata=UNWRITTEN)

    @property
    def words(self) -> str:
        """What it is, to whom it goes, and what became of it."""
        line = self.line
        role = line.role.replace("_", " ")
        who = f"{line.agency} ({line.role} contact)" if line.agency else f"{line.to} ({role})"
        return f"{self.fate.listed}: {line.message.replace('_', ' ')} to {who} by {line.channel}"


@dataclass(frozen=True)
class Outbox:
    """The messages asked for, the newest first; `nothing` says that there is none like that."""

    messages: tuple[OwedMessage, ...]
    nothing: str


@dataclass(frozen=True)
class Later:
    """What is owed and does not go yet: messages that wait for their time, letters to be tried again, drafts, and news.

    `next_at` is when the first of the messages may go, `again_at` when the first of the letters is tried again (UTC).
    `news` goes with the next letter about its case that tells where it stands, the first by `news_by` at the latest.
    `now` are those that may go at this moment: the next round sends them.
    """

    messages: int = 0
    next_at: datetime | None = None
    letters: int = 0
    again_at: datetime | None = None
    drafts: int = 0
    news: int = 0
    news_by: datetime | None = None
    now: int = 0


def outbox(
    tx: Connection,
    ref: str = "",
    status: Sequence[str] = (),
    most: int = 50,
    start: int = 0,
    *,
    hidden: frozenset[str],
) -> Outbox:
    """The messages of a case, or of all but the hidden, in these states or in any, from a place on.

    Raises NotFound where there is no such case.
    """
    case = cases.find(tx, ref, to_change=False) if ref else None
    rows = queries.messages(tx, case.id if case else None, status, most, start, hidden=hidden)
    tried = queries.attempts(tx, [row["mail_id"] for row in rows if row["mail_id"]])
    back = incoming.of_letters(tx, [row["mail_id"] for row in rows if row["mail_id"]])
    messages = tuple(_owed(row, tried.get(row["mail_id"], ()), back.get(row["mail_id"], ())) for row in rows)
    return Outbox(messages, _nothing(case.ref if case else "", status))


def _owed(row: RowMapping, tried: Sequence[RowMapping], back: Sequence[RowMapping]) -> OwedMessage:
    return OwedMessage(
        id=row["id"],
        ref=row["ref"],
        line=message_line(row),
        owed_at=row["created_at"],
        ended_at=row["ended_at"],
        message_id=row["message_id"],
        reason=row["reason"],
        attempts=tuple(Attempt(**{part: one[part] for part in ATTEMPT}) for one in tried),
        heard=_heard(back) if row["status"] == "sent" else "",
        fate=fate_of(row["status"]),
    )


def _heard(back: Sequence[RowMapping]) -> str:
    return "; ".join(dict.fromkeys(f"it {read_as(row)}" for row in back)) or NOTHING_BACK


def _nothing(ref: str, status: Sequence[str]) -> str:
    about = f" about {ref}" if ref else ""
    if not status:
        return f"Nothing is owed{about}, and nothing was sent."
    return f"No message{about} stands like this: {', '.join(fate_of(one).listed.lower() for one in status)}."


def later(tx: Connection, now: datetime, hidden: frozenset[str]) -> Later:
    """What is owed and does not go at this moment, and when the first of it does; nothing of what is hidden counts."""
    row, seen = MESSAGES.c, about_none(MESSAGES.c.case_id, hidden)
    waits = select(func.count(), func.min(row.deliver_after)).where(row.status == "owed", row.deliver_after > now, seen)
    owed, news = waits.where(row.gathered != "milestones"), waits.where(row.gathered == "milestones")
    tried = select(func.count(), func.min(MAILS.c.next_attempt_at)).where(MAILS.c.status == "waiting")
    tried = tried.where(exists().where(row.mail_id == MAILS.c.id, seen)) if hidden else tried
    drafts = select(func.count()).select_from(MESSAGES).where(row.status == "held", seen)
    messages, next_at = tx.execute(owed).one()
    letters, again_at = tx.execute(tried).one()
    due = select(func.count()).where(row.status == "owed", row.deliver_after <= now, seen)
    waiting, at_once = tx.execute(drafts).scalar_one(), tx.execute(due).scalar_one()
    told, told_by = tx.execute(news).one()
    return Later(messages, next_at, letters, again_at, waiting, told, told_by, at_once)
