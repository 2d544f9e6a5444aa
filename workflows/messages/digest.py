"""The day's list for each person of the committee: what is overdue, due soon, wants a reason or a yes.

Agencies get none: what they owe reaches them by the ladders, and nothing is said twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select

from config.phrases import loosened_words, quiet_of
from config.settings import calendar
from records import contacts, outbox
from records.cases import CASES, dossier_of
from records.contacts import Living, Reach
from records.diary import DEADLINES
from records.editions import Shelf
from records.history import HISTORY
from records.outbox import MESSAGES, TASKS, Letter, Owing
from states.entry import BY_THE_CLOCK
from states.errors import DAMAGED
from states.moments import local_day
from states.words import counted, full_weekday

AHEAD = timedelta(days=7)
OVERDUE, TODAY, SOON, YES, TASK, REASON = range(6)
"""What is most pressing comes first in the list."""

DATES = (
    select(DEADLINES.c.key, DEADLINES.c.timescale, DEADLINES.c.agency, DEADLINES.c.due_on, CASES)
    .join(CASES, CASES.c.id == DEADLINES.c.case_id)
    .where(DEADLINES.c.status == "running")
)
HELD = (
    select(CASES.c.ref, CASES.c.lead, CASES.c.deputy, MESSAGES.c.confirm_role, MESSAGES.c.confirm_by)
    .join(CASES, CASES.c.id == MESSAGES.c.case_id)
    .where(MESSAGES.c.status == "held")
    .distinct()
)
WAITING = (
    select(TASKS.c.role, TASKS.c.facts, TASKS.c.created_at, CASES.c.ref, CASES.c.lead, CASES.c.deputy)
    .join(CASES, CASES.c.id == TASKS.c.case_id, isouter=True)
    .where(TASKS.c.done_at.is_(None), TASKS.c.kind != "confirm")
)
SILENT = select(CASES).where(CASES.c.closed_on.is_(None), CASES.c.next_due_on.is_(None)).order_by(CASES.c.id)
LAST_DONE = select(func.max(HISTORY.c.happened_on)).where(
    HISTORY.c.case_id == bindparam("case"), HISTORY.c.kind.not_in(BY_THE_CLOCK)
)
"""The last day on which somebody did something on a case."""

SILENT_FOR = timedelta(days=7)
"""How long an open case may stand without a date before the lead officer's list names it."""

LATE = select(CASES).where(CASES.c.closed_on.is_(None), CASES.c.dossier.contains('"late":true'))


@dataclass(frozen=True)
class Line:
    """One thing on somebody's list: how pressing, since or until when, and for which role on whose case."""

    pressing: int
    on: date
    words: str
    role: str
    lead: str = ""
    deputy: str = ""


def digest(tx: Connection, now: datetime, link: str = "") -> int:
    """Owe everybody of the committee who has something to look at the day's list; how many messages. Once a day."""
    today = local_day(now)
    owed: list[Letter] = []
    for reach, lines in lists(tx, today):
        facts = {"items": [line.words for line in lines], "due": full_weekday(today)}
        if link and "{ref}" not in link:
            facts["link"] = link
        owing = Owing(None, f"digest {today.isoformat()}", 0, "digest", facts)
        owed += outbox.letters(owing, reach, calendar(reach.calendar), now)
    return outbox.owe(tx, owed)


def lists(tx: Connection, today: date) -> list[tuple[Reach, list[Line]]]:
    """Who has what on their list today, the most pressing first; those with nothing are left out."""
    living = contacts.living(tx, today)
    found: dict[int, tuple[Reach, list[Line]]] = {}
    for line in sorted(_lines(tx, today), key=lambda one: (one.pressing, one.on, one.words)):
        for reach in _readers(living, line):
            mine = found.setdefault(reach.id, (reach, []))[1]
            if line.words not in {one.words for one in mine}:
                mine.append(line)
    return list(found.values())


def _readers(living: Living, line: Line) -> Iterable[Reach]:
    """The lead officer of the case (the deputy while away), and whoever holds the role that owes it."""
    lead = living.in_role("lead_officer", named=line.lead)
    lead = lead or living.in_role("deputy_lead_officer", named=line.deputy)
    owner = lead if line.role in {"agency", "lead_officer"} else living.in_role(line.role)
    return {one.id: one for one in (lead, owner) if one}.values()


def _lines(tx: Connection, today: date) -> Iterator[Line]:
    yield from _dates(tx, today)
    yield from _without_date(tx, today)
    yield from _yes_wanted(tx, today)
    yield from _tasks(tx)
    yield from _reasons(tx)


def _dates(tx: Connection, today: date) -> Iterator[Line]:
    wanted = DATES.where(DEADLINES.c.due_on <= today + AHEAD).order_by(DEADLINES.c.due_on, DEADLINES.c.case_id)
    shelf = Shelf(tx)
    for row in tx.execute(wanted).mappings():
        rule = shelf.procedure(row["digest"]).timescales.get(row["timescale"])
        if rule is None or _waits(row, today):
            continue
        whose = f" from {row['agency']}" if row["agency"] else ""
        what = f"{row['ref']}: {rule.label}{whose}"
        pressing, when = _nearness(row["due_on"], today, chase=rule.kind == "chase")
        words = "; ".join(filter(None, (f"{what}, {when}", _said(row, today), loosened_words(rule))))
        yield Line(pressing, row["due_on"], words, rule.owner, row["lead"], row["deputy"])


def _without_date(tx: Connection, today: date) -> Iterator[Line]:
    """Open cases that no date has reminded anybody of for a week: a reopened one, or one whose limits are not set."""
    shelf = Shelf(tx)
    for row in tx.execute(SILENT).mappings():
        since = tx.execute(LAST_DONE, {"case": row["id"]}).scalar_one()
        if today - since >= SILENT_FOR:
            state = shelf.procedure(row["digest"]).label_of("states", row["state"])
            words = f"{row['ref']}: no date runs on it, so nothing reminds anybody of it; nothing was done since "
            words += f"{full_weekday(since)} ({state}): see what is next, and by when"
            yield Line(TODAY, since, words, "lead_officer", row["lead"], row["deputy"])


def _waits(row: RowMapping, today: date) -> bool:
    """Whether a date was missed before a hold that stops its clock: nobody is asked about it while that lasts."""
    if row["due_on"] >= today:
        return False
    try:
        dossier = dossier_of(row["ref"], row["dossier"])
    except DAMAGED:  # a task says so
        return False
    return dossier.is_stopped(dossier.deadlines[row["key"]], today)


def _said(row: RowMapping, today: date) -> str:
    """What the agency last said about its date, if one owes it."""
    if not row["agency"]:
        return ""
    try:
        return quiet_of(dossier_of(row["ref"], row["dossier"]).deadlines[row["key"]], today)
    except DAMAGED:  # a task says so
        return ""


def _nearness(due: date, today: date, *, chase: bool) -> tuple[int, str]:
    days = (today - due).days
    if days > 0 and chase:  # an outside matter to ask after is never late
        return TODAY, f"to be asked after since {full_weekday(due)}"
    if days > 0:
        return OVERDUE, f"overdue by {counted(days, 'day')} (due {full_weekday(due)}): record why, or the answer"
    return (TODAY, "due today") if days == 0 else (SOON, f"due {full_weekday(due)}")


def _yes_wanted(tx: Connection, today: date) -> Iterator[Line]:
    for row in tx.execute(HELD).mappings():
        by = local_day(row["confirm_by"]) if row["confirm_by"] else None
        goes = f"; with neither yes nor no it goes by itself on {full_weekday(by)}" if by else ""
        words = f"{row['ref']}: a message waits for a yes from the {row['confirm_role'].replace('_', ' ')}{goes}"
        yield Line(YES, by or today, words, row["confirm_role"], row["lead"], row["deputy"])


def _tasks(tx: Connection) -> Iterator[Line]:
    for row in tx.execute(WAITING).mappings():
        facts: dict[str, Any] = json.loads(row["facts"])
        since = local_day(row["created_at"])
        where = f"{row['ref']}: " if row["ref"] else ""
        often = len(facts.get("items", ()))
        times = f", {often} messages reached nobody" if often > 1 else ""
        words = f"{where}task, {facts.get('problem') or 'see to it'}{times}"
        yield Line(
            TASK, since, f"{words} (since {full_weekday(since)})", row["role"], row["lead"] or "", row["deputy"] or ""
        )


def _reasons(tx: Connection) -> Iterator[Line]:
    shelf = Shelf(tx)
    for row in tx.execute(LATE).mappings():
        try:
            dossier, rules = dossier_of(row["ref"], row["dossier"]), shelf.procedure(row["digest"]).timescales
        except DAMAGED:  # a task says so
            continue
        for one in dossier.deadlines.values():
            if one.late and not one.late_reason and one.timescale in rules:
                rule = rules[one.timescale]
                words = f"{row['ref']}: {rule.label} was late, and the reason is wanted"
                yield Line(REASON, one.due_on or one.opened_on, words, rule.owner, row["lead"], row["deputy"])
