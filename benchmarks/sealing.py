"""What it costs to seal a letter when it was tried: the transaction that records the try, with the seal and without."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import NOW, stock
from notifications.channels import ChannelAnswer
from records import mails
from records.database import reading, transaction
from records.letter_log import seal_letter
from records.mails import MAILS
from records.outbox import MESSAGES

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping

    from benchmarks.figures import Work

ROUNDS, TRIES = 5, 100
REACH = 2
BODY = "The report of your agency is due on Monday 16 March 2026.\n" * 20
ACCEPTED = ChannelAnswer("accepted", "250 2.0.0 Queued as 42")
WHO = "bench"


def cost(on: str, url: str) -> Figure:
    """Recording an accepted try with its seal, against recording it alone."""
    engine = stock(url).engine
    waiting = iter(_letters(engine, 2 * ROUNDS * TRIES))

    def round_of(*, sealed: bool) -> Work:
        mine = [next(waiting) for _ in range(TRIES)]

        def work() -> None:
            for mail in mine:
                _recorded(engine, mail, sealed=sealed)

        return work

    pair = in_turn(lambda _: round_of(sealed=True), lambda _: round_of(sealed=False), ROUNDS, TRIES)
    added = f"a seal adds {pair[0] - pair[1]:.3f} ms to a letter"
    return Figure(f"a try is recorded and sealed, {on}", "the same try, not sealed", *pair, reach=REACH, note=added)


def _recorded(engine: Engine, mail: RowMapping, *, sealed: bool) -> None:
    with transaction(engine) as tx:
        mails.answered(tx, mail, ACCEPTED, NOW, WHO)
        if sealed:
            seal_letter(tx, mail["id"], NOW)


def _letters(engine: Engine, count: int) -> list[RowMapping]:
    """So many letters in hand, each with one message in it."""
    names = [hashlib.sha256(str(number).encode()).hexdigest()[:40] for number in range(count)]
    letter = {"contact_id": 1, "channel": "email", "subject": "LR-2026-0007", "body": BODY, "status": "waiting"}
    letter |= {"created_at": NOW, "next_attempt_at": NOW, "claimed_by": WHO, "attempts": 0, "trouble": ""}
    message = {"kind": "reminder", "facts": "{}", "contact_id": 1, "channel": "email", "status": "posted"}
    message |= {"created_at": NOW, "deliver_after": NOW, "sequence": 0}
    with transaction(engine) as tx:
        tx.execute(insert(MAILS), [{**letter, "id": name, "message_id": f"<{name}@cairn.example>"} for name in names])
        tx.execute(insert(MESSAGES), [{**message, "id": name, "mail_id": name} for name in names])
    with reading(engine) as tx:
        return list(tx.execute(select(MAILS).order_by(MAILS.c.id)).mappings())
