"""Calendar files: the holidays of a nation, and the days a council or an agency adds or works through.

A file's name is its calendar's name. The format is told in config/calendars/README.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from states.calendars import WEEKDAYS, Calendar
from states.errors import BadCalendar

NATIONAL = Path(__file__).parent / "calendars"
NATIONAL_KEYS = frozenset({"label", "source", "effective_from", "covers_until", "weekend", "holiday"})
LAYER_KEYS = frozenset({"label", "source", "effective_from", "covers_until", "extends", "add", "remove"})
OPTIONAL_KEYS = frozenset({"weekend", "add", "remove"})


def load_calendar(name: str, *folders: Path) -> Calendar:
    """The calendar of this name, with the calendars it extends, from these folders and the national ones.

    Raises BadCalendar with every fault found, each with its place and its remedy.
    """
    return _load(name, calendar_paths(*folders), ())


def load_calendar_file(path: Path, *folders: Path) -> Calendar:
    """The calendar in one file, in place of the one of that name there is: how a late change is looked at.

    Raises BadCalendar with every fault found, each with its place and its remedy.
    """
    return _load(path.stem, calendar_paths(*folders) | {path.stem: path}, ())


def load_layers(path: Path, *folders: Path) -> tuple[Calendar, ...]:
    """The calendars that extend the one in a file, directly or through another, as they are once that file is in place.

    Raises BadCalendar with every fault found, each with its place and its remedy.
    """
    paths = calendar_paths(*folders) | {path.stem: path}
    return tuple(_load(name, paths, ()) for name in sorted(paths) if path.stem in _below(name, paths))


def _below(name: str, paths: Mapping[str, Path]) -> tuple[str, ...]:
    """The names of the calendars a calendar extends, from the nearest on."""
    found: tuple[str, ...] = ()
    while (name := str(_File(paths[name]).data.get("extends", ""))) in paths and name not in found:
        found = (*found, name)
    return found


def load_calendars(*folders: Path) -> dict[str, Calendar]:
    """Every calendar of these folders and the national ones, by name.

    Raises BadCalendar with the faults of all of them at once.
    """
    paths, loaded, faults = calendar_paths(*folders), {}, dict[str, None]()
    for name in sorted(paths):
        try:
            loaded[name] = _load(name, paths, ())
        except BadCalendar as refusal:
            faults |= dict.fromkeys(refusal.obstacles)
    if faults:
        raise BadCalendar(*faults)
    return loaded


def calendar_paths(*folders: Path) -> dict[str, Path]:
    """Where each calendar's file is. Raises BadCalendar when two files would give a calendar the same name."""
    paths: dict[str, Path] = {}
    faults = []
    for path in (path for folder in (NATIONAL, *folders) for path in sorted(folder.glob("*.toml"))):
        if path.stem in paths:
            faults.append(f"{path}: there is already a calendar {path.stem!r} in {paths[path.stem]}. Rename the file.")
        paths.setdefault(path.stem, path)
    if faults:
        raise BadCalendar(*faults)
    return paths


def _load(name: str, paths: Mapping[str, Path], within: tuple[str, ...]) -> Calendar:
    if name not in paths:
        raise BadCalendar(f"There is no calendar {name!r}. Use one of: {', '.join(sorted(paths))}.")
    file = _File(paths[name])
    extends = file.data.get("extends")
    file.check_keys(NATIONAL_KEYS if extends is None else LAYER_KEYS)
    return _national(file) if extends is None else _layer(file, _base(file, extends, paths, (*within, name)))


def _base(file: _File, extends: object, paths: Mapping[str, Path], within: tuple[str, ...]) -> Calendar:
    if extends in within:
        file.fault("extends", f"it extends itself ({' > '.join((*within, str(extends)))}). Name a national calendar.")
    elif not isinstance(extends, str) or extends not in paths:
        file.fault("extends", f"there is no calendar {extends!r}. Use one of: {', '.join(sorted(paths))}.")
    else:
        try:
            return _load(extends, paths, within)
        except BadCalendar as refusal:
            file.faults.extend(refusal.obstacles)
    raise BadCalendar(*file.faults)


def _national(file: _File) -> Calendar:
    label, source = file.sentence("label"), file.sentence("source")
    first, last = file.span(date.min, date.max)
    weekend = file.weekend()
    listed = file.listed("holiday", "name", lambda day: _outside(day, first, last))
    file.refuse_faults()
    holidays = {day: f"{name} ({label})" for day, name in listed.items()}
    return Calendar(file.path.stem, label, source, first, last, weekend, holidays)


def _layer(file: _File, base: Calendar) -> Calendar:
    label, source = file.sentence("label"), file.sentence("source")
    first, last = file.span(base.effective_from, base.covers_until)
    added = file.listed("add", "name", lambda day: _outside(day, first, last))
    removed = file.listed("remove", "why", lambda day: _outside(day, first, last) or _unknown(day, base))
    for day in added.keys() & removed.keys():
        file.fault("[[remove]]", f"{day.isoformat()} is also added. Keep one of the two.")
    file.refuse_faults()
    kept = {day: name for day, name in base.holidays.items() if day not in removed}
    holidays = kept | {day: f"{name} ({label})" for day, name in added.items() if day not in kept}
    return Calendar(file.path.stem, label, f"{source}; {base.source}", first, last, base.weekend, holidays)


def _outside(day: date, first: date, last: date) -> str:
    if first <= day <= last:
        return ""
    return f"{day.isoformat()} is not between effective_from and covers_until. Correct the day, or those two."


def _unknown(day: date, base: Calendar) -> str:
    return (
        ""
        if day in base.holidays
        else f"{day.isoformat()} is no holiday of {base.label}. Correct the day or leave it out."
    )


class _File:
    """One calendar file while it is read, with the faults met so far; its methods never raise, but note a fault."""

    def __init__(self, path: Path) -> None:
        self.path, self.faults = path, list[str]()
        try:
            self.text = path.read_text(encoding="utf-8")
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except UnicodeDecodeError:
            raise BadCalendar(f"{path}: it is not text in UTF-8. Save it as UTF-8.") from None
        except tomllib.TOMLDecodeError as fault:
            raise BadCalendar(f"{path}: it is not TOML: {fault}. Correct it there.") from None
        except OSError as fault:
            raise BadCalendar(f"{path}: it cannot be read: {fault.strerror}. Check that it may be read.") from None

    def fault(self, place: str, what: str) -> None:
        self.faults.append(f"{self.path}, {place}: {what}")

    def refuse_faults(self) -> None:
        if self.faults:
            raise BadCalendar(*self.faults)

    def check_keys(self, known: frozenset[str]) -> None:
        for key in sorted(self.data.keys() - known):
            self.fault(key, f"nothing of this name is known here. Use only: {', '.join(sorted(known))}.")
        required = known - OPTIONAL_KEYS - ({"covers_until"} if "extends" in known else set())
        for key in sorted(required - self.data.keys()):
            self.fault(key, "it is missing. Add it.")

    def sentence(self, key: str) -> str:
        return self._sentence(self.data, key, key) if key in self.data else ""

    def span(self, earliest: date, latest: date) -> tuple[date, date]:
        """The first and the last day this file speaks for, within those of the calendar it extends."""
        first = self._day(self.data, "effective_from", "effective_from") if "effective_from" in self.data else None
        last = self._day(self.data, "covers_until", "covers_until") if "covers_until" in self.data else None
        first, last = max(first or earliest, earliest), min(last or latest, latest)
        if last < first:
            self.fault("covers_until", f"it ends before {first.isoformat()}, where it begins. Put it later.")
        return first, last

    def weekend(self) -> frozenset[int]:
        named = self.data.get("weekend", ["Saturday", "Sunday"])
        if not isinstance(named, list) or not all(name in WEEKDAYS for name in named) or set(named) == set(WEEKDAYS):
            self.fault("weekend", 'it is not a list of weekdays. Write it as ["Saturday", "Sunday"].')
            return frozenset()
        return frozenset(map(WEEKDAYS.index, named))

    def listed(self, table: str, second: str, objection: Callable[[date], str]) -> dict[date, str]:
        """The days of a table with their names (or reasons), none twice and none objected to."""
        entries, listed = self.data.get(table, []), dict[date, str]()
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.fault(table, f"it is not a list of days. Begin each day with [[{table}]].")
            return listed
        for place, entry in zip(self._places(table, len(entries)), entries, strict=True):
            self._only(entry, {"day", second}, place)
            day, text = self._day(entry, "day", place), self._sentence(entry, second, place)
            if day is None:
                continue
            if wrong := "it is listed twice. Leave one out." if day in listed else objection(day):
                self.fault(place, wrong)
            listed[day] = text
        return listed

    def _places(self, table: str, count: int) -> list[str]:
        header = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
        lines = [number for number, line in enumerate(self.text.splitlines(), 1) if header.match(line)]
        known = len(lines) == count
        return [f"[[{table}]] {index + 1}" + (f" (line {lines[index]})" if known else "") for index in range(count)]

    def _only(self, entry: Mapping[str, Any], known: set[str], place: str) -> None:
        for key in sorted(entry.keys() - known):
            self.fault(place, f"{key} is not known here. Use only: {', '.join(sorted(known))}.")

    def _day(self, entry: Mapping[str, Any], key: str, place: str) -> date | None:
        day = entry.get(key)
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        self.fault(place, f"{key} is not a date. Write it without quotation marks, as 2026-11-30.")
        return None

    def _sentence(self, entry: Mapping[str, Any], key: str, place: str) -> str:
        text = entry.get(key)
        if isinstance(text, str) and text.strip() and text.isprintable():
            return text.strip()
        self.fault(place, f"{key} is not a line of text. Write it on one line, in quotation marks.")
        return ""
