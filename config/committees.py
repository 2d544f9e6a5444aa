"""Several committees in one installation: each with a data folder, a database, keys and settings of its own.

The first is the data folder itself. The others are folders in its `committees`, each with a file of settings.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from config.environment import read_file
from config.settings import Settings, wrong_settings
from states.errors import NotPossible, NotSetUp

FOLDER, FILE = "committees", "committee.env"
OF_THE_MACHINE = ("scanner", "clamav", "api_port", "api_auth", "metrics_port", "web_port", "rehearsal")
"""What all committees of an installation have in common; everything else each says for itself."""

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 40
BAD_NAME = "A committee is named in small letters, digits and hyphens, {longest} at most, such as fife: not {name!r}."
UNKNOWN = "There is no committee {name!r} in {data}: {known}."
UNREADABLE = "{file} cannot be read ({why}): put it right; it holds the settings of the committee."
SAME_HOST = "Two committees are reached as {host}: {one} and {other}. Give each a CAIRN_SITE of its own."
SAME_DATABASE = "{one} and {other} have the same database: give each one of its own in CAIRN_DATABASE."


class OneOfSeveral(Settings):
    """The settings of a committee beside the first: its own file says them, and the environment says none."""

    def __init__(self, file: Path, **given: Any) -> None:
        """What is given, and for the rest what the file says."""
        BaseModel.__init__(self, **{**read_file("CAIRN_", type(self).model_fields, file), **given})


def check_name(name: str) -> str:
    """The name of a committee as it stands in a folder and a command. Raises NotPossible for one that cannot."""
    if len(name) > LONGEST or not NAME.fullmatch(name):
        raise NotPossible(BAD_NAME.format(name=name[:LONGEST], longest=LONGEST))
    return name


def folder_of(first: Settings, name: str) -> Path:
    """The data folder of a committee."""
    return first.data / FOLDER / name


def names(first: Settings) -> tuple[str, ...]:
    """The committees beside the first, by name; a folder without a file of settings is none."""
    return tuple(sorted(path.parent.name for path in (first.data / FOLDER).glob(f"*/{FILE}")))


def settings_of(first: Settings, name: str) -> Settings:
    """The settings of a committee. Raises NotSetUp where there is none of that name, or one of them is wrong."""
    if not name:
        return first
    known = names(first)
    if name not in known:
        said = f"there are {', '.join(known)}" if known else "there is the first alone, which has no name"
        raise NotSetUp(UNKNOWN.format(name=name[:LONGEST], data=first.data.absolute(), known=said))
    folder = folder_of(first, name)
    file = folder / FILE
    here = {one: getattr(first, one) for one in OF_THE_MACHINE}
    try:
        return OneOfSeveral(file, data=folder, which=name, **here)
    except ValidationError as faulty:
        raise wrong_settings(faulty, str(file)) from None
    except (OSError, UnicodeDecodeError) as trouble:
        raise NotSetUp(UNREADABLE.format(file=file, why=getattr(trouble, "strerror", None) or "no text")) from None


def all_of(first: Settings) -> tuple[Settings, ...]:
    """The settings of every committee of an installation, the first of them first.

    Raises NotSetUp where one is wrong, or two are not apart.
    """
    found = (first, *(settings_of(first, name) for name in names(first)))
    faults = not_apart(found)
    if faults:
        raise NotSetUp(*faults)
    return found


def called(settings: Settings) -> str:
    """How a committee is named to whoever keeps the installation."""
    return settings.which or "the first committee"


def host_of(settings: Settings) -> str:
    """The host that a committee's desk is reached by: that of its site, else its own name on this machine."""
    return urlsplit(settings.site).hostname or (f"{settings.which}.localhost" if settings.which else "")


def not_apart(several: tuple[Settings, ...]) -> tuple[str, ...]:
    """What committees share that each needs for itself: a host, or a database. A port does not tell hosts apart."""
    faults = []
    for kind, said in ((host_of, SAME_HOST), (_database, SAME_DATABASE)):
        seen: dict[str, Settings] = {}
        for one in several:
            before = seen.setdefault(kind(one), one) if kind(one) else one
            if before is not one:
                faults.append(said.format(host=kind(one), one=called(before), other=called(one)))
    return tuple(faults)


def _database(settings: Settings) -> str:
    """The address of the records, told apart by server, database and user: on one server a user has one schema."""
    return settings.database_url().partition("?")[0]
