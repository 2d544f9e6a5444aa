"""Who read which case: kept apart from the sealed log, so that it can be erased one day.

The sealed log holds only when a reading was, and the SHA-256 of a salt, a line feed and its words; the words are here.
Changing or removing them is detected by the fingerprint. An erasure by the committee's rule is recorded in the log, so
that it still verifies.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, exists, insert, literal, select

from records import audit_log
from records.audit_tables import ReadingRow
from records.case_tables import CaseFile
from records.hot_statements import Hot
from records.metadata import table_of
from records.need_to_know import NAMED
from states.entry import CAIRN, Actor

READINGS = table_of(ReadingRow)
CASES = table_of(CaseFile)
LOG = "readings"
READ, ERASED = "read", "erased"
"""The kinds of entry in the log: that somebody read a case, and that readings were erased."""
NAMES = "names"
"""The part of a case that holds the names of its children."""
AT_A_TIME = 500
NEVER_SEALED = "the words of a reading that the log does not have"
ANOTHER = "another reading was sealed"
DAMAGED_ROW = "{part} (what is kept of it is damaged: whom it named cannot be read)"
WORDS = ("ref", "account", "person", "role", "part", "by_right", "children")


@dataclass(frozen=True)
class Reading:
    """One reading: which case and which part of it, by whom in which role, by what right, and when (UTC).

    `children` are the numbers of those whose names were read. `number` is that of its entry in the log.
    """

    number: int
    at: datetime
    ref: str
    account: str
    person: str
    role: str
    part: str
    by_right: str
    children: tuple[int, ...] = ()


def _noted(who: str) -> Select[Any]:
    """That it is noted since a moment that somebody reads a part of a case."""
    row = READINGS.c
    about = (row[name] == bindparam(name) for name in ("ref", who, "part"))
    return select(literal(1)).where(*about, row.at > bindparam("since")).limit(1)


NAMED_FOR = select(NAMED.c.case_id).where(NAMED.c.case_id == CASES.c.id)
NOTED = {who: Hot(_noted(who)) for who in ("account", "person")}
TO_NOTE = {
    who: Hot(select(exists(NAMED_FOR)).where(CASES.c.ref == bindparam("ref"), ~exists(_noted(who)))) for who in NOTED
}
"""Whether it is noted, by the account of whoever reads or, where they have none, by their name."""
ADD = Hot(insert(READINGS), *WORDS, "number", "at", "salt")


def note(
    tx: Connection, ref: str, actor: Actor, part: str, by_right: str, now: datetime, children: Sequence[int] = ()
) -> None:
    """Keep a reading, and seal it in the log."""
    words = {
        "ref": ref,
        "account": actor.account,
        "person": actor.name[:200],
        "role": actor.role,
        "part": part[:80],
        "by_right": by_right,
        "children": json.dumps(list(children)),
    }
    salt = secrets.token_hex(16)
    entry = audit_log.append(tx, LOG, "", READ, CAIRN, now, data={"words": fingerprint(salt, words)})
    ADD.run(tx, {**words, "number": entry.sequence, "at": now, "salt": salt})


def fingerprint(salt: str, words: dict[str, str]) -> str:
    """The fingerprint of the words of a reading."""
    told = json.dumps([words[name] for name in WORDS], ensure_ascii=False)
    return hashlib.sha256(f"{salt}\n{told}".encode()).hexdigest()


def was_noted(tx: Connection, ref: str, actor: Actor, part: str, since: datetime) -> bool:
    """Whether it was noted since a moment that somebody reads a part of a case."""
    who, about = _reading(ref, actor, part, since)
    return NOTED[who].first(tx, about) is not None


def to_note(tx: Connection, ref: str, actor: Actor, part: str, since: datetime) -> bool | None:
    """Whether the case that somebody reads a part of is kept to named people.

    None where nothing is to be noted: it was since a moment, or there is no such case.
    """
    who, about = _reading(ref, actor, part, since)
    found = TO_NOTE[who].first(tx, about)
    return bool(found[0]) if found is not None else None


def _reading(ref: str, actor: Actor, part: str, since: datetime) -> tuple[str, dict[str, Any]]:
    who, name = ("account", actor.account) if actor.account else ("person", actor.name[:200])
    return who, {"ref": ref, who: name, "part": part[:80], "since": since}


def erase(tx: Connection, numbers: Iterable[int], actor: Actor, now: datetime, why: str) -> int:
    """Erase readings for good; how many. The log says that they were, by whom and why."""
    gone = sorted(numbers)
    for start in range(0, len(gone), AT_A_TIME):
        tx.execute(delete(READINGS).where(READINGS.c.number.in_(gone[start : start + AT_A_TIME])))
    if gone:
        data = {"numbers": [list(run) for run in _runs(gone)]}
        audit_log.append(tx, LOG, ERASED, ERASED, actor, now, reason=why, data=data)
    return len(gone)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers in runs, each from its first to its last."""
    for _, run in groupby(enumerate(numbers), key=lambda one: one[1] - one[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def faults(tx: Connection) -> Iterator[tuple[int, str]]:
    """Every reading that is not as it was sealed, was never sealed, or is gone without having been erased.

    The log and the readings are gone through side by side, by their numbers: neither is held in memory.
    """
    gone = _erased(tx)
    wanted = select(READINGS).order_by(READINGS.c.number)
    rows = tx.execute(wanted, execution_options={"yield_per": AT_A_TIME}).mappings()
    row = next(rows, None)
    for line in audit_log.lines(tx, LOG):
        while row is not None and row["number"] < line.sequence:
            yield row["number"], NEVER_SEALED
            row = next(rows, None)
        mine = row if row is not None and row["number"] == line.sequence else None
        if line.kind == READ:
            what = _fault(line, mine, erased=_is_in(gone, line.sequence))
        else:  # what is not kept apart: its entry says all of it
            what = NEVER_SEALED if mine is not None and line.kind == ERASED else ""
        if what:
            yield line.sequence, what
        row = next(rows, None) if mine is not None else row
    while row is not None:
        yield row["number"], NEVER_SEALED
        row = next(rows, None)


def _erased(tx: Connection) -> list[tuple[int, int]]:
    """The runs of readings that are on record as erased, in order, none within another."""
    erased = audit_log.lines(tx, LOG, audit_log.AUDIT_LOG.c.kind == ERASED)
    found: list[tuple[int, int]] = []
    for first, last in sorted(tuple(map(int, run)) for line in erased for run in _data(line.body).get("numbers", ())):
        if not found or last > found[-1][1]:
            found.append((first, last))
    return found


def _is_in(runs: Sequence[tuple[int, int]], number: int) -> bool:
    place = bisect_right(runs, number, key=lambda run: run[0])
    return place > 0 and runs[place - 1][1] >= number


def _data(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body).get("data", {})
    except (ValueError, AttributeError):
        return {}  # damaged: then the log itself is not as it was sealed
    return found if isinstance(found, dict) else {}


def _fault(line: audit_log.LogRow, row: RowMapping | None, *, erased: bool) -> str:
    if row is None:
        return "" if erased else "the words of this reading are gone, and nobody is on record as having erased them"
    if erased:
        return "the words of this reading are there again after they were erased"
    if row["at"] != line.recorded_at:
        return "this reading was at another moment than its entry says"
    sealed = str(_data(line.body).get("words", ""))
    return "" if fingerprint(row["salt"], {name: row[name] for name in WORDS}) == sealed else ANOTHER


def closings(tx: Connection) -> tuple[date, ...]:
    """The days on which cases were closed, each once."""
    days = select(CASES.c.closed_on).where(CASES.c.closed_on.is_not(None)).distinct()
    return tuple(tx.execute(days.order_by(CASES.c.closed_on)).scalars())


def of_cases_closed_on(tx: Connection, days: Sequence[date], hidden: frozenset[str]) -> tuple[int, ...]:
    """The numbers of the readings of cases that were closed on one of these days, but those of hidden ones."""
    found: list[int] = []
    for start in range(0, len(days), AT_A_TIME):
        closed = select(CASES.c.ref).where(
            CASES.c.closed_on.in_(days[start : start + AT_A_TIME]), CASES.c.ref.not_in(hidden)
        )
        found += tx.execute(select(READINGS.c.number).where(READINGS.c.ref.in_(closed))).scalars()
    return tuple(found)


def read(row: RowMapping) -> Reading:
    """A reading from its row."""
    words = {name: row[name] for name in WORDS if name != "children"}
    try:
        children = tuple(json.loads(row["children"]))
    except (ValueError, TypeError):
        children, words = (), {**words, "part": DAMAGED_ROW.format(part=words["part"])}
    return Reading(number=row["number"], at=row["at"], children=children, **words)
