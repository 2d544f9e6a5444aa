"""Sending what is owed: one letter a recipient and moment, tried until it is accepted, every try on record."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, select

from config.settings import Settings, calendar
from notifications.channels import Envelope, send, way_of
from notifications.wording import Letter, Message, letter
from records import cases, contacts, heartbeats, mails, outbox
from records.cases import CASES
from records.contacts import Reach
from records.database import reading, transaction
from records.keys import MasterKey
from records.outbox import Owing
from states.chase_grounds import lost_ground
from states.errors import Refused
from states.moments import local_day
from workflows.messages.return_address import reader_facts, reply_to, thread
from workflows.messages.unreachable import reached

CHASING = frozenset(
    {"reminder", "due_today", "overdue", "silence", "escalation", "hold_review", "duty_due", "chase_outside"}
    | {"promise_broken", "promise_passed"}
)
"""Messages about a date: they are dropped when the date was met or moved before they could go."""


@dataclass(frozen=True)
class Post:
    """How an installation sends.

    Its relay, the keys to its addresses, the domain of its Message-IDs, where a reader finds a case (`link`, with {ref}
    in it), the address that answers go to (`reply_to`; empty for the lead officer of the case), and how an agency
    learns whom a case is about and sends its answer safely (`learn`, `send`; empty for the words that are shipped).
    """

    relay: str
    keys: MasterKey
    domain: str
    link: str = ""
    reply_to: str = ""
    learn: str = ""
    send: str = ""


def post_of(chosen: Settings, keys: MasterKey) -> Post:
    """How an installation with these settings sends."""
    words = (chosen.link, chosen.reply_to, chosen.agencies_learn, chosen.agencies_send)
    return Post(chosen.relay_address(), keys, chosen.sender_domain, *words)


@dataclass(frozen=True)
class Delivered:
    """What a round of delivery did: letters accepted, to be tried again, given up; messages overtaken.

    `untried` letters were put back for the next round, because what they go by hung.
    """

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    overtaken: int = 0
    untried: int = 0


@dataclass(frozen=True)
class _Hand:
    """One deliverer at work in one round: under which name it claims letters, and what it has found to hang."""

    engine: Engine
    post: Post
    now: datetime
    name: str
    hangs: set[str] = field(default_factory=set)


def deliver(engine: Engine, post: Post, now: datetime) -> Delivered:
    """Send every letter that is owed and may go now.

    Killed at any line, the next round goes on: a letter whose fate is not known is tried again with the same
    Message-ID, so that its reader's mail system can tell.
    """
    overtaken = _put_in_envelopes(engine, post, now)
    hand, tally = _Hand(engine, post, now, f"{socket.gethostname()}:{os.getpid()}"), Counter[str]()
    while True:
        with transaction(engine) as tx:
            batch = mails.claim(tx, now, hand.name)
            where = [contacts.address(tx, post.keys, mail["contact_id"], mail["channel"]) for mail in batch]
        if not batch:
            break
        _send_all(hand, list(zip(batch, where, strict=True)), tally)
    again = tally["waiting"] + tally["untried"]
    with transaction(engine) as tx:
        heartbeats.beat(tx, "deliver", now, f"{tally['sent']} sent, {again} to be tried again")
        if tally["sent"]:
            heartbeats.beat(tx, "delivery", now, f"{tally['sent']} accepted")
    return Delivered(tally["sent"], tally["waiting"], tally["failed"], overtaken, tally["untried"])


def _send_all(hand: _Hand, batch: list[tuple[RowMapping, str]], tally: Counter[str]) -> None:
    """Try each letter; once something hangs, those that go the same way are put back: one wait a round is enough."""
    untried = []
    for mail, address in batch:
        if way_of(address) in hand.hangs:
            untried.append(mail["id"])
        else:
            tally[_send(hand, mail, address)] += 1
    if untried:
        tally["untried"] += len(untried)
        with transaction(hand.engine) as tx:
            mails.put_back(tx, untried, hand.name, hand.now)


def _put_in_envelopes(engine: Engine, post: Post, now: datetime) -> int:
    overtaken = 0
    with reading(engine) as tx:
        recipients = mails.recipients_ready(tx, now)
    for contact_id, channel in recipients:
        with transaction(engine) as tx:
            overtaken += _put_in_envelope(tx, post, mails.ready(tx, contact_id, channel, now), now)
    return overtaken


def _put_in_envelope(tx: Connection, post: Post, owed: list[RowMapping], now: datetime) -> int:
    stale = [row for row in owed if is_overtaken(tx, row, now)]
    fresh = [row for row in owed if row not in stale]
    mails.set_aside(tx, stale, "overtaken")
    if fresh:
        _post(tx, post, fresh, now)
    return len(stale)


def _post(tx: Connection, post: Post, rows: list[RowMapping], now: datetime) -> None:
    """Put messages in one envelope; one that cannot be put in words keeps the others out of none."""
    try:
        more = {row["id"]: reader_facts(tx, post, row, now) for row in rows}
        mails.post(tx, rows, post.domain, more, now)
    except Refused as unwritten:
        if len(rows) > 1:
            for row in rows:
                _post(tx, post, [row], now)
            return
        mails.set_aside(tx, rows, "failed")
        _tell_lead(tx, rows[0], str(unwritten), now)


def as_letter(tx: Connection, post: Post, row: RowMapping, now: datetime) -> Letter:
    """What a message would say if it went now, in a letter of its own."""
    return letter([Message(row["kind"], {**json.loads(row["facts"]), **reader_facts(tx, post, row, now)})])


def is_overtaken(tx: Connection, row: RowMapping, now: datetime) -> bool:
    """Whether a message about a date has lost its ground: the date was met, moved, held or promised meanwhile."""
    if row["kind"] not in CHASING or not row["deadline_key"] or row["case_id"] is None:
        return False
    case, asked = cases.find_by_id(tx, row["case_id"]), local_day(row["created_at"])
    return bool(lost_ground(case.dossier, row["deadline_key"], row["deadline_due_on"], asked, local_day(now)))


def _send(hand: _Hand, mail: RowMapping, address: str) -> str:
    now = hand.now
    with reading(hand.engine) as tx:
        answers_to, follows = reply_to(tx, hand.post, mail, address, now), thread(tx, mail)
    identity, written = mail["message_id"], mail["created_at"]
    envelope = Envelope(address, mail["subject"], mail["body"], identity, written, answers_to, follows)
    answer = send(envelope, hand.post.relay)
    if answer.hung:
        hand.hangs.add(way_of(address))
    with transaction(hand.engine) as tx:
        status = mails.answered(tx, mail, answer, now)
        if status == "failed":
            if answer.outcome == "refused":  # a relay that is down for days is no fault of theirs
                contacts.trouble(tx, mail["contact_id"], now)
            for row in mails.messages_in(tx, mail["id"]):
                _tell_lead(tx, row, answer.detail, now)
    return status


def _tell_lead(tx: Connection, message: RowMapping, said: str, now: datetime) -> None:
    """A message that cannot be delivered is never silent: the lead officer gets a task, and a letter about it."""
    reach = contacts.get(tx, message["contact_id"])
    ref, lead = _ref_and_lead(tx, message["case_id"])
    role = reach.role.replace("_", " ")
    who = f"{role} contact of {reach.agency}" if reach.agency else role
    facts = {"ref": ref, "channel": message["channel"], "problem": f"a message to the {who} could not be delivered"}
    owing = Owing(message["case_id"], ref, message["sequence"], message["id"], {**facts, "outcome": said})
    task = outbox.ask(tx, owing, "undelivered", "lead_officer", now)
    if task is not None and message["kind"] != "task":
        _write_to_lead(tx, replace(owing, kind="task", beside=task), lead, reach.id, now)


def _write_to_lead(tx: Connection, owing: Owing, named: str, unreachable: int, now: datetime) -> None:
    lead = _lead_today(tx, named, now)
    if lead is not None and lead.id != unreachable:
        outbox.owe(tx, outbox.letters(owing, lead, calendar(lead.calendar), now))


def _lead_today(tx: Connection, named: str, now: datetime) -> Reach | None:
    return reached(contacts.living(tx, local_day(now)), "", "lead_officer", named)


def _ref_and_lead(tx: Connection, case_id: int | None) -> tuple[str, str]:
    found = tx.execute(select(CASES.c.ref, CASES.c.lead).where(CASES.c.id == case_id)).first()
    return (found.ref, found.lead) if found else ("", "")
