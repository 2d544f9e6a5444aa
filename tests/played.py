"""Stories played once in an office and then copied: each test begins where its story ends, in an office of its own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests import postgres
from tests.office import Office, staff, unstaffed_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Story = Callable[[Office], object]


@dataclass
class Ending:
    """Where a story was played, and the office as it left it."""

    database: str
    folder: Path
    office: Office


@dataclass
class PlayedStories:
    """The stories that were played in this process, each on either kind of database."""

    folder: Path
    endings: dict[tuple[str, Story], Ending] = field(default_factory=dict)

    @contextmanager
    def office_after(self, story: Story, kind: str, folder: Path) -> Iterator[Office]:
        """Lend an office as a story left it, on `sqlite` or `postgresql`; its mail is in `folder`."""
        ending = self._ending(story, kind)
        if (ending.folder / "mailbox").exists():
            shutil.copytree(ending.folder / "mailbox", folder / "mailbox", dirs_exist_ok=True)
        with _lent(ending.database, folder) as url, unstaffed_office(url, folder) as office:
            was = ending.office
            yield replace(office, editions={**was.editions}, calendars={**was.calendars}, now=was.now)

    @contextmanager
    def tables(self, kind: str, folder: Path) -> Iterator[str]:
        """Lend a database with all tables and no rows, on `sqlite` or `postgresql`; a file of it is in `folder`."""
        with _lent(self._tables(kind), folder) as url:
            yield url

    def _ending(self, story: Story, kind: str) -> Ending:
        if (kind, story) not in self.endings:
            self.endings[kind, story] = self._play(story, kind)
        return self.endings[kind, story]

    def _play(self, story: Story, kind: str) -> Ending:
        beginning = self._tables(kind) if story is staff else self._ending(staff, kind).database
        folder = self.folder / f"{len(self.endings)}"
        folder.mkdir()
        database = _copy(beginning, folder)
        with unstaffed_office(database, folder) as office:
            story(office)
        return Ending(database, folder, office)

    def _tables(self, kind: str) -> str:
        """A database with all tables and no rows."""
        if kind != "sqlite":
            return postgres.database_with_tables()
        file = self.folder / "tables.db"
        if not file.exists():
            postgres.make_tables(f"sqlite:///{file}")
        return f"sqlite:///{file}"


@cache
def stories() -> PlayedStories:
    """Give the stories that were played in this process; what they leave behind goes when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="cairn-played-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return PlayedStories(folder)


def _copy(database: str, folder: Path) -> str:
    """Copy a database nobody is connected to; a SQLite file into a folder."""
    if not database.startswith("sqlite"):
        return postgres.make_copy(database.rpartition("/")[2])
    shutil.copy(database.removeprefix("sqlite:///"), folder / "cairn.db")
    return f"sqlite:///{folder / 'cairn.db'}"


@contextmanager
def _lent(database: str, folder: Path) -> Iterator[str]:
    """Lend a copy of a database; a server is rid of it afterwards."""
    if database.startswith("sqlite"):
        yield _copy(database, folder)
    else:
        with postgres.fresh_database(database.rpartition("/")[2]) as url:
            yield url
