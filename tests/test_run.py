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
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.settings import Settings
from records import beats
from records.database import connect, reading
from states.errors import NotSetUp
from tests.clockwork import until
from tests.office import MONDAY
from workflows.server import Api, address_file, api_of, auth_file, is_healthy, nudge
from workflows.serving import Child, environment, free_port, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.monkeypatch import MonkeyPatch

pytestmark = pytest.mark.xdist_group("prefect")

RUN = """
from config.settings import settings
from cli.run import run
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


def children_of(*parents: int) -> set[int]:
    """Every process that descends from these."""
    found = set(parents)
    for _ in range(4):
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            except OSError:
                continue
            if int(fields["PPid"]) in found and not fields["State"].startswith("Z"):
                found.add(int(fields["Pid"]))
    return found - set(parents)


def gone(pids: set[int]) -> bool:
    return not any(Path(f"/proc/{pid}/environ").exists() for pid in pids)


def test_cairn_run_starts_everything_refuses_a_second_and_goes_with_ctrl_c(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    data = tmp_path / "data"
    settings = Settings(data=data)

    with cairn_run(data) as (process, said):
        told = running(process, said)
        api = api_of(settings)
        assert api is not None
        assert is_healthy(api, timeout=5)
        assert not api.auth or api.auth not in told
        for place in (f"{data}/cairn.db", f"{data}/mailbox", str(auth_file(settings)), "Ctrl-C", "master.key"):
            assert place in told
        assert stat.S_IMODE(auth_file(settings).stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        with cairn_run_again(data) as second:
            assert "Refused: Cairn already runs on" in second
        mine = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0

    assert "Cairn has stopped" in said.read_text()
    assert gone(mine)
    assert not address_file(settings).exists()


@contextmanager
def cairn_run_again(data: Path) -> Iterator[str]:
    env = {**os.environ, "CAIRN_DATA": str(data), "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", RUN], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    yield done.stderr


def test_cairn_run_after_a_kill_starts_again_and_the_clockwork_goes_on(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    data = tmp_path / "data"
    with cairn_run(data) as (process, said):
        running(process, said)
        beside = children_of(process.pid)
        process.kill()
        until(lambda: gone(beside), "the server and the flows to go with it", within=20)

    with cairn_run(data) as (process, said):
        told = running(process, said)
        until(lambda: nudge(Settings(data=data), datetime.now(UTC)), "the flows to be there")  # noqa: TID251  real runs
        until(lambda: "deliver" in beaten(data), "the next round of delivery", within=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    assert "A new master key" not in told


def beaten(data: Path) -> set[str]:
    engine = connect(f"sqlite:///{data / 'cairn.db'}")
    try:
        with reading(engine) as tx:
            return set(beats.last(tx))
    finally:
        engine.dispose()


def test_a_port_that_is_taken_is_passed_over() -> None:
    first = free_port(46400)

    with socket.create_server(("127.0.0.1", first)):
        assert free_port(first) == first + 1
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
    until(lambda: gone(both), "both to be gone", within=5)
    assert isinstance(child, Child)
