"""Asking agencies for information, and what comes back: an answer, a no, somebody else's name, a later date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from records import cases, mails
from records.cases import Case
from states.answers import faults, tidy
from states.asking import may_acknowledge, rests_until
from states.dossier import Asked
from states.entry import Entry
from states.errors import BadAnswer, NotFound, NotPossible
from states.identity import folded
from states.moments import local_day
from states.next_step import advice
from states.roles import may_act
from states.words import long_day
from workflows.messages.owe import recorded
from workflows.messages.sending_time import leaving
from workflows.messages.withdrawn_requests import need_not_ask, take_out
from workflows.unit_of_work import (
    UnitOfWork,
    check_ahead,
    check_day,
    check_role,
    check_words,
    find,
    in_capacity,
    known_on,
)
from workflows.verbs.agencies import agency_answers, named_agencies, speaks_for
from workflows.verbs.asking_about_items import (
    item_asked_about,
    not_addressed,
    not_yet_asked,
    of_several_items,
    still_asked,
)
from workflows.views.forms import newest_asked

FILES = "files"
"""What an entry calls the files that came with an answer, beside those that a field of its form names."""

EVERYONE = "all"
"""What is said in the place of a name to ask every agency on the case."""


def request(
    uow: UnitOfWork,
    ref: str,
    kind: str,
    agencies: tuple[str, ...],
    *,
    about: str = "",
    why: str = "",
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Ask agencies for information: each has its own clock from today. An agency that is still asked is refused.

    One that has replied in this round of the case is told what it said, and why it is asked again.

    A clock that starts with the letter counts from when that may leave; what was asked on an earlier day, `on`, from
    that day. `all` alone asks every agency on the case that is not still asked for it; where it is asked about each
    item of a register, `about` names the item, and those it addresses are asked.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    rule = case.procedure.requests.get(kind)
    if rule is None:
        raise NotFound(
            f"{kind!r} is not asked under this edition: {', '.join(case.procedure.requests) or 'nothing is'}."
        )
    check_day(uow, on, case)
    check_words(uow, case, why)
    uow = check_role(uow, case, rule.asked_by, f"Asking for {case.procedure.in_a_sentence(rule.label)}")
    item = item_asked_about(case, kind, about)
    about = item.id if item else ""
    everyone = len(agencies) == 1 and folded(agencies[0]) == EVERYONE
    named = not_yet_asked(uow, case, kind, item) if everyone else agencies
    agencies = named_agencies(uow, *named, known=tuple(case.procedure.agencies))
    obstacles = [
        *_cannot_ask(uow, case, kind, agencies, about=about),
        *not_addressed(uow, case, item, agencies),
    ]
    if obstacles:
        raise NotPossible(*obstacles)
    start = len(case.dossier.requests) + 1
    asked = [
        {"id": f"R{start + place}", "agency": agency, **_leaving(uow, case, kind, agency, on)}
        for place, agency in enumerate(agencies)
    ]
    data = {"request": kind, "asked": asked, **({"item": about} if about else {})}
    return recorded(uow, case, uow.entry("requested", on=on, reason=why, data=data))


def _leaving(uow: UnitOfWork, case: Case, kind: str, agency: str, on: date | None) -> dict[str, str]:
    """What an entry says of when its letter may leave; nothing of what was asked on an earlier day without it."""
    return leaving(uow.tx, case, kind, agency, uow.now) if on in {None, uow.today} else {}


def answer(
    uow: UnitOfWork,
    ref: str,
    agency: str,
    *,
    kind: str = "",
    answers: Mapping[str, Any] | None = None,
    late_reason: str = "",
    files: tuple[str, ...] = (),
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Record what an agency answered, and the kept files that came with it.

    Raises NotPossible for an agency that was not asked, or has answered already.
    """
    uow, case, asked = _heard_from(uow, ref, agency, kind, on, seen)
    rule = case.procedure.requests[asked.request]
    answers = agency_answers(uow, rule.fields, tidy(answers or {}))
    check_words(uow, case, late_reason, answers={**answers, FILES: list(files)})
    wrong = faults(rule.fields, answers, {}, uow.today)
    if wrong:
        raise BadAnswer(*wrong)
    data = {**said_of(asked), "fields": answers}
    if late_reason:
        data["late_reason"] = tidy(late_reason)
    if files:
        data[FILES] = list(files)
    return _said(uow, case, asked, uow.entry("answered", on=on, data=data))


def decline(
    uow: UnitOfWork,
    ref: str,
    agency: str,
    why: str,
    *,
    kind: str = "",
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Record that an agency says no, and why."""
    uow, case, asked = _heard_from(uow, ref, agency, kind, on, seen)
    _reason(uow, case, why)
    data = said_of(asked)
    return _said(uow, case, asked, uow.entry("declined", on=on, reason=why, data=data))


def redirect(
    uow: UnitOfWork,
    ref: str,
    agency: str,
    to: str,
    why: str,
    *,
    kind: str = "",
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Record that it is for another agency, which is asked instead, with its own clock from today.

    `on` is the day the agency said so: the other one is asked when that is recorded.
    """
    uow, case, asked = _heard_from(uow, ref, agency, kind, on, seen)
    _reason(uow, case, why)
    (to,) = named_agencies(uow, to, known=tuple(case.procedure.agencies))
    obstacles = _cannot_ask(uow, case, asked.request, (to,), about=asked.item)
    if obstacles:
        raise NotPossible(*obstacles)
    new_id = f"R{len(case.dossier.requests) + 1}"
    data = {**said_of(asked), "to": to, "new_id": new_id}
    data |= leaving(uow.tx, case, asked.request, to, uow.now)
    if on not in {None, uow.today}:
        data["asked_on"] = uow.today.isoformat()
    return _said(uow, case, asked, uow.entry("redirected", on=on, reason=why, data=data))


def _said(uow: UnitOfWork, case: Case, asked: Asked, entry: Entry) -> tuple[Case, Entry]:
    """What an agency said is on record, and a letter that still waits to ask for it does not leave."""
    case, entry = recorded(uow, case, entry)
    need_not_ask(uow.tx, case, asked, entry)
    return case, entry


def promise(
    uow: UnitOfWork,
    ref: str,
    agency: str,
    until: date | None = None,
    *,
    kind: str = "",
    why: str = "",
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Record that an agency has the request in hand (an acknowledgement: no day is named), or promises a day.

    Every channel is still until that day, after an acknowledgement until its date or what it promised before, if it has
    either; the date itself does not move. A broken promise goes on where chasing stopped, and the next message says so.
    """
    uow, case, asked = _heard_from(uow, ref, agency, kind, on, seen)
    check_words(uow, case, why)
    said_on = on or uow.today
    if until is not None and until < said_on:
        first = "today" if said_on == uow.today else long_day(said_on)
        raise BadAnswer(f"Say until when: the day must be {first} or later.")
    check_ahead(uow, "The day promised", until)
    day = until or _still_until(case, asked, said_on)
    data: dict[str, Any] = said_of(asked)
    if day is not None:
        data["until"] = day.isoformat()
    if until is None:
        data["acknowledged"] = True
    return recorded(uow, case, uow.entry("promised", on=on, reason=why, data=data))


def _still_until(case: Case, asked: Asked, said_on: date) -> date | None:
    """Until when an agency that has the request in hand is left in peace; None where its request has no date."""
    due = next((one.due_on for one in case.dossier.dates_of("request", asked.id) if one.open), None)
    day = rests_until(due, asked.promised_on)
    if day is None or day >= said_on:
        return day
    if may_acknowledge(due, asked.promised_on, said_on):
        return None
    raise BadAnswer(
        f"Its date, {long_day(day)}, has gone by. Say until when.",
        advice=advice("record the day it promises ({}).", "request promise"),
    )


def request_reached(
    uow: UnitOfWork, ref: str, agency: str, on: date, why: str, *, kind: str = "", seen: int | None = None
) -> tuple[Case, Entry]:
    """Record that a request reached an agency on a later day than it was asked: its clock counts from that day.

    Raises NotPossible when a channel accepted it on the day it was asked, BadAnswer for a day on which they had it.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    asked = _newest(uow, case, agency, kind)
    rule = case.procedure.requests[asked.request]
    uow = check_role(uow, case, rule.asked_by, "Saying when a request reached its agency")
    check_day(uow, on, case)
    _reason(uow, case, why)
    _check_open(asked)
    accepted = _accepted_on(uow, case, asked)
    if accepted is not None and accepted <= asked.counts_from:
        raise NotPossible(f"It was accepted on {long_day(accepted)}, {_begun(asked)}: its clock is right.")
    if on < asked.counts_from or (accepted is not None and on > accepted):
        last = f" and up to {long_day(accepted)}, when it was accepted" if accepted else ""
        raise BadAnswer(f"Give a day from {long_day(asked.counts_from)} on, {_begun(asked)}{last}.")
    data = {**said_of(asked), "was": asked.asked_on.isoformat()}
    entry = uow.entry("request_reached", on=on, reason=why, data=data)
    return cases.record(uow.tx, case, entry, uow.now), entry


def _begun(asked: Asked) -> str:
    return "the day it was asked" if asked.counts_from == asked.asked_on else "the day its letter could leave"


def _accepted_on(uow: UnitOfWork, case: Case, asked: Asked) -> date | None:
    """The day on which a channel first accepted the newest asking of a request; None where none did."""
    message = case.procedure.requests[asked.request].message
    since = next((one.since for one in reversed(case.dossier.dates_of("request", asked.id))), 0)
    at = mails.accepted_at(uow.tx, case.id, message, asked.agency, since)
    return local_day(at) if at else None


def send_back(
    uow: UnitOfWork, ref: str, agency: str, why: str, *, kind: str = "", seen: int | None = None
) -> tuple[Case, Entry]:
    """Send an answer back because it is not enough: the agency is asked again, with a new clock."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    asked = _newest(uow, case, agency, kind)
    rule = case.procedure.requests.get(asked.request)
    if rule is None:
        raise NotPossible(f"{asked.agency} was asked under an earlier edition, for what this one does not know.")
    uow = check_role(uow, case, rule.asked_by, "Sending an answer back")
    _reason(uow, case, why)
    if asked.status != "answered":
        raise NotPossible(f"{asked.agency} has not answered yet: there is nothing to send back.")
    if obstacles := not_asked_here(case, asked.request):
        raise NotPossible(*obstacles)
    data = said_of(asked)
    data |= leaving(uow.tx, case, asked.request, asked.agency, uow.now)
    return recorded(uow, case, uow.entry("sent_back", reason=why, data=data))


def withdraw(
    uow: UnitOfWork, ref: str, agency: str, why: str, *, kind: str = "", seen: int | None = None
) -> tuple[Case, Entry]:
    """Withdraw what was asked of an agency: it is no longer wanted. The agency is told, and its date is set aside.

    What was still to be said about it is taken out with the reason: letters that have not left, and drafts.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    asked = _newest(uow, case, agency, kind)
    rule = case.procedure.requests.get(asked.request)
    if rule is not None:
        uow = check_role(uow, case, rule.asked_by, "Withdrawing a request")
    _reason(uow, case, why)
    _check_open(asked)
    data = said_of(asked)
    case, entry = recorded(uow, case, uow.entry("request_withdrawn", reason=why, data=data))
    return take_out(uow.tx, case, asked, entry, uow.now), entry


def said_of(asked: Asked) -> dict[str, Any]:
    """What an entry says of the request it is about."""
    about = {"item": asked.item} if asked.item else {}
    return {"id": asked.id, "request": asked.request, "agency": asked.agency, **about}


def _cannot_ask(uow: UnitOfWork, case: Case, kind: str, agencies: tuple[str, ...], about: str = "") -> list[str]:
    waiting = still_asked(uow, case, kind, about)
    again = (agency for agency in agencies if folded(agency) in waiting)
    obstacles = [f"{agency} has been asked already and has not answered yet." for agency in again]
    if not agencies or not all(agency.strip() for agency in agencies):
        obstacles.append("Name the agency to ask.")
    if len({folded(agency) for agency in agencies}) != len(agencies):
        obstacles.append("An agency is named twice: name each once.")
    return [*obstacles, *not_asked_here(case, kind)]


def not_asked_here(case: Case, kind: str) -> list[str]:
    """Why nothing of this kind is asked for where the case stands; empty where it is."""
    rule = case.procedure.requests[kind]
    if case.dossier.state in rule.states:
        return []
    where = ", ".join(case.procedure.label_of("states", state) for state in rule.states)
    return [f"{rule.label} is asked for only in: {where}."]


def _heard_from(
    uow: UnitOfWork, ref: str, agency: str, kind: str, on: date | None, seen: int | None
) -> tuple[UnitOfWork, Case, Asked]:
    """A case, and the request on it that an agency says something of, with whoever may say it.

    Refuses a day on which it cannot have said anything: one to come, or before it was asked.
    """
    case = find(uow, ref, seen)
    uow = known_on(uow, case)
    asked = _newest(uow, case, agency, kind)
    _check_open(asked)
    uow = _speaking(uow, case, asked)
    check_day(uow, on, case)
    if on is not None and on < asked.asked_on:
        raise BadAnswer(f"{long_day(on)} is before {asked.agency} was asked ({long_day(asked.asked_on)}).")
    return uow, case, asked


def _speaking(uow: UnitOfWork, case: Case, asked: Asked) -> UnitOfWork:
    """Whoever speaks for the agency, or may for the committee."""
    asked_by = case.procedure.requests[asked.request].asked_by
    if speaks_for(uow, asked.agency):
        return replace(uow, actor=uow.actor.model_copy(update={"agency": asked.agency}))
    if not may_act(case.procedure, uow.actor, asked_by):
        raise NotPossible(f"Only {asked.agency}, or the committee for it, can answer this request.")
    return in_capacity(uow, case.procedure, asked_by)


def _check_open(asked: Asked) -> None:
    if asked.status != "open":
        ended = f" on {long_day(asked.ended_on)}" if asked.ended_on else ""
        raise NotPossible(f"{asked.agency} is not asked any more: its request was {asked.status}{ended}.")


def _newest(uow: UnitOfWork, case: Case, agency: str, kind: str) -> Asked:
    newest = newest_asked(uow.tx, case, agency, kind)
    if newest is not None:
        several = of_several_items(uow, case, agency, newest)
        if several:
            raise NotPossible(f"{newest.agency} is asked about more than one item: give the number, one of {several}.")
        return newest
    known = ", ".join(dict.fromkeys(one.agency for one in case.dossier.requests.values())) or "nobody"
    raise NotPossible(f"{agency[:80]} was not asked on {case.ref}: those asked are {known}.")


def _reason(uow: UnitOfWork, case: Case, why: str) -> None:
    check_words(uow, case, why)
    if not why.strip():
        raise BadAnswer("Say why: this needs its reason.")
