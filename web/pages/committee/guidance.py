"""What the committee goes by: calendars, with what another holiday would move, and the editions of the guidance."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from config.drawing import draw
from config.settings import calendar
from states.errors import BadAnswer, NotFound, Refused
from states.typed_days import LIKE, read_day
from states.words import spoken
from web.deed import UNPROCESSABLE
from web.desk import Desk
from web.guard import At
from web.links import sentences
from web.policy import TABLE
from workflows.verbs.change_calendar import preview_calendar
from workflows.views.calendars import MovedDate, calendar_page, calendars
from workflows.views.editions import edition_page, editions

router = APIRouter()

DAY_CLOSED = "{day} is closed already: choose a working day of the calendar."


@router.get("/committee/calendars", name="calendars")
def all_calendars(at: At) -> Response:
    """Show the calendars there are: national, and the committee's and agencies' own."""
    return at.page("committee/calendars.html", calendars=calendars())


@router.get("/committee/calendars/{name}", name="working_calendar")
def one_calendar(at: At, name: str) -> Response:
    """Show a calendar with its holidays."""
    return _calendar(at, name)


@router.post("/committee/calendars/{name}", name="working_calendar")
def what_if(at: At, name: str) -> Response:
    """Show which dates of open cases one more holiday would move. Nothing is written."""
    try:
        return _calendar(at, name, moved=_moved(at, name))
    except Refused as refused:
        return _calendar(at, name, wrong=sentences(refused), status=UNPROCESSABLE)


@router.get("/committee/editions", name="editions")
def all_editions(at: At) -> Response:
    """Show the editions of the guidance, with the committee's changes over them."""
    return at.page("committee/editions.html", editions=editions(at.room.here.settings.local_file))


@router.get("/committee/editions/{name}", name="edition")
def one_edition(at: At, name: str) -> Response:
    """Show an edition: its drawing, its limits with what they rest on and an example of each, its states."""
    procedure = at.room.here.guidance(name)
    return at.page("committee/edition.html", edition=edition_page(procedure, at.viewer.today), name=name)


@router.get("/committee/editions/{name}/drawing.svg", name="edition_drawing")
def drawing(at: At, name: str) -> Response:
    """Draw an edition as one picture."""
    return Response(draw(at.room.here.guidance(name)), media_type="image/svg+xml")


def _calendar(
    at: Desk, name: str, *, moved: tuple[MovedDate, ...] | None = None, wrong: tuple[str, ...] = (), status: int = 200
) -> Response:
    if name not in {one.name for one in calendars()}:
        raise NotFound(f"There is no calendar {name[:80]!r}.")
    shown = calendar_page(name)
    days = {day: why for day, why in shown.holidays.items() if day >= at.viewer.today}
    sees = TABLE["case"].lets(at.signed_in.session.role, doing=False)
    more = {"calendar": shown, "days": days, "moved": moved, "wrong": wrong}
    return at.page("committee/calendar.html", status=status, sees=sees, **more)


def _moved(at: Desk, name: str) -> tuple[MovedDate, ...]:
    day = read_day(at.said("day"))
    if day is None:
        raise BadAnswer(f"“Day”: write a date like {LIKE}.")
    found = calendar(name)
    if not found.is_working(day):
        raise BadAnswer(DAY_CLOSED.format(day=spoken(day)))
    fresh = replace(found, holidays={**found.holidays, day: at.said("called") or "Another holiday"})
    with at.uow() as uow:
        try:
            return preview_calendar(uow, fresh)
        finally:
            uow.tx.rollback()
