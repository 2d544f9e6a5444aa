"""Verifies meetings against their log, closed papers, and the decisions in the cases' histories."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from records import audit_log, meetings
from records.audit_log import AuditEntry
from records.cases import CASES
from records.history import HISTORY
from states.errors import DAMAGED, StorageTrouble
from states.meetings import Meeting
from workflows.verification.replay import Discrepancy


def meeting_faults(tx: Connection) -> Iterator[Discrepancy]:
    """Every place where the meetings do not add up; that an entry is as it was sealed is looked at elsewhere."""
    try:
        entries, replayed = audit_log.entries(tx, meetings.LOG), meetings.replayed(tx)
    except StorageTrouble:
        raise
    except DAMAGED:
        yield Discrepancy("", 0, "the meetings log does not add up to meetings")
        return
    yield from _rows(tx, replayed)
    yield from _shut(tx, replayed)
    yield from _decisions(tx, entries)


def _rows(tx: Connection, replayed: dict[int, Meeting]) -> Iterator[Discrepancy]:
    kept = meetings.kept(tx)
    for number in sorted({*kept, *replayed}):
        row, meeting = kept.get(number), replayed.get(number)
        if meeting is None:
            yield Discrepancy("", 0, f"nobody is on record as having called meeting {number}")
        elif row is None:
            yield Discrepancy("", 0, f"meeting {number} is gone, which nobody is on record as having done")
        elif (row["body"], row["held_on"], row["status"], row["state"]) != _row(meeting):
            yield Discrepancy(
                "", meeting.version, f"meeting {number} is not as entry {meeting.version} of the log left it"
            )


def _row(meeting: Meeting) -> tuple[object, ...]:
    return (meeting.body, meeting.on, meeting.status, meetings.state_of(meeting))


def _shut(tx: Connection, replayed: dict[int, Meeting]) -> Iterator[Discrepancy]:
    items = (item for meeting in replayed.values() for item in meeting.items if item.ref)
    said = {(item.ref, who) for item in items for who in item.away if who.isdecimal()}
    kept = meetings.shut_now(tx)
    for ref, who in sorted(said ^ kept):
        what = "is not shut, which the meetings log says it is" if (ref, who) in said else "is shut by nobody on record"
        yield Discrepancy(ref, 0, f"reading it by account {who} {what}")


def _decisions(tx: Connection, entries: tuple[AuditEntry, ...]) -> Iterator[Discrepancy]:
    wanted = select(CASES.c.ref, HISTORY.c.sequence).join(CASES, CASES.c.id == HISTORY.c.case_id)
    for one in entries:
        if one.kind == "decided":
            ref, number = one.data["ref"], one.data["entry"]
            if tx.execute(wanted.where(CASES.c.ref == ref, HISTORY.c.sequence == number)).first() is None:
                yield Discrepancy(
                    ref, number, f"entry {one.sequence} of the meetings log names it as decided: it is missing"
                )
