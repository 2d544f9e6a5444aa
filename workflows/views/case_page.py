"""A case as facts: everything its page shows, ready to be told or written as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection

from cli import next_steps
from cli.narrative import form_of, in_words, more_time, owed_date
from cli.outcome import NO_LIMIT, message_facts, task_facts
from cli.output import spoken
from cli.session import Session
from config.phrases import limit_words, loosened_words
from records import queries, recommendations
from records.cases import Case
from states import due_dates
from states.dossier import Asked, Deadline, Dossier, Extension, Paused
from states.entry import Actor
from states.guards import Facts as Question
from states.machine import choices
from states.procedure import Procedure
from states.roles import may_act
from states.steps import Transition
from states.timescales import Timescale
from states.words import first_up
from workflows.messages.notices import quiet_of, quiet_words
from workflows.views.case_list import waiting_on

Facts = dict[str, Any]

BASES = {"local": "set locally", "assumption": "an assumption: confirm it with your committee"}
KINDS = {"target": "a local aim", "chase": "ask after it", "duty": "comes round again"}


def case_facts(tx: Connection, case: Case, session: Session) -> Facts:
    """Everything the page of a case shows, at the time and for the role that the door says."""
    dossier, procedure = case.dossier, case.procedure
    state = procedure.states.get(dossier.state)
    entered = dossier.entered.get(dossier.state)
    plain = dossier.model_dump(
        mode="json",
        include={"ref", "edition", "state", "version", "lead", "deputy", "agencies", "children", "erased", "links"}
        | {"opened_on", "closed_on"},
    )
    can, cannot = _steps(case, session)
    return {
        **plain,
        "review": first_up(procedure.review),
        "stands": procedure.label_of("states", dossier.state),
        "phase": state.phase if state else "",
        "since": entered.on if entered else None,
        "waiting_on": list(waiting_on(procedure, dossier, session.today)),
        "recorded": list(_recorded(procedure, dossier)),
        "requests": [_request(procedure, one, session.today) for one in dossier.requests.values()],
        "holds": [
            {**one.model_dump(mode="json"), "words": _hold(case, one, session)} for one in dossier.pauses.values()
        ],
        "extensions": [_extension(procedure, dossier, one) for one in dossier.extensions.values()],
        "items": list(_items(procedure, dossier)),
        "recommendations": [asdict(one) for one in recommendations.of_case(tx, case.ref)],
        "dates": [date_facts(case, one, session) for one in _in_order(dossier)],
        "can": can,
        "cannot": cannot,
        "else": list(next_steps.others(case)),
        "tasks": [task_facts(row, case) for row in queries.tasks(tx, case_id=case.id)],
        "drafts": [
            {**message_facts(row), "about": owed_date(procedure, dossier.deadlines[row["deadline_key"]])}
            for row in queries.held(tx, case.id)
        ],
    }


def _request(procedure: Procedure, asked: Asked, today: date) -> Facts:
    said = quiet_words(asked.acknowledged_on, asked.promised_on, asked.quiet_until, today)
    return {**asked.model_dump(mode="json"), "label": procedure.label_of("requests", asked.request), "said": said}


def _extension(procedure: Procedure, dossier: Dossier, asked: Extension) -> Facts:
    lapsed = dossier.lapsed(asked)
    return {
        **asked.model_dump(mode="json"),
        "status": "lapsed" if lapsed else asked.status,
        "lapsed": lapsed,
        "label": owed_date(procedure, dossier.deadlines[asked.deadline]),
        "more": more_time(procedure, asked.deadline, asked.count),
    }


def date_facts(case: Case, deadline: Deadline, session: Session) -> Facts:
    """A date with everything that is to be said beside it."""
    overdue = deadline.is_overdue(session.now, session.today)
    return {
        "key": deadline.key,
        "label": owed_date(case.procedure, deadline),
        "agency": deadline.agency,
        "status": ("overdue" if overdue else deadline.status) if deadline.open else _ended(deadline),
        "open": deadline.open,
        "due": deadline.due_on,
        "due_at": deadline.due_at,
        "original": deadline.original_on,
        "days": (deadline.due_on - session.today).days if deadline.due_on else None,
        "overdue": overdue,
        "ended_on": deadline.ended_on,
        "late": deadline.late,
        "late_reason": deadline.late_reason,
        "reason_wanted": deadline.wants_reason(session.now, session.today),
        "loosened": bool(_rule_of(case, deadline, "loosened", default=False)),
        "flag": loosened_words(case.procedure.timescales.get(deadline.timescale)),
        "basis": _rule_of(case, deadline, "basis", default=""),
        "notes": list(_notes(case, deadline, session)),
    }


def _notes(case: Case, deadline: Deadline, session: Session) -> Iterator[str]:
    if deadline.wants_reason(session.now, session.today):
        yield f"reason wanted (cairn case missed {case.ref} {deadline.key})"
    rule = case.procedure.timescales.get(deadline.timescale)
    if rule is not None and deadline.open:
        yield from _of_the_clock(rule, deadline, session)
        yield from _of_the_rule(rule)
        yield from _of_the_count(case, deadline, session)
    if loosened := loosened_words(rule):
        yield loosened
    if deadline.late_reason:
        yield f"missed because: {deadline.late_reason}"


def _of_the_clock(rule: Timescale, deadline: Deadline, session: Session) -> Iterator[str]:
    if deadline.status == "unset":
        yield NO_LIMIT if rule.length() is None else "its date hangs on another that is not known"
    else:
        yield limit_words(rule)
    if deadline.status == "held":
        yield "the clock stands still"
    if deadline.original_on not in {None, deadline.due_on}:
        yield f"first date {spoken(deadline.original_on)}"
    if deadline.quiets:
        yield quiet_of(deadline, session.today)


def _of_the_rule(rule: Timescale) -> Iterator[str]:
    for words, known in ((BASES, rule.basis), (KINDS, rule.kind)):
        if known in words:
            yield words[known]


def _of_the_count(case: Case, deadline: Deadline, session: Session) -> Iterator[str]:
    rule = case.procedure.timescales[deadline.timescale]
    counted_in = case.procedure.calendar_of(rule, deadline.agency)
    if counted_in != case.procedure.calendar_of(rule):
        yield f"counted by the calendar of {case.calendars[counted_in].label}"
    found = due_dates.receipt(case.procedure, case.calendars, case.dossier, deadline, session.today)
    if found is not None and found.provisional and deadline.due_on:
        yield found.provisional_why


def _ended(deadline: Deadline) -> str:
    return ("met late" if deadline.late else "met") if deadline.status == "met" else "no longer owed"


def _rule_of(case: Case, deadline: Deadline, part: str, *, default: Any) -> Any:
    rule = case.procedure.timescales.get(deadline.timescale)
    return getattr(rule, part) if rule is not None else default


def _in_order(dossier: Dossier) -> list[Deadline]:
    ended = [one for one in dossier.deadlines.values() if not one.open]
    return [*dossier.open_deadlines(), *sorted(ended, key=lambda one: (one.ended_by, one.key))]


def _hold(case: Case, pause: Paused, session: Session) -> str:
    until = f"until {spoken(pause.ends)}" if pause.ends else "until further notice"
    if pause.event and not pause.ends:
        until = f"until {case.procedure.label_of('events', pause.event).lower()}"
    clocks = ", ".join(case.procedure.label_of("timescales", name).lower() for name in pause.stops)
    stands = (
        "runs"
        if pause.runs_on(session.today)
        else "over"
        if pause.ended or pause.starts <= session.today
        else "to come"
    )
    authority = case.procedure.authorities.get(pause.authority, pause.authority)
    stopped = f"stops {clocks}" if clocks else "stops no clock"
    return f"{pause.id} ({stands}): {pause.label}, from {spoken(pause.starts)} {until}, {authority}; {stopped}"


def _items(procedure: Procedure, dossier: Dossier) -> Iterator[Facts]:
    for item in dossier.items.values():
        stands = "ended" if item.ended else "open"
        form = form_of(procedure.registers.get(item.kept_in))
        words = "; ".join(in_words(form.get(name), value) for name, value in item.fields.items())
        register = procedure.label_of("registers", item.kept_in)
        yield {**item.model_dump(mode="json"), "register": register, "stands": stands, "words": words}


def _recorded(procedure: Procedure, dossier: Dossier) -> Iterator[Facts]:
    known = {field.name: field for move in procedure.transitions for field in move.fields}
    for name, value in dossier.fields.items():
        if value not in (None, "", []):
            label = known[name].label if name in known else name
            yield {"field": name, "label": label, "value": value, "words": in_words(known.get(name), value)}


def _steps(case: Case, session: Session) -> tuple[list[Facts], list[Facts]]:
    found = [_step(case, move, obstacles, session) for move, obstacles in _ways(case, session)]
    return [one for one in found if not one["obstacles"]], [one for one in found if one["obstacles"]]


def _step(case: Case, move: Transition, obstacles: tuple[str, ...], session: Session) -> Facts:
    role = session.role or move.roles[0]
    completes = next_steps.completes(move) and may_act(case.procedure, Actor(name=session.name, role=role), move.roles)
    typed = next_steps.taking(case.ref, move, session.role)
    if obstacles and not completes:
        typed = next_steps.going_on(case.ref, move)
    return {
        "step": move.trigger,
        "label": move.label,
        "to": move.dest,
        "roles": list(move.roles),
        "reason": move.reason,
        "authority": list(move.authority),
        "fields": {field.name: field.required and field.when is None for field in move.fields},
        "maybe": next_steps.maybe(move.fields),
        "obstacles": list(obstacles),
        "type": typed,
        "completes": completes,
    }


def _ways(case: Case, session: Session) -> Iterator[tuple[Transition, tuple[str, ...]]]:
    """The steps from here with their obstacles: for the role that was named, else each for one that may take it."""
    for move in case.procedure.moves_from(case.dossier.state):
        actor = Actor(name=session.name, role=session.role or move.roles[0], agency=session.agency)
        yield next(
            way for way in choices(Question(case.procedure, case.dossier, actor, session.today)) if way[0] is move
        )
