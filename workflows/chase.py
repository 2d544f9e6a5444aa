"""Reminding before a date and escalating after it: each rung of each ladder climbed once, whatever happens between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from records import beats, cases, outbox
from records.cases import Case
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.diary import DEADLINES, row_of
from records.outbox import MESSAGES, TASKS
from records.tables import RungClimbed, table_of
from states.dossier import Deadline
from states.entry import CAIRN, Actor, Entry
from states.errors import NotPossible
from states.escalation import Owed, owed
from states.moments import local_day
from workflows.telling import spoken, tell_rung

RUNGS = table_of(RungClimbed)
DUE = (
    select(DEADLINES.c.case_id, DEADLINES.c.key)
    .where(DEADLINES.c.next_action_at <= bindparam("now"))
    .order_by(DEADLINES.c.next_action_at, DEADLINES.c.case_id, DEADLINES.c.key)
    .limit(bindparam("most"))
)

SENT = (
    select(MESSAGES.c.created_at, MESSAGES.c.kind, MESSAGES.c.channel, MESSAGES.c.status, CONTACTS.c.agency, CONTACTS.c.role)
    .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
    .where(MESSAGES.c.case_id == bindparam("of_case"), MESSAGES.c.deadline_key == bindparam("about"))
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
)
FATES = {
    "sent": "accepted by its channel",
    "owed": "on its way",
    "posted": "on its way",
    "held": "waiting for a yes",
    "failed": "could not be delivered",
    "withheld": "kept back",
    "overtaken": "not sent, no longer needed",
}


@dataclass(frozen=True)
class Swept:
    """What a sweep did: dates looked at, rungs climbed, of these late ones, rungs passed over, drafts let go."""

    looked_at: int = 0
    climbed: int = 0
    late: int = 0
    passed_over: int = 0
    released: int = 0


def sweep(engine: Engine, now: datetime, *, at_once: int = 100) -> Swept:
    """Look at every date that wants looking at, and climb the one rung of each that is due.

    One transaction a date: killed at any line, the next sweep loses nothing and repeats nothing.
    """
    total = Swept(released=_release(engine, now))
    while True:
        with reading(engine) as tx:
            waiting = tx.execute(DUE, {"now": now, "most": at_once}).all()
        for case_id, key in waiting:
            total = _added(total, _look_at(engine, case_id, key, now))
        if len(waiting) < at_once:
            break
    with transaction(engine) as tx:
        beats.beat(tx, "sweep", now, f"{total.looked_at} looked at, {total.climbed} climbed, {total.late} late")
    return total


def _look_at(engine: Engine, case_id: int, key: str, now: datetime) -> Swept:
    try:
        with transaction(engine) as tx:
            return climb(tx, case_id, key, now)
    except IntegrityError:  # another sweep climbed the same rung at the same moment: its key decided
        return Swept(looked_at=1)


def climb(tx: Connection, case_id: int, key: str, now: datetime) -> Swept:
    """Climb the rung of one date that is due now, if one still is."""
    case = cases.find_by_id(tx, case_id)
    deadline = case.dossier.deadlines[key]
    this = what_is_owed(case, deadline, now)
    if this is None or this.climb is None:
        _look_again(tx, case, deadline, now)
        return Swept(looked_at=1)
    entry = Entry(
        kind="chased",
        actor=CAIRN,
        happened_on=local_day(now),
        happened_at=now,
        recorded_at=now,
        data={
            "key": key,
            "due_on": deadline.due_on.isoformat() if deadline.due_on else None,
            "rung": this.climb,
            "passed": list(this.passed),
            "late": this.late,
        },
    )
    case = cases.record(tx, case, entry, now)
    _mark(tx, case, deadline, this, now)
    ladder = case.procedure.ladders[case.procedure.timescales[deadline.timescale].ladder or ""]
    facts = {"late": this.late, "passed": len(this.passed), "evidence": evidence(tx, case, key)}
    tell_rung(tx, case, deadline, ladder.rungs[this.climb], facts, now)
    return Swept(looked_at=1, climbed=1, late=int(this.late), passed_over=len(this.passed))


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


def evidence(tx: Connection, case: Case, key: str) -> list[str]:
    """What was sent about a date, to whom and when, for those who must decide what to do about a silence."""
    found = tx.execute(SENT, {"of_case": case.id, "about": key})
    return [f"{spoken(local_day(row.created_at))}: {_sent(row)}" for row in found]


def _sent(row: Row[Any]) -> str:
    who = f"{row.role.replace('_', ' ')} contact of {row.agency}" if row.agency else row.role.replace("_", " ")
    fate = FATES.get(row.status, row.status)
    return f"{row.kind.replace('_', ' ')} to the {who} by {row.channel}, {fate}"


def confirm(
    tx: Connection, actor: Actor, ref: str, now: datetime, *, withhold: str = ""
) -> tuple[Case, int]:
    """Say yes to the drafted messages of a case, or (`withhold`: the reason) keep them back. Returns how many.

    Raises NotPossible when none waits, or the role that must say yes is another.
    """
    case = cases.find(tx, ref)
    held = outbox.held_for(tx, case.id)
    mine = [row for row in held if row["confirm_role"] == actor.role]
    if not held:
        raise NotPossible(f"No message of {case.ref} waits for a yes.")
    if not mine:
        roles = {case.procedure.label_of("roles", row["confirm_role"]) for row in held}
        raise NotPossible(f"These messages wait for the {' or '.join(sorted(roles)).lower()} to say yes.")
    ids = [str(row["id"]) for row in mine]
    entry = Entry(
        kind="withheld" if withhold else "confirmed",
        actor=actor,
        happened_on=local_day(now),
        happened_at=now,
        recorded_at=now,
        reason=withhold,
        data={"messages": ids, "kinds": sorted({row["kind"] for row in mine})},
    )
    case = cases.record(tx, case, entry, now)
    settled = outbox.decide(tx, ids, "withheld" if withhold else "owed", now)
    settle = update(TASKS).where(TASKS.c.case_id == case.id, TASKS.c.kind == "confirm", TASKS.c.done_at.is_(None))
    tx.execute(settle.values(done_at=now, done_by=actor.name))
    return case, settled


def _release(engine: Engine, now: datetime) -> int:
    """Let go the drafts whose time to be confirmed has run out: a silence does not end because somebody was on leave."""
    overdue = MESSAGES.c.confirm_by <= now
    with transaction(engine) as tx:
        change = update(MESSAGES).where(MESSAGES.c.status == "held", overdue)
        return tx.execute(change.values(status="owed", deliver_after=now)).rowcount


def _look_again(tx: Connection, case: Case, deadline: Deadline, now: datetime) -> None:
    row = row_of(case.id, case.procedure, case.calendars, case.dossier, deadline, now)
    change = update(DEADLINES).where(DEADLINES.c.case_id == case.id, DEADLINES.c.key == deadline.key)
    tx.execute(change.values(next_action_at=row["next_action_at"]))


def _mark(tx: Connection, case: Case, deadline: Deadline, this: Owed, now: datetime) -> None:
    row = {
        "case_id": case.id,
        "key": deadline.key,
        "due_on": deadline.due_on,
        "late": this.late,
        "at": now,
        "sequence": case.dossier.sequence,
    }
    rungs = [{**row, "rung": number, "passed": True} for number in this.passed]
    tx.execute(insert(RUNGS), [*rungs, {**row, "rung": this.climb, "passed": False}])


def _added(one: Swept, other: Swept) -> Swept:
    return Swept(*(getattr(one, name) + getattr(other, name) for name in Swept.__dataclass_fields__))

