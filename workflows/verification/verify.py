"""`cairn verify`: checks all rows against the history, and the history against its seals and its edition."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, func, select

from records import bulk_reading, checkpoints, heartbeats
from records.case_columns import CALENDARS, EDITIONS
from records.case_rows import no_such_case
from records.checkpoints import SignedCheckpoint
from records.keys import MasterKey
from records.outbox import MESSAGES
from records.schema import numbers_without_case, orphans, schema_faults
from records.seen_ends import SeenEnds
from records.triggers import foreign_triggers, missing_triggers
from states.errors import BadAnswer
from states.next_step import mended
from states.procedure import fingerprint
from states.words import long_day
from workflows.installation.key_exchange import BROKEN_OFF, FINISH, broken_off
from workflows.verification import reconcile
from workflows.verification import since as after
from workflows.verification.causes import Cause, causes
from workflows.verification.names import unreadable_names
from workflows.verification.portions import Held, Portion, PortionFindings, common_ground, portions
from workflows.verification.replay import Discrepancy
from workflows.verification.seen_by_checkpoints import Seen
from workflows.verification.side_by_side import Helpers, one_view_for_all, worth_having
from workflows.verification.unreadable import looked_through
from workflows.verification.verify_audit_log import how_many
from workflows.verification.verify_letters import carried_over
from workflows.verification.verify_meetings import meeting_faults
from workflows.verification.verify_registers import register_faults
from workflows.verification.verify_samples import sample_faults
from workflows.verification.verify_tasks import closed_in_log, task_faults

__all__ = ["Discrepancy", "Verdict", "verify"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verdict:
    """What was found: every place that does not add up (none: all is well), and how much was looked at.

    `notes` say what is well and yet to be known: that the master key was exchanged or lost. `logged` are the entries
    of the audit log. `since` names the checkpoint before which nothing was looked at; empty: all was.
    """

    places: tuple[Discrepancy, ...]
    cases: int
    entries: int
    rungs: int
    messages: int
    notes: tuple[str, ...] = ()
    logged: int = 0
    since: str = ""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What is wrong, one a cause, each with its places."""
        return causes(self.places)

    @property
    def ok(self) -> bool:
        """Whether everything adds up."""
        return not self.places


def verify(
    engine: Engine,
    *,
    ref: str | None = None,
    against: Path | None = None,
    since: str | None = None,
    progress: Progress | None = None,
    keys: MasterKey | None = None,
    now: datetime | None = None,
    evidence: Path | None = None,
    checkpoint_files: Path | None = None,
    processes: int | None = None,
) -> Verdict:
    """Hold the whole record (or the case `ref`) against its history; nothing is changed.

    `against` is the file of an earlier checkpoint, kept by anybody. With `since`, the number or the file of a
    checkpoint, only what came after it is looked at, which the notes say. With `keys` the checkpoints must be signed
    with this installation's own key. What is stuck is judged at `now` (UTC), or else at the newest time on record.
    `evidence` is the folder of files: every file that an entry names must be there as it was. `checkpoint_files` is the
    folder of the files of checkpoints, held against those in the database.
    `progress` is told how many cases are done, and of how many. The work is shared by as many `processes` as are
    named, or as it is worth; what is found is the same. Raises NotFound for an unknown case or checkpoint,
    BadCheckpoint or StorageTrouble for a file that cannot be used, BadAnswer for a case since a checkpoint.
    """
    if ref is not None and since is not None:
        raise BadAnswer("One case is always looked at whole: name the case, or the checkpoint, and not both.")
    ref = ref.strip().upper() if ref is not None else None
    kept = checkpoints.read(against) if against is not None else None
    several = processes or (1 if ref is not None else worth_having(engine))
    with one_view_for_all(engine, several) as (tx, helpers), closing(SeenEnds()) as ends:
        if ref is not None and kept is None and not bulk_reading.how_many(tx, ref):
            raise no_such_case(ref)
        first = after.find(tx, since) if since is not None else None
        seen = Seen(ends, ref, first.bare() if first is not None else None)
        seen.in_database(tx, keys, newest=ref is not None and kept is None)
        seen.in_files((against, kept), (since, first if not (since or "").isdecimal() else None))
        if ref is None and checkpoint_files is not None:
            seen.in_folder(tx, checkpoint_files)
        logs_since = first.logs if first is not None else None
        held = Held(common_ground(tx), ends, seen.logs, evidence, logs_since)
        todo = list(portions(tx, seen.logs, ref, first))
        first = kept = None  # a long text is not held while all the rest is looked at
        helpers.begin(held, todo)
        places = [*_tables(tx), *seen.places]
        around = looked_through("what belongs to no case", _around(tx, now)) if ref is None else ()
        others = [*_names(tx, todo, _own(tx, keys)), *_gone(tx, ends, ref), *around]
        looked = _looked_at(helpers, tx, held, todo, progress)
        places += (place for one in looked for place in one.places)
        places += others
        return _verdict(tx, places, looked, seen, keys)


def _looked_at(
    helpers: Helpers, tx: Connection, held: Held, todo: list[Portion], progress: Progress | None
) -> list[PortionFindings]:
    """What is found in every portion, and how much was looked at; `progress` is told of each case."""
    count, done = sum(one.cases for one in todo), 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, count)

    return helpers.look(tx, held, todo, step)


def _verdict(
    tx: Connection, places: list[Discrepancy], looked: list[PortionFindings], seen: Seen, keys: MasterKey | None
) -> Verdict:
    ref, since = seen.ref, seen.since
    cases, entries, rungs, messages = (
        sum(getattr(one, name) for one in looked) for name in ("cases", "entries", "rungs", "messages")
    )
    notes = [*seen.notes, *_unfinished(tx, keys)]
    if ref is None and since is None:
        notes += carried_over(tx)
        messages = int(tx.execute(select(func.count()).select_from(MESSAGES)).scalar_one())
    logged = how_many(tx) if ref is None else 0
    if since is None:
        return Verdict(tuple(places), cases, entries, rungs, messages, tuple(notes), logged)
    notes.append(after.left_alone(since, bulk_reading.how_many(tx) - cases))
    logged -= sum(end for end, _ in since.logs.values())
    return Verdict(tuple(places), cases, entries, rungs, messages, tuple(notes), logged, after.called(since))


def _own(tx: Connection, keys: MasterKey | None) -> MasterKey | None:
    """The master key, where it is the one of the newest checkpoint; another reads no name, which is said once."""
    newest = list(checkpoints.stored(tx, newest=1))
    signed = {one.public_key for one in newest if isinstance(one, SignedCheckpoint)}
    return keys if keys is not None and signed <= {checkpoints.public_key_of(keys)} else None


def _tables(tx: Connection) -> Iterator[Discrepancy]:
    """What is wrong with the protections, the tables, and the editions and calendars that were used."""
    missing = (f"the protection {name} is missing or altered" for name in missing_triggers(tx))
    yield from (Discrepancy("", 0, what) for what in chain(missing, foreign_triggers(tx), schema_faults(tx)))
    yield from looked_through("what editions and calendars say", (Discrepancy("", 0, what) for what in _rules(tx)))


def _rules(tx: Connection) -> Iterator[str]:
    for table, what, digest_of in ((EDITIONS, "edition", fingerprint), (CALENDARS, "calendar", _sha256)):
        for row in tx.execute(select(table.c.digest, table.c.name, table.c.body)):
            if digest_of(row.body) != row.digest:
                yield f"the {what} {row.name} ({row.digest[:12]}) is not as it was when it was used"
            elif from_json(row.body)["name"] != row.name:
                yield f"the {what} {row.name} ({row.digest[:12]}) calls itself otherwise"


def _sha256(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _names(tx: Connection, todo: list[Portion], keys: MasterKey | None) -> Iterator[Discrepancy]:
    """Names of children that cannot be read with the master key, where we have it."""
    for some in (one.among for one in todo if one.what == "cases"):
        yield from (
            Discrepancy(ref, 0, what) for ref, what in (unreadable_names(tx, some, keys) if keys is not None else ())
        )


def _gone(tx: Connection, ends: SeenEnds, ref: str | None) -> Iterator[Discrepancy]:
    """Cases that are not there, and to which a reference was given or that a checkpoint saw."""
    if ref is None:
        yield from (Discrepancy("", 0, what) for what in orphans(tx))
        numbered = (gone for gone in numbers_without_case(tx) if not ends.of([gone]))
        lost = (Discrepancy(gone, 0, "the case is gone: its reference was given to one") for gone in numbered)
        yield from looked_through("the count of references given to cases", lost)
    for gone, seen in ends.gone(tx):
        sequence, where = max((head[0], where) for head, where in seen.items())
        yield Discrepancy(gone, sequence, f"the case is gone: {where} saw it with {sequence} entries")


def _around(tx: Connection, now: datetime | None) -> Iterator[Discrepancy]:
    """What belongs to no case alone: what is stuck, and the registers against their logs."""
    moment = now or _alive(tx)
    if moment is not None:
        yield from (Discrepancy(*one) for one in reconcile.stuck(tx, moment))
    yield from register_faults(tx)
    yield from meeting_faults(tx)
    yield from sample_faults(tx)
    yield from task_faults(tx, list(closed_in_log(tx)))


def _unfinished(tx: Connection, keys: MasterKey | None) -> Iterator[str]:
    begun = broken_off(tx, keys) if keys is not None else None
    if begun is not None:
        yield mended(BROKEN_OFF.format(day=long_day(begun.happened_on)), FINISH)


def _alive(tx: Connection) -> datetime | None:
    last = max((at for at, _ in heartbeats.last(tx).values()), default=None)
    newest = tx.execute(select(func.max(MESSAGES.c.created_at))).scalar()
    moments = [moment for moment in (last, newest) if moment is not None]
    return max(moments, default=None)
