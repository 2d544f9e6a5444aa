"""Each round of the clockwork as a plain function: what it does, and what its report says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config import procedures
from config.settings import Settings
from records import heartbeats
from records.cases import CASES
from records.database import transaction
from records.outbox import MESSAGES
from states.entry import CAIRN
from workflows.installation.installation import open_installation
from workflows.installation.nightly_backup import NIGHTS
from workflows.timetable import heartbeat
from workflows.timetable.round_reports import RoundReport
from workflows.timetable.rounds import ROUNDS
from workflows.verbs.contacts import add_contact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workflows.installation.installation import Installation

NIGHT = datetime(2026, 3, 2, 3, 40, tzinfo=UTC)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    one = open_installation(Settings(data=tmp_path / "data"), NIGHT, make=True)
    with one.uow(CAIRN, NIGHT) as uow:
        to = [("email", "lead@committee.example")]
        add_contact(uow, role="lead_officer", name="The lead officer", channels=to)
    yield one
    one.engine.dispose()


def test_an_installation_that_opens_for_the_first_time_says_what_its_keeper_must_know(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")

    first, second = (open_installation(settings, NIGHT, make=True) for _ in range(2))

    assert [bool(re.search("master key", said)) for said in first.said] == [True, False]
    assert second.said == ()
    assert settings.data.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", sorted(ROUNDS))
def test_every_round_can_be_made_on_an_installation_without_a_case(installation: Installation, name: str) -> None:
    report = ROUNDS[name](installation, NIGHT)

    assert report.headline
    assert report.markdown(NIGHT).startswith(f"### {report.headline}\n")


def test_a_report_shows_the_hour_on_the_wall_in_scotland() -> None:
    page = RoundReport("Done", ("one", "two")).markdown(datetime(2026, 7, 1, 8, tzinfo=UTC))

    assert page == "### Done\n\n- one\n- two\n\nWednesday 1 July 2026, 09:00\n"


def test_the_committees_own_file_is_opened_once_and_stays_open(installation: Installation) -> None:
    own = [name for name in procedures.names() if installation.guidance(name).kind == "committee"]

    first, second = (ROUNDS["yearly"](installation, NIGHT) for _ in range(2))

    with transaction(installation.engine) as tx:
        assert [row.edition for row in tx.execute(select(CASES.c.edition))] == own
    assert [" was opened: " in line for line in first.lines] == [True] * len(own)
    assert [" is open: " in line for line in second.lines] == [True] * len(own)


def test_the_audit_of_a_record_that_was_tampered_with_tells_the_lead_officer(installation: Installation) -> None:
    ROUNDS["yearly"](installation, NIGHT)
    assert ROUNDS["audit"](installation, NIGHT).headline == "The record is whole"
    with transaction(installation.engine) as tx:
        tx.execute(CASES.update().values(state="closed"))

    report = ROUNDS["audit"](installation, NIGHT + timedelta(days=1))

    assert report.headline == "The record does NOT add up"
    assert report.lines
    with transaction(installation.engine) as tx:
        assert tx.execute(select(MESSAGES.c.kind).where(MESSAGES.c.kind == "system_alarm")).scalars().all()
        assert {"audit", "checkpoint"} <= heartbeats.last(tx).keys()
    assert len(list((installation.settings.data / "checkpoints").glob("*.json"))) == 2


def test_a_round_that_could_read_no_mailbox_does_not_say_that_they_were_read(installation: Installation) -> None:
    nowhere = installation.settings.model_copy(update={"inboxes": SecretStr("folder:///nowhere/at/all")})

    report = ROUNDS["inbox"](replace(installation, settings=nowhere), NIGHT)

    assert (report.headline, len(report.lines)) == ("No mailbox could be read", 1)


def test_the_night_removes_what_killed_programs_left_half_written(installation: Installation) -> None:
    data = installation.settings.data
    left, others = data / "evidence" / "ab" / ".cd.0a1b2c3d.part", data / "prefect" / ".theirs.0a1b2c3d.part"
    for path in (left, others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")

    ROUNDS["backup"](installation, NIGHT)

    assert (left.exists(), others.exists()) == (False, True)


def test_a_fortnight_of_nightly_backups_is_kept(installation: Installation) -> None:
    for night in range(NIGHTS + 2):
        ROUNDS["backup"](installation, NIGHT + timedelta(days=night))

    kept = sorted(path.name for path in (installation.settings.data / "backups").iterdir())
    assert len(kept) == NIGHTS
    assert kept[0].startswith("nightly-2026-03-04")


class Switch(BaseHTTPRequestHandler):
    visits: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def with_pulse(installation: Installation, address: str) -> Installation:
    return replace(installation, settings=Settings(data=installation.settings.data, pulse=SecretStr(address)))


def test_after_a_sweep_the_dead_mans_switch_is_told_and_its_address_is_not(installation: Installation) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Switch) as server:
        Thread(target=server.handle_request).start()
        report = ROUNDS["sweep"](with_pulse(installation, f"http://127.0.0.1:{server.server_port}/ping/s3cret"), NIGHT)

    assert Switch.visits.pop() == "/ping/s3cret"
    assert "The dead man's switch was told that the sweep ended well" in report.lines
    assert "s3cret" not in report.markdown(NIGHT)


def test_a_dead_mans_switch_that_leads_elsewhere_is_not_followed(installation: Installation) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Switch) as server:
        Thread(target=server.handle_request).start()
        said = heartbeat.ping(with_pulse(installation, f"http://127.0.0.1:{server.server_port}/away").settings)

    assert Switch.visits.pop() == "/away"
    assert said == "The dead man's switch could not be reached (HTTPError)"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/s3cret", "file:///etc/s3cret", "http://[s3cret"])
def test_a_dead_mans_switch_that_cannot_be_reached_fails_no_sweep(installation: Installation, address: str) -> None:
    report = ROUNDS["sweep"](with_pulse(installation, address), NIGHT)

    assert any("dead man's switch" in line for line in report.lines)
    assert "s3cret" not in report.markdown(NIGHT)
