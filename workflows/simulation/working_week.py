"""The week of a simulated committee: the lead officer reads what is drafted, and messages are delivered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from records.cases import CASES
from records.database import reading
from records.outbox import MESSAGES
from states.entry import Actor
from workflows.messages import chase
from workflows.messages.deliver import deliver
from workflows.simulation.choices import chance
from workflows.simulation.clock import next_rounds
from workflows.simulation.world import LEADS, Life, World

HELD = select(CASES.c.ref).join(MESSAGES, MESSAGES.c.case_id == CASES.c.id).where(MESSAGES.c.status == "held")


def working_week(world: World) -> Life:
    """The lead officer reads the drafts twice a week, and lets most of them go."""
    dice = world.dice("desk")
    while True:
        yield world.working_time(dice, timedelta(days=3))
        with reading(world.installation.engine) as tx:
            refs = sorted(set(tx.execute(HELD).scalars()))
        for ref in refs:
            withhold = "They answered by telephone." if chance(dice, 0.15) else None
            world.attempt(Actor(name=LEADS[0], role="lead_officer"), chase.confirm, ref, withhold=withhold)


def post_life(world: World) -> Life:
    """The post goes out once a working day, so that a person has one letter of it."""
    dice = world.dice("post")
    while True:
        yield world.working_time(dice, timedelta(days=1))
        owed = next_rounds(world.installation.engine).deliver
        if owed is not None and owed <= world.now:
            deliver(world.installation.engine, world.installation.post, world.now)
