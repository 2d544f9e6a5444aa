"""What the committee goes by: calendars, with what another holiday would move, and the editions of the guidance."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from config.drawing import draw
from states.errors import BadAnswer, NotFound, Refused
from states.typed_days import LIKE, read_day
from states.words import long_day
from web.answers import Filled
from web.desk import Desk
from web.errors import status_of
from web.form_routes import form_at
from web.guard import At
from web.keeping import WHY, Keeping
from web.links import sentences
from web.policy import TABLE
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.add_holiday import add_holiday, preview_holiday
from workflows.verbs.preview import Preview
from workflows.views.calendars import MovedDate, calendar_page, calendars
from workflows.views.editions import check_edition, edition_page, editions
from workflows.views.question import Question

router = APIRouter()

NO_DAY = f"“Day”: write a date like {LIKE}."

ANOTHER = "Another holiday"
DAY, CALLED = Question("day", "Day", "date"), Question("called", "What the day is called")


@router.get("/committee/calendars", name="calendars")
def all_calendars(at: At) -> Response:
    """Show the calendars there are: national, and the committee's and agencies' own."""
    return at.page("committee/calendars.html", calendars=calendars())


@router.get("/committee/calendars/{name}", name="working_calendar")
def one_calendar(at: At, name: str) -> Response:
    """Show a calendar with its holidays."""
    return _calendar(at, name)


@router.post("/committee/calendars/{name}", name="working_calendar")
def another_holiday(at: At, name: str) -> Response:
    """Show which dates of open cases one more holiday would move, or write and apply it once that was seen."""
    try:
        day = _day(at)
        if at.said("confirmed"):
            seen = at.said("seen")
            with at.uow() as uow:
                add_holiday(uow, name, day, at.said("called"), at.said("reason"), seen=int(seen) if seen else None)
            return at.go_to(f"/committee/calendars/{quote(name, safe='')}?did=holiday", done=True)
        with at.uow() as uow:
            found = preview_holiday(uow, name, day, at.said("called") or ANOTHER)
        return _calendar(at, name, found=found)
    except Refused as refused:
        return _calendar(at, name, wrong=sentences(refused), status=status_of(refused))


@form_at("/committee/calendars/{name}/holidays", "holiday_new", rule="working_calendar")
def _holiday(_: Desk, name: str) -> Keeping:
    """Write one more holiday into a calendar, and count the dates of every open case anew."""
    _check_calendar(name)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        day, called = filled.day("day"), filled.word("called")
        if day is None:
            raise BadAnswer(NO_DAY)
        moved = add_holiday(uow, name, day, called, filled.word("reason"))
        return f"{long_day(day)} is a holiday of {name}. Dates of open cases that move: {len(moved)}."

    return Keeping(ANOTHER, "Add it", "/committee/calendars", (DAY, CALLED, WHY), do)


@router.get("/committee/editions", name="editions")
def all_editions(at: At) -> Response:
    """Show the editions of the guidance, with the committee's changes over them."""
    return at.page("committee/editions.html", editions=editions(at.settings.local_file))


@router.get("/committee/editions/{name}", name="edition")
def one_edition(at: At, name: str) -> Response:
    """Show an edition: its drawing, its limits with what they rest on and an example of each, its states."""
    check_edition(name)
    procedure = at.installation.guidance(name)
    return at.page("committee/edition.html", edition=edition_page(procedure, at.viewer.today), name=name)


@router.get("/committee/editions/{name}/drawing.svg", name="edition_drawing")
def drawing(at: At, name: str) -> Response:
    """Draw an edition as one picture."""
    check_edition(name)
    return Response(draw(at.installation.guidance(name)), media_type="image/svg+xml")


def _calendar(
    at: Desk,
    name: str,
    *,
    found: Preview[tuple[MovedDate, ...]] | None = None,
    wrong: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    _check_calendar(name)
    shown = calendar_page(name)
    days = {day: why for day, why in shown.holidays.items() if day >= at.viewer.today}
    sees = at.lets(TABLE["case"])
    more = {"calendar": shown, "days": days, "found": found, "wrong": wrong}
    return at.page("committee/calendar.html", status=status, sees=sees, **more)


def _check_calendar(name: str) -> None:
    if name not in {one.name for one in calendars()}:
        raise NotFound(f"There is no calendar {name[:80]!r}.")


def _day(at: Desk) -> date:
    day = read_day(at.said("day"))
    if day is None:
        raise BadAnswer(NO_DAY)
    return day
