"""One's own calendar: its secret address is made, revoked, and read there by a program of calendars."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records.row_security import seen_by
from states.errors import NotFound
from web.desk import Desk
from web.guard import At
from web.policy import TABLE
from workflows.verbs.desk_settings import make_calendar, revoke_calendar
from workflows.views.own_calendar import NO_CALENDAR, address_of, own_calendar, owner_of

router = APIRouter()

KIND = "text/calendar; charset=utf-8"


@router.get("/calendar", name="calendar")
def calendar(at: At) -> Response:
    """Show whether one has an address, and what stands under it."""
    return _shown(at)


@router.post("/calendar", name="calendar")
def make(at: At) -> Response:
    """Make an address, in place of any there was, and show it this once."""
    with at.uow() as uow:
        code = make_calendar(uow)
    return _shown(at, f"{at.request.base_url}calendar/{code}.ics")


@router.post("/calendar/revoke", name="calendar_revoke")
def revoke(at: At) -> Response:
    """Revoke the address: whoever asks there is told nothing any more."""
    with at.uow() as uow:
        revoke_calendar(uow)
    return at.go_to("/calendar")


@router.get("/calendar/{code}.ics", name="calendar_feed")
def feed(at: At, code: str) -> Response:
    """Send the dates of whoever has this address."""
    with at.reading() as tx:
        actor = owner_of(tx, code)
        seen_by(tx, actor.account)
        if not at.site.lets(TABLE["my_work"], actor.role):
            raise NotFound(NO_CALENDAR)
        made = own_calendar(tx, actor, at.settings.sender_domain, at.now)
    return Response(made, media_type=KIND, headers={"referrer-policy": "no-referrer", "x-robots-tag": "noindex"})


def _shown(at: Desk, address: str = "") -> Response:
    with at.reading() as tx:
        known = address_of(tx, at.signed_in.account.id)
    return at.page("calendar.html", known=known, address=address)
