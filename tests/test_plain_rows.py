"""Rows read without a detour hold what SQLAlchemy gives, whatever stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from records.database import reading, transaction
from records.diary import DEADLINES
from records.plain_rows import plain_rows
from records.unreadable_values import UNREAD
from tests.casework import asked

if TYPE_CHECKING:
    from tests.office import Office

ORDER = (DEADLINES.c.case_id, DEADLINES.c.key)


def test_days_and_moments_are_those_that_sqlalchemy_reads_and_what_cannot_be_read_is_unread(office: Office) -> None:
    asked(office)
    wanted = select(DEADLINES).order_by(*ORDER)
    if office.engine.dialect.name == "sqlite":  # no server takes such a day or moment
        with transaction(office.engine) as tx:
            tx.execute(
                text("UPDATE deadline SET due_on = '2026-02-30', next_action_at = 'noon' WHERE key = 'report/R1'")
            )
            tx.execute(text("UPDATE deadline SET agency = CAST(x'50ff' AS TEXT) WHERE key = 'report/R1'"))

    with reading(office.engine) as tx:
        columns = list(DEADLINES.c)
        whole = list(plain_rows(tx, columns, lambda question: question.order_by(*ORDER)))
        some = list(plain_rows(tx, columns, lambda question: question.order_by(*ORDER), at_a_time=1))
        expected = [list(row) for row in tx.execute(wanted)]

    assert whole == some == expected
    assert (UNREAD in [value for row in whole for value in row]) == (office.engine.dialect.name == "sqlite")
    assert None in [value for row in whole for value in row]
