"""Reminds before a date and escalates after it: each rung of each ladder is climbed once, whatever happens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from config.settings import calendar
from records import cases, contacts, heartbeats, outbox, unreached
from records.cases import Case
from records.contacts import ReachableContacts
from records.database import looking_first, reading, transaction, write_from_here
from records.diary import DEADLINES, row_of
from records.history_tables import RungClimbed
from records.hot_statements import Hot
from records.metadata import stands, table_of
from records.outbox import MESSAGES, TASKS, Letter
from states.dossier import Deadline
from states.entry import CAIRN, Entry
from states.errors import DAMAGED, BadAnswer, NotPossible, StaleVersion, StorageTrouble
from states.escalation import Owed, owed, times_withdrawn
from states.moments import local_day
from states.roles import may_act
from workflows.messages.correspondence import evidence
from workflows.messages.drafts import IN_DOUBT, why_unwanted, withdraw_unwanted
from workflows.messages.notices import PROMISE_BROKEN, promise_facts
from workflows.messages.owe import letters_of_rung, living, rung_of
from workflows.messages.quarantine import quarantine
from workflows.messages.redelivery import Redelivered, redeliver
from workflows.unit_of_work import UnitOfWork, check_words, find, in_capacity, known_on, version_shown

RUNGS = table_of(RungClimbed)
CLIMBED = Hot(insert(RUNGS), *RUNGS.c.keys())
OTHERS_WAIT = "Other messages of {ref} wait for your yes by now than those you read: read them, then decide."
IS_DUE = DEADLINES.c.next_action_at <= bindparam("now")
HAS_WAITED = and_(stands(MESSAGES.c.status, "held"), MESSAGES.c.confirm_by <= bindparam("now"))
DUE = (
    select(DEADLINES.c.case_id, DEADLINES.c.key)
    .where(IS_DUE)
    .order_by(DEADLINES.c.next_action_at, DEADLINES.c.case_id, DEADLINES.c.key)
    .limit(bindparam("most"))
)
CLAIM = (
    select(*cases.HELD, DEADLINES.c.key)
    .join_from(DEADLINES, cases.CASES, cases.CASES.c.id == DEADLINES.c.case_id)
    .where(IS_DUE)
    .order_by(DEADLINES.c.next_action_at, DEADLINES.c.case_id, DEADLINES.c.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=cases.CASES)
)
"""The dates that are due, with their cases locked: no other sweep takes these up, nor waits for them, meanwhile."""
WAITED_OUT = select(MESSAGES).where(HAS_WAITED).order_by(MESSAGES.c.confirm_by, MESSAGES.c.id).with_for_update()
UNREACHED = or_(*(stands(TASKS.c.kind, one) for one in (unreached.KIND, unreached.REFUSED)))
SOONEST = select(func.min(DEADLINES.c.next_action_at)).where(DEADLINES.c.next_action_at.is_not(None))
WAITS = select(
    exists(IN_DOUBT.order_by(None)).label("in_doubt"),
    exists().where(UNREACHED, TASKS.c.done_at.is_(None)).label("unreached"),
    exists().where(HAS_WAITED).label("waited_out"),
    (SOONEST.scalar_subquery() <= bindparam("now")).label("due"),
)
"""The one question of a sweep that finds nothing to do: whether anything waits for each of its parts.

Once PostgreSQL has prepared it, it no longer knows the moment asked for, and would look for one date that is due by
reading them all: so the soonest is asked for, which the index has at its beginning.
"""

Date = tuple[int, str]
"""A date on a case: the number of the case, and the date's key."""


@dataclass(frozen=True)
class SweepResult:
    """What a sweep did: dates looked at, climbed, late ones among them, rungs passed over, drafts sent or withdrawn.

    `reachable` are tasks settled because somebody can be reached again at a place where nobody could, `again` the
    messages that had reached nobody and were owed again for it.
    `stuck` are dates it could not deal with: the next sweep looks at them again.
    """

    looked_at: int = 0
    climbed: int = 0
    late: int = 0
    passed_over: int = 0
    released: int = 0
    withdrawn: int = 0
    reachable: int = 0
    again: int = 0
    stuck: int = 0


def sweep(engine: Engine, now: datetime, *, at_once: int = 100) -> SweepResult:
    """Look at every date that wants looking at, and climb the one rung of each that is due.

    One transaction a group of `at_once` dates: killed at any line, the next sweep loses nothing and repeats nothing.
    """
    with looking_first(engine) as tx:
        waits = tx.execute(WAITS, {"now": now}).one()
        if not any(waits):
            write_from_here(tx)
            return _noted(tx, SweepResult(), now)
    withdrawn = withdraw_unwanted(engine, now) if waits.in_doubt else 0
    good = redeliver(engine, now) if waits.unreached else Redelivered()
    released = _release(engine, now) if waits.waited_out else 0
    total = SweepResult(released=released, withdrawn=withdrawn, reachable=good.settled, again=good.again)
    stuck, any_due = set[Date](), waits.due or withdrawn > 0  # the rung of a draft withdrawn may be due again
    while any_due:
        done = _climb_group(engine, now, at_once, stuck)
        total = _added(total, done)  # where none was looked at, the others are stuck, or in the hands of another sweep
        any_due = done.looked_at > 0 and _is_any_due(engine, now, len(stuck))
    with transaction(engine) as tx:
        return _noted(tx, total, now)


def _noted(tx: Connection, total: SweepResult, now: datetime) -> SweepResult:
    """Note what a sweep did: that there was one is known even where it found nothing to do."""
    heartbeats.beat(tx, "sweep", now, f"{total.looked_at} looked at, {total.climbed} climbed, {total.late} late")
    return total


def _is_any_due(engine: Engine, now: datetime, stuck: int) -> bool:
    with reading(engine) as tx:
        return len(tx.execute(DUE, {"now": now, "most": stuck + 1}).all()) > stuck


def _climb_group(engine: Engine, now: datetime, at_once: int, stuck: set[Date]) -> SweepResult:
    """Climb what is due of so many dates, one a case, all of it or none.

    Where one of them cannot be dealt with, or somebody has locked what it needs, each is climbed by itself; those that
    cannot be are `stuck` then.
    """
    dates: list[Date] = []
    try:
        with transaction(engine) as tx:
            rows = tx.execute(CLAIM, {"now": now, "most": at_once + len(stuck)}).mappings().all()
            group = {row["id"]: row for row in reversed(rows) if (row["id"], row["key"]) not in stuck}
            dates += ((case_id, row["key"]) for case_id, row in group.items())
            reachable = living(tx, now)
            climbs = [climb(tx, cases.in_hand(tx, row), row["key"], now, reachable) for row in group.values()]
            return _written(tx, climbs)
    except (IntegrityError, *DAMAGED):
        if not dates:  # nothing could be taken up
            raise
        found = {date: _look_at(engine, *date, now) for date in dates}
        stuck |= {date for date, done in found.items() if done.stuck}
        return reduce(_added, found.values(), SweepResult())


def _look_at(engine: Engine, case_id: int, key: str, now: datetime) -> SweepResult:
    try:
        with transaction(engine) as tx:
            return _written(tx, [climb(tx, cases.find_by_id(tx, case_id), key, now, living(tx, now))])
    except (IntegrityError, StaleVersion):  # somebody was quicker, perhaps another sweep: the keys decided
        return SweepResult(looked_at=1, stuck=1)
    except StorageTrouble:
        raise
    except DAMAGED as trouble:  # a date that cannot be chased keeps no other waiting, nor is it passed over in silence
        with transaction(engine) as tx:
            quarantine(tx, case_id, f"nobody can be reminded of {key}", trouble, now, key=key)
        return SweepResult(looked_at=1, stuck=1)


@dataclass(frozen=True)
class Climb:
    """What came of looking at a date, with the rows of its rungs and the letters owed that are to be written of it."""

    result: SweepResult
    rungs: Sequence[dict[str, Any]] = ()
    letters: Sequence[Letter] = ()


def climb(tx: Connection, case: Case, key: str, now: datetime, reachable: ReachableContacts) -> Climb:
    """Climb the rung of one date of a case that is due now, if one still is, and tell whoever is `reachable`."""
    deadline = case.dossier.deadlines[key]
    this = what_is_owed(case, deadline, now)
    if this is None or not this.due:
        _look_again(tx, case, deadline, now)
        return Climb(SweepResult(looked_at=1))
    case = cases.record(tx, case, chased(case, deadline, this, now), now)
    ladder = case.procedure.ladders[case.procedure.timescales[deadline.timescale].ladder or ""]
    rung = rung_of(ladder, this.climb)
    facts: dict[str, Any] = {"late": this.late, "passed": len(this.passed), "evidence": evidence(tx, case, key)}
    if this.broken:
        facts |= promise_facts(case, deadline, this.broken)
        rung = rung.model_copy(update={"message": PROMISE_BROKEN})
    letters = letters_of_rung(tx, case, deadline, rung, facts, now, reachable)
    done = SweepResult(looked_at=1, climbed=1, late=int(this.late), passed_over=len(this.passed))
    return Climb(done, _rungs(case, deadline, this, now), letters)


def _written(tx: Connection, climbs: Sequence[Climb]) -> SweepResult:
    """Write the rungs and the letters of some climbs, each kind at once; what came of them together."""
    CLIMBED.run_each(tx, [row for one in climbs for row in one.rungs])
    outbox.owe(tx, [letter for one in climbs for letter in one.letters])
    return reduce(_added, (one.result for one in climbs), SweepResult())


def chased(case: Case, deadline: Deadline, this: Owed, now: datetime) -> Entry:
    """The entry of a rung that is climbed at an instant (UTC)."""
    data = {
        "key": deadline.key,
        "due_on": deadline.due_on.isoformat() if deadline.due_on else None,
        "rung": this.climb,
        "passed": list(this.passed),
        "late": this.late,
        **({"promise": this.broken.until.isoformat()} if this.broken else {}),
    }
    moment = {"happened_on": local_day(now, case.procedure.time_zone), "happened_at": now, "recorded_at": now}
    return Entry(kind="chased", actor=CAIRN, data=data, **moment)


def what_is_owed(case: Case, deadline: Deadline, now: datetime) -> Owed | None:
    """What the ladder of a date owes at an instant; None when the date has no ladder or its clock stands still."""
    rule = case.procedure.timescales[deadline.timescale]
    ladder = case.procedure.ladders.get(rule.ladder or "")
    if ladder is None or deadline.status != "running":
        return None
    calendar = case.calendars[ladder.calendar or case.procedure.calendar]
    row = row_of(case.id, case.procedure, case.calendars, case.dossier, deadline, now)
    wake = row["next_action_at"]
    return owed(deadline, ladder, calendar, now) if wake is not None and wake <= now else None


def confirm(
    uow: UnitOfWork,
    ref: str,
    *,
    withhold: str | None = None,
    read: Collection[str] | None = None,
    seen: int | None = None,
) -> tuple[Case, int]:
    """Say yes to the drafted messages of a case, or (`withhold`: the reason) keep them back. Returns how many.

    `read` are the numbers of those that were read, `seen` the version of what was shown of them. Raises NotPossible
    when none waits, or the role that must say yes is another; StaleVersion where others wait by now than were read.
    """
    if withhold is not None and not withhold.strip():
        raise BadAnswer("Say why the messages are kept back: it stays on record.")
    tx, now, withhold = uow.tx, uow.now, (withhold or "").strip()
    case = find(uow, ref)
    uow = known_on(uow, case)
    check_words(uow, case, withhold)
    held = outbox.held_for(tx, case.id)
    mine = [row for row in held if may_act(case.procedure, uow.actor, (row["confirm_role"],))]
    if not held:
        raise NotPossible(f"No message of {case.ref} waits for a yes.")
    if not mine:
        who = {case.procedure.said("roles", row["confirm_role"]) for row in held}
        raise NotPossible(f"These messages wait for the {' or '.join(sorted(who))} to say yes.")
    unwanted = {row["id"]: why for row in mine if (why := why_unwanted(case, row, now))}
    mine = [row for row in mine if row["id"] not in unwanted]
    if not mine:
        raise NotPossible(
            f"What was drafted is not wanted any more, and will not be sent. {next(iter(unwanted.values()))}"
        )
    ids = [str(row["id"]) for row in mine]
    others = read is not None and set(ids) != set(read)
    if others or seen not in {None, yes_version(case, ids)}:
        raise StaleVersion(OTHERS_WAIT.format(ref=case.ref))
    data = {"messages": ids, "kinds": sorted({row["kind"] for row in mine})}
    roles = tuple(sorted({row["confirm_role"] for row in mine}))
    uow = in_capacity(uow, case.procedure, roles)
    entry = uow.entry("withheld" if withhold else "confirmed", reason=withhold, data=data)
    case = cases.record(tx, case, entry, now)
    settled = outbox.decide(tx, ids, "withheld", now, withhold) if withhold else _let_go(tx, mine, now)
    for role in roles:
        _settle(tx, [case.id], role, uow.actor.name, now)
    return case, settled


def yes_version(case: Case, messages: Sequence[str]) -> int:
    """The version of what somebody says yes to: of the case, and of the drafts that wait on it."""
    return version_shown(case.ref, case.dossier.version, *sorted(messages))


def _settle(tx: Connection, case_ids: list[int], role: str, by: str, now: datetime) -> None:
    """The tasks to say yes are done where no draft is left that waits for that role."""
    left = select(MESSAGES.c.case_id).where(stands(MESSAGES.c.status, "held"), MESSAGES.c.confirm_role == role)
    waiting = update(TASKS).where(
        TASKS.c.case_id.in_(case_ids),
        TASKS.c.case_id.not_in(left),
        TASKS.c.kind == "confirm",
        TASKS.c.role == role,
        TASKS.c.done_at.is_(None),
    )
    tx.execute(waiting.values(done_at=now, done_by=by))


def _release(engine: Engine, now: datetime) -> int:
    """Let go the drafts whose time to be confirmed has run out: nobody waits because somebody is on leave."""
    with transaction(engine) as tx:
        rows = list(tx.execute(WAITED_OUT, {"now": now}).mappings())
        released = _let_go(tx, rows, now)
        for role in {row["confirm_role"] for row in rows}:
            _settle(tx, [row["case_id"] for row in rows if row["confirm_role"] == role], role, CAIRN.name, now)
    return released


def _let_go(tx: Connection, rows: list[RowMapping], now: datetime) -> int:
    """Held messages are owed now, to go in the working hours of those they are for."""
    released = 0
    for row in rows:
        reach = contacts.get(tx, row["contact_id"])
        zone = cases.look(tx, row["case_id"]).procedure.zone_at(row["agency"])
        goes = outbox.in_hours(now, reach.hours, calendar(reach.calendar), zone)
        released += outbox.decide(tx, [row["id"]], "owed", goes)
    return released


def _look_again(tx: Connection, case: Case, deadline: Deadline, now: datetime) -> None:
    row = row_of(case.id, case.procedure, case.calendars, case.dossier, deadline, now)
    change = update(DEADLINES).where(DEADLINES.c.case_id == case.id, DEADLINES.c.key == deadline.key)
    tx.execute(change.values(next_action_at=row["next_action_at"]))


def _rungs(case: Case, deadline: Deadline, this: Owed, now: datetime) -> list[dict[str, Any]]:
    """The rows of what is climbed and passed over; none of word of a promise, which is no rung."""
    if this.climb is None:
        return []
    row = {
        "case_id": case.id,
        "key": deadline.key,
        "due_on": deadline.due_on,
        "late": this.late,
        "at": now,
        "sequence": case.dossier.sequence,
    }
    climbed = [*((number, True) for number in this.passed), (this.climb, False)]
    return [
        {**row, "rung": number, "again": times_withdrawn(deadline, number), "passed": passed}
        for number, passed in climbed
    ]


def _added(one: SweepResult, other: SweepResult) -> SweepResult:
    return SweepResult(*(getattr(one, name) + getattr(other, name) for name in SweepResult.__dataclass_fields__))
