"""Reminding agencies by hand: of the dates that were chosen in My work, once it was shown who is written to."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import NotPossible
from web.answers import Filled
from web.desk import Desk
from web.form_routes import form_at
from web.guard import At
from web.keeping import Keeping
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.remind import remind_all, try_to_remind
from workflows.views.question import Question

router = APIRouter()

EACH = "The reference of the case and the key of the date, such as LR-2026-0007 R1."


@router.post("/reminders", name="reminders")
def remind(at: At) -> Response:
    """Show who would be written to about which dates, or write to them once that was seen."""
    chosen = (one for one in at.form.getlist("date") if isinstance(one, str))
    dates, why, confirmed = _dates(chosen), at.said("why"), bool(at.said("confirmed"))
    with at.uow() as uow:
        found = remind_all(uow, dates, why) if confirmed else try_to_remind(uow, dates, why)
    going = [one for one in found if not one.refused]
    refused = [one for one in found if one.refused]
    shown = at.page_done if confirmed else at.page
    return shown("reminders.html", going=going, refused=refused, done=confirmed, why=why)


@form_at("/reminders", "reminders")
def _reminding(_: Desk) -> Keeping:
    """Remind agencies of dates now; those that nobody can be reminded of are named, and the others go."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        found = remind_all(uow, _dates(filled.several("date")), filled.word("why"))
        if all(one.refused for one in found):
            raise NotPossible(*(f"{one.ref}: {one.refused}" for one in found))
        return " ".join(f"{one.ref}: {one.refused or f'{one.label}: written to.'}" for one in found)

    dates = Question("date", "The dates, each with its case", "choices", help=EACH, free=True)
    return Keeping("Remind agencies", "Remind", "/my-work", (dates, Question("why", "Why", ask="may")), do)


def _dates(chosen: Iterable[str]) -> list[tuple[str, str]]:
    """The reference and the key of each date that was chosen."""
    parts = (one.partition(" ") for one in chosen)
    return [(ref, key) for ref, _, key in parts if ref and key]
