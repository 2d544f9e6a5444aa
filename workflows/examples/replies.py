"""Requests to agencies in an example, and their replies: an answer, a no, another agency, a later day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from records.outbox import in_hours
from states.asking import addressees
from states.dossier import Asked
from states.entry import Actor, Entry
from states.errors import BadAnswer, NotPossible
from states.examples import ExampleStep
from states.roles import AGENCY
from workflows.examples.actors import actor_of, checked_answers, entry
from workflows.examples.filling_in import WORDS
from workflows.examples.stage import Stage
from workflows.messages.sending_time import leaving_at
from workflows.verbs.asking_about_items import item_asked_about
from workflows.verbs.request import not_asked_here, said_of

OFFICE_HOURS = "09:00-17:00"
"""The working hours of whoever a letter is for, in an example."""


def _requested(stage: Stage, line: ExampleStep) -> Entry:
    kind = line.request or ""
    rule = stage.procedure.requests[kind]
    actor = actor_of(stage, line, rule.asked_by, f"Asking for {stage.procedure.in_a_sentence(rule.label)}")
    item = item_asked_about(stage.case, kind, line.about)
    about = {"item": item.id} if item is not None else {}
    strangers = [one for one in line.agencies if item is not None and one not in addressees(stage.procedure, item)]
    obstacles = [f"{about['item']} does not address {one}." for one in strangers]
    _check_asked(stage, kind, about.get("item", ""), line.agencies, obstacles)
    start = len(stage.dossier.requests) + 1
    asked = [
        {"id": f"R{start + place}", "agency": agency, **_leaving(stage, kind, agency)}
        for place, agency in enumerate(line.agencies)
    ]
    return entry(stage, actor, "requested", data={"request": kind, "asked": asked, **about})


def _check_asked(stage: Stage, kind: str, item: str, agencies: Sequence[str], obstacles: Sequence[str] = ()) -> None:
    """Refuse to ask an agency that is asked still, or where the edition asks nothing of the kind."""
    same = (one for one in stage.dossier.requests.values() if (one.request, one.item) == (kind, item))
    waiting = {one.agency for one in same if one.status == "open"}
    again = [f"{one} has been asked already and has not answered yet." for one in agencies if one in waiting]
    if every := [*again, *obstacles, *not_asked_here(stage.case, kind)]:
        raise NotPossible(*every)


def _leaving(stage: Stage, kind: str, agency: str) -> dict[str, str]:
    """When the letter of a request may leave, where a clock counts from that: in the agency's working hours."""
    procedure = stage.procedure
    clocks = (procedure.timescales[name] for name in procedure.anchored.get(("request", kind), ()))
    sent = next((one for one in clocks if one.starts == "sent"), None)
    if sent is None:
        return {}
    calendar = stage.calendars[procedure.calendar_of(sent, agency)]
    return leaving_at(procedure, agency, in_hours(stage.now, OFFICE_HOURS, calendar, procedure.zone_at(agency)))


def _asked(stage: Stage, line: ExampleStep, *statuses: str) -> Asked:
    kind, agency = getattr(line, line.happening), line.agency
    named = (kind, agency, line.about)
    mine = [one for one in stage.dossier.requests.values() if (one.request, one.agency, one.item) == named]
    if not mine:
        raise NotPossible(f"{agency} was not asked.")
    if mine[-1].status not in statuses:
        raise NotPossible(f"{agency} is not asked any more: its request was {mine[-1].status}.")
    return mine[-1]


def _replier(stage: Stage, line: ExampleStep, asked: Asked) -> Actor:
    """The agency itself, unless the line says that somebody enters it."""
    if line.by is None:
        return Actor(name=line.person or line.agency, role=AGENCY, agency=line.agency)
    return actor_of(stage, line, stage.procedure.requests[asked.request].asked_by, "Recording an answer")


def _asker(stage: Stage, line: ExampleStep, asked: Asked, doing: str) -> Actor:
    line = line.model_copy(update={"agency": ""})
    return actor_of(stage, line, stage.procedure.requests[asked.request].asked_by, doing)


def _answered(stage: Stage, line: ExampleStep) -> Entry:
    asked = _asked(stage, line, "open")
    fields = stage.procedure.requests[asked.request].fields
    answers = checked_answers(stage, line, fields, {})
    return entry(stage, _replier(stage, line, asked), "answered", data={**said_of(asked), "fields": answers})


def _declined(stage: Stage, line: ExampleStep) -> Entry:
    asked = _asked(stage, line, "open")
    return entry(stage, _replier(stage, line, asked), "declined", reason=line.reason or WORDS, data=said_of(asked))


def _redirected(stage: Stage, line: ExampleStep) -> Entry:
    asked = _asked(stage, line, "open")
    _check_asked(stage, asked.request, asked.item, (line.to,))
    new = f"R{len(stage.dossier.requests) + 1}"
    data = {**said_of(asked), "to": line.to, "new_id": new, **_leaving(stage, asked.request, line.to)}
    return entry(stage, _replier(stage, line, asked), "redirected", reason=line.reason or WORDS, data=data)


def _promised(stage: Stage, line: ExampleStep) -> Entry:
    asked = _asked(stage, line, "open")
    due = next((one.due_on for one in stage.dossier.dates_of("request", asked.id) if one.open), None)
    day = date.fromisoformat(line.until) if line.until else max(filter(None, (due, asked.promised_on)), default=None)
    if day is not None and day < stage.today and (line.until or due):
        raise BadAnswer("Say until when: the day must be today or later.")
    data = {**said_of(asked), **({"until": day.isoformat()} if day else {})}
    if not line.until:
        data["acknowledged"] = True
    return entry(stage, _replier(stage, line, asked), "promised", data=data)


def _sent_back(stage: Stage, line: ExampleStep) -> Entry:
    asked = _asked(stage, line, "answered")
    if obstacles := not_asked_here(stage.case, asked.request):
        raise NotPossible(*obstacles)
    data = {**said_of(asked), **_leaving(stage, asked.request, asked.agency)}
    actor = _asker(stage, line, asked, "Sending an answer back")
    return entry(stage, actor, "sent_back", reason=line.reason or WORDS, data=data)


def _withdrawn(stage: Stage, line: ExampleStep) -> Entry:
    asked = _asked(stage, line, "open")
    actor = _asker(stage, line, asked, "Withdrawing a request")
    return entry(stage, actor, "request_withdrawn", reason=line.reason or WORDS, data=said_of(asked))


REPLIES: dict[str, Callable[[Stage, ExampleStep], Entry]] = {
    "request": _requested,
    "answered": _answered,
    "declined": _declined,
    "redirected": _redirected,
    "promised": _promised,
    "sent_back": _sent_back,
    "withdrawn": _withdrawn,
}
"""What makes the entry of each."""
