"""Letters a second to a local mail server: through Apprise with our plugin, against smtplib by hand."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import NOW
from notifications import smtp
from notifications.channels import send
from notifications.envelope import Envelope, MailSender, compose
from tests.mailserver import MailServer

if TYPE_CHECKING:
    from benchmarks.figures import Work

ROUNDS, LETTERS = 5, 200
MOST_MS = 1000 / 200
BODY = "The report of your agency is due on Monday 16 March 2026.\n" * 20


def letters_sent() -> Figure:
    """Each letter is one call, as delivery makes it: composed, sent, its answer kept."""
    with MailServer() as server, smtplib.SMTP("127.0.0.1", server.port) as bare:
        relay = f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"
        figures = in_turn(lambda number: _sent(relay, number), lambda number: _by_hand(bare, number), ROUNDS, LETTERS)
        smtp.close_connections()
        assert len(server.messages) == 2 * ROUNDS * LETTERS
    note = f"{1000 / figures[0]:.0f} letters a second; the mark is 200"
    return Figure(
        "a letter to a local mail server", "smtplib by hand, one connection", *figures, most_ms=MOST_MS, note=note
    )


def _letter(number: int, piece: int) -> Envelope:
    return Envelope("desk@agency.example", "LR-2026-0007", BODY, f"<letter-{number}-{piece}@cairn.example>", NOW)


def _sent(relay: str, number: int) -> Work:
    def work() -> None:
        for piece in range(LETTERS):
            assert send(_letter(number, piece), relay).outcome == "accepted"

    return work


def _by_hand(bare: smtplib.SMTP, number: int) -> Work:
    def work() -> None:
        for piece in range(LETTERS):
            written = compose(_letter(number, piece), MailSender("cairn@committee.example", "Cairn"))
            bare.sendmail("cairn@committee.example", ["desk@agency.example"], written)

    return work
