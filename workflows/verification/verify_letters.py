"""Verifies letters and tries against their seals: no proof that somebody was told is changed or missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import Connection, Select, func, select

from records import audit_log
from records.cases import CASES
from records.letter_log import LOG, MESSAGE, SEALED, letter_digest, try_digest, written
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES
from records.plain_rows import plain_rows
from records.subset import ALL, Subset
from states.words import long_day
from workflows.verification.replay import Discrepancy

AT_ONCE = 2000
"""How many letters are read at once, about."""

LETTER = (*SEALED, "created_at", "status", "ended_at")
TRY = ("mail_id", "number", "at", "outcome", "detail")
ENDED = ("sent", "failed", "bounced")
CARRIED_OVER = (
    "Letters that were tried before {day} are sealed as they stood on that day, the others when they were tried."
)


@dataclass
class OnRecord:
    """What the log says of a letter: its last fingerprint, where it stood, and the fingerprint of each try."""

    letter: str = ""
    status: str = ""
    ended_at: str = ""
    tries: dict[str, str] = field(default_factory=dict)


class LetterSubject(NamedTuple):
    """What a letter tells of: the case and entry of its first message (empty and 0 for none)."""

    ref: str
    sequence: int


def letter_portions(tx: Connection) -> Iterator[tuple[Subset, int]]:
    """All letters in portions that can be held in memory, each with about how many it has.

    A letter's number is a fingerprint, so that equal parts of all numbers have about as many letters each.
    """
    count = int(tx.execute(select(func.count()).select_from(MAILS)).scalar_one())
    parts = 1 + count // AT_ONCE
    bounds = [None, *(f"{16**6 * part // parts:06x}" for part in range(1, parts)), None]
    return ((Subset(*ends), count // parts) for ends in pairwise(bounds))


def letter_faults(tx: Connection, among: Subset = ALL) -> Iterator[Discrepancy]:
    """Every place where a letter or a try is not as it was sealed, or was never sealed."""
    sealed = _sealed(tx, among)
    messages, about = _messages(tx, among)
    tries = _tries(tx, among)
    mine = among.has(MAILS.c.id)
    for row in plain_rows(tx, [MAILS.c[name] for name in LETTER], lambda asked: asked.where(mine).order_by(MAILS.c.id)):
        mail = dict(zip(LETTER, row, strict=True))
        told, known = about.get(mail["id"], LetterSubject("", 0)), sealed.pop(mail["id"], None)
        wrong = _faults(mail, messages.get(mail["id"], []), tries.pop(mail["id"], {}), known)
        yield from (Discrepancy(*told, f"the letter {mail['id'][:12]} {what}", f"a letter {what}") for what in wrong)
    for gone in sorted(sealed):
        yield Discrepancy("", 0, f"the letter {gone[:12]} was tried and is gone", "a letter was tried and is gone")
    for gone in sorted(tries):
        yield Discrepancy("", 0, f"the letter {gone[:12]} has tries and is gone", "a letter has tries and is gone")


def carried_over(tx: Connection) -> Iterator[str]:
    """Since when letters are sealed as they are tried, where some were tried before."""
    log = audit_log.AUDIT_LOG.c
    first = select(log.happened_on).where(log.log == LOG, log.kind == "carried_over").limit(1)
    yield from (CARRIED_OVER.format(day=long_day(day)) for day in tx.execute(first).scalars())


def _faults(
    mail: Mapping[str, Any], messages: list[Any], tries: Mapping[str, str], known: OnRecord | None
) -> Iterator[str]:
    if known is None:
        if mail["status"] in ENDED or tries:
            yield "was never sealed, and is marked as tried"
        return
    if letter_digest(mail, messages) != known.letter:
        yield "is not as it was sealed (text, subject, recipient, day or messages)"
    if known.status in ENDED and (mail["status"], written(mail["ended_at"])) != (known.status, known.ended_at):
        yield "did not end as it was sealed"
    if known.status not in ENDED and mail["status"] in ENDED:
        yield "ended, and no try that ended it was sealed"
    if tries != known.tries:
        yield from _tries_faults(tries, known)


def _tries_faults(tries: Mapping[str, str], known: OnRecord) -> Iterator[str]:
    yield from (f"has a try that nobody sealed (try {one})" for one in sorted(tries.keys() - known.tries.keys()))
    yield from (f"has lost a try (try {one})" for one in sorted(known.tries.keys() - tries.keys()))
    both = sorted(tries.keys() & known.tries.keys())
    yield from (f"has a try that is not as it was sealed (try {one})" for one in both if tries[one] != known.tries[one])


def _sealed(tx: Connection, among: Subset) -> dict[str, OnRecord]:
    found: defaultdict[str, OnRecord] = defaultdict(OnRecord)
    for subject, body in audit_log.texts(tx, LOG, among):
        try:
            data = from_json(body)["data"]
            tries = dict(data["tries"])
        except (ValueError, KeyError, TypeError):
            continue  # of another kind, or damaged: then the log itself is not as it was sealed
        one = found[subject]
        one.letter, one.status, one.ended_at = data["letter"], data["status"], data["ended_at"]
        one.tries |= tries
    return dict(found)


def _messages(tx: Connection, among: Subset) -> tuple[dict[str, list[Any]], dict[str, LetterSubject]]:
    inside: defaultdict[str, list[Any]] = defaultdict(list)
    about: dict[str, LetterSubject] = {}
    mine, of_case = (MESSAGES.c.mail_id.is_not(None), among.has(MESSAGES.c.mail_id)), CASES.c.id == MESSAGES.c.case_id

    def in_letters(asked: Select[Any]) -> Select[Any]:
        return asked.select_from(MESSAGES).outerjoin(CASES, of_case).where(*mine).order_by(MESSAGES.c.id)

    for mail_id, ref, *rest in plain_rows(tx, [MESSAGES.c.mail_id, CASES.c.ref, *MESSAGE], in_letters):
        inside[mail_id].append(rest)
        about.setdefault(mail_id, LetterSubject(ref or "", rest[2] if ref else 0))
    return inside, about


def _tries(tx: Connection, among: Subset) -> dict[str, dict[str, str]]:
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    mine = among.has(ATTEMPTS.c.mail_id)
    for row in plain_rows(tx, [ATTEMPTS.c[name] for name in TRY], lambda asked: asked.where(mine)):
        mail_id, number, *_ = row
        found[mail_id][str(number)] = try_digest(dict(zip(TRY, row, strict=True)))
    return dict(found)
