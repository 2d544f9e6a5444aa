"""The registers of agencies and accounts; agencies already in use, and contacts, are entered in their logs."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
WORD = re.compile(r"\w+")
LOG = sa.table(
    "audit_log",
    *(sa.column(name) for name in ("log", "sequence", "subject", "kind", "actor")),
    sa.column("happened_on", sa.Date),
    sa.column("recorded_at", MOMENT),
    sa.column("body"),
    sa.column("seal"),
)

AWAY = sa.table("absence", sa.column("contact_id"), sa.column("starts", sa.Date), sa.column("ends", sa.Date))


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("folded", sa.String(400), nullable=False, unique=True),
        sa.Column("other_names", sa.Text, nullable=False),
        sa.Column("calendar", sa.String(80), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("merged_into", sa.Integer, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sign_in", sa.String(200), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("agency", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
    )
    tx = op.get_bind()
    carry_over_agencies(tx)
    carry_over_contacts(tx)


def carry_over_agencies(tx: sa.Connection) -> None:
    """Each agency in use is entered under the spelling used most; the other spellings are other names of it."""
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in agencies_in_use(tx):
        spelt[folded(name)][name] += 1
    table = sa.table("agency", *(sa.column(c) for c in ("name", "folded", "other_names", "calendar", "merged_into")))
    table.append_column(sa.column("active", sa.Boolean))
    entries = []
    for number, (key, names) in enumerate(sorted(spelt.items()), start=1):
        name, *others = [each for each, _ in sorted(names.items(), key=lambda one: (-one[1], one[0]))]
        state = {"name": name, "other_names": others, "calendar": "", "active": True, "merged_into": 0}
        row = {**state, "other_names": json.dumps(others, ensure_ascii=False), "folded": key}
        tx.execute(sa.insert(table).values(**row))
        entries.append((str(number), state))
    carry_over(tx, "agencies", entries)


def agencies_in_use(tx: sa.Connection) -> Iterator[str]:
    yield from tx.execute(sa.text("SELECT agency FROM contact WHERE agency <> ''")).scalars()
    for body in tx.execute(sa.text("SELECT dossier FROM case_file")).scalars():
        try:
            dossier = json.loads(body)
            yield from (name for name in dossier.get("agencies", ()) if name)
            yield from (one["agency"] for one in dossier.get("requests", {}).values())
        except (ValueError, AttributeError, KeyError, TypeError):
            continue  # a damaged row is for verify to name


def carry_over_contacts(tx: sa.Connection) -> None:
    wanted = "SELECT id, agency, role, name, channels, hours, calendar, active FROM contact ORDER BY id"
    entries = []
    for row in tx.execute(sa.text(wanted)).mappings():
        kept = hashlib.sha256(f"{row['name']}\n{row['channels']}".encode()).hexdigest()
        state = {name: row[name] for name in ("agency", "role", "hours", "calendar")}
        entries.append((str(row["id"]), {**state, "active": bool(row["active"]), "kept": kept}))
    states = dict(entries)
    for contact, starts, ends in tx.execute(sa.select(*AWAY.c).order_by(AWAY.c.contact_id, AWAY.c.starts)):
        about = {"from": starts.isoformat(), "to": ends.isoformat()}
        entries.append((str(contact), {**states[str(contact)], **about}))
    carry_over(tx, "contacts", entries)


def carry_over(tx: sa.Connection, log: str, entries: list[tuple[str, dict[str, Any]]]) -> None:
    """Put entries at the beginning of a log: an absence (what has a first day) as one, the rest as carried over."""
    at = tx.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    now = (datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at).astimezone(UTC)
    told: dict[str, Any] = {"actor": {"name": "Cairn", "role": "system"}, "log": log}
    told |= {"happened_on": now.astimezone(ZoneInfo("Europe/London")).date().isoformat()}
    told |= {"recorded_at": now.isoformat().replace("+00:00", "Z")}
    seal = hashlib.sha256(f"cairn log {log}".encode()).hexdigest()
    for sequence, (subject, data) in enumerate(entries, start=1):
        kind = "away" if "from" in data else "carried_over"
        whole = {**told, "kind": kind, "sequence": sequence, "subject": subject, "data": data}
        body = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        seal = hashlib.sha256(f"{seal}\n{body}".encode()).hexdigest()
        row = {"log": log, "sequence": sequence, "subject": subject, "kind": kind, "actor": "Cairn"}
        day = now.astimezone(ZoneInfo("Europe/London")).date()
        tx.execute(sa.insert(LOG).values(**row, happened_on=day, recorded_at=now, body=body, seal=seal))
    if entries:
        numbering = sa.table("numbering", sa.column("series"), sa.column("last"))
        tx.execute(sa.insert(numbering).values(series=f"audit {log}", last=len(entries)))


def folded(name: str) -> str:
    shown = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    return " ".join(WORD.findall(plain)) or plain.strip()
