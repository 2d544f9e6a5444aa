"""A committee of 100,000 cases with a desk: simulated once, its files copied in the database until there are enough.

Of the cases 2,000 are open, with everything on record about them; those that are closed have the entries that opened
and closed them. Of the 15,000 recommendations 2,000 are open.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pyotp
from pydantic import SecretStr
from sqlalchemy import func, insert, select, text, update

from benchmarks.stock import simulated
from config.settings import Settings
from records import recommendation_words
from records.case_tables import CaseFile
from records.database import connect, transaction
from records.metadata import table_of
from records.register_tables import AccountRow
from records.tables import METADATA
from records.upgrade import upgrade
from tests.desk import SECRET, Committee
from workflows.installation.installation import Installation, open_installation
from workflows.verbs.people import change_people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

MANY, OPEN, RECOMMENDATIONS, RECOMMENDATIONS_OPEN = 100_000, 2_000, 15_000, 2_000
ENTRIES = 200
SIMULATED = ("--cases", "24", "--years", "2", "--seed", "7", "--no-delivery")
LEAD = "Lead officer, north"
"""One of the two who lead the simulated cases."""

CASES, ACCOUNTS = table_of(CaseFile), table_of(AccountRow)
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
COPIES = "copied(id, origin, number) AS (SELECT :last + n.i, :origin, n.i FROM n)"
OF_A_CASE = ("deadline", "recommendation", "recommendation_word")
"""What a copy of a case has besides its history."""
OWN_HEAD = "substr(c.head, 1, 54) || (1000000000 + d.id)"
"""Each copy ends with a seal of its own, as cases do: by it the desk knows a case again."""
ANY_CASE = "(SELECT ref FROM case_file WHERE kind = 'case' AND id >= 100 + d.number * 6 ORDER BY id LIMIT 1)"
"""Copies of a recommendation came from many cases, not all from the one that the first came from."""


@dataclass(frozen=True)
class DeskStock:
    """A data folder with a committee in it; the case with 200 entries, and others with as many (reference and id)."""

    installation: Installation
    long_case: str
    long_case_id: int
    as_long: tuple[tuple[str, int], ...]

    @property
    def environment(self) -> dict[str, str]:
        """What a process that serves this desk is told."""
        chosen = self.installation.settings
        there = {"CAIRN_DATABASE": chosen.database.get_secret_value()} if chosen.database else {}
        return {"CAIRN_DATA": str(chosen.data), "CAIRN_COMMITTEE": "example-committee", **there}


def simulated_committee(folder: Path) -> Path:
    """A data folder with a committee's two years until yesterday, and the accounts of its people."""
    today = datetime.now(UTC)  # noqa: TID251  a desk in a process of its own goes by it
    yesterday = datetime.combine(today - timedelta(days=1), time.max, UTC)  # after all that is simulated of that day
    simulated(folder, "unused.db", *SIMULATED, "--ends", f"{yesterday:%Y-%m-%d}").dispose()
    data = folder / "simulated"
    shutil.copy(folder / "unused.db", data / "cairn.db")
    here = open_installation(Settings(data=data), yesterday)
    committee = Committee(here, yesterday)
    for role in ("administrator", "lead_officer"):
        committee.add(role)
    with transaction(here.engine) as tx:
        tx.execute(update(ACCOUNTS).where(ACCOUNTS.c.sign_in == "lead_officer").values(person=LEAD))
    here.engine.dispose()
    return data


@contextmanager
def filled(data: Path, folder: Path, url: str = "") -> Iterator[DeskStock]:
    """The committee on a copy of its data folder (with a `url`, in that empty database), as large as it is to be."""
    shutil.copytree(data, folder)
    here = open_installation(Settings(data=folder), datetime.now(UTC))  # noqa: TID251  as above
    if url:
        server = connect(url)
        upgrade(server, None, datetime.now(UTC))  # noqa: TID251  as above
        _copy_rows(here.engine, server)
        here.engine.dispose()
        settings = here.settings.model_copy(update={"database": SecretStr(url)})
        here = replace(here, settings=settings, engine=server)
    long_case = _with_many_entries(here)
    with transaction(here.engine) as tx:
        _grow(tx)
    with here.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        tx.execute(text("ANALYZE"))
    try:
        yield DeskStock(here, *long_case, _copies_of(here, long_case[0]))
    finally:
        here.engine.dispose()


def code() -> str:
    """The code that the app of whoever signs in shows now."""
    return pyotp.TOTP(SECRET).now()


def _copy_rows(source: Engine, target: Engine) -> None:
    with source.connect() as rows, target.begin() as tx:
        for table in METADATA.sorted_tables:
            tx.execute(table.delete()) if table.name == "numbering" else None
            found = [dict(row) for row in rows.execute(select(table)).mappings()]
            if found:
                tx.execute(insert(table), found)


def _with_many_entries(here: Installation) -> tuple[str, int]:
    """An open case on which somebody changes the deputy until it has 200 entries: its reference and number."""
    committee = Committee(here, datetime.now(UTC))  # noqa: TID251  as above
    committee.numbers = {"lead_officer": 2, "administrator": 1}
    with here.engine.connect() as tx:
        case = select(CASES.c.ref, CASES.c.id, CASES.c.sequence).where(
            CASES.c.kind == "case", CASES.c.closed_on.is_(None)
        )
        ref, number, sequence = tx.execute(case.order_by(CASES.c.sequence.desc()).limit(1)).one()
    for place in range(max(ENTRIES - sequence, 0)):
        committee.acts("lead_officer", change_people, ref, deputy=f"D. Deputy {place % 2}")
    return str(ref), int(number)


def _copies_of(here: Installation, ref: str) -> tuple[tuple[str, int], ...]:
    with here.engine.connect() as tx:
        copies = select(CASES.c.ref, CASES.c.id).where(CASES.c.ref.startswith(f"{ref}-")).order_by(CASES.c.id)
        return tuple((row.ref, row.id) for row in tx.execute(copies))


def _grow(tx: Connection) -> None:
    """Copies of cases and recommendations, open and closed, until there are as many as there are to be."""
    kinds = (("case", True, OPEN), ("case", False, MANY - OPEN))
    advised = (
        ("recommendation", True, RECOMMENDATIONS_OPEN),
        ("recommendation", False, RECOMMENDATIONS - RECOMMENDATIONS_OPEN),
    )
    for kind, is_open, wanted in (*kinds, *advised):
        closed = CASES.c.closed_on.is_(None) if is_open else CASES.c.closed_on.is_not(None)
        of_kind = select(CASES.c.id, func.length(CASES.c.dossier)).where(CASES.c.kind == kind, closed)
        found = tx.execute(of_kind.order_by(func.length(CASES.c.dossier), CASES.c.id)).all()
        origins = [row.id for row in (found if is_open else found[:1])]
        each, more = divmod(wanted - len(found), len(origins))
        for place, origin in enumerate(origins):
            _copy(tx, origin, each + (place < more), whole=is_open)
    recommendation_words.rebuild(tx)


def _copy(tx: Connection, origin: int, count: int, *, whole: bool) -> None:
    if not count:
        return
    last = int(tx.execute(select(func.max(CASES.c.id))).scalar_one())
    ref = str(tx.execute(select(CASES.c.ref).where(CASES.c.id == origin)).scalar_one())
    given = {"count": count, "last": last, "origin": origin, "was": f'"ref":"{ref}"', "begins": f'"ref":"{ref}-'}
    kept = [one.name for one in CASES.columns if one.name not in {"id", "ref", "head", "dossier"}]
    changed = f"{OWN_HEAD}, replace(c.dossier, :was, :begins || d.number || '\"')"
    columns = f"d.id, c.ref || '-' || d.number, {', '.join(f'c.{name}' for name in kept)}, {changed}"
    names = ("id", "ref", *kept, "head", "dossier")
    _insert(tx, "case_file", names, columns, given, "JOIN case_file c ON c.id = d.origin")
    for name in ("history", *OF_A_CASE[:2]):
        others = [f'"{one.name}"' for one in METADATA.tables[name].columns if one.name not in {"case_id", "of_ref"}]
        join = f"JOIN {name} c ON c.case_id = d.origin"
        if name == "history" and not whole:
            join += " AND c.sequence IN (1, (SELECT sequence FROM case_file WHERE id = :origin))"
        columns = f"d.id, {', '.join(f'c.{one}' for one in others)}"
        if name == "recommendation":
            others, columns = [*others, "of_ref"], f"{columns}, {ANY_CASE}"
        _insert(tx, name, ("case_id", *others), columns, given, join)


def _insert(
    tx: Connection, table: str, names: tuple[str, ...], columns: str, given: dict[str, object], join: str
) -> None:
    wanted = f"INSERT INTO {table} ({', '.join(names)}) {NUMBERS}, {COPIES} SELECT {columns} FROM copied d {join}"
    tx.execute(text(wanted), {name: value for name, value in given.items() if f":{name}" in wanted})
