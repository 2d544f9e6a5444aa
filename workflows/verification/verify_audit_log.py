"""Is the audit log whole? Its seals, its numbers, the columns it is looked up by, and where checkpoints saw it end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError
from sqlalchemy import Connection

from records import audit_log, reading_log
from records.audit_log import AuditEntry, Line
from records.chain import seal
from workflows.verification.replay import Place

Ends = Mapping[str, Mapping[tuple[int, str], str]]
"""For each log, the number and seal at which it was seen to end, and by which checkpoint."""


def audit_log_faults(tx: Connection, seen: Ends) -> Iterator[Place]:
    """Every place where an audit log does not add up; `seen` says where checkpoints saw each of them end."""
    given = audit_log.counted(tx)
    yield from (Place("", number, f"the {reading_log.LOG} log: {what}") for number, what in reading_log.faults(tx))
    for log in sorted({*given, *audit_log.ends(tx), *seen}):
        yield from (Place("", number, f"the {log} log: {what}") for number, what in _faults(tx, log, given, seen))


def how_many(tx: Connection) -> int:
    """How many entries all the logs have."""
    return sum(number for number, _ in audit_log.ends(tx).values())


def _faults(tx: Connection, log: str, given: Mapping[str, int], seen: Ends) -> Iterator[tuple[int, str]]:
    unseen = dict(seen.get(log, {}))
    before, number = audit_log.beginning(log), 0
    for line in audit_log.lines(tx, log):
        if line.sequence != number + 1:
            yield number + 1, f"entry {number + 1} is missing"
        if seal(before, line.body) != line.seal:
            yield line.sequence, f"entry {line.sequence} is not as it was sealed"
        elif not _as_sealed(log, line):
            yield line.sequence, f"entry {line.sequence} is looked up by what it does not say"
        before, number = line.seal, line.sequence
        unseen.pop((number, before), None)
    if number != given.get(log, 0):
        yield number, f"it ends at entry {number}, and {given.get(log, 0)} were given a number"
    for (end, _), where in unseen.items():
        yield end, f"{where} saw another entry {end}"


def _as_sealed(log: str, line: Line) -> bool:
    try:
        entry = AuditEntry.model_validate_json(line.body)
    except ValidationError:
        return False
    told = (entry.log, entry.sequence, entry.subject, entry.kind, entry.actor.name[:200], entry.happened_on)
    kept = (log, line.sequence, line.subject, line.kind, line.actor, line.happened_on)
    return told == kept and entry.recorded_at == line.recorded_at
