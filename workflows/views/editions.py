"""The editions of the guidance: listed, one shown with its time limits and what they rest on, a file checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from config import procedures
from config.phrases import anchor_words, whole_limit
from config.printing import markdown
from config.settings import calendar, edition
from config.silence_checks import Silence, silences
from states import deadlines
from states.errors import BadProcedure, NotFound, Refused
from states.procedure import Procedure
from states.shared_labels import shared_labels
from states.timescales import Timescale
from workflows.reports.case_files import EditionReading
from workflows.views.due_date import citation
from workflows.views.json_names import FLAT, UNWRITTEN
from workflows.views.ways_to_open import NATION


def check_edition(name: str) -> None:
    """Raise NotFound for an edition there is not."""
    if name not in procedures.names():
        raise NotFound(f"There is no edition {name[:80]!r}: there are {', '.join(procedures.names())}.")


@dataclass(frozen=True)
class EditionLine:
    """An edition in a list. `committee` is whose changes lie over it, `digest` the fingerprint of the whole.

    Of one that cannot be used, for the faults told, only the name is known.
    """

    name: str
    title: str
    kind: str
    nation: str
    issued_on: str
    withdrawn_on: str
    committee: str
    digest: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class LimitLine:
    """A time limit of an edition: how long, from what, resting on what; `example` is the date counted from a day."""

    name: str
    label: str
    limit: str
    start: str
    basis: str
    citation: str
    note: str
    example: date | None


@dataclass(frozen=True)
class EditionPage:
    """An edition: all of it as it is written, in words (Markdown), and its time limits with an example of each."""

    procedure: Procedure = field(metadata=FLAT)
    digest: str
    words: str = field(metadata=UNWRITTEN)
    limits: tuple[LimitLine, ...] = field(metadata=UNWRITTEN)


BY_PHASE = frozenset(
    {
        "england-child-safeguarding-2023",
        "scotland-adult-learning-review-2022",
        "scotland-learning-review-2021",
        "scotland-learning-review-2024",
        "scotland-scr-2007",
        "scotland-scr-2015",
    }
)
"""Editions that say nothing of their figures, and whose decisions are rightly found by the phases of their states."""
UNSAID_FIGURES = (
    "It does not say how its cases are counted. The year's summary takes {taken}; it is headed “{body}”. "
    "Name the moves, and who decides, under [figures]."
)


@dataclass(frozen=True)
class Checked:
    """An edition that is in order, how much it holds, and what now comes of the nation's examples otherwise.

    `unsaid` says how its cases are counted in the year's summary, where it does not say so itself; else it is empty.
    `shared_labels` says which fields of one form share a label, and how forms tell them apart.
    """

    ok: bool
    name: str
    title: str
    digest: str
    states: int
    transitions: int
    timescales: int
    ladders: int
    examples: int
    changed_examples: tuple[str, ...]
    without_date: tuple[Silence, ...]
    unsaid: str
    shared_labels: tuple[str, ...]


@dataclass(frozen=True)
class CheckedLocal:
    """A committee's file that is in order, and the editions it changes."""

    ok: bool
    committee: str
    editions: tuple[Checked, ...]


def editions(local: Path | None) -> tuple[EditionLine, ...]:
    """Every edition there is, Scotland's first, with the changes of the committee's file over it.

    A faulty one hides no other.
    """
    lines = (_line(name, local) for name in procedures.names())
    return tuple(sorted(lines, key=lambda one: bool(one.nation) and one.nation != NATION))


def _line(name: str, local: Path | None) -> EditionLine:
    try:
        one = edition(name, local)
    except BadProcedure as faulty:
        return EditionLine(name, name, "", "", "", "", "", "", faulty.obstacles)
    return EditionLine(
        one.name, one.title, one.kind, one.nation, one.issued_on, one.withdrawn_on, one.committee, one.digest
    )


def edition_page(procedure: Procedure, today: date) -> EditionPage:
    """An edition to read; the examples are counted from `today` by the edition's own calendars."""
    limits = tuple(_limit(procedure, name, rule, today) for name, rule in procedure.timescales.items())
    return EditionPage(procedure, procedure.digest, markdown(procedure), limits)


def checked(found: Procedure, changed_examples: tuple[str, ...] = ()) -> Checked:
    """An edition that is in order; `changed_examples` is what a committee's file changes in those of the nation."""
    sizes = (len(part) for part in (found.states, found.transitions, found.timescales, found.ladders))
    states, transitions, timescales, ladders = sizes
    return Checked(
        ok=True,
        name=found.name,
        title=found.title,
        digest=found.digest,
        states=states,
        transitions=transitions,
        timescales=timescales,
        ladders=ladders,
        examples=len(found.examples),
        changed_examples=changed_examples,
        without_date=silences(found),
        unsaid=unsaid_figures(found),
        shared_labels=tuple(shared_labels(found)),
    )


def unsaid_figures(found: Procedure) -> str:
    """How the year's summary counts the cases of an edition that does not say it; empty where it says so, or fits."""
    if found.kind != "case" or found.figures.deciding or found.name in BY_PHASE:
        return ""
    moves = list(EditionReading(found).decisions)
    taken = f"these moves for decisions: {', '.join(moves)}" if moves else "no move for a decision: all stay undecided"
    return UNSAID_FIGURES.format(taken=taken, body=EditionReading(found).body)


def _limit(procedure: Procedure, name: str, rule: Timescale, today: date) -> LimitLine:
    return LimitLine(
        name=name,
        label=rule.label,
        limit=whole_limit(rule),
        start=anchor_words(procedure, rule),
        basis=rule.basis,
        citation=citation(procedure, rule),
        note=rule.note,
        example=_example(procedure, rule, today),
    )


def _example(procedure: Procedure, rule: Timescale, today: date) -> date | None:
    """The date this limit gives from a day; None where none is set, or the calendar does not reach so far."""
    limit = rule.length()
    if limit is None:
        return None
    try:
        return deadlines.due_on(today, limit, calendar(procedure.calendar_of(rule)))
    except Refused:
        return None
