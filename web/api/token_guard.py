"""Authorisation of API requests: which token it is, whether it is valid, and whether it may do this.

A token acts for an account in one role: the desk's policy table says what that role may read and do, and the database
hides the same cases. Cases kept to others look as if they did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime

from starlette.datastructures import FormData
from starlette.requests import Request

from records import tokens
from records.database import looking_first, reading
from records.refusals import KEPT_FROM, NO_SUCH_PAGE
from records.row_security import EVERY_CASE, seen_by
from records.sessions import DeskSession
from records.tokens import Token
from states.errors import Refused
from web.api.problems import NoToken, OutOfScope
from web.desk import Desk, Site
from web.guard import keep_use, put_on_record, why_shut
from web.policy import TABLE, Rule
from web.request_transaction import RequestTransaction
from workflows.views.signed_in import SignedIn

MISSING = "Send a token in the header Authorization: Bearer cairn_...; an administrator of the committee makes one."
UNKNOWN = "This token lets nobody in: it was never made here, has ended or was revoked. An administrator makes another."
NOT_THE_ROLE = "As {role} nobody does this: a token for somebody with another role of the committee does."
NOT_THE_TOKEN = "This token does not do {operation}: {scope}. An administrator makes one that does."  # noqa: S105


def enter(site: Site, request: Request, operation: str, *, doing: bool) -> Desk:
    """The desk of a program. Raises NoToken, OutOfScope, and NotFound for a case that is kept from its account.

    What is asked for goes on in the transaction in which the token was looked up: whoever enters lets it go at the end
    (`Desk.lets_go`). Once a minute it is ended here, as it is kept then that the token was used.
    """
    now, rule, held = site.clock(), TABLE.get(operation, Rule()), _held(request)
    with ExitStack() as end:
        tx = end.enter_context((looking_first if doing else reading)(site.installation.engine))
        found = tokens.let_in(tx, held, str(request.path_params.get("ref", "")), every_case=rule.every_case)
        if found is None:
            raise NoToken(UNKNOWN)
        token = _good(found.token, now)
        who = _signed_in(token)
        places = site.places_of(token.role)
        refused: Refused | None = out_of_scope(token, rule, operation, places, doing=doing)
        if refused is None and found.may_be_kept:
            refused = why_shut(tx, request, who)
            seen_by(tx, EVERY_CASE if rule.every_case else str(token.account.id))
        begun = RequestTransaction(tx, end.pop_all(), found.worked_at, writes=doing)
    desk = Desk(site, request, now, who, FormData(), "", every_case=rule.every_case, begun=begun)
    if token.used_at is None or now - token.used_at >= tokens.SEEN_EVERY:
        desk.lets_go()
        keep_use(site, lambda tx: tokens.touch(tx, token, now))
    if refused is not None:
        desk.lets_go()
        put_on_record(desk, NO_SUCH_PAGE if isinstance(refused, OutOfScope) else KEPT_FROM)
        raise refused
    return desk


def check_token(site: Site, request: Request) -> None:
    """Raise NoToken where a program holds no token, or none that is good."""
    held = _held(request)
    with reading(site.installation.engine) as tx:
        _good(tokens.find(tx, held), site.clock())


def _good(token: Token | None, now: datetime) -> Token:
    if token is None or not token.is_good(now):
        raise NoToken(UNKNOWN)
    return token


def _held(request: Request) -> str:
    kind, _, held = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not held.strip():
        raise NoToken(MISSING)
    return held.strip()


def _signed_in(token: Token) -> SignedIn:
    used = token.used_at or token.made_at
    session = DeskSession(f"{token.id}", token.account.id, token.role, token.made_at, used, token.name)
    return SignedIn(session, token.account, program=str(token.id))


def out_of_scope(token: Token, rule: Rule, operation: str, places: Iterable[str], *, doing: bool) -> OutOfScope | None:
    """Why something is not done with a token: its role has it not, or the token itself does not do it.

    `places` are the roles of the table whose pages its role has.
    """
    if not rule.lets_any(places, doing=doing):
        return OutOfScope(NOT_THE_ROLE.format(role=token.role.replace("_", " ")))
    if doing and not token.lets(operation):
        scope = "it only reads" if token.read_only else f"it does {', '.join(token.verbs)}"
        return OutOfScope(NOT_THE_TOKEN.format(operation=operation, scope=scope))
    return None
