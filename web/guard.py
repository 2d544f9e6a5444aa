"""The check before every page: same-origin requests only, who is signed in, and whether they may."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from records import need_to_know, sessions
from records.database import reading, transaction
from records.refusals import FROM_ELSEWHERE, KEPT_FROM, NO_SUCH_PAGE
from records.row_security import EVERY_CASE, seen_by
from states.errors import NotFound, NotPossible, PapersShut, Refused
from states.words import in_a_sentence
from web.desk import Desk, Site
from web.example import COOKIE as EXAMPLE
from web.example import example_of, signed_out
from web.policy import TABLE, Rule
from web.sent_form import sent_form, sent_part
from web.visit import Visit, visit_of
from workflows.verbs.record_refusal import record_refusal
from workflows.views.signed_in import SignedIn

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.routing import Route

COOKIE = "__Host-cairn"
Who = tuple[SignedIn | None, Refused | None]
"""Whoever is signed in, and why the case in the address is not for them."""
NOBODY: Who = (None, None)
READ_ONLY = frozenset({"GET", "HEAD"})
TOKEN = "form_token"  # noqa: S105  the name of a field
TOKEN_OF_PART = "x-form-token"  # noqa: S105  the name of a header
OTHER_SITE = "This was sent from another site, or by a program: open the page here, and send it from there."
OLD_FORM = "This page was opened before you signed in: go back, load it again, and send it once more."
OLD_VISIT = "This page was opened before you opened the link again: go back, load it again, and send it once more."
YOURS_TOO = "As {role} you have no such page. Your account has the role {had} too, which has it."
NOT_YOURS = "As {role} you have no such page: somebody with another role of the committee does this."


class SignInNeeded(Exception):
    """Nobody is signed in; `then` is where they wanted to go. What they sent from there is on `desk`, and is kept."""

    def __init__(self, then: str, desk: Desk | None = None) -> None:
        super().__init__(then)
        self.then, self.desk = then, desk

    @property
    def address(self) -> str:
        """The page to sign in on, from which they get where they wanted to go."""
        return "/sign-in" + (f"?then={quote(self.then, safe='/')}" if self.then not in {"", "/"} else "")


class NotYours(NotPossible):
    """The role somebody acts in has no such page; the table of the policy says so.

    `desk` is that of whoever asks, `roles` are those of their account that have the page.
    """

    def __init__(self, desk: Desk, roles: tuple[str, ...]) -> None:
        acts = _called(desk, desk.signed_in.session.role)
        had = " and ".join(_called(desk, role) for role in roles)
        super().__init__((YOURS_TOO if roles else NOT_YOURS).format(role=acts, had=had))
        self.desk, self.roles = desk, roles

    @property
    def then(self) -> str:
        """Where somebody goes on in another role: the page they asked for."""
        return _asked_for(self.desk.request)


def _called(desk: Desk, role: str) -> str:
    return in_a_sentence(desk.called.get(role, role.replace("_", " ")))


class OtherSite(NotPossible):
    """A form was sent from another site, or without the token of the session."""


async def desk(request: Request) -> AsyncIterator[Desk]:
    """The desk of whoever asks, where the policy lets them. Raises SignInNeeded, OtherSite and NotYours."""
    route: Route = request.scope["route"]
    rule, doing = TABLE.get(route.name, Rule()), request.method not in READ_ONLY
    if doing:
        check_same_site(request)
    site, token, (who, shut) = await run_in_threadpool(_site_of, request)
    request.state.site, now = site, site.clock()
    outside = site.time_outside()
    visit = await run_in_threadpool(visit_of, site.installation, request, now, outside) if rule.letter else None
    if visit and doing and rule.parts:
        check_visit(visit, request.headers.get(TOKEN_OF_PART, ""))
        with await sent_part(request) as part:
            yield replace(_of_letter(site, request, now, visit, FormData()), part=part)
        return
    form = await sent_form(request, files=rule.files) if doing else FormData()
    request.state.visit, request.state.form = visit, form
    now = site.clock() if rule.files and doing else now  # large files take their time to come
    try:
        if visit and doing:
            check_visit(visit, str(form.get(TOKEN, "")))
        own = form_token(token, who.account.id) if who else ""
        found = Desk(site, request, now, who, form, own, every_case=rule.every_case)
        yield _of_letter(site, request, now, visit, form) if visit else await _let_in(found, rule, token, shut)
    finally:
        await form.close()


async def _let_in(found: Desk, rule: Rule, token: str, shut: Refused | None) -> Desk:
    """The desk of whoever is signed in, or of anybody on a page for everybody. `shut` is why a case is not for them."""
    request, who, doing = found.request, found.who, found.request.method not in READ_ONLY
    if rule.public:
        return found
    if who is None:
        ours = token or found.said(TOKEN)  # signed out on another page, the browser holds no token any more
        raise SignInNeeded("", found if ours else None) if doing else SignInNeeded(_asked_for(request))
    try:
        _check_theirs(found, rule, token)
        if shut is not None:
            raise shut
        if doing:  # it may have been kept to others while the form came
            await run_in_threadpool(_check_named, found)
    except (OtherSite, NotYours, NotFound) as refused:
        await run_in_threadpool(put_on_record, found, _kind_of(refused))
        raise
    return found


def _check_theirs(found: Desk, rule: Rule, token: str) -> None:
    """Raise OtherSite for a form without the token of the session, and NotYours for a page the role does not have."""
    doing = found.request.method not in READ_ONLY
    if doing and not is_token_of(token, str(found.form.get(TOKEN, ""))):
        raise OtherSite(OLD_FORM)
    if not found.lets(rule, doing=doing):
        others = found.signed_in.other_roles if rule.read else ()
        found_too = (one for one in others if found.site.lets(rule, one, doing=doing))
        raise NotYours(found, tuple(found_too))


def _kind_of(refused: Exception) -> str:
    kinds: tuple[tuple[type[Exception], str], ...] = ((OtherSite, FROM_ELSEWHERE), (NotYours, NO_SUCH_PAGE))
    return next((name for one, name in kinds if isinstance(refused, one)), KEPT_FROM)


def put_on_record(found: Desk, kind: str) -> None:
    """Keep for the auditor that whoever is signed in was refused something, and why."""
    with found.uow() as uow:
        record_refusal(uow, kind, f"{found.request.method} {found.request.url.path}")


def _of_letter(site: Site, request: Request, now: datetime, visit: Visit, form: FormData) -> Desk:
    """The desk of whoever came by the link of a letter, on the pages of that link."""
    return Desk(site, request, now, None, form, form_token(visit.secret), visit)


def check_visit(visit: Visit, token: str) -> None:
    """Raise OtherSite for what was sent without the token of the pages of its link."""
    if not is_token_of(visit.secret, token):
        raise OtherSite(OLD_VISIT)


At = Annotated[Desk, Depends(desk)]
"""How a page asks for the desk."""


def check_same_site(request: Request) -> None:
    """Raise OtherSite for what is sent from anywhere but a page of ours: by Fetch metadata, or else by its origin."""
    site = request.headers.get("sec-fetch-site", "")
    if site == "same-origin":
        return
    origin = urlsplit(request.headers.get("origin", ""))
    if site or not origin.netloc or origin.netloc != request.headers.get("host", ""):
        raise OtherSite(OTHER_SITE)


def form_token(session: str, account: int = 0) -> str:
    """The token of a session as it stands in a form, with the number of its account.

    Each time it has another salt, so that it looks different.
    """
    salt = f"{secrets.token_hex(16)}-{account}"
    return f"{salt}.{_proof(session, salt)}"


def is_token_of(session: str, token: str) -> bool:
    """Whether a token that was sent with a form belongs to the session."""
    salt, _, proof = token.partition(".")
    return hmac.compare_digest(_proof(session, salt).encode(), proof.encode())


def _proof(session: str, salt: str) -> str:
    return hmac.digest(session.encode(), f"form {salt}".encode(), "sha256").hex()


def _check_named(found: Desk) -> None:
    """Raise NotFound for a case that is kept to people of whom whoever asks is none: as for one there is not."""
    with reading(found.installation.engine) as tx:
        shut = why_shut(tx, found.request, found.signed_in)
    if shut is not None:
        raise shut


def _site_of(request: Request) -> tuple[Site, str, Who]:
    """Where somebody is, and who they are there: in the example while they visit it, else at the committee's desk."""
    token = request.cookies.get(EXAMPLE, "")
    example = example_of(request).site() if token else None
    who = _who(example, token, example.time_outside(), request) if example is not None else NOBODY
    if example is not None and (
        who[0] is not None or hmac.compare_digest(signed_out(example).encode(), token.encode())
    ):
        return example, token, who
    site: Site = request.app.state.site
    token = request.cookies.get(COOKIE, "")
    return site, token, _who(site, token, site.clock(), request) if token else NOBODY


def _who(site: Site, token: str, now: datetime, request: Request) -> Who:
    """Who holds a session, and why the case that is asked for is not for them; its use is kept, to the minute."""
    with reading(site.installation.engine) as tx:
        found = sessions.let_in(tx, token, str(request.path_params.get("ref", "")), now)
        if found is None:
            return NOBODY
        who = SignedIn(found.session, found.account, found.shortcuts)
        shut = why_shut(tx, request, who) if found.may_be_kept else None
    if now - who.session.seen_at >= sessions.SEEN_EVERY:
        keep_use(site, lambda tx: sessions.touch(tx, who.session, now))
    return who, shut


def keep_use(site: Site, touch: Callable[[Connection], None]) -> None:
    """Keep when a session or a token was last used, which is on no record."""
    with transaction(site.installation.engine) as tx:
        touch(tx)


def why_shut(tx: Connection, request: Request, who: SignedIn) -> Refused | None:
    """Why the case in the address is closed to whoever asks, who is not among the people it is kept to."""
    ref = str(request.path_params.get("ref", ""))
    if not ref:
        return None
    seen_by(tx, EVERY_CASE)
    try:
        need_to_know.check_named(tx, ref, str(who.account.id))
    except (NotFound, PapersShut) as refused:
        return refused
    return None


def _asked_for(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
