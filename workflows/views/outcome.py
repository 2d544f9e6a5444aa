"""What a verb did: what happened, where the case stands, which dates moved or began, who will be told, what waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from config.phrases import BEGIN_WITH, NO_COMMITTEE, loosened_words
from config.settings import settings
from config.succession import outdated
from records import agencies, contacts, history, queries
from records.cases import Case
from records.outbox import facts_in
from records.role_holders import on_case
from states.dossier import Deadline
from states.entry import Entry
from states.letters import TAKEN_OUT
from states.moments import local_day
from states.next_step import Advice, NextStep, advice
from states.procedure import Procedure
from states.words import away, first_up, full_weekday, spoken, time_of_day, weekday_and_time
from workflows.unit_of_work import UnitOfWork
from workflows.views.counted_from import ON_HOLIDAY, holiday_of
from workflows.views.json_names import FLAT, written_as
from workflows.views.sentences import owed_date, sentence
from workflows.views.step_warnings import step_warnings

NO_LIMIT = "no limit set: ask your committee"
NO_LIMIT_ELSEWHERE = "no limit set"
"""The same where no committee decides by the edition: a coroner, or an office under another law."""
STARTS = {
    "running": "due {due}, {left}",
    "window": "may be used until {due}",
    "held": "held: no date while the hold runs",
    "unset": NO_LIMIT,
}
STARTS_AGAIN = {
    "running": "runs again: due {due}, {left}",
    "window": "may be used again, until {due}",
    "held": "stands still: no date while it is held",
    "unset": NO_LIMIT,
}
COUNT_FROM_LETTER = 'with starts = "sent" in its local file a committee lets it count from the letter'
ENDS = {"met": "met", "used": "used", "met late": "met late", "cancelled": "no longer owed"}
NEXT_NOTE = timedelta(days=10)
"""News that waits longer than that waits for other news of its case."""
UNREADABLE = {"problem": "What this task says is damaged and cannot be read"}
"""Said of a task whose facts are damaged: a person has to see what it can have been about."""


@dataclass(frozen=True)
class MessageLine:
    """A message owed, and to whom.

    `waits_until` is when it may leave, where that is later than when it was owed; `in_note`: in a note with other
    news; `along`: with the next of them about its case, by then at the latest.
    """

    message: str
    to: str
    role: str
    agency: str
    channel: str
    status: str
    goes_at: datetime
    waits_until: datetime | None = None
    in_note: bool = False
    along: bool = False

    def words(self) -> str:
        """Who is told of what, and how, in one line."""
        who = f"{self.agency} ({self.role} contact)" if self.agency else self.to
        waits = ", waits for a yes" if self.status == "held" else ""
        return f"{who}: {self.message.replace('_', ' ')}, by {self.channel}{waits or self._leaves()}"

    def _leaves(self) -> str:
        if self.waits_until is None:
            return ""
        if self.along:
            return f", with the next news of the case, by {spoken(self.waits_until)} at the latest"
        if self.in_note:
            return f", with other news in one letter on {spoken(self.waits_until)}"
        return f", leaves {weekday_and_time(self.waits_until)}"


@dataclass(frozen=True)
class LetterLine:
    """A letter that goes: to whom, and what it says."""

    letter: MessageLine = field(metadata=FLAT)
    subject: str
    text: str


@dataclass(frozen=True)
class TaskLine:
    """A task, and whom it waits for: `what` is the sentence, `who` the label of the role."""

    id: str
    who: str = field(metadata=written_as("for"))
    kind: str
    what: str


@dataclass(frozen=True)
class DateChange:
    """What became of a date. `wants_reason` where it was missed and nobody has said why."""

    key: str
    label: str
    due: date | None
    change: str
    wants_reason: bool


@dataclass(frozen=True)
class Outcome:
    """What one verb did to a case. `was` is where it stood before, `told` whom the entry owes a message."""

    ref: str
    version: int
    did: str
    kind: str
    entry: int
    happened_on: date
    state: str
    stands: str
    was: str
    closed_on: date | None
    dates: tuple[DateChange, ...]
    told: tuple[MessageLine, ...]
    warnings: tuple[str | Advice, ...]
    tasks: tuple[TaskLine, ...]

    def warned(self, *more: str) -> Outcome:
        """The same with more warnings."""
        return replace(self, warnings=(*self.warnings, *more)) if more else self


def outcome(uow: UnitOfWork, before: Case | None, case: Case, *, place: int = -1) -> Outcome:
    """What a verb did to a case: the last entry is what it wrote, or the one at that place of the history."""
    entry = _newest(uow, case) if place == -1 else history.entries(uow.tx, case.id)[place]
    dossier, found = case.dossier, queries.told(uow.tx, case.id, entry.sequence, uow.now)
    told = tuple(message_line(row, uow.now) for row in found.letters if row["status"] not in TAKEN_OUT)
    return Outcome(
        ref=case.ref,
        version=dossier.version,
        did=sentence(case.procedure, entry, dossier, before.dossier if before else None),
        kind=entry.kind,
        entry=entry.sequence,
        happened_on=entry.happened_on,
        state=dossier.state,
        stands=dossier.closed_as or case.procedure.label_of("states", dossier.state),
        was=case.procedure.label_of("states", before.dossier.state) if before else "",
        closed_on=dossier.closed_on,
        dates=tuple(changes(uow, before, case)),
        told=told,
        warnings=(
            *_warnings(case, entry),
            *step_warnings(uow, before, case, entry),
            *_asked_out_of_hours(case, entry, told),
            *_not_entered(uow, before, case),
            *_not_on_case(uow, case, entry),
        ),
        tasks=tuple(task_line(row, case) for row in found.tasks),
    )


def _newest(uow: UnitOfWork, case: Case) -> Entry:
    """The last entry of a case, as it was just written or as it is on record."""
    sequence, entry = uow.written.get(case.id, (0, None))
    if entry is None or sequence != case.dossier.sequence:
        return history.last(uow.tx, case.id)
    return entry.but(sequence=sequence)


def _warnings(case: Case, entry: Entry) -> Iterator[str | Advice]:
    """What somebody should know who put a case under an edition."""
    said = outdated(case.procedure, entry.happened_on) if entry.kind in {"opened", "moved_edition"} else ""
    if said:
        other = NextStep("case move", {"ref": (case.ref,), "edition": (), "preview": ()})
        yield advice(f"{said} The case is under it all the same; {{}} shows another.", other)
    yield from _left_open(case, entry)


def _not_entered(uow: UnitOfWork, before: Case | None, case: Case) -> Iterator[Advice]:
    """Who has been named for a role on the case and cannot be written to by that name."""
    if before is not None and _named_in(before) == _named_in(case):
        return
    known, earlier = on_case(case), on_case(before).named if before else {}
    fresh = {role: names for role, names in known.named.items() if list(names) != list(earlier.get(role, ()))}
    if not fresh or case.dossier.closed_on is not None:
        return
    reachable = contacts.reachable(uow.tx, uow.today)
    for role in fresh:
        for name in known.unknown(reachable, role):
            enter = NextStep("contact add", {"role_of": (role,), "name": (name,)})
            said = f"{name} is named as {known.labels[role]} and is not entered: no letter goes to them ({{}})."
            yield advice(said, enter)


def _named_in(case: Case) -> tuple[object, ...]:
    """All that says who is named for a role on a case: of two, the same for most entries, which leave it alone."""
    return case.dossier.digest, case.dossier.named, case.dossier.fields


def _not_on_case(uow: UnitOfWork, case: Case, entry: Entry) -> Iterator[Advice]:
    """Which agencies a step names that tells every agency of the case, and that are not on it."""
    moves = case.procedure.triggered.get(entry.trigger, ()) if entry.kind in {"opened", "advanced"} else ()
    named = {
        name: None
        for move in moves
        if any("agencies" in notice.tell for notice in move.notify)
        for field in move.fields
        if field.kind == "agencies"
        for name in entry.data.get("fields", {}).get(field.name) or ()
    }
    if missing := [name for name in named if name not in case.dossier.agencies]:
        register = agencies.read(uow.tx)
        for name in missing:
            if not any(register.is_same(name, one) for one in case.dossier.agencies):
                join = NextStep("case people", {"ref": (case.ref,), "joined": (name,)})
                yield advice(f"{name} is named and is not on the case: nobody there is told of it ({{}}).", join)


def _asked_out_of_hours(case: Case, entry: Entry, told: Sequence[MessageLine]) -> Iterator[str]:
    """That a request leaves on a later day than it was asked, and from which day its clock counts."""
    zone = case.procedure.time_zone
    for deadline in case.dossier.deadlines.values():
        asked = case.dossier.request_of(deadline) if deadline.since == entry.sequence else None
        message = case.procedure.requests[asked.request].message if asked else ""
        theirs = [one.goes_at for one in told if (one.message, one.agency) == (message, deadline.agency)]
        if asked is None or not theirs or local_day(min(theirs), zone) <= entry.happened_on:
            continue
        when = f"{full_weekday(local_day(min(theirs), zone))} at {time_of_day(min(theirs), zone)}"
        letter = f"The request to {deadline.agency} leaves on {when}"
        if case.procedure.timescales[deadline.timescale].starts == "sent":
            yield f"{letter}, and its clock counts from then."
        else:
            day = full_weekday(deadline.anchor_on)
            yield f"{letter}, and its clock counts from {day} all the same: {COUNT_FROM_LETTER}."


def _left_open(case: Case, entry: Entry) -> Iterator[str]:
    """What follows for a new case from there being no committee's file, where its edition leaves limits open."""
    unset = any(rule.length() is None for rule in case.procedure.timescales.values())
    if entry.kind == "opened" and case.procedure.kind == "case" and unset and not settings().committee:
        yield f"{NO_COMMITTEE} {BEGIN_WITH}"


def changes(uow: UnitOfWork, before: Case | None, case: Case) -> Iterator[DateChange]:
    """The dates that differ between two moments of a case, each with what became of it in words."""
    old = before.dossier.deadlines if before else {}
    for key, deadline in case.dossier.deadlines.items():
        words = _change(old.get(key), deadline, local_day(uow.now, deadline.zone))
        if words:
            note = loosened_words(case.procedure.timescales.get(deadline.timescale)) if deadline.open else ""
            moved = old.get(key) is None or old[key].due_on != deadline.due_on
            closed = ON_HOLIDAY.format(name) if moved and (name := holiday_of(case, deadline)) else ""
            yield DateChange(
                key=key,
                label=owed_date(case.procedure, deadline),
                due=deadline.due_on,
                change="; ".join(filter(None, (words.replace(NO_LIMIT, unset_words(case.procedure)), closed, note))),
                wants_reason=case.dossier.wants_reason(deadline, uow.now),
            )


def unset_words(procedure: Procedure) -> str:
    """That a date has no limit, and whom to ask, where that is a committee."""
    return NO_LIMIT if procedure.office == "committee" else NO_LIMIT_ELSEWHERE


def _change(was: Deadline | None, now: Deadline, today: date) -> str:
    said = {"due": spoken(now.due_on), "left": away((now.due_on - today).days) if now.due_on else ""}
    if was is None:
        return (STARTS if now.open else ENDS)[_status(now)].format(**said)
    if was.status != now.status:
        return (STARTS_AGAIN if now.open else ENDS)[_status(now)].format(**said)
    if was.due_on != now.due_on and now.open:
        left = "" if now.lapses else f", {said['left']}"
        return f"moves from {spoken(was.due_on)} to {said['due']}{left}"
    if was.quiets != now.quiets:
        stays, last = f"stays on {said['due']}" if now.due_on else NO_LIMIT, now.quiets[-1].lasts_until
        return f"{stays}; {f'no reminder until {spoken(last)}' if last > today else 'reminders go by it again'}"
    return "the reason is on record" if was.late_reason != now.late_reason else ""


def _status(deadline: Deadline) -> str:
    if deadline.status == "met":
        return "used" if deadline.lapses else "met late" if deadline.late else "met"
    return deadline.row_status


def message_line(row: RowMapping | Mapping[str, Any], now: datetime | None = None) -> MessageLine:
    """A message owed, and to whom, from its row; with `now` it says until when it waits, where it does."""
    return MessageLine(
        message=row["kind"],
        to=row["name"],
        role=row["role"],
        agency=row["agency"],
        channel=row["channel"],
        status=row["status"],
        goes_at=row["deliver_after"],
        waits_until=row["deliver_after"] if now is not None and row["deliver_after"] > now else None,
        in_note=bool(row["gathered"]),
        along=now is not None and row["gathered"] == "milestones" and row["deliver_after"] - now > NEXT_NOTE,
    )


def task_line(row: RowMapping | Mapping[str, Any], case: Case) -> TaskLine:
    """A task, and whom it waits for, from its row."""
    who = case.procedure.label_of("roles", row["role"])
    return TaskLine(row["id"][:8], who, row["kind"], task_words(row["kind"], facts_in(row["facts"]) or UNREADABLE))


def task_words(kind: str, facts: Mapping[str, Any]) -> str:
    """A task as a sentence."""
    problem = str(facts.get("problem", ""))
    if kind == "confirm":
        return f"Say yes or no to a drafted message about {facts.get('timescale', 'a date')}."
    return f"{first_up(problem)}." if problem else kind.replace("_", " ").capitalize()
