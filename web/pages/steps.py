"""Taking a step of a case: the form made from what the step records, what it would do, and the doing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import cases
from records.cases import Case
from web.answers import Filled
from web.deed import Deed, asks, done
from web.desk import Desk
from web.form_routes import form_at
from web.guard import At
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.advance import advance
from workflows.views.next_steps import check_open
from workflows.views.question_parts import ON

router = APIRouter()


@router.get("/cases/{ref}/steps/{step}", name="step")
def form(at: At, ref: str, step: str) -> Response:
    """Show the form of a step; where it cannot be taken, what stands in its way."""
    with at.reading_case(ref) as tx:
        check_open(cases.find(tx, ref, to_change=False), step, at.viewer)
    return asks(at, _deed(at, ref, step))


@router.post("/cases/{ref}/steps/{step}", name="step")
def take(at: At, ref: str, step: str) -> Response:
    """Show what the step would do, or take it once that was seen."""
    return done(at, _deed(at, ref, step))


@form_at("/cases/{ref}/steps/{step}", "step")
def _deed(at: Desk, ref: str, step: str) -> Deed:
    """Take a step of a case."""
    with at.reading() as tx:
        case = at.case(tx, ref)
    move = case.procedure.moves.get((case.dossier.state, step)) or case.procedure.transition(step)

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return advance(
            uow,
            case.ref,
            step,
            answers=filled.answers,
            reason=filled.word("reason"),
            authority=filled.word("authority"),
            override=filled.word("override"),
            on=filled.day("on"),
            seen=filled.seen,
        )[0]

    title = move.label if move else step
    return Deed("advance", title, "Continue", do, {"ref": case.ref, "step": step}, case_address(case.ref), (ON,))
