"""Adds another committee to an installation: its folder, settings and database, sharing nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from config.committees import FILE, all_of, check_name, folder_of, host_of, names, not_apart, settings_of
from config.settings import Settings
from records import audit_log
from records.database import address_of, connect, reading, transaction
from records.files import make_folder, plainly_about, replaced_file
from records.own_schema import is_own_address, make_own_schema, own_address
from records.upgrade import version_of
from states.entry import Actor
from states.errors import NotPossible
from workflows.installation.installation import check_committee, open_installation

LOG, ADDED = "upkeep", "committee_added"
THERE_IS = "There is a committee {name} already, in {folder}."
FROM_THE_FIRST = "A committee is added to the installation, not to another committee: leave out --committee."
ABOUT = """\
# The settings of {name}, which nothing of the other committees' comes into (docs/several-committees.md).
# Each is written as in docs/operations.md: its mail relay (CAIRN_RELAY), domain, reply address, heartbeat URL.
"""


@dataclass(frozen=True)
class CommitteeLine:
    """A committee of an installation: its name (none: the first), where it is kept, the host of its desk."""

    name: str
    data: str
    host: str
    database: str


def committees(first: Settings) -> tuple[CommitteeLine, ...]:
    """Every committee of an installation, the first of them first. Raises NotSetUp where two are not apart."""
    return tuple(_line(one) for one in all_of(first))


def add_committee(
    first: Settings, name: str, actor: Actor, now: datetime, *, site: str = "", database: str = "", server: str = ""
) -> tuple[CommitteeLine, tuple[str, ...]]:
    """Add a committee: a folder, a key and empty tables of its own. Gives what must be said of it as well.

    With a `server` it gets a user and a schema of its own there; with a `database` that is used; else a SQLite file.
    One that was broken off is finished. Raises NotPossible for a name or an address that another has, NotSetUp for
    settings that are wrong.
    """
    if first.which:
        raise NotPossible(FROM_THE_FIRST)
    folder = folder_of(first, check_name(name))
    begun = name in names(first)
    if begun:
        _make_schema(server, settings_of(first, name))
        if _is_added(settings_of(first, name)):
            raise NotPossible(THERE_IS.format(name=name, folder=folder))
    else:
        _write(folder, name, {"CAIRN_SITE": site, "CAIRN_DATABASE": own_address(server, name) if server else database})
    with ExitStack() as undone:
        if not begun:
            undone.callback((folder / FILE).unlink, missing_ok=True)
        _check_apart(first, name)
        if _make_schema(server, settings_of(first, name)):
            undone.pop_all()  # the password of the user that was made stands nowhere else
        made = _make(settings_of(first, name), actor, now)
        undone.pop_all()
    return made


def _make_schema(server: str, chosen: Settings) -> bool:
    """Make the user and the schema of a committee that is to be on a server; whether it is."""
    if not server or chosen.database is None or not is_own_address(server, chosen.database.get_secret_value()):
        return False
    make_own_schema(server, chosen.database.get_secret_value())
    return True


def _is_added(chosen: Settings) -> bool:
    """Whether adding a committee came to its end, as its own log says."""
    engine = connect(chosen.database_url())
    try:
        with reading(engine) as tx:
            told = audit_log.entries(tx, LOG, subject=chosen.which) if version_of(tx) is not None else ()
            return any(one.kind == ADDED for one in told)
    finally:
        engine.dispose()


def _make(chosen: Settings, actor: Actor, now: datetime) -> tuple[CommitteeLine, tuple[str, ...]]:
    check_committee(chosen)
    here = open_installation(chosen, now, make=True)
    try:
        _on_record(here.engine, chosen, actor, now)
    finally:
        here.engine.dispose()
    return _line(chosen), here.said


def _check_apart(first: Settings, name: str) -> None:
    faults = not_apart((*_others(first, name), settings_of(first, name)))
    if faults:
        raise NotPossible(*faults)


def _others(first: Settings, name: str) -> tuple[Settings, ...]:
    """The committees there were before one was added."""
    return (first, *(settings_of(first, one) for one in names(first) if one != name))


def _write(folder: Path, name: str, said: Mapping[str, str]) -> None:
    """The file of settings, for Cairn's own user alone: it may hold the password of a database."""
    file = folder / FILE
    with plainly_about(file):
        make_folder(folder)
        with replaced_file(file) as draft:
            lines = [f"{key}={value}\n" for key, value in said.items() if value]
            draft.write_text(ABOUT.format(name=name) + "".join(lines), encoding="utf-8")


def _on_record(engine: Engine, chosen: Settings, actor: Actor, now: datetime) -> None:
    with transaction(engine) as tx:
        audit_log.append(tx, LOG, chosen.which, ADDED, actor, now, data={})


def _line(chosen: Settings) -> CommitteeLine:
    database = address_of(chosen.database_url()).render_as_string(hide_password=True)
    return CommitteeLine(chosen.which, str(chosen.data.absolute()), host_of(chosen), database)
