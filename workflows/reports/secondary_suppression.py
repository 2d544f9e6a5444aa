"""What one published table would tell of another: counts of cases that are kept back for the sake of the decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from states.suppression import ListShown, hidden_with, telling
from workflows.reports.annual_summary import Summary


def telling_counts(summary: Summary, decided: ListShown, having: Mapping[str, Iterable[str]]) -> frozenset[int]:
    """The counts of cases (of a step, or a stage) that would tell how few were decided in a way that is kept back.

    `having` are the references of the cases by step. Which decisions lead through which steps is known from the
    guidance, so a count is kept back where some of the cases whose decision is kept back are in it, and not all.
    """
    hidden = _hidden(summary, decided)
    found = set[int]()
    for refs in map(list, having.values()):
        if 0 < len(hidden & set(refs)) < len(hidden):
            found.add(len(refs))
    return telling(decided) | found


def totals_tell(summary: Summary, decided: ListShown) -> bool:
    """Whether how many steps there were in all would tell how few were decided in a way that is kept back.

    It does where cases whose decision is kept back went through more steps, or fewer, than others of them.
    """
    hidden = _hidden(summary, decided)
    each = Counter(step.ref for step in summary.steps)
    return len({each[ref] for ref in hidden}) > 1 or (bool(hidden) and decided.total is None)


def grounds_kept_back(summary: Summary, decided: ListShown) -> set[str]:
    """The criteria whose counts are kept back: few cases, or a part of a decision that the rest of it would tell.

    Where a decision has one criterion a case, those of its criteria add up to how many were decided so.
    """
    counts, named = summary.grounds(), defaultdict[str, set[str]](set)
    for case in summary.cases:
        named[case.decision] |= set(case.grounds)
    kept_back = {ground for name, grounds in named.items() if decided.counts.get(name) is None for ground in grounds}
    before = -1
    while before != len(kept_back):  # what is kept back for one decision may need more of another
        before = len(kept_back)
        for grounds in named.values():
            kept_back |= hidden_with({ground: counts[ground] for ground in grounds}, kept_back)
    return kept_back


def _hidden(summary: Summary, decided: ListShown) -> set[str]:
    return {case.ref for case in summary.cases if decided.counts.get(case.decision) is None}
