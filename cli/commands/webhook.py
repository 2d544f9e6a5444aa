"""Addresses that are told of new entries: entered, listed, told again of what they missed, ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.options import Reason, day, keep, look, story
from cli.output import answer, answer_in_a_sentence, entries, say
from cli.session import Session
from states.words import counted, long_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.views.webhook_list import WebhookLine

app = story("Addresses that are told of new entries by a signed call (docs/api.md).")

Number = Annotated[int, Argument(metavar="NUMBER", help="The webhook, as cairn webhook list numbers it.")]
Address = Annotated[str, Argument(metavar="ADDRESS", help="Where it is told, such as https://system.example/cairn.")]
Kinds = Annotated[
    list[str] | None, Option("--kind", metavar="KIND", help="Of entries of this kind; repeat it. All if not said.")
]
Since = Annotated[date, Option("--since", parser=day, metavar="DATE", help="Of what it was owed from this day on.")]


@app.command()
@keep
def make(session: Session, address: Address, kind: Kinds = None, reason: Reason = "") -> None:
    """Have an address be told of new entries, and show once the secret that its calls are signed with."""
    from config.settings import settings
    from workflows.verbs.webhooks import make_webhook

    with session.uow(keeps=True) as uow:
        made, secret = make_webhook(uow, address, kind or (), settings().webhook_hosts, reason)
    said = f"Webhook {made.id} to {made.address}. Its secret, shown only now: {secret}"
    answer_in_a_sentence(said, as_json=session.as_json, id=made.id, address=made.address, secret=secret)


@app.command("list")
@look
def list_(session: Session) -> None:
    """List the webhooks: what each is told of, and how many calls were taken, are owed and were given up."""
    from workflows.views.webhook_list import webhook_list

    with session.reading() as tx:
        found = webhook_list(tx)
    answer(found, _tell, as_json=session.as_json)


@app.command()
@keep
def again(session: Session, number: Number, since: Since, reason: Reason = "") -> None:
    """Tell an address again of what it was told since a day, or missed; each call keeps its identity."""
    from workflows.verbs.webhooks import owe_again

    with session.uow(keeps=True) as uow:
        count = owe_again(uow, number, since, reason)
    said = f"Webhook {number} is told again of {counted(count, 'entry')} since {long_day(since)}."
    answer_in_a_sentence(said, as_json=session.as_json, id=number, calls=count)


@app.command()
@keep
def end(session: Session, number: Number, reason: Reason = "") -> None:
    """Tell an address of nothing any more."""
    from workflows.verbs.webhooks import end_webhook

    with session.uow(keeps=True) as uow:
        ended = end_webhook(uow, number, reason)
    said = f"{ended.address} is told of nothing any more."
    answer_in_a_sentence(said, as_json=session.as_json, id=number, did=said)


def _tell(found: Sequence[WebhookLine]) -> None:
    entries(_line(one) for one in found)
    if not found:
        say("Nobody is told of entries (cairn webhook make).")


def _line(one: WebhookLine) -> tuple[str, str, str]:
    told = f"told of {', '.join(one.kinds).replace('_', ' ')}" if one.kinds else "told of every entry"
    calls = f"{one.taken:,} taken, {one.owed:,} owed, {one.given_up:,} given up"
    words = "; ".join(filter(None, (told, calls, "" if one.active else "ended")))
    return f"{one.id:>3}  {one.address}", words, "" if one.active else "quiet"
