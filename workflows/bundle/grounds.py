"""On which grounds something may be left out of a bundle: each has a name, which goes on record with the bundle."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "family": "Who the case is about, or a member of the family",
        "third_party": "Personal data of somebody else, whom the inquiry is not about",
        "staff": "Who a member of staff is",
        "confidence": "Given in confidence",
        "legal_advice": "Legal advice, which is privileged",
        "proceedings": "It could harm a criminal investigation or proceedings",
        "court_order": "A court has ordered it",
        "not_asked_for": "Outside what was asked for",
    }
)
"""The grounds somebody may name, in words."""

BY_ITSELF: Mapping[str, str] = MappingProxyType(
    {
        "other_case": "It also tells of another case",
        "not_clean": "It was not looked at for harmful content",
        "taken_back": "It was recorded on this case by mistake, and taken back",
        "not_there": "The file is not where it was kept, or not as it was",
    }
)
"""The grounds on which Cairn leaves something out itself."""


def words_of(ground: str) -> str:
    """A ground in words."""
    return GROUNDS.get(ground) or BY_ITSELF[ground]
