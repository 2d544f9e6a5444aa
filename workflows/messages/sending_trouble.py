"""Trouble with the sender, settings or content: letters wait, and whoever runs the system is told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, select

from config.settings import calendar
from records import contacts, outbox
from records.database import reading, transaction
from records.mails import ATTEMPTS, MAILS
from records.metadata import stands
from records.outbox import Owing
from states.entry import CAIRN
from states.moments import local_day
from states.words import full_weekday, many

KIND = "sending"
"""The kind of a task that says so: one open at a time for each way that letters go."""

RELAY, WORDING = "the mail relay", "the wordings"

PATIENCE = timedelta(hours=1)
"""How long something may go wrong for now, such as a server that restarts, before anybody is told."""

EASED = "What waited has gone."

HELD = (
    select(MAILS.c.trouble, MAILS.c.channel, MAILS.c.created_at, ATTEMPTS.c.outcome, ATTEMPTS.c.detail)
    .join(ATTEMPTS, (ATTEMPTS.c.mail_id == MAILS.c.id) & (ATTEMPTS.c.number == MAILS.c.attempts))
    .where(stands(MAILS.c.status, "waiting"), MAILS.c.trouble.in_(("relay", "channel")))
    .order_by(MAILS.c.created_at, MAILS.c.id)
)
"""The letters that wait because of something that is no fault of their reader, with what was said last."""


def tell_of(
    tx: Connection, way: str, problem: str, said: str, roles: Sequence[str], now: datetime, *, since: datetime
) -> bool:
    """Leave one task for whoever runs the system, and write to them once; False where one is open already."""
    if any(facts["way"] == way for facts in outbox.open_tasks(tx, KIND).values()):
        return False
    role = roles[0] if roles else "lead_officer"
    facts = {"problem": problem, "way": way, "outcome": said, "since": full_weekday(local_day(since))}
    owing = Owing(None, f"sending {way}", 0, KIND, facts, beside=now.isoformat())
    task = outbox.ask(tx, owing, KIND, role, now)
    reachable = contacts.reachable(tx, local_day(now))
    told = {one.id: one for one in map(reachable.in_role, roles) if one}.values()
    letter = {name: facts[name] for name in ("problem", "outcome", "since")}
    for reach in told if task else ():
        plain = Owing(None, f"sending {way}", 0, "task", letter, beside=task or "", place=reach.role)
        outbox.owe(tx, outbox.letters(plain, reach, calendar(reach.calendar), now))
    return task is not None


def look(engine: Engine, roles: Sequence[str], now: datetime) -> None:
    """Tell of each way by which letters cannot go, and settle what was told of a way by which they go again."""
    with reading(engine) as tx:
        held, told = _by_way(list(tx.execute(HELD).mappings())), outbox.open_tasks(tx, KIND)
    over = {task: facts for task, facts in told.items() if facts["way"] not in {*held, WORDING}}
    if not held and not over:
        return
    with transaction(engine) as tx:
        for way, waiting in held.items():
            _tell(tx, way, waiting, roles, now)
        for task, facts in over.items():
            outbox.settle(tx, task, CAIRN.name, now, EASED)
            outbox.about_task(tx, facts["problem"], None, EASED)


def _by_way(held: Sequence[RowMapping]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = defaultdict(list)
    for one in held:
        found[RELAY if one["trouble"] == "relay" else f"the channel {one['channel']}"].append(one)
    return found


def _tell(tx: Connection, way: str, waiting: Sequence[RowMapping], roles: Sequence[str], now: datetime) -> None:
    worst = next((one for one in waiting if one["outcome"] == "refused"), waiting[0])
    if worst["outcome"] == "refused" or worst["created_at"] <= now - PATIENCE:
        problem = f"{len(waiting)} {many('letter', len(waiting))} cannot go by {way}, through no fault of the readers"
        tell_of(tx, way, problem, worst["detail"], roles, now, since=worst["created_at"])
