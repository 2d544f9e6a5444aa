"""Tasks for whoever must decide something that was asked, until it is decided or has lapsed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from records import outbox
from records.cases import Case
from records.outbox import Owing
from states.dossier import Extension
from states.entry import Entry
from states.words import ended, full_weekday
from workflows.messages.notices import called, case_facts, decider_of, more_words

KIND = "decide"
DECLINED = "declined"


def keep(tx: Connection, case: Case, entry: Entry, now: datetime) -> None:
    """Leave a task for what this entry asks somebody to decide, and settle those that nobody need decide any more."""
    if case.dossier.extensions:
        _settle(tx, case, entry, now)
    if entry.kind == "extension_asked":
        _ask_for_time(tx, case, case.dossier.extensions[entry.data["extension"]["id"]], entry, now)
    if entry.kind == "declined" and entry.actor.agency:
        agency = case.dossier.requests[entry.data["id"]].agency
        facts = {**case_facts(case), "agency": agency, "since": full_weekday(entry.happened_on)}
        problem = f"No answer comes from {agency}. {ended(entry.reason)} Ask somebody else, or go on without"
        owing = Owing(case.id, case.ref, case.dossier.sequence, DECLINED, {**facts, "problem": problem})
        outbox.ask(tx, owing, DECLINED, "lead_officer", now)


def _ask_for_time(tx: Connection, case: Case, extension: Extension, entry: Entry, now: datetime) -> None:
    deadline = case.dossier.deadlines[extension.deadline]
    rule = case.procedure.timescales[deadline.timescale].extension
    if rule is None:
        return
    facts: dict[str, Any] = {
        **case_facts(case),
        "agency": deadline.agency,
        "timescale": called(case, deadline),
        "due": full_weekday(deadline.due_on),
        "since": full_weekday(entry.happened_on),
        "extension": extension.id,
        "problem": _problem(case, extension),
    }
    owing = Owing(case.id, case.ref, case.dossier.sequence, KIND, facts, deadline.key)
    outbox.ask(tx, owing, KIND, decider_of(rule, but=entry.actor.role), now)


def _problem(case: Case, extension: Extension) -> str:
    deadline = case.dossier.deadlines[extension.deadline]
    whose = f" from {deadline.agency}" if deadline.agency else ""
    more, due = more_words(case, deadline, extension.count), full_weekday(deadline.due_on)
    date = f", due {due}" if due else ""
    return f"{more} more are asked for ({extension.id}): {called(case, deadline)}{whose}{date}. Grant or refuse it"


def _settle(tx: Connection, case: Case, entry: Entry, now: datetime) -> None:
    waiting = {extension.id for extension in case.dossier.undecided()}
    for task, facts in outbox.open_tasks(tx, KIND, case_id=case.id).items():
        if facts.get("extension") not in waiting:
            outbox.settle(tx, task, entry.actor.name, now, entry.kind.replace("_", " "))
