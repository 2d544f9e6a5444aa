"""Waiting for a yes: a drafted letter is read with its evidence, and let go or kept back with the reason."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, Refused
from web.answers import Filled
from web.desk import Desk
from web.errors import refusal
from web.form_routes import form_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, Keeping
from web.links import case_address
from workflows.messages import chase
from workflows.messages.deliver import post_of
from workflows.messages.yes_wanted import YesWanted, waiting_for_yes, yes_wanted
from workflows.unit_of_work import UnitOfWork
from workflows.views.question import Question

router = APIRouter()

SAY_WHICH = "Choose whether it goes or is kept back."
DECISIONS = (("go", "They go"), ("withhold", "They are kept back"))
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
        withhold = _reason(at.said("decision"), at.said("reason"))
        read = [str(one) for one in at.form.getlist("letter")]
        with at.uow() as uow:
            case, _ = chase.confirm(uow, ref, withhold=withhold, read=read)
            address = f"{case_address(case.ref)}?entry={case.dossier.sequence}"
    except Refused as refused:
        return _shown(at, ref, refused)
    return at.go_to(address, done=True)


@form_at("/yes/{ref}/said", "yes_say", rule="yes")
def _saying(at: Desk, ref: str) -> Keeping:
    """Let the letters of a case go that were read, or keep them back with the reason."""
    waiting = tuple((one.id, one.letter.subject) for one in letters_waiting(at, ref).mine)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        withhold = _reason(filled.word("decision"), filled.word("reason"))
        case, count = chase.confirm(uow, ref, withhold=withhold, read=filled.several("letter"))
        what = "went" if withhold is None else "kept back"
        return f"Letters of {case.ref}, {what}: {count}."

    letters = Question("letter", "The letters that were read: all that wait", "choices", waiting, free=True)
    asked = (Question("decision", "Whether they go", "choice", DECISIONS), letters, MAY_SAY_WHY)
    return Keeping("Say yes or no to drafted letters", "Say it", case_address(ref), asked, do)


def _reason(chosen: str, reason: str) -> str | None:
    """Why the letters are kept back; None where they go."""
    if chosen not in {"go", "withhold"}:
        raise BadAnswer(SAY_WHICH)
    if chosen == "withhold" and not reason.strip():
        raise BadAnswer(SAY_WHY)
    return reason if chosen == "withhold" else None


def _shown(at: Desk, ref: str, refused: Refused | None = None) -> Response:
    return at.page("yes.html", **refusal(refused), yes=letters_waiting(at, ref))


def letters_waiting(at: Desk, ref: str) -> YesWanted:
    """The letters of a case that wait for a yes; that the case is read is put on record."""
    with at.reading_case(ref), at.uow() as uow:
        return yes_wanted(uow, ref, post_of(at.settings, uow.keys))
