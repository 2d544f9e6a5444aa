"""An installation opened for work: its folder, its key, its database brought up to date. Every door starts here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from config.settings import Settings, calendar, edition
from records.database import connect, transaction
from records.files import plainly_about
from records.keys import MasterKey, load_or_create
from records.upgrade import upgrade
from states.entry import Actor
from states.procedure import Procedure
from workflows.desk import Desk

if TYPE_CHECKING:
    from workflows.deliver import Post


@dataclass(frozen=True)
class House:
    """What a door works with. `said` holds what the person who started Cairn must be told: a new key, an upgrade."""

    settings: Settings
    engine: Engine
    keys: MasterKey
    said: tuple[str, ...] = ()

    @property
    def post(self) -> Post:
        """How this installation sends what is owed."""
        from workflows.deliver import Post

        return Post(self.settings.relay_address(), self.keys, self.settings.sender_domain, self.settings.link)

    def guidance(self, name: str) -> Procedure:
        """An edition of the guidance by its name, with the committee's own settings over it."""
        return edition(name, self.settings.local_file)

    @contextmanager
    def desk(self, actor: Actor, now: datetime) -> Iterator[Desk]:
        """One person at work in one transaction: all of what is done at the desk is kept, or none of it."""
        with transaction(self.engine) as tx:
            yield Desk(tx, actor, now, self.keys, self.guidance, calendar)


def open_house(settings: Settings, now: datetime) -> House:
    """Open an installation: make its folder and key on the first start, set up or bring forward its database.

    Raises Refused with what is wrong: a folder that may not be written, a key that is missing, a newer database.
    """
    make_folder(settings)
    given = settings.master_key.get_secret_value() if settings.master_key else None
    at_hand = load_or_create(settings.key_file, given)
    engine = connect(settings.database_url())
    done = upgrade(engine, settings.data / "backups", now)
    return House(settings, engine, at_hand.key, (*at_hand.warnings, *([done] if done else [])))


def make_folder(settings: Settings) -> None:
    """Make the data folder, for Cairn's own user alone. Raises StorageTrouble when it cannot be made."""
    with plainly_about(settings.data):
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
