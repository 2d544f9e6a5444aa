"""The messages owed, sent and failed, and the tasks that wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option

from cli.options import act, look, story
from cli.outcome import message_facts, task_words
from cli.output import answer, counted, entries, say, spoken
from cli.session import Door

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

FATES = {
    "owed": "owed",
    "held": "waits for a yes",
    "posted": "being sent",
    "waiting": "tried, to be tried again",
    "sent": "sent",
    "failed": "GIVEN UP",
    "overtaken": "not sent: overtaken",
    "withheld": "kept back",
    "withdrawn": "withdrawn: not wanted any more",
}

Case = Annotated[str, Argument(metavar="REF", help="One case; or tasks, for what waits for a person.")]
Fate = Annotated[list[str] | None, Option("--status", metavar="STATUS", help=f"Only {', '.join(FATES)}; repeat it.")]
Most = Annotated[int, Option("--most", metavar="COUNT", min=1, help="How many to show at most.")]
Role = Annotated[str, Option("--role", metavar="ROLE", help="Only what waits for this role.")]
Done = Annotated[bool, Option("--done", help="What was seen to as well.")]
TaskNumber = Annotated[str, Argument(metavar="ID", help="The task, or the first letters of it.")]


@look
def outbox(door: Door, ref: Case = "", status: Fate = None, most: Most = 50) -> None:
    """Show what is owed, sent and failed, newest first, with every attempt and what the channel answered."""
    if ref == "tasks":
        _show_tasks(door, "", done=False)
        return
    from records import cases, queries

    unknown = sorted(set(status or ()) - set(FATES))
    if unknown:
        raise BadParameter(f"a status is one of {', '.join(FATES)}, not {unknown[0][:40]!r}.")
    with door.reading() as tx:
        case_id = cases.find(tx, ref, to_change=False).id if ref else None
        rows = queries.messages(tx, case_id, status or (), most)
        facts = _facts(tx, rows)
    answer(facts, _tell if not status else _tell_chosen, as_json=door.as_json)


@look
def tasks(door: Door, role: Role = "", done: Done = False) -> None:
    """Show what waits for a person: a message that reaches nobody, a yes that is wanted."""
    _show_tasks(door, role, done=done)


task = story("What waits for a person.")


@task.command("list")
@look
def list_(door: Door, role: Role = "", done: Done = False) -> None:
    """Show what waits for a person, as cairn tasks does."""
    _show_tasks(door, role, done=done)


@task.command()
@act
def done(door: Door, number: TaskNumber) -> None:
    """Mark a task as seen to."""
    from records import outbox, queries
    from states.errors import NotFound

    with door.desk() as desk:
        found = queries.tasks_called(desk.tx, number.lower())
        if len(found) != 1:
            several = "names several tasks: give more of it" if found else "is no task: cairn tasks shows them"
            raise NotFound(f"{number[:40]!r} {several}.")
        settled = outbox.settle(desk.tx, found[0], desk.actor.name, desk.now)
    facts = {"id": found[0], "settled": settled}
    words = "The task is seen to." if settled else "The task was seen to before."
    answer(facts, lambda _: say(words), as_json=door.as_json)


def _show_tasks(door: Door, role: str, *, done: bool) -> None:
    import json

    from records import queries

    with door.reading() as tx:
        rows = queries.tasks(tx, role=role, done=done)
    known = [(row, json.loads(row["facts"])) for row in rows]
    facts = [{**row, "facts": about, "what": task_words(row["kind"], about)} for row, about in known]
    answer(facts, _tell_tasks, as_json=door.as_json)


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
        filter(None, (f"for the {one['role'].replace('_', ' ')}", about, f"since {_at(one['created_at'])}"))
    )
    return f"{one['id'][:8]}  {ref}{one['what']}", f"{more}{seen_to}", "" if one["done_at"] else "warn"


def _unsent(items: list[str]) -> str:
    """What reached nobody, for a task about a place where nobody can be reached: how much, and the last of it."""
    return f"{counted(len(items), 'message')}, the last on {items[-1]}" if items else ""


def _facts(tx: Connection, rows: list[Any]) -> list[dict[str, Any]]:
    from records import queries

    tried = queries.attempts(tx, [row["mail_id"] for row in rows if row["mail_id"]])
    return [
        {
            "id": row["id"],
            "ref": row["ref"],
            **message_facts(row),
            "owed_at": row["created_at"],
            "ended_at": row["ended_at"],
            "message_id": row["message_id"],
            "attempts": [dict(one) for one in tried.get(row["mail_id"] or "", ())],
        }
        for row in rows
    ]


def _tell(found: list[dict[str, Any]]) -> None:
    entries(_message(one) for one in found)
    if not found:
        say("Nothing is owed, and nothing was sent.")


def _tell_chosen(found: list[dict[str, Any]]) -> None:
    if found:
        _tell(found)
    else:
        say("No message is like that.")


def _message(one: dict[str, Any]) -> tuple[str, str, str]:
    who = (
        f"{one['agency']} ({one['role']} contact)"
        if one["agency"]
        else f"{one['to']} ({one['role'].replace('_', ' ')})"
    )
    first = (
        f"{FATES.get(one['status'], one['status'])}: {one['message'].replace('_', ' ')} to {who} by {one['channel']}"
    )
    parts = [one["ref"] or "", f"owed {_at(one['owed_at'])}"]
    parts += [f"goes {_at(one['goes_at'])}"] if one["status"] == "owed" else []
    parts += [
        f"try {each['number']} {_at(each['at'])}: {each['outcome']}, {each['detail']}" for each in one["attempts"]
    ]
    return first, "; ".join(filter(None, parts)), "bad" if one["status"] == "failed" else ""


def _at(moment: datetime) -> str:
    from states.moments import LONDON

    local = moment.astimezone(LONDON)
    return f"{spoken(local.date())}, {local:%H:%M}"
