"""Splits the record into portions that can be verified one after the other or in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, select

from records import bulk_reading, editions, heartbeats, recommendations, search
from records.bulk_reading import CaseKept
from records.checkpoints import SignedCheckpoint
from records.editions import EditionLibrary
from records.kept_files import NAMES_A_FILE, missing_evidence
from records.seen_ends import SeenEnds
from records.subset import Subset
from records.unreadable_values import UNREAD
from states.expected import SweepTimes
from workflows.verification import replay
from workflows.verification.reconcile import everybody
from workflows.verification.replay import Discrepancy, ReplayContext
from workflows.verification.since import cases_to_look_at, letters_to_look_at
from workflows.verification.unreadable import looked_through
from workflows.verification.verify_audit_log import log_faults, logs_there_are
from workflows.verification.verify_letters import letter_faults, letter_portions
from workflows.verification.verify_tasks import Closed, closed_in, task_faults

Ends = Mapping[str, Mapping[tuple[int, str], str]]


@dataclass(frozen=True)
class Portion:
    """Some of the cases or letters, or one audit log, with how many cases it has."""

    what: Literal["cases", "letters", "log"]
    among: Subset
    cases: int = 0
    log: str = ""


@dataclass(frozen=True)
class PortionFindings:
    """What was found in a portion, and how much was looked at."""

    places: tuple[Discrepancy, ...]
    cases: int = 0
    entries: int = 0
    rungs: int = 0
    messages: int = 0


@dataclass(frozen=True)
class Held:
    """What portions are held against: the common ground, where checkpoints saw things end, and the files of evidence.

    `since` are the ends of the audit logs that nothing before is looked at of.
    """

    ground: ReplayContext
    ends: SeenEnds
    logs: Ends = field(default_factory=dict)
    evidence: Path | None = None
    since: Mapping[str, tuple[int, str]] | None = None


def common_ground(tx: Connection) -> ReplayContext:
    """What every case is held against."""
    editions.forget_others(tx)
    moments = tx.execute(select(bulk_reading.RUNGS.c.at).distinct().order_by(bulk_reading.RUNGS.c.at)).scalars()
    seen = [at for at in moments if at is not UNREAD]
    finished = heartbeats.last(tx).get("sweep", (None, ""))[0]
    return ReplayContext(EditionLibrary(tx), SweepTimes(seen, finished), everybody(tx))


def portions(tx: Connection, seen: Ends, ref: str | None, since: SignedCheckpoint | None) -> Iterator[Portion]:
    """Everything that is looked at: of all the record, of one case, or of what came after a checkpoint."""
    cases = bulk_reading.portions(tx, ref) if since is None else cases_to_look_at(tx, since)
    yield from (Portion("cases", among, count) for among, count in cases)
    if ref is not None:
        return
    yield from (Portion("log", Subset(), log=log) for log in logs_there_are(tx, seen))
    letters = letter_portions(tx) if since is None else letters_to_look_at(tx, since)
    yield from (Portion("letters", among) for among, _ in letters)


def look(tx: Connection, held: Held, portion: Portion, step: Callable[[], None]) -> PortionFindings:
    """What is found in one portion; `step` is called after each case."""
    if portion.what == "log":
        found = log_faults(tx, portion.log, held.logs, held.since)
        return PortionFindings(tuple(looked_through(f"the {portion.log} log", found)))
    if portion.what == "letters":
        return PortionFindings(tuple(looked_through("the letters", letter_faults(tx, portion.among))))
    places: list[Discrepancy] = []
    cases = entries = rungs = messages = 0
    names_a_file, closed = False, list[Closed]()
    for kept, seen in _with_ends(held, bulk_reading.cases_among(tx, portion.among)):
        places += looked_through("its history", replay.faults(held.ground, kept, seen), str(kept.row["ref"]))
        names_a_file = names_a_file or any(NAMES_A_FILE in line.body for line in kept.lines)
        closed += closed_in(kept.row["ref"], kept.lines)
        cases, entries = cases + 1, entries + len(kept.lines)
        rungs, messages = rungs + len(kept.climbs), messages + len(kept.told)
        step()
    places += looked_through("the list of recommendations", _recommendations(tx, portion.among))
    places += task_faults(tx, closed)
    if names_a_file and held.evidence is not None:
        missing = missing_evidence(tx, held.evidence, portion.among)
        places += (Discrepancy(one.ref, one.sequence, one.what) for one in missing)
    return PortionFindings(tuple(places), cases, entries, rungs, messages)


def _with_ends(held: Held, kept: Iterator[CaseKept]) -> Iterator[tuple[CaseKept, Mapping[tuple[int, str], str]]]:
    cases = list(kept)
    seen = held.ends.of([str(one.row["ref"]) for one in cases])
    yield from ((one, seen.get(one.row["ref"], {})) for one in cases)


def _recommendations(tx: Connection, among: Subset) -> Iterator[Discrepancy]:
    yield from (Discrepancy(ref, 0, what) for ref, what in recommendations.faults(tx, among))
    yield from (Discrepancy(ref, 0, "the search does not find it") for ref in search.not_found_by(tx, among))
