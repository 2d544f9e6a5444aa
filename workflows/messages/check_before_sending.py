"""The check before a message is sent: is it still true, and who fills its role today."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, RowMapping, Select, select, update

from config.settings import calendar
from records import cases, contacts, mails, outbox
from records.cases import CASES
from records.contacts import Reach, ReachableContacts
from records.database import reading, transaction
from records.letter_links import CODE_FOR
from records.mails import OWED_NOW
from records.outbox import MESSAGES, in_hours
from records.role_holders import standing_at
from states.chase_grounds import lost_ground
from states.errors import DAMAGED, StorageTrouble
from states.moments import UNITED_KINGDOM, local_day
from states.still_true import followed, is_past
from states.words import long_day
from workflows.messages.refused import nobody_there

CHASING = frozenset(
    {"reminder", "due_today", "overdue", "silence", "escalation", "hold_review", "duty_due", "chase_outside"}
    | {"promise_broken", "promise_passed"}
)
"""Messages about a date: they are dropped when the date was met or moved before they could go."""

AHEAD = frozenset({"reminder", "due_today"})
"""Those about days that are still to come when they are written."""

LISTS = frozenset({"digest", "agency_digest"})
"""Messages that list what is open on a day."""

OLD_CODE = "The code is no longer good: another is sent where it is asked for."
NEWER = "A list of a later day goes to them."
ANOTHER = "Somebody else stands at this place now, and it goes to them."
GONE = "Whom it was for alone is written to no more."
OTHERWISE = "Whoever stands at this place now is written to in another way, and was."

OWED = select(MESSAGES, CASES.c.lead).join(CASES, CASES.c.id == MESSAGES.c.case_id, isouter=True).where(*OWED_NOW)


def why_overtaken(tx: Connection, row: RowMapping, now: datetime) -> str:
    """Why a message has lost its ground, or "": its date was met, moved, held or promised, or its day has gone by."""
    if row["kind"] in LISTS:
        return NEWER if tx.execute(_newer_list(row)).first() is not None else ""
    if row["kind"] == "one_time_code":
        return OLD_CODE if now - row["created_at"] >= CODE_FOR else ""
    if row["kind"] == "agenda":
        held_on = row["deadline_due_on"]
        return f"The meeting was on {long_day(held_on)}." if held_on and held_on < local_day(now) else ""
    if row["kind"] not in CHASING or not row["deadline_key"] or row["case_id"] is None:
        return ""
    case = cases.look(tx, row["case_id"])
    lost = lost_ground(case.dossier, row["deadline_key"], row["deadline_due_on"], row["created_at"], now)
    if lost or row["kind"] not in AHEAD:
        return lost
    deadline = case.dossier.deadlines[row["deadline_key"]]
    today = local_day(now, deadline.zone)
    return followed(case.procedure, case.calendars, deadline, row["kind"], row["place"], today)


def _newer_list(row: RowMapping) -> Select[int]:
    """A list of a later day that goes to the same reader: it says what is open, and the earlier one does no more."""
    same = (MESSAGES.c[name] == row[name] for name in ("kind", "contact_id", "channel"))
    alive = MESSAGES.c.status.in_(("owed", "posted", "sent"))
    return select(MESSAGES.c.id).where(*same, alive, MESSAGES.c.created_at > row["created_at"]).limit(1)


def look_up_places(engine: Engine, now: datetime) -> int:
    """Address what may leave at `now` (UTC) to whoever stands today at its place; how many reach nobody there."""
    with reading(engine) as tx:
        reachable, everybody = contacts.reachable(tx, local_day(now)), contacts.who(tx)
        owed = list(tx.execute(OWED, {"now": now}).mappings())
        misplaced = [row for row in owed if _is_misplaced(tx, reachable, everybody, row)]
    return sum(_isolated(engine, row, reachable, now) for row in misplaced)


def _isolated(engine: Engine, row: RowMapping, reachable: ReachableContacts, now: datetime) -> bool:
    try:
        with transaction(engine) as tx:
            still = tx.execute(OWED.where(MESSAGES.c.id == row["id"]), {"now": now}).mappings().first()
            return still is not None and _reaches_nobody(tx, still, reachable, now)
    except StorageTrouble:
        raise
    except DAMAGED:  # it stays owed, and is named where damage is looked for
        return False


def standing(tx: Connection, reachable: ReachableContacts, row: RowMapping) -> tuple[Reach, ...]:
    """Who stands today at the place a message is owed to."""
    return standing_at(tx, reachable, row["case_id"], (row["agency"], row["place"]), row["lead"] or "")


def _is_misplaced(tx: Connection, reachable: ReachableContacts, everybody: Mapping[int, bool], row: RowMapping) -> bool:
    if not row["place"]:
        return not everybody.get(row["contact_id"], False)
    found = standing(tx, reachable, row)
    return not any(one.id == row["contact_id"] and row["channel"] in one.channels for one in found)


def _reaches_nobody(tx: Connection, row: RowMapping, reachable: ReachableContacts, now: datetime) -> bool:
    """Address a message anew; whether there is nobody to address it to."""
    holders = standing(tx, reachable, row) if row["place"] else ()
    if not row["place"]:
        mails.set_aside(tx, [row], "overtaken", GONE)
    elif not holders:
        nobody_there(tx, row, now)
    else:
        _to(tx, row, holders, now)
    return bool(row["place"]) and not holders


def _to(tx: Connection, row: RowMapping, holders: Sequence[Reach], now: datetime) -> None:
    """By the same channel where they have it, or by one by which nothing of it goes to them yet.

    Where several stand there, to the one it was for, or to one to whom nothing of it goes yet.
    """
    beside = list(tx.execute(select(MESSAGES.c.contact_id, MESSAGES.c.channel).where(*_beside(row))))
    told = {one.contact_id for one in beside} if len(holders) > 1 else set()
    at_first = [one for one in holders if one.id == row["contact_id"]]
    found = next(iter(at_first or [one for one in holders if one.id not in told]), None)
    free = _free(row, found, beside, alone=len(holders) == 1) if found else []
    if found is None or not free:
        mails.set_aside(tx, [row], "overtaken", OTHERWISE)
        return
    after = in_hours(now, found.hours, calendar(found.calendar), _zone(tx, row))
    change = {"contact_id": found.id, "channel": free[0], "deliver_after": after}
    tx.execute(update(MESSAGES).where(MESSAGES.c.id == row["id"]).values(**change))


def _zone(tx: Connection, row: RowMapping) -> str:
    """The time zone in which the working hours are of whoever a message is for."""
    if row["case_id"] is None:
        return UNITED_KINGDOM
    return cases.look(tx, row["case_id"]).procedure.zone_at(row["agency"])


def _free(row: RowMapping, found: Reach, beside: Sequence[Row[Any, Any]], *, alone: bool) -> list[str]:
    """The channels by which nothing of a message goes there yet, its own before the others."""
    taken = {one.channel for one in beside if alone or one.contact_id == found.id}
    return [one for one in (row["channel"], *found.channels) if one in found.channels and one not in taken]


def _beside(row: RowMapping) -> tuple[Any, ...]:
    """The other messages that carry the same thing to the same place."""
    same = ("case_id", "sequence", "kind", "deadline_key", "agency", "place")
    alive = MESSAGES.c.status.in_(("owed", "posted", "sent"))
    return (*(MESSAGES.c[name] == row[name] for name in same), alive, MESSAGES.c.id != row["id"])


def take_back(engine: Engine, now: datetime) -> int:
    """Take back letters that wait to be tried again and are no longer right; how many of their messages are not sent.

    One that says what has lost its ground, or is addressed to whoever stands there no more. What is still true goes in
    another letter. A letter that a server may have is never taken back.
    """
    with reading(engine) as tx:
        waiting, reachable = mails.retried(tx, now), contacts.reachable(tx, local_day(now))
    return sum(_looked_over(engine, mail, reachable, now) for mail in waiting)


def _looked_over(engine: Engine, mail: RowMapping, reachable: ReachableContacts, now: datetime) -> int:
    try:
        with transaction(engine) as tx:
            rows = _in_letter(tx, mail["id"])
            stale = {row["id"]: why for row in rows if (why := why_overtaken(tx, row, now) or _days_passed(row, now))}
            if (stale or any(_has_moved(tx, reachable, row) for row in rows)) and mails.take_back(tx, mail["id"], now):
                for row in rows:
                    mails.set_aside(tx, [row], "overtaken", stale.get(row["id"], ANOTHER))
                outbox.owe(tx, [_anew(row) for row in rows if row["id"] not in stale])
            return len(stale)
    except StorageTrouble:
        raise
    except DAMAGED:
        return 0


def _in_letter(tx: Connection, mail_id: str) -> Sequence[RowMapping]:
    joined = select(MESSAGES, CASES.c.lead).join(CASES, CASES.c.id == MESSAGES.c.case_id, isouter=True)
    return tx.execute(joined.where(MESSAGES.c.mail_id == mail_id).order_by(MESSAGES.c.id)).mappings().all()


def _days_passed(row: RowMapping, now: datetime) -> str:
    due_on = row["deadline_due_on"]
    past = due_on is not None and is_past(row["kind"], due_on, local_day(now))
    return "Its day has come: what follows on the ladder says so." if past else ""


def _has_moved(tx: Connection, reachable: ReachableContacts, row: RowMapping) -> bool:
    holders = standing(tx, reachable, row) if row["place"] else ()
    return bool(holders) and all(one.id != row["contact_id"] for one in holders)


def _anew(row: RowMapping) -> dict[str, Any]:
    """The same message in a letter to come."""
    identity = hashlib.sha256(f"{row['id']}\nanew".encode()).hexdigest()[:40]
    kept = {name: row[name] for name in MESSAGES.c.keys() if name != "mail_id"}  # noqa: SIM118  columns, not a dict
    return {**kept, "id": identity, "status": "owed"}
