"""The words of a server's no that speak of something else than the reader's address, whatever code stands beside them.

Codes are not enough: blocked senders, full mailboxes, and servers in trouble are all turned away with 5.1.1 or a bare
550 by somebody.
"""

from __future__ import annotations

import re

FULL = (
    r"over ?quota|quota|(?:mail)?box (?:is )?full|storage|disk space|insufficient|exceed|limit\b|too (?:many|large|big)"
)
FULL_ELSEWHERE = (
    r"voll|vol|speicher\w*|pleine?|satur[ée]e?|llen[oa]|pien[ao]|chei[ao]|pln[áay]|(?:prze)?pe[lł]n\w+|fuld?"
    r"|överfull|är full|täynnä|przekroczon\w+|megtelt|plină|dolu|kota\w*|переп\w+|пълна|πλήρης|ممتلئ\w*"
)
"""That a mailbox is full, as servers on the continent say it."""

OF_THE_WAY = (
    r"rate\b|too (?:quickly|fast)|throttl|gr[ae]ylist|temporar|try again|time[d]?[ -]?out|servfail|ldap\b"
    r"|(?:look-?up|dns|directory|resol\w+) (?:\w+ ){0,3}(?:fail\w*|error|unavailable|not available)(?!.*nxdomain)"
    r"|(?:start)?tls\b|helo\b|reverse dns|connections? (?:denied|refused|rejected)|licen[cs]e"
)
OF_WHO_SENDS = (
    r"block(?:ed|list)|blacklist|denylist|spam|junk|reputation|policy|prohibit|dmarc|dkim|spf\b|rbl\b|listed\b"
    r"|dictionary attack|(?:un)?authenticat|callout|suppress(?:ed|ion)|permission|your (?:\w+ )?(?:limit|country)"
    r"|sender (?:verif|address|domain|id\b|denied|reject|is not|not)|access denied|your access|outbound|\bip\b"
    r"|(?:mail|messages|traffic|anything) from\b|(?:not allowed|not permitted|unable|cannot|can't) (?:to )?send"
    r"|too many (?:\w+ )?(?:recipients|connections|messages (?:in this|per|from))"
    r"|relay(?:ing)? (?:denied|not|access)|(?:not|unable|cannot) (?:allowed |permitted )?to relay|rcpthosts"
)
OF_THE_TEXT = (
    r"content\b|virus|malware|phish|headers?\b|message (?:size|too|is too|(?:was |has been )?(?:rejected|refused))"
)
SENDER_WORDS = f"{OF_THE_WAY}|{OF_WHO_SENDS}|{OF_THE_TEXT}"
OF_THE_SENDER = re.compile(rf"\b(?:{SENDER_WORDS})", re.IGNORECASE)
"""Words of an answer that speak of whoever sends, of what they send, or of the way there."""

NOT_THE_ADDRESS = re.compile(rf"\b(?:{FULL}|{SENDER_WORDS}|(?:{FULL_ELSEWHERE})\b)", re.IGNORECASE)
"""Words of an answer that speak of something else than the address."""

_NAME = re.compile(r"[^\s:;,<>()]+[.@]\w[^\s:;,<>()]*")
"""Names of machines and addresses, which may hold any word."""


def without_names(answer: str) -> str:
    """An answer without the names of machines, pages and addresses in it, which may hold any word."""
    return _NAME.sub(" ", answer)
