"""Which step followed which: the process map of a year, from the same events as the XES log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from states.entry import Entry
from states.moments import local_day
from workflows.reports.case_files import Year
from workflows.reports.history_events import activity, moments

STEPS = frozenset({"opened", "advanced"})
"""The kinds of entry that are steps."""

Refs = dict[str, list[str]]


@dataclass
class ProcessMap:
    """Which step directly followed which in a year, with the reference of the case for each time it did.

    `begins` are the first steps of each case in the year, `ends` its last ones; `follows` has its pairs as one word
    with a bar between.
    """

    begins: Refs = field(default_factory=lambda: defaultdict(list))
    ends: Refs = field(default_factory=lambda: defaultdict(list))
    follows: Refs = field(default_factory=lambda: defaultdict(list))
    done: Refs = field(default_factory=lambda: defaultdict(list))

    def add(self, ref: str, steps: Sequence[str]) -> None:
        """One case more, with the steps it took in the year, in the order of time."""
        if not steps:
            return
        self.begins[steps[0]].append(ref)
        self.ends[steps[-1]].append(ref)
        for one in steps:
            self.done[one].append(ref)
        for one, other in pairwise(steps):
            self.follows[f"{one}|{other}"].append(ref)

    def pairs(self) -> dict[tuple[str, str], int]:
        """How often each step directly followed which."""
        return {(one, other): len(refs) for (one, _, other), refs in self._parted().items()}

    def _parted(self) -> dict[tuple[str, str, str], list[str]]:
        return {key.partition("|"): refs for key, refs in self.follows.items()}

    def facts(self) -> dict[str, Mapping[str, list[str]]]:
        """The map as JSON keeps it."""
        return {name: dict(refs) for name, refs in vars(self).items()}


def taken(entries: Sequence[Entry]) -> list[tuple[datetime, str]]:
    """The steps of a case with their instants, in the order in which tools of process mining read them."""
    instants = moments(list(entries))
    steps = [(at, activity(entry)) for at, entry in zip(instants, entries, strict=True) if entry.kind in STEPS]
    return sorted(steps, key=lambda step: step[0])


def of_year(steps: Iterable[tuple[datetime, str]], year: Year) -> list[str]:
    """The steps that were taken in a year."""
    return [name for at, name in steps if year.holds(local_day(at))]
