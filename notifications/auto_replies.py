"""Recognises automatic replies: that the reader is away, or that nobody may ever see the letter.

No header says the second (RFC 3834 has none), so it is recognised by its words; a person looks at each of those.
"""

from __future__ import annotations

import re

QUOTED = re.compile(r"(?m)^[ \t]*>.*$|^[ \t]*-{2,} ?(?:Original Message|Forwarded message)\b[\s\S]*", re.IGNORECASE)

HELD_BACK = (
    r"\b(?:being|been|is|was) held\b",
    r"\bawait(?:s|ing) (?:\w+ ){0,2}(?:approval|moderation|confirmation|release|review)\b",
    r"\bquarantine",
    r"\bmoderator\b",
    r"\bapproved (?:senders?|list)\b|\bsafe senders?\b|\bwhitelist|\ballow ?list",
    r"(?:not|n't)(?: yet)?(?: be| been)? (?:delivered|received|accepted|read)\b",
    r"\b(?:confirm|verify|validate) (?:your|that you|you are|you're|this|the) ",
    r"\b(?:action|verification|confirmation|authentication) (?:is )?required\b",
    r"\bto (?:release|deliver) (?:your|the|this) (?:message|e-?mail|mail|letter)\b",
)
GONE = (
    r"\bno longer (?!than\b)\w",
    r"\b(?:not|isn't|never|un) ?-?(?:being |regularly |actively )?(?:monitored|attended|in use|checked|read by)\b",
    r"\b(?:have|has) (?:now |since |recently |been )*(?:left|moved|retired|changed|closed|ceased|replaced|disabled)\b",
    r"\bleft (?:the|my|our|this) (?:organi[sz]ation|company|service|council|board|trust|agency|force|post|role|team)\b",
    r"\b(?:mailbox|inbox|address|account) (?:is|will be) (?:closed|closing|retired|disabled|moving|moved)\b",
    r"\bnew (?:e-?mail )?address\b",
)
NOBODY_READS = re.compile("|".join((*HELD_BACK, *GONE)), re.IGNORECASE)


def nobody_reads(subject: str, words: str) -> bool:
    """Whether an automatic reply says that the letter is held back, or went where nobody reads it any more."""
    return bool(NOBODY_READS.search(" ".join(f"{subject}\n{QUOTED.sub('', words)}".replace("\u2019", "'").split())))
