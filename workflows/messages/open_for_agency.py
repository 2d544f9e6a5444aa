"""Everything that is open for an agency, over all its cases: what, by when, and the link by which it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, select

from records import agencies, cases
from records.cases import CASES, Case
from records.diary import DEADLINES
from records.letter_links import LINKS, LetterLink
from records.need_to_know import hidden_from_letter
from states.dossier import Deadline
from states.errors import DAMAGED, StorageTrouble
from workflows.messages.notices import called
from workflows.views.viewer import Viewer

OPEN = ("running", "held", "unset")
OWED = (
    select(DEADLINES.c.case_id, DEADLINES.c.key)
    .join(CASES, CASES.c.id == DEADLINES.c.case_id)
    .where(DEADLINES.c.agency.in_(bindparam("names", expanding=True)), DEADLINES.c.status.in_(OPEN))
    .order_by(DEADLINES.c.due_on, CASES.c.ref)
)


@dataclass(frozen=True)
class OpenLine:
    """One thing that is open for an agency. `number` is that of the newest link by which it can be answered, if any."""

    ref: str
    review: str
    what: str
    due: date | None
    days: int | None
    overdue: bool
    number: str


def open_for(tx: Connection, link: LetterLink, viewer: Viewer) -> tuple[OpenLine, ...]:
    """Everything that is open for the agency of a letter, by any of its names, the most urgent first.

    A case that is kept to named people is not among it, unless the letter is about that case.
    """
    return open_for_agency(tx, link.agency, viewer, of_case=link.case_id)


def open_for_agency(
    tx: Connection, agency: str, viewer: Viewer, *, of_case: int = 0, old_links: bool = False
) -> tuple[OpenLine, ...]:
    """The same for an agency that came by no letter, or by one of that case.

    With `old_links` what it was written about is reached by the link of any letter, however old.
    """
    names, hidden = agencies.read(tx).names_of(agency) or (agency,), hidden_from_letter(tx, of_case)
    good_at = datetime.min.replace(tzinfo=UTC) if old_links else viewer.now
    return tuple(one for one in _lines(tx, tuple(names), viewer, good_at) if one.ref not in hidden)


def _lines(tx: Connection, names: tuple[str, ...], viewer: Viewer, good_at: datetime) -> Iterator[OpenLine]:
    for row in tx.execute(OWED, {"names": names}).all():
        try:
            case = cases.look(tx, row.case_id)
            yield _line(tx, case, case.dossier.deadlines[row.key], names, viewer, good_at)
        except StorageTrouble:
            raise
        except DAMAGED:
            continue


def _line(
    tx: Connection, case: Case, deadline: Deadline, names: tuple[str, ...], viewer: Viewer, good_at: datetime
) -> OpenLine:
    return OpenLine(
        ref=case.ref,
        review=case.procedure.review,
        what=called(case, deadline),
        due=deadline.due_on,
        days=(deadline.due_on - viewer.today).days if deadline.due_on else None,
        overdue=case.dossier.is_overdue(deadline, viewer.now, viewer.today),
        number=_link(tx, case, deadline, names, good_at),
    )


def _link(tx: Connection, case: Case, deadline: Deadline, names: tuple[str, ...], good_at: datetime) -> str:
    mine = (LINKS.c.case_id == case.id, LINKS.c.agency.in_(names), LINKS.c.subject == deadline.subject)
    good = (LINKS.c.revoked_at.is_(None), LINKS.c.expires_at > good_at)
    return tx.execute(select(LINKS.c.number).where(*mine, *good).order_by(LINKS.c.made_at.desc())).scalar() or ""
