"""A refusal for programs: problem details (RFC 9457) with every obstacle, and a link to what removes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from states.errors import (
    BadAnswer,
    NotFound,
    NotPossible,
    PapersShut,
    Refused,
    StaleVersion,
    StorageTrouble,
    UnknownStep,
)
from states.next_step import mended, plain
from web.api.as_json import Remedy, remedy_of, to_json

PROBLEM = "application/problem+json"
SAYS = "The sentence says what to do."


class NoToken(Refused):
    """No token was sent, or none that lets anybody in."""


class OutOfScope(Refused):
    """The role the token acts in, or the token itself, does not do this."""


class Unreadable(Refused):
    """What was sent is no JSON of the form that is asked for."""


class NoKey(Refused):
    """An Idempotency-Key is missing."""


class KeyTaken(Refused):
    """Something else was sent under the same Idempotency-Key."""


class NotSeen(Refused):
    """The version of the case that was seen was not said."""


class TooLarge(Refused):
    """What was sent is larger than anything that is asked for."""


@dataclass(frozen=True)
class Kind:
    """A kind of problem: what it is called in an address, its status, and its title."""

    name: str
    status: int
    title: str


KINDS: Mapping[type[Refused], Kind] = {
    NoToken: Kind("no-token", 401, "The program was not let in"),
    OutOfScope: Kind("out-of-scope", 403, "The token does not do this"),
    Unreadable: Kind("unreadable", 400, "What was sent cannot be read"),
    NoKey: Kind("no-idempotency-key", 400, "An Idempotency-Key is missing"),
    KeyTaken: Kind("key-taken", 422, "The Idempotency-Key was used for something else"),
    NotSeen: Kind("version-not-said", 428, "The version that was seen is not said"),
    TooLarge: Kind("too-large", 413, "What was sent is too large"),
    PapersShut: Kind("papers-shut", 403, "The papers of the case are shut to this account"),
    NotFound: Kind("not-found", 404, "Not found"),
    UnknownStep: Kind("not-found", 404, "Not found"),
    StaleVersion: Kind("stale", 412, "The case has changed since it was read"),
    BadAnswer: Kind("bad-answer", 422, "This cannot be taken as it is"),
    NotPossible: Kind("not-possible", 409, "This cannot be done as things stand"),
    StorageTrouble: Kind("busy", 503, "Try again in a moment"),
    Refused: Kind("refused", 409, "This cannot be done as things stand"),
}
"""What each refusal is called; the first that fits."""

ELSEWHERE: Mapping[int, Kind] = {
    404: Kind("not-found", 404, "Not found"),
    405: Kind("method", 405, "This address takes no such method"),
    500: Kind("unexpected", 500, "Something unexpected happened"),
}
"""What went wrong before anything was asked, or by a fault of ours."""


@dataclass(frozen=True)
class Stands:
    """One thing that stands in the way: what is wrong and what to do, and the operations that mend it."""

    detail: str
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True)
class Problem:
    """Problem details (RFC 9457). `detail` is the first obstacle; `obstacles` are all of them."""

    type: str
    title: str
    status: int
    detail: str
    obstacles: tuple[Stands, ...]


def kind_of(refused: Refused) -> Kind:
    """What a refusal is called."""
    return next(kind for one, kind in KINDS.items() if isinstance(refused, one))


def problem_of(refused: Refused) -> Problem:
    """A refusal as problem details: each obstacle once, what mends it with the last."""
    kind, said = kind_of(refused), list(refused.obstacles)
    steps: tuple[Remedy, ...] = ()
    if refused.advice is not None and said:
        said[-1] = mended(said[-1], refused.advice, plain)
        steps = tuple(map(remedy_of, refused.advice.steps))
    stands = tuple(Stands(one, steps if place == len(said) - 1 else ()) for place, one in enumerate(said))
    return Problem(_type(kind), kind.title, kind.status, said[0] if said else kind.title, stands)


def problem_with(status: int, sentence: str) -> Problem:
    """What went wrong before anything was asked, as problem details."""
    kind = ELSEWHERE.get(status, Kind("refused", status, "This cannot be done"))
    return Problem(_type(kind), kind.title, status, sentence, (Stands(sentence, ()),))


def answered(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Problem details as an answer; whoever was not let in is told how to come in."""
    more: dict[str, Any] = dict(headers or {})
    if problem.status == KINDS[NoToken].status:
        more["www-authenticate"] = 'Bearer realm="cairn"'
    return Response(to_json(problem), problem.status, more, PROBLEM)


def _type(kind: Kind) -> str:
    return f"urn:cairn:problem:{kind.name}"
