"""Who is told of what: from an entry of the history, or a rung of a ladder, to messages owed. Nobody is told of nothing,
and a message that can reach nobody becomes a task for the lead officer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from config.settings import calendar
from records import contacts, outbox
from records.cases import Case
from records.contacts import Reach
from records.outbox import Owing
from states.answers import holds
from states.dossier import Deadline
from states.entry import Entry
from states.moments import local_day
from states.steps import Notice
from states.timescales import Rung

TO_WHO_OWES = frozenset({"reminder", "due_today", "overdue"})
"""Messages worded for the agency that owes an answer; the committee, told of the same, reads who is silent."""


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


def tell_rung(tx: Connection, case: Case, deadline: Deadline, rung: Rung, facts: Mapping[str, Any], now: datetime) -> None:
    """Owe the messages of a rung; where somebody must confirm, they are drafted and that person is asked."""
    within = rung.confirm_within
    about = About(
        case,
        case.dossier.sequence,
        deadline.agency,
        deadline,
        facts={**date_facts(case, deadline, local_day(now)), **facts},
        confirm_role=rung.confirm or "",
        confirm_by=now + timedelta(days=within) if rung.confirm and within is not None else None,
    )
    for audience in rung.tell:
        owe(tx, about, rung.message, audience, now, rung.channels)
    if rung.confirm:
        who = case.procedure.label_of("roles", rung.confirm)
        until = spoken(local_day(about.confirm_by)) if about.confirm_by else ""
        _task(tx, about, "confirm", rung.confirm, {"confirm_role": who, "until": until}, now)


def owe(
    tx: Connection, about: About, message: str, audience: str, now: datetime, channels: tuple[str, ...] = ()
) -> None:
    """Owe one message to everybody an audience stands for, on the channels asked for or on all they have."""
    today = local_day(now)
    facts = {**case_facts(about.case), **about.facts, "agency": about.agency}
    for agency, reach in recipients(tx, about, audience, today):
        kind = "silence" if message in TO_WHO_OWES and _only_to_know(about, reach) else message
        owing = _owing(about, kind, {**facts, "agency": agency or about.agency})
        usable = [one for one in reach.channels if not channels or one in channels] if reach else []
        if reach is None or not usable:
            problem = f"{_audience_label(about.case, audience, agency)} cannot be reached"
            _task(tx, about, f"unreachable:{message}", "lead_officer", {"problem": problem, "agency": agency}, now)
            continue
        for channel in usable:
            outbox.owe(tx, owing, reach, channel, calendar(reach.calendar), now)


def recipients(tx: Connection, about: About, audience: str, today: date) -> Iterable[tuple[str, Reach | None]]:
    """Who an audience is today: pairs of agency (empty for the committee) and contact, None where nobody can be reached."""
    return [(agency, _reached(tx, about.case, agency, place, today)) for agency, place in addressees(about, audience)]


def addressees(about: About, audience: str) -> list[tuple[str, str]]:
    """Whom an audience stands for: pairs of agency and contact (`first`, `senior`), or no agency and a committee role."""
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


def case_facts(case: Case) -> dict[str, Any]:
    """What any message about a case may say: its reference, the kind of review and where it stands. No names."""
    return {
        "ref": case.ref,
        "review": case.procedure.review,
        "state": case.procedure.label_of("states", case.dossier.state),
        "committee": case.procedure.committee,
    }


def date_facts(case: Case, deadline: Deadline, today: date) -> dict[str, Any]:
    """What a message about a date may say: what it is for, when it is due, how far off or overdue it is."""
    due, rule = deadline.due_on, case.procedure.timescales[deadline.timescale]
    pause = case.dossier.pauses.get(deadline.subject)
    awaited = [case.procedure.label_of("events", name) for name in rule.met_by.events]
    return {
        "timescale": rule.label,
        "hold": pause.label if pause else rule.label,
        "event": awaited[0] if awaited else rule.label,
        "due": spoken(due) if due else "no date set",
        "original_due": spoken(deadline.original_on) if deadline.original_on not in (None, due) else "",
        "days": abs((due - today).days) if due else 0,
    }


def spoken(day: date | None) -> str:
    """A date as it is read aloud: "Monday 16 March 2026"."""
    return f"{day:%A %-d %B %Y}" if day else ""


def notices(case: Case, entry: Entry) -> Iterable[tuple[Notice, str, dict[str, Any]]]:
    """What an entry gives rise to: who is told with which message, the agency it concerns, and the facts it may say."""
    if entry.kind in {"opened", "advanced"}:
        move = case.procedure.moves[entry.source, entry.trigger]
        facts = {"step": move.label, "outcome": move.outcome, "authority": entry.authority}
        wanted = (notice for notice in move.notify if notice.when is None or holds(notice.when, case.dossier.fields))
        return [(notice, "", facts) for notice in wanted]
    if entry.kind in {"requested", "redirected", "sent_back"}:
        return [_asking(case, request_id) for request_id in _asked(entry)]
    if entry.kind == "answered":
        return _acknowledging(case, entry)
    if entry.kind == "paused":
        kind = case.procedure.pauses[entry.data["pause"]["kind"]]
        facts = {"hold": kind.label, "authority": entry.data["pause"]["authority"], "since": spoken(entry.happened_on)}
        return [(notice, "", facts) for notice in kind.notify if notice.message != "hold_ended"]
    if entry.kind in {"pause_ended", "event_recorded"}:
        return _released(case, entry)
    if entry.kind == "item_added":
        rule = case.procedure.registers[entry.data["register"]]
        return [(notice, str(entry.data["fields"].get("agency", "")), {"step": rule.label}) for notice in rule.notify]
    if entry.kind in {"extension_granted", "extension_refused"}:
        return _extension_decided(case, entry)
    return ()


def _released(case: Case, entry: Entry) -> list[tuple[Notice, str, dict[str, Any]]]:
    """Who was told of a hold is told of its end, whether it was ended or what it waited for has happened."""
    told = []
    for pause in case.dossier.pauses.values():
        ended_now = pause.ended and (pause.id == entry.data.get("id") or pause.event == entry.data.get("event"))
        if ended_now and pause.ends == entry.happened_on:
            kind = case.procedure.pauses[pause.kind]
            facts = {"hold": kind.label, "since": spoken(pause.starts), "authority": pause.authority}
            told += [(notice, "", facts) for notice in kind.notify if notice.message == "hold_ended"]
    return told


def _asked(entry: Entry) -> list[str]:
    if entry.kind == "requested":
        return [item["id"] for item in entry.data["asked"]]
    return [entry.data.get("new_id", entry.data["id"])]


def _asking(case: Case, request_id: str) -> tuple[Notice, str, dict[str, Any]]:
    asked = case.dossier.requests[request_id]
    rule = case.procedure.requests[asked.request]
    due = next((one for one in reversed(case.dossier.deadlines.values()) if one.subject == request_id), None)
    facts = {"request": rule.label, "due": spoken(due.due_on) if due and due.due_on else "no date set"}
    return Notice(tell=("agency_contact",), message=rule.message), asked.agency, facts


def _acknowledging(case: Case, entry: Entry) -> list[tuple[Notice, str, dict[str, Any]]]:
    asked = case.dossier.requests[entry.data["id"]]
    rule = case.procedure.requests[asked.request]
    if rule.acknowledgement is None:
        return []
    return [(Notice(tell=("agency_contact",), message=rule.acknowledgement), asked.agency, {"request": rule.label})]


def _extension_decided(case: Case, entry: Entry) -> list[tuple[Notice, str, dict[str, Any]]]:
    extension = case.dossier.extensions[entry.data["id"]]
    deadline = case.dossier.deadlines[extension.deadline]
    owner = case.procedure.timescales[deadline.timescale].owner
    facts = {
        **date_facts(case, deadline, entry.happened_on),
        "outcome": "granted" if entry.kind == "extension_granted" else "refused",
    }
    audience = "agency_contact" if owner == "agency" else owner
    return [(Notice(tell=(audience,), message="extension_decided"), deadline.agency, facts)]


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
    said = {"problem": "a message waits for your yes" if kind == "confirm" else "", **everything}
    plain = Owing(about.case.id, about.case.ref, about.sequence, "task", said, beside=task)
    for channel in found.channels if found else ():
        outbox.owe(tx, plain, found, channel, calendar(found.calendar), now)


def _audience_label(case: Case, audience: str, agency: str) -> str:
    words = {"agency_senior": "The senior contact", "owner": "Whoever owes this", "notifier": "Whoever notified the case"}
    label = case.procedure.label_of("bodies" if audience in case.procedure.bodies else "roles", audience)
    return f"{words.get(audience, label.capitalize())}{f' of {agency}' if agency else ''}"
