"""What waits for a person: a message that reaches nobody, a yes that is wanted, and what was seen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from notifications.refusal_words import why_refused
from records import queries
from records.editions import EditionLibrary
from records.need_to_know import hidden_from
from records.outbox import facts_in
from states.errors import NotFound
from states.next_step import advice
from states.words import counted, first_up
from workflows.views.json_names import UNWRITTEN
from workflows.views.outcome import UNREADABLE, task_words
from workflows.views.viewer import Viewer
from workflows.views.whose_work import LEADING

SHORTEST = 8
"""So many letters of its number a task is named by at least."""


@dataclass(frozen=True)
class Task:
    """A task: for which role, since when, closed when (UTC) and by whom, who said what was done (`did`).

    `called` is the role in the words of the edition of its case, whose fingerprint is `digest`. `facts` is what was
    recorded when it arose, `what` the sentence, `about` the date or the messages it is about, and why these did
    not arrive.
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
    called: str = field(metadata=UNWRITTEN)
    digest: str | None = field(metadata=UNWRITTEN)


@dataclass(frozen=True)
class Tasks:
    """The tasks asked for, the oldest first; `nothing` says that there is none."""

    tasks: tuple[Task, ...]
    nothing: str


def tasks(tx: Connection, role: str = "", *, done: bool = False) -> Tasks:
    """What waits for a role, or for anybody; with `done` what was seen to as well."""
    library = EditionLibrary(tx)
    every = (_task(library, row) for row in queries.tasks(tx, done=done))
    found = tuple(one for one in every if not role or role in {one.role, _in_office(library, one, role)})
    whom = f"the {role.replace('_', ' ')}" if role else "a person"
    return Tasks(found, f"Nothing waits for {whom}{', and nothing did' if done else ''}.")


def tasks_for(tx: Connection, viewer: Viewer, *, everybody: bool = False, done: bool = False) -> tuple[Task, ...]:
    """The tasks of whoever looks, or of everybody: those open, or those seen to, the newest of these first."""
    library, hidden = EditionLibrary(tx), hidden_from(tx, viewer.actor.account)
    found = [one for row in queries.tasks(tx, done=done) if bool((one := _task(library, row)).done_at) is done]
    kept = [one for one in found if (everybody or _is_for(library, one, viewer)) and one.ref not in hidden]
    return tuple(reversed(kept) if done else kept)


def _is_for(library: EditionLibrary, one: Task, viewer: Viewer) -> bool:
    acts = _in_office(library, one, viewer.actor.role)
    return one.role in LEADING if acts in LEADING else one.role == acts


def _in_office(library: EditionLibrary, one: Task, role: str) -> str:
    """What the office calls a role of the edition that a task's case is under."""
    return library.procedure(one.digest).office_role(role) if one.digest else role


def task_called(tx: Connection, number: str) -> Task:
    """The task of that number. Raises NotFound where there is none."""
    every, library = queries.tasks(tx, done=True), EditionLibrary(tx)
    found = next((_task(library, row) for row in every if row["id"].startswith(number)), None)
    if found is None or len(number) < SHORTEST:
        raise NotFound(f"{number[:40]!r} is no task.", advice=advice("{} shows them.", "tasks"))
    return found


def of_case(tx: Connection, beginning: str) -> str:
    """The case of the task whose number begins like this; empty where there is none, or it is about none."""
    return next((one["ref"] or "" for one in queries.tasks_called(tx, beginning.lower())), "")


def _task(library: EditionLibrary, row: RowMapping) -> Task:
    facts: Mapping[str, Any] = facts_in(row["facts"]) or UNREADABLE
    why = why_refused(str(facts.get("outcome", "")))
    about = facts.get("timescale", "") or "; ".join(filter(None, (why, _unsent(facts.get("items", [])))))
    role = row["role"].replace("_", " ")
    called = library.procedure(row["digest"]).label_of("roles", row["role"]) if row["digest"] else role
    what = task_words(row["kind"], facts)
    return Task(**{**row, "facts": facts}, what=what, about=about, called=first_up(called))


def _unsent(items: list[str]) -> str:
    """What reached nobody, for a task about a place where nobody can be reached: how much, and the last of it."""
    return f"{counted(len(items), 'message')}, the last on {items[-1]}" if items else ""
