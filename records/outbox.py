"""The transactional outbox: a message is written in the transaction that owes it, one row a recipient and channel."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, false, or_, select, update

from records.contacts import Reach
from records.database import insert_all_once, insert_once
from records.hot_statements import Hot, each_of, one_of
from records.metadata import table_of
from records.post_tables import MailRow, MessageRow, Task
from states.calendars import Calendar
from states.moments import UNITED_KINGDOM, local_day, local_moment

MESSAGES = table_of(MessageRow)
TASKS = table_of(Task)
MAILS = table_of(MailRow)
OPEN = select(TASKS.c.id, TASKS.c.facts).where(TASKS.c.done_at.is_(None)).order_by(TASKS.c.created_at, TASKS.c.id)
SAY = Hot(update(TASKS).where(TASKS.c.id == bindparam("of_task")).values(facts=bindparam("said")))


class Owing(NamedTuple):
    """Why a message is owed: the case and entry, the date it is about (if any), and who must say yes first (if anyone).

    `beside` keeps apart two messages of one kind that one entry owes to the same person. `agency` and `place` say whose
    place it is owed to: the first or senior contact of an agency, or a role of the committee; who stands there is
    looked up again when it leaves. Empty for what is for one person alone, such as the day's list.
    """

    case_id: int | None
    ref: str
    sequence: int
    kind: str
    facts: Mapping[str, Any]
    deadline_key: str = ""
    deadline_due_on: date | None = None
    confirm_role: str = ""
    confirm_by: datetime | None = None
    beside: str = ""
    agency: str = ""
    place: str = ""
    zone: str = UNITED_KINGDOM
    """In which time zone the working hours are of whoever it is owed to."""


written = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
"""Facts as they are kept: always the same letters for the same facts."""

Letter = dict[str, Any]
"""A message as its row."""


def letters(
    owing: Owing, to: Reach, calendar: Calendar, now: datetime, channels: Container[str] | None = None
) -> list[Letter]:
    """What is owed to one contact: a message on each of their channels (of those asked for), in their working hours."""
    facts = written(owing.facts)
    after = in_hours(now, to.hours, calendar, owing.zone)
    same = (owing.ref, owing.sequence, owing.kind, owing.deadline_key, owing.beside, to.id)
    return [
        {
            "id": _identity(*same, channel),
            "case_id": owing.case_id,
            "sequence": owing.sequence,
            "kind": owing.kind,
            "facts": facts,
            "contact_id": to.id,
            "channel": channel,
            "status": "held" if owing.confirm_role else "owed",
            "created_at": now,
            "deliver_after": after,
            "deadline_key": owing.deadline_key,
            "deadline_due_on": owing.deadline_due_on,
            "confirm_role": owing.confirm_role,
            "confirm_by": owing.confirm_by,
            "agency": owing.agency,
            "place": owing.place,
            "gathered": "",
            "reason": "",
        }
        for channel in to.channels
        if channels is None or channel in channels
    ]


def owe(tx: Connection, owed: list[Letter]) -> int:
    """Owe messages; how many were given. A message already owed is not owed twice."""
    insert_all_once(tx, MESSAGES, owed)
    return len(owed)


def owe_once(tx: Connection, owed: list[Letter]) -> int:
    """Owe messages of a day or an occasion that has them once, however often it is looked at; how many were given.

    One that is there already stays as it is: SQLite refuses a sent one that is merely offered again.
    """
    there = select(MESSAGES.c.id).where(MESSAGES.c.id.in_([one["id"] for one in owed]))
    known = set(tx.execute(there).scalars())
    owe(tx, [one for one in owed if one["id"] not in known])
    return len(owed)


def ask(tx: Connection, owing: Owing, kind: str, role: str, now: datetime) -> str | None:
    """Leave a task for a person, for what the system cannot do by itself.

    Returns its number, None when it was there already.
    """
    identity = task_id(owing, kind, role)
    row = {
        "id": identity,
        "case_id": owing.case_id,
        "kind": kind,
        "role": role,
        "facts": written(owing.facts),
        "created_at": now,
    }
    return identity if insert_once(tx, TASKS, {**row, "done_by": "", "did": ""}) else None


def need_not_wait(tx: Connection, case_id: int, sequence: int, agency: str, now: datetime) -> None:
    """Release what an entry owes an agency now, instead of in a later note: somebody is waiting for it."""
    mine = (MESSAGES.c.case_id == case_id, MESSAGES.c.sequence == sequence, MESSAGES.c.agency == agency)
    owed = update(MESSAGES).where(*mine, MESSAGES.c.status == "owed", MESSAGES.c.gathered != "")
    tx.execute(owed.values(gathered="", deliver_after=now))


def task_id(owing: Owing, kind: str, role: str) -> str:
    """The identity of a task: the same for the same thing asked of the same role."""
    return _identity(owing.ref, owing.sequence, kind, owing.deadline_key, owing.kind, owing.beside, role)


def settle(tx: Connection, task_id: str, by: str, now: datetime, did: str = "") -> bool:
    """Mark a task as seen to, with what was done; False when it is not there or was seen to before."""
    mine = update(TASKS).where(TASKS.c.id == task_id, TASKS.c.done_at.is_(None))
    return tx.execute(mine.values(done_at=now, done_by=by, did=did)).rowcount == 1


def say(tx: Connection, task_id: str, facts: Mapping[str, Any]) -> None:
    """Update what a task says."""
    SAY.run(tx, {"of_task": task_id, "said": written(facts)})


def open_tasks(tx: Connection, *kinds: str, case_id: int | None = None) -> dict[str, dict[str, Any]]:
    """The open tasks of these kinds (of one case), oldest first: number and facts; none that cannot be read.

    One that cannot be read stays open until a person has seen to it, and keeps no round and no other task waiting.
    """
    of_case = {} if case_id is None else {"of_case": case_id}
    found = _open(len(kinds), of_case=bool(of_case)).rows(tx, {**each_of("kind", kinds), **of_case})
    return {number: facts for number, kept in found if (facts := facts_in(kept))}


@cache
def _open(kinds: int, *, of_case: bool) -> Hot:
    wanted = OPEN.where(one_of(TASKS.c.kind, "kind", kinds))
    return Hot(wanted.where(TASKS.c.case_id == bindparam("of_case")) if of_case else wanted)


def facts_in(kept: str) -> dict[str, Any]:
    """What a task says, from its row; empty where that is damaged."""
    try:
        facts = json.loads(kept)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) and isinstance(facts.get("problem", ""), str) else {}


def unreadable_tasks(tx: Connection) -> list[str]:
    """The numbers of the open tasks that cannot be read, the oldest first."""
    wanted = select(TASKS.c.id, TASKS.c.facts).where(TASKS.c.done_at.is_(None))
    return [row.id for row in tx.execute(wanted.order_by(TASKS.c.created_at, TASKS.c.id)) if not facts_in(row.facts)]


def task(tx: Connection, task_id: str) -> RowMapping:
    """One task by its number."""
    return tx.execute(select(TASKS).where(TASKS.c.id == task_id)).mappings().one()


def called(tx: Connection, beginning: str) -> list[RowMapping]:
    """The messages whose number begins like this, or that are in the letter of that Message-ID."""
    letter = select(MAILS.c.id).where(MAILS.c.message_id == beginning)
    named = MESSAGES.c.id.startswith(beginning, autoescape=True) if beginning else false()
    wanted = select(MESSAGES).where(or_(named, MESSAGES.c.mail_id.in_(letter)))
    return list(tx.execute(wanted.order_by(MESSAGES.c.id)).mappings())


def facts_of(tx: Connection, task_id: str) -> dict[str, Any]:
    """What a task says; empty where that is damaged."""
    return facts_in(tx.execute(select(TASKS.c.facts).where(TASKS.c.id == task_id)).scalar_one())


def case_of(tx: Connection, task_id: str) -> int | None:
    """The number of the case a task is about; None where it is about none, or several."""
    return tx.execute(select(TASKS.c.case_id).where(TASKS.c.id == task_id)).scalar_one()  # type: ignore[no-any-return]


def about_task(tx: Connection, problem: str, case_id: int | None, reason: str) -> None:
    """Take back unsent letters about a task that need not be told any more."""
    letter = update(MESSAGES).where(
        MESSAGES.c.case_id == case_id if case_id is not None else MESSAGES.c.case_id.is_(None),
        MESSAGES.c.kind == "task",
        MESSAGES.c.status == "owed",
        MESSAGES.c.facts.contains(written({"problem": problem})[1:-1], autoescape=True),
    )
    tx.execute(letter.values(status="overtaken", reason=reason))


def held_for(tx: Connection, case_id: int) -> list[RowMapping]:
    """The messages of a case that wait for somebody's yes."""
    wanted = select(MESSAGES).where(MESSAGES.c.case_id == case_id, MESSAGES.c.status == "held")
    return list(tx.execute(wanted.order_by(MESSAGES.c.created_at, MESSAGES.c.id)).mappings())


def decide(tx: Connection, message_ids: list[str], status: str, after: datetime, reason: str = "") -> int:
    """Let held messages go (`owed`, from `after` on) or keep them back, with the reason; how many were still held."""
    change = update(MESSAGES).where(MESSAGES.c.id.in_(message_ids), MESSAGES.c.status == "held")
    return tx.execute(change.values(status=status, deliver_after=after, reason=reason)).rowcount


def in_hours(now: datetime, hours: str, calendar: Calendar, zone: str = UNITED_KINGDOM) -> datetime:
    """The first instant, from `now` on, in somebody's working hours where they are (UTC).

    What is owed is not changed by it, only when it is delivered.
    """
    start, _, end = hours.partition("-")
    day = local_day(now, zone)
    while True:
        if calendar.is_working(day):
            opens = local_moment(day, start, zone)
            closes = local_moment(day, end if end != "24:00" else "23:59", zone)
            if now <= closes:
                return max(now, opens)
        day = date.fromordinal(day.toordinal() + 1)


def _identity(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:40]
