"""Opening a case: the guidance it comes under, the way it opens, and then the form of that."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records.cases import Case
from states.errors import NotFound
from web.answers import Filled
from web.deed import Deed, asks, done, first_choice
from web.desk import Desk
from web.form_routes import form_at
from web.guard import At
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.open import open_case
from workflows.verbs.people import who_leads
from workflows.views.editions import check_edition
from workflows.views.forms import opening_of
from workflows.views.question_parts import ON
from workflows.views.ways_to_open import ways_to_open

router = APIRouter()

CHOICES = ("edition", "step")
HERE = {"action": "/cases/new", "back": "/cases", "ref": ""}


@router.get("/cases/new", name="case_new")
def form(at: At, edition: str = "", step: str = "") -> Response:
    """Ask under which guidance and how it opens, then for what that records."""
    if not edition:
        with at.reading() as tx:
            found = ways_to_open(tx, at.installation.guidance)
        return at.page("opening.html", ways=found)
    check_edition(edition)
    given = {name: one for name, one in (("edition", edition), ("step", step)) if one}
    asked = first_choice(at, "open", given, CHOICES)
    if asked is not None:
        return at.page("choose.html", asked=asked, given=given, title="Open a case", where=HERE)
    return asks(at, _deed(at, edition, step))


@router.post("/cases/new", name="case_new")
def open_(at: At, edition: str = "", step: str = "") -> Response:
    """Show what opening it would do, or open it once that was seen."""
    return done(at, _deed(at, edition, step))


@form_at("/cases/new", "case_new")
def _as_said(at: Desk) -> Deed:
    """Open a case under the edition that is said, by the way that is said where there are several."""
    return _deed(at, at.asked("edition"), at.asked("step"))


def _deed(at: Desk, edition: str, step: str) -> Deed:
    check_edition(edition)
    procedure = at.installation.guidance(edition)
    if step and step not in {one.trigger for one in procedure.openings}:
        raise NotFound(f"{procedure.title}: no case opens by {step[:60]!r}.")
    move = opening_of(procedure, step)

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return open_case(
            uow,
            edition,
            step,
            answers=filled.answers,
            reason=filled.word("reason"),
            authority=filled.word("authority"),
            agencies=filled.several("agency"),
            lead=who_leads(uow, edition=edition),
            on=filled.day("on"),
        )[0]

    given = {"edition": edition, "step": step}
    return Deed("open", move.label if move else "Open a case", "Continue", do, given, "/cases", (ON,))
