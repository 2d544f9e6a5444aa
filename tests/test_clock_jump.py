"""A clock that jumped ahead: nothing is sent or escalated before a person, or another clock, says that it is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from config.settings import Settings
from records import audit_log, heartbeats
from records.database import reading, transaction
from states.entry import Actor
from states.errors import NotPossible
from tests import postgres
from workflows.installation.clock_jump import confirm, jump
from workflows.installation.installation import Installation, open_installation
from workflows.timetable.rounds import ROUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKED = datetime(2026, 3, 2, 10, tzinfo=UTC)
SENDING = ("sweep", "deliver", "digest", "canary", "yearly")
KEEPER = Actor(name="A. Keeper", role="lead_officer")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    one = open_installation(Settings(data=tmp_path / "data"), WORKED, make=True)
    ROUNDS["sweep"](one, WORKED)
    yield one
    one.engine.dispose()


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize("ahead", [timedelta(days=1, minutes=1), timedelta(days=3), timedelta(days=73 * 365)], ids=str)
def test_after_a_jump_of_more_than_a_day_no_round_sends_anything(
    installation: Installation, name: str, ahead: timedelta
) -> None:
    with pytest.raises(NotPossible, match=r"stands at .*, and Cairn last worked on 2 March 2026"):
        ROUNDS[name](installation, WORKED + ahead)

    with reading(installation.engine) as tx:
        assert heartbeats.newest(tx) == WORKED


@pytest.mark.parametrize("name", SENDING)
def test_within_a_day_every_round_goes_on(installation: Installation, name: str) -> None:
    assert ROUNDS[name](installation, WORKED + timedelta(hours=23)).headline


@pytest.mark.parametrize("name", ["audit", "backup", "rehearsal"])
def test_what_sends_nothing_is_done_all_the_same(installation: Installation, name: str) -> None:
    assert ROUNDS[name](installation, WORKED + timedelta(days=9)).headline


def test_a_person_who_says_that_the_clock_is_right_lets_it_go_on_and_is_on_record(installation: Installation) -> None:
    later = WORKED + timedelta(days=12)
    confirm(installation, KEEPER, later)

    assert ROUNDS["sweep"](installation, later + timedelta(minutes=5)).headline
    with reading(installation.engine) as tx:
        (entry,) = audit_log.entries(tx, "upkeep", subject="clock")
    assert (entry.kind, entry.actor.name) == ("clock_confirmed", "A. Keeper")


def test_an_installation_that_never_worked_and_a_rehearsal_are_asked_nothing(tmp_path: Path) -> None:
    first = open_installation(Settings(data=tmp_path / "first"), WORKED, make=True)
    rehearsing = open_installation(Settings(data=tmp_path / "second", rehearsal=True), WORKED, make=True)
    ROUNDS["sweep"](rehearsing, WORKED)

    assert jump(first, WORKED) is None
    assert jump(rehearsing, WORKED + timedelta(days=400)) is None
    for one in (first, rehearsing):
        one.engine.dispose()


def test_the_clock_of_the_database_server_may_say_that_it_is_right(tmp_path: Path) -> None:
    with postgres.fresh_database() as url:
        settings = Settings(data=tmp_path / "data", database=SecretStr(url))
        one = open_installation(settings, WORKED, make=True)
        with transaction(one.engine) as tx:
            heartbeats.beat(tx, "sweep", WORKED - timedelta(days=900))
        now = datetime.now(UTC)  # noqa: TID251  the server's clock is real

        assert jump(one, now) is None
        assert jump(one, now + timedelta(days=2)) == WORKED - timedelta(days=900)
        one.engine.dispose()
