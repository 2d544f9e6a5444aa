"""The data behind quality assurance, in one pass: each history is replayed once through its edition.

While it is replayed, every step is held against what the edition allows, and the case is looked at as it stood at the
end of each year: so the figures of time limits are those of the year's summary, which reads the same steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection

from records import bulk_reading, chain, quality_figures
from records.bulk_reading import EntryRow
from records.editions import EditionLibrary
from records.quality_figures import KeptFigures
from states.as_at import days_of, stood
from states.conformance import CaseAsAt, Deviation, of_days, of_entry, of_late
from states.dossier import Dossier
from states.entry import Entry
from states.errors import DAMAGED, StorageTrouble
from states.fold import fold
from workflows.reports import compliance
from workflows.reports.case_figures import Step, steps
from workflows.reports.case_files import EditionReading, File, Year
from workflows.reports.process_map import STEPS, ProcessMap, of_year, taken

READ = {"opened_on", "closed_on", "links", "deadlines", "pauses", "extensions"}
"""What of a case is looked at as it stood at the end of a year."""

VERIFICATION = "verification"
BLANK = Dossier(ref="", edition="", digest="")


@dataclass
class OfYear:
    """What a year adds up to: the steps of its summary, what deviated, how much was looked at, who followed whom.

    `found` are deviations with their case and their day; `cases` those of which a step was taken in the year.
    """

    year: Year
    steps: list[Step] = field(default_factory=list)
    found: list[tuple[str, date, Deviation]] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)
    taken: int = 0
    maps: dict[str, ProcessMap] = field(default_factory=lambda: defaultdict(ProcessMap))

    def facts(self) -> dict[str, Any]:
        """The year as JSON keeps it."""
        told = [[ref, day.isoformat(), *vars(one).values()] for ref, day, one in self.found]
        maps = {name: one.facts() for name, one in sorted(self.maps.items())}
        looked_at = {"cases": sorted(self.cases), "taken": self.taken}
        return {"steps": compliance.facts_of(self.steps), "found": told, "maps": maps, **looked_at}


@dataclass(frozen=True)
class ReplayedCase:
    """A case replayed: its entries, the steps that deviated, and the case as it stands and stood at ends of years."""

    ref: str
    entries: Sequence[Entry]
    days: dict[int, date]
    dossier: Dossier
    found: Sequence[Deviation]
    at_end: dict[Year, Dossier]


def measure(tx: Connection, today: date, hidden: Collection[str]) -> tuple[dict[str, OfYear], tuple[str, ...]]:
    """Every year there are cases of, by its name, and those that cannot be read; nothing of the hidden."""
    library, damaged = EditionLibrary(tx), []
    years: dict[str, OfYear] = {}
    reading = cache(lambda digest: EditionReading(library.procedure(digest)))
    seen = (one for one in bulk_reading.histories(tx, "case") if one[0]["ref"] not in hidden)
    for row, lines in seen:
        try:
            one = replayed(row["ref"], lines, library, today)
        except StorageTrouble:
            raise
        except DAMAGED:
            damaged.append(row["ref"])
            continue
        _count(years, one, library, reading, today)
    return dict(sorted(years.items())), tuple(damaged)


def replayed(ref: str, lines: Sequence[EntryRow], library: EditionLibrary, today: date) -> ReplayedCase:
    """Replay a case through its edition, holding each entry against it."""
    entries = [chain.entry_of(line.body) for line in lines]
    days, blank = days_of(entries), BLANK.but(ref=ref)
    ends = _ends(entries, days, today)
    dossier, found, stands = blank, list[Deviation](), {0: blank}
    for count, entry in enumerate(entries, start=1):
        digest = entry.data.get("digest", "") if "digest" in entry.data and count == 1 else dossier.digest
        found += of_entry(library.procedure(digest), dossier, entry)
        dossier = stands[count] = fold(dossier, entry, library)
    at_end = {
        year: stands[count] if count is not None else stood(blank, entries, library, year.last)[0]
        for year, count in ends.items()
    }
    procedure = library.procedure(dossier.digest)
    steps_taken = [(one.sequence, days[one.sequence], one) for one in entries if one.kind in STEPS]
    found += of_days(procedure, steps_taken)
    return ReplayedCase(ref, entries, days, dossier, found, at_end)


def _ends(entries: Sequence[Entry], days: dict[int, date], today: date) -> dict[Year, int | None]:
    """For each year of a case, how many of its entries count at its end; None where they are not the first of all."""
    return {year: _counted(entries, days, year.as_at(today)) for year in _years(min(days.values()), today)}


def _counted(entries: Sequence[Entry], days: dict[int, date], day: date) -> int | None:
    known = [days[one.sequence] <= day for one in entries]
    count = sum(known)
    if not all(known[:count]):
        return None
    first = {one.sequence for one in entries[:count]}
    put_right = any(one.kind == "corrected" and one.data["sequence"] in first for one in entries[count:])
    return None if put_right else count


def _years(first: date, today: date) -> Iterator[Year]:
    begins = first.year - ((first.month, first.day) < (4, 1))
    while (year := Year(date(begins, 4, 1), date(begins + 1, 3, 31))).first <= today:
        yield year
        begins += 1


def _count(years: dict[str, OfYear], one: ReplayedCase, library: EditionLibrary, reading: Any, today: date) -> None:
    """Count a case in each of its years."""
    before: Dossier | None = None
    instants = taken(one.entries)
    for year, dossier in one.at_end.items():
        if dossier is before and not any(date_.open for date_ in dossier.deadlines.values()):
            continue
        before = dossier
        if not dossier.digest:
            continue
        of = years.setdefault(year.name, OfYear(year))
        _add_steps(of, one, dossier, library, reading(dossier.digest), year.as_at(today))
        names = of_year(instants, year)
        if names:
            of.cases.add(one.ref)
            of.taken += len(names)
            of.maps[reading(one.dossier.digest).procedure.name].add(one.ref, names)
    for deviation in one.found:
        day = one.days[deviation.sequence]
        name = next(_years(day, day)).name
        if name in years:
            years[name].found.append((one.ref, day, deviation))


def _add_steps(
    of: OfYear, one: ReplayedCase, dossier: Dossier, library: EditionLibrary, reading: EditionReading, day: date
) -> None:
    """Add the steps of a case in a year, and each late one as a deviation: so the two are always as many."""
    counted = _steps(one.ref, dossier, reading, of.year, day)
    told = CaseAsAt(
        reading.procedure, dossier, day, one.dossier, lambda name: library.calendar(dossier.calendars[name]).label
    )
    for step in counted:
        of.steps.append(step)
        if step.late:
            of.found.append((one.ref, step.ended_on or step.due_on or day, of_late(told, step.key)))


def _steps(ref: str, dossier: Dossier, reading: EditionReading, year: Year, day: date) -> Iterator[Step]:
    """The steps of a case as it stood, as the summary of a year counts them."""
    facts = dossier.model_dump(mode="json", include=READ)
    opened = dossier.opened_on or year.first
    file = File(0, ref, "case", dossier.state, opened, dossier.closed_on, reading, facts)
    return iter(()) if file.duplicate_of else steps(file, year, day)


# ------------------------------------------------------------------------------------------------------- kept by night


def keep(tx: Connection, today: date, now: datetime) -> None:
    """Work everything out, and keep it by the name of its year."""
    quality_figures.keep(tx, worked_out(tx, today), now)


def worked_out(tx: Connection, today: date) -> dict[str, dict[str, Any]]:
    """Every year as it is kept; with each stands which cases cannot be read."""
    years, damaged = measure(tx, today, frozenset())
    return {name: {**of.facts(), "damaged": list(damaged)} for name, of in years.items()}


def kept_years(tx: Connection) -> tuple[str, ...]:
    """The years there are figures of, the newest first."""
    return tuple(name for name in reversed(quality_figures.names(tx)) if name != VERIFICATION)


def kept_year(tx: Connection, name: str) -> KeptFigures | None:
    """The figures of a year as they were kept; None where there are none."""
    return quality_figures.kept(tx, name)
