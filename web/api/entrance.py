"""Asked before everything a program does: which token it holds, whether that is good, and whether it may do this.

A token acts for an account in one role: the same table says what that role may read and do as at the desk, and the
database keeps the same cases from it. What is kept to others is as if it were not there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request

from records import tokens
from records.database import reading
from records.refusals import KEPT_FROM, NO_SUCH_PAGE
from records.sessions import Session
from records.tokens import Token
from states.errors import NotFound, PapersShut
from web.api.problems import NoToken, OutOfScope
from web.desk import Desk, Room
from web.guard import keep_use, put_on_record, why_kept
from web.policy import TABLE, Rule
from workflows.views.signed_in import SignedIn

MISSING = "Send a token in the header Authorization: Bearer cairn_...; an administrator of the committee makes one."
UNKNOWN = "This token lets nobody in: it was never made here, has ended or was revoked. An administrator makes another."
NOT_THE_ROLE = "As {role} nobody does this: a token for somebody with another role of the committee does."
NOT_THE_TOKEN = "This token does not do {operation}: {scope}. An administrator makes one that does."  # noqa: S105


def enter(room: Room, request: Request, operation: str, *, doing: bool) -> Desk:
    """The desk of a program. Raises NoToken, OutOfScope, and NotFound for a case that is kept from its account."""
    now, rule = room.clock(), TABLE.get(operation, Rule())
    held = _held(request)
    with reading(room.here.engine) as tx:
        token = _good(tx, held, now)
        who = _signed_in(token)
        shut = why_kept(tx, request, who)
    if token.used_at is None or now - token.used_at >= tokens.SEEN_EVERY:
        keep_use(room, lambda tx: tokens.touch(tx, token, now))
    desk = Desk(room, request, now, who, FormData(), "", every_case=rule.every_case)
    try:
        check_scope(token, rule, operation, doing=doing)
        if shut is not None:
            raise shut
    except (OutOfScope, NotFound, PapersShut) as refused:
        put_on_record(desk, NO_SUCH_PAGE if isinstance(refused, OutOfScope) else KEPT_FROM)
        raise
    return desk


def check_token(room: Room, request: Request) -> None:
    """Raise NoToken where a program holds no token, or none that is good."""
    held = _held(request)
    with reading(room.here.engine) as tx:
        _good(tx, held, room.clock())


def _good(tx: Connection, held: str, now: datetime) -> Token:
    token = tokens.find(tx, held)
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
    session = Session(f"{token.id}", token.account.id, token.role, token.made_at, used, token.name)
    return SignedIn(session, token.account, program=str(token.id))


def check_scope(token: Token, rule: Rule, operation: str, *, doing: bool) -> None:
    """Raise OutOfScope for what the role of a token has not, or the token itself does not do."""
    if not rule.lets(token.role, doing=doing):
        raise OutOfScope(NOT_THE_ROLE.format(role=token.role.replace("_", " ")))
    if doing and not token.lets(operation):
        scope = "it only reads" if token.read_only else f"it does {', '.join(token.verbs)}"
        raise OutOfScope(NOT_THE_TOKEN.format(operation=operation, scope=scope))
