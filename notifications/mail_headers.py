"""Headers that name people and mails, written so that they are read as they were given, however long they are.

Python 3.11.7 drops the quotation marks of a name with a comma or brackets that does not fit its line, puts blanks into
long names with accents (python/cpython#121284), and turns what a mail follows on into encoded words, by which Outlook
threads nothing (python/cpython#100991). What is folded here breaks lines only between names, addresses and identities.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueAddressHeader, UniqueUnstructuredHeader
from email.policy import Policy

OWN_MARK = "X-Cairn-Letter"
"""A header with the Message-ID as it was given: some relays (Amazon SES, Outlook.com) write one of their own."""

ENCODED_WORD = 75
"""The longest encoded word (RFC 2047, section 2)."""


class _Addresses(UniqueAddressHeader):
    name: str

    def fold(self, *, policy: Policy) -> str:
        shown = f",{policy.linesep} ".join(_shown(one, policy.linesep) for one in self.addresses)
        return f"{self.name}: {shown}{policy.linesep}"


class _Identities(UniqueUnstructuredHeader):
    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


def registry() -> HeaderRegistry:
    """How each header is written: as Python does, but for those that name people and mails."""
    known = HeaderRegistry()
    for name in ("from", "to", "reply-to"):
        known.map_to_type(name, _Addresses)  # type: ignore[arg-type]  # mixed into a header
    for name in ("in-reply-to", "references", OWN_MARK.lower()):
        known.map_to_type(name, _Identities)  # type: ignore[arg-type]  # mixed into a header
    return known


def _shown(address: Address, linesep: str) -> str:
    name = address.display_name
    if name.isascii():
        return str(address)
    words = Header(name, "utf-8", maxlinelen=ENCODED_WORD - 1, header_name="Reply-To").encode(linesep=linesep)
    return f"{words}{linesep} <{address.addr_spec}>"
