"""`cairn outbox`: the messages owed, sent and failed, with every attempt."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option
from typer.core import TyperGroup

from cli.commands.tasks import show_tasks
from cli.options import On, Reason, act, look, story
from cli.output import answer, entries, say
from cli.session import Session
from states.words import weekday_and_time

if TYPE_CHECKING:
    from sqlalchemy import Connection
FATES = {
    "owed": "owed",
    "held": "waits for a yes",
    "posted": "being sent",
    "waiting": "tried, to be tried again",
    "sent": "sent",
    "failed": "GIVEN UP",
    "bounced": "CAME BACK",
    "overtaken": "not sent: overtaken",
    "withheld": "kept back",
    "withdrawn": "withdrawn: not wanted any more",
}
Case = Annotated[str, Argument(metavar="REF", help="One case; or tasks, for what waits for a person.")]
Fate = Annotated[list[str] | None, Option("--status", metavar="STATUS", help=f"Only {', '.join(FATES)}; repeat it.")]
MessageNumber = Annotated[str, Argument(metavar="ID", help="The message or its Message-ID, or how it begins.")]
Most = Annotated[int, Option("--most", metavar="COUNT", min=1, help="How many to show at most.")]


class Outbox(TyperGroup):
    """The messages themselves unless a verb is named: cairn outbox, cairn outbox REF, cairn outbox again ID."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take `show` as said where no verb is."""
        named = args and (args[0] in self.commands or args[0] in {"--help", "-h"})
        return list(super().parse_args(ctx, args if named else ["show", *args]))


app = story("Messages owed, sent and failed; sent again, or recorded as come back.", cls=Outbox)


@app.command("show")
@look
def outbox(session: Session, ref: Case = "", status: Fate = None, most: Most = 50) -> None:
    """Show what is owed, sent and failed, newest first, with every attempt and what the channel answered."""
    if ref == "tasks":
        show_tasks(session, "", done=False)
        return
    from records import cases, queries

    unknown = sorted(set(status or ()) - set(FATES))
    if unknown:
        raise BadParameter(f"a status is one of {', '.join(FATES)}, not {unknown[0][:40]!r}.")
    with session.reading() as tx:
        case_id = cases.find(tx, ref, to_change=False).id if ref else None
        rows = queries.messages(tx, case_id, status or (), most)
        facts = _facts(tx, rows)
    answer(facts, _tell if not status else _tell_chosen, as_json=session.as_json)


@app.command()
@act
def again(session: Session, number: MessageNumber, reason: Reason = "") -> None:
    """Send a message again that reached nobody, to whoever can be reached at its place now."""
    from workflows.verbs.letters import send_again

    with session.uow() as uow:
        case, entry = send_again(uow, number, reason)
    facts = {"ref": case.ref, "entry": entry.sequence, **entry.data}
    answer(facts, lambda _: say(f"{case.ref}: it goes again.", "good"), as_json=session.as_json)


@app.command()
@act
def bounced(session: Session, number: MessageNumber, reason: Reason = "", on: On = None) -> None:
    """Record that an accepted letter came back after all, and why: what was in it counts as not told."""
    from workflows.verbs.letters import record_bounce

    with session.uow() as uow:
        letter = record_bounce(uow, number, reason, on=on)
    words = "The letter is recorded as come back: what was in it waits for a person (cairn tasks)."
    answer({"letter": letter}, lambda _: say(words, "warn"), as_json=session.as_json)


def _facts(tx: Connection, rows: list[Any]) -> list[dict[str, Any]]:
    from records import queries
    from workflows.views.outcome import message_line

    tried = queries.attempts(tx, [row["mail_id"] for row in rows if row["mail_id"]])
    return [
        {
            "id": row["id"],
            "ref": row["ref"],
            **asdict(message_line(row)),
            "owed_at": row["created_at"],
            "ended_at": row["ended_at"],
            "message_id": row["message_id"],
            "reason": row["reason"],
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
    parts = [one["ref"] or "", f"owed {weekday_and_time(one['owed_at'])}"]
    parts += [f"goes {weekday_and_time(one['goes_at'])}"] if one["status"] == "owed" else []
    parts += [
        f"try {each['number']} {weekday_and_time(each['at'])}: {each['outcome']}, {each['detail']}"
        for each in one["attempts"]
    ]
    parts += [one["reason"], f"message {one['id'][:8]}"]
    return first, "; ".join(filter(None, parts)), "bad" if one["status"] in {"failed", "bounced"} else ""
