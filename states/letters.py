"""What a letter may become, and what became of something owed to a place. Pure; the law that nothing is lost.

A letter is moved only by whoever has it in hand (the claim); the answer of one who has lost it is kept as a try and
moves nothing, unless it is a yes: what a channel has accepted is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

LetterState = Literal["waiting", "sent", "failed", "bounced", "withdrawn"]
LetterEvent = Literal["accepted", "put_off", "given_up", "came_back", "taken_back"]
Fate = Literal["waiting", "accepted", "withdrawn", "task"]

LETTER: Mapping[tuple[str, LetterEvent], LetterState] = MappingProxyType(
    {
        ("waiting", "accepted"): "sent",
        ("waiting", "put_off"): "waiting",
        ("waiting", "given_up"): "failed",
        ("waiting", "taken_back"): "withdrawn",
        ("sent", "came_back"): "bounced",
        ("failed", "accepted"): "sent",
        ("withdrawn", "accepted"): "sent",
    }
)
"""Every move there is; whatever is not here leaves the letter as it is."""

ON_THE_WAY = frozenset({"owed", "held", "posted"})
"""A message that waits: for working hours, for a yes, for the next try of its letter."""

TAKEN_OUT = frozenset({"overtaken", "withdrawn", "withheld"})
"""A message that is not sent, because it is no longer true or somebody kept it back: with the reason."""


def moved(state: str, event: LetterEvent, *, in_hand: bool = True) -> str:
    """The next state of a letter. `in_hand`: whoever reports has the claim on it; without one only a yes counts."""
    if not in_hand and event in {"put_off", "given_up"}:
        return state
    return LETTER.get((state, event), state)


class Copy(NamedTuple):
    """One message that carries what is owed: where it stands, and the reason where it was taken out."""

    status: str
    reason: str = ""


class Duty(NamedTuple):
    """A task that stands for what is owed; when it is closed, whether a person said what they did."""

    open: bool
    by_a_person: bool = False


def fate(copies: Iterable[Copy], duties: Iterable[Duty]) -> Fate | None:
    """What became of something owed to a place: exactly one of four, or None, which must never be.

    Accepted by a channel; waiting; a task that is open or that a person closed by saying what they did; withdrawn with
    the reason.
    """
    copies, duties = tuple(copies), tuple(duties)
    if any(one.status == "sent" for one in copies):
        return "accepted"
    if any(one.status in ON_THE_WAY for one in copies):
        return "waiting"
    if any(one.open or one.by_a_person for one in duties):
        return "task"
    return "withdrawn" if any(one.status in TAKEN_OUT and one.reason for one in copies) else None
