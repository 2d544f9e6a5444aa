"""Closing a task by saying what was done about it."""

from __future__ import annotations

from typing import Any

from records import audit_log, cases, outbox, queries, unreached
from states.answers import tidy
from states.errors import BadAnswer, NotFound, NotPossible
from states.next_step import advice
from workflows.unit_of_work import UnitOfWork, check_words

CONFIRMING = advice("say yes or no to it ({}).", "ladder confirm")


def settle_task(uow: UnitOfWork, beginning: str, did: str) -> tuple[str, bool]:
    """Close the task whose number begins like this, saying what was done; its number, and whether it was still open.

    The history of every case it is about says so; of a task about none, the log of tasks. Raises NotFound for no such
    task, BadAnswer where nothing is said, NotPossible for one that a yes or a no closes.
    """
    task = _found(uow, beginning)
    row, did = outbox.task(uow.tx, task), tidy(did)
    if row["done_at"] is not None:
        return task, False
    if not did:
        raise BadAnswer('Say what was done about it (--did "Told them by telephone"): it stays on record.')
    about = unreached.of_task(uow.tx, task)
    concerned = {one["case_id"] for one in about} | {row["case_id"]} - {None}
    if row["kind"] == "confirm" and outbox.held_for(uow.tx, row["case_id"]):
        raise NotPossible("It is closed by a yes or a no to the drafted message.", advice=CONFIRMING)
    for case_id in sorted(concerned):
        case = cases.find_by_id(uow.tx, case_id)
        check_words(uow, case, did)
        told = [_owed(one) for one in about if one["case_id"] == case_id]
        data: dict[str, Any] = {"task": task, "kind": row["kind"], "told": told}
        entry = uow.in_days_of(case.procedure).entry("task_done", reason=did, data=data)
        cases.record(uow.tx, case, entry, uow.now)
    if not concerned:
        check_words(uow, None, did)
        data = {"kind": row["kind"]}
        audit_log.append(uow.tx, "tasks", task, "settled", uow.actor, uow.now, reason=did, data=data)
    outbox.about_task(uow.tx, outbox.facts_of(uow.tx, task).get("problem", ""), row["case_id"], did)
    return task, outbox.settle(uow.tx, task, uow.actor.name, uow.now, did)


def _found(uow: UnitOfWork, beginning: str) -> str:
    found = queries.tasks_called(uow.tx, beginning.lower())
    if len(found) != 1:
        if found:
            raise NotFound(f"{beginning[:40]!r} names several tasks: give more of it.")
        raise NotFound(f"{beginning[:40]!r} is no task.", advice=advice("{} shows them.", "tasks"))
    return str(found[0]["id"])


def _owed(one: Any) -> dict[str, Any]:
    """What a person has seen to: which entry owed which message to which place."""
    return {name: one[name] for name in ("sequence", "message", "agency", "place")}
