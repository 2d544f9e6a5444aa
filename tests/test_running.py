"""Running Cairn: metrics, systemd units, logs that end, what a backup holds, why Prefect's server cannot be used."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import urllib.request
from base64 import b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from config.settings import Settings
from records import heartbeats
from records.database import connect, reading, transaction
from records.log_files import copy_aside, rotate
from states.errors import NotSetUp, Refused
from tests.agency import free_port
from tests.casework import gathering
from tests.mailserver import MailServer, certificate
from tests.office import FIFE
from tests.patience import AT_LENGTH
from workflows.installation.error_log import without_data
from workflows.installation.installation import open_installation
from workflows.installation.prefect_api import Api, why_not
from workflows.installation.systemd_units import TIMERS, InstalledAt, install, units
from workflows.timetable.metrics import measured, metrics
from workflows.timetable.metrics_server import listening_for_metrics
from workflows.timetable.rounds import ROUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.cases import Case
    from tests.office import Office
    from tests.terminal import Terminal


def alerted(office: Office) -> Case:
    today = office.now.date().isoformat()
    return gathering(office, answers={"informed_on": today}, agencies=(FIFE,))


def value(office: Office, name: str, labels: str = "") -> float | None:
    with reading(office.engine) as tx:
        samples = {one.name: dict(one.samples) for one in measured(tx, office.now)}
    return samples[name].get(labels)


def test_the_metrics_tell_of_rounds_and_of_what_waits(office: Office) -> None:
    with transaction(office.engine) as tx:
        heartbeats.beat(tx, "sweep", office.now - timedelta(minutes=4))
        heartbeats.beat(tx, "checkpoint", office.now - timedelta(hours=30))
    alerted(office)

    office.now += timedelta(hours=3)

    assert value(office, "cairn_round_age_seconds", '{round="sweep"}') == timedelta(hours=3, minutes=4).total_seconds()
    assert value(office, "cairn_round_age_seconds", '{round="checkpoint"}') == timedelta(hours=33).total_seconds()
    assert value(office, "cairn_messages", '{status="owed"}')
    assert value(office, "cairn_oldest_owed_message_seconds") == timedelta(hours=3).total_seconds()
    assert value(office, "cairn_rows_set_aside") == 0


def test_the_metrics_are_prometheus_text_without_a_name_or_a_reference(office: Office) -> None:
    case = alerted(office)

    with reading(office.engine) as tx:
        written = metrics(tx, office.now)

    assert case.ref not in written
    assert FIFE not in written
    for line in written.splitlines():
        name, _, number = line.rpartition(" ")
        assert line.startswith(("# HELP cairn_", "# TYPE cairn_")) or (name.startswith("cairn_") and float(number) >= 0)


def test_the_metrics_are_served_to_this_machine_alone(tmp_path: Path, office: Office) -> None:
    settings = Settings(data=tmp_path / "data", metrics_port=free_port())
    installation = open_installation(settings, office.now, make=True)
    said: list[str] = []

    with listening_for_metrics(installation, said.append) as server:
        assert server is not None
        assert server.server_address == ("127.0.0.1", settings.metrics_port)
        Thread(target=server.handle_request).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.metrics_port}/metrics") as answer:
            assert "cairn_up 1" in answer.read().decode()
        with listening_for_metrics(installation, said.append) as second:
            assert second is None
    installation.engine.dispose()

    assert ["is taken" in one for one in said] == [True]


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    (tmp_path / "cairn").write_text("#!/bin/sh\n")
    (tmp_path / "cairn").chmod(0o755)
    written = install(InstalledAt(tmp_path, tmp_path / "cairn", tmp_path / "data", "root"), tmp_path / "units")

    timers = {f"cairn-{name}.timer" for name in ROUNDS}
    assert {path.name for path in written} == {"cairn.service", "cairn-round@.service", *timers}
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o644}
    assert TIMERS.keys() == ROUNDS.keys()
    if shutil.which("systemd-analyze"):
        named = [str(path) for path in written if "@" not in path.name]
        checked = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *named], capture_output=True, text=True, check=False
        )
        assert not [line for line in checked.stderr.splitlines() if str(tmp_path) in line], checked.stderr
        for when, clock in TIMERS.values():
            subprocess.run(["systemd-analyze", "calendar", f"{when} {clock}"], capture_output=True, check=True)


def test_the_service_is_hardened_and_may_write_to_its_data_alone() -> None:
    place = InstalledAt(Path("/srv/cairn"), Path("/srv/cairn/.venv/bin/cairn"), Path("/srv/cairn/data"), "cairn")
    files = units(place)
    lines = files["cairn.service"].splitlines()

    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "User=cairn", "UMask=0077"} <= set(lines)
    assert [line for line in lines if line.startswith("ReadWritePaths=")] == ["ReadWritePaths=/srv/cairn/data"]
    assert "OnCalendar=*-*-* *:00/5:00 UTC" in files["cairn-sweep.timer"]
    assert "OnCalendar=Mon..Fri *-*-* 08:00:00 Europe/London" in files["cairn-digest.timer"]


def test_a_folder_that_systemd_cannot_be_told_of_is_refused() -> None:
    with pytest.raises(Refused, match="without blanks"):
        units(InstalledAt(Path("/srv/my cairn"), Path("/srv/cairn"), Path("/srv/data"), "cairn"))


def test_the_units_are_shown_before_they_are_written(terminal: Terminal) -> None:
    shown = terminal.types("service", "install", "--print", "--user", "cairn", clock=False)
    assert "ExecStart=" in shown
    assert "OnCalendar=" in shown

    into = terminal.folder / "units"
    terminal.types("service", "install", "--into", str(into), "--user", "cairn", clock=False)
    assert terminal.code == 0, terminal.err
    assert (into / "cairn.service").read_text() in shown


def test_a_long_log_is_put_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "flows.log"
    for number in range(9):
        log.write_text(f"{number}" * 100)
        assert rotate(log, long=50, kept=3)

    assert not log.exists()
    assert [path.read_text()[0] for path in sorted(tmp_path.iterdir())] == ["8", "7", "6"]
    log.write_text("short")
    assert not rotate(log, long=50, kept=3)


def test_a_log_that_is_written_to_is_emptied_where_it_is(tmp_path: Path) -> None:
    log = tmp_path / "flows.log"
    with log.open("ab", buffering=0) as writing:
        writing.write(b"old " * 100)
        assert copy_aside(log, long=100)
        writing.write(b"new")

    assert log.read_bytes() == b"new"
    assert (tmp_path / "flows.log.1").read_bytes() == b"old " * 100
    assert stat.S_IMODE((tmp_path / "flows.log.1").stat().st_mode) == 0o600


def test_a_backup_holds_the_committees_own_file_and_calendars(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    local = tmp_path / "local"
    (local / "calendars").mkdir(parents=True)
    (local / "ours.toml").write_text("committee = 'Ours'\n")
    (local / "calendars" / "fife.toml").write_text("label = 'Fife'\n")
    monkeypatch.setattr("workflows.installation.nightly_backup.LOCAL", local)

    terminal.types("backup", "b.zip")
    with ZipFile(tmp_path / "b.zip") as archive:
        assert {"files/local/ours.toml", "files/local/calendars/fife.toml"} <= set(archive.namelist())

    terminal.env["CAIRN_DATA"] = str(tmp_path / "other")
    terminal.types("restore", "b.zip")
    assert terminal.code == 0, terminal.err
    assert (tmp_path / "other" / "restored-local" / "ours.toml").read_text() == "committee = 'Ours'\n"
    assert "restored-local" in terminal.err


@pytest.fixture
def guarded() -> Iterator[str]:
    """Lend the address of a server that asks for the password `us:ours`."""
    wanted = f"Basic {b64encode(b'us:ours').decode()}"

    class Guarded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            let_in = self.headers.get("Authorization") == wanted
            here = self.path.startswith("/api/")
            self.send_response(200 if let_in and here else 404 if let_in else 401)
            self.end_headers()
            self.wfile.write(b'"3.9.1"' if let_in else b'{"exception_message":"Unauthorized"}')

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Guarded)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def guarded_by_tls(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Lend the address of a server behind a certificate of its own, and that certificate."""
    context, shown = certificate(tmp_path)

    class Well(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'"3.9.1"')

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Well)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}/api", shown
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("auth", ["", "us:theirs"])
def test_deploying_without_the_right_password_names_the_setting(
    guarded: str, auth: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.flows import deploy

    monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)
    monkeypatch.setenv("PREFECT_API_URL", f"{guarded}/api")
    settings = Settings(data=tmp_path, api_auth=SecretStr(auth) if auth else None)

    with pytest.raises(NotSetUp, match="PREFECT_API_AUTH_STRING"):
        deploy(settings)


def test_deploying_past_a_certificate_that_nobody_trusts_names_the_files_of_the_authority_and_not_the_address(
    guarded_by_tls: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.flows import deploy

    address, shown = guarded_by_tls
    monkeypatch.setenv("PREFECT_API_URL", address)
    with pytest.raises(NotSetUp) as refused:
        deploy(Settings(data=tmp_path))

    said = str(refused.value)
    assert "is not trusted (self-signed certificate): name the file of the authority that signed it" in said
    assert "SSL_CERT_FILE and PREFECT_API_SSL_CERT_FILE. The address is right." in said
    monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    assert why_not(Api(address), timeout=AT_LENGTH) == ""


def test_deploying_to_an_address_that_is_no_prefects_says_what_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: str
) -> None:
    from workflows.flows import deploy

    monkeypatch.setenv("PREFECT_API_URL", f"{guarded}/elsewhere")
    with pytest.raises(
        NotSetUp, match="answers 404 instead of its version: check that PREFECT_API_URL ends with its /api"
    ):
        deploy(Settings(data=tmp_path, api_auth=SecretStr("us:ours")))


def test_a_test_letter_goes_to_one_address_and_says_what_was_answered(terminal: Terminal) -> None:
    with MailServer() as server:
        terminal.env["CAIRN_RELAY"] = f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"
        terminal.types("contact", "test", "somebody@agency.example")
        (letter,) = server.messages

    assert terminal.code == 0, terminal.err
    assert letter.recipients == ("somebody@agency.example",)
    assert "test letter" in str(letter.mail["Subject"])


def test_a_test_letter_that_is_not_accepted_ends_with_1(terminal: Terminal) -> None:
    terminal.env["CAIRN_RELAY"] = "smtp://127.0.0.1:1?from=cairn@committee.example&tls=never"

    terminal.types("contact", "test", "somebody@agency.example")

    assert terminal.code == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act in somebody else's folder")
def test_what_root_makes_in_the_data_folder_belongs_to_its_owner(terminal: Terminal) -> None:
    data, nobody = terminal.folder / "data", 65534
    for path in (data, *data.rglob("*")):
        os.chown(path, nobody, nobody)

    for words in (
        ("round", "audit"),
        ("round", "backup"),
        ("due", "scotland-scr-2015", "no_such", "--from", "2026-03-02"),
    ):
        terminal.types(*words)

    assert {"editions", "backups", "checkpoints"} <= {path.name for path in data.iterdir()}
    assert {path.stat().st_uid for path in (data, *data.rglob("*"))} == {nobody}


def test_no_value_of_a_statement_is_told_by_an_error(office: Office) -> None:
    with pytest.raises(Exception, match="nowhere") as failed, office.engine.begin() as tx:
        tx.execute(text("insert into nowhere values (:n)"), {"n": "Morag Secret"})

    assert "Morag" not in str(failed.value)


def test_what_a_server_says_of_a_row_it_refuses_is_not_written_down() -> None:
    said = "psycopg.errors.UniqueViolation: duplicate key\nDETAIL:  Key (name)=(Morag Secret) exists.\nTraceback"

    assert "Morag" not in without_data(said)
    assert "UniqueViolation" in without_data(said)


def test_a_database_file_is_for_our_user_alone(tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(b"")
    old.chmod(0o644)
    for name in ("new.db", "old.db"):
        engine = connect(f"sqlite:///{tmp_path / name}")
        with transaction(engine):
            pass
        engine.dispose()

    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.db*")} == {0o600}
