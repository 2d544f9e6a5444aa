"""The year's summary: every case considered in it, whether or not a review followed, and what was learned from all.

Counted in full here; what of it may be published is settled where it is made into tables (`summary_tables`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median

from sqlalchemy import Connection

from config.bodies import heading
from records.recommendations import KIND
from states.moments import local_day
from states.words import first_up
from workflows.reports.case_figures import UNDECIDED, Considered, Hold, Step, considered, holds, stages, steps
from workflows.reports.case_files import AsAt, File, Year
from workflows.reports.file_reading import files_since
from workflows.reports.recommendation_figures import (
    NOT_YET,
    Followed,
    Learned,
    followed,
    learned,
    practised,
    short,
    themes,
)

NO_REASON = "No reason recorded"


@dataclass(frozen=True)
class Timing:
    """How long a step took: days at the middle, the shortest and the longest of those measured; how many were late."""

    label: str
    count: int
    measured: int
    late: int
    middle: float | None
    shortest: int | None
    longest: int | None


@dataclass
class Summary:
    """What a year adds up to, in full: for the committee itself. `made_on` is the day it was counted.

    `stood` says of each stage which cases left it, and after how many days. What was recorded after `known_on` is left
    out.
    """

    year: Year
    made_on: date
    cases: list[Considered] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    stood: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    holds: list[Hold] = field(default_factory=list)
    recommendations: list[Followed] = field(default_factory=list)
    learning: list[Learned] = field(default_factory=list)
    practice: list[Learned] = field(default_factory=list)
    theme_cases: Counter[str] = field(default_factory=Counter)
    levels: dict[str, str] = field(default_factory=dict)
    known_on: date | None = None
    bodies: set[str] = field(default_factory=set)
    offices: set[str] = field(default_factory=set)

    def heading(self, committee: str) -> str:
        """Whose summary it is: the committee by its name, or where it has none, whoever decides its cases."""
        return heading(committee, *self.bodies)

    @property
    def office(self) -> str:
        """What whoever decides its cases is called in short: the committee, unless none of them is decided by one."""
        return "office" if self.offices == {"office"} else "committee"

    def led_on(self) -> dict[str, int]:
        """How many cases led to a review or other learning, by the words of their editions for it."""
        found = Counter({case.groups[0]: 0 for case in self.cases})
        found.update(case.groups[0] for case in self.cases if case.led_on)
        return dict(found)

    @property
    def stood_on(self) -> date:
        """The day as of which everything is told: the last of the year, or today while it runs."""
        return min(self.made_on, self.known_on or self.made_on, self.year.last)

    def decisions(self) -> dict[str, int]:
        """How many cases were decided how, the commonest first and the undecided last."""
        found = Counter(case.decision for case in self.cases)
        undecided = found.pop(UNDECIDED, 0)
        return {**_ordered(found), **({UNDECIDED: undecided} if undecided else {})}

    def grounds(self) -> dict[str, int]:
        """In how many cases each criterion was named; a case may meet several."""
        return _ordered(Counter(ground for case in self.cases for ground in case.grounds))

    def timings(self) -> list[Timing]:
        """How long each step took, in the order of their labels."""
        kinds: dict[str, list[Step]] = defaultdict(list)
        for step in self.steps:
            kinds[step.label].append(step)
        return [_timing(label, kinds[label]) for label in sorted(kinds)]

    def delays(self) -> dict[str, int]:
        """How many late steps had each reason; reasons in the same words are one reason."""
        return _ordered(_reasons(self.steps))

    def stage_timings(self) -> list[Timing]:
        """How long cases stood in each stage."""
        return [_spread(label, [days for _, days in stood], 0) for label, stood in sorted(self.stood.items())]

    def held(self) -> dict[str, int]:
        """How many holds of each kind ran in the year."""
        return _ordered(Counter(hold.kind for hold in self.holds))

    def standings(self) -> dict[str, dict[str, int]]:
        """How many recommendations of each level stand where."""
        levels = list(dict.fromkeys([*self.levels.values(), *(one.level_label for one in self.recommendations)]))
        found = Counter((one.stands, one.level_label) for one in self.recommendations)
        stands = list(dict.fromkeys(stand for stand, _ in sorted(found)))
        return {stand: {level: found[stand, level] for level in levels} for stand in stands}

    def facts(self, stands: str | None = None) -> dict[str, dict[str, int]]:
        """The three facts, each by itself: whether it is done, how far it is fulfilled, what difference it made.

        Of all recommendations, or of those that stand in one place.
        """
        found = [one for one in self.recommendations if stands in {None, one.stands}]
        return {
            "done": Counter("Said to be done" if one.done_on else "Not yet" for one in found),
            "fulfilled": Counter(first_up(one.fulfilled) or NOT_YET for one in found),
            "practice": Counter(one.practice or NOT_YET for one in found),
            "outcomes": Counter(one.outcomes or NOT_YET for one in found),
        }

    @staticmethod
    def learned_of(found: Iterable[Learned]) -> dict[str, int]:
        """How much was learned of each kind."""
        return _ordered(Counter(one.kind for one in found))

    def repeated(self) -> dict[str, tuple[int, int]]:
        """Themes that came up more than once: in how many cases and in how many recommendations."""
        urged = Counter(theme for one in self.recommendations for theme in one.themes)
        both = {theme: (self.theme_cases[theme], urged[theme]) for theme in {*self.theme_cases, *urged}}
        return dict(sorted(((k, v) for k, v in both.items() if max(v) > 1), key=lambda one: (-sum(one[1]), one[0])))


def summarise(found: Iterable[File], summary: Summary) -> Summary:
    """Count a year over the files of a committee, in one pass: a file is let go once it is counted."""
    for file in found:
        if file.kind == KIND:
            _add_recommendation(summary, file)
        else:
            _add_case(summary, file)
    return summary


def summary_of(tx: Connection, year: Year, today: date, known_on: date | None = None) -> Summary:
    """The summary of a year from the database, as everything stood at its end (today, while it runs).

    `known_on`: as it was known at the end of that day, or at that moment; what was recorded later does not count.
    """
    day = local_day(known_on) if known_on else None
    known = min(today, day or today)
    as_at = AsAt(min(known, year.last), known_on if known_on and day == known else known)
    found = files_since(tx, year.first, "case", "committee", KIND, as_at=as_at)
    return summarise(found, Summary(year, today, known_on=day))


def _add_case(summary: Summary, file: File) -> None:
    """A case is counted, unless it is closed as a duplicate of one that is."""
    if file.duplicate_of:
        return
    year, day = summary.year, summary.stood_on
    summary.learning += learned(file, year)
    summary.practice += practised(file, year)
    summary.theme_cases.update(themes(file, year))
    if file.kind == "committee":
        return
    case = considered(file, year)
    if case is not None:
        summary.cases.append(case)
        summary.bodies.add(file.reading.body)
        summary.offices.add(file.procedure.office)
    summary.steps += steps(file, year, day)
    summary.holds += holds(file, year, day)
    for stage, days in stages(file, year):
        summary.stood[stage].append((file.ref, days))


def _add_recommendation(summary: Summary, file: File) -> None:
    if file.closed_on is None or file.closed_on >= summary.year.first:
        offered = file.reading.fields.get("level")
        summary.levels |= {one.name: short(one.label) for one in offered.choices} if offered else {}
        summary.recommendations.append(followed(file, summary.stood_on))


def _timing(label: str, found: Sequence[Step]) -> Timing:
    days = [step.days for step in found if step.days is not None]
    spread = _spread(label, days, sum(step.late for step in found))
    return replace(spread, count=len(found))


def _spread(label: str, days: Sequence[int], late: int) -> Timing:
    if not days:
        return Timing(label, 0, 0, late, None, None, None)
    return Timing(label, len(days), len(days), late, median(days), min(days), max(days))


def _reasons(found: Iterable[Step]) -> Counter[str]:
    """The words shown are those a reason was first given in."""
    words: dict[str, str] = {}
    late = [step.reason for step in found if step.late]
    return Counter(words.setdefault(key_of(reason), reason_of(reason)) for reason in late)


def key_of(written: str) -> str:
    """Words without what does not matter: two that have this in common say the same."""
    return reason_of(written).casefold().rstrip(". ")


def reason_of(written: str) -> str:
    """A reason as it is printed; that none is recorded is said too."""
    return first_up(" ".join(written.split())) or NO_REASON


def _ordered(found: Counter[str]) -> dict[str, int]:
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
