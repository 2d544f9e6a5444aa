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


def next_rounds(engine: Engine, *, delivering: bool = True) -> NextRounds:
    """Look up when something next wants doing."""
    with reading(engine) as tx:
        swept = [tx.execute(query).scalar() for query in TO_SWEEP]
        sent = [tx.execute(query).scalar() for query in TO_DELIVER] if delivering else []
    return NextRounds(_soonest(swept), _soonest(sent))


def advance_time(engine: Engine, rounds: Rounds, now: datetime, until: datetime) -> Iterator[datetime]:
    """Let time pass from `now` to `until` (UTC, both included), doing each round when it is due; yields each instant.

    Raises StuckClock when a round leaves its own work undone.
    """
    before: NextRounds | None = None
    while True:
        due = next_rounds(engine, delivering=rounds.deliver is not None)
        if due.soonest is None or due.soonest > until:
            return
        if due == before and due.soonest <= now:
            raise StuckClock(f"The clock stands at {utc_day_and_time(now)}: what is due then is never done.")
        now, before = max(now, due.soonest), due
        do_rounds(rounds, due, now)
        yield now


def do_rounds(rounds: Rounds, due: NextRounds, now: datetime) -> None:
    """Sweep if a date wants looking at by now, then deliver; a sweep owes letters, so delivery comes after it."""
    swept = due.sweep is not None and due.sweep <= now
    if swept:
        rounds.sweep(now)
    if rounds.deliver is not None and (swept or (due.deliver is not None and due.deliver <= now)):
        rounds.deliver(now)


def _soonest(instants: list[datetime | None]) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)
