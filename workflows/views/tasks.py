"""What waits for a person: a message that reaches nobody, a yes that is wanted, and what was seen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from records import queries
from records.need_to_know import hidden_from
from records.outbox import facts_in
from states.errors import NotFound
from states.next_step import advice
from states.words import counted
from workflows.views.agenda import LEADING
from workflows.views.json_names import UNWRITTEN
from workflows.views.outcome import UNREADABLE, task_words
from workflows.views.viewer import Viewer

SHORTEST = 8
"""So many letters of its number a task is named by at least."""


@dataclass(frozen=True)
class Task:
    """A task: for which role, since when, closed when (UTC) and by whom, who said what was done (`did`).

    `facts` is what was recorded when it arose, `what` the sentence, `about` the date or the messages it is about.
    """

    id: str
    case_id: int | None
    kind: str
    role: str
    facts: Mapping[str, Any]
    created_at: datetime
    done_at: datetime | None
    done_by: str
    did: str
    ref: str | None
    what: str
    about: str = field(metadata=UNWRITTEN)


@dataclass(frozen=True)
class Tasks:
    """The tasks asked for, the oldest first; `nothing` says that there is none."""

    tasks: tuple[Task, ...]
    nothing: str


def tasks(tx: Connection, role: str = "", *, done: bool = False) -> Tasks:
    """What waits for a role, or for anybody; with `done` what was seen to as well."""
    found = tuple(map(_task, queries.tasks(tx, role=role, done=done)))
    whom = f"the {role.replace('_', ' ')}" if role else "a person"
    return Tasks(found, f"Nothing waits for {whom}{', and nothing did' if done else ''}.")


def tasks_for(tx: Connection, viewer: Viewer, *, everybody: bool = False, done: bool = False) -> tuple[Task, ...]:
    """The tasks of whoever looks, or of everybody: those open, or those seen to, the newest of these first."""
    found = [one for one in map(_task, queries.tasks(tx, done=done)) if bool(one.done_at) is done]
    mine = LEADING if viewer.actor.role in LEADING else {viewer.actor.role}
    hidden = hidden_from(tx, viewer.actor.account)
    kept = [one for one in found if (everybody or one.role in mine) and one.ref not in hidden]
    return tuple(reversed(kept) if done else kept)


def task_called(tx: Connection, number: str) -> Task:
    """The task of that number. Raises NotFound where there is none."""
    found = next((one for one in map(_task, queries.tasks(tx, done=True)) if one.id.startswith(number)), None)
    if found is None or len(number) < SHORTEST:
        raise NotFound(f"{number[:40]!r} is no task.", advice=advice("{} shows them.", "tasks"))
    return found


def of_case(tx: Connection, beginning: str) -> str:
    """The case of the task whose number begins like this; empty where there is none, or it is about none."""
    return next((one["ref"] or "" for one in queries.tasks_called(tx, beginning.lower())), "")


def _task(row: RowMapping) -> Task:
    facts: Mapping[str, Any] = facts_in(row["facts"]) or UNREADABLE
    about = facts.get("timescale", "") or _unsent(facts.get("items", []))
    return Task(**{**row, "facts": facts}, what=task_words(row["kind"], facts), about=about)


def _unsent(items: list[str]) -> str:
    """What reached nobody, for a task about a place where nobody can be reached: how much, and the last of it."""
    return f"{counted(len(items), 'message')}, the last on {items[-1]}" if items else ""
