"""Whoever knows every published figure, the rules and how the figures hang together cannot work out a small count."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from states.suppression import is_small
from tests.attacker import Attacker
from tests.test_summary import MADE_ON, YEAR, promise
from workflows.reports.annual_summary import Summary
from workflows.reports.annual_summary_paper import paper
from workflows.reports.annual_summary_words import delays
from workflows.reports.case_figures import Considered, Step
from workflows.reports.disclosure import Sight

if TYPE_CHECKING:
    from workflows.papers.paper import Table

STANDS: dict[str, dict[str, Any]] = {
    "Proposed": {},
    "Rejected": {},
    "In progress": {},
    "Said to be done": {"done_on": YEAR.first},
    "Verified": {"done_on": YEAR.first, "fulfilled": "yes"},
    "Impact assessed": {"done_on": YEAR.first, "fulfilled": "yes", "practice": "Clear", "outcomes": "Emerging"},
}
"""Where recommendations stand, and the facts that are known of all that stand there."""

LEVELS = ("One", "Several", "National")
FACTS = {"done": "done_on", "fulfilled": "fulfilled", "practice": "practice", "outcomes": "outcomes"}


@dataclass
class World:
    """A year as it was: what whoever looks on knows of how it hangs together, but for the counts."""

    decisions: dict[str, int]
    steps: dict[str, tuple[set[str], float]]
    grounds: dict[str, list[str]]
    standings: dict[tuple[str, str], int]
    summary: Summary


def world(seed: int) -> World:
    """A small year, the same for the same seed: every case of a decision goes through the same steps."""
    dice = random.Random(seed)  # noqa: S311 - it must be the same each time
    size = dice.choice((5, 9, 14))
    decisions = {
        f"D{one}": dice.choice((dice.randint(1, 4), dice.randint(1, size))) for one in range(dice.randint(1, 4))
    }
    steps = {f"S{one}": ({name for name in decisions if dice.random() < 0.6}, dice.random()) for one in range(3)}
    grounds = {name: [f"{name}: ground {one}" for one in range(dice.randint(1, 3))] for name in decisions}
    kinds = dice.sample(sorted(STANDS), dice.randint(1, 4))
    standings = {
        (stand, level): dice.choice((0, dice.randint(1, 4), dice.randint(0, size)))
        for stand in kinds
        for level in LEVELS
    }
    made = World(decisions, steps, grounds, standings, Summary(YEAR, MADE_ON))
    _fill(made, dice)
    return made


def _fill(made: World, dice: random.Random) -> None:
    found = made.summary
    for name, many in made.decisions.items():
        for number in range(many):
            ref = f"{name}-{number}"
            ground = (dice.choice(made.grounds[name]),)
            found.cases.append(Considered(0, ref, "review", YEAR.first, name, YEAR.first, 1, True, ground, (), 3, "X"))
            for step, (whose, late) in made.steps.items():
                if name in whose:
                    reason = dice.choice(("Records", "Leave", ""))
                    found.steps.append(Step(ref, step, "", None, YEAR.first, 4, dice.random() < late, reason))
                    found.stood[f"Stage {step}"].append((ref, 4))
    for (stand, level), many in made.standings.items():
        found.recommendations += [replace(promise(level, stand), **STANDS[stand]) for _ in range(many)]


def column(table: Table, place: int) -> dict[str, Any]:
    """A column of a table by its lines."""
    return {row.label: row.cells[place] for row in table.rows}


class Reader:
    """Everything that is published of a year, as an attacker reads it; `true` is what each number is."""

    def __init__(self, made: World) -> None:
        self.made, self.tables = made, paper(made.summary, "Here").tables
        self.mind = Attacker(most=max(len(made.summary.steps), len(made.summary.recommendations), 8) + 8)
        self.true: dict[int, tuple[str, int]] = {}
        self.decided = self.list_of("decisions", made.decisions)
        self._steps()
        self._stages()
        self._grounds()
        self._recommendations()

    def number(self, what: str, true: int, shown: int | None, least: int = 0) -> int:
        """A count that is sought or shown."""
        assert shown is None or shown == true, what
        found = self.mind.seek(shown, least)
        self.true[found] = what, true
        return found

    def all_true(self) -> list[int]:
        """What every number is."""
        return [self.true[place][1] for place in range(len(self.mind.bounds))]

    def list_of(self, name: str, counts: dict[str, int]) -> dict[str, int]:
        """A published list and its total; what is kept back in it is known to be one at least."""
        seen = column(self.tables[name], 0)
        total = next(reversed(seen.values()), None if sum(counts.values()) else 0)
        lines = len(seen) > 1
        found = {
            label: self.number(
                f"{name}: {label}", number, seen.get(label) if lines or not number else None, int(label in seen)
            )
            for label, number in counts.items()
        }
        whole = self.number(f"{name}: all", sum(counts.values()), total)
        self.mind.adds(list(found.values()), whole)
        return {**found, "": whole}

    def _steps(self) -> None:
        table, on_time, late = self.tables["steps"], [], []
        for step, (whose, _) in self.made.steps.items():
            those = [one for one in self.made.summary.steps if one.label == step]
            if not those:
                continue
            row = next((row.cells for row in table.rows[:-1] if row.label == step), (None, None, None))
            tardy = sum(one.late for one in those)
            counts = (len(those), len(those) - tardy, tardy)
            names = ("all", "on time", "late")
            numbers = [self.number(f"{step}: {what}", n, s) for what, n, s in zip(names, counts, row, strict=False)]
            self.mind.adds(numbers[1:], numbers[0])
            self.mind.adds([self.decided[name] for name in sorted(whose)], numbers[0])
            on_time.append(numbers[1])
            late.append(numbers[2])
        self._all_steps(on_time, late)

    def _all_steps(self, on_time: list[int], late: list[int]) -> None:
        all_of_them = self.made.summary.steps
        tardy = sum(one.late for one in all_of_them)
        rows = self.tables["steps"].rows
        shown = rows[-1].cells[:3] if rows else (0, 0, 0)
        counts = (len(all_of_them), len(all_of_them) - tardy, tardy)
        whole = [self.number("all steps", n, s) for n, s in zip(counts, shown, strict=True)]  # type: ignore[arg-type]
        self.mind.adds(whole[1:], whole[0])
        self.mind.adds(on_time, whole[1])
        self.mind.adds(late, whole[2])
        seen = column(self.tables["delays"], 0)
        labels = list(seen)[:-1]
        true = delays(self.made.summary, Sight())
        reasons = [self.number(f"delays: {label}", true[label], seen[label], 1) for label in labels]
        if labels:
            self.mind.adds(reasons, whole[2])

    def _stages(self) -> None:
        seen = column(self.tables["stages"], 0)
        for label, stood in self.made.summary.stood.items():
            number = self.number(label, len(stood), seen[label], 1)
            whose = self.made.steps[label.removeprefix("Stage ")][0]
            self.mind.adds([self.decided[name] for name in sorted(whose)], number)

    def _grounds(self) -> None:
        seen, true = column(self.tables["grounds"], 0), self.made.summary.grounds()
        for name, grounds in self.made.grounds.items():
            numbers = [self.number(one, true.get(one, 0), seen.get(one)) for one in grounds]
            self.mind.adds(numbers, self.decided[name])

    def _recommendations(self) -> None:
        table, counts = self.tables["recommendations"], self.made.standings
        lines = {row.label: row.cells for row in table.rows}
        kinds = list(dict.fromkeys(stand for stand, _ in counts))
        whole = self.number("recommendations", sum(counts.values()), lines["All"][-1] if lines else 0)  # type: ignore[arg-type]
        rows, downs = {}, {level: list[int]() for level in LEVELS}
        for stand in kinds:
            true = [counts[stand, level] for level in LEVELS]
            blank = (None,) * 4 if len(lines) == 1 else (0,) * 4
            shown = dict(zip((*table.headings[:-1], ""), lines.get(stand, blank), strict=False))
            cells = [
                self.number(f"{stand}, {level}", n, shown.get(level, 0 if blank[0] == 0 else None))
                for level, n in zip(LEVELS, true, strict=True)
            ]  # type: ignore[arg-type]
            rows[stand] = self.number(stand, sum(true), lines.get(stand, blank)[-1])  # type: ignore[arg-type]
            self.mind.adds(cells, rows[stand])
            for level, cell in zip(LEVELS, cells, strict=True):
                downs[level].append(cell)
        self.mind.adds(list(rows.values()), whole)
        self._columns(table, downs, whole)
        self._facts(rows, whole)

    def _columns(self, table: Table, downs: dict[str, list[int]], whole: int) -> None:
        shown = dict(zip(table.headings, table.rows[-1].cells, strict=True)) if table.rows else {}
        totals = []
        for level, cells in downs.items():
            true = sum(number for (_, name), number in self.made.standings.items() if name == level)
            totals.append(self.number(level, true, shown.get(level, 0)))  # type: ignore[arg-type]
            self.mind.adds(cells, totals[-1])
        self.mind.adds(totals, whole)

    def _facts(self, rows: dict[str, int], whole: int) -> None:
        for name, fact in FACTS.items():
            seen = column(self.tables[name], 0) if name in self.tables else {}
            labels = list(seen)[:-1]
            if not labels:
                continue
            true = self.made.summary.facts()[name]
            with_it = [label for label in labels if label not in {"Not yet", "Not yet looked at"}]
            numbers = {label: self.number(f"{name}: {label}", true[label], seen[label], 1) for label in labels}
            those = [rows[stand] for stand in rows if fact in STANDS[stand]]
            if len(with_it) == 1 and those:
                self.mind.adds(those, numbers[with_it[0]])
            self.mind.adds(list(numbers.values()), whole)


@pytest.mark.parametrize("seed", range(60))
def test_nobody_can_work_out_a_small_count_from_the_whole_of_a_published_summary(seed: int) -> None:
    reader = Reader(world(seed))

    known = reader.mind.known(reader.all_true())
    assert [
        f"{reader.true[one][0]} is {reader.true[one][1]}" for one in sorted(known) if is_small(reader.true[one][1])
    ] == []
