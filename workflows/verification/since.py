"""Verification since a checkpoint: which cases and letters must be looked at, and which are skipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, or_, select

from records import audit_log, bulk_reading, checkpoints
from records.cases import CASES
from records.checkpoints import SignedCheckpoint
from records.diary import DEADLINES
from records.history import HISTORY
from records.letter_log import LOG
from records.mails import MAILS
from records.seen_ends import SeenEnds
from records.subset import Subset
from states.errors import NotFound
from states.next_step import advice
from states.words import counted, long_day

AT_ONCE = 500
LEFT = (
    "Only what came after {checkpoint} was looked at: cases in which something was recorded since or a date runs, and "
    "letters tried or waiting since. Of {cases} only the end of the history was, which is the one that the checkpoint "
    "saw: what was recorded before, or changed beside it, was not."
)


def find(tx: Connection, named: str) -> SignedCheckpoint:
    """A checkpoint by its number in the database, or from its file. Raises NotFound, BadCheckpoint, StorageTrouble."""
    if not named.isdecimal():
        return checkpoints.read(Path(named))
    kept = checkpoints.numbered(tx, int(named))
    if kept is None:
        shown = advice("name the file of one that was kept, or look at all of it ({}).", "verify")
        raise NotFound(f"There is no checkpoint {named[:20]} that can be read.", advice=shown)
    return kept


def called(since: SignedCheckpoint) -> str:
    """What the checkpoint is called in a sentence."""
    return f"checkpoint {since.number} ({long_day(since.at)})"


def left_alone(since: SignedCheckpoint, cases: int) -> str:
    """The sentence that says what was not looked at."""
    return LEFT.format(checkpoint=called(since), cases=counted(cases, "other case"))


def cases_to_look_at(tx: Connection, since: SignedCheckpoint) -> Iterator[tuple[Subset, int]]:
    """The cases with something new, or in which a date runs and may have been missed, in portions."""
    with closing(SeenEnds()) as then:
        then.note(since.heads.items(), called(since))
        yield from bulk_reading.in_portions(_cases(tx, then), whole=False)


def _cases(tx: Connection, then: SeenEnds) -> Iterator[tuple[int, int]]:
    wanted = select(CASES.c.id, CASES.c.ref, CASES.c.sequence, CASES.c.head).order_by(CASES.c.id).limit(AT_ONCE)
    last = 0
    while rows := tx.execute(wanted.where(CASES.c.id > last)).all():
        among = Subset(last + 1, rows[-1].id + 1)
        ends, running, seen = _ends(tx, among), _running(tx, among), then.of([row.ref for row in rows])
        for row in rows:
            end = (row.sequence, row.head)
            if end not in seen.get(row.ref, ()) or ends[row.id] != [end] or row.id in running:
                yield row.id, row.sequence
        last = rows[-1].id


def _ends(tx: Connection, among: Subset) -> dict[int, list[tuple[int, str]]]:
    """Where each history ends: the entry of which its case says so, and whatever comes after that."""
    wanted = select(HISTORY.c.case_id, HISTORY.c.sequence, HISTORY.c.seal).join(CASES, CASES.c.id == HISTORY.c.case_id)
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for case_id, sequence, seal in tx.execute(
        wanted.where(among.has(HISTORY.c.case_id), HISTORY.c.sequence >= CASES.c.sequence)
    ):
        found[case_id].append((sequence, seal))
    return found


def _running(tx: Connection, among: Subset) -> set[int]:
    wanted = select(DEADLINES.c.case_id).where(among.has(DEADLINES.c.case_id), DEADLINES.c.status == "running")
    return set(tx.execute(wanted).scalars())


def letters_to_look_at(tx: Connection, since: SignedCheckpoint) -> Iterator[tuple[Subset, int]]:
    """The letters written or tried since, and those that wait, in portions."""
    log, (end, _) = audit_log.AUDIT_LOG.c, since.logs.get(LOG, (0, ""))
    tried = select(log.subject).where(log.log == LOG, log.sequence > end)
    fresh = select(MAILS.c.id).where(or_(MAILS.c.created_at >= since.at, MAILS.c.status == "waiting"))
    ids = sorted({*tx.execute(tried).scalars(), *tx.execute(fresh).scalars()})
    for start in range(0, len(ids), AT_ONCE):
        some = tuple(ids[start : start + AT_ONCE])
        yield Subset(only=some), len(some)
