"""Proposing a recommendation out of a case."""

from __future__ import annotations

from fastapi import APIRouter

from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.recommend import Proposed, propose
from workflows.views.question_parts import ON

router = APIRouter()


@deed_at(router, "/cases/{ref}/recommendations", "proposals")
def form(at: Desk, ref: str) -> Deed:
    """Propose a recommendation; what was proposed before, and what became of it, is said before it is written."""
    limits = at.settings

    def do(uow: UnitOfWork, filled: Filled) -> Proposed:
        return propose(
            uow,
            ref,
            filled.answers,
            filled.several("finding"),
            edition=limits.recommendations,
            on=filled.day("on"),
            seen=filled.seen,
            most=limits.max_recommendations,
        )

    title, given = "Propose a recommendation", {"ref": ref}
    return Deed("recommendation propose", title, "Continue", do, given, case_address(ref), (ON,))
