"""What `cairn run` does with the processes beside it, where they are stand-ins: who is stopped, and who goes on."""

from __future__ import annotations

import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cli.commands.run import say_or_go_on
from config.settings import Settings
from notifications import wording
from states.errors import NotSetUp
from workflows.installation.prefect_api import Api
from workflows.timetable import desk_process, prefect_process, server_with_flows, supervisor
from workflows.timetable.desk_process import DESK, desk_socket, port_of, start_desk, wait_until_served
from workflows.timetable.prefect_process import SERVER, ChildProcess, flows_of, free_port, start, start_flows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.monkeypatch import MonkeyPatch

HERE, ELSEWHERE = Api("http://127.0.0.1:4200/api", "us:ours"), Api("http://127.0.0.1:4201/api", "us:ours")


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """What the desk is to be served on: a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture
def started(tmp_path: Path, monkeypatch: MonkeyPatch) -> Iterator[list[ChildProcess]]:
    """What was started, the oldest first; each is a process that does nothing."""
    children: list[ChildProcess] = []

    def begun(name: str) -> ChildProcess:
        children.append(start(name, ["/bin/sleep", "900"], dict(os.environ), Settings(data=tmp_path / "data")))
        return children[-1]

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr(supervisor, "fork_server", lambda *_: (begun(SERVER), HERE))
    monkeypatch.setattr(supervisor, "wait_for_server", lambda *_: None)
    monkeypatch.setattr(supervisor, "start_flows", lambda settings, _: begun(flows_of(settings)))
    monkeypatch.setattr(supervisor, "start_desk", lambda *_: begun(DESK))
    yield children
    for child in children:
        child.stop(grace=0)


def test_two_desks_that_are_to_start_at_one_moment_have_a_port_each_for_good() -> None:
    free = free_port(46800)
    first, second = (desk_socket(Settings(web_port=free)) for _ in range(2))
    assert first is not None
    assert second is not None
    with first, second:
        assert free <= port_of(first) < port_of(second)
    assert (desk_socket(Settings(web_port=0)), port_of(None)) == (None, 0)
    last = desk_socket(Settings(web_port=65535)) or nullcontext()
    with last, pytest.raises(NotSetUp, match="CAIRN_WEB_PORT"):
        desk_socket(Settings(web_port=65535))


def test_a_desk_whose_port_is_held_and_that_serves_nothing_yet_is_waited_for(
    started: list[ChildProcess], listening: socket.socket
) -> None:
    supervisor.fork_server(Settings())
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait_until_served, started[0], port_of(listening), Event())
        asked, _ = listening.accept()
        assert not waiting.done()
        with asked:
            asked.recv(100)
            asked.sendall(b"HTTP/1.0 200 OK")
            waiting.result(60)


@pytest.mark.parametrize(
    ("before", "ends", "again"),
    [
        (HERE, SERVER, [SERVER]),
        (ELSEWHERE, SERVER, [SERVER, "flows-angus", DESK]),
        (HERE, DESK, [DESK]),
        (HERE, "flows-angus", ["flows-angus"]),
    ],
)
def test_what_ends_is_started_again_and_the_others_where_the_server_has_another_address(
    tmp_path: Path,
    monkeypatch: MonkeyPatch,
    started: list[ChildProcess],
    listening: socket.socket,
    before: Api,
    ends: str,
    again: list[str],
) -> None:
    first, angus = Settings(data=tmp_path / "data"), Settings(data=tmp_path / "data" / "angus", which="angus")
    monkeypatch.setattr(supervisor, "all_of", lambda _: (first, angus))
    server, _ = supervisor.fork_server(first)
    children = [server, *supervisor.start_doing(first, before, listening, {DESK, "flows-angus"})]
    ended = [child for child in children if child.name == ends]
    ended[0].process.kill()
    ended[0].process.wait()

    known = supervisor._started_again(first, before, children, ended, lambda _: None, Event(), listening)

    assert [child.name for child in started[3:]] == again
    assert sorted(child.name for child in children) == [DESK, "flows-angus", SERVER]
    assert [child for child in started if child.alive] == sorted(children, key=started.index)
    assert known == (HERE if ends == SERVER else before)


def test_the_desk_is_forked_once_the_rounds_are_loaded_and_nobody_waits_for_what_only_runs_need(
    tmp_path: Path, monkeypatch: MonkeyPatch, started: list[ChildProcess]
) -> None:
    done: list[str] = []
    monkeypatch.setattr(supervisor, "load_rounds", lambda: done.append(f"rounds, {len(started)} started"))
    monkeypatch.setattr(supervisor, "wait_until_served", lambda child, *_: done.append(f"{child.name} waited for"))
    monkeypatch.setattr(supervisor, "load_runs", lambda: done.append("runs"))
    monkeypatch.setattr(supervisor, "_keep_going", lambda *_: done.append("going on"))

    supervisor.run(
        Settings(data=tmp_path / "data", metrics_port=0, web_port=free_port(46900)),
        lambda said: done.append("said") if "Cairn is running." in said else None,
    )

    assert done == ["rounds, 1 started", "desk waited for", "said", "runs", "going on"]
    assert [(child.name, child.alive) for child in started] == [(SERVER, False), (DESK, False)]


@pytest.mark.parametrize("wrong", ["committee", "wording"])
def test_a_server_that_was_started_is_stopped_where_something_else_keeps_cairn_from_starting(
    tmp_path: Path, monkeypatch: MonkeyPatch, started: list[ChildProcess], wrong: str
) -> None:
    chosen: dict[str, Any] = {"committee": "nowhere"} if wrong == "committee" else {}
    (tmp_path / "reminder.txt.j2").write_text("Subject: {{ child_name }}\n\nPlease answer.\n")
    if wrong == "wording":
        monkeypatch.setattr(wording, "TEMPLATES", tmp_path)

    with pytest.raises(NotSetUp, match=r"nowhere\.toml" if wrong == "committee" else "child_name"):
        supervisor.run(Settings(data=tmp_path / "data", **chosen), lambda _: None)

    assert [(child.name, child.alive) for child in started] == [(SERVER, False)]


def test_no_process_outlives_cairn_where_its_words_cannot_be_said(tmp_path: Path, started: list[ChildProcess]) -> None:
    def unsaid(words: str) -> None:
        if words == "Stopping ...":
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        supervisor.run(Settings(data=tmp_path / "data", committee="nowhere"), unsaid)

    assert [(child.name, child.alive) for child in started] == [(SERVER, False)]


def test_cairn_goes_on_where_whoever_read_its_words_has_gone(monkeypatch: MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        os.close(read)

        say_or_go_on("Desk: http://127.0.0.1:8765")

        assert os.path.samestat(os.fstat(write), Path(os.devnull).stat())
        say_or_go_on("Stopping ...")
        monkeypatch.undo()


@pytest.mark.parametrize("folder", ["data", "why?"])
def test_every_process_beside_cairn_goes_by_the_file_of_settings_in_the_folder_cairn_was_started_in(
    tmp_path: Path, monkeypatch: MonkeyPatch, listening: socket.socket, folder: str
) -> None:
    told: dict[str, tuple[dict[str, str], Path]] = {}

    def noted(
        name: str, _: object, env: dict[str, str], *__: object, cwd: Path | None = None, **___: object
    ) -> ChildProcess:
        told[name] = (env, cwd or tmp_path)
        return ChildProcess(name, None, Path("log"))  # type: ignore[arg-type]

    def loaded(_: str) -> Any:
        return SimpleNamespace(serve_with_flows=print, FORK_SERVER=SimpleNamespace(do=print, load=lambda: None))

    monkeypatch.setattr(prefect_process, "start", noted)
    monkeypatch.setattr(server_with_flows, "import_module", loaded)
    monkeypatch.setattr(server_with_flows, "loading", nullcontext)
    for module in (server_with_flows, desk_process):
        monkeypatch.setattr(module, "fork", noted)
    for name in ("CAIRN_RELAY", "CAIRN_SITE", "CAIRN_REPLY_TO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CAIRN_REPLY_TO", "said.nearer@committee.example")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "CAIRN_RELAY=smtp://mail.example\nCAIRN_SITE=https://desk.example\nCAIRN_REPLY_TO=a@b.example\n"
    )
    settings = Settings(data=tmp_path / folder)

    server_with_flows.fork_server(settings)
    start_flows(settings, HERE)
    start_desk(settings, HERE, listening)

    assert sorted(told) == [DESK, flows_of(settings), SERVER]
    for env, cwd in told.values():
        with monkeypatch.context() as child:
            child.chdir(cwd)
            for name, value in env.items():
                child.setenv(name, value)
            seen = Settings()
        assert (seen.relay_address(), seen.site) == ("smtp://mail.example", "https://desk.example")
        assert (seen.reply_to, seen.data) == ("said.nearer@committee.example", tmp_path / folder)


def test_a_committees_file_that_is_no_toml_is_told_in_one_sentence_as_cairn_starts(
    tmp_path: Path, started: list[ChildProcess]
) -> None:
    file, heard = tmp_path / "data" / "local" / "committee.toml", list[str]()
    file.parent.mkdir(parents=True)
    file.write_text('committee = "Ours\n', encoding="utf-8")

    def said(words: str) -> None:
        heard.append(words)
        if "Correct" in words:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        supervisor.run(Settings(data=tmp_path / "data"), said)

    begins = "The guidance cannot be used as the committee's file has it, and no case opened: "
    (told,) = (one for one in heard if "Correct" in one)
    assert told.startswith(f"{begins}{file}: it is not TOML: ")
    assert told.endswith("Correct it there and try again.")
    assert all(not child.alive for child in started)
