"""What an import would make, row by row, in sentences: for the terminal and for the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from states.typed_days import read_day
from states.words import long_day
from workflows.importing.new_histories import NewAction, NewReview
from workflows.importing.register_plan import ImportPlan
from workflows.importing.statuses import STATUSES


@dataclass(frozen=True)
class MadeLine:
    """One thing that would be made: the row it comes from, and what it is."""

    row: int
    what: str


def lines_of(plan: ImportPlan) -> tuple[MadeLine, ...]:
    """Everything that would be made: the agencies that are new to the register, then all else by its review."""
    made = tuple(line for review in plan.reviews for line in _lines(plan, review))
    new = (MadeLine(row, f"agency that is new to the register: {name}") for row, name in plan.agencies)
    return (*new, *made)


def _lines(plan: ImportPlan, review: NewReview) -> Iterator[MadeLine]:
    if plan.is_new(review):
        days = ", ".join(f"{name} {long_day(day)}" for name, day in review.days.items()) or "no day known"
        yield MadeLine(
            review.row, f"review {review.reference}, under “{review.title}”, {days}; it stands in: {review.where}"
        )
    for one in review.recommendations:
        if plan.is_new(one):
            text = " / ".join(one.fields["text"].splitlines())
            what = f"recommendation of {review.reference}, {one.state.replace('_', ' ')}: {text}"
            yield MadeLine(one.row, what)
        yield from (MadeLine(action.row, f"action: {_action(action)}") for action in one.actions)


def _action(action: NewAction) -> str:
    said = action.fields
    due = f", by {long_day(read_day(said['due_on']))}" if "due_on" in said else ""
    agency = f" ({said['agency']})" if "agency" in said else ""
    stands = f"; {dict(STATUSES)[said['status']]}" if "status" in said else ""
    return f"{' / '.join(said['text'].splitlines())}{agency}{due}{stands}"
