"""What came back by mail: each mail as it was read, the letter it is about, and whether somebody saw to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from records import incoming
from records.case_tables import CaseFile
from records.mails import MAILS
from records.metadata import table_of
from records.post_tables import Contact
from states.moments import local_day

CASES, CONTACTS = table_of(CaseFile), table_of(Contact)

READ_AS = {
    "failed": "did not arrive",
    "delayed": "is late: its server goes on trying",
    "arrived": "arrived at the reader's server",
    "auto_reply": "was answered by a machine of the reader's",
    "not_read": "is held back, or nobody reads it there: a machine of the reader's says so",
    "answer": "was answered",
    "unsorted": "no field says which letter it is about",
}
"""What came back, said of the letter."""

UNKNOWN_FORM = "was written about by a server, in a form that is a person's to read"


def read_as(row: RowMapping) -> str:
    """What came back, said of the letter: of a mail that is a person's to sort, whether the letter is known."""
    return UNKNOWN_FORM if row["kind"] == "unsorted" and row["mail_id"] else READ_AS[row["kind"]]


@dataclass(frozen=True)
class CameBack:
    """A mail that came back. `read_at` is an instant in UTC, `letter_on` the day (Europe/London) of the letter.

    `ref` is the case of the letter, or what the subject says where no field ties it to a letter. `seen_to`: it asks
    nothing, or somebody saw to it.
    """

    id: str
    kind: str
    what: str
    read_at: datetime
    ref: str
    agency: str
    role: str
    letter_on: date | None
    code: str
    doubtful: bool
    forwarded: bool
    files: int
    mailbox: str
    seen_to: bool
    seen_to_by: str


def came_back(tx: Connection, *, everything: bool = False, most: int = 100, hidden: frozenset[str]) -> list[CameBack]:
    """The mails that wait for a person, the oldest first; or all that came back, the newest first; none of the hidden.

    `hidden` are the references of the cases that whoever looks does not see.
    """
    return _lines(tx, incoming.listed(tx, everything=everything, most=most, hidden=hidden))


def one(tx: Connection, beginning: str, hidden: frozenset[str]) -> CameBack:
    """The mail whose number begins so, of those about no hidden case. Raises NotFound for none, or more than one."""
    return _lines(tx, [incoming.called(tx, beginning, hidden)])[0]


def _lines(tx: Connection, rows: Sequence[RowMapping]) -> list[CameBack]:
    letters = _letters(tx, {row["mail_id"] for row in rows if row["mail_id"]})
    refs = _refs(tx, {row["case_id"] for row in rows if row["case_id"]})
    return [_line(row, letters.get(row["mail_id"]), refs) for row in rows]


def _letters(tx: Connection, ids: set[str]) -> dict[str, RowMapping]:
    wanted = (
        select(MAILS.c.id, MAILS.c.created_at, CONTACTS.c.agency, CONTACTS.c.role)
        .join(CONTACTS, CONTACTS.c.id == MAILS.c.contact_id)
        .where(MAILS.c.id.in_(sorted(ids)))
    )
    return {row["id"]: row for row in tx.execute(wanted).mappings()} if ids else {}


def _refs(tx: Connection, ids: set[int]) -> dict[int, str]:
    wanted = select(CASES.c.id, CASES.c.ref).where(CASES.c.id.in_(sorted(ids)))
    return {row.id: row.ref for row in tx.execute(wanted)} if ids else {}


def _line(row: RowMapping, letter: RowMapping | None, refs: dict[int, str]) -> CameBack:
    return CameBack(
        id=row["id"],
        kind=row["kind"],
        what=read_as(row),
        read_at=row["read_at"],
        ref=refs.get(row["case_id"], row["reference"]),
        agency=letter["agency"] if letter else "",
        role=letter["role"] if letter else "",
        letter_on=local_day(letter["created_at"]) if letter else None,
        code=row["code"],
        doubtful=row["doubtful"],
        forwarded=row["forwarded"],
        files=row["files"],
        mailbox=row["mailbox"],
        seen_to=row["seen_to_at"] is not None or row["kind"] not in incoming.FOR_A_PERSON,
        seen_to_by=row["seen_to_by"],
    )
