"""What should have been sent, held against what was: nothing owed may be missing or stuck, or only said to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select

from records.bulk_reading import Told, Unreached
from records.cases import CASES, Case
from records.contacts import CONTACTS
from records.mails import ATTEMPTS, GIVE_UP_AFTER, LEASE, MAILS, pause_after
from records.outbox import MESSAGES
from states.entry import Entry
from workflows.messages.notices import NOTICES, PROMISE_BROKEN, notices
from workflows.messages.owe import TO_WHO_OWES, About, addressees, rung_of

Contacts = Mapping[int, tuple[str, str]]
"""Who each contact is: agency (empty for the committee) and place or role. Neither ever changes."""

STANDS_FOR = {"first": ("first", "deputy"), "lead_officer": ("lead_officer", "deputy_lead_officer")}
STUCK_AFTER = timedelta(hours=24)
TRIED_FOR = GIVE_UP_AFTER + pause_after(99) + LEASE
"""The longest a letter may wait: its last try may come one long pause after the time it is given up."""

TELLS = frozenset({*NOTICES, "chased"})
"""The kinds of entry that may owe somebody a message."""


def everybody(tx: Connection) -> Contacts:
    """Who the contacts are, those no longer written to among them."""
    rows = tx.execute(select(CONTACTS.c.id, CONTACTS.c.agency, CONTACTS.c.role))
    return {row.id: (row.agency, row.role) for row in rows}


def untold(
    contacts: Contacts, case: Case, entry: Entry, told: Collection[Told], unreached: Collection[Unreached]
) -> Iterator[str]:
    """Sentences on what an entry owed to somebody that has no message, and no word that nobody could be reached.

    `case` includes the entry.
    """
    for about, message, audience in _owed(case, entry):
        for agency, place in addressees(about, audience):
            sent = _is_told(contacts, told, message, agency, place)
            if not sent and (entry.sequence, message, agency, place) not in unreached:
                yield f"the message {message!r} to {agency or place.replace('_', ' ')} is missing: nobody was told"


def stuck(tx: Connection, now: datetime) -> Iterator[tuple[str, int, str]]:
    """Messages and letters that are not where they should be at `now` (UTC): case, entry, and what is wrong."""
    message, mail = MESSAGES.c, MAILS.c
    tries = select(ATTEMPTS.c.mail_id, func.count().label("number")).group_by(ATTEMPTS.c.mail_id).subquery()
    accepted = select(ATTEMPTS.c.mail_id).where(ATTEMPTS.c.outcome == "accepted")
    checks: tuple[tuple[ColumnElement[bool], str], ...] = (
        ((message.status == "owed") & (message.deliver_after < now - STUCK_AFTER), "should have gone and has not"),
        (message.status.in_(("posted", "sent")) & mail.id.is_(None), "is marked as posted, and has no letter"),
        (message.status.in_(("sent", "failed")) & (message.status != mail.status), "is not marked as its letter is"),
        ((mail.status == "waiting") & (mail.created_at < now - TRIED_FOR), "has waited in its letter for too long"),
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


def _owed(case: Case, entry: Entry) -> Iterable[tuple[About, str, str]]:
    if entry.kind == "chased":
        return _owed_by_rung(case, entry)
    return [
        (About(case, entry.sequence, agency), notice.message, audience)
        for notice, agency, _ in notices(case, entry)
        for audience in notice.tell
    ]


def _owed_by_rung(case: Case, entry: Entry) -> list[tuple[About, str, str]]:
    deadline = case.dossier.deadlines[entry.data["key"]]
    ladder = case.procedure.ladders[case.procedure.timescales[deadline.timescale].ladder or ""]
    rung = rung_of(ladder, entry.data["rung"])
    message = PROMISE_BROKEN if "promise" in entry.data else rung.message
    about = About(case, entry.sequence, deadline.agency, deadline)
    return [(about, message, audience) for audience in rung.tell]


def _is_told(contacts: Contacts, told: Collection[Told], message: str, agency: str, place: str) -> bool:
    kinds, places = (message, TO_WHO_OWES.get(message)), STANDS_FOR.get(place, (place,))
    return any(
        one.kind in kinds and contacts[one.contact_id][0] == agency and contacts[one.contact_id][1] in places
        for one in told
    )
