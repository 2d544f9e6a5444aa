"""The transaction in which it was looked up who asks: what they ask for goes on in it, and nobody holds two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import Connection

from records.database import write_from_here


class Begun:
    """A transaction that is open, to be gone on in once, or to be ended.

    `writes` is whether it may go on to write, else it only reads. `worked_at` is when work of Cairn's own last ended
    well (UTC), as it was read in it.
    """

    def __init__(self, tx: Connection, end: ExitStack, worked_at: datetime | None, *, writes: bool) -> None:
        self.tx, self.worked_at, self.writes = tx, worked_at, writes
        self._end: ExitStack | None = end

    @contextmanager
    def gone_on_in(self) -> Iterator[Connection]:
        """Go on in it, and end it: all of what is done in it is kept, or none of it."""
        end, self._end = self._end, None
        assert end is not None
        with end:
            if self.writes:
                write_from_here(self.tx)
            yield self.tx

    def fit(self, *, writes: bool) -> bool:
        """Whether it waits to be gone on in, and may write or only reads, as is asked for; else it is ended."""
        if self._end is not None and self.writes != writes:
            self.end()
        return self._end is not None

    def end(self) -> None:
        """End it, where it was not gone on in."""
        end, self._end = self._end, None
        if end is not None:
            end.close()
