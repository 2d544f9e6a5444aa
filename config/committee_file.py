"""The committee's own file, as it is written at the desk: its name and its limits; comments and the rest stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import procedures
from config.overlay import LIMIT_KEYS
from config.settings import A_COMMITTEE
from states.errors import BadAnswer, BadProcedure
from states.procedure import Procedure
from states.timescales import Timescale

BEGINNING = """\
# The committee's own settings. They lie over the national editions, which stay as they are.
# Every number here is this committee's own decision or assumption: none is the guidance's.

"""
UNITS = ("calendar_days", "working_days", "weeks", "months")
"""The units a limit is set in at the desk; another is written into the file by hand."""


@dataclass(frozen=True)
class OwnLimit:
    """A limit that a committee sets for itself, counted in a unit, and on what ground."""

    limit: int
    unit: str
    note: str


def text_of(path: Path) -> str:
    """The file as it stands, or the beginning of a new one."""
    return path.read_text(encoding="utf-8-sig") if path.is_file() else BEGINNING


def with_name(text: str, committee: str) -> str:
    """The file with the committee called so."""
    document = _parsed(text)
    document["committee"] = committee
    return _written(document)


def with_limit(text: str, edition: str, rule: Timescale, name: str, chosen: OwnLimit | None) -> str:
    """The file with a limit of an edition set for the committee, or without it: then the nation's holds again."""
    document = _parsed(text)
    document.setdefault("committee", A_COMMITTEE)
    if chosen is None:
        _without(document, edition, name)
        return _written(document)
    own = _table(_table(_table(_table(document, "editions"), edition), "timescales"), name, last=True)
    own["limit"], own["unit"] = chosen.limit, chosen.unit
    if rule.repeat is not None or rule.kind == "duty":
        import tomlkit

        again = tomlkit.inline_table()
        again.update({"count": chosen.limit, "unit": chosen.unit})
        own["repeat"] = again
    own["note"] = chosen.note
    return _written(document)


def own_limits(text: str, edition: str) -> Mapping[str, OwnLimit]:
    """The limits of an edition that the file sets itself, by the name of the rule."""
    found = _parsed(text).get("editions", {}).get(edition, {}).get("timescales", {})
    return {
        name: OwnLimit(int(keys["limit"]), str(keys.get("unit", "")), str(keys.get("note", "")))
        for name, keys in found.items()
        if "limit" in keys
    }


@dataclass(frozen=True)
class Retention:
    """How many years after it closed the personal data of a case is erased, and on what ground."""

    years: int
    note: str


def retention_of(text: str) -> Retention | None:
    """The committee's rule of when personal data is erased; None where it has set none."""
    found = _parsed(text).get("retention")
    return Retention(int(found["years"]), str(found.get("note", ""))) if found and "years" in found else None


def with_retention(text: str, rule: Retention) -> str:
    """The file with a rule of when personal data is erased."""
    import tomlkit

    document = _parsed(text)
    document.setdefault("committee", A_COMMITTEE)
    kept = tomlkit.inline_table()
    kept.update({"years": rule.years, "note": rule.note})
    document["retention"] = kept
    return _written(document)


def check(draft: Path, path: Path, name: str) -> Procedure:
    """The edition of that name as it would be with a file that is about to take the place of `path`.

    Every edition the file changes is checked. Raises BadProcedure with every fault, told as of `path`.
    """
    try:
        procedures.read_local(draft)
        return procedures.load(name, draft)
    except BadProcedure as wrong:
        raise BadProcedure(*(one.replace(str(draft), str(path)) for one in wrong.obstacles)) from None


def _without(document: Any, edition: str, name: str) -> None:
    rules = document.get("editions", {}).get(edition, {}).get("timescales", {})
    for key in [one for one in rules.get(name, {}) if one in LIMIT_KEYS | {"note"}]:
        del rules[name][key]
    if name in rules and not rules[name]:
        del rules[name]


def _table(into: Any, name: str, *, last: bool = False) -> Any:
    import tomlkit

    if name not in into:
        into[name] = tomlkit.table(is_super_table=not last)
    return into[name]


def _parsed(text: str) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text)
    except TOMLKitError as fault:
        raise BadAnswer(f"The committee's file is not TOML ({fault}): put it right by hand first.") from None


def _written(document: Any) -> str:
    import tomlkit

    return str(tomlkit.dumps(document))
