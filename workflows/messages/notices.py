"""Who is told of an entry of the history, with which message, and what the message may say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from config.news import news_of
from config.phrases import counted, loosened_words
from notifications.texts import SUPPLIED
from records.cases import Case
from states.answers import holds
from states.dossier import DUPLICATE_OF, Asked, Deadline, Paused, Quiet
from states.entry import Entry
from states.procedure import Procedure
from states.roles import AGENCY_ROLES
from states.steps import Field, Notice, Request, Transition, as_day
from states.timescales import ExtensionRule, Timescale
from states.words import ended, full_weekday
from workflows.messages.asked_again import why_again
from workflows.views.counted_from import holiday_of

Told = tuple[Notice, str, dict[str, Any]]
"""A notice, the agency it concerns (empty for none), and the facts its message may say."""

PROMISE_BROKEN = "promise_broken"
"""What a rung says in place of its own message when it is the first after a promise that was not kept."""

TOLD = "told"
"""What tells of a step that has no wording of its own."""
REQUEST_WITHDRAWN = "request_withdrawn"
"""What tells an agency that it is no longer asked."""
TOLD_SINCE = {"declined": 1, "extension_asked": 1}
"""The rules in force (`Entry.counting`) since which an entry of a kind tells anybody: one from before owed nobody."""


def notices(case: Case, entry: Entry) -> Iterable[Told]:
    """What an entry gives rise to: who is told with which message, the agency it concerns, and the facts it may say."""
    give_rise = NOTICES.get(entry.kind)
    told = entry.counting >= TOLD_SINCE.get(entry.kind, 0)
    return give_rise(case, entry) if give_rise and told else ()


def _stepped(case: Case, entry: Entry) -> list[Told]:
    move = case.procedure.moves[entry.source, entry.trigger]
    facts = {"step": move.label, "news": news_of(move.label), "outcome": move.outcome, "authority": entry.authority}
    wanted = [notice for notice in move.notify if notice.when is None or holds(notice.when, case.dossier.fields)]
    more = {**facts, **_left_to_do(case, move, entry)} if any(one.message == TOLD for one in wanted) else facts
    return [(notice, "", more if notice.message == TOLD else facts) for notice in wanted]


def _left_to_do(case: Case, move: Transition, entry: Entry) -> dict[str, Any]:
    """What a step left to whoever carries a recommendation out, where it began a date of theirs: by when, what, why."""
    begun = (one for one in case.dossier.open_deadlines() if one.since == case.dossier.sequence and one.due_on)
    theirs = (one for one in begun if not one.agency and case.procedure.timescales[one.timescale].owner in AGENCY_ROLES)
    due = next(theirs, None)
    if due is None:
        return {}
    why = {"reason": ended(entry.reason)} if entry.reason else {}
    return {**date_facts(case, due, entry.happened_on), "items": words_of_step(case, move.fields), **why}


def words_of_step(case: Case, fields: Iterable[Field]) -> list[str]:
    """What was last recorded in free words in these fields of a step, each under its label."""
    named, said = case.procedure.recordable, case.dossier.fields
    texts = (one.name for one in fields if one.kind == "text" and said.get(one.name))
    return [f"{named[name].label}: {said[name]}" for name in texts]


def _asked_for(case: Case, entry: Entry) -> list[Told]:
    asked = [case.dossier.requests[request_id] for request_id in _asked(entry)]
    return [_asking(case, one.id, why_again(case, entry, one)) for one in asked]


def _held(case: Case, entry: Entry) -> list[Told]:
    pause = case.dossier.pauses[entry.data["pause"]["id"]]
    kind = case.procedure.pauses[pause.kind]
    awaited = case.procedure.label_of("events", pause.event) if pause.event else ""
    stopped = _stopped(case, pause)
    facts = {
        **_hold_facts(case, pause),
        "until": full_weekday(pause.ends) or awaited,
        **({"items": stopped} if stopped else {}),
    }
    return [(notice, "", facts) for notice in kind.notify if notice.message != "hold_ended"]


def _stopped(case: Case, pause: Paused) -> list[str]:
    """The dates that a hold stops, each by the name it has in every letter."""
    running = {one.timescale: called(case, one) for one in case.dossier.deadlines.values() if one.open}
    return [running.get(name, case.procedure.label_of("timescales", name)) for name in pause.stops]


def _moved_by(case: Case, pause: Paused) -> list[str]:
    """The dates still owed that a hold had stopped, with the day each is due now."""
    moved = (one for one in case.dossier.open_deadlines() if one.timescale in pause.stops and one.due_on)
    return [
        f"{called(case, one)}{f' ({one.agency})' if one.agency else ''}: {full_weekday(one.due_on)}" for one in moved
    ]


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
    if not rule.notify:
        return []
    agency = str(entry.data["fields"].get("agency", ""))
    item = case.dossier.items[entry.data["id"]]
    due = next(iter(case.dossier.dates_of("item", item.id)), None)
    until = full_weekday(due.due_on) if due else ""
    name = called(case, due) if due else f"{rule.label} ({item.id})"
    news = f"{name} is for {agency}." if agency else f"{name} is entered."
    facts = {"step": rule.label, "news": news, "what": words_of_item(case, item.id), "until": until}
    return [(notice, agency, facts) for notice in rule.notify]


def _released(case: Case, entry: Entry) -> list[Told]:
    """Who was told of a hold is told of its end, whether it was ended or what it waited for has happened."""
    told = []
    for pause in case.dossier.pauses.values():
        ended_now = pause.ended and (pause.id == entry.data.get("id") or pause.event == entry.data.get("event"))
        if ended_now and pause.ends == entry.happened_on:
            facts = {**_hold_facts(case, pause), "until": full_weekday(pause.ends), "items": _moved_by(case, pause)}
            notify = case.procedure.pauses[pause.kind].notify
            told += [(notice, "", facts) for notice in notify if notice.message == "hold_ended"]
    return told


def _not_asked_any_more(case: Case, entry: Entry) -> list[Told]:
    """An agency is told at once that what it was asked is no longer wanted, and why."""
    asked = case.dossier.requests[entry.data["id"]]
    label = case.procedure.label_of_asked(asked.request, asked.item)
    facts = {"request": label, "since": full_weekday(asked.asked_on), "reason": ended(entry.reason)}
    return [(Notice(tell=("agency_contact",), message=REQUEST_WITHDRAWN), asked.agency, facts)]


def _asked(entry: Entry) -> list[str]:
    if entry.kind == "requested":
        return [item["id"] for item in entry.data["asked"]]
    return [entry.data.get("new_id", entry.data["id"])]


def _asking(case: Case, request_id: str, why: str = "") -> Told:
    asked = case.dossier.requests[request_id]
    rule = case.procedure.requests[asked.request]
    due = next(reversed(case.dossier.dates_of("request", request_id)), None)
    limit = case.procedure.timescales.get(due.timescale) if due else None
    facts = {
        **request_facts(case, asked),
        "due": full_weekday(due.due_on) if due else "",
        "holiday": holiday_of(case, due) if due else "",
        "loosened": loosened_words(limit),
        "decider": _decider(case, limit),
        "why_again": why,
        "promises": True,
    }
    return Notice(tell=("agency_contact",), message=rule.message), asked.agency, facts


def _acknowledging(case: Case, entry: Entry) -> list[Told]:
    asked = case.dossier.requests[entry.data["id"]]
    rule = case.procedure.requests[asked.request]
    if rule.acknowledgement is None:
        return []
    label = case.procedure.label_of_asked(asked.request, asked.item)
    return [(Notice(tell=("agency_contact",), message=rule.acknowledgement), asked.agency, {"request": label})]


def _extension_decided(case: Case, entry: Entry) -> list[Told]:
    if entry.data.get("undecided"):  # taken back by whoever asked, before anybody had decided
        return []
    extension = case.dossier.extensions[entry.data["id"]]
    deadline = case.dossier.deadlines[extension.deadline]
    owner = case.procedure.timescales[deadline.timescale].owner
    facts = {
        **date_facts(case, deadline, entry.happened_on),
        "outcome": entry.kind.removeprefix("extension_"),
        "authority": case.procedure.said("roles", entry.actor.role),
        "reason": ended(entry.reason) if entry.reason else "",
        "until": full_weekday(as_day(entry.data.get("promise_ends"))),
        "past": deadline.due_on is not None and deadline.due_on < entry.happened_on,
    }
    audience = "agency_contact" if owner == "agency" else owner
    return [(Notice(tell=(audience,), message="extension_decided"), deadline.agency, facts)]


def _extension_asked(case: Case, entry: Entry) -> list[Told]:
    """Whoever decides on more time is told at once, and has a task until it is decided."""
    extension = case.dossier.extensions[entry.data["extension"]["id"]]
    deadline = case.dossier.deadlines[extension.deadline]
    rule = case.procedure.timescales[deadline.timescale]
    assert rule.extension is not None
    facts = {
        **date_facts(case, deadline, entry.happened_on),
        "since": full_weekday(entry.happened_on),
        "more": more_words(case, deadline, extension.count),
        "reason": ended(extension.reason),
    }
    decider = decider_of(rule.extension, but=entry.actor.role)
    return [(Notice(tell=(decider,), message="extension_asked"), deadline.agency, facts)]


def decider_of(rule: ExtensionRule, but: str = "") -> str:
    """The role that decides on more time: the first the edition names, other than the role of whoever asks."""
    return next((role for role in rule.granted_by if role != but), rule.granted_by[0])


def more_words(case: Case, deadline: Deadline, count: int) -> str:
    """So much more time, in what an extension of the date is counted in: "10 working days", "24 hours"."""
    unit = case.procedure.timescales[deadline.timescale].unit
    return counted(count, unit if unit in {"working_days", "clear_days", "hours"} else "calendar_days")


def _declined(case: Case, entry: Entry) -> list[Told]:
    """The lead officer is told when an agency itself says that it will not answer."""
    if not entry.actor.agency:
        return []
    asked = case.dossier.requests[entry.data["id"]]
    label = case.procedure.label_of_asked(asked.request, asked.item)
    facts = {"request": label, "since": full_weekday(entry.happened_on), "reason": ended(entry.reason)}
    return [(Notice(tell=("lead_officer",), message="answer_declined"), asked.agency, facts)]


def case_facts(case: Case) -> dict[str, Any]:
    """What any message about a case may say: its reference, the kind of review and where it stands. No names."""
    return {
        **_recommended(case),
        "ref": case.ref,
        "review": case.procedure.review,
        "state": case.procedure.label_of("states", case.dossier.state),
        "committee": case.procedure.committee,
        **words_of(case.procedure),
    }


SAID_ALREADY = frozenset({"child", "adult", "recommendation", "committee"})
"""Whom a case is about where a letter need not say it by the word of its edition."""


def words_of(procedure: Procedure) -> dict[str, str]:
    """What the letters of an edition call its people, where that is not what they are called without being told."""
    subject = procedure.subject
    unsaid = SUPPLIED["unsaid"] if subject in SAID_ALREADY else f"any {subject}"
    said = {"officer": procedure.lead_said, "office": procedure.office, "unsaid": unsaid}
    return {name: str(words) for name, words in said.items() if words != SUPPLIED[name]}


def _recommended(case: Case) -> dict[str, str]:
    """What a recommendation says, on its own file: nobody can act on a letter that gives its number alone."""
    text = case.dossier.fields.get("text") if case.procedure.subject == "recommendation" else ""
    return {"what": f"What is recommended: {text}"} if text else {}


def date_facts(case: Case, deadline: Deadline, today: date) -> dict[str, Any]:
    """What a message about a date may say: what (and which item) it is for, when it is due, how far off or overdue."""
    due, rule = deadline.due_on, case.procedure.timescales[deadline.timescale]
    pause = case.dossier.hold_of(deadline)
    awaited = [case.procedure.label_of("events", name) for name in rule.met_by.events]
    return {
        **(_hold_facts(case, pause) if pause else {"hold": rule.label}),
        **_asked_by_date(case, deadline),
        "timescale": called(case, deadline),
        "event": awaited[0] if awaited else rule.label,
        "due": full_weekday(due) if due else "no date set",
        "original_due": full_weekday(deadline.original_on) if deadline.original_on not in (None, due) else "",
        "holiday": holiday_of(case, deadline),
        "days": abs((due - today).days) if due else 0,
        "loosened": loosened_words(rule),
        "decider": _decider(case, rule),
    }


def _decider(case: Case, rule: Timescale | None) -> str:
    """Who decides on more time for a date, where it can be asked for; "" where it cannot."""
    if rule is None or rule.extension is None:
        return ""
    return case.procedure.said("roles", decider_of(rule.extension))


def called(case: Case, deadline: Deadline) -> str:
    """What a date is called in every letter: what was asked, where it is the date of a request."""
    asked = case.dossier.request_of(deadline)
    if asked is not None and asked.request in case.procedure.requests:
        return case.procedure.label_of_asked(asked.request, asked.item)
    return case.procedure.label_of_date(deadline.timescale, deadline.subject)


def _asked_by_date(case: Case, deadline: Deadline) -> dict[str, Any]:
    """What is wanted by a date, in full: the request, or the action."""
    asked = case.dossier.request_of(deadline)
    if asked is not None:
        return {**request_facts(case, asked), "promises": asked.status == "open"}
    item = case.dossier.item_of(deadline)
    return {"what": words_of_item(case, item.id)} if item is not None else {}


def request_facts(case: Case, asked: Asked) -> dict[str, Any]:
    """A request in full: what it is called, what the decision needs, and what an answer covers."""
    rule = case.procedure.requests.get(asked.request)
    label = case.procedure.label_of_asked(asked.request, asked.item)
    if rule is None:
        return {"request": label}
    about = {"what": words_of_item(case, asked.item)} if asked.item in case.dossier.items else {}
    duty = {"duty": True} if _owed_by_law(case.procedure, asked.request) else {}
    answers = [one.label for one in rule.fields]
    return {"request": label, "scope": scope_of(case, rule), "answers": answers, **about, **duty}


def _owed_by_law(procedure: Procedure, request: str) -> bool:
    """Whether a statute lays the answer on whoever is asked, with a limit of its own: it is no favour then."""
    clocks = (procedure.timescales[name] for name in procedure.anchored.get(("request", request), ()))
    limited = any(one.basis == "statute" and one.limit is not None for one in clocks)
    return procedure.requests[request].basis == "statute" and limited


def scope_of(case: Case, rule: Request) -> list[str]:
    """What was recorded, in free words, in the step that last brought the case to where this is asked for."""
    into = [move for move in case.procedure.transitions if move.dest in rule.states and move.dest not in move.source]
    made = [(case.dossier.done[move.trigger].sequence, move) for move in into if move.trigger in case.dossier.done]
    if not made:
        return []
    _, last = max(made, key=lambda one: one[0])
    return words_of_step(case, (one for one in last.fields if one.help))


def words_of_item(case: Case, number: str) -> str:
    """What an item of a register says, the first of its texts under its label; "" where it has none."""
    item = case.dossier.items[number]
    fields = case.procedure.registers[item.kept_in].fields if item.kept_in in case.procedure.registers else ()
    said = (
        f"{one.label}: {item.fields[one.name]}" for one in fields if one.kind == "text" and item.fields.get(one.name)
    )
    return next(said, "")


def promise_facts(case: Case, deadline: Deadline, promise: Quiet) -> dict[str, Any]:
    """What a message about a broken promise may say: what was promised and when, who recorded it, what went before."""
    earlier = [quiet.until for quiet in deadline.quiets if not quiet.acknowledged and quiet.start <= promise.start]
    return {
        "since": full_weekday(promise.start),
        "until": full_weekday(promise.until),
        "authority": case.procedure.said("roles", promise.by) if promise.by else "",
        "items": [full_weekday(day) for day in dict.fromkeys(earlier) if day != promise.until],
    }


def _duplicate(case: Case, entry: Entry) -> list[Told]:
    """That a case is closed as a duplicate: to whoever notified it, the agencies on it and the chair."""
    if entry.data["link"] != DUPLICATE_OF:
        return []
    said = f"closed as a duplicate of {entry.data['ref']}"
    news = f"This case is {said}."
    known = [place for place in ("notifier", "agencies", "chair") if place not in {"chair"} - set(case.procedure.roles)]
    facts = {"step": "Close as a duplicate", "news": news, "outcome": said, "authority": ""}
    return [(Notice(tell=tuple(known), message="told"), "", facts)]


NOTICES: dict[str, Callable[[Case, Entry], list[Told]]] = {
    "opened": _stepped,
    "advanced": _stepped,
    "requested": _asked_for,
    "redirected": _asked_for,
    "sent_back": _asked_for,
    "request_withdrawn": _not_asked_any_more,
    "answered": _acknowledging,
    "paused": _held,
    "pause_ended": _released,
    "event_recorded": _released,
    "item_added": _entered,
    "linked": _duplicate,
    "declined": _declined,
    "extension_asked": _extension_asked,
    "extension_granted": _extension_decided,
    "extension_refused": _extension_decided,
    "extension_withdrawn": _extension_decided,
}
"""Which entries tell somebody of something; the others are read in the history."""
