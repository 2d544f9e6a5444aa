"""Whether two texts say the same thing: the share of telling words in common, whatever endings and order."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SAME = 0.5
"""From this likeness on, two recommendations say the same thing (0: no word in common, 1: the same words)."""

ENOUGH = 3
"""Two texts share at least so many telling words before they are taken to say the same thing."""

WORD = re.compile(r"[^\W_]+")
SHORTEST = 2

LITTLE_WORDS = """
about across after all also among an and any are as at be been being before between both but by can could did do does
each either every for from had has have how if in including into is it its may might more most must need needs no nor
not of off on once only or other our out over own per shall should so some such than that the their them then there
these they this those through to under up upon was we were what when where whether which while who whom whose why will
with within without would you your
"""
WORDS_OF_THE_TRADE = """
agencies agency appropriate area areas assurance board boards cases child children committee committees consider
considers cpc ensure ensured ensures ensuring establish everybody everyone give given gives keep keeping keeps kept made
make makes making needed one partner partners partnership people person place protection provide provided provides put
receive received receives recommend recommendation recommendations recommended recommends relevant review reviews robust
seek service services single staff sure take taken takes use used work worker workers working works young
"""
LITTLE = frozenset(LITTLE_WORDS.split())
"""Words that every sentence has."""

COMMON = frozenset(WORDS_OF_THE_TRADE.split())
"""Words that most recommendations have: they are looked for last, and prove no likeness."""

WORD_ENDINGS = """
isations izations isation ization ations ation ments ment ingly edly ances ance ences ence ities ity
ings ing ions ion ers ies ied als al ed es er ly s y e
"""
ENDINGS = tuple(WORD_ENDINGS.split())
LEFT = 4
LEFT_BEFORE_S = 3
"""Letters that are left of a word at least when its ending is taken off."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that are worth looking for, each once, in their order; those common in this field last.

    A word is a run of letters or of digits, so `Health/education`, `31/03/2026` and `LR-2026-0007` are found by their
    parts, and so as wholes too. Capitals and accents make no difference: `Gaidhlig` is `Gàidhlig`.
    """
    found = dict.fromkeys(WORD.findall(_plain(text)))
    kept = [word for word in found if (len(word) >= SHORTEST or word.isdigit()) and word not in LITTLE]
    return tuple(sorted(kept, key=COMMON.__contains__))


def _plain(text: str) -> str:
    """Small letters without accents, wide and joined forms as the plain ones."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(maxsize=512)
def stems_of(text: str) -> frozenset[str]:
    """The stems of all words of a text that are worth looking for."""
    return frozenset(map(stem, words_of(text)))


def holds_all(text: str, wanted: str) -> bool:
    """Whether a text has every word that is looked for; false where none is."""
    words = telling(wanted)
    return bool(words) and words <= stems_of(text)


def likeness(one: str, other: str) -> float:
    """The Dice coefficient of two texts, from 0 to 1: twice the telling words they share, over all they have."""
    ours, theirs = telling(one), telling(other)
    if not ours or not theirs:
        return 0.0
    shared = len(ours & theirs)
    return 2 * shared / (len(ours) + len(theirs)) if shared >= min(ENOUGH, len(ours), len(theirs)) else 0.0


@lru_cache(maxsize=2048)
def telling(text: str) -> frozenset[str]:
    """The stems of the words that tell a text from another; of all its words where it has no others."""
    words = words_of(text)
    own = [word for word in words if word not in COMMON]
    return frozenset(stem(word) for word in own or words)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of a word, so that training and trained are one word. It is a rough stemmer, and meant to be."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (LEFT_BEFORE_S if ending == "s" else LEFT):
            return word[: -len(ending)]
    return word
