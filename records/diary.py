"""The dates owed on a case, as rows the sweep can find: an indexed instant at which each must be looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from records.case_tables import DeadlineRow
from records.hot_statements import Hot
from records.metadata import table_of
from states.calendars import Calendar
from states.dossier import Deadline, Dossier
from states.escalation import next_action
from states.procedure import Procedure

DEADLINES = table_of(DeadlineRow)
ADD = Hot(insert(DEADLINES), *DEADLINES.c.keys())
CHANGE = Hot(
    update(DEADLINES)
    .where(DEADLINES.c.case_id == bindparam("of_case"), DEADLINES.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in ("agency", "status", "due_on", "next_action_at")})
)


def turn_to(
    tx: Connection,
    case_id: int,
    procedure: Procedure,
    calendars: Mapping[str, Calendar],
    before: Dossier,
    after: Dossier,
    now: datetime,
) -> None:
    """Write the dates that differ between two versions of a case; the others are left alone."""
    shifted = (before.pauses, before.calendars, before.digest) != (after.pauses, after.calendars, after.digest)
    if after.deadlines is before.deadlines and not shifted:
        return
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for key, deadline in after.deadlines.items():
        known = before.deadlines.get(key)
        if known is deadline and not (shifted and deadline.open):
            continue
        row = row_of(case_id, procedure, calendars, after, deadline, now)
        (fresh if known is None else changed).append(row)
    ADD.run_each(tx, fresh)
    CHANGE.run_each(tx, [{**row, "of_case": row["case_id"], "of_key": row["key"]} for row in changed])


def write_anew(
    tx: Connection,
    case_id: int,
    procedure: Procedure,
    calendars: Mapping[str, Calendar],
    dossier: Dossier,
    now: datetime,
) -> bool:
    """Rewrite every date of a case from its history; returns whether the rows differed."""
    mine = DEADLINES.c.case_id == case_id
    wanted = [row_of(case_id, procedure, calendars, dossier, one, now) for one in dossier.deadlines.values()]
    before = {row["key"]: dict(row) for row in tx.execute(select(DEADLINES).where(mine)).mappings()}
    tx.execute(delete(DEADLINES).where(mine))
    ADD.run_each(tx, wanted)
    told = ("timescale", "agency", "status", "due_on")
    return before.keys() != {row["key"] for row in wanted} or any(
        before[row["key"]][name] != row[name] for row in wanted for name in told
    )


def row_of(
    case_id: int,
    procedure: Procedure,
    calendars: Mapping[str, Calendar],
    dossier: Dossier,
    deadline: Deadline,
    now: datetime,
) -> dict[str, Any]:
    """A date as its row: what it is, whether it runs, when it is due, and when the sweep must look at it (UTC)."""
    rule = procedure.timescales.get(deadline.timescale)
    ladder = procedure.ladders.get(rule.ladder) if rule is not None and rule.ladder else None
    wake = None
    if ladder is not None and deadline.status == "running":
        calendar = calendars[ladder.calendar or procedure.calendar]
        wake = next_action(dossier, deadline, ladder, calendar, now)
    return {
        "case_id": case_id,
        "key": deadline.key,
        "timescale": deadline.timescale,
        "agency": deadline.agency,
        "status": deadline.row_status,
        "due_on": deadline.due_on,
        "next_action_at": wake,
    }
