"""A message ready to leave, and what the channel answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from notifications.layout import columns
from notifications.mail_headers import OWN_MARK, registry

Outcome = Literal["accepted", "refused", "failed", "unknown"]

# Seven-bit text passes every server, and no relay on the way has cause to rewrite it.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=registry())
_MAILBOX = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}\Z)(?:localhost|(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63})"
)
_MESSAGE_ID = re.compile(r"<[^\s<>@]{1,120}@[A-Za-z0-9.-]{1,120}>")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Envelope:
    """One message to one address, with the identity it keeps however often it is sent.

    `address` is an e-mail address or an Apprise URL; `body` is plain text, a paragraph a line; `sent_at` is aware, and
    the Date header. `reply_to` are the e-mail addresses that answers go to, `thread` the identities of the mails it
    follows on, the oldest first.
    """

    address: str
    subject: str
    body: str
    message_id: str
    sent_at: datetime
    reply_to: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChannelAnswer:
    """What the channel said about one message.

    `accepted`: it has it. `refused`: it never will. `failed`: it does not have it, try again later.
    `unknown`: it may have it. `detail` is one line of at most 500 characters, with every secret masked. `hung`: nothing
    was heard in all the time there was, so that whatever else goes the same way would wait as long. `mailbox`: it
    speaks of the reader's mailbox or address (RFC 3463, X.1 and X.2 by their sense), and so counts against that
    address; everything else is for whoever runs the system to put right.
    """

    outcome: Outcome
    detail: str
    hung: bool = False
    mailbox: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class MailSender:
    """Who a mail is from: the address replies go to, and the name shown beside it."""

    address: str
    name: str


def is_mail_address(text: str) -> bool:
    """Whether a text is one plain e-mail address, such as person@agency.example."""
    local = text.partition("@")[0]
    dotted = local.startswith(".") or local.endswith(".") or ".." in text
    return bool(_MAILBOX.fullmatch(text)) and not dotted


def is_identity(text: str) -> bool:
    """Whether a text can be the Message-ID of a mail, such as <name@committee.example>."""
    return bool(_MESSAGE_ID.fullmatch(text))


def has_control_characters(text: str) -> bool:
    """Whether a text holds a line break or another character that could smuggle in a header."""
    return bool(_CONTROL.search(text))


def fault_in(envelope: Envelope) -> str | None:
    """Say why a message cannot be sent to anyone, or None when it is whole."""
    if has_control_characters(envelope.subject):
        return "The subject of the message holds a line break or a control character; write it on one line."
    if not is_identity(envelope.message_id):
        return "The message has no proper identity of the form <name@cairn>."
    if not all(_MESSAGE_ID.fullmatch(one) for one in envelope.thread):
        return "A mail that the message follows on has no proper identity."
    if not all(is_mail_address(one) for one in envelope.reply_to):
        return "The address to answer to is not an e-mail address; put CAIRN_REPLY_TO right."
    if not envelope.body.strip():
        return "The message has no text."
    return None


def compose(envelope: Envelope, sender: MailSender) -> bytes:
    """Write a message out as Internet mail (RFC 5322), marked as sent by a machine (RFC 3834)."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=envelope.address)
    mail["Subject"] = envelope.subject
    mail["Date"] = envelope.sent_at
    mail["Message-ID"] = envelope.message_id
    mail[OWN_MARK] = envelope.message_id
    if envelope.reply_to:
        mail["Reply-To"] = tuple(Address(addr_spec=address) for address in envelope.reply_to)
    if envelope.thread:
        mail["In-Reply-To"] = envelope.thread[-1]
        mail["References"] = " ".join(envelope.thread)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_UNPRINTABLE.sub("\ufffd", columns(envelope.body)))
    return mail.as_bytes()
