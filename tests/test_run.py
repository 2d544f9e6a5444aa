"""`cairn run`: started, stopped, refused a second time, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
from pydantic import SecretStr

from config.committees import settings_of
from config.settings import Settings
from records import heartbeats
from records.database import connect, reading
from states.entry import CAIRN
from states.errors import NotSetUp
from tests.office import MONDAY
from tests.patience import AT_LENGTH, until
from tests.prefect_runs import lend_database
from workflows.installation.committees import add_committee
from workflows.installation.prefect_api import Api, address_file, api_of, auth_file, is_healthy, nudge
from workflows.timetable.prefect_process import ChildProcess, _user_and_password, environment, free_port, start
from workflows.timetable.supervisor import check_wordings, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.monkeypatch import MonkeyPatch

pytestmark = pytest.mark.xdist_group("prefect")

FIRST, OTHER = "Glen and Strath Child Protection Committee", "Angus Example Child Protection Committee"
RUN = """
from config.settings import settings
from workflows.timetable.supervisor import run
from states.errors import Refused
try:
    run(settings(), lambda said: print(said, flush=True))
except Refused as refused:
    raise SystemExit(f"Refused: {refused}")
"""


@contextmanager
def cairn_run(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`cairn run` as a process of its own, and the file with what it says."""
    said = data.parent / "said.txt"
    said.write_text("")
    settings = Settings(data=data)
    env = environment(settings, Api("")) | {"CAIRN_DATA": str(data), "CAIRN_API_PORT": "46300"}
    env = {name: value for name, value in env.items() if not name.startswith("PREFECT_")}
    with said.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-c", RUN], env=env, stdout=out, stderr=out, cwd=data.parent)
    try:
        yield process, said
    finally:
        process.kill()
        process.wait()


def running(process: subprocess.Popen[bytes], said: Path) -> str:
    """Wait until it says that it runs."""
    return (
        until(lambda: process.poll() is not None or "Cairn is running" in said.read_text(), "Cairn")
        and said.read_text()
    )


def children_of(*parents: int, deep: int = 4) -> set[int]:
    """Every process that descends from these, so many generations deep."""
    found = set(parents)
    for _ in range(deep):
        above = set(found)
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            except OSError:
                continue
            if int(fields["PPid"]) in above and not fields["State"].startswith("Z"):
                found.add(int(fields["Pid"]))
    return found - set(parents)


def gone(pids: set[int]) -> bool:
    return not any(Path(f"/proc/{pid}/environ").exists() for pid in pids)


def test_a_wording_that_names_a_child_keeps_it_from_starting(tmp_path: Path) -> None:
    (tmp_path / "reminder.txt.j2").write_text("Subject: {{ child_name }}\n\nPlease answer.\n")

    with pytest.raises(NotSetUp, match="child_name"):
        check_wordings(tmp_path)


def test_cairn_run_refuses_a_second_survives_a_kill_goes_on_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    data = tmp_path / "data"
    settings = Settings(data=data)
    lend_database(data)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    with cairn_run(data) as (process, said):
        told = running(process, said)
        for place in (f"{data}/cairn.db", f"{data}/mailbox", str(auth_file(settings)), "Ctrl-C", "A new master key"):
            assert place in told
        assert auth_file(settings).read_text().strip() not in told
        assert {mode_of(data), mode_of(auth_file(settings))} == {0o700, 0o600}
        assert "Refused: Cairn already runs on" in refusal(data)
        beside = children_of(process.pid, deep=1)
        process.kill()
        until(lambda: gone(beside), "the server and the flows to go with it")

    other = beside_it(settings)
    with cairn_run(data) as (process, said):
        told = running(process, said)
        assert "timetable is still starting" in told.partition("Cairn is running")[0].partition("Desk: http://")[2]
        api = api_of(settings)
        assert api is not None
        assert is_healthy(api, timeout=AT_LENGTH)
        for one in (settings, other):
            until(partial(nudge, one, datetime.now(UTC), timeout=AT_LENGTH), "the flows to be there")  # noqa: TID251  real runs
            until(lambda one=one: "deliver" in beaten(one.data), "the round of delivery that was asked for")
        assert desk_at(told, "127.0.0.1") == (True, False)
        assert desk_at(told, "angus.localhost") == (False, True)
        assert len(list((data / "prefect" / "tmp" / "runner_storage").iterdir())) == 1
        assert not [one for one in open_in(process.pid) if one.suffix == ".db"]  # it forks: no connection may be open
        beside = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(AT_LENGTH) == 0

    assert "A new master key" not in told
    assert "Cairn has stopped" in said.read_text()
    assert gone(beside)
    assert not address_file(settings).exists()


def beside_it(first: Settings) -> Settings:
    """Another committee in the installation, each of them with a name."""
    add_committee(first, "angus", CAIRN, MONDAY)
    other = settings_of(first, "angus")
    for one, name in ((first, FIRST), (other, OTHER)):
        one.own_file.parent.mkdir(exist_ok=True)
        one.own_file.write_text(f'committee = "{name}"\n')
    return other


def open_in(pid: int) -> list[Path]:
    """The files that a process has open."""
    return [one.readlink() for one in Path(f"/proc/{pid}/fd").iterdir()]


def desk_at(told: str, host: str) -> tuple[bool, bool]:
    """Whether the desk that answers at a host names the first committee, and the other."""
    address = told.partition("Desk: ")[2].split()[0]
    with urlopen(Request(f"{address}/sign-in", headers={"Host": host})) as page:  # noqa: S310  our own address
        text = page.read().decode()
    return FIRST in text, OTHER in text


def refusal(data: Path) -> str:
    """What a second `cairn run` on the same data folder says before it ends."""
    env = {**os.environ, "CAIRN_DATA": str(data), "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", RUN], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_with_a_server_of_ones_own_the_flows_and_the_desk_run_and_are_started_again_when_they_end(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://user:s3cret@prefect.example/api")
    monkeypatch.setattr("workflows.timetable.supervisor.RESTART_AFTER", 0.0)
    said: list[str] = []

    def say(sentence: str) -> None:
        said.append(sentence)
        if "Cairn is running" in sentence:
            flows, desk = children_of(os.getpid(), deep=1) - before
            os.kill(flows, signal.SIGKILL)
            os.kill(desk, signal.SIGKILL)
        if sum("started again" in one for one in said) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    before = children_of(os.getpid())
    run(Settings(data=tmp_path / "data", relay=SecretStr("smtp://mail.example")), say)

    everything = "\n".join(said)
    assert "flows ended by itself" in everything
    assert "desk ended by itself" in everything
    assert "First visit: http://127.0.0.1:" in everything
    assert "https://prefect.example\n" in everything
    assert "No committee's file is set" in everything
    assert "sent through the relay in CAIRN_RELAY" in everything
    assert "s3cret" not in everything
    assert said[-1].startswith("Cairn has stopped")
    assert not children_of(os.getpid()) - before


def test_cairn_that_is_stopped_while_its_server_starts_stops_at_once(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    said: list[str] = []
    before = children_of(os.getpid())

    def say(sentence: str) -> None:
        said.append(sentence)
        if sentence.startswith("Starting Prefect"):
            os.kill(os.getpid(), signal.SIGINT)

    run(Settings(data=tmp_path / "data", api_port=46350), say)

    assert said[-1].startswith("Cairn has stopped")
    assert not children_of(os.getpid()) - before


def test_a_server_that_ends_while_it_starts_is_a_sentence_that_names_its_log(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr("workflows.prefect_server._server", without_server)
    log = tmp_path / "data" / "logs" / "prefect-server.log"

    with pytest.raises(NotSetUp, match=r"ended while it was starting: .*prefect-server\.log"):
        run(Settings(data=tmp_path / "data", api_port=46360), lambda _: None)

    assert "There is no server to be had." in log.read_text()


def without_server() -> None:
    os.write(2, b"There is no server to be had.")
    sys.exit(1)


def test_a_password_that_was_set_is_the_servers_and_one_that_was_made_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "user-and-password"

    made = [_user_and_password(file, Settings(data=tmp_path)) for _ in range(2)]
    given = _user_and_password(file, Settings(data=tmp_path, api_auth=SecretStr("us:ours")))

    assert made[0] == made[1]
    assert made[0].startswith("cairn:")
    assert (given, file.read_text(), mode_of(file)) == ("us:ours", "us:ours\n", 0o600)


def beaten(data: Path) -> set[str]:
    engine = connect(f"sqlite:///{data / 'cairn.db'}")
    try:
        with reading(engine) as tx:
            return set(heartbeats.last(tx))
    finally:
        engine.dispose()


def test_a_port_that_is_taken_is_passed_over() -> None:
    first = free_port(46400)

    with socket.create_server(("127.0.0.1", first)):
        following = free_port(first)  # others on this machine may hold the very next ones
    with socket.create_server(("127.0.0.1", following)):
        assert first < following < 65536
    with pytest.raises(NotSetUp, match="CAIRN_API_PORT"):
        free_port(65536)


def test_without_a_server_a_nudge_is_nothing(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    settings = Settings(data=tmp_path)
    assert not nudge(settings, MONDAY)

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert not nudge(settings, MONDAY)
    monkeypatch.setenv("PREFECT_API_URL", "file:///etc/passwd")
    assert not nudge(settings, MONDAY)


def test_what_the_children_are_told_keeps_prefect_to_this_machine(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    told = environment(Settings(data=tmp_path), Api("http://127.0.0.1:4200/api", "cairn:secret"))

    assert told["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert told["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "false"
    assert told["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert told["PREFECT_API_AUTH_STRING"] == "cairn:secret"
    assert "PYTHONDONTWRITEBYTECODE" not in told


def test_a_child_that_will_not_end_is_ended_with_all_it_started(tmp_path: Path) -> None:
    stubborn = """if True:
        import os, signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.fork()
        print("up", flush=True)
        while True:
            signal.pause()
    """
    child = start("stubborn", [sys.executable, "-c", stubborn], dict(os.environ), Settings(data=tmp_path))
    until(lambda: child.log.read_text().count("up") == 2, "both to be up")
    both = children_of(child.process.pid) | {child.process.pid}

    child.stop(grace=0.2)

    assert not child.alive
    assert len(both) == 2
    until(lambda: gone(both), "both to be gone")
    assert isinstance(child, ChildProcess)
