"""Checks that the tables are as Cairn made them: no column, key, constraint or index missing, no orphaned row."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, ForeignKey, Inspector, Select, Table, inspect, select
from sqlalchemy.schema import ForeignKeyConstraint, UniqueConstraint

from records.cases import CASES
from records.history_tables import Numbering
from records.hot_statements import Hot
from records.metadata import table_of
from records.tables import METADATA

NUMBERS = table_of(Numbering)


_faults_of: dict[Hashable, tuple[str, ...]] = {}


def schema_faults(tx: Connection) -> tuple[str, ...]:
    """What the tables lack: columns, keys, constraints and indexes, in words.

    A SQLite file keeps its tables as one text, which is read each time and taken apart only when it is a new one.
    """
    if tx.dialect.name != "sqlite":
        return tuple(_faults(tx))
    written = tuple(map(tuple, tx.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name")))
    if written not in _faults_of:
        _faults_of.clear()
        _faults_of[written] = tuple(_faults(tx))
    return _faults_of[written]


def _faults(tx: Connection) -> Iterator[str]:
    found = _Found(inspect(tx))
    for table in METADATA.sorted_tables:
        if table.name not in found.columns:
            yield f"the table {table.name} is missing"
            continue
        lacking = (*_keys_missing(found, table), *_indexes_missing(found, table))
        yield from (f"the {what} of the table {table.name} is missing or altered" for what in lacking)


class _Found:
    """What a database says of its tables, by name: a server is asked once for each kind of thing."""

    def __init__(self, looking: Inspector) -> None:
        self.columns = _by_name(looking.get_multi_columns())
        self.primary_keys = _by_name(looking.get_multi_pk_constraint())
        self.foreign_keys = _by_name(looking.get_multi_foreign_keys())
        self.unique = _by_name(looking.get_multi_unique_constraints())
        self.indexes = _by_name(looking.get_multi_indexes())


def _by_name(found: Any) -> dict[str, Any]:
    return {table: things for (_, table), things in found.items()}


def _keys_missing(found: _Found, table: Table) -> Iterator[str]:
    columns = {one["name"]: one["nullable"] for one in found.columns[table.name]}
    yield from (f"column {one.name}" for one in table.columns if columns.get(one.name) != one.nullable)
    if found.primary_keys[table.name]["constrained_columns"] != [one.name for one in table.primary_key.columns]:
        yield "primary key"
    known = {_foreign(one) for one in found.foreign_keys[table.name]}
    keys = [one for one in table.constraints if isinstance(one, ForeignKeyConstraint)]
    yield from sorted(f"foreign key of {', '.join(_columns(one))}" for one in keys if _leads(one) not in known)


def _indexes_missing(found: _Found, table: Table) -> Iterator[str]:
    unique = {tuple(one["column_names"]) for one in found.unique[table.name]}
    wanted = {_columns(one) for one in table.constraints if isinstance(one, UniqueConstraint)}
    yield from (f"uniqueness of {', '.join(names)}" for names in sorted(wanted - unique))
    present = {(one["name"], tuple(one["column_names"]), bool(one["unique"])) for one in found.indexes[table.name]}
    indexes = {(str(one.name), _columns(one), bool(one.unique)) for one in table.indexes}
    yield from sorted(f"index {name}" for name, *_ in indexes - present)


def _columns(constraint: Any) -> tuple[str, ...]:
    return tuple(column.name for column in constraint.columns)


def _leads(constraint: ForeignKeyConstraint) -> tuple[tuple[str, ...], str]:
    return _columns(constraint), constraint.referred_table.name


def _foreign(found: Any) -> tuple[tuple[str, ...], str]:
    return tuple(found["constrained_columns"]), str(found["referred_table"])


def orphans(tx: Connection) -> Iterator[str]:
    """Rows that belong to a row that is gone: of which table, to what, and its number."""
    for table, parent, lost in _lost():
        for (number,) in lost.rows(tx, {}):
            yield f"the table {table} has rows of a {parent} that is gone ({number})"


@cache
def _lost() -> tuple[tuple[str, str, Hot], ...]:
    """Each table with rows that belong to others, to what they belong, and what finds those that are gone."""
    keys = ((table, key) for table in METADATA.sorted_tables for key in sorted(table.foreign_keys, key=_by_column))
    return tuple((table.name, key.column.table.name.replace("_", " "), Hot(_leads_nowhere(key))) for table, key in keys)


def _by_column(key: ForeignKey) -> str:
    return key.parent.name


def _leads_nowhere(key: ForeignKey) -> Select[Any]:
    there = select(key.column).where(key.column == key.parent).exists()
    return select(key.parent).where(key.parent.is_not(None), ~there).distinct().order_by(key.parent)


def numbers_without_case(tx: Connection) -> Iterator[str]:
    """The references that were given to a case when there is no such case."""
    given = tx.execute(select(NUMBERS.c.series, NUMBERS.c.last).order_by(NUMBERS.c.series))
    there = {series: bytearray(max(last, 0) + 1) for series, last in given if " " not in series}
    for ref in tx.execute(select(CASES.c.ref), execution_options={"yield_per": 1000}).scalars():
        series, _, number = ref.rpartition("-")
        if number.isdecimal() and int(number) < len(there.get(series, ())) and len(number) == len(f"{int(number):04}"):
            there[series][int(number)] = True
    for series, seen in there.items():
        yield from (f"{series}-{number:04}" for number in range(1, len(seen)) if not seen[number])
