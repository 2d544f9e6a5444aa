"""The rehearsal clock: when something is next due, and advancing the time from one such instant to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from records.database import reading
from records.diary import DEADLINES
from records.mails import MAILS
from records.outbox import MESSAGES
from states.errors import Refused
from states.words import utc_day_and_time

TO_SWEEP = (
    select(func.min(DEADLINES.c.next_action_at)).where(DEADLINES.c.next_action_at.is_not(None)),
    select(func.min(MESSAGES.c.confirm_by)).where(MESSAGES.c.status == "held"),
)
TO_DELIVER = (
    select(func.min(MESSAGES.c.deliver_after)).where(MESSAGES.c.status == "owed"),
    select(func.min(MAILS.c.next_attempt_at)).where(MAILS.c.status == "waiting"),
)


class StuckClock(Refused):
    """A date or a letter wants doing again and again at the same instant, so that time cannot pass."""


@dataclass(frozen=True)
class NextRounds:
    """When the sweep and the delivery next have something to do (UTC); None when nothing ever will be."""

    sweep: datetime | None
    deliver: datetime | None

    @property
    def soonest(self) -> datetime | None:
        """The earlier of the two."""
        return min((one for one in (self.sweep, self.deliver) if one is not None), default=None)


@dataclass(frozen=True)
class Rounds:
    """What comes by the clock: a round of the sweep and a round of delivery, each done as at an instant (UTC)."""

    sweep: Callable[[datetime], object]
    deliver: Callable[[datetime], object] | None


def next_wakes(engine: Engine, *, delivering: bool = True) -> NextRounds:
    """Look up when something next wants doing."""
    with reading(engine) as tx:
        swept = [tx.execute(query).scalar() for query in TO_SWEEP]
        sent = [tx.execute(query).scalar() for query in TO_DELIVER] if delivering else []
    return NextRounds(_soonest(swept), _soonest(sent))


def let_pass(engine: Engine, rounds: Rounds, now: datetime, until: datetime) -> Iterator[datetime]:
    """Let time pass from `now` to `until` (UTC, both included), doing each round when it is due; yields each instant.

    Raises StuckClock when a round leaves its own work undone.
    """
    before: NextRounds | None = None
    while True:
        wakes = next_wakes(engine, delivering=rounds.deliver is not None)
        if wakes.soonest is None or wakes.soonest > until:
            return
        if wakes == before and wakes.soonest <= now:
            raise StuckClock(f"The clock stands at {utc_day_and_time(now)}: what is due then is never done.")
        now, before = max(now, wakes.soonest), wakes
        do_rounds(rounds, wakes, now)
        yield now


def do_rounds(rounds: Rounds, wakes: NextRounds, now: datetime) -> None:
    """Sweep if a date wants looking at by now, then deliver; a sweep owes letters, so delivery comes after it."""
    swept = wakes.sweep is not None and wakes.sweep <= now
    if swept:
        rounds.sweep(now)
    if rounds.deliver is not None and (swept or (wakes.deliver is not None and wakes.deliver <= now)):
        rounds.deliver(now)


def _soonest(instants: list[datetime | None]) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)
