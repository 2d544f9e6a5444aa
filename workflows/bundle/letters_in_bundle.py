"""The letters of a case in its bundle: what was sent to whom, each try and what the channel answered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from records import audit_log, queries
from records.letter_log import LOG, MESSAGE, SEALED, written
from records.mails import MAILS
from records.outbox import MESSAGES
from states.words import first_up
from workflows.bundle.pieces import LeftOut, Piece, pieces_of
from workflows.views.message_fates import fate_of

AT_A_TIME = 500
EVERY = 1_000_000


@dataclass(frozen=True)
class TryInBundle:
    """One try at handing a letter over: when (UTC), what came of it, and what the channel answered."""

    number: int
    at: datetime
    outcome: str
    detail: tuple[Piece, ...]


@dataclass(frozen=True)
class LetterInBundle:
    """A letter, or a message that never became one: to whom, about what, what became of it and every try.

    With a `ground` its subject and text are left out. `facts` are the lines by which it was sealed when it was tried,
    and what they are over: there only where nothing of it is left out.
    """

    id: str
    at: datetime
    about: str
    to: tuple[Piece, ...]
    channel: str
    fate: str
    entry: int
    ended_at: datetime | None
    message_id: str
    subject: tuple[Piece, ...]
    text: tuple[Piece, ...]
    tries: tuple[TryInBundle, ...]
    ground: str
    facts: dict[str, Any]

    @property
    def whole_gap(self) -> tuple[Piece, ...]:
        """The gap that stands for all of it."""
        return (Piece("", self.ground),)

    @property
    def gaps(self) -> bool:
        """Whether anything of it is left out."""
        return bool(self.ground) or any(one.ground for one in self.pieces)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Every piece of it that is read."""
        said = (*self.to, *self.subject, *self.text)
        return (*said, *(piece for one in self.tries for piece in one.detail))


def letters_of(tx: Connection, case_id: int, left: LeftOut) -> tuple[LetterInBundle, ...]:
    """Every letter about a case, the oldest first, and each message that became none."""
    rows = list(reversed(queries.messages(tx, case_id, (), EVERY, hidden=frozenset())))
    ids = list(dict.fromkeys(row["mail_id"] for row in rows if row["mail_id"]))
    known = _LettersRead(tx, ids)
    done: set[str] = set()
    found = []
    for row in rows:
        if row["mail_id"] is None or row["mail_id"] not in done:
            done.add(row["mail_id"] or row["id"])
            found.append(_letter(row, known, case_id, left))
    return tuple(found)


class _LettersRead:
    """What is kept of some letters: the letters, the messages in each, the tries, and how each was sealed."""

    def __init__(self, tx: Connection, ids: Sequence[str]) -> None:
        self.mails: dict[str, RowMapping] = {}
        self.inside: defaultdict[str, list[Any]] = defaultdict(list)
        self.tries: dict[str, list[RowMapping]] = {}
        self.sealed: defaultdict[str, list[str]] = defaultdict(list)
        for some in (ids[start : start + AT_A_TIME] for start in range(0, len(ids), AT_A_TIME)):
            self.mails |= {row["id"]: row for row in tx.execute(select(MAILS).where(MAILS.c.id.in_(some))).mappings()}
            inside = select(MESSAGES.c.mail_id, *MESSAGE).where(MESSAGES.c.mail_id.in_(some)).order_by(MESSAGES.c.id)
            for mail_id, *rest in tx.execute(inside):
                self.inside[mail_id].append(rest)
            self.tries |= queries.attempts(tx, some)
            row = audit_log.AUDIT_LOG.c
            lines = select(row.subject, row.body).where(row.log == LOG, row.kind == "sealed", row.subject.in_(some))
            for mail_id, body in tx.execute(lines.order_by(row.sequence)):
                self.sealed[mail_id].append(body)


def _letter(row: RowMapping, known: _LettersRead, case_id: int, left: LeftOut) -> LetterInBundle:
    mail = known.mails.get(row["mail_id"])
    tries = known.tries.get(row["mail_id"], [])
    inside = known.inside[row["mail_id"]] if mail else []
    number = mail["id"] if mail else row["id"]
    ground = left.ground_of(left.letters, number)
    if not ground and any(one[1] != case_id for one in inside):
        ground = "other_case"

    def cut(text: str) -> tuple[Piece, ...]:
        return pieces_of(text, left.spans(text)) if text else ()

    said = () if mail is None or ground else (cut(mail["subject"]), cut(mail["body"]))
    shown = tuple(TryInBundle(one["number"], one["at"], one["outcome"], cut(one["detail"])) for one in tries)
    gaps = any(piece.ground for text in (*said, *(one.detail for one in shown)) for piece in text)
    return LetterInBundle(
        id=number,
        at=row["created_at"],
        about=_about(row, inside, case_id),
        to=cut(_to(row)),
        channel=row["channel"],
        fate=fate_of(row["status"] if mail is None else mail["status"]).listed.capitalize(),
        entry=row["sequence"],
        ended_at=row["ended_at"],
        message_id=mail["message_id"] if mail and not ground else "",
        subject=said[0] if said else (),
        text=said[1] if said else (),
        tries=shown,
        ground=ground,
        facts={} if mail is None or ground or gaps else dict(_facts(mail, inside, tries, known.sealed[number])),
    )


def _about(row: RowMapping, inside: Sequence[Any], case_id: int) -> str:
    """The kinds of the messages about the case in a letter; that of the message itself, where it is in none."""
    kinds = dict.fromkeys(kind for _, of_case, _, kind, *_ in inside if of_case == case_id)
    return first_up(", ".join(kinds or (row["kind"],)).replace("_", " "))


def _to(row: RowMapping) -> str:
    role = row["role"].replace("_", " ")
    return f"{row['name']}, {role}{' contact of ' + row['agency'] if row['agency'] else ''}"


def _facts(
    mail: RowMapping, inside: Sequence[Any], tries: Sequence[RowMapping], sealed: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """What the seals of a letter are over, as `letter_log` has it."""
    if not sealed:
        return
    yield "letter", [*(mail[name] for name in SEALED), written(mail["created_at"])]
    yield "messages", [[*one[:-1], written(one[-1])] for one in inside]
    yield "tries", {str(one["number"]): [written(one["at"]), one["outcome"], one["detail"]] for one in tries}
    yield "sealed", list(sealed)


def as_json(letters: Sequence[LetterInBundle]) -> list[dict[str, Any]]:
    """The letters as the bundle has them to be checked."""
    return [{"id": one.id, "sealed": [], **json.loads(json.dumps(one.facts))} for one in letters]
