"""What takes effect once a transaction is kept, such as a file that then appears; where it is not kept, nothing does.

What is written first, and is there though the transaction failed or the program was killed, would tell of what never
was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event

Entered = TypeVar("Entered")
_of: WeakKeyDictionary[Connection, ExitStack] = WeakKeyDictionary()


@contextmanager
def contexts_around(tx: Connection) -> Iterator[None]:
    """Around a transaction: what was entered meanwhile ends after it, as it ended."""
    with ExitStack() as entered:
        _of[tx] = entered
        yield


def once_kept(tx: Connection, beside: AbstractContextManager[Entered]) -> Entered:
    """Enter a context that ends well once the transaction is kept, and with a fault where it is not."""
    return _of[tx].enter_context(_unless_taken_back(tx, beside))


class _TakenBackError(Exception):
    """The transaction was taken back, and nobody raised anything: it was only tried."""


@contextmanager
def _unless_taken_back(tx: Connection, beside: AbstractContextManager[Entered]) -> Iterator[Entered]:
    committing: list[Connection] = []
    event.listen(tx, "commit", committing.append)
    with suppress(_TakenBackError), beside as entered:
        yield entered
        if not committing:
            raise _TakenBackError
