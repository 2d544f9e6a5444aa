"""An installation, opened: its folder, its key, its database brought up to date. Terminal, web and flows start here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, literal, select

from config.settings import Settings, calendar, edition
from records import files
from records.database import connect, reading, there_is, transaction
from records.files import plainly_about
from records.keys import MasterKey, load_or_create
from records.upgrade import upgrade, version_of
from states.entry import Actor
from states.errors import NotPossible, NotSetUp
from states.next_step import advice
from states.procedure import Procedure
from states.words import day_and_time
from workflows.installation.held_folder import check_nobody_runs

if TYPE_CHECKING:
    from workflows.messages.deliver import Post
    from workflows.unit_of_work import UnitOfWork

KEY_IS_GONE = (
    "There is no master key in {path}, and the database holds what was encrypted with one: put back the copy you kept."
)
NOT_HERE = (
    "There is no Cairn here: nothing is set up in {path}. Go to the folder that Cairn is started in, or name its data "
    "folder in CAIRN_DATA."
)
NOT_IN_DATABASE = (
    "There is no Cairn here: nothing is set up in the database that CAIRN_DATABASE names. Correct the setting, if "
    "another one is meant."
)
BEGIN_HERE = advice("To begin one here, {} starts Cairn, and {} only makes what it needs.", "run", "setup")
NO_KEY = "There is no master key in {path}: put back the copy you kept."
MAKE_KEY = advice("Where there never was one, {} makes it.", "setup")
NO_SUCH_COMMITTEE = (
    "CAIRN_COMMITTEE names {name!r}, and there is no file {path}: correct the name, or write the file. "
    "The committees there are: {known}."
)
SET_BACK = (
    "The clock of this machine stands at {stands}, but Cairn was at work on {worked} "
    "already: set the clock right, then do it again."
)
LEEWAY = timedelta(minutes=2)
"""How far the clocks of several machines may be apart."""


@dataclass(frozen=True)
class Installation:
    """What terminal, web and flows work with. `said` is what whoever started Cairn must be told: a key, an upgrade."""

    settings: Settings
    engine: Engine
    keys: MasterKey
    said: tuple[str, ...] = ()

    @property
    def post(self) -> Post:
        """How this installation sends what is owed."""
        from workflows.messages.deliver import post_of

        return post_of(self.settings, self.keys)

    def guidance(self, name: str) -> Procedure:
        """An edition of the guidance by its name, with the committee's own settings over it."""
        return edition(name, self.settings.local_file, self.settings.edition_cache())

    @contextmanager
    def uow(self, actor: Actor, now: datetime, who: str = "", real: datetime | None = None) -> Iterator[UnitOfWork]:
        """One person at work in one transaction: all of what is done at the desk is kept, or none of it.

        `who` is who asks, as the database of the desk is told: what is kept to others it keeps from them.
        """
        from records import heartbeats

        with transaction(self.engine) as tx:
            yield self.at_work(tx, actor, now, heartbeats.newest(tx, who), real)

    def at_work(
        self, tx: Connection, actor: Actor, now: datetime, worked_at: datetime | None, real: datetime | None = None
    ) -> UnitOfWork:
        """One person at work in a transaction that is open. `worked_at` is when work of Cairn's own last ended well.

        Raises NotPossible while the clock stands behind that: the dates would be wrong.
        """
        from workflows.unit_of_work import UnitOfWork

        if worked_at is not None and now < worked_at - LEEWAY:
            raise NotPossible(SET_BACK.format(stands=day_and_time(now), worked=day_and_time(worked_at)))
        check_committee(self.settings)
        return UnitOfWork(tx, actor, now, self.keys, self.guidance, calendar, real=real)


def open_installation(settings: Settings, now: datetime, *, make: bool = False) -> Installation:
    """Open an installation, its database brought forward where it is of an older version.

    With `make` what is missing is made: the folder, the key, the tables. Raises NotSetUp without it where there is
    none, and Refused with what is wrong: a folder that may not be written, a key that is missing, a newer database.
    """
    if make:
        make_folder(settings)
    elif not is_here(settings):
        missing = NOT_IN_DATABASE if settings.database else NOT_HERE.format(path=settings.data.absolute())
        raise NotSetUp(missing, advice=BEGIN_HERE)
    given = settings.master_key.get_secret_value() if settings.master_key else None
    engine = connect(settings.database_url())
    if given is None and not make and not settings.key_file.exists() and not _holds_secrets(engine):
        raise NotSetUp(NO_KEY.format(path=settings.key_file.absolute()), advice=MAKE_KEY)
    if given is None and not settings.key_file.exists() and _holds_secrets(engine):
        raise NotSetUp(KEY_IS_GONE.format(path=settings.key_file.absolute()))
    at_hand = load_or_create(settings.key_file, given)
    done = upgrade(engine, settings.data / "backups", now, may_be=partial(check_nobody_runs, settings))
    return Installation(settings, engine, at_hand.key, (*at_hand.warnings, *([done] if done else [])))


def is_here(settings: Settings) -> bool:
    """Whether Cairn was set up where the settings point. Looking makes nothing, not even an empty file."""
    engine = connect(settings.database_url())
    try:
        if engine.dialect.name == "sqlite":
            with plainly_about(settings.data):
                return there_is(engine)
        with reading(engine) as tx:
            return version_of(tx) is not None
    finally:
        engine.dispose()


def check_committee(settings: Settings) -> None:
    """Raise NotSetUp where the committee's file that is named is not there: in silence the nation's limits would do."""
    if settings.committee and not settings.own_file.is_file():
        local = settings.own_file
        known = ", ".join(sorted(path.stem for path in local.parent.glob("*.toml"))) or "none"
        raise NotSetUp(NO_SUCH_COMMITTEE.format(name=settings.committee, path=local, known=known))


def _holds_secrets(engine: Engine) -> bool:
    """Whether something in the database was encrypted: a new key beside it would make two that do not fit together."""
    from records.children import KEY
    from records.contacts import CONTACTS

    with reading(engine) as tx:
        found = version_of(tx)
        kept = (select(literal(1)).select_from(one).limit(1) for one in (CONTACTS, KEY) if found)
        return any(tx.execute(one).first() for one in kept)


def make_folder(settings: Settings) -> None:
    """Make the data folder, for Cairn's own user alone. Raises StorageTrouble when it cannot be made."""
    with plainly_about(settings.data):
        files.make_folder(settings.data)
