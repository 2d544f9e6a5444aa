"""What was imported out of spreadsheets: which file, when, by whom, what was made of it, whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from records import audit_log
from records.audit_log import AuditEntry
from records.imports import LOG
from states.words import counted, long_day

NOT_ENDED = "not ended yet: it is still being made, or was broken off. Imported again, it goes on"


@dataclass(frozen=True)
class ImportLine:
    """One import: its number, its file, the day in words, who did it, what was made, and how it stands."""

    number: str
    file: str
    on: str
    by: str
    made: str
    stands: str


def imports_made(tx: Connection) -> tuple[ImportLine, ...]:
    """Every import, the newest first."""
    told: dict[str, dict[str, AuditEntry]] = {}
    for one in audit_log.entries(tx, LOG):
        told.setdefault(one.subject, {})[one.kind] = one
    return tuple(_line(number, kinds) for number, kinds in reversed(told.items()))


def _line(number: str, kinds: dict[str, AuditEntry]) -> ImportLine:
    begun, done, back = (kinds.get(kind) for kind in ("begun", "imported", "taken_back"))
    assert begun is not None
    made = done.data["made"] if done else {}
    words = ", ".join(counted(count, what.removesuffix("s")) for what, count in made.items() if count)
    stands = f"taken back on {long_day(back.happened_on)}" if back else "" if done else NOT_ENDED
    return ImportLine(number, begun.data["file"], long_day(begun.happened_on), begun.actor.name, words, stands)
