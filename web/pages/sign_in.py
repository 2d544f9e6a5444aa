"""Signing in and out, and going on in another of one's roles."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from states.errors import NotSignedIn, Refused, TooManyTries
from web.desk import Desk
from web.example import COOKIE as EXAMPLE
from web.example import signed_out
from web.guard import COOKIE, At, form_token
from web.kept_form import KeptForm, carried_by, is_ours
from web.links import sentences
from workflows.verbs.passkeys import RelyingParty
from workflows.verbs.sign_in import Begun, SignInProof, change_role, count_try, note_failure, sign_in, sign_out

router = APIRouter()

WITHIN = "/"


@router.get("/sign-in", name="sign_in")
def form(at: At, then: str = WITHIN) -> Response:
    """Ask for the name, the password and the code of the app, all at once."""
    if at.who is not None:
        return at.go_to(within(then))
    return at.page("sign_in.html", then=then, wrong=(), kept=KeptForm())


@router.post("/sign-in", name="sign_in")
def begin(at: At) -> Response:
    """Sign in, and go on to where one wanted to go."""
    name, then = at.said("name"), at.said("then")
    try:
        with at.uow() as uow:
            count_try(uow, name, at.address)
        with at.uow() as uow:
            begun = sign_in(uow, name, chosen(at))
    except (NotSignedIn, TooManyTries) as refused:
        if isinstance(refused, NotSignedIn):
            with at.uow() as uow:
                note_failure(uow, name, at.address)
        return again(at, then, refused)
    kept = carried_by(at)
    if kept.address and kept.account not in {"", str(begun.account.id)}:
        return with_session(at, at.go_to("/sessions?did=others"), begun)
    if kept.address:
        anew = replace(at, form=FormData(), form_token=form_token(begun.token, begun.account.id))
        return with_session(at, anew.page("go_on.html", kept=kept), begun)
    return with_session(at, at.go_to(within(then)), begun)


@router.post("/sign-out", name="sign_out")
def leave(at: At) -> Response:
    """Sign out: the session ends, and the browser is told to forget what it holds. In the example one stays there."""
    with at.uow() as uow:
        sign_out(uow, at.signed_in.session)
    answer = at.go_to("/sign-in")
    if at.site.example:
        answer.set_cookie(EXAMPLE, signed_out(at.site), path="/", secure=True, httponly=True, samesite="lax")
        answer.headers["clear-site-data"] = '"cache"'
        return answer
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"cache", "cookies", "storage"'
    return answer


@router.post("/role", name="role")
def role(at: At) -> Response:
    """Go on in another of one's roles, in a session of its own, where one wanted to go with it."""
    with at.uow() as uow:
        begun = change_role(uow, at.signed_in.session, at.said("role"))
    return with_session(at, at.go_to(within(at.said("then") or WITHIN)), begun)


def chosen(at: Desk) -> SignInProof:
    """What somebody signs in with; a password is taken letter for letter."""
    password = at.form.get("password", "")
    browser = at.request.headers.get("user-agent", "")
    said = password if isinstance(password, str) else ""
    return SignInProof(said, at.said("code"), browser, at.said("passkey"), at.said("challenge"), site_of(at))


def site_of(at: Desk) -> RelyingParty:
    """The site that a passkey belongs to: this one, as the browser names it."""
    return RelyingParty(at.request.url.hostname or "", f"{at.request.url.scheme}://{at.request.url.netloc}")


def with_session(at: Desk, answer: Response, begun: Begun) -> Response:
    """An answer that gives the browser a new session to hold."""
    answer.set_cookie(
        EXAMPLE if at.site.example else COOKIE, begun.token, path="/", secure=True, httponly=True, samesite="lax"
    )
    return answer


def again(at: Desk, then: str, refused: Refused) -> Response:
    """The page once more, with the one sentence that is said whatever was wrong."""
    status = 429 if isinstance(refused, TooManyTries) else 401
    said = sentences(refused)
    return at.page("sign_in.html", status=status, then=then, wrong=said, kept=carried_by(at))


def within(then: str) -> str:
    """Where somebody goes after signing in: a page of ours, and nothing else."""
    return then if is_ours(then) else WITHIN
