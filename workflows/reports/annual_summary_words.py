"""The words of the year's summary: all of them for the committee; for anybody only what was said in enough cases.

Free words can point to a child, and a list of them tells how many there are. So what people wrote is published only
where at least five cases say the same; what is left over is counted, and its words stay with the committee.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from states.suppression import LEAST
from workflows.papers.paper import Table, Told
from workflows.reports.annual_summary import NO_REASON, Summary, key_of, reason_of
from workflows.reports.annual_summary_annex import annex_told
from workflows.reports.case_figures import Step
from workflows.reports.disclosure import Sight, totalled
from workflows.reports.recommendation_figures import Learned

OTHER_REASONS = "Other reasons, each in fewer than five cases"
WORDS_KEPT = (
    "What was written in words is printed only where at least five cases say the same; the committee's own summary "
    "has all of it."
)


@dataclass(frozen=True)
class Said:
    """Words, under what they belong to, and the file they come from."""

    under: str
    text: str
    ref: str


def told(summary: Summary, see: Sight) -> dict[str, tuple[Told, ...]]:
    """What is told in words: why cases were decided as they were, what was learned, what went well."""
    if see.full:
        return {**_learned(summary), **annex_told(summary)}
    decided = [Said(one.decision, reason, one.ref) for one in summary.cases for reason in one.reasons]
    learned = [Said(one.kind, one.text, one.ref) for one in summary.learning]
    practised = [Said(one.kind, one.text, one.ref) for one in summary.practice]
    return {"learning": common(learned), "practice": common(practised), "reasons": common(decided)}


def common(found: Iterable[Said]) -> tuple[Told, ...]:
    """What is said in at least five cases, in the words it was first said in."""
    refs: dict[tuple[str, str], set[str]] = defaultdict(set)
    words: dict[tuple[str, str], Told] = {}
    for one in found:
        key = one.under, key_of(one.text)
        words.setdefault(key, Told(one.under, one.text))
        refs[key].add(one.ref)
    return tuple(words[key] for key in sorted(words) if len(refs[key]) >= LEAST)


def delays(summary: Summary, see: Sight) -> dict[str, int]:
    """How many late steps had each reason; reasons that few cases gave are counted as one."""
    found = summary.delays()
    if see.full:
        return found
    shared = _shared(summary.steps)
    named = {reason: number for reason, number in found.items() if reason in shared}
    rest = sum(number for reason, number in found.items() if reason not in shared and reason != NO_REASON)
    none = {NO_REASON: found[NO_REASON]} if NO_REASON in found else {}
    return {**named, **({OTHER_REASONS: rest} if rest else {}), **none}


def commonest(summary: Summary, label: str, see: Sight) -> str:
    """The reason most often given at a step; for anybody only where at least five cases gave it there."""
    late = [step for step in summary.steps if step.label == label and step.late]
    reasons = Summary(summary.year, summary.made_on, steps=late).delays()
    first = next(iter(reasons), "")
    return first if see.full or first in _shared(late) or (first == NO_REASON and reasons[first] >= LEAST) else ""


def _shared(found: Iterable[Step]) -> set[str]:
    """The reasons that at least five cases gave for being late, in the words they are counted under."""
    late = [step for step in found if step.late and step.reason]
    told_in = common(Said("", step.reason, step.ref) for step in late)
    return {reason_of(one.text) for one in told_in}


def learned_tables(summary: Summary, see: Sight) -> dict[str, Table]:
    """How much was learned of which kind, and how much good practice from which source."""
    points = see.listed(summary.learned_of(summary.learning))
    good = see.listed(summary.learned_of(summary.practice))
    return {
        "learned": totalled("Learning points", ("Kind", "Learning points"), points, "All learning points"),
        "practised": totalled("Good practice", ("Source", "Examples"), good, "All examples"),
    }


def _learned(summary: Summary) -> dict[str, tuple[Told, ...]]:
    points = (Told(one.kind, one.text, _besides(one)) for one in summary.learning)
    good = (Told(one.kind, one.text, one.shared) for one in summary.practice)
    return {"learning": tuple(dict.fromkeys(points)), "practice": tuple(dict.fromkeys(good))}


def _besides(one: Learned) -> str:
    return "; ".join(filter(None, (", ".join(one.approaches), one.audience, one.shared)))
