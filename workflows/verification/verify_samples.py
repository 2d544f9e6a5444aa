"""Verifies samples: each is drawn again from its seed, and was read as often, and by whom, as allowed."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError
from sqlalchemy import Connection

from records import audit_log
from records.audit_log import AuditEntry
from records.samples import ASSESSED, DRAWN, LOG, READERS, reader
from states.sampling import draw
from workflows.verification.replay import Discrepancy

Read = dict[tuple[str, str], list[str]]
"""Who has read a case of a sample, by the number of the sample and the reference."""


def sample_faults(tx: Connection) -> Iterator[Discrepancy]:
    """Every place where the samples do not add up; that an entry is as it was sealed is looked at elsewhere."""
    try:
        entries = audit_log.entries(tx, LOG)
    except ValidationError:
        return
    drawn, read = dict[str, frozenset[str]](), Read()
    for one in entries:
        try:
            what = _of_drawing(one, drawn) if one.kind == DRAWN else _of_reading(one, drawn, read)
        except (KeyError, TypeError, ValueError, AttributeError):
            what = "cannot be read as one of a sample"
        if what:
            yield Discrepancy("", one.sequence, f"the {LOG} log: entry {one.sequence} {what}")


def _of_drawing(one: AuditEntry, drawn: dict[str, frozenset[str]]) -> str:
    again = one.subject in drawn
    found = {stratum["name"]: (tuple(stratum["of"]), tuple(stratum["drawn"])) for stratum in one.data["strata"]}
    drawn[one.subject] = frozenset(ref for _, refs in found.values() for ref in refs)
    if again:
        return f"draws {one.subject} a second time"
    wanted = draw({name: of for name, (of, _) in found.items()}, int(one.data["count"]), str(one.data["seed"]))
    same = {each.name: (each.of, each.drawn) for each in wanted} == found
    return "" if same else f"names other cases for {one.subject} than its seed draws"


def _of_reading(one: AuditEntry, drawn: dict[str, frozenset[str]], read: Read) -> str:
    if one.kind != ASSESSED:
        return ""
    ref, who = one.data["case"], reader(one)
    if ref not in drawn.get(one.subject, ()):
        return f"reads {ref}, which {one.subject} did not draw"
    others = read.setdefault((one.subject, ref), [])
    others.append(who)
    if who in others[:-1]:
        return f"is a second reading of {ref} for {one.subject} by the same reader"
    return f"is a reading too many of {ref} for {one.subject}" if len(others) > READERS else ""
