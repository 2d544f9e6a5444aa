"""Webhooks: addresses that are told of entries. What one is owed is written in the transaction of the entry.

It is claimed under a lease, sent at least once under an identity that stays, tried again ever later, and given up after
three days; what was missed can be owed again.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, func, insert, literal, or_, select, text, update

from records import audit_log
from records.api_tables import WebhookCallRow, WebhookRow
from records.case_columns import CASES
from records.history_tables import RecommendationRow
from records.keys import MasterKey
from records.metadata import stands, table_of
from records.sign_in_tables import NeedToKnowRow
from states.entry import Actor, Entry
from states.errors import NotSetUp

HOOKS, CALLS = table_of(WebhookRow), table_of(WebhookCallRow)
LOG = "webhooks"
LEASE = timedelta(minutes=5)
"""How long a call is in one deliverer's hands; after that another takes it up, under the same identity."""
GIVE_UP_AFTER = timedelta(hours=72)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long is waited before the next try; the last of them again and again."""
PREFIX, SECRET = "whsec_", 32
SOMEBODY_LISTENS = select(HOOKS.c.id).where(HOOKS.c.active).exists()
"""Whether an entry is owed to anybody at all."""
WANTED = and_(
    HOOKS.c.active, or_(HOOKS.c.kinds == "", (literal(" ") + HOOKS.c.kinds + " ").contains(bindparam("among")))
)
CALL = (
    "webhook_id",
    "case_id",
    "sequence",
    "kind",
    "status",
    "attempts",
    "owed_at",
    "next_attempt_at",
    "claimed_by",
    "detail",
)
OWE = insert(CALLS).from_select(
    CALL,
    select(
        HOOKS.c.id,
        bindparam("of_case", type_=CALLS.c.case_id.type),
        bindparam("number", type_=CALLS.c.sequence.type),
        bindparam("what", type_=CALLS.c.kind.type),
        literal("owed"),
        literal(0),
        bindparam("at", type_=CALLS.c.owed_at.type),
        bindparam("at", type_=CALLS.c.owed_at.type),
        literal(""),
        literal(""),
    ).where(WANTED),
)
NAMED, AFTER = table_of(NeedToKnowRow), table_of(RecommendationRow)
KEPT = select(NAMED.c.case_id)
KEPT_TOO = select(AFTER.c.case_id).join(CASES, CASES.c.ref == AFTER.c.of_ref).where(CASES.c.id.in_(KEPT))
"""Cases that are kept to named people, and what was recommended after them: nobody else is told of those."""
NEXT = (
    select(CALLS, HOOKS.c.address, HOOKS.c.secret, CASES.c.ref)
    .join(HOOKS, HOOKS.c.id == CALLS.c.webhook_id)
    .join(CASES, CASES.c.id == CALLS.c.case_id)
    .where(stands(CALLS.c.status, "owed"), CALLS.c.next_attempt_at <= bindparam("now"), HOOKS.c.active)
    .where(CALLS.c.case_id.not_in(KEPT), CALLS.c.case_id.not_in(KEPT_TOO))
    .order_by(CALLS.c.next_attempt_at, CALLS.c.case_id, CALLS.c.sequence)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=CALLS)
)


@dataclass(frozen=True)
class Webhook:
    """An address that is told of entries of some kinds (none: of all)."""

    id: int
    address: str
    kinds: tuple[str, ...]
    active: bool
    made_at: datetime


def owe(tx: Connection, case_id: int, entry: Entry, now: datetime) -> None:
    """Owe an entry to every webhook that is told of its kind."""
    given = {"of_case": case_id, "number": entry.sequence, "what": entry.kind, "at": now, "among": f" {entry.kind} "}
    tx.execute(OWE, given)


def make(
    tx: Connection,
    keys: MasterKey,
    address: str,
    kinds: tuple[str, ...],
    by: Actor,
    now: datetime,
    reason: str = "",
) -> tuple[Webhook, str]:
    """Create a webhook; returns it with the secret its calls are signed with, which is shown once."""
    _between_entries(tx)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(SECRET)).decode()
    row = {"address": address, "kinds": " ".join(kinds), "secret": "", "active": True, "made_at": now}
    key = tx.execute(insert(HOOKS).values(**row)).inserted_primary_key
    assert key is not None
    made = Webhook(int(key[0]), address, kinds, active=True, made_at=now)
    _keep_secret(tx, keys, made.id, secret)
    audit_log.append(tx, LOG, str(made.id), "made", by, now, reason=reason, data={"kinds": list(kinds)})
    return made, secret


def _between_entries(tx: Connection) -> None:
    """Wait for every entry that is being written, and keep further ones waiting: what comes after a webhook is told.

    An entry looks for webhooks as it writes the row of its case. On SQLite one transaction writes at a time.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text(f"LOCK TABLE {CASES.name} IN SHARE MODE"))


def read(tx: Connection) -> tuple[Webhook, ...]:
    """Every webhook, the newest first."""
    rows = tx.execute(select(HOOKS).order_by(HOOKS.c.id.desc())).mappings()
    return tuple(
        Webhook(one["id"], one["address"], tuple(one["kinds"].split()), bool(one["active"]), one["made_at"])
        for one in rows
    )


def standing(tx: Connection) -> dict[int, dict[str, int]]:
    """How many calls of each webhook are owed, sent and given up, by its number."""
    counted: dict[int, dict[str, int]] = {}
    wanted = select(CALLS.c.webhook_id, CALLS.c.status, func.count()).group_by(CALLS.c.webhook_id, CALLS.c.status)
    for number, status, count in tx.execute(wanted):
        counted.setdefault(number, {})[status] = count
    return counted


def switch_off(tx: Connection, number: int, by: Actor, now: datetime, reason: str) -> None:
    """End a webhook: it is told of nothing more."""
    tx.execute(update(HOOKS).where(HOOKS.c.id == number).values(active=False))
    audit_log.append(tx, LOG, str(number), "ended", by, now, reason=reason)


def owe_again(tx: Connection, number: int, since: datetime, by: Actor, now: datetime, reason: str) -> int:
    """Owe a webhook again what it was owed since a moment, whether sent or given up; how many calls that is."""
    mine = (CALLS.c.webhook_id == number, CALLS.c.owed_at >= since, CALLS.c.status != "owed")
    again = (
        update(CALLS).where(*mine).values(status="owed", attempts=0, next_attempt_at=now, claimed_by="", owed_at=now)
    )
    count = tx.execute(again).rowcount
    audit_log.append(tx, LOG, str(number), "owed_again", by, now, reason=reason, data={"calls": count})
    return count


def claim(tx: Connection, now: datetime, by: str, most: int) -> list[RowMapping]:
    """Claim calls that are due, under a lease: no other worker tries them until it expires."""
    found = list(tx.execute(NEXT, {"now": now, "most": most}).mappings())
    for one in found:
        tx.execute(update(CALLS).where(*_call(one)).values(next_attempt_at=now + LEASE, claimed_by=by))
    return found


def answered(tx: Connection, call: RowMapping, *, taken: bool, detail: str, now: datetime) -> str:
    """Record how a try ended: sent, still owed, or given up. Returns which."""
    tries = call["attempts"] + 1
    status = "sent" if taken else "failed" if now - call["owed_at"] >= GIVE_UP_AFTER else "owed"
    waits = WAITS[min(tries, len(WAITS)) - 1]
    ended: dict[str, Any] = {"ended_at": now} if status != "owed" else {"next_attempt_at": now + waits}
    tx.execute(
        update(CALLS)
        .where(*_call(call))
        .values(status=status, attempts=tries, detail=detail[:300], claimed_by="", **ended)
    )
    return status


def secret_of(keys: MasterKey, number: int, sealed: str) -> str:
    """The secret a webhook's calls are signed with. Raises NotSetUp under another master key."""
    return keys.decrypt_text(sealed, _whose(number))


def rewrap(tx: Connection, keys: MasterKey, fresh: MasterKey) -> None:
    """Re-encrypt every secret with a new master key."""
    for row in tx.execute(select(HOOKS.c.id, HOOKS.c.secret)).all():
        _keep_secret(tx, fresh, row.id, secret_of(keys, row.id, row.secret))


def end_unreadable(tx: Connection, keys: MasterKey) -> None:
    """End the webhooks whose secret cannot be decrypted: they must be made again."""
    for row in tx.execute(select(HOOKS.c.id, HOOKS.c.secret)).all():
        try:
            secret_of(keys, row.id, row.secret)
        except NotSetUp:
            tx.execute(update(HOOKS).where(HOOKS.c.id == row.id).values(active=False))


def _keep_secret(tx: Connection, keys: MasterKey, number: int, secret: str) -> None:
    sealed = keys.encrypt_text(secret, _whose(number))
    tx.execute(update(HOOKS).where(HOOKS.c.id == number).values(secret=sealed))


def _call(one: RowMapping) -> tuple[Any, ...]:
    return tuple(CALLS.c[name] == one[name] for name in ("webhook_id", "case_id", "sequence"))


def _whose(number: int) -> str:
    return f"webhook {number}"
