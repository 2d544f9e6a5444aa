"""Where something stands in a TOML file: its key path and line, and how a fault there is worded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from states.errors import BadProcedure

Place = tuple[str | int, ...]
Fault = tuple[Place, str]
"""What is wrong at a place: one sentence, or two, with the remedy."""

HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
PLAIN = re.compile(r"\[?([\w-]+(?:\.[\w-]+)*)(?:=0|\])", re.ASCII)
LISTED = 12
DEEPEST = 32
"""How deep the tables and lists of a file may lie in one another; an edition needs no more than nine."""

Read = TypeVar("Read")


@dataclass(frozen=True)
class TomlFile:
    """A TOML file as it was read: where it is, what it holds, and its text."""

    path: Path
    data: dict[str, Any]
    text: str = ""

    @cached_property
    def lines(self) -> Mapping[Place, int]:
        """The line each table and key begins on: looked for when a fault is told, and not before."""
        return lines_of(self.text)

    def says(self, place: Place, what: str) -> str:
        """A fault as it is shown: file, line, place, what is wrong and what to do."""
        where = [str(self.path), *self._line(place), *([shown(place, self.data)] if place else [])]
        return f"{', '.join(where)}: {what}"

    def _line(self, place: Place) -> list[str]:
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return [f"line {self.lines[place[:length]]}"]
        return []


def open_sheet(path: Path) -> TomlFile:
    """Read a TOML file. Raises BadProcedure, in one sentence, for a file that cannot be read or is not TOML."""
    return _opened(path, lambda text: TomlFile(path, _flat(tomllib.loads(text)), text))


def said_at_top(path: Path, key: str) -> Any:
    """What a TOML file says now under a key that stands in no table; raises as `open_sheet` does.

    The same text is parsed once: what stands on every page of the desk is asked for here.
    """
    return _opened(path, lambda text: _at_top(text, key))


@lru_cache(maxsize=32)
def _at_top(text: str, key: str) -> Any:
    return tomllib.loads(text).get(key)


def _opened(path: Path, read: Callable[[str], Read]) -> Read:
    try:
        return read(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as fault:
        raise BadProcedure(
            f"{path}: it is not TOML: {_at(str(fault), path)}. Correct it there and try again."
        ) from None
    except UnicodeDecodeError:
        raise BadProcedure(f"{path}: it is not text in UTF-8. Save the file as UTF-8.") from None
    except RecursionError:
        raise BadProcedure(f"{path}: its tables lie too deep in one another. Write it flatter.") from None
    except (OSError, ValueError) as fault:
        raise BadProcedure(_unreadable(path, fault)) from None


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    """The tables of a file, looked through level by level. Raises RecursionError where they lie too deep."""
    level: list[Any] = [data]
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [each for held in inner for each in held if isinstance(each, dict | list)]
        if not level:
            return data
    raise RecursionError


def _unreadable(path: Path, fault: Exception) -> str:
    if isinstance(fault, FileNotFoundError):
        return f"{path}: there is no such file. Check the name and the folder."
    if isinstance(fault, IsADirectoryError):
        return f"{path}: it is a folder. Name a file in it that ends in .toml."
    why = fault.strerror if isinstance(fault, OSError) else str(fault)
    return f"{path}: it cannot be read ({why}). Check the name, and that you may read it."


def _at(fault: str, path: Path) -> str:
    """The parser's words with the line first: "line 3: Invalid value (column 9)"."""
    found = re.fullmatch(r"(.*?) \((?:at )?(?:line (\d+), column (\d+)|end of document)\)", fault, re.DOTALL)
    if found is None:
        return fault
    what, line, column = found.groups()
    if line is None:
        return f"the last line ({len(path.read_text(encoding='utf-8-sig').splitlines())}): {what}"
    return f"line {line}: {what} (column {column})"


def lines_of(text: str) -> dict[Place, int]:
    """The line each table, each entry of a list of tables and each key begins on; a good guess inside long texts."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            here = _table(_keys(f"[{header[2]}]"), counts, listed=header[1] == "[[")
            lines.setdefault(here, number)
        elif key := KEY.match(line):
            lines.setdefault((*here, *_keys(f"{key[1]}=0")), number)
    return lines


def _table(keys: Place, counts: dict[Place, int], *, listed: bool) -> Place:
    place: Place = ()
    for key in keys[:-1]:
        place = (*place, key)
        place = (*place, counts[place] - 1) if place in counts else place
    place = (*place, *keys[-1:])
    if not listed:
        return place
    counts[place] = counts.get(place, 0) + 1
    return (*place, counts[place] - 1)


def _keys(text: str) -> Place:
    plain = PLAIN.fullmatch(text)
    if plain:
        return tuple(plain[1].split("."))
    try:
        found: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(found, dict) and found:
        key, found = next(iter(found.items()))
        keys.append(key)
    return tuple(keys)


def shown(place: Place, data: Mapping[str, Any]) -> str:
    """A place as it is written in a fault: `transitions[7] (decide_scr).guards[0]`."""
    words = ""
    for index, part in enumerate(place):
        if isinstance(part, int):
            words += f"[{part}]" + (_trigger(data, part) if place[:index] == ("transitions",) else "")
        else:
            words += ("." if words else "") + (part if re.fullmatch(r"[\w-]+", part) else f'"{part}"')
    return words


def _trigger(data: Mapping[str, Any], index: int) -> str:
    try:
        return f" ({data['transitions'][index]['trigger']})"
    except (KeyError, IndexError, TypeError):
        return ""


def hint(name: str, known: Collection[str]) -> str:
    """What to do about a name that is not known: the one it is nearly, or those there are."""
    near = get_close_matches(name, known, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    if not known:
        return "None is defined in this edition: define it, or leave this out."
    first = sorted(known)[:LISTED]
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return f"Use one of: {', '.join(first)}{more}."
