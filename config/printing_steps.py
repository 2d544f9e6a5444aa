"""One step of an edition in words: who may take it, what it records, what can stand in its way, who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.phrases import counted
from states.audiences import IN_WORDS, place_kind
from states.procedure import Procedure
from states.steps import Condition, Field, Guard, Notice, Transition, Window
from states.values import Cited
from states.words import one_of

ACTS = {"do": "", "recommend": " recommends", "decide": " decides", "ratify": " ratifies"}
GUARDS = {
    "answers_in": "answers to “{request}” from {join} asked{override}",
    "agencies_named": "agencies named on the case (at least {least})",
    "lead_named": "{lead} is named",
    "children_known": "{subject} entered on the case (at least {least})",
    "recorded": "first: {trigger}",
    "not_recorded": "not after: {trigger}",
    "by_another": "by somebody other than whoever took the step “{trigger}”",
    "not_held": "no hold keeps it waiting",
    "event_recorded": "recorded: {event}",
    "date_reached": "“{timescale}” has run out, or the reason for not waiting",
    "items_entered": "entered in “{items}” (at least {least})",
    "items_ended": "everything in “{items}” has ended, or the reason for going on without",
    "later_than": "“{field}” is later than “{than}”",
    "date_met": "“{timescale}” is met, or the reason for going on without",
    "not_after": "“{timescale}” has not gone by{override}",
}
SCOPES = {None: "", "case": ", in this round or before it", "round": ", in this round of the case"}
"""Which part of a case a guard looks at, where the edition says so."""

WHY = {"not_after": "says why it may be taken all the same"}
"""What whoever goes on in spite of a guard says, where it is not why they go on without somebody."""


def step(procedure: Procedure, move: Transition) -> Iterator[str]:
    """A step as blocks of Markdown."""
    yield f"### {escaped(move.label)}"
    yield _way(procedure, move)
    facts = (
        f"Who: {named(procedure, move.roles)}{ACTS[move.act]}",
        *(f"Records: {one}" for one in _records(procedure, move)),
        *(f"Needs: {obstacle(procedure, guard)}" for guard in move.guards),
        *(f"Tells: {told(procedure, notice)}" for notice in move.notify),
        *([f"Counted as: {escaped(move.outcome)}"] if move.outcome else []),
    )
    yield "\n".join(f"- {fact}" for fact in facts)
    yield f"{escaped(move.note)} {standing(move)}".strip()


def _way(procedure: Procedure, move: Transition) -> str:
    sources = ", ".join(f"“{escaped(procedure.label_of('states', name))}”" for name in move.source)
    dest = f"“{escaped(procedure.label_of('states', move.dest))}”"
    if not move.source:
        return f"`{move.trigger}` opens a case, at {dest}."
    if move.source == (move.dest,) or not move.dest:
        return f"`{move.trigger}` at {sources}; the case stays there."
    again = " It opens the case again." if move.reopens else ""
    return f"`{move.trigger}` from {sources} to {dest}.{again}"


def _records(procedure: Procedure, move: Transition) -> Iterator[str]:
    if move.reason == "required":
        yield "the reason"
    if move.authority:
        yield f"on whose authority: {', '.join(escaped(procedure.authorities[name]) for name in move.authority)}"
    yield from (field_words(procedure, field) for field in move.fields)


def field_words(procedure: Procedure, field: Field) -> str:
    """A field in words: its label, what it takes, and when it may be left out."""
    takes = {"choice": " or ".join, "choices": "; ".join}.get(field.kind)
    kind = takes(choice.label for choice in field.choices) if takes else field.kind.replace("_", " or ")
    rest = [kind]
    if field.when is not None:
        rest.append(f"needed where {condition_words(procedure, field.when)}")
    elif not field.required:
        rest.append("may be left out")
    if field.reason_when:
        rest.append({"always": "with the reason"}.get(field.reason_when, f"a {field.reason_when} with its reason"))
    return f"{escaped(field.label)} ({escaped('; '.join(rest))})"


def condition_words(procedure: Procedure, condition: Condition) -> str:
    """A condition in words."""
    label = field_label(procedure, condition.field)
    parts = []
    if condition.equals is not None:
        parts.append(f"“{label}” is {_answer(procedure, condition.field, condition.equals)}")
    if condition.one_of:
        answers = " or ".join(_answer(procedure, condition.field, one) for one in condition.one_of)
        parts.append(f"“{label}” is {answers}")
    if condition.given is not None:
        parts.append(f"“{label}” is {'filled in' if condition.given else 'left out'}")
    if condition.within is not None:
        parts.append(f"“{label}” lies {_window(condition.within)} “{field_label(procedure, condition.within.before)}”")
    return " and ".join(parts)


def only_where(procedure: Procedure, condition: Condition | None) -> str:
    """Where something is so, to go on a phrase with: ", where “Urgent” is yes"; nothing for everywhere."""
    return f", where {condition_words(procedure, condition)}" if condition is not None else ""


def _window(window: Window) -> str:
    lengths = [(window.months, "months"), (window.days, "calendar_days")]
    return f"in the {' and '.join(counted(count, unit) for count, unit in lengths if count)} before"


def field_label(procedure: Procedure, name: str) -> str:
    """The words of a field, whichever part of the edition records it."""
    return next((field.label for field in _fields(procedure) if field.name == name), name)


def _answer(procedure: Procedure, name: str, answer: object) -> str:
    choices = (choice for field in _fields(procedure) if field.name == name for choice in field.choices)
    return next((f"“{choice.label}”" for choice in choices if choice.name == answer), str(answer))


def _fields(procedure: Procedure) -> Iterator[Field]:
    yield from (field for move in procedure.transitions for field in move.fields)
    yield from (field for request in procedure.requests.values() for field in request.fields)
    yield from (field for kept in procedure.registers.values() for field in kept.all_fields)


def obstacle(procedure: Procedure, guard: Guard) -> str:
    """What a guard asks for, in words."""
    words = condition_words(procedure, guard.condition) if guard.condition else _asked(procedure, guard)
    meant = " and ".join(condition_words(procedure, one) for one in guard.where)
    which = (f", of which {meant}" if meant else "") + _in_time(procedure, guard)
    return escaped(f"{words}{which}{only_where(procedure, guard.when)}{SCOPES[guard.scope]}")


def _in_time(procedure: Procedure, guard: Guard) -> str:
    """By when the items that are meant must be dated, in words."""
    if guard.dated is None or guard.until is None:
        return ""
    kept = procedure.registers[guard.items or ""]
    dated = next((one.label for one in kept.all_fields if one.name == guard.dated), guard.dated)
    return f", whose “{dated}” is no later than “{field_label(procedure, guard.until)}”"


def _asked(procedure: Procedure, guard: Guard) -> str:
    earlier = procedure.transition(guard.trigger or "")
    return GUARDS[guard.name].format(
        join="everybody" if guard.join == "all" else f"at least {guard.quorum} of those",
        request=procedure.label_of("requests", guard.request or ""),
        override=f", or {named(procedure, (guard.override,))} {WHY.get(guard.name, 'says why not')}"
        if guard.override
        else "",
        least=guard.least,
        subject=procedure.subject,
        lead=one_of(procedure.lead_said),
        trigger=earlier.label if earlier else guard.trigger,
        event=procedure.label_of("events", guard.event or ""),
        timescale=procedure.label_of("timescales", guard.timescale or ""),
        items=procedure.label_of("registers", guard.items or ""),
        field=field_label(procedure, guard.field or ""),
        than=field_label(procedure, guard.than or ""),
    )


def told(procedure: Procedure, notice: Notice) -> str:
    """Who is told with which message, and where."""
    where = f", where {escaped(condition_words(procedure, notice.when))}" if notice.when else ""
    return f"{audience(procedure, notice.tell)} ({notice.message.replace('_', ' ')}){where}"


def audience(procedure: Procedure, names: Iterable[str]) -> str:
    """Who is told, in words."""
    return ", ".join(
        IN_WORDS.get(name) or escaped(procedure.label_of(place_kind(procedure, name), name)) for name in names
    )


def named(procedure: Procedure, roles: Iterable[str]) -> str:
    """Roles in words: "Lead officer or Committee chair"."""
    return " or ".join(escaped(procedure.label_of("roles", role)) for role in roles)


def standing(rule: Cited) -> str:
    """What a rule rests on: "(guidance: [G15-17])"."""
    return f"({rule.basis}: {', '.join(f'[{name}]' for name in rule.cite)})" if rule.cite else f"({rule.basis})"


def escaped(text: str) -> str:
    """A text that Markdown shows as it is written, on one line, also inside a table."""
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
