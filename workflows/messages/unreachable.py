"""Places where nobody can be reached: one open task for each place of a case, settled once somebody can be.

A place is the first or senior contact of an agency, or a role of the committee. Each message that reached nobody is on
record by itself; the task gathers them, and the lead officer is written to about it once a day at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from records import contacts, outbox, unreached
from records.cases import Case
from records.contacts import Living, Reach
from records.database import reading, transaction
from records.outbox import Owing
from states.dossier import Deadline
from states.entry import CAIRN
from states.moments import local_day
from states.words import full_weekday
from workflows.messages.notices import case_facts

NAMED = {"overdue": "overdue notice", "silence": "word of the silence", "escalation": "call for help"}
NAMED |= dict.fromkeys(("promise_broken", "promise_passed"), "word of the promise not kept")
NAMED["information_requested"] = "request"
"""What some messages are called in a list of what was or was not sent."""


@dataclass(frozen=True)
class Gap:
    """A place that a message should have gone to, by which channels if not by any, and what it is called."""

    agency: str
    place: str
    channels: tuple[str, ...]
    called: str

    def says(self) -> dict[str, Any]:
        """The facts by which its task is known."""
        by = {"channel": " or ".join(self.channels)} if self.channels else {}
        return {"problem": f"{self.called} cannot be reached", "agency": self.agency, "place": self.place, **by}


@dataclass(frozen=True)
class Unsent:
    """A message that reached nobody: which entry owed it, and about which date, if any."""

    case: Case
    sequence: int
    message: str
    deadline: Deadline | None


def note(tx: Connection, unsent: Unsent, gap: Gap, now: datetime, *, to_tell: bool) -> tuple[str, dict[str, Any]]:
    """Put on record that a message reached nobody, in the one open task about the place. Returns it with its facts.

    The facts are empty where nobody is to be written to: not `to_tell`, or told today already.
    """
    case, key, today = unsent.case, gap.says(), local_day(now)
    known = unreached.open_tasks(tx, case.id)
    task = next((one for one, facts in known.items() if key.items() <= facts.items() and _same_way(facts, key)), None)
    facts = (
        known[task] if task else {**case_facts(case), **key, "since": full_weekday(today), "items": [], "told_on": ""}
    )
    task = task or _asked(tx, unsent, gap, facts, now)
    row = {"case_id": case.id, "sequence": unsent.sequence, "message": unsent.message, "agency": gap.agency}
    row |= {"place": gap.place, "deadline_key": unsent.deadline.key if unsent.deadline else "", "at": now}
    if not unreached.note(tx, {**row, "task_id": task}):
        return task, {}
    write = to_tell and facts["told_on"] != today.isoformat()
    facts = {**facts, **case_facts(case), "items": [*facts["items"], _words(unsent, today)]}
    unreached.say(tx, task, facts | ({"told_on": today.isoformat()} if write else {}))
    return task, {name: facts[name] for name in facts if name not in {"place", "told_on"}} if write else {}


def _same_way(facts: dict[str, Any], key: dict[str, Any]) -> bool:
    return facts.get("channel") == key.get("channel")


def _asked(tx: Connection, unsent: Unsent, gap: Gap, facts: dict[str, Any], now: datetime) -> str:
    case, beside = unsent.case, "\n".join((gap.agency, gap.place, *gap.channels))
    owing = Owing(case.id, case.ref, unsent.sequence, unreached.KIND, facts, beside=beside)
    outbox.ask(tx, owing, unreached.KIND, "lead_officer", now)
    return outbox.task_id(owing, unreached.KIND, "lead_officer")


def named(message: str) -> str:
    """What a message is called in a list of what was or was not sent."""
    return NAMED.get(message, message.replace("_", " "))


def _words(unsent: Unsent, today: date) -> str:
    what = named(unsent.message)
    if unsent.deadline is None:
        return f"{full_weekday(today)}: {what}"
    label = unsent.case.procedure.label_of_date(unsent.deadline.timescale, unsent.deadline.subject)
    due = f", due {full_weekday(unsent.deadline.due_on)}" if unsent.deadline.due_on else ""
    return f"{full_weekday(today)}: {what}, {label}{due}"


def reached(living: Living, agency: str, place: str, lead: str = "") -> Reach | None:
    """Who stands at a place today; the lead officer named on the case before any other, their deputy in their absence.

    None where nobody can be reached.
    """
    if agency:
        return living.of_agency(agency) if place == "first" else living.senior_of(agency)
    if place != "lead_officer":
        return living.in_role(place)
    return living.in_role(place, named=lead, otherwise="deputy_lead_officer")


def by_channels(reach: Reach | None, channels: Sequence[str] | None) -> bool:
    """Whether somebody can be written to by one of these channels, or by any where none is named."""
    return reach is not None and (not channels or not set(channels).isdisjoint(reach.channels))


def settle_reached(engine: Engine, now: datetime) -> int:
    """Settle the tasks about places where somebody can be reached again at `now` (UTC); how many."""
    with reading(engine) as tx:
        waiting = unreached.open_tasks(tx)
        living = contacts.living(tx, local_day(now)) if waiting else Living(())
    done = [task for task, facts in waiting.items() if _is_filled(living, facts)]
    if not done:
        return 0
    with transaction(engine) as tx:
        return sum(unreached.settled(tx, task, CAIRN.name, now) for task in done)


def _is_filled(living: Living, facts: dict[str, Any]) -> bool:
    channels = facts["channel"].split(" or ") if "channel" in facts else None
    return by_channels(reached(living, facts["agency"], facts["place"]), channels)
