"""Recognises automatic replies: that the reader is away, or that nobody may ever see the letter.

No header says the second (RFC 3834 has none), so it is recognised by its words; a person looks at each of those.
"""

from __future__ import annotations

import re

QUOTED = re.compile(r"(?m)^[ \t]*>.*$|^[ \t]*-{2,} ?(?:Original Message|Forwarded message)\b[\s\S]*", re.IGNORECASE)

HELD_BACK = (
    r"\b(?:being|been|is|was) held\b",
    r"\b(?:await(?:s|ing)|pending) (?:\w+ ){0,2}(?:approval|moderation|confirmation|release|review)\b",
    r"\bquarantine",
    r"\bmoderator\b",
    r"\bapproved (?:senders?|list)\b|\bsafe senders?\b|\bwhitelist|\ballow ?list",
    r"(?:not|n't)(?: yet)?(?: be| been)? (?:delivered|received|accepted|read)\b",
    r"\b(?:confirm|verify|validate) (?:your|that you|you are|you're|this|the) ",
    r"\b(?:action|verification|confirmation|authentication) (?:is )?required\b",
    r"\bto (?:release|deliver) (?:your|the|this) (?:message|e-?mail|mail|letter)\b",
)
WENT = r"(?:left|retired)(?! (?:a|an|my|the office)\b)"
SHUT = r"(?:clos(?:ed|ing)|retired|disabled|deactivated|decommissioned|discontinued|mov(?:ed|ing)|vacant|out of use)"
UNSEEN_BY = (
    r"(?:be(?:ing)? |regularly |actively |forwarded |or |nor |and )*(?:monitored|attended|in use|checked|read by)"
)
GONE = (
    r"\bno longer (?!than\b)\w|n't \w+ (?:\w+ ){0,4}any ?more\b",
    rf"\b(?:not|isn't|aren't|never|un) ?-?{UNSEEN_BY}\b",
    rf"\b(?:I|he|she|they|have|has) (?:now |since |recently |been )*(?:{WENT}|{SHUT}|changed|ceased|replaced)\b",
    r"\bleft (?:the|my|our|this) (?:organi[sz]ation|company|service|council|board|trust|agency|force|post|role|team)\b",
    r"\b(?:leaving|transferred) (?:to |from )?(?:the|my|our|another|a different)\b|\bmoved on\b",
    rf"\b(?:mailbox|inbox|address|account|post) (?:\w+ ){{1,3}}{SHUT}\b",
    r"\bnew (?:e-?mail )?address\b|\b(?:started|taken up|begun) (?:a|my) new (?:role|post|job|position)\b",
    r"\bmy last (?:working )?day\b|\bnot be returning\b|\bno return date\b|\bpassed away\b|\bdeceased\b",
    r"\b(?:do|does) not have access\b|\bno access to (?:this|my|the) (?:mail|inbox|e-?mail)",
    r"\b(?:maternity|adoption|parental|long[- ]term)\b|\bon secondment\b|\bcareer break\b",
)
ELSEWHERE = (
    r"\bnicht (?:mehr|länger)\b(?! als)|\bniet (?:meer|langer)\b(?! dan)",
    r"\bn(?:e |')(?:\w+ )(?:plus\b|pas (?:lu|suivi|consult))|\bya no\b|\bnon \w+ più\b|\bjá não\b",
    r"\bnie (?:\w+ )?już\b|\bjuż nie\b|\bnie pracuj|\btuilleadh\b",
)
"""That somebody is there no longer, in German, Dutch, French, Spanish, Italian, Portuguese, Polish and Gaelic."""

NOBODY_READS = re.compile("|".join((*HELD_BACK, *GONE, *ELSEWHERE)), re.IGNORECASE)


def nobody_reads(subject: str, words: str) -> bool:
    """Whether an automatic reply says that the letter is held back, or went where nobody reads it any more."""
    return bool(NOBODY_READS.search(" ".join(f"{subject}\n{QUOTED.sub('', words)}".replace("\u2019", "'").split())))
