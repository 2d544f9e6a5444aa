"""Writes the national calendars from the `holidays` package: run `python -m config.national_holidays` to renew them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import holidays

from config.calendar_files import NATIONAL

FIRST_YEAR, LAST_YEAR = 2012, 2035


@dataclass(frozen=True)
class Nation:
    """A nation of the United Kingdom as the package knows it, and what to say at the head of its file."""

    label: str
    subdivision: str
    remarks: tuple[str, ...]


NATIONS = {
    "scotland": Nation(
        "Scotland",
        "SCT",
        (
            "Easter Monday is not a bank holiday in Scotland; 2 January and St Andrew's Day are.",
            "The August bank holiday is the first Monday of the month, not the last.",
        ),
    ),
    "england": Nation("England", "ENG", ("Wales keeps the same days.",)),
    "northern-ireland": Nation("Northern Ireland", "NIR", ("St Patrick's Day and 12 July are bank holidays here.",)),
}

NAMES = {
    "May Day": "Early May bank holiday",
    "New Year Holiday": "2nd January",
    "Saint Andrew's Day": "St Andrew's Day",
    "Saint Patrick's Day": "St Patrick's Day",
    "Spring Bank Holiday": "Spring bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Scotland's participation in the FIFA World Cup final": "World Cup bank holiday",
}


def write_national(name: str, folder: Path = NATIONAL, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> Path:
    """Write one nation's bank holidays of these years, both included, as a calendar file; gives back its path."""
    path = folder / f"{name}.toml"
    path.write_text(national_text(name, first, last), encoding="utf-8")
    return path


def national_text(name: str, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> str:
    """The text of one nation's calendar file."""
    nation = NATIONS[name]
    listed = holidays.country_holidays("GB", subdiv=nation.subdivision, years=range(first, last + 1), language="en_GB")
    blocks = [_head(nation, first, last), *(_entry(day, listed[day]) for day in sorted(listed))]
    return "\n".join(blocks)


def _head(nation: Nation, first: int, last: int) -> str:
    source = f"Bank holidays in {nation.label}, holidays package {version('holidays')}"
    lines = (
        f"# Bank holidays in {nation.label}.",
        *(f"# {remark}" for remark in nation.remarks),
        "# A holiday proclaimed later: see README.md beside this file.",
        "",
        f"label = {_quoted(nation.label)}",
        f"source = {_quoted(source)}",
        f"effective_from = {first}-01-01",
        f"covers_until = {last}-12-31",
        'weekend = ["Saturday", "Sunday"]',
        "",
    )
    return "\n".join(lines)


def _entry(day: date, names: str) -> str:
    return f"[[holiday]]\nday = {day.isoformat()}\nname = {_quoted('; '.join(_plain(names)))}\n"


def _plain(names: str) -> Iterator[str]:
    """The names a Scottish office would use; the package joins two on one day with a semicolon."""
    for name in names.split("; "):
        plain = name.removesuffix(" (observed)")
        yield NAMES.get(plain, plain) + (", substitute day" if plain != name else "")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":  # pragma: no cover
    for nation_name in NATIONS:
        write_national(nation_name)
