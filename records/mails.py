"""Letters: gathered from the messages one reader is owed, claimed for sending, and every try recorded.

A letter keeps its identity (Message-ID) however often it is tried.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, or_, select, update

from records.contacts import CONTACTS
from records.metadata import stands, table_of
from records.outbox import MESSAGES
from records.post_tables import AttemptRow, MailRow
from states.letters import LetterEvent, moved

if TYPE_CHECKING:
    from notifications.envelope import ChannelAnswer

MAILS = table_of(MailRow)
ATTEMPTS = table_of(AttemptRow)

GIVE_UP_AFTER = timedelta(hours=72)
"""How long a mailbox that puts letters off is tried. What is no fault of the reader's mailbox is tried for ever."""
LEASE = timedelta(minutes=10)
"""How long a letter is in one deliverer's hands; after that another takes it up, with the same Message-ID."""

SENT = ("sent", "bounced")
"""What a channel has accepted: it is never overtaken, withdrawn or withheld any more."""

GIVEN_NAME = re.compile(r"<([A-Za-z0-9._=-]{16,200})@[^<>\s@]{1,100}>")
"""A Message-ID whose name is long enough to be no other word of an answer."""

AT_ONCE = 20
"""How many letters one deliverer claims at a time."""
NEXT_ROUND = timedelta(seconds=1)
"""How long a letter that was put back is left alone: no round that is under way takes it up again."""

OWED_NOW = (stands(MESSAGES.c.status, "owed"), MESSAGES.c.deliver_after <= bindparam("now"))
RECIPIENTS = select(MESSAGES.c.contact_id, MESSAGES.c.channel).where(*OWED_NOW).distinct()
READY = (
    select(MESSAGES)
    .where(*OWED_NOW, MESSAGES.c.contact_id == bindparam("contact"), MESSAGES.c.channel == bindparam("on"))
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
    .with_for_update(skip_locked=True)
)
WAITING = (
    select(MAILS)
    .where(stands(MAILS.c.status, "waiting"), MAILS.c.next_attempt_at <= bindparam("now"))
    .order_by(MAILS.c.next_attempt_at, MAILS.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


AS_IT_IS = (
    select(MAILS.c.attempts, MAILS.c.status, MAILS.c.claimed_by)
    .where(MAILS.c.id == bindparam("mail"))
    .with_for_update()
)
RETRIED = select(MAILS).where(
    stands(MAILS.c.status, "waiting"),
    MAILS.c.attempts > 0,
    MAILS.c.next_attempt_at <= bindparam("now"),
    MAILS.c.id.not_in(select(ATTEMPTS.c.mail_id).where(ATTEMPTS.c.outcome == "unknown")),
)
"""Letters about to be tried again that no server can have: what they say and whom they are for may still change."""


def recipients_ready(tx: Connection, now: datetime) -> list[tuple[int, str]]:
    """The contacts, with their channel, who are owed something that may go now."""
    return sorted((row.contact_id, row.channel) for row in tx.execute(RECIPIENTS, {"now": now}))


def ready(tx: Connection, contact_id: int, channel: str, now: datetime) -> list[RowMapping]:
    """The messages one contact is owed on one channel that may go now, the oldest first."""
    return list(tx.execute(READY, {"now": now, "contact": contact_id, "on": channel}).mappings())


def with_news(tx: Connection) -> frozenset[tuple[int, str]]:
    """The contacts, with their channel, for whom any news waits for a note."""
    waits = (stands(MESSAGES.c.status, "owed"), MESSAGES.c.gathered != "")
    wanted = select(MESSAGES.c.contact_id, MESSAGES.c.channel).where(*waits).distinct()
    return frozenset((row.contact_id, row.channel) for row in tx.execute(wanted))


def gathered(tx: Connection, contact_id: int, channel: str) -> list[RowMapping]:
    """All the news that waits for a note to one contact on one channel, whenever it may go; the oldest first."""
    mine = (MESSAGES.c.contact_id == contact_id, MESSAGES.c.channel == channel)
    wanted = select(MESSAGES).where(*mine, stands(MESSAGES.c.status, "owed"), MESSAGES.c.gathered != "")
    order = wanted.order_by(MESSAGES.c.created_at, MESSAGES.c.id)
    return list(tx.execute(order.with_for_update(skip_locked=True)).mappings())


def was_told(tx: Connection, row: RowMapping, kind: str) -> bool:
    """Whether a message of a kind about the same case has gone, or is going, to the same contact."""
    same = (MESSAGES.c.case_id == row["case_id"], MESSAGES.c.contact_id == row["contact_id"])
    going = (MESSAGES.c.kind == kind, MESSAGES.c.status.in_(("posted", "sent")))
    return tx.execute(select(MESSAGES.c.id).where(*same, *going)).first() is not None


def is_on_its_way(tx: Connection, case_id: int, sequence: int, agency: str, place: str) -> bool:
    """Whether what an entry owes to a place has yet to be accepted by a channel, and waits to leave."""
    same = (MESSAGES.c.case_id == case_id, MESSAGES.c.sequence == sequence)
    to_them = (MESSAGES.c.agency == agency, MESSAGES.c.place == place, MESSAGES.c.status.in_(("owed", "posted")))
    return tx.execute(select(MESSAGES.c.id).where(*same, *to_them)).first() is not None


def messages_in(tx: Connection, mail_id: str) -> list[RowMapping]:
    """The messages in a letter."""
    wanted = select(MESSAGES).where(MESSAGES.c.mail_id == mail_id).order_by(MESSAGES.c.id)
    return list(tx.execute(wanted).mappings())


def post(
    tx: Connection,
    rows: Sequence[RowMapping],
    domain: str,
    more: Mapping[str, Mapping[str, str]],
    now: datetime,
    *,
    agency: str = "",
) -> str:
    """Put messages to one recipient in one envelope. Its identity follows from theirs. Returns it.

    `agency` is named in the subject: it is given where the mailbox is another agency's too.

    `more` are facts known only now, such as where a reader finds the case, by the identity of the message. Raises
    Refused when they cannot be put in words.
    """
    from notifications.wording import Message, letter  # slow to load, and needed by whoever writes letters alone

    ids = sorted(row["id"] for row in rows)
    identity = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:40]
    said = [Message(row["kind"], {**json.loads(row["facts"]), **more.get(row["id"], {})}) for row in rows]
    written = letter(said, agency=agency)
    tx.execute(
        insert(MAILS).values(
            id=identity,
            contact_id=rows[0]["contact_id"],
            channel=rows[0]["channel"],
            message_id=f"<{identity}@{domain}>",
            subject=written.subject,
            body=written.body,
            status="waiting",
            created_at=now,
            next_attempt_at=now,
            claimed_by="",
            attempts=0,
            trouble="",
        )
    )
    tx.execute(update(MESSAGES).where(MESSAGES.c.id.in_(ids)).values(status="posted", mail_id=identity))
    return identity


def set_aside(tx: Connection, rows: Sequence[RowMapping], status: str, reason: str) -> None:
    """Take messages out of the outbox unsent, with the reason; one that was sent stays as it is."""
    mine = (MESSAGES.c.id.in_([row["id"] for row in rows]), MESSAGES.c.status.not_in(SENT))
    tx.execute(update(MESSAGES).where(*mine).values(status=status, reason=reason))


def with_message_id(tx: Connection, message_id: str) -> RowMapping | None:
    """The letter that left with this Message-ID; None where none of ours did."""
    return tx.execute(select(MAILS).where(MAILS.c.message_id == message_id)).mappings().one_or_none()


def named_by_relay(tx: Connection, message_ids: Iterable[str]) -> RowMapping | None:
    """The letter to which the relay gave one of these Message-IDs in the place of ours, as it said when it took it.

    Amazon SES answers `250 Ok` and the name it gave, Exchange the whole Message-ID. None where no answer names one, or
    several letters are named.
    """
    names = [found[1] for one in message_ids if (found := GIVEN_NAME.fullmatch(one))]
    if not names:
        return None
    said = or_(*(ATTEMPTS.c.detail.contains(name, autoescape=True) for name in names))
    rows = tx.execute(select(ATTEMPTS.c.mail_id, ATTEMPTS.c.detail).where(ATTEMPTS.c.outcome == "accepted", said)).all()
    for name in names:
        letters = {row.mail_id for row in rows if name in re.split(r"[\s<>@]+", row.detail)}
        if len(letters) == 1:
            return called(tx, letters.pop())
    return None


def called(tx: Connection, mail_id: str) -> RowMapping:
    """One letter by its number."""
    return tx.execute(select(MAILS).where(MAILS.c.id == mail_id)).mappings().one()


def came_back(tx: Connection, mail: RowMapping, said: str, now: datetime) -> bool:
    """Record that an accepted letter came back; False when it was not accepted, or came back before."""
    status = moved(mail["status"], "came_back")
    if status == mail["status"]:
        return False
    remarked(tx, mail["id"], "bounced", said, now)
    tx.execute(update(MAILS).where(MAILS.c.id == mail["id"]).values(status=status, ended_at=now, trouble="mailbox"))
    tx.execute(update(MESSAGES).where(MESSAGES.c.mail_id == mail["id"]).values(status=status, reason=said))
    return True


def remarked(tx: Connection, mail_id: str, outcome: str, said: str, now: datetime) -> str:
    """Record once what was reported about a letter later; returns where the letter stands."""
    before, detail = tx.execute(AS_IT_IS, {"mail": mail_id}).one(), said[:500]
    same = (ATTEMPTS.c.mail_id == mail_id, ATTEMPTS.c.outcome == outcome, ATTEMPTS.c.detail == detail)
    if tx.execute(select(ATTEMPTS.c.number).where(*same)).first() is None:
        row = {"mail_id": mail_id, "number": before.attempts + 1, "at": now, "outcome": outcome, "detail": detail}
        tx.execute(insert(ATTEMPTS), row)
        tx.execute(update(MAILS).where(MAILS.c.id == mail_id).values(attempts=before.attempts + 1))
    return str(before.status)


def accepted_at(tx: Connection, case_id: int, kind: str, agency: str, since: int) -> datetime | None:
    """When a channel first accepted a message of a kind to an agency that an entry from `since` on owed (UTC)."""
    wanted = (
        select(func.min(MAILS.c.ended_at))
        .join(MESSAGES, MESSAGES.c.mail_id == MAILS.c.id)
        .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
        .where(MESSAGES.c.case_id == case_id, MESSAGES.c.kind == kind, MESSAGES.c.sequence >= since)
        .where(CONTACTS.c.agency == agency, MESSAGES.c.status == "sent")
    )
    return tx.execute(wanted).scalar()


def put_off(tx: Connection, row: RowMapping, until: datetime, reason: str) -> None:
    """Postpone a message that cannot go as things stand, with the reason."""
    wait = {"deliver_after": until, "reason": reason}
    tx.execute(update(MESSAGES).where(MESSAGES.c.id == row["id"]).values(**wait))


def retried(tx: Connection, now: datetime) -> list[RowMapping]:
    """The letters about to be tried again that no server can have."""
    return list(tx.execute(RETRIED.order_by(MAILS.c.id), {"now": now}).mappings())


def take_back(tx: Connection, mail_id: str, now: datetime) -> list[RowMapping]:
    """Cancel a letter that no worker has claimed; gives the messages that were in it, none when it is too late."""
    mine = (MAILS.c.id == mail_id, MAILS.c.status == "waiting", MAILS.c.next_attempt_at <= now)
    gone = update(MAILS).where(*mine).values(status=moved("waiting", "taken_back"), claimed_by="", ended_at=now)
    return messages_in(tx, mail_id) if tx.execute(gone).rowcount else []


def renew(tx: Connection, mail_ids: Sequence[str], by: str, now: datetime) -> frozenset[str]:
    """Renew the lease on claimed letters; gives those whose lease had not expired."""
    mine = (MAILS.c.id.in_(mail_ids), MAILS.c.status == "waiting", MAILS.c.claimed_by == by)
    tx.execute(update(MAILS).where(*mine).values(next_attempt_at=now + LEASE))
    return frozenset(tx.execute(select(MAILS.c.id).where(*mine)).scalars())


def claim(tx: Connection, now: datetime, by: str) -> list[RowMapping]:
    """Claim letters that are due, under a lease; no other worker tries them until it expires."""
    rows = list(tx.execute(WAITING, {"now": now, "most": AT_ONCE}).mappings())
    ids = [row["id"] for row in rows]
    if ids:
        change = update(MAILS).where(MAILS.c.id.in_(ids))
        tx.execute(change.values(next_attempt_at=now + LEASE, claimed_by=by))
    return rows


def put_back(tx: Connection, mail_ids: Sequence[str], by: str, now: datetime) -> None:
    """Return letters that were claimed and not tried: no attempt is counted, and the next round claims them again."""
    mine = (MAILS.c.id.in_(mail_ids), MAILS.c.status == "waiting", MAILS.c.claimed_by == by)
    tx.execute(update(MAILS).where(*mine).values(claimed_by="", next_attempt_at=now + NEXT_ROUND))


def answered(
    tx: Connection, mail: RowMapping, answer: ChannelAnswer, now: datetime, by: str, *, relayed: bool = True
) -> str:
    """Record what a channel said to one try by the worker that claimed the letter; returns what became of it.

    One who lost the claim meanwhile leaves the try on record and moves nothing, unless the channel said yes.
    `relayed`: it went through the mail relay, not to a channel of its own.
    """
    before = tx.execute(AS_IT_IS, {"mail": mail["id"]}).one()
    number = before.attempts + 1  # somebody else may have tried it too, when its lease had run out
    row = {"mail_id": mail["id"], "number": number, "at": now, "outcome": answer.outcome, "detail": answer.detail}
    tx.execute(insert(ATTEMPTS), row)
    in_hand = before.claimed_by == by
    status = moved(before.status, _event(mail, answer, now), in_hand=in_hand)
    change: dict[str, Any] = {"status": status, "attempts": number}
    if in_hand:
        change |= {"claimed_by": "", "trouble": _trouble(answer, relayed=relayed)}
        change |= {"next_attempt_at": now + pause_after(number)} if status == "waiting" else {}
    if status != before.status:
        change |= {"ended_at": now, "claimed_by": ""}
        tx.execute(update(MESSAGES).where(MESSAGES.c.mail_id == mail["id"]).values(status=status))
    tx.execute(update(MAILS).where(MAILS.c.id == mail["id"]).values(**change))
    return str(status)


def pause_after(attempts: int) -> timedelta:
    """How long to wait before the next try: 1, 2, 4, 8 ... minutes, at most six hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 12)), timedelta(hours=6))


def counts(tx: Connection) -> dict[str, int]:
    """How many letters there are of each status."""
    rows = tx.execute(select(MAILS.c.status, func.count()).group_by(MAILS.c.status))
    return {row[0]: int(row[1]) for row in rows}


def _event(mail: RowMapping, answer: ChannelAnswer, now: datetime) -> LetterEvent:
    """Only what is said of the reader's mailbox ends the tries: at once for good, or after days of being put off."""
    if answer.outcome == "accepted":
        return "accepted"
    gone_by = now - mail["created_at"] >= GIVE_UP_AFTER
    return "given_up" if answer.mailbox and (answer.outcome == "refused" or gone_by) else "put_off"


def _trouble(answer: ChannelAnswer, *, relayed: bool) -> str:
    """What a letter waits for: the reader's mailbox, the mail relay, or a channel of its own."""
    if answer.outcome == "accepted":
        return ""
    if answer.mailbox:
        return "mailbox"
    return "relay" if relayed else "channel"
