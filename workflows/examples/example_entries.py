"""The entry of the history that a line of an example makes, as its verb would make it, or the refusal it would meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from states.dossier import Deadline, Item, Paused
from states.due_dates import latest
from states.entry import Actor, Entry, EntryKind
from states.errors import NotFound, NotPossible
from states.examples import ExampleStep
from states.guards import Facts
from states.identity import is_same_person
from states.machine import step as take
from states.roles import AGENCY, capacity
from workflows.examples.actors import actor_of, answers_of, checked_answers, entry, keeper, person_of
from workflows.examples.filling_in import WORDS
from workflows.examples.replies import REPLIES
from workflows.examples.stage import Stage
from workflows.verbs.correct import answers_put_right, check_right_day, what_it_dated
from workflows.verbs.extend import cannot_extend
from workflows.verbs.open import calendar_names
from workflows.verbs.pause import HoldOrder, hold_ordered
from workflows.verbs.register_items import next_number, what_of_item


def entry_of(stage: Stage, line: ExampleStep) -> Entry | None:
    """The entry a line makes; None where the day is only looked at. Raises Refused with every obstacle."""
    return HAPPENINGS[line.happening](stage, line) if line.happening else None


def known_besides(stage: Stage, line: ExampleStep, *, opening: bool = False) -> None:
    """What a line says of who is on the case; agencies and lead officer of the first line are told by its step."""
    joined = [] if opening or line.request else list(line.agencies)
    data: dict[str, Any] = {"lead": line.lead} if line.lead and not opening else {}
    data |= {"agencies_joined": joined} if joined else {}
    if data:
        stage.record(entry(stage, keeper(line), "people_changed", data=data))
    for _ in range(line.children):
        child = {"child": stage.dossier.children + 1}
        stage.record(entry(stage, keeper(line), "child_added", data=child))


def facts_of(stage: Stage, line: ExampleStep) -> Facts:
    """What the machine is asked about the step of a line."""
    moves = stage.procedure.transitions
    move = stage.procedure.moves.get((stage.dossier.state, line.trigger or ""))
    roles = move.roles if move else next((one.roles for one in moves if one.trigger == line.trigger), ())
    actor = person_of(stage, line, roles)
    answers = answers_of(stage, line, move.fields, stage.dossier.fields) if move else dict(line.fields)
    wants_reason = move is not None and move.reason == "required" and "reason" not in line.without
    reason = line.reason or (WORDS if wants_reason else "")
    named = move.authority if move is not None and "authority" not in line.without else ()
    authority = line.authority or next(iter(named), "")
    known = stage.dossier
    if not known.state:  # whoever opens a case names its agencies and its lead officer with it
        known = known.but(agencies=line.agencies, lead=line.lead)
    return Facts(stage.procedure, known, actor, stage.today, answers, reason, authority, line.override)


def _triggered(stage: Stage, line: ExampleStep) -> Entry:
    facts = facts_of(stage, line)
    move = take(facts, line.trigger or "")
    data: dict[str, Any] = {"fields": facts.answers, "final": stage.procedure.states[move.dest].final}
    opens = not stage.dossier.state
    if opens:
        procedure = stage.procedure
        calendars = {name: stage.calendars[name].digest for name in calendar_names(procedure)}
        who = {"lead": line.lead, "deputy": "", "agencies": list(line.agencies), "notifier": line.agency}
        data |= {"edition": procedure.name, "digest": procedure.digest, "calendars": calendars, **who}
    else:
        data["override"] = facts.override
    standing = capacity(stage.procedure, facts.actor, move.roles) or ""
    return entry(
        stage,
        facts.actor.model_copy(update={"acting_for": standing}),
        "opened" if opens else "advanced",
        reason=facts.reason,
        authority=facts.authority,
        trigger=move.trigger,
        source=stage.dossier.state,
        dest=move.dest,
        data=data if opens else {key: value for key, value in data.items() if value},
    )


def _paused(stage: Stage, line: ExampleStep) -> Entry:
    rule = stage.procedure.pauses[line.pause or ""]
    actor = actor_of(stage, line, rule.ordered_by, f"Ordering {stage.procedure.in_a_sentence(rule.label)}")
    authority, why = line.authority or next(iter(rule.authorities), actor.name), line.reason or WORDS
    ends = date.fromisoformat(line.until) if line.until else None
    order = HoldOrder(line.pause or "", authority, why, stage.today, ends, line.until_event or "", line.stops)
    pause = hold_ordered(stage.case, rule, order, stage.today)
    return entry(stage, actor, "paused", reason=why, authority=authority, data={"pause": pause})


def _pause_ended(stage: Stage, line: ExampleStep) -> Entry:
    mine = [one for one in stage.dossier.pauses.values() if one.kind == line.pause_ended]
    running = next((one for one in reversed(mine) if _runs(one, stage.today)), None)
    if running is None:
        raise NotPossible(f"No such hold is running: {stage.procedure.label_of('pauses', line.pause_ended or '')}.")
    actor = actor_of(stage, line, stage.procedure.pauses[running.kind].ordered_by, "Ending a hold")
    return entry(stage, actor, "pause_ended", reason=line.reason or WORDS, data={"id": running.id})


def _runs(pause: Paused, today: date) -> bool:
    return not pause.ended and (pause.ends is None or pause.ends > today)


def _extension_asked(stage: Stage, line: ExampleStep) -> Entry:
    name, why = line.extension or "", line.reason or WORDS
    deadline, rule = _date_of(stage, name, line.agency), stage.procedure.timescales[name].extension
    if rule is None:
        label = stage.procedure.label_of("timescales", name)
        raise NotPossible(f"{label}: this date cannot be extended under this edition.")
    obstacles = cannot_extend(stage.case, deadline.key, rule, line.count, why, stage.today)
    if not deadline.open:
        obstacles.append(f"{deadline.key} is no longer owed: there is nothing to extend.")
    own = line.by is None and line.agency and deadline.agency == line.agency
    actor = (
        Actor(name=line.person or line.agency, role=AGENCY, agency=line.agency)
        if own
        else actor_of(stage, line.model_copy(update={"agency": ""}), rule.asked_by, "Asking for more time")
    )
    if obstacles:
        raise NotPossible(*obstacles)
    more = {"id": f"E{len(stage.dossier.extensions) + 1}", "deadline": deadline.key, "count": line.count}
    return entry(stage, actor, "extension_asked", reason=why, data={"extension": more})


def _date_of(stage: Stage, name: str, agency: str) -> Deadline:
    of_it = [one for one in stage.dossier.deadlines.values() if one.timescale == name and one.agency == agency]
    found = of_it[-1] if of_it else latest(stage.dossier, name)
    if found is None:
        raise NotFound(f"There is no such date yet: {stage.procedure.label_of('timescales', name)}.")
    return found


def _extension_decided(stage: Stage, line: ExampleStep) -> Entry:
    name = line.extension_granted or line.extension_refused or ""
    asked = next(
        (one for one in stage.dossier.undecided() if stage.dossier.deadlines[one.deadline].timescale == name), None
    )
    rule = stage.procedure.timescales[name].extension
    if asked is None or rule is None:
        raise NotPossible(f"No more time is asked for: {stage.procedure.label_of('timescales', name)}.")
    decides = line.model_copy(update={"by": line.by or _other(stage, rule.granted_by, asked.asked_by), "agency": ""})
    actor = actor_of(stage, decides, rule.granted_by, "Deciding on more time")
    if is_same_person(actor, asked.asked_by, asked.asked_account):
        raise NotPossible(f"{actor.name} asked for this extension: somebody else must decide on it.")
    kind: EntryKind = "extension_granted" if line.extension_granted else "extension_refused"
    return entry(stage, actor, kind, reason=line.reason or WORDS, data={"id": asked.id})


def _other(stage: Stage, roles: tuple[str, ...], name: str) -> str:
    """The first of the roles that is not the one by whose name something was asked."""
    return next((one for one in roles if stage.procedure.label_of("roles", one) != name), roles[0])


def _item_added(stage: Stage, line: ExampleStep) -> Entry:
    register = line.item or ""
    rule = stage.procedure.registers[register]
    actor = actor_of(stage, line, rule.kept_by, f"Entering in {rule.label}")
    if rule.states and stage.dossier.state not in rule.states:
        where = ", ".join(stage.procedure.label_of("states", state) for state in rule.states)
        raise NotPossible(f"{rule.label}: items are entered only in: {where}.")
    fields = checked_answers(stage, line, rule.fields, {})
    number = next_number(stage.case, register, rule.prefix)
    data = {"register": register, "id": number, "fields": fields, **what_of_item(rule, fields)}
    return entry(stage, actor, "item_added", data=data)


def _item(stage: Stage, name: str) -> Item:
    item = stage.dossier.item_called(name)
    if item is None:
        raise NotFound(f"There is no item {name!r}: there are {', '.join(stage.dossier.items) or 'none'}.")
    return item


def _item_answered(stage: Stage, line: ExampleStep) -> Entry:
    item = _item(stage, line.item_answered or "")
    rule = stage.procedure.registers[item.kept_in]
    actor = actor_of(stage, line, rule.answered_by, f"Answering in {rule.label}")
    if not rule.answer or item.answered_on is not None:
        raise NotPossible(f"{item.id} is answered already, or its register takes no answers.")
    fields = checked_answers(stage, line, rule.answer, item.fields)
    data = {"register": item.kept_in, "id": item.id, "fields": fields, "ended": True}
    return entry(stage, actor, "item_answered", data=data)


def _item_updated(stage: Stage, line: ExampleStep) -> Entry:
    item = _item(stage, line.item_updated or "")
    rule = stage.procedure.registers[item.kept_in]
    actor = actor_of(stage, line, rule.updated_by, f"Recording in {rule.label}")
    if not rule.update:
        raise NotPossible(f"{rule.label}: nothing is recorded about its items after they are entered.")
    fields = checked_answers(stage, line, rule.update, item.fields)
    ending = what_of_item(rule, {**item.fields, **fields})
    return entry(
        stage, actor, "item_updated", data={"register": item.kept_in, "id": item.id, "fields": fields, **ending}
    )


def _event(stage: Stage, line: ExampleStep) -> Entry:
    name = line.event or line.asked_after or ""
    awaited = stage.procedure.events[name]
    actor = actor_of(stage, line, awaited.recorded_by, f"Recording {stage.procedure.in_a_sentence(awaited.label)}")
    if name in stage.dossier.events:
        raise NotPossible(f"{awaited.label} was recorded already.")
    return entry(
        stage, actor, "event_recorded" if line.event else "asked_after", reason=line.reason, data={"event": name}
    )


def _corrected(stage: Stage, line: ExampleStep) -> Entry:
    number = stage.by_line.get(line.corrected or 0)
    wrong = next((one for one in stage.entries if one.sequence == number), None)
    if wrong is None:
        raise NotFound(f"Line {line.corrected} left no entry: there is nothing to put right.")
    data: dict[str, Any] = {"sequence": wrong.sequence}
    if line.fields:
        data |= answers_put_right(stage.case, stage.entries, wrong, line.fields, stage.today)
    if line.happened:
        check_right_day(stage.case, wrong, date.fromisoformat(line.happened))
        data |= {"happened_on": line.happened, **what_it_dated(stage.entries, wrong)}
    return entry(stage, keeper(line), "corrected", reason=line.reason or WORDS, data=data)


HAPPENINGS: dict[str, Callable[[Stage, ExampleStep], Entry]] = {
    **REPLIES,
    "trigger": _triggered,
    "pause": _paused,
    "pause_ended": _pause_ended,
    "extension": _extension_asked,
    "extension_granted": _extension_decided,
    "extension_refused": _extension_decided,
    "item": _item_added,
    "item_answered": _item_answered,
    "item_updated": _item_updated,
    "event": _event,
    "asked_after": _event,
    "corrected": _corrected,
}
"""What makes the entry of each happening."""
