"""`cairn outbox`: the messages owed, sent and failed, with every attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option
from typer.core import TyperGroup

from cli.commands.tasks import show_tasks
from cli.options import Most, On, Reason, act, look, story
from cli.output import answer, answer_in_a_sentence, entries, say
from cli.session import Session
from states.words import weekday_and_time
from workflows.views.message_fates import FATES

if TYPE_CHECKING:
    from workflows.views.outbox import Outbox, OwedMessage
Case = Annotated[str, Argument(metavar="REF", help="One case; or tasks, for what waits for a person.")]
Fate = Annotated[list[str] | None, Option("--status", metavar="STATUS", help=f"Only {', '.join(FATES)}; repeat it.")]
MessageNumber = Annotated[str, Argument(metavar="ID", help="The message or its Message-ID, or how it begins.")]


class MessagesFirst(TyperGroup):
    """The messages themselves unless a verb is named: cairn outbox, cairn outbox REF, cairn outbox again ID."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take `show` as said where no verb is."""
        named = args and (args[0] in self.commands or args[0] in {"--help", "-h"})
        return list(super().parse_args(ctx, args if named else ["show", *args]))


app = story("Messages owed, sent and failed; sent again, or recorded as come back.", cls=MessagesFirst)


@app.command("show")
@look
def show(session: Session, ref: Case = "", status: Fate = None, most: Most = 50) -> None:
    """Show what is owed, sent and failed, newest first, with every attempt and what the channel answered."""
    if ref == "tasks":
        show_tasks(session, "", done=False)
        return
    from workflows.views.outbox import outbox

    unknown = sorted(set(status or ()) - set(FATES))
    if unknown:
        raise BadParameter(f"a status is one of {', '.join(FATES)}, not {unknown[0][:40]!r}.")
    with session.reading() as tx:
        found = outbox(tx, ref, status or (), most, hidden=session.hidden())
    answer(found.messages, lambda _: _tell(found), as_json=session.as_json)


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
    answer_in_a_sentence(words, "warn", as_json=session.as_json, letter=letter)


@app.command()
@act
def unlink(session: Session, number: MessageNumber, reason: Reason = "") -> None:
    """Take back the link in a letter to an agency: nobody can answer by it any more, whoever has the letter."""
    from workflows.verbs.letter_link import take_back_link

    with session.uow() as uow:
        link = take_back_link(uow, number, reason)
    words = f"The link of letter {link.short} is taken back. The next letter to {link.agency} brings another."
    answer_in_a_sentence(words, "warn", as_json=session.as_json, letter=link.number)


def _tell(found: Outbox) -> None:
    entries(_message(one) for one in found.messages)
    if not found.messages:
        say(found.nothing)


def _message(one: OwedMessage) -> tuple[str, str, str]:
    parts = [one.ref or "", f"owed {weekday_and_time(one.owed_at)}"]
    parts += [f"goes {weekday_and_time(one.line.goes_at)}"] if one.line.status == "owed" else []
    parts += [f"try {each.number} {weekday_and_time(each.at)}: {each.outcome}, {each.detail}" for each in one.attempts]
    parts += [one.heard, one.reason, f"message {one.id[:8]}"]
    return one.words, "; ".join(filter(None, parts)), one.fate.weight
