"""What a person does with mail that came back: it is read where it lies, and seen to. Both are on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from notifications.inbox_source import Position, address, opened
from notifications.incoming_mail import IncomingMail, read
from records import audit_log, incoming, need_to_know, outbox
from states.answers import tidy
from states.errors import BadAnswer, NotFound
from workflows.messages.mailbox_reading import ANSWERED, UNSORTED
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.settle_task import settle_task

LOG = "inbox"
NOT_THERE = "It lies in the mailbox {mailbox} no more: whoever moved it knows where it is."
NOT_SET = "The mailbox it came to, {mailbox}, is not among those that are read any more (CAIRN_INBOXES)."


@dataclass(frozen=True)
class FetchedMail:
    """A mail as it lies in its mailbox: the number it is filed under, and its content."""

    id: str
    raw: bytes


@dataclass(frozen=True)
class OpenedMail:
    """A mail that somebody opened: the number it is filed under, and what it says."""

    id: str
    mail: IncomingMail


def find_mail(tx: Connection, beginning: str, account: str) -> RowMapping:
    """The mail whose number begins so, and where it lies; one about a case kept from the account is none."""
    return incoming.called(tx, beginning, need_to_know.hidden_from(tx, account))


def fetch_mail(found: RowMapping, written: Sequence[str]) -> FetchedMail:
    """Fetch a mail from where it lies, outside any transaction, as a mail server may take long to answer.

    `written` are the addresses of the mailboxes. Raises NotFound where it lies there no more, BadInbox where the
    mailbox cannot be read.
    """
    place = next((one for one in map(address, written) if one.name == found["mailbox"]), None)
    if place is None:
        raise NotFound(NOT_SET.format(mailbox=found["mailbox"]))
    with opened(place) as inbox:
        raw = inbox.one(Position(found["validity"], found["uid"]), found["file"])
    if raw is None:
        raise NotFound(NOT_THERE.format(mailbox=found["mailbox"]))
    return FetchedMail(found["id"], raw)


def open_mail(uow: UnitOfWork, fetched: FetchedMail) -> OpenedMail:
    """Open a mail that was fetched; who opened it is on record, because it may name a child.

    Raises NotFound where it is kept from whoever opens it by now.
    """
    row = find_mail(uow.tx, fetched.id, uow.actor.account)
    audit_log.append(uow.tx, LOG, row["id"], "opened", uow.actor, uow.now)
    return OpenedMail(row["id"], read(fetched.raw))


def settle_mail(uow: UnitOfWork, beginning: str, did: str) -> bool:
    """Record that a mail was seen to, and what was done; False when somebody saw to it before."""
    row, did = find_mail(uow.tx, beginning, uow.actor.account), tidy(did)
    if not did:
        raise BadAnswer("Say what was done with it.")
    if not incoming.see_to(uow.tx, row["id"], uow.actor.name, uow.now):
        return False
    audit_log.append(uow.tx, LOG, row["id"], "seen_to", uow.actor, uow.now, reason=did)
    for task in _done_with(uow, row):
        settle_task(uow, task, did)
    return True


def _done_with(uow: UnitOfWork, row: RowMapping) -> list[str]:
    """The tasks that are done once this mail is: its own, and that of all unsorted ones with the last of them."""
    own = [task for task, facts in outbox.open_tasks(uow.tx, ANSWERED).items() if facts["mail"] == row["id"][:8]]
    waiting = incoming.listed(uow.tx, hidden=frozenset())
    left = any(one["kind"] == "unsorted" or one["case_id"] is None for one in waiting)
    return own if left else [*own, *outbox.open_tasks(uow.tx, UNSORTED)]
