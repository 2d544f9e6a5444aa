"""What is before a body on a day: decisions, reports, recommendations, holds to review, late answers.

The authority that an edition asks for at a step says which body decides it (`config.meetings`). A step with another
obstacle in its way is not before a body yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select

from config.meetings import BodyRule
from records import cases
from records.cases import CASES, Case
from records.diary import DEADLINES
from records.editions import EditionLibrary
from records.need_to_know import hidden_from
from states.dossier import Deadline
from states.entry import Actor
from states.errors import DAMAGED, StorageTrouble
from states.meetings import ItemKind
from states.procedure import Procedure
from states.words import spoken
from workflows.views.next_steps import StepLine, steps
from workflows.views.viewer import Viewer

KINDS: dict[ItemKind, str] = {
    "minute": "Minute of an earlier meeting",
    "decision": "Decisions",
    "report": "Reports",
    "recommendation": "Recommendations",
    "hold": "Holds to look at again",
    "late": "Late answers",
    "other": "Other business",
}
"""The kinds of item in the order in which an agenda is drafted, each with its heading."""

OFFICERS = frozenset({"lead_officer", "deputy_lead_officer"})
"""Who asks agencies in the committee's name: what they asked for and did not get comes before the committee."""


@dataclass(frozen=True)
class Before:
    """One thing before a body: of which kind, in words, about which case, and which hold or date of it."""

    kind: ItemKind
    title: str
    ref: str
    about: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others, on one agenda and on the next."""
        return (self.kind, self.ref, self.about)


Key = tuple[str, str, str]
"""What tells one thing from others, on one agenda and on the next: its kind, its case, what of it."""


@dataclass(frozen=True)
class BodyQuestion:
    """What is looked for: what is before which body, on which day, who looks, and what it did not come to before."""

    rule: BodyRule
    on: date
    viewer: Viewer
    again: frozenset[Key]


def before(
    tx: Connection, rule: BodyRule, on: date, viewer: Viewer, again: frozenset[Key] = frozenset()
) -> tuple[Before, ...]:
    """What is before a body on a day, in the order of an agenda; without cases that whoever drafts may not look at.

    What was put off or not reached (`again`) is before it for as long as its case stands where it did, whatever stands
    in the way of a step.
    """
    hidden = hidden_from(tx, viewer.actor.account)
    rows = [row for row in _candidates(tx, rule, on) if row["ref"] not in hidden]
    order, asked = list(KINDS), BodyQuestion(rule, on, viewer, again)
    found = [one for row in rows for one in _of(tx, row["ref"], asked)]
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.ref, one.about)))


def open_steps(case: Case, rule: BodyRule, viewer: Viewer) -> tuple[StepLine, ...]:
    """The steps of a case that a body decides from where the case stands, possible or not."""
    nobody = Viewer(Actor(name="", role=""), viewer.now)
    mine = {
        move.trigger for move in case.procedure.moves_from(case.dossier.state) if rule.decides(case.procedure, move)
    }
    return tuple(one for one in steps(case, nobody) if one.step in mine)


def _candidates(tx: Connection, rule: BodyRule, on: date) -> list[RowMapping]:
    """The open cases that stand where the body decides, or have a date that has come by the day."""
    wanted = select(CASES.c.id, CASES.c.ref, CASES.c.digest, CASES.c.state).where(CASES.c.closed_on.is_(None))
    dated = select(DEADLINES.c.case_id).where(DEADLINES.c.status == "running", DEADLINES.c.due_on <= on)
    library = EditionLibrary(tx)
    pairs = tx.execute(select(CASES.c.digest, CASES.c.state).where(CASES.c.closed_on.is_(None)).distinct()).all()
    mine = [(CASES.c.digest == digest) & (CASES.c.state == state) for digest, state in pairs
            if decided_from(rule, library.procedure(digest), state)]  # fmt: skip
    return list(tx.execute(wanted.where(or_(CASES.c.id.in_(dated), *mine)).order_by(CASES.c.id)).mappings())


def decided_from(rule: BodyRule, procedure: Procedure, state: str) -> bool:
    """Whether a body decides what becomes of a case that stands in a state."""
    return any(rule.decides(procedure, move) for move in procedure.moves_from(state))


def _of(tx: Connection, ref: str, asked: BodyQuestion) -> Iterator[Before]:
    try:
        case = cases.find(tx, ref, to_change=False)
        yield from _steps_of(case, asked)
        for one in case.dossier.deadlines.values():
            yield from _dates_of(case, one, asked.rule, asked.on)
    except StorageTrouble:
        raise
    except DAMAGED:  # a task says so
        return


def _steps_of(case: Case, asked: BodyQuestion) -> Iterator[Before]:
    state, found = case.dossier.state, open_steps(case, asked.rule, asked.viewer)
    kind: ItemKind = "report" if any("report" in line.step for line in found) else "decision"
    if case.procedure.kind == "recommendation":
        kind = "recommendation"
    label = case.procedure.label_of("states", state)
    one = Before(kind, f"{case.ref}: {label}", case.ref, state)
    if any(line.possible for line in found) or (found and one.key in asked.again):
        yield one


def _dates_of(case: Case, one: Deadline, rule: BodyRule, on: date) -> Iterator[Before]:
    known: Any = case.procedure.timescales.get(one.timescale)
    if known is None or one.status != "running" or one.due_on is None:
        return
    if known.anchor.pause and one.due_on <= on:
        pause = case.dossier.hold_of(one)
        ordered_by = case.procedure.pauses[known.anchor.pause].ordered_by
        if pause is not None and not pause.ended and not rule.acting.isdisjoint(ordered_by):
            words = f"{case.ref}: {pause.label or 'hold'} {pause.id}, to be looked at again by {spoken(one.due_on)}"
            yield Before("hold", words, case.ref, pause.id)
    about, of = case.procedure.belonging.get(one.timescale, ("", ""))
    if (
        about == "request"
        and one.agency
        and one.due_on < on
        and not one.lapses
        and not case.dossier.is_stopped(one, on)
    ):
        asked_by = frozenset(case.procedure.requests[of].asked_by)
        if not (rule.acting | (OFFICERS if rule.name == "committee" else frozenset())).isdisjoint(asked_by):
            words = f"{case.ref}: {known.label} from {one.agency}, due {spoken(one.due_on)}"
            yield Before("late", words, case.ref, one.key)
