"""Signing in at the organisation's own provider: sent there, and let in on coming back."""

from __future__ import annotations

import hmac
from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from states.errors import NotFound, NotSignedIn, Refused
from web.desk import SEE_OTHER, Desk
from web.guard import At
from web.pages.sign_in import again, with_session, within
from workflows.installation.identity_provider import NOT_PROVEN, Provider, SignInRequest, new_request, provider_of
from workflows.verbs.sign_in import count_try, sign_in_as

router = APIRouter()

ASKED = "__Host-cairn-elsewhere"
LASTS = timedelta(minutes=10)
NOT_USED = "Nobody signs in elsewhere here: CAIRN_OIDC_ISSUER is not set."


@router.get("/sign-in/elsewhere", name="elsewhere")
def go(at: At, then: str = "/") -> Response:
    """Send somebody to the provider; what they are known by on coming back is signed and stays in their browser."""
    provider, asked = _provider(at), new_request()
    try:
        answer: Response = RedirectResponse(provider.address(_back(at), asked), SEE_OTHER)
    except NotSignedIn as refused:
        return again(at, then, refused)
    said = "|".join((asked.state, asked.nonce, asked.verifier, str(int((at.now + LASTS).timestamp())), within(then)))
    held = f"{at.installation.keys.proof_of(said)}|{said}"
    age = int(LASTS.total_seconds())
    answer.set_cookie(ASKED, held, age, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.get("/sign-in/back", name="elsewhere_back")
def back(at: At, code: str = "", state: str = "") -> Response:
    """Let in whoever the provider says has an account here."""
    then = "/"
    try:
        asked, then = _asked(at, state)
        with at.uow() as uow:
            count_try(uow, f"elsewhere {state}", at.address)
        name = _provider(at).name_of(code, _back(at), asked, at.now)
        with at.uow() as uow:
            begun = sign_in_as(uow, name, at.request.headers.get("user-agent", ""))
    except Refused as refused:
        return _forgotten(again(at, then, refused))
    return _forgotten(with_session(at, at.go_to(then), begun))


def _provider(at: Desk) -> Provider:
    found = provider_of(at.settings)
    if found is None or at.site.example:
        raise NotFound(NOT_USED)
    return found


def _back(at: Desk) -> str:
    return f"{at.request.url.scheme}://{at.request.url.netloc}/sign-in/back"


def _asked(at: Desk, state: str) -> tuple[SignInRequest, str]:
    """What was asked for from this browser, a moment ago. Raises NotSignedIn for anything else."""
    proof, _, said = at.request.cookies.get(ASKED, "").partition("|")
    parts = said.split("|", 4)
    signed = hmac.compare_digest(proof.encode(), at.installation.keys.proof_of(said).encode())
    if not signed or len(parts) != 5 or int(parts[3]) < at.now.timestamp():  # noqa: PLR2004  the parts written above
        raise NotSignedIn(NOT_PROVEN)
    if not hmac.compare_digest(parts[0].encode(), state.encode()):
        raise NotSignedIn(NOT_PROVEN)
    return SignInRequest(*parts[:3]), within(parts[4])


def _forgotten(answer: Response) -> Response:
    answer.delete_cookie(ASKED, path="/", secure=True, httponly=True, samesite="lax")
    return answer
