"""What can be typed next on a case: each step as a command, with a gap for all it records and the answers there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records.cases import Case
    from states.dossier import Deadline
    from states.procedure import Procedure
    from states.steps import Field, PauseKind, Transition

GAPS = {
    "text": "TEXT",
    "person": "NAME",
    "agency": "AGENCY",
    "date": "DATE",
    "number": "NUMBER",
    "people": "NAME...",
    "agencies": "AGENCY...",
}
"""What stands in the gap of a field where its kind alone says it; the others list their answers."""


def taking(ref: str, move: Transition, role: str = "") -> str:
    """The command that takes a step, with a gap for each thing it must record; `role` is who asks, if that is known."""
    return _command(f"cairn advance {ref} {move.trigger}", move, role)


def opening(procedure: Procedure, move: Transition) -> str:
    """The command that opens a case in one of the ways of its edition, or proposes a recommendation out of one."""
    proposed = procedure.kind == "recommendation"
    start = "cairn recommendation propose REF" if proposed else f"cairn open {procedure.name} --step {move.trigger}"
    return _command(start, move, "")


def _command(start: str, move: Transition, role: str) -> str:
    words = [start]
    words += [] if role else [f"--as {'|'.join(move.roles)}"]
    words += [f"--authority {'|'.join(move.authority)}"] if move.authority else []
    words += filled(field for field in move.fields if _always(field))
    words += ["--reason TEXT"] if move.reason == "required" else []
    return " ".join(words)


def maybe(fields: Iterable[Field]) -> str:
    """What may be added to a command where it applies."""
    return " ".join(filled(field for field in fields if not _always(field)))


def going_on(ref: str, move: Transition) -> str:
    """The command that takes a step without what it waits for, where a role may; empty where none may."""
    overrides = any(guard.override for guard in move.guards)
    return f"cairn advance {ref} {move.trigger} --override TEXT" if overrides else ""


def completes(move: Transition) -> bool:
    """Whether a step itself records what stands in its way, so that it is taken by saying more."""
    asked = {guard.condition.field for guard in move.guards if guard.condition is not None}
    return not asked.isdisjoint(field.name for field in move.fields if not _always(field))


def others(case: Case) -> Iterator[str]:
    """What else can be typed on an open case: asking agencies, what comes back, holds, outside events, lists."""
    dossier, procedure = case.dossier, case.procedure
    if dossier.closed_on is not None:
        return
    asked = [name for name, request in procedure.requests.items() if dossier.state in request.states]
    if asked:
        yield f"cairn request send {case.ref} {'|'.join(asked)} AGENCY..."
    for kind in dict.fromkeys(one.request for one in dossier.requests.values() if one.status == "open"):
        fields = procedure.requests[kind].fields if kind in procedure.requests else ()
        yield " ".join((f"cairn request answer {case.ref} AGENCY", *filled(filter(_always, fields))))
    if any(one.status == "open" for one in dossier.requests.values()):
        yield f"cairn request acknowledge {case.ref} AGENCY"
        yield f"cairn request promise {case.ref} AGENCY --until DATE"
    late = [one.key for one in dossier.open_deadlines() if one.due_on and _may_be_later(procedure, one)]
    if late:
        yield f"cairn extend ask {case.ref} {'|'.join(late)} COUNT --reason TEXT"
    yield from (f"cairn extend grant {case.ref} {one.id}" for one in dossier.undecided())
    yield from (f"cairn pause end {case.ref} {one.id}" for one in dossier.pauses.values() if not one.ended)
    if procedure.pauses:
        yield holding(case.ref, procedure.pauses)
    awaited = tuple(_awaited(case))
    if awaited:
        yield f"cairn case event {case.ref} {'|'.join(awaited)}"
    if procedure.registers:
        yield f"cairn item add {case.ref} {'|'.join(procedure.registers)} --field NAME=VALUE"


def holding(ref: str, pauses: Mapping[str, PauseKind]) -> str:
    """The command that orders a hold, of one kind or of several."""
    known = dict.fromkeys(name for one in pauses.values() for name in one.authorities)
    authority = "|".join(known) if known and len(pauses) == 1 else "NAME"
    return f"cairn pause order {ref} {'|'.join(pauses)} --authority {authority} --reason TEXT"


def filled(fields: Iterable[Field]) -> Iterator[str]:
    """Fields as they are typed, each with its gap: "--field decided_on=DATE"."""
    for field in fields:
        if field.kind == "files":
            yield f"--file {field.name}=FILE"
        elif field.kind == "measures":
            yield f"--fields {field.name}.json"
        else:
            yield f"--field {field.name}={_gap(field)}"


def _gap(field: Field) -> str:
    if field.kind == "yes_no":
        return "|".join(f"{one}:WHY" if field.reason_when in {one, "always"} else one for one in ("yes", "no"))
    names = "|".join(choice.name for choice in field.choices)
    return GAPS.get(field.kind) or f"{names}{'...' if field.kind == 'choices' else ''}"


def _always(field: Field) -> bool:
    return field.required and field.when is None


def _may_be_later(procedure: Procedure, deadline: Deadline) -> bool:
    rule = procedure.timescales.get(deadline.timescale)
    return rule is not None and rule.extension is not None


def _awaited(case: Case) -> Iterator[str]:
    state = case.procedure.states.get(case.dossier.state)
    held = (one.event for one in case.dossier.pauses.values() if not one.ended)
    events = (state.waits_for if state else None, *held)
    yield from dict.fromkeys(one for one in events if one and one not in case.dossier.events)
