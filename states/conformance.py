"""Conformance checking: whether an entry was allowed by the edition, given the case as it stood before it.

Unlike general process-mining tools it considers who acted, what had to be recorded, what stood in the way (a hold, an
answer still missing), and the due day with working calendars, holds and time granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from states.answers import faults, holds
from states.dossier import Deadline, Dossier
from states.entry import Entry
from states.guards import Facts
from states.machine import obstacles
from states.moments import local_day
from states.procedure import Procedure
from states.roles import role_obstacle
from states.steps import Transition
from states.values import Cited
from states.words import counted, long_day

COUNTED = frozenset({"deadline", "target"})
"""The kinds of time limits that are steps; duties that come round again and chases are none."""

ILLEGAL, UNEXPLAINED, EXPLAINED = "illegal", "unexplained", "explained"


@dataclass(frozen=True)
class Deviation:
    """One deviation from the edition: in a sentence, with its entry (0: none yet) and its rule.

    `kind` is a step that the edition does not allow, a late one without a reason, or a late one with its reason.
    `key` names the date, where it is about one, and `since` says what came after the day it is told as at.
    """

    sequence: int
    kind: str
    sentence: str
    rule: str
    key: str = ""
    since: str = ""


def of_entry(procedure: Procedure, before: Dossier, entry: Entry) -> Iterator[Deviation]:
    """Deviations of an entry from its edition; `before` is the case as it stood."""
    check = CHECKS.get(entry.kind)
    if check is not None:
        yield from check(procedure, before, entry)


@dataclass(frozen=True)
class CaseAsAt:
    """A case as it stood at the end of a day and as it stands now, to tell of a date that was missed.

    `calendar` gives the label of a calendar by its name.
    """

    procedure: Procedure
    then: Dossier
    day: date
    now: Dossier
    calendar: Callable[[str], str]


def of_late(told: CaseAsAt, key: str) -> Deviation:
    """The deviation of a missed date, as at a day; and what came after that day."""
    one, procedure = told.then.deadlines[key], told.procedure
    rule = procedure.timescales[one.timescale]
    kind = EXPLAINED if one.late_reason.strip() else UNEXPLAINED
    law = cited(procedure, f"Time limit “{rule.label}”", rule)
    since = _since(one, told.now.deadlines.get(key, one), told.day)
    return Deviation(one.ended_by, kind, _late(told, one, since), law, key, since)


def of_days(procedure: Procedure, steps: Iterable[tuple[int, date, Entry]]) -> Iterator[Deviation]:
    """Steps recorded as happening before the step they follow: their number, their day as corrected, their entry."""
    last: tuple[date, str] | None = None
    for sequence, day, entry in steps:
        move = procedure.moves.get((entry.source, entry.trigger))
        label = move.label if move else entry.trigger
        if last is not None and day < last[0]:
            said = f"“{label}” is dated {long_day(day)}, before “{last[1]}” ({long_day(last[0])}), which it follows."
            yield Deviation(sequence, ILLEGAL, said, _rule(procedure, move) if move else procedure.title)
        last = (day, label)


def cited(procedure: Procedure, what: str, rule: Cited) -> str:
    """A rule by its name, with its edition and the source it cites."""
    where = f" ({'; '.join(map(procedure.source_words, rule.cite))})" if rule.cite else ""
    return f"{what}, {procedure.title}{where}"


def _late(told: CaseAsAt, one: Deadline, since: str) -> str:
    rule = told.procedure.timescales[one.timescale]
    whose = f" ({one.agency})" if one.agency else ""
    due = f"due on {long_day(one.due_on)}" if one.due_on else "due"
    ended = f"met on {long_day(one.ended_on)}" if one.ended_on else f"not met by {long_day(told.day)}"
    calendar = told.calendar(told.procedure.calendar_of(rule, one.agency))
    counted = f" (counted by the calendar of {calendar}{_moved(told.then, one)})"
    reason = one.late_reason.strip()
    when = f"No reason was on record on {long_day(told.day)}." if since else "No reason is on record."
    return f"{rule.label}{whose}: {due}{counted}, {ended}. {f'The reason on record: {reason}' if reason else when}"


def _since(then: Deadline, now: Deadline, day: date) -> str:
    """What became of a missed date after the day it is told as at; empty where nothing did."""
    said = []
    if then.ended_on is None and now.ended_on is not None:
        said.append(f"{'met' if now.status == 'met' else 'no longer owed'} on {long_day(now.ended_on)}")
    if not then.late_reason.strip() and now.late_reason.strip():
        said.append(f"this reason was recorded: {now.late_reason.strip()}")
    return f"After {long_day(day)}: {' and '.join(said).rstrip('.')}." if said else ""


def _moved(dossier: Dossier, one: Deadline) -> str:
    holds = [stop for stop in dossier.stops_for(one.timescale) if one.ended_on is None or stop.starts < one.ended_on]
    granted = dossier.allowances_for(one.key)
    words = [counted(len(holds), "hold")] if holds else []
    words += [f"{sum(one.count for one in granted)} days more granted"] if granted else []
    return f", {' and '.join(words)} counted in" if words else ""


def _opened(procedure: Procedure, _: Dossier, entry: Entry) -> Iterator[Deviation]:
    move = procedure.moves.get(("", entry.trigger))
    if move is None or move.dest != entry.dest:
        yield _no_step(procedure, entry, "opening a case")
        return
    if wrong := role_obstacle(procedure, entry.actor, move.roles, move.label, entry.counting):
        yield Deviation(entry.sequence, ILLEGAL, wrong, _rule(procedure, move))


def _advanced(procedure: Procedure, before: Dossier, entry: Entry) -> Iterator[Deviation]:
    here = procedure.label_of("states", before.state)
    move = procedure.moves.get((before.state, entry.trigger))
    if move is None or entry.source != before.state or entry.dest != move.dest:
        yield _no_step(procedure, entry, f"“{here}”")
        return
    data = entry.data
    answers = data.get("fields", {})
    facts = Facts(
        procedure,
        before,
        entry.actor,
        local_day(entry.recorded_at, procedure.time_zone),
        answers,
        entry.reason,
        entry.authority,
        data.get("override", ""),
        entry.happened_on if entry.dates_follow else None,
        entry.counting,
    )
    wrong = [one.sentence for one in obstacles(facts, move)]
    wrong += faults(move.fields, answers, before.fields, facts.today)
    if move.reason == "required" and not entry.reason.strip():
        wrong.append("It needs its reason, and none is on record.")
    if move.authority and entry.authority not in move.authority:
        wrong.append("It needs the authority it was done on, and none of those is on record.")
    for sentence in wrong:
        said = f"“{move.label}” was done though this stood in the way: {sentence}"
        yield Deviation(entry.sequence, ILLEGAL, said, _rule(procedure, move))


def _paused(procedure: Procedure, before: Dossier, entry: Entry) -> Iterator[Deviation]:
    rule = procedure.pauses.get(entry.data["pause"]["kind"])
    if rule is None:
        said = f"A hold was ordered ({entry.data['pause']['kind']}) that the edition does not know."
        yield Deviation(entry.sequence, ILLEGAL, said, procedure.title)
    elif wrong := role_obstacle(
        procedure, entry.actor, rule.ordered_by, f"Ordering {procedure.in_a_sentence(rule.label)}", entry.counting
    ):
        yield Deviation(entry.sequence, ILLEGAL, wrong, cited(procedure, f"Hold “{rule.label}”", rule))
    elif rule.when is not None and not holds(rule.when, before.fields):
        said = f"A hold was ordered ({rule.label}) on a case it is not for."
        yield Deviation(entry.sequence, ILLEGAL, said, cited(procedure, f"Hold “{rule.label}”", rule))


def _granted(procedure: Procedure, before: Dossier, entry: Entry) -> Iterator[Deviation]:
    asked = before.extensions.get(entry.data["id"])
    of_date = before.deadlines.get(asked.deadline) if asked else None
    limit = procedure.timescales.get(of_date.timescale) if of_date else None
    if asked is None or of_date is None or limit is None or limit.extension is None:
        said = "More time was granted on a date that the edition does not let be extended."
        yield Deviation(entry.sequence, ILLEGAL, said, procedure.title)
        return
    rule, granted = limit.extension, before.allowances_for(asked.deadline)
    law = cited(procedure, f"More time for “{limit.label}”", rule)
    if wrong := role_obstacle(procedure, entry.actor, rule.granted_by, "Deciding on more time", entry.counting):
        yield Deviation(entry.sequence, ILLEGAL, wrong, law)
    if rule.when is not None and not holds(rule.when, before.answers_about(of_date)):
        yield Deviation(entry.sequence, ILLEGAL, "More time was granted on a case it is not for.", law)
    last = before.last_for_more(rule.not_after, asked.deadline)
    if last is not None and entry.happened_on > last:
        said = f"More time was granted after {long_day(last)}, until when it may be."
        yield Deviation(entry.sequence, ILLEGAL, said, law)
    if len(granted) >= rule.most:
        said = f"More time was granted for the {len(granted) + 1}. time, and it may be {rule.most}."
        yield Deviation(entry.sequence, ILLEGAL, said, law)
    if rule.longest is not None and sum(one.count for one in granted) + asked.count > rule.longest:
        said = f"More than the {rule.longest} days were granted that may be in all."
        yield Deviation(entry.sequence, ILLEGAL, said, law)


def _no_step(procedure: Procedure, entry: Entry, where: str) -> Deviation:
    move = procedure.transition(entry.trigger)
    called = move.label if move else entry.trigger.replace("_", " ")
    leads = procedure.label_of("states", entry.dest)
    said = f"“{called}” led to “{leads}”, and from {where} the edition has no such step."
    return Deviation(entry.sequence, ILLEGAL, said, procedure.title)


def _rule(procedure: Procedure, move: Transition) -> str:
    return cited(procedure, f"Step “{move.label}”", move)


CHECKS: dict[str, Callable[[Procedure, Dossier, Entry], Iterator[Deviation]]] = {
    "opened": _opened,
    "advanced": _advanced,
    "paused": _paused,
    "extension_granted": _granted,
}
"""What is held against the edition, by the kind of entry; the other kinds take no step and move no date."""
