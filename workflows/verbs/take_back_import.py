"""Taking an import back: as a whole, as long as nothing else was done on any case that it made or added to."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from records import audit_log, cases, children, history
from records.cases import CASES, Case
from records.history import HISTORY
from records.imports import LOG
from states.entry import Entry
from states.errors import BadAnswer, NotFound, NotPossible
from states.roles import KEEPERS
from states.words import counted
from workflows.unit_of_work import UnitOfWork, check_words
from workflows.verbs.import_register import NOT_KEEPER

MOST_NAMED = 10
KEPT = (
    "A case of this import is kept to named people, and you are none of them: ask somebody who is named for it to take "
    "the import back."
)


def take_back(uow: UnitOfWork, run: str, why: str, hidden: Collection[str]) -> tuple[str, ...]:
    """Take back an import, by its number: every case it made is closed as taken back; the references of those.

    Raises NotFound for a number there is none of, NotPossible when something else was done on any of its cases, with
    which they are, or when one is `hidden` from whoever asks.
    """
    if uow.actor.role not in KEEPERS:
        raise NotPossible(NOT_KEEPER)
    check_words(uow, None, why)
    if not why.strip():
        raise BadAnswer("Say why the import is taken back.")
    told = [one for one in audit_log.entries(uow.tx, LOG) if one.subject == run.strip().upper()]
    if not told:
        raise NotFound(f"There is no import {run[:40]!r}: the list of imports shows their numbers.")
    if any(one.kind == "taken_back" for one in told):
        raise NotPossible(f"{told[0].subject} has been taken back already.")
    number, file = told[0].subject, told[0].data["file"]
    found = list(_touched(uow.tx, number))
    if any(case.ref in hidden for case in found):
        raise NotPossible(KEPT)
    _check_untouched(uow, number, found)
    gone = [case.ref for case in found if _taken_back(uow, case, number, file, why)]
    data = {"file": file, "cases": len(gone)}
    audit_log.append(uow.tx, LOG, number, "taken_back", uow.actor, uow.now, reason=why, data=data)
    return tuple(gone)


def _touched(tx: Connection, run: str) -> Iterator[Case]:
    """Every case that an import made or added to."""
    entry = HISTORY.c
    kinds = entry.kind.in_(("imported", "linked", "child_added"))
    named = select(entry.case_id).where(kinds, entry.body.contains(f'"{run}"', autoescape=True)).distinct()
    for case_id in tx.execute(select(CASES.c.id).where(CASES.c.id.in_(named)).order_by(CASES.c.id)).scalars().all():
        yield cases.find_by_id(tx, case_id)


def run_of(entry: Entry) -> str:
    """The import an entry came with; empty where it came with none."""
    return str(entry.data.get("source", {}).get("run", "") or entry.data.get("import", ""))


def _check_untouched(uow: UnitOfWork, run: str, found: list[Case]) -> None:
    undone = {one.subject for one in audit_log.entries(uow.tx, LOG) if one.kind == "taken_back"}
    worked_on = [case.ref for case in found if _worked_on(uow.tx, case, {run, *undone}, run)]
    if worked_on:
        more = f" and {len(worked_on) - MOST_NAMED} more" if len(worked_on) > MOST_NAMED else ""
        which = ", ".join(worked_on[:MOST_NAMED]) + more
        raise NotPossible(
            f"Something else was done on {counted(len(worked_on), 'case')} of {run} since ({which}): an import is "
            "taken back as a whole or not at all. Correct those cases, or take back what was imported after it first."
        )


def _worked_on(tx: Connection, case: Case, ours: set[str], run: str) -> bool:
    entries = history.entries(tx, case.id)
    first = next(one.sequence for one in entries if run_of(one) == run)
    return any(one.sequence > first and run_of(one) not in ours for one in entries)


def _taken_back(uow: UnitOfWork, case: Case, run: str, file: str, why: str) -> bool:
    """Take back what an import did to one case; whether the case itself came with it."""
    entries = history.entries(uow.tx, case.id)
    if run_of(entries[0]) == run:
        if case.dossier.children:
            children.erase(uow.tx, case.id)
            erased = uow.entry("personal_data_erased", reason=why, data={"import": run})
            case = cases.record(uow.tx, case, erased, uow.now)
        _record(uow, case, {"run": run, "import": run, "file": file}, why)
        return True
    for entry in (one for one in entries if run_of(one) == run and one.kind == "linked"):
        if entry.data["ref"] in case.dossier.links:
            unlinked = uow.entry("unlinked", reason=why, data={"ref": entry.data["ref"], "import": run})
            case = cases.record(uow.tx, case, unlinked, uow.now)
    items = [one.data["item"]["id"] for one in entries if run_of(one) == run and "item" in one.data]
    if items:
        _record(uow, case, {"run": run, "import": run, "file": file, "items": items}, why)
    return False


def _record(uow: UnitOfWork, case: Case, data: dict[str, object], why: str) -> None:
    cases.record(uow.tx, case, uow.entry("import_taken_back", reason=why, data=data), uow.now)
