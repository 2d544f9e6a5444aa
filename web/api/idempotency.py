"""Idempotency-Key: what a program sends is done once, and a repeat is answered as the first was.

The answer is stored under its key at the end of the transaction that did the work. A repeat is rolled back, either
because it was refused (its version of the case is gone) or because its key is taken, and gets the stored answer. Of two
at once, one waits for the other where both would change the same rows.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from records import api_answers
from records.api_answers import KeptAnswer, SentRequest
from web.api.problems import KeyTaken, NoKey
from web.desk import Desk
from workflows.unit_of_work import UnitOfWork

LONGEST_KEY = 255
NO_KEY = (
    "Send an Idempotency-Key: any text of your own for what you send now, of 1 to 255 plain characters. Sent again "
    "with the same key, it is done once, and answered as before."
)
TAKEN = (
    "Something else was sent under this Idempotency-Key, and is done. Send what you mean now under a key of its own."
)
REPLAYED, KEPT = "idempotent-replayed", ("etag", "location")
"""The header that says that an answer is given again, and those that are given again with it."""


class TakenBack(Exception):
    """What was begun is refused, and taken back: this is the answer to it."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


class DoneBefore(Exception):
    """Something was done under this key before: what was just done is taken back."""


def sent_by(desk: Desk, what: str) -> SentRequest:
    """What a program sent, under its key. Raises NoKey where there is none, or none that can be kept."""
    key = desk.request.headers.get("idempotency-key", "")
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise NoKey(NO_KEY)
    return SentRequest(f"{desk.signed_in.account.id} {key}", what)


def once(desk: Desk, sent: SentRequest, do: Callable[[UnitOfWork], Response], *, trial: bool) -> Response:
    """Do something in one transaction with its key, and have what it owes sent; a repeat is given the first answer.

    With `trial` it is taken back, and no key is asked about. Raises KeyTaken, and whatever `do` raises but TakenBack.
    """
    try:
        with desk.uow() as uow:
            answer = do(uow)
            if trial:
                uow.tx.rollback()
                return answer
            keep(uow, sent, answer)
    except TakenBack as refused:
        return (None if trial else before(desk, sent)) or refused.answer
    except Exception:
        known = None if trial else before(desk, sent)
        if known is None:
            raise
        return known
    answer.background = desk.sends()
    return answer


def keep(uow: UnitOfWork, sent: SentRequest, answer: Response) -> None:
    """Keep what is answered, as the last of its transaction. Raises DoneBefore where its key is taken already."""
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    kept = KeptAnswer(answer.status_code, headers, bytes(answer.body).decode())
    if not api_answers.keep(uow.tx, uow.keys, sent, kept, uow.now):
        raise DoneBefore


def before(desk: Desk, sent: SentRequest) -> Response | None:
    """What was answered before, once what was just begun is taken back; None where nothing was. Raises KeyTaken."""
    with desk.reading() as tx:
        known = api_answers.before(tx, desk.installation.keys, sent)
    if known is None:
        return None
    if not known.same:
        raise KeyTaken(TAKEN)
    return Response(known.body, known.status, {**known.headers, REPLAYED: "true"}, "application/json")
