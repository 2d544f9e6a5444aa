"""Releases drafted messages after a yes: to whom each goes, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field

from records import cases, history, queries
from workflows.messages import chase
from workflows.messages.deliver import Post, as_letters
from workflows.unit_of_work import UnitOfWork
from workflows.views.json_names import FLAT, UNWRITTEN
from workflows.views.outcome import LetterLine, MessageLine, Outcome, message_line, outcome


@dataclass(frozen=True)
class Confirmed:
    """What a yes did, whom it lets a letter go to, and the letters. `seen` is the version of what it was said to."""

    outcome: Outcome = field(metadata=FLAT)
    told: tuple[MessageLine, ...]
    letters: tuple[LetterLine, ...]
    seen: int = field(metadata=UNWRITTEN)


def confirm(uow: UnitOfWork, ref: str, post: Post, *, seen: int | None = None) -> Confirmed:
    """Say yes to the drafted messages of a case: they go. Raises what saying yes is refused with.

    `seen` is the version of what was shown of them.
    """
    before = cases.find(uow.tx, ref, to_change=False)
    case = chase.confirm(uow, ref, seen=seen)[0]
    going = history.last(uow.tx, case.id).data["messages"]
    rows = queries.messages_called(uow.tx, going)
    written = list(zip(map(message_line, rows), as_letters(uow.tx, post, rows, uow.now), strict=True))
    letters = tuple(LetterLine(line, one.subject, one.body) for line, one in written)
    said_to = chase.yes_version(before, going)
    return Confirmed(outcome(uow, before, case), tuple(line for line, _ in written), letters, said_to)
