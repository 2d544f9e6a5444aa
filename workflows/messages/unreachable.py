"""Tasks for messages that reached nobody: one for each unfilled place of a case, one for each dead address.

A place is the first or senior contact of an agency, or a role of the committee. Each message that reached nobody is on
record by itself; the task gathers them, and the lead officer is written to about it once a day at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from records import outbox, unreached
from records.cases import CASES, Case
from records.contacts import Reach
from records.outbox import Owing
from states.dossier import Deadline
from states.moments import local_day
from states.words import full_weekday
from workflows.messages.notices import case_facts

NAMED = {"overdue": "overdue notice", "silence": "word of the silence", "escalation": "call for help"}
NAMED |= dict.fromkeys(("promise_broken", "promise_passed"), "word of the promise not kept")
NAMED["information_requested"] = "request"
"""What some messages are called in a list of what was or was not sent."""
UNTOLD = frozenset({"place", "told_on", "contact", "cases", "by_hand"})
"""Facts of a task that are for finding it again, not for reading."""
PLACE_OF = {"deputy": "first", "deputy_lead_officer": "lead_officer"}
"""Whose place somebody holds who stands in for another."""
NOT_OWED = frozenset({"task", "digest", "canary", "system_alarm", "confirm"})
"""Messages about the work of the committee itself: no entry owes them, and a later one says the same."""


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

    Where an address of the place was refused, that is the trouble, and its task gathers this too. The facts are empty
    where nobody is to be written to: not `to_tell`, or told today already.
    """
    case, key, today = unsent.case, gap.says(), local_day(now)
    known = outbox.open_tasks(tx, unreached.KIND, case_id=case.id)
    task = next((one for one, facts in known.items() if key.items() <= facts.items() and _same_way(facts, key)), None)
    if task is None and not gap.channels:
        known = outbox.open_tasks(tx, unreached.REFUSED)
        task = next((one for one, facts in known.items() if _same_place(facts, gap)), None)
    fresh = {**case_facts(case), **key, "since": full_weekday(today), "items": [], "told_on": ""}
    facts = known[task] if task else fresh
    task = task or _asked(tx, unsent, gap, facts, now)
    row = {"case_id": case.id, "sequence": unsent.sequence, "message": unsent.message, "agency": gap.agency}
    row |= {"place": gap.place, "deadline_key": unsent.deadline.key if unsent.deadline else "", "at": now}
    if not unreached.note(tx, {**row, "task_id": task}):
        return task, {}
    write = to_tell and facts["told_on"] != today.isoformat()
    facts = {**facts, **_where_it_stands(facts, case), "items": [*facts["items"], _words(unsent, facts, today)]}
    outbox.say(tx, task, facts | ({"told_on": today.isoformat()} if write else {}))
    return task, {name: facts[name] for name in facts if name not in UNTOLD} if write else {}


def _same_way(facts: dict[str, Any], key: dict[str, Any]) -> bool:
    return facts.get("channel") == key.get("channel")


def _same_place(facts: dict[str, Any], gap: Gap) -> bool:
    return (facts.get("agency"), facts.get("place")) == (gap.agency, gap.place)


def _where_it_stands(facts: dict[str, Any], case: Case) -> dict[str, Any]:
    """Where the case stands now; a task about several cases says it of none."""
    return case_facts(case) if facts.get("ref") == case.ref else {}


def _asked(tx: Connection, unsent: Unsent, gap: Gap, facts: dict[str, Any], now: datetime) -> str:
    case, beside = unsent.case, "\n".join((gap.agency, gap.place, *gap.channels))
    owing = Owing(case.id, case.ref, unsent.sequence, unreached.KIND, facts, beside=beside)
    number = outbox.task_id(owing, unreached.KIND, "lead_officer")
    while outbox.ask(tx, owing, unreached.KIND, "lead_officer", now) is None:  # seen to, and missing anew
        owing = owing._replace(beside=f"{owing.beside}\n{now.isoformat()}")
        number = outbox.task_id(owing, unreached.KIND, "lead_officer")
    return number


@dataclass(frozen=True)
class LetterRefused:
    """A letter that a mailbox did not take: to whom, by which channel, what was in it, and what the server said.

    `by_hand`: it was no fault of the address, so nothing that is put right there would send it again by itself.
    """

    to: Reach
    channel: str
    messages: Sequence[RowMapping]
    said: str
    by_hand: bool = False


def note_refused(tx: Connection, refusal: LetterRefused, now: datetime) -> tuple[str, dict[str, Any]]:
    """Put what was in a refused letter on record, in the one open task about that address. Returns it with its facts.

    The facts are empty where the lead officer was told of that address today already.
    """
    today, about = local_day(now), {"contact": refusal.to.id, "channel": refusal.channel}
    about |= {"by_hand": refusal.by_hand}
    known = outbox.open_tasks(tx, unreached.REFUSED)
    task = next((one for one, facts in known.items() if about.items() <= facts.items()), None)
    refs = _refs(tx, refusal.messages)
    facts = known[task] if task else _facts_of(refusal, about, today)
    task = task or _asked_of(tx, refusal, facts, refs, now)
    gathered = [_gathered(tx, task, row, refs, now) for row in refusal.messages]
    more = [line for line in gathered if line and line not in facts["items"]]
    facts |= {"outcome": refusal.said, "items": [*facts["items"], *more], "cases": _cases(facts, refs)}
    facts |= {"ref": facts["cases"][0] if len(facts["cases"]) == 1 else ""}
    write = facts["told_on"] != today.isoformat() and any(row["kind"] != "task" for row in refusal.messages)
    outbox.say(tx, task, facts | ({"told_on": today.isoformat()} if write else {}))
    unreached.one_case(tx, task, {row["case_id"] for row in refusal.messages})
    return task, {name: facts[name] for name in facts if name not in UNTOLD} if write else {}


def _facts_of(refusal: LetterRefused, about: dict[str, Any], today: date) -> dict[str, Any]:
    to = refusal.to
    role = to.role.replace("_", " ")
    who = f"{role} contact of {to.agency}" if to.agency else role
    place = PLACE_OF.get(to.role, to.role)
    facts = {"problem": f"a message to the {who} could not be delivered", "agency": to.agency, "place": place}
    return {**about, **facts, "since": full_weekday(today), "items": [], "cases": [], "told_on": ""}


def _asked_of(
    tx: Connection, refusal: LetterRefused, facts: dict[str, Any], refs: Mapping[int, str], now: datetime
) -> str:
    case_id = next(iter(refs), None) if len(refs) == 1 else None
    beside = f"{refusal.to.id}\n{refusal.channel}\n{now.isoformat()}"
    owing = Owing(case_id, "", 0, unreached.REFUSED, facts, beside=beside)
    outbox.ask(tx, owing, unreached.REFUSED, "lead_officer", now)
    return outbox.task_id(owing, unreached.REFUSED, "lead_officer")


def _gathered(tx: Connection, task: str, row: RowMapping, refs: Mapping[int, str], now: datetime) -> str:
    """What was in the letter as a line of its task; what an entry owed to a place is on record by itself too."""
    if row["case_id"] is None or row["kind"] in NOT_OWED:
        return f"{full_weekday(local_day(now))}: {named(row['kind'])}"
    kept = {name: row[name] for name in ("case_id", "sequence", "agency", "place", "deadline_key")}
    if row["place"]:
        unreached.note(tx, {**kept, "message": row["kind"], "at": now, "task_id": task})
    return f"{full_weekday(local_day(now))}: {refs[row['case_id']]}, {named(row['kind'])}"


def _refs(tx: Connection, rows: Sequence[RowMapping]) -> dict[int, str]:
    ids = {row["case_id"] for row in rows if row["case_id"] is not None}
    found = tx.execute(select(CASES.c.id, CASES.c.ref).where(CASES.c.id.in_(ids)).order_by(CASES.c.id))
    return {row.id: row.ref for row in found}


def _cases(facts: dict[str, Any], refs: Mapping[int, str]) -> list[str]:
    return list(dict.fromkeys([*facts["cases"], *refs.values()]))


def named(message: str) -> str:
    """What a message is called in a list of what was or was not sent."""
    return NAMED.get(message, message.replace("_", " "))


def _words(unsent: Unsent, facts: dict[str, Any], today: date) -> str:
    ref = "" if facts.get("ref") == unsent.case.ref else f"{unsent.case.ref}, "
    what = f"{ref}{named(unsent.message)}"
    if unsent.deadline is None:
        return f"{full_weekday(today)}: {what}"
    label = unsent.case.procedure.label_of_date(unsent.deadline.timescale, unsent.deadline.subject)
    due = f", due {full_weekday(unsent.deadline.due_on)}" if unsent.deadline.due_on else ""
    return f"{full_weekday(today)}: {what}, {label}{due}"


def by_channels(reach: Reach, channels: Sequence[str] | None) -> bool:
    """Whether somebody can be written to by one of these channels, or by any where none is named."""
    return not channels or not set(channels).isdisjoint(reach.channels)
