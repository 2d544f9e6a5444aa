"""Verifying by several processes: they see the record at one moment, and find what one process finds."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from records import bulk_reading
from states.errors import StorageTrouble
from tests.test_verify import FIRST, SECOND, some_weeks, tamper
from workflows.verification import side_by_side
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import OfficeAfter
    from tests.office import Office

HELD: dict[str, Any] = {"logs": {}, "evidence": None, "since": None}
TAMPERED = (
    "UPDATE history SET body = replace(body, 'informed', 'told') WHERE sequence = 1",
    f"UPDATE case_file SET state = 'closed' WHERE ref = '{FIRST}'",
    f"UPDATE case_file SET lead = 'Nobody' WHERE ref = '{SECOND}'",
    "DELETE FROM rung_climbed WHERE rung = 0",
    "UPDATE mail SET body = 'otherwise' WHERE id = (SELECT min(id) FROM mail)",
    "DELETE FROM attempt WHERE mail_id = (SELECT max(id) FROM mail)",
    "UPDATE audit_log SET seal = 'x' WHERE sequence = 2",
)


def test_two_processes_find_what_one_finds(office_after: OfficeAfter, monkeypatch: pytest.MonkeyPatch) -> None:
    office, steps = office_after(some_weeks), list[tuple[int, int]]()
    tamper(office, *TAMPERED)
    monkeypatch.setattr(bulk_reading, "ENTRIES_AT_ONCE", 1)
    found = verify(office.engine, keys=office.keys, now=office.now, processes=1)
    assert len(found.places) >= len(TAMPERED)

    def step(done: int, of: int) -> None:
        steps.append((done, of))

    assert verify(office.engine, keys=office.keys, now=office.now, processes=2, progress=step) == found
    assert steps == [(1, 2), (2, 2)]


@pytest.mark.parametrize("unheard", [(), ("what it was to do",)])
def test_a_process_that_ends_before_it_is_done_is_not_taken_for_one_that_found_nothing(
    tmp_path: Path, unheard: tuple[str, ...]
) -> None:
    ours, theirs = side_by_side.ALONE.Pipe()
    for one in unheard:
        ours.send(one)
    theirs.close()
    helpers, held = (
        side_by_side.Helpers([ours], side_by_side.ALONE.Value("i", 0)),
        Mock(**HELD, ends=Mock(path=tmp_path)),
    )

    with pytest.raises(StorageTrouble, match="ended before it was done"):
        helpers.look(Mock(), held, [], lambda: None)


def test_where_nothing_can_be_written_one_process_does_it_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def read_only(_: Any) -> Iterator[None]:
        raise StorageTrouble("The database cannot be written to.")
        yield

    monkeypatch.setattr(side_by_side, "transaction", read_only)
    monkeypatch.setattr(side_by_side, "_helper", lambda *_: nullcontext(Mock()))

    with side_by_side.one_view_for_all(office.engine, 2) as (_, helpers):
        assert len(helpers.pipes) == (0 if office.engine.dialect.name == "sqlite" else 1)


@pytest.mark.parametrize(
    ("entries", "forks", "wanted"),
    [(4_999, True, 1), (5_000, True, 2), (49_999, False, 1), (50_000, False, 2)],
)
def test_a_second_process_is_had_once_it_is_quicker_sooner_where_it_is_forked(
    office: Office, monkeypatch: pytest.MonkeyPatch, entries: int, forks: bool, wanted: int
) -> None:
    monkeypatch.setattr(side_by_side.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(side_by_side, "_forks", lambda: forks)
    monkeypatch.setattr(bulk_reading, "how_many_entries", lambda _: entries)

    assert side_by_side.worth_having(office.engine) == wanted
