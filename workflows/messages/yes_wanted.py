"""Letters that were drafted and wait for somebody's yes: what they say, to whom they would go, and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from records import cases, queries
from records.cases import Case
from states.moments import local_day
from states.roles import may_act
from workflows.messages.correspondence import evidence
from workflows.messages.deliver import Post, as_letters
from workflows.messages.drafts import why_unwanted
from workflows.unit_of_work import UnitOfWork, known_on
from workflows.views.agenda import AgendaItem, is_for
from workflows.views.open_work import waiting_for_people
from workflows.views.outcome import LetterLine, message_line
from workflows.views.sentences import owed_date
from workflows.views.viewer import Viewer


@dataclass(frozen=True)
class Draft:
    """One letter that waits: its number, what it says and to whom, the date it is about, and what was tried before.

    `goes_on` is the day on which it goes by itself; `mine` whether it waits for whoever looks, else `role` says for
    whom. `unwanted` says why it will not be sent any more.
    """

    id: str
    letter: LetterLine
    about: str
    drafted_on: date
    goes_on: date | None
    role: str
    mine: bool
    unwanted: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class YesWanted:
    """The letters of a case that wait for a yes, those of whoever looks first."""

    ref: str
    stands: str
    drafts: tuple[Draft, ...]

    @property
    def mine(self) -> tuple[Draft, ...]:
        """Those that wait for whoever looks, and may still go."""
        return tuple(one for one in self.drafts if one.mine and not one.unwanted)


def waiting_for_yes(tx: Connection, viewer: Viewer) -> tuple[tuple[AgendaItem, ...], tuple[AgendaItem, ...]]:
    """The cases on which a letter waits for a yes: from whoever looks, and on their cases from somebody else."""
    waiting = (one for one in waiting_for_people(tx, viewer) if one.step.verb == "ladder confirm")
    found = [one for one in waiting if is_for(one, viewer.actor)]
    mine = tuple(one for one in found if one.waits_for(viewer.actor))
    return mine, tuple(one for one in found if one not in mine)


def yes_wanted(uow: UnitOfWork, ref: str, post: Post) -> YesWanted:
    """What waits for a yes on a case, as it would be sent now. Raises NotFound where there is no such case."""
    case = cases.find(uow.tx, ref, to_change=False)
    uow = known_on(uow, case)
    drafts = sorted(_drafts(uow, case, post), key=lambda one: (not one.mine, one.goes_on or date.max))
    stands = case.dossier.closed_as or case.procedure.label_of("states", case.dossier.state)
    return YesWanted(case.ref, stands, tuple(drafts))


def _drafts(uow: UnitOfWork, case: Case, post: Post) -> Iterator[Draft]:
    rows = queries.held(uow.tx, case.id)
    for row, written in zip(rows, as_letters(uow.tx, post, rows, uow.now), strict=True):
        deadline = case.dossier.deadlines[row["deadline_key"]]
        yield Draft(
            id=row["id"],
            letter=LetterLine(message_line(row), written.subject, written.body),
            about=owed_date(case.procedure, deadline),
            drafted_on=local_day(row["created_at"]),
            goes_on=local_day(row["confirm_by"]) if row["confirm_by"] else None,
            role=case.procedure.label_of("roles", row["confirm_role"]),
            mine=may_act(case.procedure, uow.actor, (row["confirm_role"],)),
            unwanted=why_unwanted(case, row, uow.now),
            evidence=tuple(evidence(uow.tx, case, deadline.key)),
        )
