"""Backing everything up while Cairn runs, and restoring it into an empty database: SQLite or PostgreSQL, either way.

One file holds every table, the checkpoints and the evidence. The master key is never in it: who finds a backup can
read no name, and who restores one needs the key that was in use when it was made.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from operator import methodcaller
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    Table,
    Text,
    column,
    func,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from records.archive import (
    DAMAGED,
    MANIFEST,
    KeptTable,
    Kind,
    Manifest,
    chunks_of,
    digest_of,
    opened,
    part_chunks,
    write_part,
)
from records.case_tables import CaseFile
from records.database import reading, transaction
from records.files import DRAFT, check_not_there, plainly_about, whole_file
from records.metadata import table_of
from records.upgrade import VERSION_TABLE, VERSIONS, migrate, version_of, wait_for_others
from states.errors import NotPossible, StorageTrouble
from states.words import counted, utc_day_and_time

ROWS_AT_ONCE = 500
TYPES: dict[Kind, TypeEngine[Any]] = {
    "str": Text(),
    "int": Integer(),
    "bool": Boolean(),
    "date": Date(),
    "datetime": UTCDateTime(),
}
WRITE = methodcaller("isoformat")
READ: dict[Kind, Callable[[str], object]] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}

KEY_NOT_IN_IT = (
    "The master key is not in it: keep a copy of the key elsewhere, for without it names and addresses stay unreadable."
)
NOTHING_THERE = "There is nothing to back up: the database has not been set up yet."
TOO_OLD = "The database is to be brought forward first: start Cairn once, then make the backup."
NOT_EMPTY = (
    "This database already holds records, and a restore never mixes or replaces any: name a new, empty database in "
    "the settings (a file that does not exist yet, or a fresh PostgreSQL database) and restore again."
)
NEWER = (
    "This backup was made by a newer Cairn (tables version {found}, this one knows up to {newest}): restore with it."
)
MISCOUNTED = (
    "The backup {path} says that it holds {rows:,} rows of {name}, and there are {found:,}: choose another one. "
    "Nothing was restored."
)
NO_PLACE = "The backup holds the folder {name}, and the settings do not say where it belongs."
NOT_A_FOLDER = "{path} is not a folder, so it cannot be backed up as one."


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds: rows, files beside the database, and how many bytes the backup has."""

    path: Path
    created_at: datetime
    rows: int
    files: int
    size: int

    @property
    def sentence(self) -> str:
        """What the person who asked for the backup is told."""
        return f"{self.path} holds {_held(self.rows, self.files)} ({self.size:,} bytes). {KEY_NOT_IN_IT}"


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored, from when, and how many whole days old it is."""

    path: Path
    created_at: datetime
    rows: int
    files: int
    days_old: int

    @property
    def sentence(self) -> str:
        """What the person who asked for the restore is told."""
        ago = "" if self.days_old == 0 else f" ({counted(self.days_old, 'day')} ago)"
        made = f"{utc_day_and_time(self.created_at)}{ago}"
        return f"Restored {_held(self.rows, self.files)} as they were on {made}."


def _held(rows: int, files: int) -> str:
    return f"{counted(rows, 'row')} and {counted(files, 'file')}"


def backup(
    engine: Engine,
    to: Path,
    now: datetime,
    extra: Mapping[str, Path],
    on_record: Callable[[BackupReport, Path], object] = lambda _, __: None,
) -> BackupReport:
    """Write everything into the new file `to`, from one steady view, while others go on working.

    `extra` names folders to take along, such as "checkpoints"; one that does not exist is left out. `on_record` puts
    on record what was written, given the draft of it: the file appears after that. Raises
    AlreadyThere when there is such a file, StorageTrouble when it cannot be written; then there is no file.
    """
    check_not_there(to)
    with whole_file(to) as draft:
        report = _write(engine, draft, to, now, extra)
        on_record(report, draft)
    return report


def _write(engine: Engine, draft: Path, to: Path, now: datetime, extra: Mapping[str, Path]) -> BackupReport:
    with ZipFile(draft, "w") as archive:
        with _steady(engine) as tx:
            _check_current(tx)
            tables, digests = _write_tables(archive, tx, now)
        files = {part: write_part(archive, part, chunks_of(path), now) for part, path in _files(extra)}
        manifest = Manifest(version=VERSIONS[-1], created_at=now, tables=tables, digests=digests | files)
        write_part(archive, MANIFEST, [manifest.model_dump_json(indent=1).encode()], now)
    return BackupReport(to, now, sum(kept.rows for kept in tables), len(files), draft.stat().st_size)


def restore(
    engine: Engine,
    source: Path,
    now: datetime,
    extra: Mapping[str, Path],
    on_record: Callable[[Connection, RestoreReport], object] = lambda _, __: None,
) -> RestoreReport:
    """Bring a backup back into an empty database and into the folders of `extra`: all of it, or nothing.

    The whole backup is checked before anything is written; `on_record` writes beside it what is to be known of it.
    Raises StorageTrouble for a file that is damaged or was
    made by a newer Cairn, NotPossible when the database holds anything.
    """
    with opened(source) as (archive, manifest):
        if manifest.version not in VERSIONS:
            raise StorageTrouble(NEWER.format(found=manifest.version, newest=VERSIONS[-1]))
        _check_whole(source, archive, manifest)
        places = dict(_places(manifest, extra))
        with _nothing_left(list(places.values())) as made, transaction(engine) as tx:
            wait_for_others(tx)
            _make_ready(tx, manifest.version)
            _check_tables(source, manifest, set(inspect(tx).get_table_names()) - {VERSION_TABLE})
            for kept in manifest.tables:
                _fill(tx, source, archive, kept)
            migrate(tx, VERSIONS[-1])
            _count_on(tx)
            for part, place in places.items():
                if _put_back(archive, part, place):
                    made.append(place)
            rows = sum(kept.rows for kept in manifest.tables)
            report = RestoreReport(source, manifest.created_at, rows, len(places), (now - manifest.created_at).days)
            on_record(tx, report)
    return report


@contextmanager
def _nothing_left(places: list[Path]) -> Iterator[list[Path]]:
    """Lend a list of the files that are made: where something fails, those and the folders made for them go again."""
    missing = {folder for place in places for folder in place.parents if not folder.exists()}
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for place in made:
            place.unlink(missing_ok=True)
        for folder in sorted(missing, key=lambda one: len(one.parts), reverse=True):
            with suppress(OSError):
                folder.rmdir()
        raise


def _all_tables() -> list[Table]:
    return table_of(CaseFile).metadata.sorted_tables


@contextmanager
def _steady(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading(engine) as tx:
        yield tx


def _check_current(tx: Connection) -> None:
    found = version_of(tx)
    if found is None:
        raise NotPossible(NOTHING_THERE)
    if found != VERSIONS[-1]:
        raise NotPossible(TOO_OLD)


def _write_tables(archive: ZipFile, tx: Connection, now: datetime) -> tuple[tuple[KeptTable, ...], dict[str, str]]:
    written, digests = [], {}
    for one in _all_tables():
        columns = {each.name: _kind(each) for each in one.columns}
        count = tx.execute(select(func.count()).select_from(one)).scalar_one()
        kept = KeptTable(name=one.name, columns=columns, rows=count)
        digests[kept.part] = write_part(archive, kept.part, _lines(tx, one), now)
        written.append(kept)
    return tuple(written), digests


def _kind(one: Column[Any]) -> Kind:
    kept_as = one.type.impl_instance if isinstance(one.type, TypeDecorator) else one.type
    kind: Kind = kept_as.python_type.__name__  # type: ignore[assignment]
    return kind


def _lines(tx: Connection, one: Table) -> Iterator[bytes]:
    rows = tx.execute(select(one).order_by(*one.primary_key), execution_options={"yield_per": ROWS_AT_ONCE})
    for some in rows.partitions():
        yield "".join(json.dumps(list(row), ensure_ascii=False, default=WRITE) + "\n" for row in some).encode()


def _files(extra: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, folder in extra.items():
        if folder.is_file():
            raise NotPossible(NOT_A_FOLDER.format(path=folder))
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != DRAFT:
                yield f"files/{name}/{path.relative_to(folder).as_posix()}", path


def _places(manifest: Manifest, extra: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for part in manifest.digests:
        room, _, inside = part.partition("/")
        if room == "files":
            name, *place = PurePosixPath(inside).parts
            if name not in extra:
                raise NotPossible(NO_PLACE.format(name=name))
            yield part, extra[name].joinpath(*place)


def _make_ready(tx: Connection, version: str) -> None:
    found = version_of(tx)
    if found is None:
        migrate(tx, version)
    elif found != version or any(
        tx.execute(select(text("1")).select_from(one).limit(1)).first() for one in _all_tables()
    ):
        raise NotPossible(NOT_EMPTY)


def _check_whole(source: Path, archive: ZipFile, manifest: Manifest) -> None:
    """Refuse a backup that has not the tables, or not as many rows, as it says; before anything is written."""
    if manifest.version == VERSIONS[-1]:
        _check_tables(source, manifest, {one.name for one in _all_tables()})
    for kept in manifest.tables:
        _check_count(source, kept, sum(chunk.count(b"\n") for chunk in part_chunks(archive, kept.part)))


def _check_count(source: Path, kept: KeptTable, found: int) -> None:
    if found != kept.rows:
        raise StorageTrouble(MISCOUNTED.format(path=source, rows=kept.rows, name=kept.name, found=found))


def _check_tables(source: Path, manifest: Manifest, there: set[str]) -> None:
    """Refuse a backup that lacks a table of its version, or has one that its version has not."""
    for name in sorted(there ^ {kept.name for kept in manifest.tables}):
        raise StorageTrouble(DAMAGED.format(path=source, part=f"tables/{name}.jsonl"))


def _fill(tx: Connection, source: Path, archive: ZipFile, kept: KeptTable) -> None:
    """Fill a table; what came back must be what the manifest says there was."""
    to = table(kept.name, *(column(name, TYPES[kind]) for name, kind in kept.columns.items()))
    with archive.open(kept.part) as part:
        rows = (_row(kept, line) for line in io.TextIOWrapper(part, "utf-8"))
        while some := list(islice(rows, ROWS_AT_ONCE)):
            tx.execute(to.insert(), some)
    _check_count(source, kept, tx.execute(select(func.count()).select_from(to)).scalar_one())


def _row(kept: KeptTable, line: str) -> dict[str, object]:
    cells: Iterable[tuple[tuple[str, Kind], Any]] = zip(kept.columns.items(), json.loads(line), strict=True)
    return {name: READ[kind](cell) if kind in READ and cell is not None else cell for (name, kind), cell in cells}


def _count_on(tx: Connection) -> None:
    """PostgreSQL numbers new rows from where the restored ones end."""
    for one in _all_tables() if tx.dialect.name == "postgresql" else []:
        counted = one.autoincrement_column
        if counted is not None:
            sequence = func.pg_get_serial_sequence(one.name, counted.name)
            tx.execute(select(func.setval(sequence, func.max(counted))).having(func.max(counted).is_not(None)))


def _put_back(archive: ZipFile, part: str, place: Path) -> bool:
    """Put a file back where it was; whether it had to be."""
    with plainly_about(place):
        if place.exists() and digest_of(chunks_of(place)) == digest_of(part_chunks(archive, part)):
            return False
    with whole_file(place) as draft, draft.open("wb") as file:
        file.writelines(part_chunks(archive, part))
    return True
