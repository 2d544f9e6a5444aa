"""The state of a simulation: what time it is, who is at work, what is planned, and the clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from records import cases
from records.cases import Case
from records.database import reading
from states.calendars import Calendar
from states.entry import Actor
from states.errors import Refused
from states.moments import local_day, local_moment
from states.procedure import Procedure
from workflows.installation.installation import Installation
from workflows.simulation.clock import Rounds, advance_time

Life = Iterator[datetime]
"""Somebody's doings: each turn does something, and gives the instant (UTC) at which they go on."""

AGENCIES = ("NHS Board", "Police", "Social Work", "Education", "Fire and Rescue", "Housing", "Family Support")
LEADS = ("Lead officer, north", "Lead officer, south")


@dataclass
class World:
    """The world of one simulation. Everything in it follows from the seed.

    `refs` are its cases, `recommended` its recommendations, `learned` counts its learning points.
    """

    installation: Installation
    seed: int
    rounds: Rounds
    editions: tuple[Procedure, ...]
    calendar: Calendar
    now: datetime
    ends: datetime
    refs: list[str] = field(default_factory=list)
    refused: int = 0
    recommended: list[str] = field(default_factory=list)
    learned: int = 0
    _planned: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _count: int = 0

    def dice(self, *of: object) -> Random:
        """A dice of its own for somebody, so that what one does changes nothing for the others."""
        return Random("/".join(map(str, (self.seed, *of))))  # noqa: S311  it plays, it guards nothing

    def plan(self, at: datetime, life: Life) -> None:
        """Have somebody begin at an instant."""
        self._count += 1
        heapq.heappush(self._planned, (at, self._count, life))

    def run(self, passed: Callable[[datetime], object]) -> None:
        """Let everything planned happen, in the order of its time, until the end; `passed` is told how far it is."""
        while self._planned and self._planned[0][0] <= self.ends:
            at, _, life = heapq.heappop(self._planned)
            self._wait(at)
            following = next(life, None)
            if following is not None:
                self.plan(max(following, self.now), life)
            passed(self.now)
        self._wait(self.ends)

    def _wait(self, until: datetime) -> None:
        for _ in advance_time(self.installation.engine, self.rounds, self.now, until):
            pass
        self.now = max(self.now, until)

    def case(self, ref: str) -> Case:
        """A case as it is now."""
        with reading(self.installation.engine) as tx:
            return cases.find(tx, ref, to_change=False)

    def guidance(self, case: Case) -> Procedure:
        """The edition of a case as its file has it: the states stand in the order in which a case goes through them."""
        return next(one for one in self.editions if one.name == case.procedure.name)

    def attempt(self, actor: Actor, verb: Callable[..., Any], *given: Any, **more: Any) -> Case | None:
        """Do a verb as somebody; None when it was refused, as it may be in any office."""
        try:
            with self.installation.uow(actor, self.now) as uow:
                done = verb(uow, *given, **more)
        except Refused:
            self.refused += 1
            return None
        found = done[0] if isinstance(done, tuple) else done
        return found if isinstance(found, Case) else None

    def working_time(self, dice: Random, after: timedelta) -> datetime:
        """A time in working hours, so long from now: the first working day from then on."""
        day = local_day(self.now + after)
        while not self.calendar.is_working(day):
            day += timedelta(days=1)
        return local_moment(day, f"{dice.randint(9, 16):02}:{dice.randint(0, 59):02}")


def keeper_of(case: Case) -> Actor:
    """The lead officer of a case."""
    return actor_for(case, ("lead_officer",))


def actor_for(case: Case, roles: tuple[str, ...]) -> Actor:
    """Somebody in the first of these roles; the lead officer of the case is named."""
    role = roles[0] if roles else "lead_officer"
    name = case.dossier.lead if role == "lead_officer" else case.procedure.label_of("roles", role)
    return Actor(name=name or "Lead officer", role=role)
