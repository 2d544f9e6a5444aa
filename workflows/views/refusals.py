"""What was refused at the desk, and when signing in failed: for the auditor, the newest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from records import accounts
from records.audit_log import AUDIT_LOG, AuditEntry
from records.refusals import FAILED, FROM_ELSEWHERE, KEPT_FROM, NO_SUCH_PAGE, REFUSALS, SIGN_INS

MOST = 100
WHY = {
    NO_SUCH_PAGE: "The role has no such page",
    FROM_ELSEWHERE: "It was sent from another site, or without the token of the session",
    KEPT_FROM: "The case is kept to named people",
    FAILED: "Signing in failed",
}
REFUSED = or_(AUDIT_LOG.c.log == REFUSALS, and_(AUDIT_LOG.c.log == SIGN_INS, AUDIT_LOG.c.kind == FAILED))


@dataclass(frozen=True)
class Refusal:
    """One refusal: when, to whom in which role (empty for nobody known), why, and of what.

    `place` is a fingerprint of the network address a failed sign-in came from: the same for the same address.
    """

    at: datetime
    person: str
    role: str
    why: str
    what: str
    place: str


@dataclass(frozen=True)
class Refusals:
    """A page of refusals, the newest first, and how many there are; `places` from where signing in failed most."""

    lines: tuple[Refusal, ...]
    all: int
    places: tuple[tuple[str, int], ...]


def refusals(tx: Connection, page: int = 1) -> Refusals:
    """What was refused, a page at a time."""
    people = {str(one.id): one.person for one in accounts.read(tx)}
    newest = (AUDIT_LOG.c.recorded_at.desc(), AUDIT_LOG.c.sequence.desc())
    wanted = select(AUDIT_LOG.c.body).where(REFUSED).order_by(*newest)
    bodies = tx.execute(wanted.limit(MOST).offset(MOST * (page - 1))).scalars()
    lines = tuple(_line(AuditEntry.model_validate_json(body), people) for body in bodies)
    every = tx.execute(select(func.count()).select_from(AUDIT_LOG).where(REFUSED)).scalar_one()
    places = Counter(one.place for one in lines if one.place)
    return Refusals(lines, every, tuple(one for one in places.most_common(5) if one[1] > 1))


def _line(one: AuditEntry, people: dict[str, str]) -> Refusal:
    if one.log == SIGN_INS:
        who = people.get(one.subject, "Nobody known")
        return Refusal(one.recorded_at, who, "", WHY[FAILED], "", str(one.data.get("from", "")))
    why = WHY.get(one.kind.partition(" ")[0], one.kind)
    return Refusal(one.recorded_at, one.actor.name, one.actor.role, why, one.subject, "")
