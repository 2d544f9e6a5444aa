"""Are the names of children kept as the history says? None may be gone without an erasure on record, or be damaged."""

from __future__ import annotations

from collections.abc import Iterator

from records import children
from records.bulk_reading import CaseKept
from records.keys import MasterKey
from states.dossier import Dossier


def names_faults(dossier: Dossier, kept: CaseKept, keys: MasterKey | None) -> Iterator[str]:
    """What is wrong with the names kept of a case; with `keys` also where one cannot be read."""
    entered = set(range(1, dossier.children + 1))
    for number in sorted(entered - kept.children.keys()):
        yield f"the row of child {number} is gone"
    for number in sorted(kept.children.keys() - entered):
        yield f"there is a row of child {number}, and nobody is on record as having entered one"
    if dossier.erased:
        yield from _left(kept)
    elif dossier.children and kept.wrapped is None:
        yield "the key to the names of its children is gone, and no erasure is on record"
    else:
        yield from (what for number in sorted(entered & kept.children.keys()) for what in _damage(kept, number, keys))


def _left(kept: CaseKept) -> Iterator[str]:
    if kept.wrapped is not None:
        yield "the key to the names of its children is there, and an erasure is on record"
    for number in (number for number, sealed in kept.children.items() if sealed != children.ERASED):
        yield f"the name of child {number} is there, and an erasure is on record"


def _damage(kept: CaseKept, number: int, keys: MasterKey | None) -> Iterator[str]:
    sealed = kept.children[number]
    if sealed == children.ERASED:
        yield f"the name of child {number} is gone, and no erasure is on record"
    elif keys is not None and not children.is_whole(keys, kept.row["ref"], kept.wrapped or "", number, sealed):
        yield f"the name of child {number} is damaged, or was put there from elsewhere"
