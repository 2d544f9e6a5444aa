"""The words for what became of a message: one table for all lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Fate:
    """What became of a message: as a list has it, as a sentence about a date tells it, and how it is meant.

    `weight` is "bad" for what wants somebody, else "".
    """

    listed: str
    told: str
    weight: str = ""


FATES: Mapping[str, Fate] = MappingProxyType(
    {
        "owed": Fate("owed", "not accepted yet: it waits"),
        "held": Fate("waits for a yes", "waiting for a yes"),
        "posted": Fate("being sent", "not accepted yet: it waits"),
        "waiting": Fate("tried, to be tried again", "not accepted yet: it waits"),
        "sent": Fate("sent", "accepted by its channel"),
        "failed": Fate("NOT DELIVERED", "could not be delivered", "bad"),
        "bounced": Fate("CAME BACK", "came back", "bad"),
        "overtaken": Fate("not sent: no longer needed", "not sent, no longer needed"),
        "withheld": Fate("kept back", "kept back"),
        "withdrawn": Fate("withdrawn: not wanted any more", "drafted, and withdrawn"),
    }
)
"""Every state of a message and of its letter, by the name it has in the database."""


def fate_of(status: str) -> Fate:
    """What became of a message, by the state it is in; one that is not known here is called by its name."""
    return FATES.get(status, Fate(status, status))
