"""Records the letters that GOV.UK Notify gave up after it had taken them, as a report by mail would be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from notifications.notify_failures import NotifyDoesNotSay, given_up
from notifications.relay import BadRelay, parse
from records import mails
from records.database import reading, transaction
from workflows.messages.bounce import reported
from workflows.messages.mailbox_reading import InboxReport


def ask_notify(engine: Engine, relay: str, clock: Callable[[], datetime], report: InboxReport) -> None:
    """Ask Notify, where letters go by it, and add what it says to a round's report; the same twice is recorded once."""
    try:
        way = parse(relay)
        if way.scheme != "govuknotify":
            return
        report.asked += 1
        found = given_up(way)
    except (BadRelay, NotifyDoesNotSay) as trouble:
        report.troubles.extend(trouble.obstacles)
        return
    for message_id, said in found:
        with reading(engine) as tx:
            letter = mails.with_message_id(tx, message_id)
        if letter is not None and letter["status"] == "sent":
            with transaction(engine) as tx:
                reported(tx, letter["id"], said, clock())
            report.kinds["failed"] += 1
