"""Edits the committee's own settings file from the desk: its name and limits change; comments and the rest stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import procedures
from config.overlay import LIMIT_KEYS
from config.phrases import counted, day_words
from config.settings import A_COMMITTEE
from states.errors import BadAnswer, BadProcedure
from states.procedure import Procedure
from states.timescales import FixedDate, Timescale

BEGINNING = """\
# The committee's own settings. They lie over the national editions, which stay as they are.
# Every number here is this committee's own decision or assumption: none is the guidance's.

"""
FIXED = "fixed_date"
UNITS = ("calendar_days", "working_days", "clear_days", "hours", "weeks", "months", FIXED)
"""The units a limit is set in at the desk; a fixed date is a day of each year."""


@dataclass(frozen=True)
class OwnLimit:
    """A limit that a committee sets for itself, counted in a unit, and on what ground.

    A fixed date has the day and the month of it instead (`on`, such as (31, 7)); its limit is 1, the first such day.
    """

    limit: int
    unit: str
    note: str
    on: tuple[int, int] | None = None

    @property
    def words(self) -> str:
        """The limit in words: "14 calendar days", "by 31 July each year"."""
        if self.on is None:
            return counted(self.limit, self.unit)
        return f"by {day_words(FixedDate(day=self.on[0], month=self.on[1]))} each year"

    @property
    def typed(self) -> str:
        """What stands in the field of a form: a number, or a day and a month."""
        return f"{self.on[0]}/{self.on[1]}" if self.on else str(self.limit)


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
    import tomlkit

    document = _parsed(text)
    document.setdefault("committee", A_COMMITTEE)
    if chosen is None:
        _without(document, edition, name)
        return _written(document)
    own = _table(_table(_table(_table(document, "editions"), edition), "timescales"), name, last=True)
    own["limit"], own["unit"] = chosen.limit, chosen.unit
    own.pop("on", None)
    if chosen.on is not None:
        own["on"] = tomlkit.inline_table()
        own["on"].update({"month": chosen.on[1], "day": chosen.on[0]})
    if rule.repeat is not None or rule.kind == "duty":
        again = tomlkit.inline_table()
        again.update({"count": 12, "unit": "months"} if chosen.on else {"count": chosen.limit, "unit": chosen.unit})
        own["repeat"] = again
    own["note"] = chosen.note
    return _written(document)


def own_limits(text: str, edition: str) -> Mapping[str, OwnLimit]:
    """The limits of an edition that the file sets itself, by the name of the rule."""
    found = _parsed(text).get("editions", {}).get(edition, {}).get("timescales", {})
    return {
        name: OwnLimit(int(keys.get("limit", 1)), str(keys.get("unit", "")), str(keys.get("note", "")), _on(keys))
        for name, keys in found.items()
        if "limit" in keys or "on" in keys
    }


def _on(keys: Any) -> tuple[int, int] | None:
    """The day and the month of a fixed date."""
    return (int(keys["on"]["day"]), int(keys["on"]["month"])) if "on" in keys else None


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


def with_quorum(text: str, body: str, quorum: int | None) -> str:
    """The file with how many members of a body must be there for a decision; without that for None."""
    document = _parsed(text)
    document.setdefault("committee", A_COMMITTEE)
    own = _table(_table(document, "meetings"), body, last=True)
    if quorum is None:
        own.pop("quorum", None)
    else:
        own["quorum"] = quorum
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
