"""The pages of quality assurance: whether the record is whole, time limits kept, steps against the edition, the map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from records import checkpoints, quality_figures
from records.case_columns import EDITIONS
from records.checkpoints import SignedCheckpoint
from records.editions import EditionLibrary
from records.need_to_know import seen_of
from states.conformance import EXPLAINED, ILLEGAL, UNEXPLAINED
from states.errors import NotFound
from states.moments import local_day
from states.procedure import Procedure
from states.words import first_up
from workflows.papers.charts import svg
from workflows.papers.process_drawing import process_drawing
from workflows.reports import compliance, quality
from workflows.reports.case_figures import Step
from workflows.reports.case_files import year_of
from workflows.reports.compliance import AGENCY, LABEL, QUARTER, Compliance, Group
from workflows.reports.process_map import ProcessMap
from workflows.views.hidden_cases import without_hidden
from workflows.views.viewer import Viewer

CHECKPOINTS_SHOWN = 5
KINDS: Mapping[str, str] = {
    ILLEGAL: "Steps that the edition does not allow",
    UNEXPLAINED: "Late, without a reason on record",
    EXPLAINED: "Late, with the reason on record",
}
"""The kinds of deviation, the weightiest first."""

NO_YEAR = "There are no figures of {year}: no case was open in it."


class Signed(NamedTuple):
    """A checkpoint as it is shown: how many histories it covers, and whether its signature fits."""

    number: int
    at: datetime
    cases: int
    as_signed: bool


@dataclass(frozen=True)
class Verified:
    """What the nightly verification found: what is wrong (nothing: all is well), and how much was looked at."""

    at: datetime
    causes: tuple[str, ...]
    notes: tuple[str, ...]
    cases: int
    entries: int
    logged: int
    messages: int


@dataclass(frozen=True)
class QualityOverview:
    """The first page: what the nightly verification found (None: none yet), checkpoints, and the newest year."""

    verified: Verified | None
    signed: tuple[Signed, ...]
    years: tuple[str, ...]
    newest: OneYear | None


@dataclass(frozen=True)
class OneYear:
    """A year's figures: when they were worked out, and whether that was just now because none were kept.

    They are read from JSON, part by part, when a page asks for the part.
    """

    name: str
    years: tuple[str, ...]
    made_at: datetime
    _kept: Mapping[str, Any] = field(repr=False)
    hidden: Collection[str]
    just_now: bool = False

    @property
    def compliance(self) -> Compliance:
        """The steps of the year."""
        return Compliance(year_of(self.name), compliance.steps_of(self._kept["steps"]))

    @property
    def as_at(self) -> date:
        """The day the year is told as at: its last, or the day it was worked out on."""
        return year_of(self.name).as_at(local_day(self.made_at))

    @property
    def came_later(self) -> int:
        """Of how many late steps more came after that day: they were met, or their reason was recorded."""
        return sum(bool(one.since) for one in self.deviations)

    @property
    def damaged(self) -> tuple[str, ...]:
        """The cases that cannot be read and are in no figure."""
        return tuple(ref for ref in self._kept["damaged"] if ref not in self.hidden)

    @property
    def cases(self) -> frozenset[str]:
        """The cases of which a step was taken in the year."""
        return frozenset(self._kept["cases"])

    @property
    def taken(self) -> int:
        """How many steps were taken."""
        return int(self._kept["taken"])

    @cached_property
    def deviations(self) -> tuple[Deviated, ...]:
        """Whatever was not as the edition has it."""
        return tuple(map(_deviated, self._kept["found"]))

    @property
    def maps(self) -> Mapping[str, ProcessMap]:
        """Which step followed which, by the edition they were taken under."""
        return {name: ProcessMap(**found) for name, found in self._kept["maps"].items()}


def start(tx: Connection, viewer: Viewer, hidden: Collection[str]) -> QualityOverview:
    """The first page of quality assurance."""
    verified = quality_figures.kept(tx, quality.VERIFICATION)
    signed = [
        _signed(one) for one in checkpoints.stored(tx, newest=CHECKPOINTS_SHOWN) if isinstance(one, SignedCheckpoint)
    ]
    years = quality.kept_years(tx)
    newest = one_year(tx, viewer, hidden, years[0] if years else "") if years else _fresh(tx, viewer, hidden, "")
    return QualityOverview(
        _verified(verified, hidden) if verified else None,
        tuple(signed),
        newest.years if newest else years,
        newest,
    )


def _verified(kept: quality_figures.KeptFigures, hidden: Collection[str]) -> Verified:
    counts = {name: int(kept.facts[name]) for name in ("cases", "entries", "logged", "messages")}
    causes, notes = (without_hidden(kept.facts.get(part, ()), hidden) for part in ("causes", "notes"))
    return Verified(kept.made_at, causes, notes, **counts)


def one_year(tx: Connection, viewer: Viewer, hidden: Collection[str], name: str = "") -> OneYear:
    """The figures of a year (the newest where none is named) as they were kept; worked out now where none are.

    Raises NotFound for a year of which there are none.
    """
    years = quality.kept_years(tx)
    kept = quality.kept_year(tx, name or years[0]) if years and (not name or name in years) else None
    if kept is not None:
        return OneYear(name or years[0], years, kept.made_at, kept.facts, _unseen(tx, kept.facts, hidden))
    found = None if years else _fresh(tx, viewer, hidden, name)
    if found is None:
        raise NotFound(NO_YEAR.format(year=name[:20] or "any year"))
    return found


def _unseen(tx: Connection, facts: Mapping[str, Any], hidden: Collection[str]) -> frozenset[str]:
    """Of the cases in figures that were kept, those that whoever looks may not know of: the database may hide them."""
    told = {*facts["cases"], *facts["damaged"], *(one[0] for one in (*facts["steps"], *facts["found"]))}
    return frozenset(told & {*hidden}) | (told - seen_of(tx, told))


def _fresh(tx: Connection, viewer: Viewer, hidden: Collection[str], name: str) -> OneYear | None:
    found = quality.worked_out(tx, viewer.today)
    years = tuple(reversed(found))
    if not found or (name and name not in found):
        return None
    chosen = name or years[0]
    return OneYear(chosen, years, viewer.now, found[chosen], hidden, just_now=True)


def _signed(one: SignedCheckpoint) -> Signed:
    return Signed(one.number, one.at, len(one.heads), one.is_as_signed())


# ---------------------------------------------------------------------------------------------------------- compliance


@dataclass(frozen=True)
class QualityFilter:
    """What the figures are narrowed by, as it stands in the address."""

    quarter: str = ""
    step: str = ""
    agency: str = ""
    fate: str = ""


@dataclass(frozen=True)
class CompliancePage:
    """Time limits kept in a year: the whole, and by quarter, step and agency; two drawings of the same figures."""

    year: OneYear
    chosen: QualityFilter
    whole: Group
    tables: tuple[tuple[str, str, Mapping[str, Group]], ...]
    quarters: str
    days: str
    steps: tuple[str, ...]
    agencies: tuple[str, ...]


def compliance_page(year: OneYear, chosen: QualityFilter) -> CompliancePage:
    """The page of time limits kept, narrowed as the address says."""
    every = year.compliance
    found = every.where(chosen.quarter, chosen.step, chosen.agency)
    by = (("Quarter", "quarter", QUARTER), ("Time limit", "step", LABEL), ("Agency", "agency", AGENCY))
    tables = tuple((words, name, found.by(part)) for words, name, part in by)
    quarters = compliance.drawn_by_quarter(found.by(QUARTER)) if found.steps else None
    days = compliance.drawn(found.by(LABEL)) if found.whole.measured else None
    return CompliancePage(
        year=year,
        chosen=chosen,
        whole=found.whole,
        tables=tables,
        quarters=svg(quarters, "quarters") if quarters else "",
        days=svg(days, "days") if days else "",
        steps=tuple(every.by(LABEL)),
        agencies=tuple(every.by(AGENCY)),
    )


class Behind(NamedTuple):
    """The steps behind a figure, and how many more are of cases kept to other people.

    `since` says of a late step what came after the day the year is told as at, by its case and its date.
    """

    steps: tuple[Step, ...]
    hidden: int
    since: Mapping[tuple[str, str], str]


def behind(year: OneYear, chosen: QualityFilter) -> Behind:
    """The steps behind a figure of the page of time limits."""
    found = year.compliance.where(chosen.quarter, chosen.step, chosen.agency, chosen.fate).steps
    shown = tuple(one for one in found if one.ref not in year.hidden)
    return Behind(tuple(sorted(shown, key=lambda one: (one.ref, one.key))), len(found) - len(shown), _since(year))


def _since(year: OneYear) -> dict[tuple[str, str], str]:
    return {(one.ref, one.key): one.since for one in year.deviations if one.since}


# --------------------------------------------------------------------------------------------------------- conformance


@dataclass(frozen=True)
class Deviated:
    """One deviation as it is shown: its case, its day, its entry (0: none yet), its sentence and its rule.

    `since` says what came of a missed date after the day its year is told as at.
    """

    ref: str
    day: date
    sequence: int
    kind: str
    sentence: str
    rule: str
    key: str
    since: str = ""


@dataclass(frozen=True)
class ConformancePage:
    """What was done against what the edition allows: how much was looked at, and each deviation by its kind."""

    year: OneYear
    kind: str
    cases: int
    taken: int
    whole: int
    counts: Mapping[str, int]
    found: tuple[Deviated, ...]
    hidden: int


def conformance_page(year: OneYear, kind: str = "", ref: str = "") -> ConformancePage:
    """The page of conformance, of one kind of deviation or one case where it is narrowed so."""
    every = year.deviations
    amiss = {one.ref for one in every if one.kind != EXPLAINED}
    wanted = ref.strip().upper()
    asked = [one for one in every if kind in {"", one.kind} and wanted in {"", one.ref} and wanted not in year.hidden]
    shown = [one for one in asked if one.ref not in year.hidden]
    order = list(KINDS)
    return ConformancePage(
        year=year,
        kind=kind,
        cases=len(year.cases),
        taken=year.taken,
        whole=len(year.cases - amiss),
        counts={name: sum(one.kind == name for one in every) for name in KINDS},
        found=tuple(sorted(shown, key=lambda one: (order.index(one.kind), one.ref, one.day))),
        hidden=len(asked) - len(shown),
    )


def _deviated(facts: list[Any]) -> Deviated:
    ref, day, *said = facts
    return Deviated(ref, date.fromisoformat(day), *said)


# ----------------------------------------------------------------------------------------------------- the process map


class Way(NamedTuple):
    """One step directly after another: their names and words, and how often."""

    one: str
    other: str
    first: str
    then: str
    times: int


@dataclass(frozen=True)
class MapPage:
    """The process map of a year under one edition: its drawing, the same as a table, and the cases behind one way."""

    year: OneYear
    edition: str
    editions: tuple[tuple[str, str], ...]
    drawing: str
    ways: tuple[Way, ...]
    begins: tuple[tuple[str, int], ...]
    ends: tuple[tuple[str, int], ...]
    behind: tuple[str, ...]
    hidden: int


def map_page(tx: Connection, year: OneYear, edition: str = "", way: str = "") -> MapPage:
    """The process map of a year. Raises NotFound for an edition under which no step was taken in it."""
    maps = year.maps
    chosen = edition or max(maps, key=lambda name: sum(map(len, maps[name].done.values())), default="")
    if maps and chosen not in maps:
        raise NotFound(f"No step was taken under {chosen[:60]!r} in {year.name}.")
    labels = _labels(tx, chosen)
    facts = maps.get(chosen, ProcessMap())
    refs = facts.follows.get(way, [])
    shown = tuple(dict.fromkeys(ref for ref in refs if ref not in year.hidden))
    counts = {key: len(found) for key, found in facts.follows.items()}
    return MapPage(
        year=year,
        edition=chosen,
        editions=tuple((name, _title(tx, name)) for name in maps),
        drawing=process_drawing(
            {name: (labels(name), len(found)) for name, found in facts.done.items()},
            {_pair(key): count for key, count in counts.items()},
        ),
        ways=tuple(
            _way(labels, key, count) for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ),
        begins=tuple((labels(name), len(found)) for name, found in facts.begins.items()),
        ends=tuple((labels(name), len(found)) for name, found in facts.ends.items()),
        behind=shown,
        hidden=len(set(refs)) - len(shown),
    )


def _way(labels: Callable[[str], str], key: str, count: int) -> Way:
    one, other = _pair(key)
    return Way(one, other, labels(one), labels(other), count)


def _pair(key: str) -> tuple[str, str]:
    one, _, other = key.partition("|")
    return one, other


def _labels(tx: Connection, edition: str) -> Callable[[str], str]:
    """What a step is called in the newest version of an edition that was used."""
    found = _newest(tx, edition)
    moves = {move.trigger.replace("_", " "): move.label for move in found.transitions} if found else {}
    return lambda name: moves.get(name) or first_up(name)


def _title(tx: Connection, edition: str) -> str:
    found = _newest(tx, edition)
    return found.title if found else edition


def _newest(tx: Connection, edition: str) -> Procedure | None:
    digest = tx.execute(select(EDITIONS.c.digest).where(EDITIONS.c.name == edition).limit(1)).scalar()
    return EditionLibrary(tx).procedure(digest) if digest else None
