"""Is the record whole, and does it replay? All rows are held against the history, and the history against its seals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from records import bulk_reading, checkpoints, heartbeats, recommendations, search
from records.case_columns import CALENDARS, EDITIONS
from records.case_rows import no_such_case
from records.cases import CASES
from records.checkpoints import Checkpoint
from records.editions import EditionLibrary
from records.kept_files import missing_evidence
from records.keys import MasterKey
from records.outbox import MESSAGES
from records.schema import numbers_without_case, orphans, schema_faults
from records.triggers import foreign_triggers, missing_triggers
from states.expected import SweepTimes
from states.next_step import mended
from states.procedure import fingerprint
from states.words import long_day
from workflows.installation.key_exchange import BROKEN_OFF, FINISH, broken_off, follows, key_before, noted
from workflows.verification import checkpoint_files as checkpoint_file
from workflows.verification import reconcile, replay
from workflows.verification.causes import Cause, causes
from workflows.verification.replay import Ground, Place
from workflows.verification.verify_audit_log import audit_log_faults, how_many
from workflows.verification.verify_letters import carried_over, letter_faults
from workflows.verification.verify_meetings import meeting_faults
from workflows.verification.verify_registers import register_faults
from workflows.verification.verify_samples import sample_faults

__all__ = ["Place", "Verdict", "verify"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verdict:
    """What was found: every place that does not add up (none: all is well), and how much was looked at.

    `notes` say what is well and yet to be known: that the master key was exchanged or lost. `logged` are the entries
    of the audit log.
    """

    places: tuple[Place, ...]
    cases: int
    entries: int
    rungs: int
    messages: int
    notes: tuple[str, ...] = ()
    logged: int = 0

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What is wrong, one a cause, each with its places."""
        return causes(self.places)

    @property
    def ok(self) -> bool:
        """Whether everything adds up."""
        return not self.places


@dataclass
class Audit:
    """One look at the record: what it is held against, and what has been found and counted so far."""

    ground: Ground
    heads: dict[str, dict[tuple[int, str], str]]
    places: list[Place] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    entries: int = 0
    rungs: int = 0
    notes: list[str] = field(default_factory=list)
    logs: dict[str, dict[tuple[int, str], str]] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


def verify(
    engine: Engine,
    *,
    ref: str | None = None,
    against: Path | None = None,
    progress: Progress | None = None,
    keys: MasterKey | None = None,
    now: datetime | None = None,
    evidence: Path | None = None,
    checkpoint_files: Path | None = None,
) -> Verdict:
    """Hold the whole record (or the case `ref`) against its history; nothing is changed.

    `against` is the file of an earlier checkpoint, kept by anybody. With `keys` the checkpoints must be signed with
    this installation's own key. What is stuck is judged at `now` (UTC), or else at the newest time on record.
    `evidence` is the folder of files: every file that an entry names must be there as it was. `checkpoint_files` is the
    folder of the files of checkpoints, held against those in the database.
    `progress` is told how many cases are done, and of how many. Raises NotFound for an unknown case, BadCheckpoint or
    StorageTrouble for a file that cannot be used.
    """
    ref = ref.strip().upper() if ref is not None else None
    kept = checkpoints.read(against) if against is not None else None
    with bulk_reading.one_view(engine) as tx:
        if ref is not None and kept is None and not bulk_reading.how_many(tx, ref):
            raise no_such_case(ref)
        audit = _begun(tx, keys)
        audit.places += [Place("", 0, f"the protection {name} is missing or altered") for name in missing_triggers(tx)]
        audit.places += [Place("", 0, what) for what in (*foreign_triggers(tx), *schema_faults(tx), *_rules(tx))]
        _checkpoints(tx, audit, ref, keys, kept, against)
        if ref is None and checkpoint_files is not None:
            _checkpoint_files(tx, audit, checkpoint_files)
        _cases(tx, audit, ref, progress)
        audit.notes += _unfinished(tx, keys)
        audit.places += _recommendations(tx, ref, evidence)
        moment = now or _alive(tx)
        if ref is None and moment is not None:
            audit.places += [Place(*one) for one in reconcile.stuck(tx, moment)]
        logged = _audit_log(tx, audit) if ref is None else 0
        return Verdict(
            tuple(audit.places),
            len(audit.seen),
            audit.entries,
            audit.rungs,
            _messages(tx, ref),
            tuple(audit.notes),
            logged,
        )


def _begun(tx: Connection, keys: MasterKey | None) -> Audit:
    heads: dict[str, dict[tuple[int, str], str]] = {}
    seen = tx.execute(select(bulk_reading.RUNGS.c.at).distinct().order_by(bulk_reading.RUNGS.c.at)).scalars().all()
    finished = heartbeats.last(tx).get("sweep", (None, ""))[0]
    ground = Ground(EditionLibrary(tx), SweepTimes(seen, finished), reconcile.everybody(tx), heads, _own(tx, keys))
    return Audit(ground, heads)


def _own(tx: Connection, keys: MasterKey | None) -> MasterKey | None:
    """The master key, where it is the one of the newest checkpoint; another reads no name, which is said once."""
    newest = list(checkpoints.stored(tx, newest=1))
    signed = {one.public_key for one in newest if isinstance(one, Checkpoint)}
    return keys if keys is not None and signed <= {checkpoints.public_key_of(keys)} else None


def _rules(tx: Connection) -> Iterator[str]:
    for table, what, digest_of in ((EDITIONS, "edition", fingerprint), (CALENDARS, "calendar", _sha256)):
        for row in tx.execute(select(table.c.digest, table.c.name, table.c.body)):
            if digest_of(row.body) != row.digest:
                yield f"the {what} {row.name} ({row.digest[:12]}) is not as it was when it was used"


def _sha256(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _cases(tx: Connection, audit: Audit, ref: str | None, progress: Progress | None) -> None:
    count = bulk_reading.how_many(tx, ref)
    for done, kept in enumerate(bulk_reading.cases_kept(tx, ref), start=1):
        audit.seen.add(kept.row["ref"])
        audit.entries += len(kept.lines)
        audit.rungs += len(kept.climbs)
        audit.places += replay.faults(audit.ground, kept)
        if progress is not None:
            progress(done, count)
    if ref is None:
        audit.places += [Place("", 0, what) for what in orphans(tx)]
        numbered = (gone for gone in numbers_without_case(tx) if gone not in audit.heads)
        audit.places += [Place(gone, 0, "the case is gone: its reference was given to one") for gone in numbered]
    for gone in sorted(audit.heads.keys() - audit.seen):
        sequence, where = max((head[0], where) for head, where in audit.heads[gone].items())
        audit.places.append(Place(gone, sequence, f"the case is gone: {where} saw it with {sequence} entries"))


def _audit_log(tx: Connection, audit: Audit) -> int:
    audit.places += [*audit_log_faults(tx, audit.logs), *register_faults(tx), *meeting_faults(tx), *sample_faults(tx)]
    audit.places += letter_faults(tx)
    audit.notes += carried_over(tx)
    return how_many(tx)


def _checkpoints(
    tx: Connection, audit: Audit, ref: str | None, keys: MasterKey | None, kept: Checkpoint | None, path: Path | None
) -> None:
    ours = checkpoints.public_key_of(keys) if keys is not None else None
    known, later = {ours}, None
    for found in checkpoints.stored(tx, newest=1 if ref is not None and kept is None else None):
        if isinstance(found, int):
            audit.places.append(Place("", 0, f"checkpoint {found} cannot be read"))
            continue
        ours = key_before(later) or ours or found.public_key
        known.add(ours)
        audit.places += [Place("", 0, what) for what in _doubts(found, ours, later)]
        audit.notes += noted(found)
        _note(audit, found, f"checkpoint {found.number}", ref)
        audit.kept[found.number] = checkpoint_file.digest_of(found)
        later = found
    if later is not None and later.previous and ref is None:
        audit.places.append(Place("", 0, f"the checkpoint before checkpoint {later.number} is missing"))
    audit.keys.update(one for one in known if one is not None)
    if kept is not None and path is not None:
        if ours is not None and kept.public_key not in known:
            audit.places.append(Place("", 0, f"the checkpoint in {path.name} is signed with a key that is not ours"))
        _note(audit, kept, f"the checkpoint in {path.name}", ref)


def _unfinished(tx: Connection, keys: MasterKey | None) -> Iterator[str]:
    begun = broken_off(tx, keys) if keys is not None else None
    if begun is not None:
        yield mended(BROKEN_OFF.format(day=long_day(begun.happened_on)), FINISH)


def _checkpoint_files(tx: Connection, audit: Audit, folder: Path) -> None:
    files = checkpoint_file.look(tx, folder, audit.kept)
    audit.places += [Place("", 0, what) for what in files.faults]
    audit.notes += files.notes
    for where, found in files.others:
        if audit.keys and found.public_key not in audit.keys:
            audit.places.append(Place("", 0, f"{where} is signed with a key that is not ours"))
        _note(audit, found, where, None)


def _recommendations(tx: Connection, ref: str | None, evidence: Path | None) -> Iterator[Place]:
    yield from (Place(one, 0, what) for one, what in recommendations.faults(tx, ref))
    yield from (Place(one, 0, "the search does not find it") for one in search.not_found_by(tx) if ref in {None, one})
    for gone in missing_evidence(tx, evidence, ref) if evidence is not None else ():
        yield Place(gone.ref, gone.sequence, gone.what)


def _doubts(found: Checkpoint, ours: str, later: Checkpoint | None) -> Iterable[str]:
    if not found.is_as_signed():
        yield f"checkpoint {found.number} is not as it was signed"
    if found.public_key != ours:
        yield f"checkpoint {found.number} is signed with another key"
    if later is not None and later.previous != found.digest:
        yield f"the checkpoint before checkpoint {later.number} is missing or changed"
    if later is not None and not follows(found, later):
        yield f"checkpoint {later.number} says the key was exchanged, and checkpoint {found.number} does not"


def _note(audit: Audit, found: Checkpoint, where: str, ref: str | None) -> None:
    told = f"{where} ({long_day(found.at)})"
    for name, head in found.heads.items():
        if ref in (None, name):
            audit.heads.setdefault(name, {})[head] = told
    for log, head in found.logs.items():
        audit.logs.setdefault(log, {})[head] = told


def _alive(tx: Connection) -> datetime | None:
    last = max((at for at, _ in heartbeats.last(tx).values()), default=None)
    newest = tx.execute(select(func.max(MESSAGES.c.created_at))).scalar()
    moments = [moment for moment in (last, newest) if moment is not None]
    return max(moments, default=None)


def _messages(tx: Connection, ref: str | None) -> int:
    wanted = select(func.count()).select_from(MESSAGES)
    if ref is not None:
        wanted = wanted.join(CASES, CASES.c.id == MESSAGES.c.case_id).where(CASES.c.ref == ref)
    return int(tx.execute(wanted).scalar_one())
