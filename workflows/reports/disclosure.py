"""Disclosure control over a whole paper: the detail of decisions, and secondary suppression of what reveals them.

A table that is safe by itself may tell, set beside another, what that keeps back (differencing). Which decisions lead
through which steps is known from the guidance, so a count of cases at a step is shown only where it splits no group of
cases that the list of decisions leaves whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from states.suppression import ListShown, listed, may_divide
from workflows.papers.paper import Row, Table
from workflows.reports.annual_summary import Summary
from workflows.reports.case_figures import UNDECIDED, Considered


@dataclass(frozen=True)
class Decisions:
    """How the decisions of a year may be shown: in full, in three groups, or not. `group` names the line of a case."""

    shown: ListShown
    group: Callable[[Considered], str]
    in_full: bool


def decisions(summary: Summary) -> Decisions:
    """Decisions in the finest detail in which none was made in one to four cases."""
    full, coarse = summary.decisions(), groups([summary])
    found = listed(full, coarse)
    if not found.in_parts:
        return Decisions(found, lambda _: "", in_full=False)
    in_full = found.counts == full
    return Decisions(found, _label if in_full else group_of, in_full=in_full)


def groups(summaries: Iterable[Summary]) -> dict[str, int]:
    """The cases of some years in three groups; one considered in two years is counted in both.

    Cases that led on, those that did not, in the words of their editions, and those not decided.
    """
    cases = [case for summary in summaries for case in summary.cases]
    found = Counter(map(group_of, cases))
    ordered = (*(case.groups[0] for case in cases), *(case.groups[1] for case in cases), UNDECIDED)
    return {name: found[name] for name in dict.fromkeys(ordered) if found[name]}


def group_of(case: Considered) -> str:
    """The group of decisions a case belongs to."""
    return UNDECIDED if case.led_on is None else case.groups[not case.led_on]


def _label(case: Considered) -> str:
    return case.decision


def splitting(summary: Summary, decided: Decisions, having: Mapping[str, Sequence[str]]) -> set[str]:
    """The steps (or stages) whose number of cases tells how a group that is shown whole is made up.

    `having` are the references of the cases by step. A step tells nothing where, of each group, cases of every kind of
    decision went through it, or of none; and where no group has one to four cases that did, or that did not. The same
    holds of the cases that were opened before the year and of those opened in it.
    """
    by_ref = {case.ref: case for case in summary.cases}
    whole, ages = _grouped(summary.cases, decided), _opened(summary.cases, summary)
    found = set[str]()
    for step, refs in having.items():
        there = [by_ref[ref] for ref in refs if ref in by_ref]
        counts_cases = len(there) == len(refs) == len(set(refs))
        splits = _splits(_grouped(there, decided), whole, told=counts_cases)
        if splits or (counts_cases and _tells_of_the_rest(_opened(there, summary), ages)):
            found.add(step)
    return found


def _splits(there: Mapping[str, Sequence[str]], whole: Mapping[str, Sequence[str]], *, told: bool) -> bool:
    """Whether cases of some groups, by their decisions, tell of the whole groups.

    How many there are is `told` where each is counted once, and no case is that was not considered in the year.
    """
    if any(set(some) != set(whole[group]) for group, some in there.items()):
        return True
    return told and not all(may_divide(len(some), len(whole[group])) for group, some in there.items())


def _tells_of_the_rest(there: Counter[bool], whole: Counter[bool]) -> bool:
    """Whether all or none of the cases of one age went through, and so few of the other did, or did not.

    How many were not decided at the end of the year before is told by the summary of that year, and so is the rest.
    """
    plain = [age for age in whole if there[age] in {0, whole[age]}]
    return len(whole) > 1 and any(not may_divide(there[not age], whole[not age]) for age in plain)


def _opened(cases: Iterable[Considered], summary: Summary) -> Counter[bool]:
    """How many cases were opened in the year, and how many before it."""
    return Counter(case.opened_on >= summary.year.first for case in cases)


def _grouped(cases: Iterable[Considered], decided: Decisions) -> dict[str, list[str]]:
    """What was decided in some cases, by the group that it is shown in."""
    found: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        found[decided.group(case)].append(case.decision)
    return found


def totalled(caption: str, columns: tuple[str, str], found: ListShown, whole: str) -> Table:
    """A table of counts that add up, with their sum in its last row; the sum alone where the parts are not shown."""
    if not found.total:
        return Table(caption, columns, ())
    parts = rows_of(found.counts) if found.in_parts else ()
    return Table(caption, columns, (*parts, Row(whole, (found.total,))), last_is_total=True)


def rows_of(counts: Mapping[str, int | None]) -> tuple[Row, ...]:
    """One row for each count."""
    return tuple(Row(label, (number,)) for label, number in counts.items())
