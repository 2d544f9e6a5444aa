"""Edits the committee's own settings file from the desk: its name and limits change; comments and the rest stay."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
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


NewTable = Callable[[bool], Any]
"""Makes a table that is not in the file yet; told whether values stand in it, or further tables alone."""


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
    return _edited(text, lambda document, _: document.update({"committee": committee}))


def with_limit(text: str, edition: str, rule: Timescale, name: str, chosen: OwnLimit | None) -> str:
    """The file with a limit of an edition set for the committee, or without it: then the nation's holds again."""

    def change(document: Any, new: NewTable) -> None:
        document.setdefault("committee", A_COMMITTEE)
        if chosen is None:
            _without(document, edition, name)
            return
        own = _table(document, ("editions", edition, "timescales", name), new)
        own["limit"], own["unit"] = chosen.limit, chosen.unit
        own.pop("on", None)
        if chosen.on is not None:
            own["on"] = _in_braces({"month": chosen.on[1], "day": chosen.on[0]})
        if rule.repeat is not None or rule.kind == "duty":
            count, unit = (12, "months") if chosen.on else (chosen.limit, chosen.unit)
            own["repeat"] = _in_braces({"count": count, "unit": unit})
        own["note"] = chosen.note

    return _edited(text, change)


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

    def change(document: Any, _: NewTable) -> None:
        document.setdefault("committee", A_COMMITTEE)
        document["retention"] = _in_braces({"years": rule.years, "note": rule.note})

    return _edited(text, change)


def with_quorum(text: str, body: str, quorum: int | None) -> str:
    """The file with how many members of a body must be there for a decision; without that for None."""

    def change(document: Any, new: NewTable) -> None:
        document.setdefault("committee", A_COMMITTEE)
        own = _table(document, ("meetings", body), new)
        if quorum is None:
            own.pop("quorum", None)
        else:
            own["quorum"] = quorum

    return _edited(text, change)


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


def _edited(text: str, change: Callable[[Any, NewTable], None]) -> str:
    """The file with a change made to it, once it reads back as the same change made to what was read from it.

    A new table is given a heading. tomlkit 0.15.2 sets that heading between keys written with dots, which then belong
    to it, and refuses it inside braces; there the new table is written in braces. Raises BadAnswer where neither does.
    """
    import tomlkit

    _parsed(text)
    meant = tomllib.loads(text)
    change(meant, lambda _: {})
    for new in (lambda last: tomlkit.table(is_super_table=not last), lambda _: tomlkit.inline_table()):
        document = _parsed(text)
        try:
            change(document, new)
        except ValueError:
            continue
        written = str(tomlkit.dumps(document))
        if _told(tomllib.loads(written)) == _told(meant):
            return written
    raise BadAnswer("The committee's file is written in a way that cannot be edited here: change it by hand.")


def _told(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table without those in it that hold nothing: they say nothing, and tomlkit keeps some and drops others."""
    inner = {name: _told(value) if isinstance(value, dict) else value for name, value in table.items()}
    return {name: value for name, value in inner.items() if value != {}}


def _table(document: Any, path: Sequence[str], new: NewTable) -> Any:
    """The table at a path, made where there is none."""
    for place, name in enumerate(path, 1):
        if name not in document:
            document[name] = new(place == len(path))
        document = document[name]
    return document


def _in_braces(values: Mapping[str, int | str]) -> Any:
    import tomlkit

    made = tomlkit.inline_table()
    made.update(values)
    return made


def _parsed(text: str) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text)
    except TOMLKitError as fault:
        raise BadAnswer(f"The committee's file is not TOML ({fault}): put it right by hand first.") from None
