"""An installation opened for work: its folder, its key, its database brought up to date. Every door starts here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, literal, select

from config.settings import Settings, calendar, edition
from records import heartbeats
from records.database import connect, reading, transaction
from records.files import plainly_about
from records.keys import MasterKey, load_or_create
from records.upgrade import upgrade, version_of
from states.entry import Actor
from states.errors import NotPossible, NotSetUp
from states.procedure import Procedure
from states.words import day_and_time
from workflows.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from workflows.messages.deliver import Post

KEY_IS_GONE = (
    "There is no master key in {path}, and the database holds what was encrypted with one: put back the copy you kept."
)
SET_BACK = (
    "The clock of this machine stands at {stands}, but Cairn was at work on {worked} "
    "already: set the clock right, then do it again."
)
LEEWAY = timedelta(minutes=2)
"""How far the clocks of several machines may be apart."""


@dataclass(frozen=True)
class Installation:
    """What a door works with. `said` holds what the person who started Cairn must be told: a new key, an upgrade."""

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
        return edition(name, self.settings.local_file)

    @contextmanager
    def uow(self, actor: Actor, now: datetime) -> Iterator[UnitOfWork]:
        """One person at work in one transaction: all of what is done at the desk is kept, or none of it."""
        with transaction(self.engine) as tx:
            _check_clock(tx, now)
            yield UnitOfWork(tx, actor, now, self.keys, self.guidance, calendar)


def open_installation(settings: Settings, now: datetime) -> Installation:
    """Open an installation: make its folder and key on the first start, set up or bring forward its database.

    Raises Refused with what is wrong: a folder that may not be written, a key that is missing, a newer database.
    """
    make_folder(settings)
    given = settings.master_key.get_secret_value() if settings.master_key else None
    engine = connect(settings.database_url())
    if given is None and not settings.key_file.exists() and _holds_secrets(engine):
        raise NotSetUp(KEY_IS_GONE.format(path=settings.key_file.absolute()))
    at_hand = load_or_create(settings.key_file, given)
    done = upgrade(engine, settings.data / "backups", now)
    return Installation(settings, engine, at_hand.key, (*at_hand.warnings, *([done] if done else [])))


def _check_clock(tx: Connection, now: datetime) -> None:
    """Refuse to record anything while the clock stands behind what has been done already: the dates would be wrong."""
    newest = heartbeats.newest(tx)
    if newest is not None and now < newest - LEEWAY:
        raise NotPossible(SET_BACK.format(stands=day_and_time(now), worked=day_and_time(newest)))


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
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
