"""Tries that come at the same moment are each counted, and of two that come first, one is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from records import credentials
from records.database import transaction
from tests.patience import AT_LENGTH, until
from tests.test_samples_on_record import waits

if TYPE_CHECKING:
    from tests.office import Office


def counts(office: Office) -> int:
    with transaction(office.engine) as tx:
        return credentials.count_try(tx, "a link", office.now, office.now - timedelta(minutes=15))


def test_the_first_two_tries_of_a_name_may_come_at_the_same_moment(office: Office) -> None:
    """On PostgreSQL neither sees the other's row before both have looked; on SQLite the second waits to look."""
    since = office.now - timedelta(minutes=15)
    with ThreadPoolExecutor(1) as pool, transaction(office.engine) as tx:
        assert credentials.count_try(tx, "a link", office.now, since) == 1
        other = pool.submit(counts, office)
        if office.engine.dialect.name == "postgresql":
            until(lambda: waits(office), "the second try")
        tx.commit()
        assert other.result(AT_LENGTH) == 2
    with transaction(office.engine) as tx:
        assert not credentials.is_first(tx, "a link", office.now, since)
        assert credentials.is_first(tx, "another", office.now, since)
        later = office.now + timedelta(minutes=30)
        assert credentials.count_try(tx, "a link", later, later - timedelta(minutes=15)) == 1
