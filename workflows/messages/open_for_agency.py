"""Everything that is open for an agency, over all its cases: what, by when, and the link by which it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, select

from records import agencies, cases
from records.cases import CASES, Case
from records.contacts import CONTACTS
from records.diary import DEADLINES
from records.letter_links import LINKS
from records.need_to_know import hidden_from_letter
from records.outbox import MESSAGES
from states.dossier import Deadline
from states.errors import DAMAGED, StorageTrouble
from workflows.messages.link_in_letter import subject_of_date, subject_of_message
from workflows.messages.notices import called
from workflows.views.viewer import Viewer

OPEN = ("running", "held", "unset")
OWED = (
    select(DEADLINES.c.case_id, DEADLINES.c.key)
    .join(CASES, CASES.c.id == DEADLINES.c.case_id)
    .where(DEADLINES.c.agency.in_(bindparam("names", expanding=True)), DEADLINES.c.status.in_(OPEN))
    .order_by(DEADLINES.c.due_on, CASES.c.ref)
)

LEFT = (
    select(MESSAGES)
    .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
    .where(
        MESSAGES.c.case_id == bindparam("case"),
        CONTACTS.c.agency.in_(bindparam("names", expanding=True)),
        MESSAGES.c.mail_id.is_not(None),
    )
    .order_by(MESSAGES.c.created_at.desc(), MESSAGES.c.id)
)
"""What was written to an agency about a case, the newest first."""


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


def open_for_agency(
    tx: Connection,
    agency: str,
    viewer: Viewer,
    *,
    of_case: int = 0,
    old_links: bool = False,
    unlinked: bool = False,
) -> tuple[OpenLine, ...]:
    """Everything that is open for an agency, by any of its names, the most urgent first.

    A case kept to named people is not among it, unless the agency came by a letter about that case. With `old_links`
    what it was written about is reached by the link of any letter, however old; with `unlinked` by the number of a
    letter that left without one, which can be given its page.
    """
    names, hidden = agencies.read(tx).names_of(agency) or (agency,), hidden_from_letter(tx, of_case)
    good_at = datetime.min.replace(tzinfo=UTC) if old_links else viewer.now
    led = _Led(tuple(names), good_at, unlinked)
    return tuple(one for one in _lines(tx, led, viewer) if one.ref not in hidden)


@dataclass(frozen=True)
class _Led:
    """How an agency of these names is led to the page of what is open for it."""

    names: tuple[str, ...]
    good_at: datetime
    unlinked: bool


def _lines(tx: Connection, led: _Led, viewer: Viewer) -> Iterator[OpenLine]:
    for row in tx.execute(OWED, {"names": led.names}).all():
        try:
            case = cases.look(tx, row.case_id)
            if not case.dossier.erased:  # nobody can answer about it any more
                yield _line(tx, case, case.dossier.deadlines[row.key], led, viewer)
        except StorageTrouble:
            raise
        except DAMAGED:
            continue


def _line(tx: Connection, case: Case, deadline: Deadline, led: _Led, viewer: Viewer) -> OpenLine:
    viewer = viewer.in_days_of(case.procedure)
    return OpenLine(
        ref=case.ref,
        review=case.procedure.review,
        what=called(case, deadline),
        due=deadline.due_on,
        days=(deadline.due_on - viewer.today).days if deadline.due_on else None,
        overdue=case.dossier.is_overdue(deadline, viewer.now),
        number=_number(tx, case, deadline, led),
    )


def _written(case: Case, deadline: Deadline) -> tuple[str, ...]:
    """How the links of what a date is about are written, those from before items had numbers of their own too."""
    of_item = deadline.about == "item" and deadline.subject not in case.dossier.requests
    return (subject_of_date(deadline), *((deadline.subject,) if of_item else ()))


def _number(tx: Connection, case: Case, deadline: Deadline, led: _Led) -> str:
    """The number of the newest link that is good; where there never was one, of the newest letter that left."""
    subject = subject_of_date(deadline)
    mine = (LINKS.c.case_id == case.id, LINKS.c.agency.in_(led.names), LINKS.c.subject.in_(_written(case, deadline)))
    links = select(LINKS.c.number, LINKS.c.revoked_at, LINKS.c.expires_at).where(*mine)
    known = tx.execute(links.order_by(LINKS.c.made_at.desc(), LINKS.c.number)).all()
    good = (one.number for one in known if one.revoked_at is None and one.expires_at > led.good_at)
    if known or not led.unlinked:
        return next(good, "")
    rows = tx.execute(LEFT, {"case": case.id, "names": led.names}).mappings()
    about = (row["id"] for row in rows if subject_of_message(tx, case, row, deadline.agency) == subject)
    return next(about, "")
