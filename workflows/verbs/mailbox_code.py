"""Codes to a mailbox that a committee writes to, asked for on the page of another committee of the installation."""

from __future__ import annotations

from records import letter_links
from states.errors import TooManyTries
from workflows.messages.contact_mailboxes import with_mailbox
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.letter_link import is_right_code, send_code


def send_codes(uow: UnitOfWork, mailbox: str) -> int:
    """Send a code to a mailbox for each agency that is written to there; how many. None where it is not known.

    What asked is not told whether any was sent: that would say whom this committee writes to. So nothing is refused
    where it was asked too often; no more codes go out for a quarter of an hour.
    """
    sent = 0
    for one in with_mailbox(uow.tx, uow.keys, mailbox):
        link = letter_links.newest_to(uow.tx, one.id)
        if link is not None:
            try:
                send_code(uow, link)
            except TooManyTries:
                continue
            sent += 1
    return sent


def contact_by_code(uow: UnitOfWork, mailbox: str, code: str) -> int:
    """The contact whose code this is, by its number; 0 where it is nobody's. A wrong one is counted."""
    for one in with_mailbox(uow.tx, uow.keys, mailbox):
        link = letter_links.newest_to(uow.tx, one.id)
        if link is not None and is_right_code(uow, link, code):
            return one.id
    return 0
