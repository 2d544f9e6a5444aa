"""Cases: finding one, and writing one entry into it. Every change of a case passes through `record`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from records import chain, diary, history, recommendations, snapshots, webhooks
from records.case_rows import as_in_rows, as_kept, no_such_case
from records.case_tables import CaseFile
from records.editions import EditionLibrary
from records.hot_statements import Hot
from records.metadata import table_of
from records.snapshots import KeptCase, KeptRow
from states import waiting
from states.calendars import Calendar
from states.dossier import Dossier
from states.entry import Entry
from states.errors import NotPossible, StaleVersion
from states.fold import fold
from states.next_step import NextStep, advice
from states.procedure import Procedure

CASES = table_of(CaseFile)
ADD = insert(CASES)
AS_HELD = ("id", "ref", "version", "head", "dossier", "snapshot")
HELD = tuple(CASES.c[name] for name in AS_HELD)
OF_REF = select(*HELD).where(CASES.c.ref == bindparam("ref"))
OF_ID = select(*HELD).where(CASES.c.id == bindparam("case_id"))
FIND, FIND_TO_CHANGE = Hot(OF_REF), Hot(OF_REF.with_for_update())
BY_ID, BY_ID_TO_CHANGE = Hot(OF_ID), Hot(OF_ID.with_for_update())
CHANGING = (
    "edition",
    "digest",
    "state",
    "phase",
    "version",
    "sequence",
    "head",
    "lead",
    "deputy",
    "opened_on",
    "closed_on",
    "next_due_on",
    "waits_for",
    "dossier",
    "snapshot",
)
CHANGE = Hot(
    update(CASES)
    .where(CASES.c.id == bindparam("of_case"), CASES.c.sequence == bindparam("was"))
    .values({name: bindparam(name) for name in CHANGING})
    .returning(webhooks.SOMEBODY_LISTENS)
)
"""A case is changed from where it was; and it is asked, in the same statement, whether anybody is told of entries."""


WORK = frozenset(
    {"advanced", "requested", "redirected", "sent_back", "promised", "paused", "extension_asked", "item_added"}
)
"""What is not done on a case that is closed as a duplicate of another."""


@dataclass(frozen=True)
class Case:
    """A case, loaded: what its history adds up to, the edition and calendars it is under, and where its chain ends.

    `kept` is how its row has it.
    """

    id: int
    head: str
    dossier: Dossier
    procedure: Procedure
    calendars: Mapping[str, Calendar]
    kept: KeptCase = field(default=snapshots.NOTHING, repr=False, compare=False)

    @property
    def ref(self) -> str:
        """The reference people use, such as LR-2026-0007."""
        return self.dossier.ref


def find(tx: Connection, ref: str, *, seen: int | None = None, to_change: bool = True) -> Case:
    """The case of that reference. `seen` is the version the person had before them.

    Raises NotFound when there is none, StaleVersion when somebody has changed it since.
    """
    found = (FIND_TO_CHANGE if to_change else FIND).first(tx, {"ref": as_in_rows(ref)})
    if found is None:
        raise no_such_case(ref)
    row = dict(zip(AS_HELD, found, strict=True))
    if seen is not None and seen != row["version"]:
        raise StaleVersion(
            f"{row['ref']} has changed since you read it (you saw version {seen}, it is now {row['version']}).",
            advice=advice(
                "look at it again ({}), then repeat the step if it is still right.",
                NextStep("show", {"ref": (row["ref"],)}),
            ),
        )
    return in_hand(tx, row)


def find_by_id(tx: Connection, case_id: int) -> Case:
    """The case with that internal number, locked for a change."""
    return in_hand(tx, _of_id(tx, BY_ID_TO_CHANGE, case_id))


def look(tx: Connection, case_id: int) -> Case:
    """The case with that internal number, for reading: nothing is locked."""
    return in_hand(tx, _of_id(tx, BY_ID, case_id))


def _of_id(tx: Connection, statement: Hot, case_id: int) -> Mapping[str, Any]:
    (row,) = statement.rows(tx, {"case_id": case_id})
    return dict(zip(AS_HELD, row, strict=True))


def in_hand(tx: Connection, row: KeptRow) -> Case:
    """A case loaded from its row. Raises DamagedRecord when the row cannot be read."""
    kept, library = as_kept(tx, row), EditionLibrary(tx)
    dossier = kept.whole
    calendars = {name: library.calendar(digest) for name, digest in dossier.calendars.items()}
    return Case(row["id"], row["head"], dossier, library.procedure(dossier.digest), calendars, kept)


def put_back(tx: Connection, case: Case) -> list[str]:
    """Rebuild the row of a case from its history; returns the columns that differed."""
    wanted = {**columns_of(case.dossier, case.procedure), "head": case.head, "kind": case.procedure.kind}
    row = tx.execute(select(CASES).where(CASES.c.id == case.id)).mappings().one()
    wrong = [name for name, value in wanted.items() if row[name] != value]
    kept = snapshots.bodies(tx, [row["snapshot"]])  # as it is kept, and not as it may be held in memory
    if not snapshots.says(row, kept.get(row["snapshot"]), case.dossier):
        wrong.append("dossier")
        wanted |= snapshots.keep(tx, case.id, snapshots.NOTHING, case.dossier).columns
    if wrong:
        tx.execute(update(CASES).where(CASES.c.id == case.id).values(wanted))
    return wrong


def create(tx: Connection, ref: str, procedure: Procedure, opened_on: date) -> Case:
    """An empty case, for the entry that opens it."""
    blank = Dossier(ref=ref, edition=procedure.name, digest=procedure.digest)
    head = chain.beginning(ref)
    row = {**columns_of(blank, procedure), "ref": ref, "kind": procedure.kind, "opened_on": opened_on, "head": head}
    case_id = tx.execute(ADD, {**row, "dossier": snapshots.written(blank)}).inserted_primary_key
    assert case_id is not None
    return Case(case_id[0], head, blank, procedure, {})


def record(tx: Connection, case: Case, entry: Entry, now: datetime) -> Case:
    """Write one entry into a case: history, case and diary together. Returns the case as it then stands.

    Raises StaleVersion when another change came between.
    """
    before = case.dossier
    if before.taken_back:
        raise NotPossible(f"{case.ref} was taken back with the import it came from: import the row again.")
    if before.duplicate_of and entry.kind in WORK:
        said = f"{case.ref} is closed as a duplicate of {before.duplicate_of}: go on there, or take the link away."
        raise NotPossible(said)
    numbered = entry.but(sequence=before.sequence + 1)
    library = EditionLibrary(tx)
    after = fold(before, numbered, library)
    procedure = library.procedure(after.digest)
    calendars = {name: library.calendar(digest) for name, digest in after.calendars.items()}
    seal = _append(tx, case, numbered)
    kept = snapshots.keep(tx, case.id, case.kept, after)
    change = {**columns_of(after, procedure), **kept.columns, "head": seal}
    changed = CHANGE.first(tx, {**change, "of_case": case.id, "was": before.sequence})
    if changed is None:
        raise StaleVersion(f"{case.ref} was changed by somebody else at the same moment: look at it again.")
    if changed[0]:
        webhooks.owe(tx, case.id, numbered, now)
    diary.turn_to(tx, case.id, procedure, calendars, before, after, now)
    if procedure.kind == recommendations.KIND:
        recommendations.project(tx, case.id, after, procedure)
    return Case(case.id, seal, after, procedure, calendars, kept)


def _append(tx: Connection, case: Case, entry: Entry) -> str:
    try:
        return history.append(tx, case.id, case.ref, case.head, entry)
    except IntegrityError:
        raise StaleVersion(f"{case.ref} was changed by somebody else at the same moment: look at it again.") from None


def columns_of(dossier: Dossier, procedure: Procedure) -> dict[str, Any]:
    """A case as the columns of its row, besides its dossier: all of them follow from its history."""
    state = procedure.states.get(dossier.state)
    running = [one for one in dossier.deadlines.values() if one.status == "running" and not one.lapses]
    soonest = min((one.due_on for one in running if one.due_on is not None), default=None)
    return {
        "edition": dossier.edition,
        "digest": dossier.digest,
        "state": dossier.state,
        "phase": "closed" if dossier.closed_as else state.phase if state else "referral",
        "version": dossier.version,
        "sequence": dossier.sequence,
        "lead": dossier.lead,
        "deputy": dossier.deputy,
        "opened_on": dossier.opened_on,
        "closed_on": dossier.closed_on,
        "next_due_on": soonest,
        "waits_for": waiting.found_by(procedure, dossier),
    }
