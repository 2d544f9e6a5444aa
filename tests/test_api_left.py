"""A program that goes away in the middle of a long list leaves nothing of the database held."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, text

from records.case_list import CaseRow
from tests.patience import until
from tests.program import program
from tests.screen import served
from web.api import case_views
from web.api.as_json import ROOT

if TYPE_CHECKING:
    from tests.desk import Committee

LINE = (1, *("x" * 1000 for _ in fields(CaseRow)))


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Nothing is put right by chance: Python's collector of cycles rests."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
def test_a_program_that_leaves_in_the_middle_of_a_list_holds_no_connection(
    desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = list[str]()

    def without_end(tx: Connection, *_: object, **__: object) -> Iterator[Sequence[Sequence[Any]]]:
        try:
            while True:
                assert tx.execute(text("SELECT 1")).scalar() == 1
                yield [LINE]
        finally:
            ended.append("ended")

    monkeypatch.setattr(case_views, "in_order", without_end)
    token = program(desk).token
    with served(desk) as address:
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)) as leaving:
            leaving.sendall(
                f"GET {ROOT}/cases HTTP/1.1\r\nHost: desk.example\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            )
            said = leaving.recv(1000)
        assert b"200 OK" in said
        until(lambda: ended, "the list to be left")
    assert ended == ["ended"]
    assert desk.here.engine.pool.checkedout() == 0
