"""How agencies learn whom a case is about: said by the lead officer, for one case."""

from __future__ import annotations

from fastapi import APIRouter

from records import cases
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.keeping import MAY_SAY_WHY, Keeping
from web.links import case_address
from workflows.messages.learning import PAGE, TELEPHONE, WAYS, is_shown
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.say_learning import say_how_agencies_learn
from workflows.views.question import Question

router = APIRouter()

ASKED = Question("way", "How they learn it", "choice", tuple(WAYS.items()))
NOTE = (
    "No letter names whom a case is about. This says how an agency that is asked something learns it. On the "
    "page of its letter it must first type a code that goes to the mailbox of the letter. Each reading is on record."
)


@keeping_at(router, "/cases/{ref}/agencies-learn", "agencies_learn")
def _keeping(at: Desk, ref: str) -> Keeping:
    """Say how agencies learn whom a case is about."""
    with at.reading_case(ref) as tx:
        case = cases.find(tx, ref, to_change=False)
        now = PAGE if is_shown(tx, case.ref, at.installation.post) else TELEPHONE

    def do(uow: UnitOfWork, filled: Filled) -> str:
        return f"{say_how_agencies_learn(uow, case.ref, filled.word('way'), filled.word('reason'))}: {case.ref}."

    return Keeping(
        f"How agencies learn whom {case.ref} is about",
        "Continue",
        case_address(case.ref),
        (ASKED, MAY_SAY_WHY),
        do,
        back_to=case.ref,
        note=NOTE,
        is_now={"way": now},
        frame="committee/plain.html",
    )
