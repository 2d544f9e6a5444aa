"""Sends what is owed: one letter a recipient and moment, retried until it is accepted, every try on record."""

from __future__ import annotations

import json
import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, Engine, RowMapping

from config.settings import Settings
from notifications.channels import ChannelAnswer, Envelope, check_identity, send, way_of
from notifications.wording import Letter, Message, letter
from records import contacts, heartbeats, mails
from records.database import reading, transaction
from records.keys import WRONG_KEY, MasterKey
from records.letter_log import seal_letter
from states.errors import DAMAGED, NotSetUp, Refused, StorageTrouble
from workflows.messages import sending_trouble
from workflows.messages.check_before_sending import look_up_places, take_back, why_overtaken
from workflows.messages.contact_mailboxes import sharing
from workflows.messages.gathering import take_in
from workflows.messages.link_in_letter import as_handed_over
from workflows.messages.redelivery import redeliver
from workflows.messages.refused import refused
from workflows.messages.return_address import reader_facts, reply_to, thread
from workflows.messages.sending_trouble import WORDING

Clock = Callable[[], datetime]

AGAIN_AFTER = timedelta(hours=1)
"""When what could not be put in words, or stands on a damaged row, is looked at again."""

RENEW_EVERY = timedelta(minutes=2)
"""How often the lease on claimed letters is renewed while servers take their time."""

ON_RECORD_AGAIN = (1, 2, 4, 8, 15, 30, 60, 60, 60)
"""Seconds to the next try to put on record that a letter was accepted, while the database does not answer.

It is in our hands for longer than all of them; were it let go, another would send it once more.
"""

LONGEST_ROUND = timedelta(minutes=8)
"""A round takes up no more letters after that: the next one does."""


@dataclass(frozen=True)
class Post:
    """How an installation sends.

    Its relay, the keys to its addresses, the domain of its Message-IDs, where a reader finds a case (`link`, with {ref}
    in it), the address that answers go to (`reply_to`; empty for the lead officer of the case), how an agency learns
    whom a case is about and sends its answer safely (`learn`, `send`; empty for the words that are shipped), where
    agencies reach the desk (`site`; empty: letters have no link of their own) and whether it may tell them whom a case
    is about (`shows_child`), and the roles of those who run the system.
    """

    relay: str
    keys: MasterKey
    domain: str
    link: str = ""
    reply_to: str = ""
    learn: str = ""
    send: str = ""
    site: str = ""
    shows_child: bool = False
    alarm_roles: tuple[str, ...] = ("lead_officer",)


def post_of(chosen: Settings, keys: MasterKey) -> Post:
    """How an installation with these settings sends."""
    words = (chosen.case_link, chosen.reply_to, chosen.agencies_learn, chosen.agencies_send, chosen.site)
    relay, shows_child, alarm_roles = chosen.relay_address(), chosen.agencies_see_child, chosen.alarm_roles
    return Post(relay, keys, chosen.sender_domain, *words, shows_child=shows_child, alarm_roles=alarm_roles)


@dataclass(frozen=True)
class DeliveryResult:
    """What a round of delivery did: letters accepted, to be tried again, given up; messages overtaken.

    `untried` letters were put back for the next round, because what they go by hung. `aside` are messages that could
    not be dealt with and kept no other waiting.
    """

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    overtaken: int = 0
    untried: int = 0
    aside: int = 0


@dataclass(frozen=True)
class _Deliverer:
    """One deliverer at work in one round: under which name it claims letters, and what it has found to hang."""

    engine: Engine
    post: Post
    clock: Clock
    name: str
    hangs: set[str] = field(default_factory=set)


def going_on_from(now: datetime) -> Clock:
    """A clock that stands at `now` (UTC) and goes on from there as time goes by."""
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def deliver(engine: Engine, post: Post, now: datetime, clock: Clock | None = None) -> DeliveryResult:
    """Send every letter that is owed and may go now; `clock` is read for each, and stands still where none is given.

    Killed at any line, the next round goes on: a letter whose fate is not known is tried again with the same
    Message-ID, so that its reader's mail system can tell. Raises NotSetUp when no letter at all could go: the identity
    of letters or the master key is wrong.
    """
    clock = clock or (lambda: now)
    _check(engine, post)
    redeliver(engine, now)
    overtaken = take_back(engine, now)
    tally = Counter[str](overtaken=overtaken, failed=look_up_places(engine, now))
    _put_in_envelopes(engine, post, now, tally)
    hand = _Deliverer(engine, post, clock, f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:12]}")
    while clock() - now < LONGEST_ROUND and _send_some(hand, tally):
        pass
    sending_trouble.look(engine, post.alarm_roles, clock())
    again = tally["waiting"] + tally["untried"]
    with transaction(engine) as tx:
        heartbeats.beat(tx, "deliver", now, f"{tally['sent']} sent, {again} to be tried again")
        if tally["sent"]:
            heartbeats.beat(tx, "delivery", now, f"{tally['sent']} accepted")
    return DeliveryResult(**{name: tally[name] for name in DeliveryResult.__dataclass_fields__})


def _check(engine: Engine, post: Post) -> None:
    """What would be wrong with every letter is said before any is tried."""
    wrong = check_identity(f"<identity@{post.domain}>")
    if wrong:
        raise NotSetUp(f"{wrong} Correct CAIRN_SENDER_DOMAIN: nothing is sent before.")
    with reading(engine) as tx:
        if not contacts.fits(tx, post.keys):
            raise NotSetUp(WRONG_KEY)


def _send_some(hand: _Deliverer, tally: Counter[str]) -> int:
    """Take up letters and try each; how many were taken up."""
    with transaction(hand.engine) as tx:
        batch = mails.claim(tx, hand.clock(), hand.name)
        where = [_address(tx, hand.post.keys, mail) for mail in batch]
    _send_all(hand, list(zip(batch, where, strict=True)), tally)
    return len(batch)


def _address(tx: Connection, keys: MasterKey, mail: RowMapping) -> str | Refused:
    try:
        return contacts.address(tx, keys, mail["contact_id"], mail["channel"])
    except Refused as damaged:
        return damaged


def _send_all(hand: _Deliverer, batch: Sequence[tuple[RowMapping, str | Refused]], tally: Counter[str]) -> None:
    """Try each letter; once something hangs, those that go the same way are put back: one wait a round is enough."""
    untried, mine, renewed = [], {mail["id"] for mail, _ in batch}, hand.clock()
    for place, (mail, address) in enumerate(batch):
        if hand.clock() - renewed >= RENEW_EVERY:
            renewed = hand.clock()
            mine = set(_renewed(hand, [one["id"] for one, _ in batch[place:]]))
        if isinstance(address, str) and way_of(address) in hand.hangs:
            untried.append(mail["id"])
        elif mail["id"] in mine:
            tally[_send(hand, mail, address)] += 1
    if untried:
        tally["untried"] += len(untried)
        with transaction(hand.engine) as tx:
            mails.put_back(tx, untried, hand.name, hand.clock())


def _renewed(hand: _Deliverer, mail_ids: Sequence[str]) -> frozenset[str]:
    with transaction(hand.engine) as tx:
        return mails.renew(tx, mail_ids, hand.name, hand.clock())


def _put_in_envelopes(engine: Engine, post: Post, now: datetime, tally: Counter[str]) -> None:
    with reading(engine) as tx:
        recipients = mails.recipients_ready(tx, now)
        shared = sharing(tx, post.keys) if recipients else {}
        news = mails.with_news(tx) if recipients else frozenset()
    for contact_id, channel in recipients:
        hand = _Writer(post, now, tally, shared.get(contact_id, ""))
        with transaction(engine) as tx:
            owed = mails.ready(tx, contact_id, channel, now)
            for rows in take_in(tx, owed, more=(contact_id, channel) in news):
                _put_in_envelope(tx, hand, rows)


@dataclass(frozen=True)
class _Writer:
    """Who writes letters to one recipient in a round; `agency` is theirs where another has the same mailbox."""

    post: Post
    now: datetime
    tally: Counter[str]
    agency: str


def _put_in_envelope(tx: Connection, hand: _Writer, owed: Sequence[RowMapping]) -> None:
    """Put in one envelope what is still true; what cannot be judged waits, and keeps nothing else waiting."""
    fresh, now, tally = [], hand.now, hand.tally
    for row in owed:
        try:
            stale = why_overtaken(tx, row, now)
        except StorageTrouble:
            raise
        except DAMAGED as damage:
            tally["aside"] += 1
            _put_off(tx, hand.post, row, damage, now)
            continue
        if stale:
            tally["overtaken"] += 1
            mails.set_aside(tx, [row], "overtaken", stale)
        else:
            fresh.append(row)
    if fresh:
        _post(tx, hand, fresh)


def _post(tx: Connection, hand: _Writer, rows: Sequence[RowMapping]) -> None:
    """Put messages in one envelope; one that cannot be put in words keeps the others out of none."""
    post, now = hand.post, hand.now
    try:
        more = {row["id"]: reader_facts(tx, post, row, now) for row in rows}
        mails.post(tx, rows, post.domain, more, now, agency=hand.agency)
    except StorageTrouble:
        raise
    except DAMAGED as unwritten:
        if len(rows) > 1:
            for row in rows:
                _post(tx, hand, [row])
            return
        hand.tally["aside"] += 1
        _put_off(tx, post, rows[0], unwritten, now)


def _put_off(tx: Connection, post: Post, row: RowMapping, trouble: Exception, now: datetime) -> None:
    """What cannot be put in an envelope is no fault of its reader: it waits, and whoever runs the system is told."""
    said = str(trouble) if isinstance(trouble, Refused) else f"{type(trouble).__name__}: {str(trouble)[:80]}"
    mails.put_off(tx, row, now + AGAIN_AFTER, said)
    problem = f"a message of the kind {row['kind']!r} cannot be written and waits"
    sending_trouble.tell_of(tx, WORDING, problem, said, post.alarm_roles, now, since=now)


def as_letters(tx: Connection, post: Post, rows: Sequence[RowMapping], now: datetime) -> list[Letter]:
    """What messages would say if they went now, each in a letter of its own."""
    shared = sharing(tx, post.keys) if rows else {}
    said = [Message(row["kind"], {**json.loads(row["facts"]), **reader_facts(tx, post, row, now)}) for row in rows]
    return [letter([one], agency=shared.get(row["contact_id"], "")) for row, one in zip(rows, said, strict=True)]


def _send(hand: _Deliverer, mail: RowMapping, address: str | Refused) -> str:
    answer = _tried(hand, mail, address)
    relayed = isinstance(address, str) and way_of(address) == "mail"
    for wait in ON_RECORD_AGAIN if answer.outcome == "accepted" else ():
        try:
            return _on_record(hand, mail, answer, relayed=relayed)
        except StorageTrouble:
            time.sleep(wait)
    return _on_record(hand, mail, answer, relayed=relayed)


def _on_record(hand: _Deliverer, mail: RowMapping, answer: ChannelAnswer, *, relayed: bool) -> str:
    """Put on record what a channel said; what became of the letter."""
    with transaction(hand.engine) as tx:
        now = hand.clock()
        status = mails.answered(tx, mail, answer, now, hand.name, relayed=relayed)
        if status == "sent":
            contacts.trouble(tx, mail["contact_id"], None)
        if status == "failed":
            refused(tx, mail, mails.messages_in(tx, mail["id"]), answer.detail, now)
        seal_letter(tx, mail["id"], now)
    return status


def _tried(hand: _Deliverer, mail: RowMapping, address: str | Refused) -> ChannelAnswer:
    if isinstance(address, Refused):
        who = mail["contact_id"]
        return ChannelAnswer("refused", f"The address kept for contact {who} cannot be read: enter it again.")
    try:
        with reading(hand.engine) as tx:
            answers_to, follows = reply_to(tx, hand.post, mail, address, hand.clock()), thread(tx, mail)
        body = as_handed_over(hand.engine, hand.post.keys, mail, hand.clock())
    except StorageTrouble:
        raise
    except DAMAGED as damage:
        return ChannelAnswer("refused", f"The letter cannot be addressed: {' '.join(str(damage).split())[:300]}")
    identity, written = mail["message_id"], mail["created_at"]
    envelope = Envelope(address, mail["subject"], body, identity, written, answers_to, follows)
    answer = send(envelope, hand.post.relay)
    if answer.hung:
        hand.hangs.add(way_of(address))
    return answer
