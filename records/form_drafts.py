"""Forms begun at the desk and not sent yet: kept on the server, encrypted, and deleted after a while."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, select

from records.credentials import hash_of
from records.database import set_row
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
    """What somebody had typed, when it was kept, and the last entry of the case they had seen then (0: none).

    `address` is where its form stands, `title` what that is called, and `ref` the case it is about, if any.
    """

    typed: Pairs
    entry: int
    saved_at: datetime
    address: str = ""
    title: str = ""
    ref: str = ""


def keep(tx: Connection, keys: MasterKey, account_id: int, address: str, draft: FormDraft) -> None:
    """Keep what was typed in the form at an address, in the place of what was kept of it before."""
    form = hash_of(address)
    sealed = keys.encrypt_text(
        json.dumps([draft.typed, draft.entry, address, draft.title, draft.ref]), _whose(account_id, form)
    )
    key = {"account_id": account_id, "form": form}
    set_row(tx, DRAFTS, key, {"sealed": sealed, "saved_at": draft.saved_at})
    forget_old(tx, draft.saved_at)


def find(tx: Connection, keys: MasterKey, account_id: int, address: str, now: datetime) -> FormDraft | None:
    """What was kept of the form at an address; None where nothing was, or the master key has changed since."""
    form = hash_of(address)
    wanted = select(DRAFTS.c.sealed, DRAFTS.c.saved_at).where(*_one(account_id, form))
    row = tx.execute(wanted.where(DRAFTS.c.saved_at >= now - KEPT_FOR)).first()
    if row is None:
        return None
    return _opened(keys, account_id, form, row.sealed, row.saved_at)


def of_account(tx: Connection, keys: MasterKey, account_id: int, now: datetime) -> tuple[FormDraft, ...]:
    """Every form that somebody began and has not sent, the newest first."""
    own = (DRAFTS.c.account_id == account_id, DRAFTS.c.saved_at >= now - KEPT_FOR)
    wanted = select(DRAFTS.c.form, DRAFTS.c.sealed, DRAFTS.c.saved_at).where(*own).order_by(DRAFTS.c.saved_at.desc())
    found = [_opened(keys, account_id, row.form, row.sealed, row.saved_at) for row in tx.execute(wanted)]
    return tuple(one for one in found if one is not None and one.address)


def count(tx: Connection, account_id: int, now: datetime) -> int:
    """How many forms somebody began and has not sent."""
    own = (DRAFTS.c.account_id == account_id, DRAFTS.c.saved_at >= now - KEPT_FOR)
    return int(tx.execute(select(func.count()).select_from(DRAFTS).where(*own)).scalar_one())


def _opened(keys: MasterKey, account_id: int, form: str, sealed: str, saved_at: datetime) -> FormDraft | None:
    """A form as it was kept; None under another master key. An older one does not say where it stands."""
    try:
        typed, entry, *more = json.loads(keys.decrypt_text(sealed, _whose(account_id, form)))
    except NotSetUp:
        return None
    return FormDraft(tuple((name, value) for name, value in typed), entry, saved_at, *more)


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
