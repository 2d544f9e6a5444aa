"""`cairn web` serves the desk alone, says where, and stops when it is asked to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from config.settings import Settings
from records.database import connect, for_many_readers, reading
from states.errors import NotSetUp
from tests.agency import free_port
from tests.patience import AT_LENGTH, until
from web.serving import listening_on, serve

if TYPE_CHECKING:
    from tests.terminal import Terminal

CAIRN = "from cli.app import main; main()"


def test_it_is_served_and_says_how_the_first_account_is_made(terminal: Terminal) -> None:
    port = free_port()
    said = terminal.folder / "said.txt"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "CAIRN_WEB_PORT": str(port)}
    with said.open("wb") as out:
        command = [sys.executable, "-c", CAIRN, "web"]
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=terminal.folder)
    try:
        until(lambda: "First visit:" in said.read_text() or process.poll() is not None, "what it says")
        address = said.read_text().partition("First visit: ")[2].split()[0]
        assert address.startswith(f"http://127.0.0.1:{port}/invitations/")
        until(lambda: answers(port) or process.poll() is not None, "the desk")
        with urlopen(address) as page:  # noqa: S310  our own address
            assert "Make the first account" in page.read().decode()
            assert "strict-transport-security" not in page.headers
        process.send_signal(signal.SIGINT)
        assert process.wait(AT_LENGTH) == 0
    finally:
        process.kill()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_that_is_taken_and_a_folder_without_cairn_are_refused(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said: list[str] = []
        with pytest.raises(NotSetUp, match="set CAIRN_WEB_PORT"):
            serve(Settings(data=terminal.folder / "data"), said.append, "127.0.0.1", port)
    with pytest.raises(NotSetUp, match="There is no Cairn here"):
        serve(Settings(data=terminal.folder / "nowhere"), said.append, "127.0.0.1", port)


def test_the_pieces_of_an_answer_do_not_wait_for_each_other() -> None:
    """Unless told otherwise the system holds the second piece back until the first was acknowledged: 40 ms a page."""

    async def is_held_back() -> bool:
        asked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def on_connection(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set_result(not writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with listening_on("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(on_connection, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                writer.close()
                return await asked

    assert not asyncio.run(is_held_back())


def test_each_of_many_readers_holds_little_of_a_file_in_memory(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'cairn.db'}")
    with reading(engine) as tx:
        by_itself = tx.exec_driver_sql("PRAGMA cache_size").scalar_one()
    for_many_readers(engine)
    with reading(engine) as tx:
        assert tx.exec_driver_sql("PRAGMA cache_size").scalar_one() == -500 != by_itself
    engine.dispose()
