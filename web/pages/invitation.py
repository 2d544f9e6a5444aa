"""An invitation: the first account of a new Cairn, or one's own password and app. Opening the page changes nothing."""

from __future__ import annotations

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from records.accounts import Account
from states.errors import BadAnswer, Refused
from states.roles import ACCOUNT_KEEPERS
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.pages.sign_in import WITHIN, chosen, with_session
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.passwords import SHORTEST, address_for_app
from workflows.verbs.sign_in import Begun, accept, app_secret, invited, make_first

router = APIRouter()

NOT_THE_SAME = "The two passwords are not the same: type them again."


@router.get("/invitations/{code}", name="invitation")
def form(at: At, code: str) -> Response:
    """Show whose account it is, and the picture for their app."""
    return _shown(at, code)


@router.post("/invitations/{code}", name="invitation")
def set_up(at: At, code: str) -> Response:
    """Set the password and the app, and sign in."""
    try:
        with at.uow() as uow:
            first = invited(uow, code) is None
            begun = _begun(at, uow, code)
    except Refused as refused:
        return _shown(at, code, refused)
    return with_session(at, at.go_to("/committee" if first else WITHIN), begun)


def _begun(at: Desk, uow: UnitOfWork, code: str) -> Begun:
    whose = invited(uow, code)
    if at.form.get("password") != at.form.get("again"):
        raise BadAnswer(NOT_THE_SAME)
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
        picture=_picture(secret, whose, at.room.committee),
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
