"""Which edition replaced which, and what to say to somebody who opens a case under an old one."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.procedures import GUIDANCE, names
from config.toml_places import open_sheet
from states.errors import BadProcedure
from states.procedure import Procedure


def outdated(procedure: Procedure, day: date, folder: Path = GUIDANCE) -> str:
    """A sentence that says an edition was withdrawn or replaced by that day, and by which; empty while it holds."""
    newer = " and then ".join(_successors(procedure.name, day, folder))
    if procedure.withdrawn_on and _by(procedure.withdrawn_on, day):
        replaced = f" {newer} took its place." if newer else ""
        return f"{procedure.name} was withdrawn ({in_words(procedure.withdrawn_on)}).{replaced}"
    return f"{procedure.name} is no longer the newest: {newer} took its place." if newer else ""


def _successors(name: str, day: date, folder: Path) -> Iterator[str]:
    """The edition that replaced one by that day, then the one that replaced it, and so on to the newest."""
    heads = dict(_heads(folder))
    seen = {name}
    while True:
        found = (one for one in _taking_the_place_of(name, heads) if one not in seen)
        following = next((one for one in found if _by(str(heads[one].get("issued_on", "")), day)), None)
        if following is None:
            return
        yield following
        seen.add(following)
        name = following


def _taking_the_place_of(name: str, heads: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The editions that say they replaced one, and the one it says took its place itself, where that is there."""
    yield from (one for one, head in heads.items() if head.get("replaces") == name)
    if (later := str(heads.get(name, {}).get("replaced_by", ""))) in heads:
        yield later


def _heads(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in names(folder):
        path = folder / f"{name}.toml"
        with suppress(BadProcedure, OSError):  # such a file replaces nothing, and hinders nobody
            yield name, _head(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _head(path: Path, _changed_at: int) -> Mapping[str, Any]:
    data = open_sheet(path).data
    return {key: data[key] for key in ("replaces", "replaced_by", "issued_on") if key in data}


def _by(written: str, day: date) -> bool:
    """Whether a date had come by that day; one that is known to the month or the year alone, with its beginning."""
    return written <= day.isoformat()[: len(written)]


def in_words(written: str) -> str:
    """A date as an edition gives it, which may be known to the month or the year alone: "September 2021"."""
    year, *rest = written.split("-")
    month = month_name[int(rest[0])] if rest else ""
    return " ".join(filter(None, (rest[1].lstrip("0") if len(rest) > 1 else "", month, year)))
