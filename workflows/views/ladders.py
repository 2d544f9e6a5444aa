"""The ladders of an edition, each rung in words, and the rungs that lie ahead of the dates of cases."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.phrases import rung_words
from states.errors import NotFound
from states.procedure import Procedure
from states.timescales import Ladder, Rung
from states.words import counted
from workflows.views.json_names import FLAT, UNWRITTEN


@dataclass(frozen=True)
class RungLine:
    """A rung of a ladder: `when` it is climbed in words, and `audience` who is told, and whose yes it waits for."""

    rung: Rung = field(metadata=FLAT)
    when: str
    audience: str = field(metadata=UNWRITTEN)


@dataclass(frozen=True)
class LadderPage:
    """A ladder: at which time of day it is climbed, for which time limits, and its rungs."""

    name: str
    label: str
    at: str
    of: tuple[str, ...]
    rungs: tuple[RungLine, ...]


def ladders(procedure: Procedure, only: str = "") -> tuple[LadderPage, ...]:
    """The ladders of an edition, or one of them. Raises NotFound when it has none of that name."""
    if only and only not in procedure.ladders:
        known = ", ".join(procedure.ladders) or "none"
        raise NotFound(f"{procedure.name} has no ladder {only[:60]!r}: it has {known}.")
    return tuple(_ladder(procedure, name, one) for name, one in procedure.ladders.items() if only in ("", name))


def _ladder(procedure: Procedure, name: str, ladder: Ladder) -> LadderPage:
    rules = tuple(rule.label for rule in procedure.timescales.values() if rule.ladder == name)
    rungs = tuple(RungLine(rung, rung_words(rung, ladder.unit), _audience(rung)) for rung in ladder.rungs)
    return LadderPage(name, ladder.label, ladder.at, rules, rungs)


def _audience(rung: Rung) -> str:
    who = ", ".join(one.replace("_", " ") for one in rung.tell)
    if not rung.confirm:
        return who
    within = f", or by itself after {counted(rung.confirm_within, 'day')}" if rung.confirm_within else ""
    return f"{who}, when the {rung.confirm.replace('_', ' ')} says yes{within}"
