"""An invitation: the first account of a new Cairn, or one's own password and app. Opening the page changes nothing."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from records import credentials
from records.accounts import Account
from records.database import reading
from states.errors import BadAnswer, Refused
from states.roles import ACCOUNT_KEEPERS
from web.desk import Desk, Site
from web.errors import refusal
from web.example import COOKIE as EXAMPLE
from web.example import example_of
from web.guard import At
from web.pages.sign_in import WITHIN, chosen, with_session
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.passwords import SHORTEST, address_for_app
from workflows.verbs.sign_in import Begun, accept, accept_for, app_secret, invited, make_first

router = APIRouter()

NOT_THE_SAME = "The two passwords are not the same: type them again."


@router.get("/invitations/{code}", name="invitation")
def form(at: At, code: str) -> Response:
    """Show whose account it is, and the picture for their app."""
    return _shown(_there(at, code), code)


@router.post("/invitations/{code}", name="invitation")
def set_up(at: At, code: str) -> Response:
    """Set the password and the app, and sign in; where somebody else is signed in with this browser, they stay so."""
    at = _there(at, code)
    try:
        with at.uow() as uow:
            whose = invited(uow, code)
            if whose is not None and at.who is not None and at.who.account.id != whose.id:
                _checked(at)
                accept_for(uow, code, chosen(at))
                return at.page("invitation_done.html", whose=whose)
            begun = _begun(at, uow, code)
    except Refused as refused:
        return _shown(at, code, refused)
    answer = with_session(at, at.go_to("/committee" if whose is None else WITHIN), begun)
    if not at.site.example:
        answer.delete_cookie(EXAMPLE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _there(at: Desk, code: str) -> Desk:
    """The desk to which somebody is invited: the committee's own or the example's, whichever this browser looks at."""
    if _is_of(at.site, code):
        return at
    own: Site = at.request.app.state.site
    others = (own, example_of(at.request).site()) if not at.site.example else (own,)
    found = next((site for site in others if site is not None and _is_of(site, code)), None)
    if found is None:
        return at
    at.request.state.site = found
    return replace(at, site=found, now=found.clock(), who=None, form_token="")


def _is_of(site: Site, code: str) -> bool:
    with reading(site.installation.engine) as tx:
        return credentials.invitation(tx, code, site.time_outside()) is not None


def _checked(at: Desk) -> None:
    if at.form.get("password") != at.form.get("again"):
        raise BadAnswer(NOT_THE_SAME)


def _begun(at: Desk, uow: UnitOfWork, code: str) -> Begun:
    whose = invited(uow, code)
    _checked(at)
    if whose is not None:
        return accept(uow, code, chosen(at))
    return make_first(uow, code, at.said("person"), at.said("name"), at.said("role"), chosen(at))


def _shown(at: Desk, code: str, refused: Refused | None = None) -> Response:
    with at.uow() as uow:
        whose, secret = invited(uow, code), app_secret(uow, code)
    return at.page(
        "invitation.html",
        **refusal(refused),
        whose=whose,
        secret=secret,
        picture=_picture(secret, whose, at.site.committee),
        roles=ACCOUNT_KEEPERS,
        shortest=SHORTEST,
    )


def _picture(secret: str, whose: Account | None, issuer: str) -> Markup:
    """What the app reads, as a drawing."""
    import segno

    who = whose.sign_in if whose is not None else "first account"
    made = segno.make(address_for_app(secret, who, issuer), error="m", micro=False)
    drawn = made.svg_inline(scale=5, border=4, light="#fff", omitsize=True, svgclass="app-code", title="For the app")
    return Markup(drawn)  # noqa: S704  drawn from squares
