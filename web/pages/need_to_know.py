"""Who may look at a case: everybody whose role lets them, or named people only."""

from __future__ import annotations

from fastapi import APIRouter

from records import accounts, cases, need_to_know
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.keeping import WHY, Keeping
from web.links import case_address
from web.policy import READING
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.keep_to import keep_to
from workflows.views.question import Question

router = APIRouter()

NOTE = (
    "Tick those who may look at the case; with nobody ticked it is open to everybody whose role reads cases. For all "
    "others it is as if there were no such case, nor what was recommended after it."
)


@keeping_at(router, "/cases/{ref}/need-to-know", "need_to_know")
def _keeping(at: Desk, ref: str) -> Keeping:
    """Say who may look at a case."""
    with at.reading_case(ref) as tx:
        case = cases.find(tx, ref, to_change=False)
        active = (one for one in accounts.read(tx) if one.active)
        people = [one for one in active if any(not READING.isdisjoint(at.site.places_of(role)) for role in one.roles)]
        named = need_to_know.named_for(tx, case.id)
    known = tuple((str(one.id), f"{one.person}, {_roles(one)}") for one in people)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        numbers = [int(one) for one in filled.several("people") if one.isdecimal()]
        who = keep_to(uow, case.ref, numbers, filled.word("reason"))
        return f"{case.ref} is seen by {', '.join(who)} alone." if who else f"{case.ref} is open to the roles again."

    return Keeping(
        f"Who may look at {case.ref}",
        "Continue",
        case_address(case.ref),
        (Question("people", "Named people", "choices", known, "may"), WHY),
        do,
        back_to=case.ref,
        note=NOTE,
        ticked=tuple(("people", str(one.id)) for one in people if one.id in named),
        frame="committee/plain.html",
    )


def _roles(one: accounts.Account) -> str:
    return " and ".join(role.replace("_", " ") for role in one.roles)
