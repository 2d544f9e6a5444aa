"""A judge of published papers: for every count of one to four, another year of which the very same papers are printed.

The judge knows what the guidance says of how a year hangs together (which decisions lead through which steps, which
facts hold of a recommendation where it stands) and reads every printed thing: figures, days, words, notes, and what is
not there. A solver of integer programs (HiGHS) looks for another year with the same printed figures in which a count
that is sought is different; that year is then printed, and must give the same papers to the letter. So what the judge
clears is cleared by a proof, whatever rule the product follows, and also against somebody who knows that rule. It knows
nothing of how the product chooses what to keep back.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import highspy

from workflows.reports.annual_summary import NO_REASON, Summary
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_figures import Considered, Hold, Step
from workflows.reports.case_files import Year
from workflows.reports.recommendation_figures import Followed, Learned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SMALL = range(1, 5)
SOUGHT, TWICE = 13, 2
"""Up to which count another is sought, and how often all counts are gone through."""
FINE = 0.9
"""What a step in time more or less counts for, when the nearest year is looked for: small counts of late ones stay."""
MADE_ON = date(2031, 5, 1)
LEVELS = ("One", "Several", "National")
REASONS = ("Records", "Leave", "")
KINDS = ("Process", "Output", "Practice")
GIVEN = ("Nothing new", "Much to learn")
DONE = {"done_on": date(2025, 5, 1)}
STANDS: dict[str, dict[str, Any]] = {
    "Proposed": {},
    "In progress": {},
    "Said to be done": DONE,
    "Verified": {**DONE, "fulfilled": "yes"},
    "Impact assessed": {
        "done_on": date(2025, 5, 1),
        "fulfilled": "partly",
        "practice": "Clear",
        "outcomes": "Emerging",
    },
    "Rejected": {"closed_on": date(2025, 6, 1)},
}
"""Where recommendations stand, and the facts that are known of all that stand there."""

SEEN, UNSEEN = "Closed, seen", "Closed, unseen"
CLOSED: dict[str, dict[str, Any]] = {
    SEEN: {**STANDS["Impact assessed"], "fulfilled": "no", "closed_on": date(2025, 6, 1)},
    UNSEEN: {"closed_on": date(2025, 6, 1)},
}
"""Recommendations that stand in one place: of some it is known how far they were fulfilled, of others it is not."""
COMMON = "A criterion beside others"
ALL_ALIKE = 2
"""Of three seeds one gives years in which all cases of a decision go the same way, and meet one criterion each."""

Counts = dict[str, int]
Sum = tuple[str, ...]
"""The names of counts that are added up."""


@dataclass(frozen=True)
class Shape:
    """What is known of a year without knowing a count: how it hangs together.

    `partly` names the decisions of which not every case came to a step; `several`: cases may meet several criteria.
    """

    year: Year
    decisions: tuple[str, ...]
    led: dict[str, bool | None]
    steps: dict[str, tuple[str, ...]]
    grounds: dict[str, tuple[str, ...]]
    stands: tuple[str, ...]
    partly: dict[str, tuple[str, ...]] = field(default_factory=dict)
    several: bool = False

    def __hash__(self) -> int:
        return id(self)

    @cache  # noqa: B019 - a shape lives as long as the judge that looks at it
    def sums(self) -> dict[str, Sum]:
        """Every count that is sought: what stands in a table, or might; each is a sum of what is counted apart."""
        found: dict[str, Sum] = {}
        for name in self.decisions:
            found[f"decided {name}"] = tuple(f"g {name} {one}" for one in self.grounds[name])
            for one in self.grounds[name]:
                found[f"ground {one}"] = (f"g {name} {one}",)
            for reason in GIVEN:
                found[f"given {name} {reason}"] = (f"q {name} {reason}",)
        for led in (True, False, None):
            found[f"led {led}"] = self.of_cases(name for name in self.decisions if self.led[name] is led)
        found["cases"] = self.of_cases(self.decisions)
        for step in self.steps:
            late = tuple(f"{how} {step} {reason}" for how in ("late", "owed") for reason in REASONS)
            found |= {f"step {step}": (f"fine {step}", *late), f"late {step}": late}
            found[f"owed {step}"] = late[len(REASONS) :]
            found |= {f"{how} {step} {name}": (f"{how} {step} {name}",) for how, name in self._apart(step)}
            found[f"skip {step}"] = tuple(f"skip {step} {name}" for name in self.partly.get(step, ()))
            found |= {f"late {step} {reason}": late[at :: len(REASONS)] for at, reason in enumerate(REASONS)}
            found[f"on time {step}"] = (f"fine {step}",)
        found |= {f"reason {one}": self._over(f"late {{}} {one}", f"owed {{}} {one}") for one in REASONS}
        if self.several:
            found |= {
                f"{how} {COMMON}": tuple(f"{how} {name}" for name in self.decisions) for how in ("ground", "without")
            }
        for stand in dict.fromkeys(map(_stands, self.stands)):
            those = [one for one in self.stands if _stands(one) == stand]
            found |= {f"{stand}, {level}": tuple(f"m {one} {level}" for one in those) for level in LEVELS}
            found[stand] = tuple(f"m {one} {level}" for one in those for level in LEVELS)
        found |= {f"all {one}": tuple(f"m {one} {level}" for level in LEVELS) for one in CLOSED if one in self.stands}
        found |= {level: tuple(f"m {stand} {level}" for stand in self.stands) for level in LEVELS}
        found["recommendations"] = tuple(f"m {stand} {level}" for stand in self.stands for level in LEVELS)
        for fact in ("done_on", "fulfilled", "practice", "closed_on"):
            those = [stand for stand in self.stands if fact in _facts(stand)]
            found[f"with {fact}"] = tuple(f"m {stand} {level}" for stand in those for level in LEVELS)
        for what in ("learned", "held"):
            found |= {f"{what} {kind}": (f"{what} {kind}",) for kind in KINDS}
            found[f"all {what}"] = tuple(f"{what} {kind}" for kind in KINDS)
        return {name: parts for name, parts in found.items() if parts}

    def parts(self) -> list[str]:
        """What is counted apart: every other count is a sum of these."""
        return list(dict.fromkeys(part for parts in self.sums().values() for part in parts))

    def equal(self) -> Iterator[tuple[Sum, Sum]]:
        """Sums that are the same whatever is counted."""
        for name in self.decisions:
            yield tuple(f"g {name} {one}" for one in self.grounds[name]), tuple(f"q {name} {one}" for one in GIVEN)
        for step, whose in self.steps.items():
            every = (f"late {step} {{}}", f"owed {step} {{}}")
            partly = self.partly.get(step, ())
            came = self.of_cases(name for name in whose if name not in partly)
            apart = tuple(f"came {step} {name}" for name in partly)
            yield (*came, *apart), (f"fine {step}", *(how.format(one) for how in every for one in REASONS))
            for name in partly:
                yield self.of_cases((name,)), (f"came {step} {name}", f"skip {step} {name}")
        for name in self.decisions if self.several else ():
            yield self.of_cases((name,)), (f"ground {name}", f"without {name}")

    def _apart(self, step: str) -> Iterator[tuple[str, str]]:
        """The counts of cases of each decision of which some came to a step and some did not."""
        yield from product(("came", "skip"), self.partly.get(step, ()))

    def of_cases(self, names: Iterable[str]) -> Sum:
        """The counts that the cases of some decisions are the sum of."""
        return tuple(f"g {name} {one}" for name in names for one in self.grounds[name])

    def _over(self, *patterns: str) -> Sum:
        return tuple(pattern.format(step) for pattern in patterns for step in self.steps)


def shaped(dice: random.Random, year: Year) -> Shape:
    """A committee's way of working in a year, by chance."""
    names = tuple(f"D{number}" for number in range(dice.randint(1, 4)))
    led = {name: dice.choice((True, True, False, None)) for name in names}
    steps = {f"S{number}": tuple(name for name in names if dice.random() < 0.6) for number in range(3)}
    grounds = {name: tuple(f"{name}: ground {number}" for number in range(dice.randint(1, 3))) for name in names}
    stands = tuple(dice.sample(sorted(STANDS), dice.randint(1, 5)))
    return Shape(year, names, led, {step: whose for step, whose in steps.items() if whose}, grounds, stands)


def loosened(dice: random.Random, shape: Shape) -> Shape:
    """The same way of working, where not all that belongs together is alike."""
    partly = {step: tuple(name for name in whose if dice.random() < 0.4) for step, whose in shape.steps.items()}
    stands = tuple(dict.fromkeys((*shape.stands, *(CLOSED if dice.random() < 0.5 else ()))))
    return replace(shape, partly=partly, several=dice.random() < 0.5, stands=stands)


def counted_loosely(dice: random.Random, shape: Shape, found: Counts, size: int) -> Counts:
    """What else was counted in such a year, beside what is counted in any."""
    made = dict(found)
    for step in shape.steps:
        partly = shape.partly.get(step, ())
        for name in partly:
            many = sum(made[f"g {name} {one}"] for one in shape.grounds[name])
            _split(dice, made, (f"skip {step} {name}", f"came {step} {name}"), many)
        gone = sum(made[f"skip {step} {name}"] for name in partly)
        for part in shape.sums()[f"step {step}"]:
            less = min(gone, made[part])
            made[part], gone = made[part] - less, gone - less
    for name in shape.decisions if shape.several else ():
        _split(
            dice,
            made,
            (f"without {name}", f"ground {name}"),
            sum(made[f"g {name} {one}"] for one in shape.grounds[name]),
        )
    for part in (f"m {stand} {level}" for stand in CLOSED if stand in shape.stands for level in LEVELS):
        made[part] = dice.choice((0, dice.randint(1, 4), dice.randint(5, size)))
    return made


def _split(dice: random.Random, made: Counts, parts: tuple[str, str], many: int) -> None:
    few, rest = parts
    made[few] = dice.choice((0, min(many, dice.randint(1, 4)), dice.randint(0, many)))
    made[rest] = many - made[few]


def counted(dice: random.Random, shape: Shape, size: int) -> Counts:
    """What was counted in such a year: many counts are small, some are nought, and the rest adds up."""
    found: Counts = defaultdict(int)
    for name in shape.decisions:
        many = dice.choice((dice.randint(0, 4), dice.randint(5, size), dice.randint(1, size)))
        _spread(dice, found, [f"g {name} {one}" for one in shape.grounds[name]], many)
        _spread(dice, found, [f"q {name} {one}" for one in GIVEN], many)
    for step, whose in shape.steps.items():
        many = sum(found[part] for part in shape.of_cases(whose))
        late = dice.choice((0, min(many, dice.randint(0, 4)), dice.randint(0, many), many))
        found[f"fine {step}"] = many - late
        owed = dice.choice((0, dice.randint(0, late)))
        for how, number in (("late", late - owed), ("owed", owed)):
            _spread(dice, found, [f"{how} {step} {one}" for one in REASONS], number)
    for part in (part for part in shape.parts() if part.split()[0] in {"m", "learned", "held"}):
        found[part] = dice.choice((0, dice.randint(1, 4), dice.randint(0, size), dice.randint(5, size)))
    return dict(found)


def _spread(dice: random.Random, found: Counts, parts: Sequence[str], many: int) -> None:
    chosen = dice.choice((parts[:1], parts))
    for part in parts:
        found[part] = 0
    for _ in range(many):
        found[dice.choice(chosen)] += 1


# ---------------------------------------------------------------------------------------- a year of which it is counted


@cache
def _blank() -> dict[str, Any]:
    return dict.fromkeys(Followed.__dataclass_fields__, "") | {"themes": (), "agencies": (), "done_on": None}


def year_of(shape: Shape, counts: Mapping[str, int]) -> Summary:
    """A year in which just that was counted; what is not counted is the same in all of them."""
    made = Summary(shape.year, MADE_ON)
    for name in shape.decisions:
        grounds = _units(counts, [(f"g {name} {one}", one) for one in shape.grounds[name]])
        reasons = _units(counts, [(f"q {name} {one}", one) for one in GIVEN])
        for number, (ground, reason) in enumerate(zip(grounds, reasons, strict=True)):
            named = (ground, COMMON) if number < counts.get(f"ground {name}", 0) else (ground,)
            made.cases.append(_case(shape, name, f"{name}-{number}", named, reason))
    for step, whose in shape.steps.items():
        came = [[case.ref for case in made.cases if case.decision == name] for name in shape.decisions if name in whose]
        gone = [counts.get(f"skip {step} {name}", 0) for name in shape.decisions if name in whose]
        _add_step(made, counts, step, [ref for refs, less in zip(came, gone, strict=True) for ref in refs[less:]])
    for stand in shape.stands:
        for level in LEVELS:
            one = Followed(
                **{**_blank(), "level_label": level, "stands": _stands(stand), "closed_on": None, **_facts(stand)}
            )
            many = counts.get(f"m {stand} {level}", 0)
            made.recommendations += [
                replace(one, ref=f"{shape.year.name}{stand}{level}{number}") for number in range(many)
            ]
    for number, kind in enumerate(_units(counts, [(f"learned {kind}", kind) for kind in KINDS])):
        made.learning.append(Learned(f"L{number}", MADE_ON, kind, (), f"Point of {kind}", "", "", ()))
    for number, kind in enumerate(_units(counts, [(f"held {kind}", kind) for kind in KINDS])):
        made.holds.append(Hold(f"H{number}", kind, "", "", shape.year.first, None, 9))
    return made


def _case(shape: Shape, name: str, ref: str, grounds: tuple[str, ...], reason: str) -> Considered:
    first, led = shape.year.first, shape.led[name]
    return Considered(0, ref, "review", first, name, first, 1, led, grounds, (reason,), 3, "X")


def _add_step(made: Summary, counts: Mapping[str, int], step: str, refs: Sequence[str]) -> None:
    late = [(f"{how} {step} {reason}", (how, reason)) for how in ("late", "owed") for reason in REASONS]
    states = _units(counts, [*late, (f"fine {step}", ("fine", ""))])
    for ref, (how, reason) in zip(refs, states, strict=True):
        ended = None if how == "owed" else made.year.first
        days = None if how == "owed" else 40 + len(step)
        made.steps.append(Step(ref, step, "", None, ended, days, how != "fine", reason))
        made.stood[f"Stage {step}"].append((ref, 4))


def _units(counts: Mapping[str, int], parts: Iterable[tuple[str, Any]]) -> list[Any]:
    return [value for part, value in parts for _ in range(counts.get(part, 0))]


# ----------------------------------------------------------------------------------------- what is printed of years


@dataclass(frozen=True)
class Released:
    """Years that are published one after another: three small ones with their tables together, or two large ones."""

    shapes: tuple[Shape, ...]

    def printed(self, counts: Sequence[Mapping[str, int]]) -> list[Any]:
        """Everything a reader can have: the papers of all years, with their charts described."""
        years = [year_of(shape, one) for shape, one in zip(self.shapes, counts, strict=True)]
        papers = [paper(one, "Here", years=years if len(years) == 3 else ()) for one in years]
        return [(one.facts(), {name: chart.description for name, chart in one.charts.items()}) for one in papers]


@dataclass
class Judge:
    """Works out which counts of one to four can be told from what is printed. `counts` is what was really counted."""

    released: Released
    counts: tuple[Counts, ...]
    model: Any = field(default_factory=highspy.Highs)
    lines: dict[tuple[int, str], Any] = field(default_factory=dict)
    sums: dict[tuple[int, str], Any] = field(default_factory=dict)
    cost: Any = 0
    alternatives: list[tuple[Counts, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.papers = self.released.printed(self.counts)
        self.model.silent()
        for place, (shape, counts) in enumerate(zip(self.released.shapes, self.counts, strict=True)):
            self._add(place, shape, counts)
        for place in range(len(self.counts)):
            self._read(place)

    def told(self) -> list[str]:
        """The counts of one to four for which no other year was found of which the same papers are printed."""
        sought = [one for one in self.sums if self.true(one) in SMALL]
        cleared: set[tuple[int, str]] = set()
        for _ in range(TWICE):  # another year that is found later may lead on from there
            for one in sought:
                if one not in cleared:
                    cleared |= self._others(one)
        return [
            f"{self.released.shapes[at].year.name}, {name}: {self.true((at, name))}"
            for at, name in sought
            if (at, name) not in cleared
        ]

    def true(self, one: tuple[int, str]) -> int:
        """What a count really is."""
        return self._value(self.counts, one)

    def _others(self, one: tuple[int, str]) -> set[tuple[int, str]]:
        """The counts that differ in another year of which the same is printed, where this one does; none without it."""
        values = sorted(range(SOUGHT), key=lambda value: (value not in SMALL, abs(value - self.true(one))))
        for alike, value in product((None, self.counts, *self.alternatives), values):
            found = self._solved(one, value, alike) if value != self.true(one) else None
            if found is not None and self.released.printed(found) == self.papers:
                self.alternatives.append(tuple(found))
                return {other for other in self.sums if self._value(found, other) != self.true(other)}
        return set()

    def _value(self, found: Sequence[Mapping[str, int]], one: tuple[int, str]) -> int:
        place, name = one
        return sum(found[place][part] for part in self.released.shapes[place].sums()[name])

    def _solved(
        self, one: tuple[int, str], value: int, alike: Sequence[Mapping[str, int]] | None
    ) -> list[Counts] | None:
        """The year nearest to the true one with the same printed figures in which a count has another value.

        With `alike` each other count is nought, small or large where it is in those years: the nearest of all may make
        a small count large, and so be printed otherwise.
        """
        bounds = {other: _as_large(self._value(alike, other)) for other in self.sums} if alike is not None else {}
        self._bound({**bounds, one: (value, value)})
        self.model.minimize(self.cost)
        optimal = self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = self._solution() if optimal else None
        self._bound(dict.fromkeys((*bounds, one), (0, highspy.kHighsInf)))
        return found

    def _bound(self, bounds: Mapping[tuple[int, str], tuple[float, float]]) -> None:
        for one, (least, most) in bounds.items():
            self.model.changeColBounds(self.sums[one].index, least, most)

    def _solution(self) -> list[Counts]:
        found: list[Counts] = [{} for _ in self.counts]
        for (place, part), line in self.lines.items():
            found[place][part] = round(self.model.val(line))
        return found

    def _add(self, place: int, shape: Shape, counts: Counts) -> None:
        model = self.model
        for part in shape.parts():
            line = self.lines[place, part] = model.addIntegral(0)
            more, less = model.addVariable(0), model.addVariable(0)
            model.addConstr(line - more + less == counts[part])
            self.cost = self.cost + (FINE if part.startswith("fine ") else 1) * (more + less)
        for name, parts in shape.sums().items():
            whole = self.sums[place, name] = model.addIntegral(0)
            model.addConstr(sum(self.lines[place, part] for part in parts) - whole == 0)
        for left, right in shape.equal():
            model.addConstr(
                sum(self.lines[place, part] for part in left) - sum(self.lines[place, part] for part in right) == 0
            )

    # ------------------------------------------------------------- reading: every printed figure is what its words say

    def _is(self, place: int, name: str, number: object) -> None:
        if isinstance(number, int) and (place, name) in self.sums:
            self.model.addConstr(self.sums[place, name] == number)

    def _read(self, place: int) -> None:
        facts, shape = self.papers[place][0], self.released.shapes[place]
        for sentence in facts["opening"]:
            self._sentence(place, sentence)
        self._words(place, facts["told"])
        tables = {name: _rows(table) for name, table in facts["tables"].items()}
        if "," in facts["tables"]["decisions"]["caption"]:
            self._three_years(tables)
            return
        names = {**{name: f"decided {name}" for name in shape.decisions}, **LED, "All cases considered": "cases"}
        self._list(place, tables["decisions"], names)
        criteria = (*sum(shape.grounds.values(), ()), COMMON)
        self._list(place, tables["grounds"], {one: f"ground {one}" for one in criteria})
        for step, cells in tables["steps"].items():
            for name, cell in zip(("step", "on time", "late"), cells, strict=False):
                self._is(place, f"{name} {step}", cell)
            self._days(place, step, cells)
        self._list(place, tables["stages"], {f"Stage {step}": f"step {step}" for step in shape.steps})
        self._list(place, tables["delays"], {one or NO_REASON: f"reason {one}" for one in REASONS})
        self._recommendations(place, facts["tables"]["recommendations"], tables)
        self._list(place, tables["learned"], {**_kinds("learned"), "All learning points": "all learned"})
        self._list(place, tables["holds"], {**_kinds("held"), "All holds": "all held"})

    def _sentence(self, place: int, sentence: str) -> None:
        said = re.match(
            r"(No|[\d,]+|Fewer than five) (case|recommendation)s? (were considered|led|were before)", sentence
        )
        if not said:
            return
        kind = {"were considered": "cases", "led": "led True", "were before": "recommendations"}[said[3]]
        if said[1] == "Fewer than five":
            self.model.addConstr(self.sums[place, kind] >= 1)
            self.model.addConstr(self.sums[place, kind] <= 4)
        else:
            self._is(place, kind, 0 if said[1] == "No" else int(said[1].replace(",", "")))

    def _words(self, place: int, told: Mapping[str, Any]) -> None:
        """What is learned is printed where five say the same, and not where fewer do; a reason where ten give it."""
        said = {one["text"] for one in told["learning"]}
        for kind in KINDS:
            many = self.sums[place, f"learned {kind}"]
            self.model.addConstr(many >= 5 if f"Point of {kind}" in said else many <= 4)
        for one in told.get("reasons", ()):
            self.model.addConstr(self.sums[place, f"given {one['under']} {one['text']}"] >= 10)

    def _days(self, place: int, step: str, cells: Sequence[object]) -> None:
        """Days are shown where ten or more were measured, and not where fewer were."""
        whole, owed = self.sums[place, f"step {step}"], self.sums[place, f"owed {step}"]
        if cells[-1] is not None:
            self.model.addConstr(whole - owed >= 10)
        elif cells[0] is not None:
            self.model.addConstr(whole - owed <= 9)

    def _list(self, place: int, rows: Mapping[str, Sequence[object]], names: Mapping[str, str]) -> None:
        for label, cells in rows.items():
            if label in names:
                self._is(place, names[label], cells[0])

    def _recommendations(self, place: int, grid: Mapping[str, Any], tables: Mapping[str, Any]) -> None:
        shape = self.released.shapes[place]
        for label, cells in tables["recommendations"].items():
            for heading, cell in zip(grid["columns"][1:], cells, strict=True):
                row, column = ("" if label == "All" else label), ("" if heading == "All" else heading)
                self._is(place, ", ".join(filter(None, (row, column))) or "recommendations", cell)
            if label in STAGES and cells[-1] is not None:
                those = [stand for stand in shape.stands if _stage(stand) == label]
                parts = [self.lines[place, f"m {stand} {level}"] for stand in those for level in LEVELS]
                self.model.addConstr(sum(parts) == cells[-1])
        facts = {
            "done": ("Said to be done", "done_on"),
            "practice": ("Clear", "practice"),
            "outcomes": ("Emerging", "practice"),
        }
        for name, (label, fact) in facts.items():
            self._list(place, tables.get(name, {}), {label: f"with {fact}"})
        words = {"Yes": "Verified", "Partly": "Impact assessed", "No": f"all {SEEN}"}
        self._list(place, tables.get("fulfilled", {}), words)

    def _three_years(self, tables: Mapping[str, Any]) -> None:
        """What stands in the tables of three years is the sum over the years."""
        shape = self.released.shapes[0]
        cases = {label: shape.sums().get(name, ()) for label, name in {**LED, "All cases considered": "cases"}.items()}
        fine = tuple(f"fine {step}" for step in shape.steps)
        late = tuple(f"late {step} {reason}" for step in shape.steps for reason in REASONS)
        stood = {
            stage: tuple(f"m {stand} {level}" for stand in shape.stands if _stage(stand) == stage for level in LEVELS)
            for stage in STAGES
        }
        whole = {"All": shape.sums()["recommendations"]}
        self._over_years(tables["decisions"], cases)
        self._over_years(tables["steps"], {"On time": fine, "Late": late, "All steps": (*fine, *late)})
        self._over_years(tables["recommendations"], stood | whole)

    def _over_years(self, rows: Mapping[str, Sequence[object]], parts: Mapping[str, Sum]) -> None:
        for label, cells in rows.items():
            lines = [self.lines[place, part] for place in range(len(self.counts)) for part in parts[label]]
            if isinstance(cells[0], int) and lines:
                self.model.addConstr(sum(lines) == cells[0])


def _as_large(number: int) -> tuple[float, float]:
    """From which count to which one is as this one: nought, small, or large."""
    return (0, 0) if number == 0 else (1, max(SMALL)) if number in SMALL else (max(SMALL) + 1, highspy.kHighsInf)


LED = {
    "A review, or learning in another way": "led True",
    "Neither": "led False",
    "Not decided by the end of the year": "led None",
}
STAGES = ("Not yet said to be done", "Said to be done, or seen to be", "Ended")


def _facts(stand: str) -> dict[str, Any]:
    return CLOSED[stand] if stand in CLOSED else STANDS[stand]


def _stands(stand: str) -> str:
    """Where recommendations stand, as it is printed."""
    return "Closed" if stand in CLOSED else stand


def _stage(stand: str) -> str:
    facts = _facts(stand)
    return STAGES[2] if "closed_on" in facts else STAGES[1] if "done_on" in facts else STAGES[0]


def _kinds(what: str) -> dict[str, str]:
    return {kind: f"{what} {kind}" for kind in KINDS}


def _rows(table: Mapping[str, Any]) -> dict[str, Sequence[object]]:
    return {row["label"]: row["cells"] for row in table["rows"]}


def released(seed: int) -> tuple[Released, tuple[Counts, ...]]:
    """Years by chance, the same for the same seed: three small ones that are published together, or two large ones."""
    dice = random.Random(seed)  # noqa: S311 - it must be the same each time
    small = dice.random() < 0.35
    firsts = (2028, 2029, 2030) if small else (2028, 2029)
    years = [Year(date(first, 4, 1), date(first + 1, 3, 31)) for first in firsts]
    first = shaped(dice, years[0])
    shapes = tuple(replace(first, year=year) for year in years)
    size = dice.choice((5, 8, 10)) if small else dice.choice((14, 25, 40, 60))
    counts = tuple(counted(dice, shape, size) for shape in shapes)
    if seed % 3 == ALL_ALIKE:
        return Released(shapes), counts
    first = loosened(dice, first)
    loose = tuple(replace(first, year=year) for year in years)
    return Released(loose), tuple(
        counted_loosely(dice, shape, one, size) for shape, one in zip(loose, counts, strict=True)
    )
