"""`cairn tasks`: what waits for a person."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Option

from cli.options import look
from cli.output import answer, entries, say
from cli.session import Session
from states.words import counted, weekday_and_time

Role = Annotated[str, Option("--role", metavar="ROLE", help="Only what waits for this role.")]
Done = Annotated[bool, Option("--done", help="What was seen to as well.")]


@look
def tasks(session: Session, role: Role = "", done: Done = False) -> None:
    """Show what waits for a person: a message that reaches nobody, a yes that is wanted."""
    show_tasks(session, role, done=done)


def show_tasks(session: Session, role: str, *, done: bool) -> None:
    """Show the tasks of a role, or of all; those seen to as well if `done`."""
    import json

    from records import queries
    from workflows.views.outcome import task_words

    with session.reading() as tx:
        rows = queries.tasks(tx, role=role, done=done)
    known = [(row, json.loads(row["facts"])) for row in rows]
    facts = [{**row, "facts": about, "what": task_words(row["kind"], about)} for row, about in known]
    answer(facts, _tell_tasks, as_json=session.as_json)


def _tell_tasks(found: list[dict[str, Any]]) -> None:
    entries(_task(one) for one in found)
    if not found:
        say("Nothing waits for a person.", "good")
    else:
        say("When one is seen to: cairn task done ID", "quiet")


def _task(one: dict[str, Any]) -> tuple[str, str, str]:
    ref = f"{one['ref']}: " if one["ref"] else ""
    seen_to = f"; seen to by {one['done_by']}" if one["done_at"] else ""
    about = one["facts"].get("timescale", "") or _unsent(one["facts"].get("items", []))
    more = "; ".join(
        filter(
            None, (f"for the {one['role'].replace('_', ' ')}", about, f"since {weekday_and_time(one['created_at'])}")
        )
    )
    return f"{one['id'][:8]}  {ref}{one['what']}", f"{more}{seen_to}", "" if one["done_at"] else "warn"


def _unsent(items: list[str]) -> str:
    """What reached nobody, for a task about a place where nobody can be reached: how much, and the last of it."""
    return f"{counted(len(items), 'message')}, the last on {items[-1]}" if items else ""
