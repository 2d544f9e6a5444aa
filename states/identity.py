"""Whether two names are one person: capitals, blanks and dots do not matter; an account says it for sure."""

from __future__ import annotations

import re
import unicodedata

from states.answers import BLANK_LETTERS, VARIATIONS
from states.entry import Actor

WORD = re.compile(r"\w+")
UNSEEN = re.compile(f"[{BLANK_LETTERS}{VARIATIONS}\u180b-\u180f]")
"""Letters and marks that nobody sees, besides those whose kind says so (Cf)."""


def folded(name: str) -> str:
    """A name as it is compared: compatible letters alike, no capitals, no signs, single blanks between its words."""
    if name.isascii():  # it holds no signs that are not seen, and no letters that are alike
        plain = name.casefold()
    else:
        shown = "".join(letter for letter in UNSEEN.sub("", name) if unicodedata.category(letter) != "Cf")
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    return " ".join(WORD.findall(plain)) or plain.strip()


def is_same_person(actor: Actor, name: str, account: str = "") -> bool:
    """Whether who acts is the person of this name or account. Accounts decide where both have one, else the names."""
    if actor.account and account:
        return actor.account == account
    return folded(actor.name) == folded(name)
