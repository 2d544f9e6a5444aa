"""Who is told of what: from an entry of the history, or a rung of a ladder, to messages owed.

Nobody is told of nothing, and a message that can reach nobody becomes a task for the lead officer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, outbox
from records.cases import Case
from records.contacts import Reach
from records.outbox import Owing
from states.deadlines import due_on
from states.dossier import Deadline
from states.entry import Entry
from states.limits import Limit
from states.moments import local_day
from states.timescales import Rung
from workflows.notices import PROMISE_BROKEN, case_facts, date_facts, notices, spoken

TO_WHO_OWES = {
    "reminder": "silence",
    "due_today": "silence",
    "overdue": "silence",
    PROMISE_BROKEN: "promise_passed",
}
"""Messages worded for the agency that owes an answer, and what the committee reads in their place."""


WORDS = {"owner": "Whoever owes this", "notifier": "Whoever notified the case", "agencies": "The agencies"}


@dataclass(frozen=True)
class About:
    """What a message is about: the case and the entry, and the request or date it concerns."""

    case: Case
    sequence: int
    agency: str = ""
    deadline: Deadline | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    confirm_role: str = ""
    confirm_by: datetime | None = None


def tell(tx: Connection, case: Case, entry: Entry, now: datetime) -> None:
    """Owe every message that an entry of the history gives rise to."""
    for notice, agency, facts in notices(case, entry):
        about = About(case, case.dossier.sequence, agency, facts=facts)
        for audience in notice.tell:
            owe(tx, about, notice.message, audience, now)


def tell_rung(
    tx: Connection, case: Case, deadline: Deadline, rung: Rung, facts: Mapping[str, Any], now: datetime
) -> None:
    """Owe the messages of a rung; where somebody must confirm, they are drafted and that person is asked."""
    about = About(
        case,
        case.dossier.sequence,
        deadline.agency,
        deadline,
        facts={**date_facts(case, deadline, local_day(now)), **facts, **_of_its_day(rung)},
        confirm_role=rung.confirm or "",
        confirm_by=_confirm_by(case, deadline, rung, now),
    )
    drafted = sum(owe(tx, about, rung.message, audience, now, rung.channels) for audience in rung.tell)
    if rung.confirm and drafted:
        _task(tx, about, "confirm", rung.confirm, _yes_wanted(about, rung), now)


def _of_its_day(rung: Rung) -> dict[str, Any]:
    """A draft may be read long after it was written: it counts no days to its own."""
    return {"days": None} if rung.confirm else {}


def _confirm_by(case: Case, deadline: Deadline, rung: Rung, now: datetime) -> datetime | None:
    """When a draft goes by itself: after so many days of its ladder, at the same time of day."""
    if rung.confirm is None or rung.confirm_within is None:
        return None
    ladder = case.procedure.ladders[case.procedure.timescales[deadline.timescale].ladder or ""]
    today, calendar = local_day(now), case.calendars[ladder.calendar or case.procedure.calendar]
    last = due_on(today, Limit(rung.confirm_within, ladder.unit), calendar)
    return now + ((last or today) - today)


def _yes_wanted(about: About, rung: Rung) -> dict[str, Any]:
    """What a task to say yes says: to whom the message would go, about whom, and when it goes by itself."""
    label_of = about.case.procedure.label_of
    places = ("The senior contact" if one == "agency_senior" else label_of("roles", one) for one in rung.tell)
    told = " and the ".join(place.removeprefix("The ").lower() for place in places)
    whose = f", on an answer from {about.agency}," if about.agency else ""
    return {
        "problem": f"a message to the {told}{whose} waits for your yes",
        "confirm_role": label_of("roles", about.confirm_role),
        "until": spoken(local_day(about.confirm_by)) if about.confirm_by else "",
        "due": "",
        "late": False,
        "passed": 0,
    }


def owe(
    tx: Connection, about: About, message: str, audience: str, now: datetime, channels: tuple[str, ...] = ()
) -> int:
    """Owe one message to everybody an audience stands for, on the channels asked for or on all they have; how many."""
    today, owed = local_day(now), 0
    put_to = {"confirm_role": about.case.procedure.label_of("roles", about.confirm_role)} if about.confirm_role else {}
    facts = {**case_facts(about.case), **about.facts, **put_to, "agency": about.agency}
    for agency, reach in recipients(tx, about, audience, today):
        kind = TO_WHO_OWES.get(message, message) if _only_to_know(about, reach) else message
        owing = _owing(about, kind, {**facts, **_proof(kind, audience), "agency": agency or about.agency})
        usable = [one for one in reach.channels if not channels or one in channels] if reach else []
        if reach is None or not usable:
            problem = f"{_audience_label(about.case, audience, agency)} cannot be reached"
            _task(tx, about, f"unreachable:{message}", "lead_officer", {"problem": problem, "agency": agency}, now)
            continue
        for channel in usable:
            outbox.owe(tx, owing, reach, channel, calendar(reach.calendar), now)
        owed += len(usable)
    return owed


def _proof(kind: str, audience: str) -> dict[str, Any]:
    """Whoever owes an answer is not shown how often they were asked; a senior contact, who is to help, is."""
    return {"evidence": []} if kind == PROMISE_BROKEN and audience != "agency_senior" else {}


def recipients(tx: Connection, about: About, audience: str, today: date) -> Iterable[tuple[str, Reach | None]]:
    """Who an audience is today.

    Pairs of agency (empty for the committee) and contact, None where nobody can be reached.
    """
    return [(agency, _reached(tx, about.case, agency, place, today)) for agency, place in addressees(about, audience)]


def addressees(about: About, audience: str) -> list[tuple[str, str]]:
    """Whom an audience stands for: pairs of agency and contact (`first`, `senior`), or no agency and a role."""
    agency = about.case.dossier.notifier if audience == "notifier" else about.agency
    if audience == "agencies":
        return [(one, "first") for one in about.case.dossier.agencies]
    if audience in {"agency_contact", "notifier"} or (audience == "owner" and _owned_by_agency(about)):
        return [(agency, "first")]
    if audience == "agency_senior":
        return [(agency, "senior")]
    return [("", _owner_role(about) if audience == "owner" else audience)]


def _reached(tx: Connection, case: Case, agency: str, place: str, today: date) -> Reach | None:
    if not agency:
        return _holder(tx, case, place, today)
    return contacts.of_agency(tx, agency, today) if place == "first" else contacts.senior_of(tx, agency, today)


def _holder(tx: Connection, case: Case, role: str, today: date) -> Reach | None:
    if role != "lead_officer":
        return contacts.in_role(tx, role, today)
    return contacts.in_role(tx, role, today, named=case.dossier.lead, otherwise="deputy_lead_officer")


def _only_to_know(about: About, reach: Reach | None) -> bool:
    return reach is not None and about.agency not in ("", reach.agency)


def _owned_by_agency(about: About) -> bool:
    return about.deadline is not None and bool(about.deadline.agency)


def _owner_role(about: About) -> str:
    assert about.deadline is not None
    owner = about.case.procedure.timescales[about.deadline.timescale].owner
    return "lead_officer" if owner == "agency" else owner


def _owing(about: About, message: str, facts: Mapping[str, Any]) -> Owing:
    deadline = about.deadline
    return Owing(
        about.case.id,
        about.case.ref,
        about.sequence,
        message,
        facts,
        deadline.key if deadline else "",
        deadline.due_on if deadline else None,
        about.confirm_role,
        about.confirm_by,
    )


def _task(tx: Connection, about: About, kind: str, role: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Leave a task, and tell the person it is for when they can be reached."""
    everything = {**case_facts(about.case), **about.facts, **facts}
    owing = replace(_owing(about, kind, everything), beside=str(facts.get("agency", "")))
    task = outbox.ask(tx, owing, kind.partition(":")[0], role, now)
    if task is None:
        return
    found = _holder(tx, about.case, role, local_day(now))
    plain = Owing(about.case.id, about.case.ref, about.sequence, "task", everything, beside=task)
    if found is None:
        return
    for channel in found.channels:
        outbox.owe(tx, plain, found, channel, calendar(found.calendar), now)


def _audience_label(case: Case, audience: str, agency: str) -> str:
    if agency:
        return f"The {'senior' if audience == 'agency_senior' else 'first'} contact of {agency}"
    label = case.procedure.label_of("bodies" if audience in case.procedure.bodies else "roles", audience)
    return WORDS.get(audience, label.capitalize())
