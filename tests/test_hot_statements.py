"""The statements of every step, sent through the driver: the same as SQLAlchemy would send, hear and raise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from records import database, history, webhooks
from records.agencies import AGENCIES
from records.database import connect, reading, transaction
from records.diary import DEADLINES
from records.history import HISTORY
from records.hot_statements import Hot
from tests.patience import AT_LENGTH
from workflows.verbs.correct import correct
from workflows.verbs.open import open_case

if TYPE_CHECKING:
    from tests.office import Office


A_MOMENT = 0.3
"""Seconds in which a step would be done, were it not for what it waits for."""


def opened(office: Office) -> Any:
    return office.do(open_case, "small", answers={"informed_on": "2026-03-02"})


def test_rows_are_written_and_read_in_the_kinds_of_their_columns_as_sqlalchemy_does(office: Office) -> None:
    """Days, moments, truths and nothing at all, on either database."""
    case = opened(office)
    for table in (HISTORY, DEADLINES, AGENCIES):
        wanted = select(table).order_by(*table.primary_key.columns)
        with reading(office.engine) as tx:
            assert Hot(wanted).rows(tx, {}) == [tuple(row) for row in tx.execute(wanted)]
    (entry,) = office.rows(select(HISTORY))
    again = dict(entry._mapping) | {"sequence": 2}
    with transaction(office.engine) as tx:
        history.ADD.run_each(tx, [again, {**again, "sequence": 3}])
        kept = tx.execute(select(HISTORY).where(HISTORY.c.sequence > 1)).all()
    assert [tuple(one) for one in kept] == [tuple(again.values()), (case.id, 3, *tuple(again.values())[2:])]


def test_a_second_row_of_one_key_is_refused_as_ever_and_nothing_of_it_is_kept(office: Office) -> None:
    opened(office)
    (entry,) = office.rows(select(HISTORY))

    with transaction(office.engine) as tx, pytest.raises(IntegrityError) as refused:
        history.ADD.run(tx, {**entry._mapping, "kind": "missed"})

    assert entry.body not in str(refused.value)
    assert office.rows(select(HISTORY)) == [entry]


def test_a_connection_that_was_cut_is_not_used_again(office: Office) -> None:
    find = Hot(select(AGENCIES.c.name).where(AGENCIES.c.id == bindparam("number")))
    with office.engine.connect() as tx:
        assert find.rows(tx, {"number": 0}) == []
        dropped: Any = tx.connection.dbapi_connection
        dropped.close()
        with pytest.raises(DBAPIError) as cut:
            find.rows(tx, {"number": 0})
    if office.engine.dialect.name == "postgresql":
        assert cut.value.connection_invalidated
    with reading(office.engine) as tx:
        assert find.rows(tx, {"number": 0}) == []


def test_a_connection_that_its_server_let_go_is_not_used_again_once_it_has_lain_idle(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was used a moment ago is not asked whether it is still there."""
    engine, whose = connect(postgres_url), text("SELECT pg_backend_pid()")

    def used_by() -> int:
        with reading(engine) as tx:
            return int(tx.execute(whose).scalar_one())

    let_go = used_by()
    assert used_by() == let_go
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [let_go])
    monkeypatch.setattr(database, "JUST_USED", 0.0)

    assert used_by() != let_go
    engine.dispose()


def test_whoever_listens_to_an_engine_hears_them(office: Office) -> None:
    said: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *given: said.append(given[2]))

    opened(office)

    for beginning in ("INSERT INTO history", "UPDATE case_file", "INSERT INTO deadline", "INSERT INTO message"):
        assert [one for one in said if one.startswith(beginning)]
    assert not [one for one in said if "webhook_call" in one]


def test_an_entry_written_while_somebody_begins_to_listen_is_told_if_it_is_kept_after_that(office: Office) -> None:
    """On a server it waits until the webhook is there; in a file one transaction writes at a time."""
    case, address = opened(office), "https://system.example/"
    with ThreadPoolExecutor(1) as pool:
        with transaction(office.engine) as tx:
            uow = office.uow(tx)
            webhooks.make(tx, uow.keys, address, (), uow.actor, uow.now)
            step = pool.submit(
                office.do, correct, case.ref, 1, "The day before.", answers={"informed_on": "2026-03-01"}
            )
            with pytest.raises(TooLong):
                step.result(timeout=A_MOMENT)
        step.result(timeout=AT_LENGTH)

    (owed,) = office.rows(select(webhooks.CALLS.c.case_id, webhooks.CALLS.c.sequence))
    assert tuple(owed) == (case.id, 2)
