"""The history of a case, told: each entry as the sentence a lead officer would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cli.output import spoken
from config.phrases import UNITS
from states.answers import KEPT_FILE
from states.dossier import Deadline, Dossier
from states.entry import Entry
from states.procedure import Procedure
from states.steps import Field, Register
from states.words import counted, first_up

Teller = Callable[[Procedure, Entry, dict[str, Any]], str]


def sentence(procedure: Procedure, entry: Entry, dossier: Dossier | None = None) -> str:
    """What an entry says happened, in the words of the edition it happened under.

    With the dossier the case then was, the agency that owes a date is named beside it.
    """
    deadline = dossier.deadlines.get(entry.data.get("key", "")) if dossier else None
    data = {**entry.data, "whose": deadline.agency if deadline else ""}
    tell = TELLERS.get(entry.kind)
    return tell(procedure, entry, data) if tell else entry.kind.replace("_", " ").capitalize()


def by_whom(procedure: Procedure, entry: Entry) -> str:
    """Who did it, in what role, and for which agency."""
    actor = entry.actor
    if actor.role == "system":
        return actor.name
    role = procedure.label_of("roles", actor.role).lower()
    role += f", for the {procedure.label_of('roles', actor.acting_for).lower()}" if actor.acting_for else ""
    return f"{actor.name} ({role}, {actor.agency})" if actor.agency else f"{actor.name} ({role})"


def date_label(procedure: Procedure, key: str) -> str:
    """A date by the words of its time limit, from its key such as "report/R1#2"."""
    timescale, _, subject = key.partition("#")[0].partition("/")
    return procedure.label_of_date(timescale, subject)


def owed_date(procedure: Procedure, deadline: Deadline) -> str:
    """A date by the words of its time limit, with the agency that owes it."""
    label = procedure.label_of_date(deadline.timescale, deadline.subject)
    return f"{label} ({deadline.agency})" if deadline.agency else label


def more_time(procedure: Procedure, key: str, count: int) -> str:
    """So much more time for a date, in what an extension of it counts."""
    rule = procedure.timescales.get(key.partition("#")[0].partition("/")[0])
    unit = UNITS[rule.unit if rule and rule.unit in {"working_days", "clear_days", "hours"} else "calendar_days"]
    return counted(count, f"more {unit}")


def _date(procedure: Procedure, data: dict[str, Any]) -> str:
    label = date_label(procedure, data["key"])
    return f"{label} ({data['whose']})" if data.get("whose") else label


def _step(procedure: Procedure, entry: Entry, _: dict[str, Any]) -> str:
    move = procedure.moves.get((entry.source, entry.trigger)) or procedure.transition(entry.trigger)
    state = procedure.label_of("states", entry.dest)
    said = move.label if move else entry.trigger.replace("_", " ")
    return said if entry.source == entry.dest else f"{said}: {state}"


def _requested(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    asked = ", ".join(one["agency"] for one in data["asked"])
    return f"{procedure.label_of('requests', data['request'])} asked of {asked}"


def _answered(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    return f"{data['agency']} answered: {procedure.label_of('requests', data['request'])}"


def _declined(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    return f"{data['agency']} declined: {procedure.label_of('requests', data['request'])}"


def _redirected(_: Procedure, __: Entry, data: dict[str, Any]) -> str:
    return f"{data['agency']} says it is for {data['to']}, which is asked instead"


def _promised(_: Procedure, __: Entry, data: dict[str, Any]) -> str:
    whose = data.get("agency", "Whoever owes it")
    if "until" not in data:
        return f"{whose} acknowledged the request"
    says = "acknowledged the request: quiet until" if data.get("acknowledged") else "promises it for"
    return f"{whose} {says} {spoken(data['until'])}"


def _sent_back(_: Procedure, __: Entry, data: dict[str, Any]) -> str:
    return f"The answer of {data['agency']} was sent back; it is asked again"


def _paused(procedure: Procedure, entry: Entry, data: dict[str, Any]) -> str:
    pause = data["pause"]
    until = f"until {spoken(pause['ends'])}" if pause["ends"] else "until further notice"
    if pause["event"]:
        until = f"until {procedure.label_of('events', pause['event']).lower()}"
    stopped = ", ".join(date_label(procedure, name).lower() for name in pause["stops"])
    clocks = f"the clock of {stopped} stands still" if stopped else "no clock stands still"
    authority = procedure.authorities.get(entry.authority, entry.authority)
    return f"{pause['label']} ({pause['id']}), on the authority of {authority}, {until}: {clocks}"


def _reviewed(_: Procedure, __: Entry, data: dict[str, Any]) -> str:
    ends = f"it ends on {spoken(data['ends'])}" if "ends" in data else "it stays"
    return f"The hold {data['id']} was looked at again: {ends}"


def _extension_asked(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    asked = data["extension"]
    more = more_time(procedure, asked["deadline"], asked["count"])
    return f"{more} asked for {date_label(procedure, asked['deadline'])} ({asked['id']})"


def _people(_: Procedure, __: Entry, data: dict[str, Any]) -> str:
    said = [
        f"{name} officer: {data[key] or 'nobody'}"
        for name, key in (("lead", "lead"), ("deputy", "deputy"))
        if key in data
    ]
    said += [f"{agency} joined" for agency in data.get("agencies_joined", ())]
    said += [f"{agency} left" for agency in data.get("agencies_left", ())]
    return "; ".join(said).capitalize() if len(said) == 1 and "officer" in said[0] else "; ".join(said)


def _corrected(_: Procedure, __: Entry, data: dict[str, Any]) -> str:
    right = [f"{name} is {shown(value)}" for name, value in data.get("fields", {}).items()]
    right += [f"it happened on {spoken(data['happened_on'])}"] if "happened_on" in data else []
    return f"Entry {data['sequence']} put right: {'; '.join(right)}"


def _event(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    return f"Recorded: {procedure.label_of('events', data['event']).lower()}"


def _asked_after(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    return f"Asked after: {procedure.label_of('events', data['event']).lower()}; it has not come yet"


def _chased(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
    rule = procedure.timescales.get(data["key"].partition("#")[0].partition("/")[0])
    ladder = procedure.ladders.get(rule.ladder or "") if rule else None
    number = data["rung"]
    message = (
        ladder.rungs[number].message if ladder and number is not None and number < len(ladder.rungs) else "reminder"
    )
    if "promise" in data:
        message = f"Promise for {spoken(data['promise'])} not kept"
    late = "; late" if data.get("late") else ""
    over = f"; {counted(len(data['passed']), 'earlier one')} passed over" if data.get("passed") else ""
    return f"{first_up(message.replace('_', ' '))}: {_date(procedure, data)}{late}{over}"


def _item(what: str) -> Teller:
    def told(procedure: Procedure, _: Entry, data: dict[str, Any]) -> str:
        return f"{procedure.label_of('registers', data['register'])}: {data['id']} {what}"

    return told


def _plain(words: str) -> Teller:
    return lambda _, __, data: words.format(**data)


def shown(value: Any) -> str:
    """A recorded answer as it is read."""
    if isinstance(value, dict) and "answer" not in value:
        return ", ".join(f"{name} {one}" for name, one in value.items() if one)
    if isinstance(value, dict):
        reason = f" ({value['reason']})" if value.get("reason") else ""
        return f"{value.get('answer', '')}{reason}"
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    return _of_evidence(str(value))


def form_of(rule: Register | None) -> dict[str, Field]:
    """All the fields of a list's items by their names: those of entering, of answering and of bringing up to date."""
    return {field.name: field for field in rule.all_fields} if rule else {}


def in_words(field: Field | None, value: Any) -> str:
    """An answer as the form words it: a choice by its label, a date as it is read."""
    if field is not None and field.kind == "date" and isinstance(value, str):
        return spoken(value)
    labels = {one.name: one.label for one in field.choices} if field is not None else {}
    if isinstance(value, list):
        return ", ".join(labels.get(one, shown(one)) if isinstance(one, str) else shown(one) for one in value)
    return labels.get(value, shown(value)) if isinstance(value, str) else shown(value)


def _of_evidence(said: str) -> str:
    """A kept file by the name it was brought under; anything else as it is."""
    kept = KEPT_FILE.fullmatch(said)
    return kept[2] if kept else said


TELLERS: dict[str, Teller] = {
    "opened": _step,
    "advanced": _step,
    "requested": _requested,
    "answered": _answered,
    "declined": _declined,
    "redirected": _redirected,
    "promised": _promised,
    "sent_back": _sent_back,
    "paused": _paused,
    "pause_reviewed": _reviewed,
    "pause_ended": _plain("The hold {id} was ended"),
    "extension_asked": _extension_asked,
    "extension_granted": _plain("More time was granted ({id})"),
    "extension_refused": _plain("More time was refused ({id})"),
    "extension_withdrawn": _plain("The extension {id} was taken back"),
    "missed": lambda procedure, _, data: f"Why a date was missed: {_date(procedure, data)}",
    "linked": lambda _, __, data: f"Linked with {data['ref']} ({data['link'].replace('_', ' ')})",
    "unlinked": _plain("No longer linked with {ref}"),
    "corrected": _corrected,
    "moved_edition": _plain("Moved to the edition {edition}"),
    "people_changed": _people,
    "event_recorded": _event,
    "asked_after": _asked_after,
    "calendar_changed": _plain("Dates are counted by the changed calendar {calendar}"),
    "item_added": _item("entered"),
    "item_answered": _item("answered"),
    "item_updated": _item("brought up to date"),
    "child_added": _plain("Child {child} entered"),
    "personal_data_erased": _plain("The personal data was erased"),
    "key_exchanged": _plain("The key of the personal data is kept under a new master key"),
    "chased": _chased,
    "confirmed": lambda _, __, data: f"Yes to {counted(len(data['messages']), 'drafted message')}",
    "withdrawn": lambda procedure, _, data: (
        f"{counted(len(data['messages']), 'drafted message')} withdrawn: {_date(procedure, data)}"
    ),
    "withheld": lambda _, __, data: f"{counted(len(data['messages']), 'drafted message')} kept back",
}
"""One teller for each kind of entry there is."""
