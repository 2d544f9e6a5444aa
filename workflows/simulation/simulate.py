"""Filling a database with synthetic data, a committee's realistic work: the same seed gives the same histories."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from config import procedures
from config.settings import calendar
from records import contacts
from records.cases import CASES
from records.database import reading, unhurried
from states.entry import CAIRN
from states.errors import NotPossible
from states.moments import local_moment
from states.procedure import Procedure
from states.words import counted
from workflows.installation.installation import Installation
from workflows.installation.invented import mark_invented
from workflows.messages.chase import sweep
from workflows.messages.deliver import deliver
from workflows.simulation.case_life import case_life
from workflows.simulation.clock import Rounds, next_rounds
from workflows.simulation.committee_file import committee_life
from workflows.simulation.working_week import post_life, working_week
from workflows.simulation.world import AGENCIES, LEADS, World
from workflows.verbs.contacts import add_contact

REGIME, NATION = "child_protection", "Scotland"


@dataclass(frozen=True)
class SimulationPlan:
    """What to simulate: so many cases over so many years up to a last day, from a seed.

    Letters that wait on the last day still go at their times, up to the moment `until` (UTC) at which somebody looks.
    """

    cases: int
    years: int
    seed: int
    ends: date
    deliver: bool = True
    add: bool = False
    until: datetime | None = None

    @property
    def starts(self) -> date:
        """The first day."""
        return self.ends - timedelta(days=round(365.25 * self.years))


def simulate(installation: Installation, plan: SimulationPlan, passed: Callable[[datetime], object]) -> World:
    """Let a committee work for years on the rehearsal clock; `passed` is told how far it is (UTC).

    Raises NotPossible for a database that holds cases already, unless the plan says to add to them.
    """
    _check_empty(installation, plan)
    if not plan.add:
        mark_invented(installation.settings.data.absolute())
    editions, committees = _editions(installation)
    begins, ends = local_moment(plan.starts, "08:00"), local_moment(plan.ends, "23:59")
    followed = installation.guidance(installation.settings.recommendations)
    _enter_contacts(installation, (*editions, *committees, followed), begins)
    rounds = Rounds(sweep=lambda now: sweep(installation.engine, now), deliver=None)
    world = World(installation, plan.seed, rounds, editions, calendar("scotland"), begins, ends)
    world.plan(begins, working_week(world))
    if plan.deliver:
        world.plan(begins, post_life(world))
    for edition in committees:
        world.plan(begins, committee_life(world, edition))
    for number, at in enumerate(_openings(world, plan)):
        world.plan(at, case_life(world, number))
    with nullcontext() if plan.add else unhurried(installation.engine):
        world.run(passed)
        if plan.deliver:
            deliver(installation.engine, installation.post, world.now)
            _hand_over_the_rest(world, plan.until or world.now)
    return world


def _hand_over_the_rest(world: World, until: datetime) -> None:
    """Deliver each letter that still waits at its own time, so that none stands there as one that was forgotten."""
    here = world.installation
    while (soonest := next_rounds(here.engine).deliver) is not None and world.now < soonest <= until:
        world.now = soonest
        deliver(here.engine, here.post, world.now)


def _editions(installation: Installation) -> tuple[tuple[Procedure, ...], tuple[Procedure, ...]]:
    """The editions cases come under, and those of a committee's own year."""
    found = [one for one in map(installation.guidance, procedures.names()) if one.nation == NATION]
    cases = tuple(one for one in found if (one.kind, one.regime) == ("case", REGIME))
    return cases, tuple(one for one in found if one.kind == "committee")


def _openings(world: World, plan: SimulationPlan) -> list[datetime]:
    dice, span = world.dice("openings"), (plan.ends - plan.starts).days
    return sorted(world.working_time(dice, timedelta(days=dice.randrange(max(span - 5, 1)))) for _ in range(plan.cases))


def _check_empty(installation: Installation, plan: SimulationPlan) -> None:
    with reading(installation.engine) as tx:
        there = int(tx.execute(select(func.count()).select_from(CASES)).scalar_one())
    if there and not plan.add:
        raise NotPossible(
            f"The database holds {counted(there, 'case')} already, and a simulation is not undone: "
            "name another folder, or say --add to mix invented cases with them."
        )


def _enter_contacts(installation: Installation, editions: tuple[Procedure, ...], now: datetime) -> None:
    roles = dict.fromkeys(role for one in editions for role in (*one.roles, *one.bodies))
    with installation.uow(CAIRN, now) as uow:
        known = {(one.agency, one.role) for one in contacts.everybody(uow.tx)}
        wanted = [
            ("", role, role.replace("_", " ").capitalize()) for role in roles if role not in {"lead_officer", "agency"}
        ]
        wanted += [("", "lead_officer", name) for name in LEADS]
        wanted += [
            (agency, place, f"{place.capitalize()} contact") for agency in AGENCIES for place in ("first", "senior")
        ]
        for number, (agency, role, name) in enumerate(wanted):
            if (agency, role) not in known:
                where = [("email", f"contact.{number}@simulated.example")]
                add_contact(uow, agency=agency, role=role, name=name, channels=where)
