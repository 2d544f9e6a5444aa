"""Writes the national calendars from the `holidays` package: run `python -m config.national_holidays` to renew them.

A calendar may also be that of one law, which says itself what a working day is: then only the days it names count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import holidays

from config.calendar_files import NATIONAL

FIRST_YEAR, LAST_YEAR = 2012, 2035
SATURDAY = 5


@dataclass(frozen=True)
class Nation:
    """A nation as the package knows it, what to say at the head of its file, and what a law of its own leaves out.

    `first` is the first year listed. With `only`, the holidays of those names alone are listed; `shut` is a time of the
    year that a law leaves out whole, over the turn of the year, with its first and last day and what it is called.
    """

    label: str
    subdivision: str | None
    remarks: tuple[str, ...]
    country: str = "GB"
    language: str = "en_GB"
    first: int = FIRST_YEAR
    source: str = ""
    only: frozenset[str] = frozenset()
    shut: tuple[tuple[int, int], tuple[int, int], str] | None = None


SCOTTISH = (
    "Easter Monday is not a bank holiday in Scotland; 2 January and St Andrew's Day are.",
    "The August bank holiday is the first Monday of the month, not the last.",
)
OFFICIAL_INFORMATION = (
    "What a working day is in the Official Information Act 1982, section 2. It names the days that are none: Saturday,",
    "Sunday, Good Friday, Easter Monday, Anzac Day, Labour Day, the Sovereign's birthday, Matariki (since 2022) and",
    "Waitangi Day (it and Anzac Day on the Monday where on a weekend, since 2014), and those from 25 December",
    "to 15 January. Anniversary days of a region are not among them and count. Queen Elizabeth II Memorial Day",
    "(26 September 2022) is not in the definition that was read, and counts.",
)
NAMED = (
    *("Good Friday", "Easter Monday", "Anzac Day", "Labour Day"),
    *("Queen's Birthday", "King's Birthday", "Matariki", "Waitangi Day"),
)

NATIONS = {
    "scotland": Nation(
        "Scotland",
        "SCT",
        SCOTTISH,
    ),
    "scotland-from-2007": Nation(
        "Scotland",
        "SCT",
        (*SCOTTISH, "From 2007 on, for reviews that were done under the interim guidance of that year."),
        first=2007,
    ),
    "england": Nation("England", "ENG", ("Wales keeps the same days.",)),
    "northern-ireland": Nation("Northern Ireland", "NIR", ("St Patrick's Day and 12 July are bank holidays here.",)),
    "new-zealand-official-information": Nation(
        "New Zealand, Official Information Act",
        None,
        OFFICIAL_INFORMATION,
        country="NZ",
        language="en_NZ",
        source="Official Information Act 1982, section 2, with the days of the holidays package {version}",
        only=frozenset(NAMED),
        shut=((12, 25), (1, 15), "25 December to 15 January"),
    ),
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


def write_national(name: str, folder: Path = NATIONAL, first: int | None = None, last: int = LAST_YEAR) -> Path:
    """Write one nation's bank holidays of these years, both included, as a calendar file; gives back its path."""
    path = folder / f"{name}.toml"
    path.write_text(national_text(name, first, last), encoding="utf-8")
    return path


@lru_cache(maxsize=16)
def national_text(name: str, first: int | None = None, last: int = LAST_YEAR) -> str:
    """The text of one nation's calendar file, from its first year or from another."""
    nation = NATIONS[name]
    first = nation.first if first is None else first
    listed = _listed(nation, range(first, last + 1))
    blocks = [_head(nation, first, last), *(_entry(day, listed[day]) for day in sorted(listed))]
    return "\n".join(blocks)


def _listed(nation: Nation, years: range) -> dict[date, str]:
    found = holidays.country_holidays(nation.country, subdiv=nation.subdivision, years=years, language=nation.language)
    wanted = {day: said for day, said in found.items() if not nation.only or set(_bare(said)) & nation.only}
    return {**wanted, **dict.fromkeys(_shut_days(nation, years), nation.shut[2] if nation.shut else "")}


def _shut_days(nation: Nation, years: range) -> Iterator[date]:
    """The days of a law's own closed time in these years, weekends left out."""
    if nation.shut is None:
        return
    (month, day), last, _ = nation.shut
    one = date(years[0], 1, 1)
    while one.year in years:
        if one.weekday() < SATURDAY and ((one.month, one.day) >= (month, day) or (one.month, one.day) <= last):
            yield one
        one += timedelta(days=1)


def _bare(names: str) -> Iterator[str]:
    """The names of a day, without saying that it is kept on another."""
    return (name.removesuffix(" (observed)") for name in names.split("; "))


def _head(nation: Nation, first: int, last: int) -> str:
    package = version("holidays")
    source = nation.source.format(version=package) or f"Bank holidays in {nation.label}, holidays package {package}"
    lines = (
        f"# Working days: {nation.label}." if nation.source else f"# Bank holidays in {nation.label}.",
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
