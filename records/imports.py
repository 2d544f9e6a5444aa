"""Which row of which imported file became which case, read from the history."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from records import audit_log
from records.cases import CASES
from records.history import HISTORY
from states.identity import folded

LOG = "imports"
"""The audit log in which every import is begun, done and taken back."""


@dataclass(frozen=True)
class ImportedRow:
    """An entry that came out of a sheet: its case and number, the run it came with, and what its row was and said.

    `item` is the item of a register it entered and `text` its words, empty where it is about the case itself.
    """

    case_id: int
    ref: str
    sequence: int
    run: str
    file: str
    row: str
    key: str
    seen: str
    item: str
    text: str


def hold(tx: Connection) -> None:
    """Have whoever imports next wait for this transaction: no row is made by two at once, and no number given twice."""
    audit_log.hold(tx, LOG)


def imported_rows(tx: Connection) -> Iterator[ImportedRow]:
    """Every row that was imported and not taken back, in the order in which it came in."""
    entry = HISTORY.c
    wanted = (
        select(entry.case_id, CASES.c.ref, entry.sequence, entry.kind, entry.body)
        .join_from(HISTORY, CASES, entry.case_id == CASES.c.id)
        .where(entry.kind.in_(("imported", "import_taken_back")))
        .order_by(entry.case_id, entry.sequence)
    )
    found: dict[tuple[int, str], ImportedRow] = {}
    for case_id, ref, sequence, kind, body in tx.execute(wanted):
        data = json.loads(body).get("data", {})
        if kind == "import_taken_back":
            found = {place: one for place, one in found.items() if not (place[0] == case_id and one.run == data["run"])}
        elif "key" in data.get("source", {}):
            one = _row(case_id, ref, sequence, data)
            found[case_id, one.key] = one
    yield from found.values()


def came_as(tx: Connection, refs: Collection[str]) -> dict[str, str]:
    """Which reference each of these cases had in the sheet that it came out of, by the one it has here."""
    first = select(CASES.c.ref, HISTORY.c.body).join_from(CASES, HISTORY, HISTORY.c.case_id == CASES.c.id)
    wanted = first.where(CASES.c.ref.in_(refs), HISTORY.c.sequence == 1, HISTORY.c.kind == "imported")
    return {ref: before for ref, body in tx.execute(wanted) if (before := _reference_in(body))}


def called_before(tx: Connection, words: str) -> dict[str, str]:
    """The cases whose reference in the sheet they came out of holds these words, and that reference, by the one here.

    Only what was recorded while something was imported is looked into.
    """
    between = [HISTORY.c.recorded_at.between(*times) for times in _times(tx)]
    if not between:
        return {}
    first = select(CASES.c.ref, HISTORY.c.body).join_from(HISTORY, CASES, HISTORY.c.case_id == CASES.c.id)
    wanted = first.where(or_(*between), HISTORY.c.sequence == 1, HISTORY.c.kind == "imported")
    found = ((ref, _reference_in(body)) for ref, body in tx.execute(wanted.order_by(CASES.c.id)))
    return {ref: before for ref, before in found if folded(words) in folded(before)}


def _times(tx: Connection) -> list[tuple[datetime, datetime]]:
    """From when to when each import was made; one that is not ended may still go on."""
    begun: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for one in audit_log.entries(tx, LOG):
        (begun if one.kind == "begun" else ended).setdefault(one.subject, one.recorded_at)
    return [(since, ended.get(number, datetime.max.replace(tzinfo=UTC))) for number, since in begun.items()]


def _reference_in(body: str) -> str:
    return str(json.loads(body).get("data", {}).get("said", {}).get("Reference", ""))


def _row(case_id: int, ref: str, sequence: int, data: dict[str, Any]) -> ImportedRow:
    source = data["source"]
    told = {name: source[name] for name in ("run", "file", "row", "key", "seen")}
    item = data.get("item", {})
    text = str(item.get("fields", {}).get("text", ""))
    return ImportedRow(case_id, ref, sequence, item=item.get("id", ""), text=text, **told)
