"""Which edition of the guidance a review was held under, by the first day that is known of it; and its states."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from states.procedure import Procedure

AFTER = ("decision", "review", "recommendation", "follow_through", "closed")
"""Where a review may stand when it comes in, in the order in which it goes through them."""


def edition_on(editions: Iterable[Procedure], day: date) -> Procedure | None:
    """The edition that was in force on a day; None where none was."""
    held = [one for one in editions if one.issued_on <= day.isoformat() and not _ended(one, day)]
    return max(held, key=lambda one: one.issued_on, default=None)


def _ended(one: Procedure, day: date) -> bool:
    return bool(one.withdrawn_on) and one.withdrawn_on <= day.isoformat()[: len(one.withdrawn_on)]


def state_in(edition: Procedure, phase: str, *, reviewed: bool) -> str:
    """Where a review stands in a phase, or in the next that the edition has.

    In most phases that is the first state; of those in which learning is followed through the one with the most steps,
    where it is carried out; of those that end a case the one that follows a review, or the one without.
    """
    if phase == "closed":
        return _end(edition, reviewed=reviewed)
    for wanted in AFTER[AFTER.index(phase) : -1]:
        found = [name for name, state in edition.states.items() if state.phase == wanted and not state.final]
        if found:
            return max(found, key=lambda name: _steps(edition, name)) if wanted == "follow_through" else found[0]
    return _end(edition, reviewed=reviewed)


def _steps(edition: Procedure, state: str) -> int:
    return sum(state in move.source for move in edition.transitions)


def _end(edition: Procedure, *, reviewed: bool) -> str:
    ends = [name for name, state in edition.states.items() if state.final]
    after = [
        move.dest
        for move in edition.transitions
        for source in move.source
        if move.dest in ends and edition.states[source].phase in {"review", "recommendation", "follow_through"}
    ]
    if reviewed:
        return next(iter(after or ends))
    return next(iter([one for one in ends if one not in after] or ends))


def decisions_of(edition: Procedure) -> tuple[tuple[str, str], ...]:
    """The steps of an edition that decide what becomes of a case, each with the words of its outcome."""
    found = {move.trigger: move.outcome for move in edition.transitions if move.act == "decide" and move.outcome}
    return tuple(found.items())


def decision_called(edition: Procedure, words: str) -> str:
    """The step of an edition that decides so, by the words of its outcome; empty where none is worded so."""
    plain = words.strip().casefold()
    worded = (move for move in edition.transitions if plain in {move.outcome.casefold(), move.label.casefold()})
    return next((move.trigger for move in worded if plain and move.act == "decide"), "")
