"""Verifies contacts, agencies and accounts against the last entry of their logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from records import accounts, agencies, audit_log, contact_log, need_to_know
from records.audit_log import AuditEntry
from workflows.verification.replay import Discrepancy

States = Mapping[str, Mapping[str, Any]]
NAMED = {"kept": "name or addresses", "active": "whether it is in use"}


def register_faults(tx: Connection) -> Iterator[Discrepancy]:
    """Every place where a register is not as its log says; a log that cannot be read is named elsewhere."""
    kept: dict[str, tuple[str, States]] = {
        contact_log.LOG: ("contact", contact_log.states(tx)),
        agencies.LOG: ("agency", agencies.states(tx)),
        accounts.LOG: ("account", {str(one.id): one.state() for one in accounts.read(tx)}),
    }
    for log, (noun, states) in kept.items():
        try:
            entries = audit_log.entries(tx, log)
        except ValidationError:
            continue
        yield from (Discrepancy("", 0, what) for what in _differences(noun, states, entries))
        if log == contact_log.LOG:
            yield from (Discrepancy("", 0, what) for what in _absences(contact_log.absences(tx), entries))
    yield from _kept_to(tx)


def _kept_to(tx: Connection) -> Iterator[Discrepancy]:
    """Every case that is kept to others than the log says, or to nobody any more."""
    try:
        said = {one.subject: frozenset(one.data["accounts"]) for one in audit_log.entries(tx, need_to_know.LOG)}
    except ValidationError:
        return
    kept = need_to_know.kept_now(tx)
    for ref in sorted({*said, *kept}):
        if kept.get(ref, frozenset()) != said.get(ref, frozenset()):
            yield Discrepancy(
                ref, 0, "who may look at it is not as the last entry about it in the log need_to_know left it"
            )


def _differences(noun: str, states: States, entries: tuple[AuditEntry, ...]) -> Iterator[str]:
    said = {one.subject: one for one in entries if one.subject.isdecimal()}
    for number in sorted({*states, *said}, key=int):
        if number not in said:
            yield f"nobody is on record as having entered {noun} {number}"
        elif number not in states:
            yield f"{noun} {number} is gone, which nobody is on record as having done"
        else:
            state, last = states[number], said[number]
            other = sorted(name for name in state if last.data.get(name) != state[name])
            if other:
                names = ", ".join(NAMED.get(name, name.replace("_", " ")) for name in other)
                yield f"{noun} {number} is not as entry {last.sequence} of the log left it: {names}"


def _absences(kept: set[tuple[str, str, str]], entries: tuple[AuditEntry, ...]) -> Iterator[str]:
    said = {(one.subject, one.data["from"]): one.data["to"] for one in entries if one.kind == "away"}
    wanted = {(number, starts, ends) for (number, starts), ends in said.items()}
    for number, starts, ends in sorted(kept ^ wanted):
        what = "is not on record" if (number, starts, ends) in kept else "is gone"
        yield f"the absence of contact {number} from {starts} to {ends} {what}"
