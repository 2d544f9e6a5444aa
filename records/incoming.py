"""Mail that came back, as it was filed: each once, and how far each mailbox was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, or_, select, update

from notifications.inbox_source import Position
from records.database import insert_once, set_row
from records.incoming_tables import IncomingRow, MailboxRow
from records.metadata import table_of
from records.need_to_know import about_none
from states.errors import NotFound

INCOMING = table_of(IncomingRow)
MAILBOXES = table_of(MailboxRow)
FOR_A_PERSON = ("answer", "not_read", "unsorted")
"""The kinds that a person must see to: the others are recorded with the letter they are about."""


def keep(tx: Connection, row: Mapping[str, Any]) -> bool:
    """File a mail; False where it is filed already."""
    return insert_once(tx, INCOMING, dict(row))


def lies_now(tx: Connection, row: Mapping[str, Any]) -> None:
    """Note where a mail lies that was filed before: its mailbox was numbered anew, or its file has another name."""
    place = {name: row[name] for name in ("validity", "uid", "file")}
    moved = or_(*(INCOMING.c[name] != value for name, value in place.items()))
    mine = (INCOMING.c.id == row["id"], INCOMING.c.mailbox == row["mailbox"])
    tx.execute(update(INCOMING).where(*mine, moved).values(**place))


def position(tx: Connection, mailbox: str) -> Position:
    """How far a mailbox was read."""
    row = tx.execute(select(MAILBOXES).where(MAILBOXES.c.name == mailbox)).mappings().one_or_none()
    return Position(row["validity"], row["uid"]) if row else Position()


def went_to(tx: Connection, mailbox: str, to: Position, now: datetime) -> None:
    """Note how far a mailbox was read."""
    set_row(tx, MAILBOXES, {"name": mailbox}, {"validity": to.validity, "uid": to.uid, "read_at": now})


def called(tx: Connection, beginning: str, hidden: frozenset[str]) -> RowMapping:
    """The mail whose number begins so, of those about no hidden case. Raises NotFound for none, or more than one."""
    wanted = _about_none(hidden).where(INCOMING.c.id.startswith(beginning.lower(), autoescape=True)).limit(2)
    found = list(tx.execute(wanted).mappings())
    if len(found) != 1 or not beginning:
        several = "names several mails: give more of it" if found else "is no mail that came back"
        raise NotFound(f"{beginning[:40]!r} {several}.")
    return found[0]


def listed(tx: Connection, *, everything: bool = False, most: int = 100, hidden: frozenset[str]) -> list[RowMapping]:
    """The mails that wait for a person, the oldest first; or all that came back, the newest first.

    None is about a hidden case.
    """
    wanted = _about_none(hidden).limit(most)
    if everything:
        return list(tx.execute(wanted.order_by(INCOMING.c.read_at.desc(), INCOMING.c.id)).mappings())
    waiting = wanted.where(INCOMING.c.kind.in_(FOR_A_PERSON), INCOMING.c.seen_to_at.is_(None))
    return list(tx.execute(waiting.order_by(INCOMING.c.read_at, INCOMING.c.id)).mappings())


def _about_none(hidden: frozenset[str]) -> Select[Any]:
    """The mails about none of these cases: by the case of the letter, else by what the subject says."""
    names_none = or_(INCOMING.c.case_id.is_not(None), INCOMING.c.reference.not_in(hidden))
    return select(INCOMING).where(about_none(INCOMING.c.case_id, hidden), names_none)


def of_letters(tx: Connection, letters: Iterable[str]) -> dict[str, list[RowMapping]]:
    """What came back of letters, by letter, the oldest first."""
    found: dict[str, list[RowMapping]] = defaultdict(list)
    wanted = select(INCOMING).where(INCOMING.c.mail_id.in_(list(letters))).order_by(INCOMING.c.read_at, INCOMING.c.id)
    for row in tx.execute(wanted).mappings():
        found[row["mail_id"]].append(row)
    return found


def see_to(tx: Connection, mail: str, by: str, now: datetime) -> bool:
    """Note that a person saw to a mail; False where somebody did before."""
    change = update(INCOMING).where(INCOMING.c.id == mail, INCOMING.c.seen_to_at.is_(None))
    return tx.execute(change.values(seen_to_at=now, seen_to_by=by)).rowcount == 1
