"""Meetings: their log says what happened at each; the rows are its projection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select, update

from records import audit_log
from records.audit_log import AuditEntry
from records.cases import CASES
from records.database import insert_once
from records.meeting_tables import InterestRow, MeetingRow
from records.metadata import table_of
from states.entry import Actor
from states.errors import DAMAGED, DamagedRecord, NotFound, StaleVersion, StorageTrouble
from states.meetings import Body, Meeting, after
from states.next_step import advice

MEETINGS = table_of(MeetingRow)
INTERESTS = table_of(InterestRow)
LOG = "meetings"


def find(tx: Connection, number: int, *, seen: int | None = None, to_change: bool = False) -> Meeting:
    """One meeting. Raises NotFound, StaleVersion where it changed since it was `seen`, DamagedRecord."""
    wanted = select(MEETINGS.c.state).where(MEETINGS.c.id == number)
    state = tx.execute(wanted.with_for_update() if to_change else wanted).scalar_one_or_none()
    if state is None:
        raise no_such_meeting(number)
    found = _read(tx, number, state)
    if seen is not None and seen != found.version:
        raise StaleVersion("Somebody else wrote about this meeting after you opened the page: look at it again.")
    return found


def every(tx: Connection, body: Body | None = None) -> tuple[Meeting, ...]:
    """The meetings (of one body), the newest first."""
    wanted = select(MEETINGS.c.id, MEETINGS.c.state).order_by(MEETINGS.c.held_on.desc(), MEETINGS.c.id.desc())
    if body is not None:
        wanted = wanted.where(MEETINGS.c.body == body)
    return tuple(_read(tx, row.id, row.state) for row in tx.execute(wanted).all())


def hold(tx: Connection) -> None:
    """Lock the meetings against other writers until this transaction ends, so that none is called twice."""
    audit_log.hold(tx, LOG)


def no_such_meeting(number: int) -> NotFound:
    """The refusal for a meeting that does not exist or is hidden from whoever asks."""
    return NotFound(f"There is no meeting {number}.", advice=advice("{} shows those there are.", "meeting list"))


def call(tx: Connection, said: Mapping[str, Any], by: Actor, now: datetime) -> Meeting:
    """Enter a meeting; it is given a number."""
    empty = {"body": said["body"], "held_on": date.fromisoformat(said["on"]), "status": "draft", "state": "{}"}
    key = tx.execute(insert(MEETINGS).values(**empty)).inserted_primary_key
    assert key is not None
    return _kept(tx, None, audit_log.append(tx, LOG, str(key[0]), "called", by, now, data=said))


def record(
    tx: Connection, meeting: Meeting, kind: str, by: Actor, now: datetime, said: Mapping[str, Any], reason: str = ""
) -> Meeting:
    """Put on record what happened to a meeting (`kind`), and keep the meeting as it now is."""
    entry = audit_log.append(tx, LOG, str(meeting.number), kind, by, now, reason=reason, data=said)
    return _kept(tx, meeting, entry)


def _kept(tx: Connection, before: Meeting | None, entry: AuditEntry) -> Meeting:
    made = _next(before, entry)
    row = {"body": made.body, "held_on": made.on, "status": made.status, "state": state_of(made)}
    tx.execute(update(MEETINGS).where(MEETINGS.c.id == made.number).values(**row))
    return made


def shut(tx: Connection, meeting: Meeting, ref: str, account: int) -> None:
    """Shut the papers of a case to an account that declared an interest in it."""
    case = tx.execute(select(CASES.c.id).where(CASES.c.ref == ref)).scalar_one()
    insert_once(tx, INTERESTS, {"case_id": case, "account_id": account, "meeting_id": meeting.number})


def open_again(tx: Connection, ref: str, account: str) -> None:
    """Open the papers of a case again to an account, unless an interest of theirs in another item about it stands."""
    if any(one.ref == ref and account in one.away for meeting in every(tx) for one in meeting.items):
        return
    case = select(CASES.c.id).where(CASES.c.ref == ref).scalar_subquery()
    tx.execute(delete(INTERESTS).where(INTERESTS.c.case_id == case, INTERESTS.c.account_id == int(account)))


def shut_now(tx: Connection) -> set[tuple[str, str]]:
    """Which papers are shut to which accounts: references of cases, and numbers."""
    wanted = select(CASES.c.ref, INTERESTS.c.account_id).join(CASES, CASES.c.id == INTERESTS.c.case_id)
    return {(row.ref, str(row.account_id)) for row in tx.execute(wanted)}


def kept(tx: Connection) -> dict[int, dict[str, Any]]:
    """The rows of the meetings as they are kept, by number."""
    return {row["id"]: dict(row) for row in tx.execute(select(MEETINGS)).mappings()}


def replayed(tx: Connection) -> dict[int, Meeting]:
    """Every meeting, replayed from its log. Raises one of DAMAGED for entries that cannot be replayed."""
    found: dict[int, Meeting] = {}
    for entry in audit_log.entries(tx, LOG):
        number = int(entry.subject)
        found[number] = _next(found.get(number), entry)
    return found


def state_of(meeting: Meeting) -> str:
    """A meeting as it is kept: always the same letters for the same meeting."""
    return meeting.model_dump_json(exclude_defaults=True)


def _next(meeting: Meeting | None, entry: AuditEntry) -> Meeting:
    said = {**entry.data, "reason": entry.reason}
    return after(meeting, int(entry.subject), entry.sequence, entry.kind, said, entry.happened_on)


def damaged(tx: Connection) -> list[int]:
    """The numbers of the meetings whose row cannot be read as it stands."""
    return [row.id for row in tx.execute(select(MEETINGS.c.id, MEETINGS.c.state)) if _in_row(row.state) is None]


def _in_row(state: str) -> Meeting | None:
    try:
        return Meeting.model_validate_json(state)
    except ValidationError:
        return None


def _read(tx: Connection, number: int, state: str) -> Meeting:
    """A meeting from its row, or from its log where that is damaged."""
    return _in_row(state) or _from_log(tx, number)


def _from_log(tx: Connection, number: int) -> Meeting:
    found: Meeting | None = None
    try:
        for entry in audit_log.entries(tx, LOG, subject=str(number)):
            found = _next(found, entry)
    except StorageTrouble:
        raise
    except DAMAGED:
        found = None
    if found is None:
        raise DamagedRecord(f"Meeting {number} cannot be read: its row is damaged.")
    return found
