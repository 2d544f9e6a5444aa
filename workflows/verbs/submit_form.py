"""Recording that a form went to the Care Inspectorate: in the list of forms, and by the case's step if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from records import cases
from records.cases import Case
from states.steps import Field, Transition
from workflows.reports.case_figures import newest_decision
from workflows.reports.case_files import file_of
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
    seen: int | None = None,
) -> Case:
    """Record that a form was submitted; where the case has a step for it that is open, that step is taken with it.

    `answers` are what that step asks besides. Raises NotPossible where the edition of the case keeps no list of forms,
    Refused with what the step still wants.
    """
    file = file_of(uow.tx, ref)
    decided = newest_decision(file)
    told_already = sent_of(file, part, decided.sequence) if decided else None
    given = {"kind": part, "submitted_on": on.isoformat(), "reference": reference}
    case = add_item(uow, ref, REGISTER, given, seen=seen)[0]
    step = _step(case, part) if told_already is None else None
    if step is None:
        return case
    days = {field.name: on.isoformat() for field in step.fields if field.name in sent_fields()[part]}
    return advance(uow, ref, step.trigger, answers={**days, **(answers or {})})[0]


def fields_asked(uow: UnitOfWork, ref: str, part: Part) -> tuple[Field, ...]:
    """What the step asks that is taken with the submission; nothing where the case has none that is open."""
    case = cases.find(uow.tx, ref, to_change=False)
    step = _step(case, part) if REGISTER in case.procedure.registers else None
    return step.fields if step else ()


def _step(case: Case, part: Part) -> Transition | None:
    """The step that records the sending of a form from where the case stands, for whoever keeps the list of forms.

    One that records more dates than that is for the case itself: under the guidance of 2015 one step says that the
    chief officers and the agencies were told as well.
    """
    names, keepers = set(sent_fields()[part]), set(case.procedure.registers[REGISTER].kept_by)
    here = (move for (state, _), move in case.procedure.moves.items() if state == case.dossier.state)
    found = (move for move in here if names & {field.name for field in move.fields} and set(move.roles) <= keepers)
    return next((move for move in found if not _dates_besides(move, names)), None)


def _dates_besides(move: Transition, names: set[str]) -> bool:
    return any(field.required and field.kind == "date" and field.name not in names for field in move.fields)
