"""The webhooks there are: which address is told of which entries, and how its calls stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from records import webhooks


@dataclass(frozen=True)
class WebhookLine:
    """One webhook: `kinds` are those of the entries it is told of (none: all); so many calls taken, owed, given up."""

    id: int
    address: str
    kinds: tuple[str, ...]
    active: bool
    made_at: datetime
    taken: int
    owed: int
    given_up: int


def webhook_list(tx: Connection) -> tuple[WebhookLine, ...]:
    """Every webhook, the newest first."""
    stand = webhooks.standing(tx)
    found = ((one, stand.get(one.id, {})) for one in webhooks.read(tx))
    return tuple(
        WebhookLine(one.id, one.address, one.kinds, one.active, one.made_at, *_counts(calls)) for one, calls in found
    )


def _counts(calls: dict[str, int]) -> tuple[int, int, int]:
    return calls.get("sent", 0), calls.get("owed", 0), calls.get("failed", 0)
