"""Bounces and delivery reports: a letter that was accepted came back, is late, or has arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from notifications.delivery_status import DeliveryReport
from records import audit_log, cases, mails
from records.letter_log import seal_letter
from states.entry import CAIRN, Actor, Entry
from states.moments import local_day
from workflows.messages.refused import refused


def reported(tx: Connection, mail_id: str, report: DeliveryReport, now: datetime, *, forwarded: bool = False) -> str:
    """Record what a mail server reported of a letter; returns what became of it. The same twice is recorded once.

    A letter that failed leaves what was accepted, as if it had been refused at once: it counts against the address only
    when the report says that the address is of no use, and nobody forwarded the letter.
    """
    said = " ".join(filter(None, (report.code, report.words)))
    if report.kind != "failed":
        status = mails.remarked(tx, mail_id, report.kind, said, now)
        seal_letter(tx, mail_id, now)
        return status
    return came_back(tx, mail_id, said, CAIRN, now, counts=report.address_of_no_use and not forwarded)


def came_back(
    tx: Connection, mail_id: str, said: str, by: Actor, now: datetime, *, counts: bool, on: date | None = None
) -> str:
    """Record that an accepted letter came back after all; returns what became of it.

    What was in it is in a task until it is made good; a line in the history of each case says so. `counts`: the address
    is of no use, and is marked.
    """
    mail, rows = mails.called(tx, mail_id), mails.messages_in(tx, mail_id)
    if not mails.came_back(tx, mail, said, now):
        return str(mail["status"])
    about: dict[int, list[RowMapping]] = {}
    for row in rows:
        if row["case_id"] is not None:
            about.setdefault(row["case_id"], []).append(row)
    for case_id, of_case in sorted(about.items()):
        case = cases.find_by_id(tx, case_id)
        cases.record(
            tx, case, _entry(of_case, mail_id, said, by, now, on or local_day(now, case.procedure.time_zone)), now
        )
    if not about:
        audit_log.append(tx, "letters", mail_id, "bounced", by, now, on=on, reason=said)
    refused(tx, mail, rows, said, now, counts=counts)
    seal_letter(tx, mail_id, now)
    return "bounced"


def _entry(rows: Sequence[RowMapping], mail_id: str, said: str, by: Actor, now: datetime, on: date) -> Entry:
    data: Mapping[str, Any] = {
        "letter": mail_id,
        "messages": [row["id"] for row in rows],
        "kinds": sorted({row["kind"] for row in rows}),
        "agency": rows[0]["agency"],
        "place": rows[0]["place"],
    }
    return Entry(kind="bounced", actor=by, happened_on=on, recorded_at=now, reason=said, data=dict(data))
