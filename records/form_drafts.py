"""Forms that were begun at the desk and not sent yet: kept on the server, encrypted, and forgotten after a while."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from records.credentials import hash_of
from records.desk_tables import FormDraftRow
from records.keys import MasterKey
from records.metadata import table_of
from states.errors import NotSetUp

DRAFTS = table_of(FormDraftRow)
KEPT_FOR = timedelta(days=14)
"""So long a form is kept that nobody has touched."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FormDraft:
    """What somebody had typed, when it was kept, and the last entry of the case they had seen then (0: none)."""

    typed: Pairs
    entry: int
    saved_at: datetime


def keep(tx: Connection, keys: MasterKey, account_id: int, address: str, draft: FormDraft) -> None:
    """Keep what was typed in the form at an address, in the place of what was kept of it before."""
    form = hash_of(address)
    sealed = keys.encrypt_text(json.dumps([draft.typed, draft.entry]), _whose(account_id, form))
    again = update(DRAFTS).where(*_one(account_id, form)).values(sealed=sealed, saved_at=draft.saved_at)
    if tx.execute(again).rowcount == 0:
        tx.execute(insert(DRAFTS).values(account_id=account_id, form=form, sealed=sealed, saved_at=draft.saved_at))
    forget_old(tx, draft.saved_at)


def find(tx: Connection, keys: MasterKey, account_id: int, address: str, now: datetime) -> FormDraft | None:
    """What was kept of the form at an address; None where nothing was, or the master key has changed since."""
    form = hash_of(address)
    wanted = select(DRAFTS.c.sealed, DRAFTS.c.saved_at).where(*_one(account_id, form))
    row = tx.execute(wanted.where(DRAFTS.c.saved_at >= now - KEPT_FOR)).first()
    if row is None:
        return None
    try:
        typed, entry = json.loads(keys.decrypt_text(row.sealed, _whose(account_id, form)))
    except NotSetUp:
        return None
    return FormDraft(tuple((name, value) for name, value in typed), entry, row.saved_at)


def forget(tx: Connection, account_id: int, address: str) -> None:
    """Forget what was kept of the form at an address."""
    tx.execute(delete(DRAFTS).where(*_one(account_id, hash_of(address))))


def forget_old(tx: Connection, now: datetime) -> None:
    """Forget every form that nobody has touched for long."""
    tx.execute(delete(DRAFTS).where(DRAFTS.c.saved_at < now - KEPT_FOR))


def forget_all(tx: Connection) -> None:
    """Forget every form: under another master key none can be read."""
    tx.execute(delete(DRAFTS))


def _one(account_id: int, form: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DRAFTS.c.account_id == account_id, DRAFTS.c.form == form


def _whose(account_id: int, form: str) -> str:
    return f"form {form} of account {account_id}"
