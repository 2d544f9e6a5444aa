"""Forty agencies that answer on the pages of their letters at the same moment: each answer is there, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from config.settings import Settings
from records import cases, history
from records.database import reading
from tests import postgres
from tests.agency import post_room
from tests.desk import new_desk, open_desk
from tests.patience import AT_LENGTH
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desk import Browser, Committee

AGENCIES = tuple(f"Agency {number:02}" for number in range(40))
BUSY = 503
ANSWER = {"account_given": "yes", "reflection_given": "yes"}


@contextmanager
def on_a_server(folder: Path) -> Iterator[Committee]:
    with (
        postgres.fresh_database(postgres.database_with_tables()) as url,
        new_desk(Settings(data=folder / "data", database=SecretStr(url))) as committee,
    ):
        yield committee


@pytest.fixture(params=["sqlite", "postgresql"])
def committee(request: pytest.FixtureRequest, tmp_path: Path, set_up_with_people: Path) -> Iterator[Committee]:
    on_a_file = request.param == "sqlite"
    with open_desk(tmp_path, set_up_with_people) if on_a_file else on_a_server(tmp_path) as one:
        yield one


def test_forty_answers_at_the_same_moment_are_all_recorded_once(committee: Committee) -> None:
    with post_room(committee) as room:
        for agency in AGENCIES:
            room.enter(agency)
        ref = room.ask(*AGENCIES)
        browsers = [room.opened(agency) for agency in AGENCIES]
        for browser in browsers:
            browser.get(f"{browser.page.url.path}/say/answer")
        together = Barrier(len(AGENCIES))

        def answers(agency: str, browser: Browser) -> str:
            """Send it, and again where a slow machine says that it is busy: nothing was taken then."""
            file, form = ("report.pdf", b"%PDF-1.7 " + agency.encode(), "application/pdf"), browser.page
            together.wait(AT_LENGTH)
            while (page := browser.send(files={"files": file}, **ANSWER)).status_code == BUSY:
                browser.page = form
            return str(page.text)

        with ThreadPoolExecutor(len(AGENCIES)) as everybody:
            pages = list(everybody.map(answers, AGENCIES, browsers))

        assert ["Thank you" in page for page in pages] == [True] * len(AGENCIES)
        with reading(committee.here.engine) as tx:
            found = history.entries(tx, cases.find(tx, ref, to_change=False).id)
        answered = sorted(one.actor.agency for one in found if one.kind == "answered")
        assert answered == sorted(AGENCIES)
        assert verify(committee.here.engine).places == ()
