"""Names what a check could not look through, so that one damaged value never ends the verification of all the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from states.errors import DAMAGED, StorageTrouble
from workflows.verification.replay import Discrepancy


def looked_through(what: str, places: Iterable[Discrepancy], ref: str = "") -> Iterator[Discrepancy]:
    """The places found; where something is damaged so that the look ends there, that is one of them.

    A SQLite file takes a value of any kind in any column, such as a text in the place of a number.
    """
    try:
        yield from places
    except StorageTrouble:
        raise
    except DAMAGED as fault:
        said = f"{type(fault).__name__}: {str(fault)[:80]}"
        yield Discrepancy(ref, 0, f"{what} cannot be looked through to the end ({said})")
