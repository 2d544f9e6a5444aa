"""Recording that a form went to the Care Inspectorate: in the list of forms, and by the case's step if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from records import cases
from records.cases import Case
from states.errors import BadAnswer, NotPossible
from states.roles import may_act
from states.steps import Field, Transition
from workflows.reports.case_figures import newest_decision
from workflows.reports.file_reading import file_of
from workflows.reports.inspectorate_pack import REGISTER, Part, sent_fields, sent_of
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.advance import advance
from workflows.verbs.register_items import add_item


def submitted(
    uow: UnitOfWork,
    ref: str,
    part: Part,
    on: date,
    reference: str,
    *,
    answers: Mapping[str, Any] | None = None,
    step: str = "",
    reason: str = "",
    seen: int | None = None,
) -> Case:
    """Record that a form was submitted; where the case has a step for it that is open, that step is taken with it.

    `answers` are what that step asks besides, `reason` why it is taken, `step` which it is where several would do.
    Raises NotPossible where the edition of the case keeps no list of forms, Refused with what the step still wants.
    """
    file, answers = file_of(uow.tx, ref), answers or {}
    decided = newest_decision(file)
    told_already = sent_of(file, part, decided.sequence) if decided else None
    given = {"kind": part, "submitted_on": on.isoformat(), "reference": reference}
    case = add_item(uow, ref, REGISTER, given, seen=seen)[0]
    move = _to_take(uow, case, part, step, answers) if told_already is None else None
    if move is None:
        return case
    days = {field.name: on.isoformat() for field in move.fields if field.name in sent_fields()[part]}
    return advance(uow, ref, move.trigger, answers={**days, **answers}, reason=reason)[0]


def fields_asked(uow: UnitOfWork, ref: str, part: Part) -> tuple[Field, ...]:
    """What the steps ask that may be taken with the submission; nothing where the case has none that is open."""
    case = cases.find(uow.tx, ref, to_change=False)
    moves = _steps(uow, case, part) if REGISTER in case.procedure.registers else []
    return tuple({field.name: field for move in moves for field in move.fields}.values())


def _to_take(uow: UnitOfWork, case: Case, part: Part, step: str, answers: Mapping[str, Any]) -> Transition | None:
    """The step that is taken with a submission: the one there is, or the one of several that was said.

    One that records more dates than that is taken where they are given: under the guidance of 2015 one step says that
    the chief officers and the agencies were told as well. Until then the date it meets stays owed.
    """
    found = _steps(uow, case, part)
    named = next((move for move in found if move.trigger == step), None)
    known = " or ".join(f"{move.trigger} ({move.label})" for move in found)
    if step and named is None:
        raise BadAnswer(f"{step[:60]!r} does not record that this form was sent from here: {known or 'no step does'}.")
    ready = [named] if named else [move for move in found if not _dates_wanted(move, part, answers)]
    if len(ready) > 1:
        raise NotPossible(f"More than one step records that it was sent. Say which: {known}.")
    return ready[0] if ready else None


def _steps(uow: UnitOfWork, case: Case, part: Part) -> list[Transition]:
    """The steps that record the sending of a form from where the case stands, and that whoever acts may take."""
    names = set(sent_fields()[part])
    here = (move for (state, _), move in case.procedure.moves.items() if state == case.dossier.state)
    found = (move for move in here if names & {field.name for field in move.fields})
    return [move for move in found if may_act(case.procedure, uow.actor, move.roles)]


def _dates_wanted(move: Transition, part: Part, answers: Mapping[str, Any]) -> bool:
    """Whether a step records other dates that are not given."""
    given = {*sent_fields()[part], *answers}
    return any(field.required and field.kind == "date" and field.name not in given for field in move.fields)
