"""Reminding agencies by hand: of the dates that were chosen in My work, once it was shown who is written to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.desk import Desk
from web.guard import At
from workflows.verbs.remind import remind_all, try_to_remind

router = APIRouter()


@router.post("/reminders", name="reminders")
def remind(at: At) -> Response:
    """Show who would be written to about which dates, or write to them once that was seen."""
    dates, why, confirmed = _dates(at), at.said("why"), bool(at.said("confirmed"))
    with at.uow() as uow:
        found = remind_all(uow, dates, why) if confirmed else try_to_remind(uow, dates, why)
    going = [one for one in found if not one.refused]
    refused = [one for one in found if one.refused]
    shown = at.page_done if confirmed else at.page
    return shown("reminders.html", going=going, refused=refused, done=confirmed, why=why)


def _dates(at: Desk) -> list[tuple[str, str]]:
    """The reference and the key of each date that was chosen."""
    chosen = (one.partition(" ") for one in at.form.getlist("date") if isinstance(one, str))
    return [(ref, key) for ref, _, key in chosen if ref and key]
