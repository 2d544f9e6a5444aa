"""Reminding an agency by hand: of one date or of many, today, beside what its ladder says; each with its entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records import history, queries
from records.cases import Case, record
from records.need_to_know import check_named
from states.answers import tidy
from states.dossier import Deadline
from states.entry import Entry
from states.errors import BadAnswer, NotPossible, Refused
from states.words import full_weekday, weekday_and_time
from workflows.messages.correspondence import evidence
from workflows.messages.owe import ABOUT_A_DATE, by_hand, tell_rung
from workflows.unit_of_work import UnitOfWork, check_words, deadline_of, find
from workflows.verbs.people import check_keeper
from workflows.views.outcome import MessageLine, message_line
from workflows.views.sentences import owed_date

MOST = 200
NONE_CHOSEN = "Choose the dates that agencies are to be reminded of."
TOO_MANY = "Remind of {most} dates at a time: choose fewer, then the others."
NOT_AN_AGENCYS = "{label} is owed by no agency: nobody is reminded of it by hand."
NOT_RUNNING = "{label} is not owed at present: there is nothing to remind of."
LEFT_IN_PEACE = "{label}: {agency} has said that it has it in hand, and is left in peace until {until}."
NOT_LEFT = "{label}: what was asked of {agency} has not left yet: it leaves {when}. Nobody is reminded of it before."
TODAY_ALREADY = "{label}: {agency} was written to about it today already."


@dataclass(frozen=True)
class Reminder:
    """One date that an agency is reminded of: the letters that go, or why none does."""

    ref: str
    key: str
    label: str
    told: tuple[MessageLine, ...] = ()
    refused: str = ""


def remind(uow: UnitOfWork, ref: str, key: str, why: str = "", *, seen: int | None = None) -> tuple[Case, Entry]:
    """Remind the agency that owes a date, now. Raises NotPossible for one that is met, quiet, or was told today."""
    case, why = find(uow, ref, seen), tidy(why)
    uow = uow.in_days_of(case.procedure)
    uow = check_keeper(uow, case, "Reminding an agency")
    check_words(uow, case, why)
    deadline = deadline_of(case, key)
    obstacle = _obstacle(uow, case, deadline)
    if obstacle:
        raise NotPossible(obstacle)
    assert deadline.due_on is not None
    message = "reminder" if deadline.due_on > uow.today else "due_today" if deadline.due_on == uow.today else "overdue"
    data = {"key": deadline.key, "due_on": deadline.due_on.isoformat(), "message": message, "passed": []}
    entry = uow.entry("reminded", reason=why, data=data)
    case = record(uow.tx, case, entry, uow.now)
    facts: dict[str, Any] = {"late": False, "passed": 0, "evidence": evidence(uow.tx, case, deadline.key)}
    tell_rung(uow.tx, case, case.dossier.deadlines[deadline.key], by_hand(message), facts, uow.now)
    return case, entry


def remind_all(uow: UnitOfWork, dates: Sequence[tuple[str, str]], why: str = "") -> tuple[Reminder, ...]:
    """Remind of several dates; those that nobody can be reminded of are named with the reason, and the others go."""
    if not dates:
        raise BadAnswer(NONE_CHOSEN)
    if len(dates) > MOST:
        raise BadAnswer(TOO_MANY.format(most=MOST))
    return tuple(_one(uow, ref, key, why) for ref, key in dict.fromkeys(dates))


def try_to_remind(uow: UnitOfWork, dates: Sequence[tuple[str, str]], why: str = "") -> tuple[Reminder, ...]:
    """What reminding of several dates would do: done, told, and taken back."""
    try:
        return remind_all(uow, dates, why)
    finally:
        uow.tx.rollback()


def _one(uow: UnitOfWork, ref: str, key: str, why: str) -> Reminder:
    check_named(uow.tx, ref, uow.actor.account)
    case = find(uow, ref)
    uow = uow.in_days_of(case.procedure)
    label = owed_date(case.procedure, deadline_of(case, key))
    try:
        case, _ = remind(uow, ref, key, why)
    except Refused as refused:
        return Reminder(case.ref, key, label, refused=" ".join(refused.obstacles))
    rows = queries.told_by(uow.tx, case.id, case.dossier.sequence)
    return Reminder(case.ref, key, label, tuple(message_line(row, uow.now) for row in rows))


def _obstacle(uow: UnitOfWork, case: Case, deadline: Deadline) -> str:
    """Why nobody is reminded of a date; "" where somebody is."""
    said = {"label": owed_date(case.procedure, deadline), "agency": deadline.agency}
    if not deadline.agency:
        return NOT_AN_AGENCYS.format(**said)
    if deadline.status != "running" or deadline.due_on is None or case.dossier.is_stopped(deadline, uow.today):
        return NOT_RUNNING.format(**said)
    quiet = max((one.lasts_until for one in deadline.quiets), default=None)
    if quiet is not None and quiet >= uow.today:
        return LEFT_IN_PEACE.format(**said, until=full_weekday(quiet))
    leaves = _leaves(uow, case, deadline)
    if leaves is not None:
        return NOT_LEFT.format(**said, when=weekday_and_time(leaves))
    told = history.of_kinds(uow.tx, case.id, tuple(ABOUT_A_DATE))
    again = any(one.happened_on == uow.today and one.data["key"] == deadline.key for one in told)
    return TODAY_ALREADY.format(**said) if again else ""


def _leaves(uow: UnitOfWork, case: Case, deadline: Deadline) -> datetime | None:
    """When the letter leaves that asked an agency for what is due; None where one has left, or there is none."""
    rows = queries.told_by(uow.tx, case.id, deadline.since)
    asked = [message_line(row, uow.now) for row in rows if row["agency"] == deadline.agency]
    waiting = [one.waits_until for one in asked if one.waits_until is not None]
    return min(waiting) if waiting and len(waiting) == len(asked) else None
