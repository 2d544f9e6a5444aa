"""One transaction a request: opened to look up who is signed in, and continued by whatever the page does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import Connection

from records.database import write_from_here


class RequestTransaction:
    """An open transaction, to be continued once or ended.

    `writes` is whether it may write, else it only reads. `worked_at` is when work of Cairn's own last ended
    well (UTC), as it was read in it.
    """

    def __init__(self, tx: Connection, end: ExitStack, worked_at: datetime | None, *, writes: bool) -> None:
        self.tx, self.worked_at, self.writes = tx, worked_at, writes
        self._end: ExitStack | None = end

    @contextmanager
    def continued(self) -> Iterator[Connection]:
        """Continue it, and end it: all of what is done in it is kept, or none of it."""
        end, self._end = self._end, None
        assert end is not None
        with end:
            if self.writes:
                write_from_here(self.tx)
            yield self.tx

    def fit(self, *, writes: bool) -> bool:
        """Whether it can be continued to write, or only to read, as is asked for; else it is ended."""
        if self._end is not None and self.writes != writes:
            self.end()
        return self._end is not None

    def end(self) -> None:
        """End it, where it was not continued."""
        end, self._end = self._end, None
        if end is not None:
            end.close()
