"""`cairn advance`: taking a case a step further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument

from cli.form_input import Files, filled_in
from cli.options import Authority, Fields, FieldsFile, LateReason, On, Override, Reason, Ref, verb
from cli.outcome import carry_out
from cli.session import Session

if TYPE_CHECKING:
    from records.cases import Case
    from workflows.unit_of_work import UnitOfWork
Step = Annotated[str, Argument(metavar="STEP", help="The step to take (cairn show REF lists them).")]


@verb
def advance(
    session: Session,
    ref: Ref,
    step: Step,
    field: Fields = None,
    fields: FieldsFile = "",
    file: Files = None,
    on: On = None,
    reason: Reason = "",
    authority: Authority = "",
    override: Override = "",
    late_reason: LateReason = "",
) -> None:
    """Take the next step of a case, with what the step must record."""
    from workflows.verbs import advance as advancing
    from workflows.views.forms import step_form

    words = {"reason": reason, "authority": authority, "override": override, "late_reason": late_reason}

    def taking(uow: UnitOfWork) -> Case:
        from workflows.unit_of_work import look_at

        case = look_at(uow, ref)
        answers = filled_in(uow.tx, step_form(case, step), (field, fields, file))
        return advancing.advance(uow, ref, step, answers=answers, on=on, seen=session.seen, **words)[0]

    carry_out(session, ref, taking)
