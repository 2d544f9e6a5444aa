"""Withdraws messages drafted for somebody's yes that are no longer wanted, with the reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError

from records import bulk_reading, cases, outbox
from records.cases import CASES, Case
from records.database import reading, transaction
from records.metadata import stands
from records.outbox import MESSAGES, Owing, task_id
from states.chase_grounds import lost_ground
from states.entry import CAIRN, Entry
from states.errors import DAMAGED, StaleVersion, StorageTrouble
from states.moments import local_day
from workflows.messages.quarantine import quarantine

IN_DOUBT = (
    select(MESSAGES.c.case_id)
    .join(CASES, CASES.c.id == MESSAGES.c.case_id)
    .where(stands(MESSAGES.c.status, "held"))
    .where(or_(CASES.c.sequence > MESSAGES.c.sequence, MESSAGES.c.confirm_by <= bindparam("now")))
    .order_by(MESSAGES.c.confirm_by, MESSAGES.c.case_id)
)
"""The cases with a draft on which something happened since it was drafted, or which is about to go by itself."""


NO_YES_WANTED = "Nobody need say yes any more: the draft was withdrawn."


def why_unwanted(case: Case, draft: RowMapping, now: datetime) -> str:
    """Why a drafted message is not wanted any more, as a sentence; "" while it is."""
    return lost_ground(case.dossier, draft["deadline_key"], draft["deadline_due_on"], draft["created_at"], now)


def withdraw_unwanted(engine: Engine, now: datetime) -> int:
    """Withdraw every draft about a date that was met, moved, held or promised meanwhile; how many. One case at a time.

    Its task is done, and its rung counts as not climbed: the ladder drafts it again if it is due again.
    """
    with reading(engine) as tx:
        waiting = dict.fromkeys(tx.execute(IN_DOUBT, {"now": now}).scalars())
    withdrawn = 0
    for case_id in waiting:
        try:
            with transaction(engine) as tx:
                withdrawn += withdraw_drafts(tx, cases.find_by_id(tx, case_id), now)[1]
        except (IntegrityError, StaleVersion):  # somebody else is at this case: the next sweep looks again
            continue
        except StorageTrouble:
            raise
        except DAMAGED as trouble:
            with transaction(engine) as tx:
                quarantine(tx, case_id, "a draft cannot be judged", trouble, now)
    return withdrawn


def withdraw_drafts(tx: Connection, case: Case, now: datetime) -> tuple[Case, int]:
    """Withdraw the drafts of one case that are not wanted any more; gives the case as it then stands, and how many."""
    drafts: dict[int, list[RowMapping]] = {}
    for row in outbox.held_for(tx, case.id):
        drafts.setdefault(row["sequence"], []).append(row)
    withdrawn = 0
    for rows in drafts.values():
        why = why_unwanted(case, rows[0], now)
        if why:
            case = cases.record(tx, case, _entry(tx, case, rows, why, now), now)
            withdrawn += outbox.decide(tx, [row["id"] for row in rows], "withdrawn", now, why)
            _close_task(tx, case, rows[0], now)
    return case, withdrawn


def _entry(tx: Connection, case: Case, rows: list[RowMapping], why: str, now: datetime) -> Entry:
    first, rungs = rows[0], bulk_reading.RUNGS.c
    climbed = select(rungs.rung).where(
        rungs.case_id == case.id, rungs.key == first["deadline_key"], rungs.sequence == first["sequence"]
    )
    data = {
        "key": first["deadline_key"],
        "due_on": first["deadline_due_on"].isoformat(),
        "rung": tx.execute(climbed.where(rungs.passed.is_(False))).scalar_one(),
        "messages": [row["id"] for row in rows],
        "kinds": sorted({row["kind"] for row in rows}),
    }
    moment = {"happened_on": local_day(now, case.procedure.time_zone), "happened_at": now, "recorded_at": now}
    return Entry(kind="withdrawn", actor=CAIRN, reason=why, data=data, **moment)


def _close_task(tx: Connection, case: Case, draft: RowMapping, now: datetime) -> None:
    """Nobody need say yes any more, nor be told that somebody must."""
    owing = Owing(case.id, case.ref, draft["sequence"], "confirm", {}, draft["deadline_key"])
    outbox.settle(tx, task_id(owing, "confirm", draft["confirm_role"]), CAIRN.name, now)
    letter = update(MESSAGES).where(
        MESSAGES.c.case_id == case.id,
        MESSAGES.c.sequence == draft["sequence"],
        MESSAGES.c.kind == "task",
        MESSAGES.c.status == "owed",
        MESSAGES.c.facts.contains('"confirm_role"'),
    )
    tx.execute(letter.values(status="overtaken", reason=NO_YES_WANTED))
