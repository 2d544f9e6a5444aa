"""Verifies the audit log: seals, numbers, lookup columns, and where checkpoints saw it end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from records import audit_log, reading_log
from records.audit_log import AuditEntry, LogRow
from records.chain import seal
from workflows.verification.replay import Discrepancy

Ends = Mapping[str, Mapping[tuple[int, str], str]]
"""For each log, the number and seal at which it was seen to end, and by which checkpoint."""


def logs_there_are(tx: Connection, seen: Ends) -> list[str]:
    """The names of all the logs: of those with entries, with numbers given, and of those a checkpoint saw."""
    return sorted({*audit_log.counted(tx), *audit_log.ends(tx), *seen}, key=str)


def log_faults(
    tx: Connection, log: str, seen: Ends, since: Mapping[str, tuple[int, str]] | None = None
) -> Iterator[Discrepancy]:
    """Every place where an audit log does not add up; `seen` says where checkpoints saw each of them end.

    With `since`, only what comes after the end it names of each log is looked at, and that the log goes on from there.
    """
    end = since.get(log) if since is not None else None
    yield from (Discrepancy("", number, f"the {log} log: {what}") for number, what in _faults(tx, log, seen, end))


def how_many(tx: Connection) -> int:
    """How many entries all the logs have."""
    numbers: list[Any] = [number for number, _ in audit_log.ends(tx).values()]
    return sum(number for number in numbers if isinstance(number, int))


def _faults(tx: Connection, log: str, seen: Ends, end: tuple[int, str] | None) -> Iterator[tuple[int, str]]:
    if log == reading_log.LOG:
        yield from reading_log.faults(tx)
    unseen = dict(seen.get(log, {}))
    number, before = end or (0, audit_log.beginning(log))
    if end is not None and audit_log.seal_at(tx, log, number) == before:
        unseen.pop(end, None)
    for line in audit_log.lines(tx, log, audit_log.AUDIT_LOG.c.sequence > number):
        if line.sequence != number + 1:
            yield number + 1, f"entry {number + 1} is missing"
        if seal(before, line.body) != line.seal:
            yield line.sequence, f"entry {line.sequence} is not as it was sealed"
        elif not _as_sealed(log, line):
            yield line.sequence, f"entry {line.sequence} is looked up by what it does not say"
        before, number = line.seal, line.sequence
        unseen.pop((number, before), None)
    given = audit_log.counted(tx).get(log, 0)
    if number != given:
        yield number, f"it ends at entry {number}, and {given} were given a number"
    for (last, _), where in unseen.items():
        yield last, f"{where} saw another entry {last}"


def _as_sealed(log: str, line: LogRow) -> bool:
    try:
        entry = AuditEntry.model_validate_json(line.body)
    except ValidationError:
        return False
    told = (entry.log, entry.sequence, entry.subject, entry.kind, entry.actor.name[:200], entry.happened_on)
    kept = (log, line.sequence, line.subject, line.kind, line.actor, line.happened_on)
    return told == kept and entry.recorded_at == line.recorded_at
