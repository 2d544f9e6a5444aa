"""Adds another committee to an installation: its folder, settings and database, sharing nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from config.committees import FILE, all_of, check_name, folder_of, host_of, names, not_apart, settings_of
from config.settings import Settings
from records import audit_log
from records.database import address_of, transaction
from records.files import OURS_ALONE, make_folder, plainly_about, whole_file
from records.own_schema import make_own_schema
from states.entry import Actor
from states.errors import NotPossible
from workflows.installation.installation import check_committee, open_installation

LOG = "upkeep"
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
    Raises NotPossible for a name or an address that another has, NotSetUp for settings that are wrong.
    """
    if first.which:
        raise NotPossible(FROM_THE_FIRST)
    folder = folder_of(first, check_name(name))
    if name in names(first):
        raise NotPossible(THERE_IS.format(name=name, folder=folder))
    _write(folder, name, {"CAIRN_SITE": site, "CAIRN_DATABASE": database})
    try:
        _check_apart(first, name)
        if server:
            _write(folder, name, {"CAIRN_SITE": site, "CAIRN_DATABASE": make_own_schema(server, name)})
        made, said = _make(settings_of(first, name), actor, now)
    except BaseException:
        (folder / FILE).unlink(missing_ok=True)
        raise
    return made, said


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
        file.unlink(missing_ok=True)
        with whole_file(file) as draft:
            draft.touch(mode=OURS_ALONE)
            lines = [f"{key}={value}\n" for key, value in said.items() if value]
            draft.write_text(ABOUT.format(name=name) + "".join(lines), encoding="utf-8")


def _on_record(engine: Engine, chosen: Settings, actor: Actor, now: datetime) -> None:
    with transaction(engine) as tx:
        audit_log.append(tx, LOG, chosen.which, "committee_added", actor, now, data={})


def _line(chosen: Settings) -> CommitteeLine:
    database = address_of(chosen.database_url()).render_as_string(hide_password=True)
    return CommitteeLine(chosen.which, str(chosen.data.absolute()), host_of(chosen), database)
