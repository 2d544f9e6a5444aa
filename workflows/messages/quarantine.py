"""A row that a round could not process: quarantined with one task, so that it holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from records import outbox
from records.case_rows import dossier_of
from records.cases import CASES
from records.outbox import Owing
from states.errors import DAMAGED, DamagedRecord, Refused
from states.moments import local_day
from states.words import full_weekday

KIND = "unreadable"
"""The kind of a task that says so: one open at a time for each damaged row."""


def quarantine(tx: Connection, case_id: int, problem: str, trouble: Exception, now: datetime, *, key: str = "") -> None:
    """Leave one task for what a round could not deal with; none more while it is open.

    A damaged row is one trouble, however many dates and messages stand on it.
    """
    ref = str(tx.execute(select(CASES.c.ref).where(CASES.c.id == case_id)).scalar_one())
    kind = "unclimbed" if isinstance(trouble, Refused) and not isinstance(trouble, DamagedRecord) else KIND
    problem = problem if kind == "unclimbed" else f"the row of {ref} cannot be read"
    known = outbox.open_tasks(tx, kind, case_id=case_id).values()
    if any(facts["problem"] == problem for facts in known):
        return
    said = str(trouble) if isinstance(trouble, Refused) else f"{type(trouble).__name__}: {str(trouble)[:80]}"
    facts = {"ref": ref, "problem": problem, "outcome": said, "since": full_weekday(local_day(now))}
    outbox.ask(tx, Owing(case_id, ref, 0, kind, facts, key, beside=now.isoformat()), kind, "lead_officer", now)


def damaged_cases(tx: Connection) -> Iterator[str]:
    """The references of the cases whose row cannot be read."""
    for row in tx.execute(select(CASES.c.ref, CASES.c.dossier, CASES.c.snapshot).order_by(CASES.c.id)).mappings():
        try:
            dossier_of(tx, row)
        except DAMAGED:
            yield str(row["ref"])
