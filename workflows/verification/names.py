"""Checks the encrypted names of children: none may be damaged, or gone without an erasure on record."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from records import children
from records.bulk_reading import CaseKept
from records.cases import CASES
from records.children import CHILD, KEY
from records.editions import EditionLibrary
from records.keys import MasterKey
from records.subset import Subset
from states.dossier import Dossier
from states.errors import DAMAGED, StorageTrouble
from states.words import many


def names_faults(dossier: Dossier, kept: CaseKept, subject: str) -> Iterator[str]:
    """What is wrong with the names kept of a case, as far as it shows without reading one.

    `subject` is whom the edition of the case says it is about: child, adult.
    """
    entered = set(range(1, dossier.children + 1))
    for number in sorted(entered - kept.children.keys()):
        yield f"the row of {subject} {number} is gone"
    for number in sorted(kept.children.keys() - entered):
        yield f"there is a row of {subject} {number}, and nobody is on record as having entered one"
    if dossier.erased:
        yield from _left(kept, subject)
    elif dossier.children and kept.wrapped is None:
        yield f"the key to the names of its {many(subject, 2)} is gone, and no erasure is on record"
    else:
        gone = (number for number in sorted(entered & kept.children.keys()) if kept.children[number] == children.ERASED)
        yield from (f"the name of {subject} {number} is gone, and no erasure is on record" for number in gone)


def _left(kept: CaseKept, subject: str) -> Iterator[str]:
    if kept.wrapped is not None:
        yield f"the key to the names of its {many(subject, 2)} is there, and an erasure is on record"
    for number in (number for number, sealed in kept.children.items() if sealed != children.ERASED):
        yield f"the name of {subject} {number} is there, and an erasure is on record"


def unreadable_names(tx: Connection, among: Subset, keys: MasterKey) -> Iterator[tuple[str, str]]:
    """The names of children of some cases that cannot be read with the master key: of which case, and what is wrong.

    The key is not given to another process, so this is looked at where it is.
    """
    wanted = (
        select(CASES.c.ref, CASES.c.digest, CHILD.c.number, CHILD.c.sealed, KEY.c.wrapped)
        .join(CHILD, CHILD.c.case_id == CASES.c.id)
        .join(KEY, KEY.c.case_id == CASES.c.id)
        .where(among.has(CASES.c.id), CHILD.c.sealed != children.ERASED)
        .order_by(CASES.c.id, CHILD.c.number)
    )
    library = EditionLibrary(tx)
    for ref, digest, number, sealed, wrapped in tx.execute(wanted):
        if not children.is_whole(keys, ref, wrapped, number, sealed):
            yield ref, f"the name of {_subject(library, digest)} {number} is damaged, or was put there from elsewhere"


def _subject(library: EditionLibrary, digest: str) -> str:
    """Whom a case is about, in the words of its edition; where that cannot be read, a child, as in most."""
    try:
        return library.procedure(digest).subject
    except StorageTrouble:
        raise
    except DAMAGED:
        return "child"
