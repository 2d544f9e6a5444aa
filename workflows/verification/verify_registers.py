"""Verifies contacts, agencies, accounts, tokens and webhooks against the last entry of their logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from records import accounts, agencies, audit_log, contact_log, need_to_know, tokens, webhooks
from records.audit_log import AuditEntry
from workflows.verification.replay import Discrepancy

States = Mapping[str, Mapping[str, Any]]
ENDS = {tokens.LOG: ("revoked",), webhooks.LOG: ("ended",)}
"""The kinds of entry after which a row is in use no more, in the logs that do not say it otherwise."""
NAMED = {"kept": "name or addresses", "active": "whether it is in use"}


def register_faults(tx: Connection) -> Iterator[Discrepancy]:
    """Every place where a register is not as its log says; a log that cannot be read is named elsewhere."""
    kept: dict[str, tuple[str, States]] = {
        contact_log.LOG: ("contact", contact_log.states(tx)),
        agencies.LOG: ("agency", agencies.states(tx)),
        accounts.LOG: ("account", {str(one.id): one.state() for one in accounts.read(tx)}),
        tokens.LOG: ("token", {str(one.id): _token(one) for one in tokens.read(tx)}),
        webhooks.LOG: ("webhook", {str(one.id): _webhook(one) for one in webhooks.read(tx)}),
    }
    for log, (noun, states) in kept.items():
        try:
            entries = audit_log.entries(tx, log)
        except ValidationError:
            continue
        yield from (Discrepancy("", 0, what) for what in _differences(noun, states, _last_word(log, entries)))
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


def _token(one: tokens.Token) -> Mapping[str, Any]:
    return {**one.state(), "active": one.revoked_at is None}


def _webhook(one: webhooks.Webhook) -> Mapping[str, Any]:
    return {"kinds": list(one.kinds), "active": one.active}


def _last_word(log: str, entries: tuple[AuditEntry, ...]) -> dict[str, tuple[int, Mapping[str, Any]]]:
    """The last entry about each row, and how the row stands after it.

    An entry about a token or a webhook does not say whether it is in use: that follows from its kind.
    """
    said: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for one in entries:
        if log in ENDS:
            before = said.get(one.subject, (0, {"active": True}))[1]
            ended = {"active": False} if one.kind in ENDS[log] else {}
            said[one.subject] = (one.sequence, {**before, **one.data, **ended})
        elif one.subject.isdecimal():
            said[one.subject] = (one.sequence, one.data)
    return said


def _differences(noun: str, states: States, said: Mapping[str, tuple[int, Mapping[str, Any]]]) -> Iterator[str]:
    for number in sorted({*states, *said}, key=int):
        if number not in said:
            yield f"nobody is on record as having entered {noun} {number}"
        elif number not in states:
            yield f"{noun} {number} is gone, which nobody is on record as having done"
        else:
            state, (last, data) = states[number], said[number]
            other = sorted(name for name in state if data.get(name) != state[name])
            if other:
                names = ", ".join(NAMED.get(name, name.replace("_", " ")) for name in other)
                yield f"{noun} {number} is not as entry {last} of the log left it: {names}"


def _absences(kept: set[tuple[str, str, str]], entries: tuple[AuditEntry, ...]) -> Iterator[str]:
    said = {(one.subject, one.data["from"]): one.data["to"] for one in entries if one.kind == "away"}
    wanted = {(number, starts, ends) for (number, starts), ends in said.items()}
    for number, starts, ends in sorted(kept ^ wanted):
        what = "is not on record" if (number, starts, ends) in kept else "is gone"
        yield f"the absence of contact {number} from {starts} to {ends} {what}"
