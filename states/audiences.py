"""Who is told: the audiences every edition may name, in words, and the roles and bodies of its own, the first first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from states.procedure import Procedure
from states.timescales import Timescale

IN_WORDS = {
    "owner": "whoever owes it",
    "agency_contact": "the agency's first contact",
    "agency_senior": "the agency's senior contact",
    "agencies": "every agency on the case",
    "notifier": "whoever sent the notification",
}
OF_THE_CASE = frozenset({*IN_WORDS, "agency"})
"""Who is told that is no role or body of the committee: they are those of the case, and looked at by agency."""


def audience_words(procedure: Procedure, names: Iterable[str]) -> str:
    """Who is told: "the agency's senior contact, lead officer"."""
    return ", ".join(IN_WORDS.get(name) or procedure.said(place_kind(procedure, name), name) for name in names)


def place_kind(procedure: Procedure, name: str) -> str:
    """Among which names of an edition a role or a body stands."""
    return "bodies" if name in procedure.bodies else "roles"


LATER = 1000
"""More steps than any edition has: of what begins in some cases only, or at a moment that no step tells."""


def written_to(procedure: Procedure) -> dict[str, int]:
    """The roles and bodies an edition writes to, those it writes to first before the others.

    Each with the steps after the opening of a case at which it is written to at the earliest, or else `LATER`. The role
    that keeps the cases is the first of all.
    """
    found: dict[str, int] = {procedure.keeper: 0}
    for steps, names in _tellings(procedure):
        for name in names:
            found[name] = min(steps, found.get(name, LATER))
    own = [name for name in found if name in procedure.roles or name in procedure.bodies]
    return {name: found[name] for name in sorted(own, key=lambda name: found[name]) if name not in OF_THE_CASE}


def _tellings(procedure: Procedure) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Who is told of each step, of each date that is chased, and of all else, with the steps until then."""
    away = _steps_away(procedure)
    for move in procedure.transitions:
        steps = min(away.get(state, LATER) for state in move.source or ("",))
        yield from ((steps, one.tell) for one in move.notify)
    for rule in procedure.timescales.values():
        if rule.ladder:
            yield LATER if rule.when else _begins(procedure, rule, away), (rule.owner, *_told(procedure, rule))
    for kind in ("requests", "registers", "pauses"):
        rest = (value.model_dump(mode="json") for value in getattr(procedure, kind).values())
        yield from ((LATER, names) for value in rest for names in _named_in(value))


def _told(procedure: Procedure, rule: Timescale) -> tuple[str, ...]:
    ladder = procedure.ladders.get(rule.ladder or "")
    return tuple(name for rung in ladder.rungs for name in rung.tell) if ladder else ()


def _begins(procedure: Procedure, rule: Timescale, away: Mapping[str, int]) -> int:
    """The steps until a date can begin, where a state or a step begins it."""
    states = [part.state for part in rule.anchor.parts if part.state]
    moves = [move for part in rule.anchor.parts if part.trigger for move in procedure.triggered.get(part.trigger, ())]
    return min((away.get(state, LATER) for state in (*states, *(move.dest for move in moves))), default=LATER)


def _steps_away(procedure: Procedure) -> dict[str, int]:
    """How many steps each state is away from a case that is not open yet, by the shortest way."""
    away, reached = {"": 0}, [""]
    for state in reached:
        for move in procedure.moves_from(state) if state else procedure.openings:
            if move.dest not in away:
                away[move.dest] = away[state] + 1
                reached.append(move.dest)
    return away


def _named_in(value: object) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        yield tuple(value.get("tell") or ())
        value = [*value.values()]
    for one in value if isinstance(value, list) else ():
        yield from _named_in(one)
