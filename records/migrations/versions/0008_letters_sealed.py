"""Letters and tries that are there are sealed as they stand, and sent letters are guarded."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from records.migrations import guarding

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)
MAIL = sa.table(
    "mail",
    *(sa.column(name) for name in ("id", "message_id", "contact_id", "channel", "subject", "body", "status")),
    sa.column("created_at", MOMENT),
    sa.column("ended_at", MOMENT),
)
ATTEMPT = sa.table("attempt", *map(sa.column, ("mail_id", "number", "outcome", "detail")), sa.column("at", MOMENT))
MESSAGE = sa.table(
    "message", *map(sa.column, ("mail_id", "id", "case_id", "sequence", "kind")), sa.column("created_at", MOMENT)
)
LOG = sa.table(
    "audit_log",
    *map(sa.column, ("log", "sequence", "subject", "kind", "actor", "body", "seal")),
    sa.column("happened_on", sa.Date),
    sa.column("recorded_at", MOMENT),
)
NUMBERING = sa.table("numbering", sa.column("series"), sa.column("last"))
INSIDE = ("id", "case_id", "sequence", "kind", "created_at")
SEALED = ("id", "message_id", "contact_id", "channel", "subject", "body", "created_at")
SERIES = "audit letters"


def upgrade() -> None:
    tx = op.get_bind()
    messages: defaultdict[str, list[list[Any]]] = defaultdict(list)
    for row in tx.execute(sa.select(*MESSAGE.c).where(MESSAGE.c.mail_id.is_not(None)).order_by(MESSAGE.c.id)):
        messages[row.mail_id].append([plain(getattr(row, name)) for name in INSIDE])
    tries: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in tx.execute(sa.select(*ATTEMPT.c)):
        tries[row.mail_id][str(row.number)] = digest([plain(row.at), row.outcome, row.detail])
    seal_all(tx, messages, tries)
    guarding.put_up_for_letters(tx)


def seal_all(tx: sa.Connection, messages: dict[str, list[Any]], tries: dict[str, dict[str, str]]) -> None:
    """Put each letter that was tried at the end of the log of letters."""
    wanted = (
        sa.select(LOG.c.sequence, LOG.c.seal).where(LOG.c.log == "letters").order_by(LOG.c.sequence.desc()).limit(1)
    )
    begun = tx.execute(wanted).first()
    sequence, seal = begun or (0, hashlib.sha256(b"cairn log letters").hexdigest())
    at = tx.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    now = (datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at).astimezone(UTC)
    for mail in tx.execute(sa.select(*MAIL.c).order_by(MAIL.c.id)).all():
        if mail.id in tries:
            sequence += 1
            data: dict[str, Any] = {
                "letter": digest([[plain(getattr(mail, name)) for name in SEALED], messages[mail.id]])
            }
            data |= {"status": mail.status, "ended_at": plain(mail.ended_at) or "", "tries": tries[mail.id]}
            seal = put_on_record(tx, sequence, seal, mail.id, now, data)
    if sequence and begun:
        tx.execute(sa.update(NUMBERING).where(NUMBERING.c.series == SERIES).values(last=sequence))
    elif sequence:
        tx.execute(sa.insert(NUMBERING).values(series=SERIES, last=sequence))


def put_on_record(tx: sa.Connection, sequence: int, before: str, mail: str, now: datetime, data: dict[str, Any]) -> str:
    day: date = now.astimezone(ZoneInfo("Europe/London")).date()
    told = {"log": "letters", "sequence": sequence, "subject": mail, "kind": "carried_over"}
    whole = {**told, "actor": {"name": "Cairn", "role": "system"}, "happened_on": day.isoformat(), "data": data}
    whole |= {"recorded_at": now.isoformat().replace("+00:00", "Z")}
    body = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    seal = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
    row = {**told, "actor": "Cairn", "happened_on": day, "recorded_at": now, "body": body, "seal": seal}
    tx.execute(sa.insert(LOG).values(**row))
    return seal


def digest(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def plain(value: Any) -> Any:
    """Instants as they are sealed: in UTC. SQLite gives them back without a time zone."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
