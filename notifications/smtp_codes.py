"""What a mail server's no is about: the reader's mailbox, or the sender, the system, the network or the content.

Sources: RFC 3463 (enhanced status codes), RFC 5321 section 4.2 (basic reply codes), RFC 7505 (5.1.10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_ENHANCED = re.compile(rb"\s*[245]\.(\d{1,3})\.(\d{1,3})(?:\s|$)")

# Addresses (X.1) and mailboxes (X.2), each with the details that do not speak of the reader: X.1.5 says that an address
# is valid, X.1.7 and X.1.8 speak of the sender's own, X.1.9 of the way there; X.2.3 of a message longer than is taken.
_OF_THE_READER: Mapping[int, frozenset[int]] = MappingProxyType({1: frozenset({5, 7, 8, 9}), 2: frozenset({3})})

# RFC 5321: mailbox busy or unavailable, not local, over its quota, its name not allowed.
_BASIC = frozenset({450, 550, 551, 552, 553})


def of_mailbox(code: int, said: bytes, *, named: bool) -> bool:
    """Whether a refusal, for now or for good, speaks of the reader's mailbox or address.

    The enhanced code decides where there is one. A bare code does only in answer to the address itself (`named`):
    afterwards a 550 or 552 speaks of the message.
    """
    found = _ENHANCED.match(said)
    if found is None:
        return named and code in _BASIC
    subject, detail = int(found[1]), int(found[2])
    return subject in _OF_THE_READER and detail not in _OF_THE_READER[subject]
