"""Reads settings from environment variables, and below them from `.env` in the folder Cairn runs in.

pydantic-settings reads the same, and costs every command a tenth of its time for sources that are not used here
(docs/decisions/0002-dependencies.md).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

FILE = Path(".env")


def read_environment(prefix: str, names: Collection[str]) -> dict[str, str]:
    """What is said of each of these settings, by its name. A variable is the prefix and the name, in any letters.

    A variable that is set, even to nothing, goes before the file. Raises OSError or UnicodeDecodeError where there is a
    file that cannot be read.
    """
    return _said(prefix, names, (*_written_in(FILE), *os.environ.items()))


def file_as_variables() -> dict[str, str]:
    """All that the file says, as variables: for a process that is started in another folder. Raises as above."""
    return dict(_written_in(FILE))


def read_file(prefix: str, names: Collection[str], file: Path) -> dict[str, str]:
    """What a file alone says of each of these settings, written like `.env`. Raises as above."""
    return _said(prefix, names, _written_in(file))


def _said(prefix: str, names: Collection[str], found: Iterable[tuple[str, str]]) -> dict[str, str]:
    said = {name.casefold(): value for name, value in found}
    wanted = {name: f"{prefix}{name}".casefold() for name in names}
    return {name: said[variable] for name, variable in wanted.items() if variable in said}


def _written_in(file: Path) -> list[tuple[str, str]]:
    if not file.is_file():
        return []
    from dotenv import dotenv_values  # loaded where there is such a file

    return [(name, value) for name, value in dotenv_values(file, encoding="utf-8").items() if value is not None]
