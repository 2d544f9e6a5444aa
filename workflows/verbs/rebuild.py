"""Making the row of a case again from its history, when the row is damaged and the history is whole."""

from __future__ import annotations

from sqlalchemy import select

from records import cases, chain, diary, history, outbox, recommendations
from records.cases import CASES, Case
from records.editions import EditionLibrary
from states.dossier import Dossier
from states.entry import Entry
from states.errors import DAMAGED, BadAnswer, NotFound, NotPossible, StorageTrouble
from states.fold import replay
from states.next_step import advice
from workflows.messages.quarantine import KIND
from workflows.unit_of_work import UnitOfWork, check_words
from workflows.verbs.people import check_keeper


def rebuild_case(uow: UnitOfWork, ref: str, why: str) -> tuple[Case, Entry]:
    """Make what follows from the history of a case again: its row, its dates, its place among recommendations.

    Raises NotPossible where nothing is damaged, or the history itself is not whole: then a backup is to be restored.
    """
    tx, case = uow.tx, _from_history(uow, ref)
    check_keeper(uow, case, "Making a case again from its history")
    check_words(uow, None, why)
    if not why.strip():
        raise BadAnswer("Say why: this needs its reason.")
    wrong = cases.put_back(tx, case)
    if diary.write_anew(tx, case.id, case.procedure, case.calendars, case.dossier, uow.now):
        wrong.append("dates")
    if case.procedure.kind == recommendations.KIND:
        recommendations.project(tx, case.id, case.dossier, case.procedure)
    if not wrong:
        raise NotPossible(f"{case.ref} is as its history makes it: nothing is to be made again.")
    entry = uow.in_days_of(case.procedure).entry("rebuilt", reason=why, data={"columns": wrong})
    case = cases.record(tx, case, entry, uow.now)
    for task in outbox.open_tasks(tx, KIND, case_id=case.id):
        outbox.settle(tx, task, uow.actor.name, uow.now, "The row was made again from the history.")
    return case, entry


def _from_history(uow: UnitOfWork, ref: str) -> Case:
    ref = ref.strip().upper()
    case_id = uow.tx.execute(select(CASES.c.id).where(CASES.c.ref == ref).with_for_update()).scalar()
    rows = list(history.rows(uow.tx, case_id)) if case_id is not None else []
    if case_id is None or not rows:
        raise NotFound(f"There is no case {ref[:40]!r}.", advice=advice("{} shows the cases there are.", "list"))
    whole = not chain.breaks(ref, rows, rows[-1].seal, len(rows))
    try:
        entries, library = [chain.entry_of(row.body) for row in rows], EditionLibrary(uow.tx)
        dossier = replay(Dossier(ref=ref, edition="", digest=""), entries, library) if whole else None
        calendars = {name: library.calendar(digest) for name, digest in dossier.calendars.items()} if dossier else {}
    except StorageTrouble:
        raise
    except DAMAGED:
        dossier = None
    if dossier is None:
        mends = advice("restore the last backup ({}), then prove it ({}).", "restore", "verify")
        raise NotPossible(f"The history of {ref} is not whole either.", advice=mends)
    return Case(case_id, rows[-1].seal, dossier, library.procedure(dossier.digest), calendars)
