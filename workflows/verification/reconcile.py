"""Reconciles what should have been sent with what was: nothing owed may be missing, stuck or only claimed."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from records.bulk_reading import MessageTold, Unreached
from records.cases import CASES, Case
from records.contacts import CONTACTS
from records.mails import ATTEMPTS, GIVE_UP_AFTER, LEASE, MAILS, pause_after
from records.outbox import MESSAGES
from records.role_holders import on_case
from states.entry import CAIRN, Entry
from states.identity import folded
from states.letters import ON_THE_WAY, TAKEN_OUT, Copy, Duty, fate
from states.procedure import DEPUTY, LEAD
from workflows.messages.notices import NOTICES
from workflows.messages.owe import TO_WHO_OWES, addressees, owed_by

Contacts = Mapping[int, tuple[str, str, str]]
"""Who each contact is: agency (empty for the committee) and place or role, which never change, and name."""

STANDS_FOR = {"first": ("first", "deputy"), "lead_officer": ("lead_officer", "deputy_lead_officer")}
ENDED = ("sent", "failed", "bounced")
STUCK_AFTER = timedelta(hours=24)
TRIED_FOR = GIVE_UP_AFTER + pause_after(99) + LEASE
"""The longest a letter may wait: its last try may come one long pause after the time it is given up."""

TELLS = frozenset({*NOTICES, "chased", "reminded"})
"""The kinds of entry that may owe somebody a message."""


def everybody(tx: Connection) -> Contacts:
    """Who the contacts are, those no longer written to among them."""
    rows = tx.execute(select(CONTACTS.c.id, CONTACTS.c.agency, CONTACTS.c.role, CONTACTS.c.name))
    return {row.id: (row.agency, row.role, row.name) for row in rows}


class Obligation(NamedTuple):
    """What an entry owed to a place, and the case as it stood then."""

    sequence: int
    message: str
    agency: str
    place: str
    case: Case

    def __str__(self) -> str:
        return f"the message {self.message!r} to {self.agency or self.place.replace('_', ' ')}"


def messages_owed(case: Case, entry: Entry) -> Iterator[Obligation]:
    """What an entry owed, and to which places. `case` includes the entry."""
    for about, this, audience in owed_by(case, entry):
        message = this if isinstance(this, str) else this.message
        for agency, place in addressees(about, audience):
            yield Obligation(entry.sequence, message, agency, place, case)


def delivery_fault(
    contacts: Contacts,
    owed: Obligation,
    told: Collection[MessageTold],
    unreached: Collection[Unreached],
    closed: Container[str],
) -> str:
    """What is wrong with something owed that is neither waiting nor accepted, withdrawn or a person's task.

    `closed` are the tasks that the history says a person closed. Empty where all is well.
    """
    kinds = (owed.message, TO_WHO_OWES.get(owed.message, owed.message))
    mine = [one for one in unreached if one.message in kinds and one[:1] + one[2:4] == owed[:1] + owed[2:4]]
    sent = [one for one in told if one.kind in kinds and one.sequence == owed.sequence]
    to_it = [one for one in sent if _is_to(contacts, one, owed)]
    to_it = to_it or [one for one in sent if not owed.agency and _holds_it_too(contacts[one.contact_id], owed)]
    copies = [Copy(one.status, one.reason) for one in to_it]
    copies += [Copy("withdrawn", one.reason) for one in mine if one.reason]
    if fate(copies, (Duty(one.is_open, by_a_person=_by_a_person(one, closed)) for one in mine)):
        return ""
    return f"{owed} is missing: " + ("it reached nobody and was not made good" if mine else "nobody was told")


def _by_a_person(one: Unreached, closed: Container[str]) -> bool:
    """Whether a person closed its task: on record since they say what they did, by name alone before that."""
    return one.task_id in closed or (one.done_by not in {"", CAIRN.name} and not one.did)


def stuck(tx: Connection, now: datetime) -> Iterator[tuple[str, int, str]]:
    """Messages and letters that are not where they should be at `now` (UTC): case, entry, and what is wrong."""
    message, mail, waiting = MESSAGES.c, MAILS.c, MAILS.c.status == "waiting"
    tries = select(ATTEMPTS.c.mail_id, func.count().label("number")).group_by(ATTEMPTS.c.mail_id).subquery()
    accepted = select(ATTEMPTS.c.mail_id).where(ATTEMPTS.c.outcome == "accepted")
    checks: tuple[tuple[ColumnElement[bool], str], ...] = (
        ((message.status == "owed") & (message.deliver_after < now - STUCK_AFTER), "should have gone and has not"),
        (message.status.in_(("posted", "sent")) & mail.id.is_(None), "is marked as posted, and has no letter"),
        (message.status.in_(ENDED) & (message.status != mail.status), "is not marked as its letter is"),
        (
            message.status.in_(("posted", *ENDED))
            & ((message.contact_id != mail.contact_id) | (message.channel != mail.channel)),
            "is in a letter to somebody else",
        ),
        (message.status.not_in({*ON_THE_WAY, *TAKEN_OUT, *ENDED}), "is marked as nothing that a message can be"),
        ((message.status == "posted") & (mail.status != "waiting"), "is marked as on its way, and its letter is not"),
        (message.status.in_(TAKEN_OUT) & (message.reason == ""), "was taken out, and nothing says why"),
        (
            waiting & mail.trouble.in_(("", "mailbox")) & (mail.created_at < now - TRIED_FOR),
            "has waited in its letter for too long",
        ),
        (waiting & (mail.next_attempt_at < now - STUCK_AFTER), "should have been tried again and was not"),
        ((mail.status == "sent") & mail.id.not_in(accepted), "is marked as sent, and no channel accepted it"),
        (mail.attempts != func.coalesce(tries.c.number, 0), "has a letter with tries that are not on record"),
    )
    faults = [fault.label(f"fault_{place}") for place, (fault, _) in enumerate(checks)]
    rows = (
        select(CASES.c.ref, message.sequence, message.kind, *faults)
        .outerjoin_from(MESSAGES, MAILS, message.mail_id == mail.id)
        .outerjoin(CASES, CASES.c.id == message.case_id)
        .outerjoin(tries, tries.c.mail_id == mail.id)
        .where(or_(*(fault for fault, _ in checks)))
        .order_by(message.case_id, message.sequence, message.id)
    )
    for ref, sequence, kind, *wrong in tx.execute(rows):
        for words in (words for (_, words), here in zip(checks, wrong, strict=True) if here):
            yield ref or "", sequence, f"the message {kind!r} {words}"


def _is_to(contacts: Contacts, one: MessageTold, owed: Obligation) -> bool:
    """Whether a message is to the place; one from before places were kept is known by whom it went to."""
    if one.place:
        return (one.agency, one.place) == owed[2:4]
    agency, role, _ = contacts[one.contact_id]
    return agency == owed.agency and role in STANDS_FOR.get(owed.place, (owed.place,))


def _holds_it_too(contact: tuple[str, str, str], owed: Obligation) -> bool:
    """Whether somebody of the committee who was told at one place holds another as well: they have one letter."""
    agency, role, name = contact
    known = on_case(owed.case)
    named = {folded(one) for one in known.named.get(owed.place, ())}
    keeping = {LEAD, DEPUTY, *known.keeping} if owed.place in {LEAD, *known.keeping[:1]} else set()
    return not agency and (folded(name) in named or role in {owed.place, *keeping})
