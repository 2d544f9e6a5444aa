"""Words that stand in a cell where a value is missing (N/A, TBC, a dash), or that name everybody and nobody."""

from __future__ import annotations

import re

from states.identity import folded

MISSING = frozenset(
    (
        *("n a", "na", "tbc", "t b c", "tba", "tbd", "nil", "none", "unknown", "pending", "vacant", "blank"),
        *("not applicable", "not known", "not yet known", "not stated", "no reference", "not allocated"),
        *(f"to be {done}" for done in ("confirmed", "agreed", "advised", "decided", "determined", "identified")),
    )
)
EVERYBODY = re.compile(
    r"(?:all|various|multiple|several|each|every|joint|multi)"
    r"(?: (?:other|partner|agenc|organi[sz]ation|service|relevant|named|review|case)\w*)*"
)
EXAMPLE = re.compile(r"(?:e g|eg|example|for example)\b")


def says_nothing(words: str) -> bool:
    """Whether words stand for a value that is missing; empty ones are none."""
    plain = folded(words)
    return bool(plain) and (plain in MISSING or not re.search(r"\w", plain))


def names_everybody(words: str) -> bool:
    """Whether words stand for all or several, and name none of them."""
    return bool(EVERYBODY.fullmatch(folded(words)))


def names_no_review(words: str) -> bool:
    """Whether words in a column of references seem to be none: nothing, everybody, or an example to fill in by."""
    return says_nothing(words) or names_everybody(words) or bool(EXAMPLE.match(folded(words)))
