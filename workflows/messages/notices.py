"""What an entry of the history gives rise to: who is to be told, with which message, and what the message may say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from config.phrases import loosened_words
from records.cases import Case
from states.answers import holds
from states.dossier import Deadline, Paused, Quiet
from states.entry import Entry
from states.steps import Notice
from states.words import full_weekday, spoken

Told = tuple[Notice, str, dict[str, Any]]
"""A notice, the agency it concerns (empty for none), and the facts its message may say."""

PROMISE_BROKEN = "promise_broken"
"""What a rung says in place of its own message when it is the first after a promise that was not kept."""


def notices(case: Case, entry: Entry) -> Iterable[Told]:
    """What an entry gives rise to: who is told with which message, the agency it concerns, and the facts it may say."""
    give_rise = NOTICES.get(entry.kind)
    return give_rise(case, entry) if give_rise else ()


def _stepped(case: Case, entry: Entry) -> list[Told]:
    move = case.procedure.moves[entry.source, entry.trigger]
    facts = {"step": move.label, "outcome": move.outcome, "authority": entry.authority}
    wanted = (notice for notice in move.notify if notice.when is None or holds(notice.when, case.dossier.fields))
    return [(notice, "", facts) for notice in wanted]


def _asked_for(case: Case, entry: Entry) -> list[Told]:
    return [_asking(case, request_id) for request_id in _asked(entry)]


def _held(case: Case, entry: Entry) -> list[Told]:
    pause = case.dossier.pauses[entry.data["pause"]["id"]]
    kind = case.procedure.pauses[pause.kind]
    awaited = case.procedure.label_of("events", pause.event) if pause.event else ""
    stopped = [case.procedure.label_of("timescales", name) for name in pause.stops]
    facts = {
        **_hold_facts(case, pause),
        "until": full_weekday(pause.ends) or awaited,
        **({"items": stopped} if stopped else {}),
    }
    return [(notice, "", facts) for notice in kind.notify if notice.message != "hold_ended"]


def _hold_facts(case: Case, pause: Paused) -> dict[str, Any]:
    """What every message about a hold may say: what it is for, on whose word, and from when."""
    authority = case.procedure.authorities.get(pause.authority, pause.authority)
    return {
        "hold": case.procedure.pauses[pause.kind].label,
        "authority": authority,
        "since": full_weekday(pause.starts),
    }


def _entered(case: Case, entry: Entry) -> list[Told]:
    rule = case.procedure.registers[entry.data["register"]]
    agency = str(entry.data["fields"].get("agency", ""))
    return [(notice, agency, {"step": rule.label}) for notice in rule.notify]


def _released(case: Case, entry: Entry) -> list[Told]:
    """Who was told of a hold is told of its end, whether it was ended or what it waited for has happened."""
    told = []
    for pause in case.dossier.pauses.values():
        ended_now = pause.ended and (pause.id == entry.data.get("id") or pause.event == entry.data.get("event"))
        if ended_now and pause.ends == entry.happened_on:
            facts = {**_hold_facts(case, pause), "until": full_weekday(pause.ends)}
            notify = case.procedure.pauses[pause.kind].notify
            told += [(notice, "", facts) for notice in notify if notice.message == "hold_ended"]
    return told


def _asked(entry: Entry) -> list[str]:
    if entry.kind == "requested":
        return [item["id"] for item in entry.data["asked"]]
    return [entry.data.get("new_id", entry.data["id"])]


def _asking(case: Case, request_id: str) -> Told:
    asked = case.dossier.requests[request_id]
    rule = case.procedure.requests[asked.request]
    due = next((one for one in reversed(case.dossier.deadlines.values()) if one.subject == request_id), None)
    limit = case.procedure.timescales.get(due.timescale) if due else None
    facts = {
        "request": rule.label,
        "due": full_weekday(due.due_on) if due else "",
        "loosened": loosened_words(limit),
    }
    return Notice(tell=("agency_contact",), message=rule.message), asked.agency, facts


def _acknowledging(case: Case, entry: Entry) -> list[Told]:
    asked = case.dossier.requests[entry.data["id"]]
    rule = case.procedure.requests[asked.request]
    if rule.acknowledgement is None:
        return []
    return [(Notice(tell=("agency_contact",), message=rule.acknowledgement), asked.agency, {"request": rule.label})]


def _extension_decided(case: Case, entry: Entry) -> list[Told]:
    extension = case.dossier.extensions[entry.data["id"]]
    deadline = case.dossier.deadlines[extension.deadline]
    owner = case.procedure.timescales[deadline.timescale].owner
    facts = {
        **date_facts(case, deadline, entry.happened_on),
        "outcome": entry.kind.removeprefix("extension_"),
    }
    audience = "agency_contact" if owner == "agency" else owner
    return [(Notice(tell=(audience,), message="extension_decided"), deadline.agency, facts)]


def case_facts(case: Case) -> dict[str, Any]:
    """What any message about a case may say: its reference, the kind of review and where it stands. No names."""
    return {
        "ref": case.ref,
        "review": case.procedure.review,
        "state": case.procedure.label_of("states", case.dossier.state),
        "committee": case.procedure.committee,
    }


def date_facts(case: Case, deadline: Deadline, today: date) -> dict[str, Any]:
    """What a message about a date may say: what (and which item) it is for, when it is due, how far off or overdue."""
    due, rule = deadline.due_on, case.procedure.timescales[deadline.timescale]
    pause = case.dossier.pauses.get(deadline.subject)
    awaited = [case.procedure.label_of("events", name) for name in rule.met_by.events]
    return {
        **(_hold_facts(case, pause) if pause else {"hold": rule.label}),
        "timescale": case.procedure.label_of_date(deadline.timescale, deadline.subject),
        "event": awaited[0] if awaited else rule.label,
        "due": full_weekday(due) if due else "no date set",
        "original_due": full_weekday(deadline.original_on) if deadline.original_on not in (None, due) else "",
        "days": abs((due - today).days) if due else 0,
        "loosened": loosened_words(rule),
    }


def promise_facts(case: Case, deadline: Deadline, promise: Quiet) -> dict[str, Any]:
    """What a message about a broken promise may say: what was promised and when, who recorded it, what went before."""
    earlier = [quiet.until for quiet in deadline.quiets if not quiet.acknowledged and quiet.start <= promise.start]
    return {
        "since": full_weekday(promise.start),
        "until": full_weekday(promise.until),
        "authority": case.procedure.label_of("roles", promise.by).lower() if promise.by else "",
        "items": [full_weekday(day) for day in dict.fromkeys(earlier) if day != promise.until],
    }


def quiet_words(acknowledged: date | None, promised: date | None, until: date | None, today: date) -> str:
    """What an agency said about a request, in words: that it has it, or by when it will answer; "" for neither."""
    quiet = f"quiet until {spoken(until)}" if until is not None and until >= today else ""
    if promised is not None:
        return f"promised for {spoken(promised)}" + (", not kept" if promised < today else "")
    return ", ".join(filter(None, (f"acknowledged on {spoken(acknowledged)}", quiet))) if acknowledged else ""


def quiet_of(deadline: Deadline, today: date) -> str:
    """What an agency last said about a date that is still owed, in words."""
    if not deadline.quiets:
        return ""
    last = deadline.quiets[-1]
    promise = None if last.acknowledged else last.until
    return quiet_words(last.start if last.acknowledged else None, promise, last.until, today)


NOTICES: dict[str, Callable[[Case, Entry], list[Told]]] = {
    "opened": _stepped,
    "advanced": _stepped,
    "requested": _asked_for,
    "redirected": _asked_for,
    "sent_back": _asked_for,
    "answered": _acknowledging,
    "paused": _held,
    "pause_ended": _released,
    "event_recorded": _released,
    "item_added": _entered,
    "extension_granted": _extension_decided,
    "extension_refused": _extension_decided,
    "extension_withdrawn": _extension_decided,
}
"""Which entries tell somebody of something; the others are read in the history."""
