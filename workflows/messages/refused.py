"""Records messages that could not be delivered (nobody at the place, or a mailbox that refused) in a task."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from config.settings import calendar
from records import cases, contacts, mails, outbox
from records.contacts import Reach
from records.outbox import Owing
from records.role_holders import reached
from states.moments import local_day
from states.words import full_weekday, in_a_sentence
from workflows.messages.owe import called
from workflows.messages.unreachable import Gap, LetterRefused, Unsent, note, note_refused

AGENDA_UNTOLD = "agenda_untold"
"""The kind of a task that says that an agenda reached nobody in a role: a person tells them, and says so."""

UNTOLD = "The agenda of the meeting {meeting} reached nobody as {who}: tell them, or enter somebody and send it again"


def nobody_there(tx: Connection, row: RowMapping, now: datetime) -> None:
    """A message whose place nobody holds when it should leave: it has failed, and is in a task until somebody does."""
    case = cases.look(tx, row["case_id"]) if row["case_id"] is not None else None
    mails.set_aside(tx, [row], "failed", "Nobody could be reached at its place when it should have left.")
    if row["kind"] == "agenda":
        _agenda_untold(tx, row, row["place"], now)
    if case is None or row["kind"] == "task":
        return
    lead = reached(contacts.reachable(tx, local_day(now)), "", "lead_officer", case.dossier.lead)
    unsent = Unsent(case, row["sequence"], row["kind"], case.dossier.deadlines.get(row["deadline_key"]))
    gap = Gap(row["agency"], row["place"], (), called(case, row["agency"], row["place"]))
    task, facts = note(tx, unsent, gap, now, to_tell=lead is not None)
    if facts and lead is not None:
        _write_to(tx, lead, case.id, task, facts, now)


def refused(
    tx: Connection, mail: RowMapping, rows: Sequence[RowMapping], said: str, now: datetime, *, counts: bool = True
) -> None:
    """A letter that a mailbox will never take: its address is marked, and the lead officer has one task about it.

    Where it does not count against the address, nobody is marked, and it goes again by somebody's word alone.
    """
    to = contacts.get(tx, mail["contact_id"])
    for row in rows:
        if row["kind"] == "agenda":
            _agenda_untold(tx, row, to.role, now)
    if counts:
        contacts.trouble(tx, to.id, now)
    task, facts = note_refused(tx, LetterRefused(to, mail["channel"], rows, said, by_hand=not counts), now)
    case_id = outbox.case_of(tx, task)
    named = cases.look(tx, case_id).dossier.lead if case_id is not None else ""
    lead = reached(contacts.reachable(tx, local_day(now)), "", "lead_officer", named)
    if facts and lead is not None and lead.id != to.id:
        _write_to(tx, lead, case_id, task, facts, now)


def untold(tx: Connection, body: str, on: date, role: str, now: datetime) -> None:
    """Leave a task for an agenda that reaches nobody in a role: no entry owes it, so it never goes again by itself."""
    who, meeting = role.replace("_", " "), f"of the {in_a_sentence(body)} on {full_weekday(on)}"
    facts = {"problem": UNTOLD.format(meeting=meeting, who=who), "place": role, "since": full_weekday(local_day(now))}
    owing = Owing(None, f"agenda {body} {on.isoformat()}", 0, AGENDA_UNTOLD, facts, beside=f"{role} {now.isoformat()}")
    known = outbox.open_tasks(tx, AGENDA_UNTOLD).values()
    if not any(one["problem"] == facts["problem"] for one in known):
        outbox.ask(tx, owing, AGENDA_UNTOLD, "lead_officer", now)


def _agenda_untold(tx: Connection, row: RowMapping, role: str, now: datetime) -> None:
    if row["deadline_due_on"] is not None:
        untold(tx, json.loads(row["facts"])["meeting"], row["deadline_due_on"], role, now)


def _write_to(
    tx: Connection, lead: Reach, case_id: int | None, task: str, facts: dict[str, Any], now: datetime
) -> None:
    beside = f"{task} {local_day(now).isoformat()}"
    owing = Owing(case_id, str(facts.get("ref", "")), 0, "task", facts, beside=beside, place="lead_officer")
    outbox.owe_once(tx, outbox.letters(owing, lead, calendar(lead.calendar), now))
