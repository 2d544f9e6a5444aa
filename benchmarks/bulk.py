"""Cases by the hundred thousand: stories told once through the verbs' own fold, then copied under other references.

A copy differs from its story in the reference alone, which stands in every entry: so each is sealed anew, over its own
entries, and replays as the story does. PostgreSQL takes the rows by COPY, in two processes; SQLite has one writer.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from records import chain
from records.snapshots import fingerprint
from records.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Connection

AT_ONCE, PROCESSES = 5_000, 2
NAMED = {"message": "id", "task": "id", "unreached": "task_id"}
"""The columns that name a row by a hash of what it is about."""
OF_A_CASE = tuple(one.name for one in METADATA.sorted_tables if "case_id" in one.c and one.name != "webhook_call")


@dataclass(frozen=True)
class Told:
    """A story: the rows of one case as its database has them, by table; a row is its values in the table's order."""

    ref: str
    rows: dict[str, list[dict[str, Any]]]

    @cached_property
    def parts(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The tables that hold anything of it besides the case and its history."""
        return [
            (name, rows)
            for name, rows in self.rows.items()
            if rows and name not in {"case_file", "case_snapshot", "history"}
        ]


@dataclass(frozen=True)
class Share:
    """What one process makes: copies of stories in turn, from a number of a case and a place in the order on."""

    url: str
    stories: Sequence[Told]
    refs: Sequence[str]
    first: int


def told(tx: Connection, ref: str) -> Told:
    """A case as the database has it, times and days as text where the server takes them so."""
    as_text = "" if tx.dialect.name == "sqlite" else "::text"
    case_id = tx.exec_driver_sql(f"SELECT id FROM case_file WHERE ref = '{ref}'").scalar_one()
    found = {}
    for name in ("case_file", *OF_A_CASE):
        columns = ", ".join(f'"{one.name}"{as_text}' for one in METADATA.tables[name].columns)
        key = "id" if name == "case_file" else "case_id"
        rows = tx.exec_driver_sql(f"SELECT {columns} FROM {name} WHERE {key} = {case_id}")
        found[name] = [dict(row) for row in rows.mappings()]
    found["history"].sort(key=lambda row: int(row["sequence"]))
    return Told(ref, found)


def copied(story: Told, ref: str, case_id: int) -> Iterator[tuple[str, list[Any]]]:
    """The rows of a copy, each with the name of its table: the case first, for all others belong to it."""
    head, lines = chain.beginning(ref), []
    for row in story.rows["history"]:
        body = row["body"].replace(story.ref, ref)
        head = chain.seal(head, body)
        lines.append(("history", list({**row, "case_id": case_id, "body": body, "seal": head}.values())))
    (case,) = story.rows["case_file"]
    dossier, taken = case["dossier"].replace(story.ref, ref), dict[str, str]()
    for row in story.rows["case_snapshot"]:
        body = row["body"].replace(story.ref, ref)
        taken[row["digest"]] = fingerprint(body)
        copy = {**row, "digest": taken[row["digest"]], "case_id": case_id, "body": body}
        lines.append(("case_snapshot", list(copy.values())))
    named = {"dossier": dossier, "snapshot": taken.get(case["snapshot"], case["snapshot"])}
    yield "case_file", list({**case, "id": case_id, "ref": ref, "head": head, **named}.values())
    yield from lines
    for name, rows in story.parts:
        for row in rows:
            other = {"case_id": case_id}
            if name in NAMED:
                other[NAMED[name]] = hashlib.sha256(f"{ref} {row[NAMED[name]]}".encode()).hexdigest()
            yield name, list({**row, **other}.values())


def batches(share: Share) -> Iterator[dict[str, list[list[Any]]]]:
    """The rows of some thousand copies at a time, by table."""
    numbered = enumerate(share.refs, start=share.first)
    while some := list(islice(numbered, AT_ONCE)):
        found: dict[str, list[list[Any]]] = defaultdict(list)
        for case_id, ref in some:
            for name, row in copied(share.stories[case_id % len(share.stories)], ref, case_id):
                found[name].append(row)
        yield {name: found[name] for name in ("case_file", *OF_A_CASE) if name in found}


def put_in(url: str, stories: Sequence[Told], refs: Sequence[str], first: int) -> None:
    """Copies of stories in turn under these references, numbered from one on; in two processes on PostgreSQL."""
    if url.startswith("sqlite"):
        _into_sqlite(Share(url, stories, refs, first))
        return
    half = -(-len(refs) // PROCESSES)
    shares = [Share(url, stories, refs[at : at + half], first + at) for at in range(0, len(refs), half)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(_into_postgresql, shares))


def _into_postgresql(share: Share) -> None:
    with psycopg.connect(share.url.replace("+psycopg", "")) as connection:
        for some in batches(share):
            for name, rows in some.items():
                columns = sql.SQL(", ").join(map(sql.Identifier, METADATA.tables[name].columns.keys()))
                into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)
                with connection.cursor() as cursor, cursor.copy(into) as copy:
                    for row in rows:
                        copy.write_row(row)
            connection.commit()


def _into_sqlite(share: Share) -> None:
    with closing(sqlite3.connect(share.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for some in batches(share):
            for name, rows in some.items():
                columns = ", ".join(f'"{one.name}"' for one in METADATA.tables[name].columns)
                places = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({places})", rows)
            connection.commit()
