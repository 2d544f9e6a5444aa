"""Compares the mailboxes of contacts across committees, so that one reader sees all that is asked of them.

Each committee looks at its own records alone, and has sent that mailbox a code of its own before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date

from sqlalchemy import Connection, select

from records import contacts
from records.contacts import CONTACTS, Reach
from records.keys import MasterKey
from states.errors import NotSetUp
from states.identity import folded

EMAIL = "email"


def mailbox_of(tx: Connection, keys: MasterKey, contact_id: int) -> str:
    """The mailbox of a contact of an agency that is still written to; empty where there is none."""
    known = next((one for one in contacts.everybody(tx) if one.id == contact_id), None)
    return _mailbox(tx, keys, known) if known is not None and known.agency else ""


def mailbox_of_agency(tx: Connection, keys: MasterKey, agency: str, today: date) -> str:
    """The mailbox of whoever in an agency is told of ordinary things; empty where there is none."""
    known = contacts.reachable(tx, today).of_agency(agency)
    return _mailbox(tx, keys, known) if known is not None else ""


def with_mailbox(tx: Connection, keys: MasterKey, mailbox: str) -> Iterator[Reach]:
    """The contacts of agencies who are written to at a mailbox."""
    for one in contacts.everybody(tx) if mailbox else ():
        if one.agency and as_compared(_mailbox(tx, keys, one)) == as_compared(mailbox):
            yield one


def sharing(tx: Connection, keys: MasterKey) -> Mapping[int, str]:
    """The agency of each contact to whose mailbox what another agency is asked goes too."""
    known = _mailboxes(tx, keys)
    agencies: dict[str, set[str]] = {}
    for agency, mailbox in known.values():
        agencies.setdefault(as_compared(mailbox), set()).add(folded(agency))
    return {one: agency for one, (agency, mailbox) in known.items() if len(agencies[as_compared(mailbox)]) > 1}


def as_compared(mailbox: str) -> str:
    """A mailbox as it is compared: capitals make no difference, every sign does, for a.b@ and a-b@ are two people."""
    return mailbox.strip().casefold()


def _mailbox(tx: Connection, keys: MasterKey, one: Reach) -> str:
    return contacts.readable_address(tx, keys, one.id, EMAIL) if EMAIL in one.channels else ""


def _mailboxes(tx: Connection, keys: MasterKey) -> dict[int, tuple[str, str]]:
    """The agency and the mailbox of each contact who is written to for one, if that can be read, by number."""
    found: dict[int, tuple[str, str]] = {}
    wanted = select(CONTACTS.c.id, CONTACTS.c.agency, CONTACTS.c.channels)
    for row in tx.execute(wanted.where(CONTACTS.c.agency != "", CONTACTS.c.active)):
        for one in contacts.kept_channels(row.channels):
            with suppress(NotSetUp):
                if one["channel"] == EMAIL:
                    found[row.id] = row.agency, contacts.opened(keys, row.id, EMAIL, one["sealed"])
    return found
