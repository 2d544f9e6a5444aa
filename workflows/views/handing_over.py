"""Everything that is a lead officer's, for whoever takes it over; and what changed on it, for one who comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select

from records import accounts, chain, contacts
from records.case_list import leads
from records.cases import CASES
from records.editions import EditionLibrary
from records.history import HISTORY
from records.need_to_know import hidden_from
from states.errors import DAMAGED
from states.identity import folded
from states.moments import start_of
from workflows.views.agenda import AgendaItem, items
from workflows.views.sentences import by_whom, sentence
from workflows.views.viewer import Viewer
from workflows.views.whose_work import LEADING

MOST_CHANGES = 200
COLUMNS = tuple(CASES.c[name] for name in ("ref", "digest", "state", "lead", "deputy", "next_due_on"))
CHANGES = (
    select(CASES.c.ref, CASES.c.digest, HISTORY.c.sequence, HISTORY.c.body)
    .join(CASES, CASES.c.id == HISTORY.c.case_id)
    .order_by(HISTORY.c.recorded_at.desc(), HISTORY.c.case_id, HISTORY.c.sequence.desc())
    .limit(MOST_CHANGES)
)


@dataclass(frozen=True)
class TheirCase:
    """A case of somebody's: where it stands, what runs on it, and whether they lead it or stand in as deputy."""

    ref: str
    stands: str
    lead: str
    deputy: str
    next_on: date | None
    leads: bool
    pending: tuple[AgendaItem, ...]


@dataclass(frozen=True)
class Change:
    """Something that was recorded on one of the cases: what, by whom, on which day."""

    ref: str
    sequence: int
    says: str
    by: str
    on: date


@dataclass(frozen=True)
class Handover:
    """What is somebody's, and what changed on it since a day; `officers` are those who may take it over."""

    officer: str
    since: date | None
    cases: tuple[TheirCase, ...]
    changes: tuple[Change, ...]
    officers: tuple[str, ...]
    leading: tuple[str, ...]


def handover(
    tx: Connection, viewer: Viewer, officer: str, refs: Sequence[str] = (), since: date | None = None
) -> Handover:
    """What a lead officer has, or what these cases are; with `since` what was recorded on them from that day on."""
    hidden = hidden_from(tx, viewer.actor.account)
    found = tx.execute(_wanted(officer, refs)).mappings() if officer or refs else ()
    rows = [row for row in found if row["ref"] not in hidden]
    pending = _pending(items(tx, viewer.today, ahead=None), {row["ref"] for row in rows}) if rows else {}
    library = EditionLibrary(tx)
    return Handover(
        officer=officer,
        since=since,
        cases=tuple(_case(library, row, officer, pending.get(row["ref"], ())) for row in rows),
        changes=tuple(_changes(tx, library, [row["ref"] for row in rows], since)) if since else (),
        officers=_officers(tx),
        leading=leads(tx),
    )


def _wanted(officer: str, refs: Sequence[str]) -> Any:
    wanted = select(*COLUMNS).where(CASES.c.closed_on.is_(None))
    if refs:
        wanted = wanted.where(CASES.c.ref.in_([one.strip().upper() for one in refs]))
    else:
        low = officer.lower()
        wanted = wanted.where(or_(func.lower(CASES.c.lead) == low, func.lower(CASES.c.deputy) == low))
    return wanted.order_by(CASES.c.next_due_on.is_(None), CASES.c.next_due_on, CASES.c.ref)


def _pending(found: Iterable[AgendaItem], refs: set[str]) -> dict[str, tuple[AgendaItem, ...]]:
    mine: dict[str, tuple[AgendaItem, ...]] = {}
    for one in found:
        if one.ref in refs:
            mine[one.ref] = (*mine.get(one.ref, ()), one)
    return mine


def _case(library: EditionLibrary, row: RowMapping, officer: str, pending: tuple[AgendaItem, ...]) -> TheirCase:
    return TheirCase(
        ref=row["ref"],
        stands=library.procedure(row["digest"]).label_of("states", row["state"]),
        lead=row["lead"],
        deputy=row["deputy"],
        next_on=row["next_due_on"],
        leads=not officer or folded(row["lead"]) == folded(officer),
        pending=pending,
    )


def _changes(tx: Connection, library: EditionLibrary, refs: list[str], since: date) -> Iterator[Change]:
    wanted = CHANGES.where(CASES.c.ref.in_(refs), HISTORY.c.recorded_at >= start_of(since))
    for row in tx.execute(wanted).mappings():
        try:
            entry, procedure = chain.entry_of(row["body"]), library.procedure(row["digest"])
            says, by = sentence(procedure, entry), by_whom(procedure, entry)
        except DAMAGED:  # a task says so
            continue
        yield Change(row["ref"], row["sequence"], says, by, entry.happened_on)


def _officers(tx: Connection) -> tuple[str, ...]:
    """Everybody who may lead a case: those Cairn writes to as lead officers, or else those with an account as one."""
    written_to = {one.name for one in contacts.everybody(tx) if one.role == "lead_officer"}
    signed = {one.person for one in accounts.read(tx) if one.active and LEADING & set(one.roles)}
    return tuple(sorted(written_to or signed))
