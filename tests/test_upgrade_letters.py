"""Letters that were written and tried before letters were sealed are sealed by the upgrade, as they stood that day."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from notifications import smtp
from records.database import connect, reading, transaction
from records.letter_log import LOG
from records.migrations import guarding
from records.triggers import missing_triggers
from records.upgrade import migrate, upgrade
from tests import postgres
from tests.casework import asked, messages
from tests.mailserver import MailServer
from tests.office import FIFE, POLICE
from tests.samples import METADATA
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from tests.office import Office

BEFORE_SEALS = "0007"


@pytest.fixture
def at_work(office: Office) -> Iterator[Office]:
    """An office with letters accepted at once, after a second try, refused for good, and still waiting."""
    with MailServer() as server:
        office.relay = f"smtp://127.0.0.1:{server.port}?from=cairn@cairn.example"
        server.refuse = {"first.policescotland@example.org": "550 5.1.1 No such person"}
        case = asked(office, FIFE, POLICE)
        server.reject = "451 Try again later"
        office.deliver()
        server.reject = ""
        office.later(minutes=5)
        office.deliver()
        server.reject = "451 Try again later"
        office.later(days=11)
        office.sweep()
        office.deliver()
        assert {one.status for one in messages(office, case_id=case.id)} >= {"sent", "failed", "posted"}
        yield office
        smtp.close_connections()


@pytest.fixture
def older(at_work: Office, tmp_path: Path) -> Iterator[Engine]:
    """The same committee's database as it was before letters were sealed."""
    with ExitStack() as lent:
        url = f"sqlite:///{tmp_path / 'older.db'}"
        if at_work.engine.dialect.name == "postgresql":
            url = lent.enter_context(postgres.fresh_database())
        engine = connect(url)
        with reading(at_work.engine) as source, transaction(engine) as tx:
            migrate(tx, BEFORE_SEALS)
            copy_rows(source, tx)
        yield engine
        engine.dispose()


def copy_rows(source: Connection, tx: Connection) -> None:
    """Every row but the seals of letters, in the columns there were then."""
    there = inspect(tx)
    for table in METADATA.sorted_tables:
        if not there.has_table(table.name):
            continue
        names = [one["name"] for one in there.get_columns(table.name)]
        then = sa.table(table.name, *(sa.column(name, table.c[name].type) for name in names))
        rows = [dict(row) for row in source.execute(then.select()).mappings() if not is_seal(table.name, dict(row))]
        if rows:
            tx.execute(then.insert(), rows)


def is_seal(table: str, row: dict[str, object]) -> bool:
    return (table == "audit_log" and row["log"] == LOG) or (table == "numbering" and row["series"] == f"audit {LOG}")


def test_what_was_tried_before_is_sealed_by_the_upgrade_and_verify_says_since_when(
    at_work: Office, older: Engine
) -> None:
    upgrade(older, None, at_work.now)

    verdict = verify(older, keys=at_work.keys, now=at_work.now)
    assert [str(place) for place in verdict.places] == []
    assert any(note.startswith("Letters that were tried before") for note in verdict.notes)
    with reading(older) as tx:
        tried = tx.execute(text("SELECT count(DISTINCT mail_id) FROM attempt")).scalar_one()
        sealed = tx.execute(text("SELECT count(*) FROM audit_log WHERE log = 'letters'")).scalar_one()
        assert sealed == tried > 2
        assert missing_triggers(tx) == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE mail SET body = 'Another text.' WHERE status = 'sent'", "is not as it was sealed"),
        ("UPDATE attempt SET detail = 'accepted, they say' WHERE outcome = 'refused'", "a try that is not as it was"),
    ],
)
def test_what_is_changed_of_an_older_letter_after_the_upgrade_is_found(
    at_work: Office, older: Engine, statement: str, said: str
) -> None:
    upgrade(older, None, at_work.now)
    with transaction(older) as tx:
        take_down(tx)
        assert tx.execute(text(statement)).rowcount > 0
        guarding.put_up(tx)

    found = [one.what for one in verify(older, keys=at_work.keys, now=at_work.now).places]
    assert any(said in one for one in found), found


def take_down(tx: Connection) -> None:
    for table in (*guarding.LETTER_TABLES, "attempt"):
        if tx.dialect.name == "postgresql":
            tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            made = guarding.sqlite_triggers(table) if table == "attempt" else guarding.sqlite_letter_triggers(table)
            for name in made:
                tx.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize("table", guarding.LETTER_TABLES)
def test_letters_cannot_be_emptied_out_on_a_server(at_work: Office, table: str) -> None:
    if at_work.engine.dialect.name == "sqlite":
        return  # SQLite knows no TRUNCATE: emptying a table is to remove each row
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), at_work.engine.begin() as tx:
        tx.execute(text(f"TRUNCATE {table} CASCADE"))
