"""What a mail server's refusal is about: the reader's mailbox, or the sender, system, network or content.

Sources: RFC 3463 (enhanced status codes), RFC 5321 section 4.2 (basic reply codes), RFC 7505 (5.1.10).
"""

from __future__ import annotations

import re

from notifications.answer_words import OF_THE_SENDER, without_names
from notifications.delivery_status import about

_ENHANCED = re.compile(rb"\s*#?[245]\.(\d{1,3})\.(\d{1,3})(?:\s|$)")
_ENHANCED_BEHIND = re.compile(rb"\(#[245]\.(\d{1,3})\.(\d{1,3})\)")
"""As qmail writes it, behind its words."""


# Said of an address or a mailbox without any fault of its reader's: X.1.5 that an address is valid, X.1.9 something of
# the way there, X.2.3 that the message is longer than is taken; by Exchange Online, X.1.20 that there are several
# senders, X.1.90 that the sender's limit for the day is reached.
_NO_FAULT = frozenset({"1.5", "1.9", "1.20", "1.90", "2.3"})

# RFC 5321: mailbox busy or unavailable, not local, over its quota, its name not allowed.
_BASIC = frozenset({450, 550, 551, 552, 553})


def of_mailbox(code: int, said: bytes, *, named: bool) -> bool:
    """Whether a refusal, for now or for good, speaks of the reader's mailbox or address.

    The enhanced code decides where there is one. A bare code does only in answer to the address itself (`named`):
    afterwards a 550 or 552 speaks of the message. Words that speak of the sender outweigh either: many servers turn a
    blocked sender away with a bare 550, or with 5.1.1.
    """
    if OF_THE_SENDER.search(without_names(said.decode("utf-8", "replace"))):
        return False
    found = _ENHANCED.match(said) or _ENHANCED_BEHIND.search(said)
    if found is None:
        return named and code in _BASIC
    subject, detail = found[1].decode(), found[2].decode()
    if f"{subject}.{detail}" in _NO_FAULT:
        return False
    return about(f"{code // 100}.{subject}.{detail}") in {"address", "mailbox"}
