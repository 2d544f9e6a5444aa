"""The ladders of an edition, each rung in words, and the rungs that lie ahead of the dates of cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from config.phrases import rung_words
from states.audiences import audience_words
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


@dataclass(frozen=True)
class Planned:
    """One rung that lies ahead of one date: when it is climbed, what is said, to whom, and who must say yes first.

    `told` and `unreachable` are people and places in words; `late` is a rung that was due before and goes next; no
    `rung` is word of a promise that is broken when no rung is left. `said` is what the agency last said: that it has
    the request, or the day it promised; empty for neither. `note` says that the committee gives more time for the date
    than the nation does.
    """

    ref: str
    key: str
    timescale: str
    agency: str
    due_on: date
    rung: int | None
    day: date
    at: datetime
    message: str
    told: tuple[str, ...]
    unreachable: tuple[str, ...]
    confirm: str
    late: bool
    said: str = ""
    note: str = ""

    @property
    def reaches_nobody(self) -> bool:
        """Whether nobody would be told: the lead officer would get a task instead."""
        return not self.told


@dataclass(frozen=True)
class PlannedRung:
    """A rung that lies ahead, and whether nobody would be told by it."""

    planned: Planned = field(metadata=FLAT)
    reaches_nobody: bool


@dataclass(frozen=True)
class Forecast:
    """The rungs that lie ahead, how many there are in all, and how many of those would reach nobody."""

    rungs: tuple[PlannedRung, ...]
    ahead: int
    reach_nobody: int


def ladders(procedure: Procedure, only: str = "") -> tuple[LadderPage, ...]:
    """The ladders of an edition, or one of them. Raises NotFound when it has none of that name."""
    if only and only not in procedure.ladders:
        known = ", ".join(procedure.ladders) or "none"
        raise NotFound(f"{procedure.name} has no ladder {only[:60]!r}: it has {known}.")
    return tuple(_ladder(procedure, name, one) for name, one in procedure.ladders.items() if only in ("", name))


def _ladder(procedure: Procedure, name: str, ladder: Ladder) -> LadderPage:
    rules = tuple(rule.label for rule in procedure.timescales.values() if rule.ladder == name)
    rungs = tuple(RungLine(rung, rung_words(rung, ladder.unit), _audience(procedure, rung)) for rung in ladder.rungs)
    return LadderPage(name, ladder.label, ladder.at, rules, rungs)


def _audience(procedure: Procedure, rung: Rung) -> str:
    who = audience_words(procedure, rung.tell)
    if not rung.confirm:
        return who
    within = f", or by itself after {counted(rung.confirm_within, 'day')}" if rung.confirm_within else ""
    return f"{who}, when the {procedure.said('roles', rung.confirm)} says yes{within}"
