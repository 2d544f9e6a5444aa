"""The link in a letter: made good as the letter is handed over, and what it is about found from its message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping

from records import agencies, cases, contacts, history, letter_links, mails
from records.cases import Case
from records.database import transaction
from records.keys import MasterKey
from records.letter_links import subject_of
from states.dossier import Asked, Deadline
from states.entry import OF_A_REQUEST, OF_AN_ITEM, Entry
from workflows.messages.return_address import date_of
from workflows.views.forms import newest_asked

FRESH = "fresh_link"
"""The message that brings a new link, to the place the old one went to."""

CODE = "one_time_code"
"""The message that brings a code of six figures."""


def as_handed_over(engine: Engine, keys: MasterKey, mail: RowMapping, now: datetime) -> str:
    """The text of a letter as its reader gets it: always the same, with its links made good."""
    body: str = mail["body"]
    numbers = letter_links.numbers_in(body)
    if not numbers:
        return body
    with transaction(engine) as tx:
        inside = {row["id"]: row for row in mails.messages_in(tx, mail["id"])}
        for number in numbers:
            if number in inside:
                letter_links.make(tx, keys, number, about_message(tx, inside[number]), now)
    return letter_links.with_links(body, keys.link_word)


def about_message(tx: Connection, row: RowMapping) -> dict[str, Any]:
    """What the link of a message is for: which case, agency and contact, and what of it."""
    case, agency = cases.look(tx, row["case_id"]), contacts.get(tx, row["contact_id"]).agency
    known = {"case_id": case.id, "contact_id": row["contact_id"], "agency": agency, "purpose": row["kind"]}
    return {**known, "subject": subject_of_message(tx, case, row, agency)}


def subject_of_date(deadline: Deadline) -> str:
    """What the link of a letter about a date is for: its request, its item; empty where it belongs to neither."""
    return subject_of(deadline.about, deadline.subject) if deadline.about in {"request", "item"} else ""


def subject_of_message(tx: Connection, case: Case, row: RowMapping, agency: str) -> str:
    """The request or the item that a message is about; empty where it is about the case as a whole."""
    deadline = date_of(case, row, agency)
    if deadline is not None:
        return subject_of_date(deadline)
    entry = history.one(tx, case.id, row["sequence"])
    if entry is not None and entry.kind in OF_A_REQUEST and entry.data.get("id") in case.dossier.requests:
        return subject_of("request", entry.data["id"])
    if entry is not None and entry.kind in OF_AN_ITEM:
        return subject_of("item", entry.data["id"])
    asked: Asked | None = _asked_by(tx, case, entry, agency) or newest_asked(tx, case, agency)
    return asked.id if asked else ""


def _asked_by(tx: Connection, case: Case, entry: Entry | None, agency: str) -> Asked | None:
    """The request with which an entry asked an agency for something; None where it did not ask it."""
    if entry is None or entry.kind != "requested":
        return None
    register = agencies.read(tx)
    mine = (one["id"] for one in entry.data["asked"] if register.is_same(agency, one["agency"]))
    return case.dossier.requests.get(next(mine, ""))
