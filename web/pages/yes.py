"""Waiting for a yes: a drafted letter is read with its evidence, and let go or kept back with the reason."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, Refused
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.links import case_address
from workflows.messages import chase
from workflows.messages.deliver import post_of
from workflows.messages.yes_wanted import waiting_for_yes, yes_wanted

router = APIRouter()

SAY_WHICH = "Choose whether it goes or is kept back."
SAY_WHY = "Say why it is kept back: the reason stays on record."


@router.get("/yes", name="yes_wanted")
def waiting(at: At) -> Response:
    """Show the cases on which a letter waits for a yes."""
    with at.reading() as tx:
        mine, others = waiting_for_yes(tx, at.viewer)
    return at.page("yes_wanted.html", mine=mine, others=others)


@router.get("/yes/{ref}", name="yes")
def letters(at: At, ref: str) -> Response:
    """Show what waits on a case: each letter as it would go, to whom, and what was tried before."""
    return _shown(at, ref)


@router.post("/yes/{ref}", name="yes")
def decide(at: At, ref: str) -> Response:
    """Let the letters go that were read, or keep them back; what is refused comes back with what was typed."""
    try:
        withhold = _reason(at)
        read = [str(one) for one in at.form.getlist("letter")]
        with at.uow() as uow:
            case, _ = chase.confirm(uow, ref, withhold=withhold, read=read)
            address = f"{case_address(case.ref)}?entry={case.dossier.sequence}"
    except Refused as refused:
        return _shown(at, ref, refused)
    return at.go_to(address, done=True)


def _reason(at: Desk) -> str | None:
    """Why the letters are kept back; None where they go."""
    chosen, reason = at.said("decision"), at.said("reason")
    if chosen not in {"go", "withhold"}:
        raise BadAnswer(SAY_WHICH)
    if chosen == "withhold" and not reason.strip():
        raise BadAnswer(SAY_WHY)
    return reason if chosen == "withhold" else None


def _shown(at: Desk, ref: str, refused: Refused | None = None) -> Response:
    with at.reading_case(ref), at.uow() as uow:
        shown = yes_wanted(uow, ref, post_of(at.room.here.settings, uow.keys))
    return at.page("yes.html", **refusal(refused), yes=shown)
