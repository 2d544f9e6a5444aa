"""The words of the year's summary: all of them for the committee; for anybody only what was said in enough cases.

Free words can point to a child, and a list of them tells how many there are. So what people wrote is published only
where enough cases say the same; what is left over is counted, and its words stay with the committee.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from states.suppression import LEAST, WORDS_FROM
from workflows.papers.paper import Told
from workflows.reports.annual_summary import NO_REASON, Summary, key_of, reason_of
from workflows.reports.annual_summary_annex import annex_told
from workflows.reports.case_figures import LED_ON, Step
from workflows.reports.recommendation_figures import Learned

OTHER_REASONS = "Other reasons, each in fewer than ten cases"
OTHER_OR_NONE = "Other reasons, or none recorded"
SAID_BY_SEVERAL = "Said of at least five cases"
WORDS_KEPT = (
    "What was written in words is printed only where enough cases say the same (five; ten where it stands beside "
    "counts that the rest of them adds up to); the {}'s own summary has all of it."
)


@dataclass(frozen=True)
class SummaryWords:
    """Words, under what they belong to, and the file they come from."""

    under: str
    text: str
    ref: str


def told(summary: Summary) -> dict[str, tuple[Told, ...]]:
    """All that is told in words, for the committee: what was learned, what went well, why cases were decided so."""
    return {**_learned(summary), **annex_told(summary)}


def learned_by_several(summary: Summary) -> dict[str, tuple[Told, ...]]:
    """What was learned or went well in at least five cases, for anybody, under nothing that is counted."""
    learned = [SummaryWords(SAID_BY_SEVERAL, one.text, one.ref) for one in summary.learning]
    practised = [SummaryWords(SAID_BY_SEVERAL, one.text, one.ref) for one in summary.practice]
    return {"learning": common(learned, LEAST), "practice": common(practised, LEAST)}


def reasons_by_many(summary: Summary) -> dict[str, tuple[Told, ...]]:
    """Why at least ten cases were decided as they were, for anybody who sees how many were."""
    decided = (SummaryWords(one.decision, reason, one.ref) for one in summary.cases for reason in one.reasons)
    return {"reasons": common(decided, WORDS_FROM)}


def common(found: Iterable[SummaryWords], least: int) -> tuple[Told, ...]:
    """What is said in so many cases at least, in the words it was first said in."""
    refs: dict[tuple[str, str], set[str]] = defaultdict(set)
    words: dict[tuple[str, str], Told] = {}
    for one in found:
        key = one.under, key_of(one.text)
        words.setdefault(key, Told(one.under, one.text))
        refs[key].add(one.ref)
    return tuple(words[key] for key in sorted(words) if len(refs[key]) >= least)


def delays(summary: Summary) -> tuple[dict[str, int], ...]:
    """How many late steps had each reason, for anybody: reasons that few cases gave as one, then with those of none."""
    found, shared = summary.delays(), _shared(summary.steps)
    named = {reason: number for reason, number in found.items() if reason in shared}
    none = found.get(NO_REASON, 0)
    rest = sum(found.values()) - sum(named.values()) - none
    apart = {OTHER_REASONS: rest, NO_REASON: none}
    return _counted({**named, **apart}), _counted({**named, OTHER_OR_NONE: rest + none})


def _counted(found: dict[str, int]) -> dict[str, int]:
    return {reason: number for reason, number in found.items() if number}


def _shared(found: Iterable[Step]) -> set[str]:
    """The reasons that at least ten cases gave for being late, in the words they are counted under."""
    late = [step for step in found if step.late and step.reason]
    return {
        reason_of(one.text) for one in common((SummaryWords("", step.reason, step.ref) for step in late), WORDS_FROM)
    }


def commonest(summary: Summary, label: str) -> str:
    """The reason most often given at a step, for the committee."""
    late = [step for step in summary.steps if step.label == label and step.late]
    return next(iter(Summary(summary.year, summary.made_on, steps=late).delays()), "")


def _learned(summary: Summary) -> dict[str, tuple[Told, ...]]:
    points = (Told(one.kind, one.text, _besides(one)) for one in summary.learning)
    good = (Told(one.kind, one.text, one.shared) for one in summary.practice)
    return {"learning": tuple(dict.fromkeys(points)), "practice": tuple(dict.fromkeys(good))}


def _besides(one: Learned) -> str:
    return "; ".join(filter(None, (", ".join(one.approaches), one.audience, one.shared)))


def led_on(summary: Summary, said: Callable[[int, str, str], str]) -> Iterator[str]:
    """How many cases led to a review or other learning: by the words editions have for it, the others last.

    `said` begins the sentence with the number, as it may be shown.
    """
    found = summary.led_on()
    for words, number in sorted(found.items(), key=lambda one: one[0] == LED_ON):
        others = "other case" if words == LED_ON and len(found) > 1 else "case"
        to = "to a review or to learning in another way" if words == LED_ON else f"to this: {words}"
        yield f"{said(number, others, 'led')} {to}."
