"""A server that speaks the INSTREAM command of ClamAV's daemon, for the tests: it finds EICAR, and what it is told."""

from __future__ import annotations

import socketserver
import struct
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"


class _Line(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        heard = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            heard += self.rfile.read(size)
        self.server.heard.append(heard)
        self.wfile.write(self.server.answer or (FOUND if EICAR in heard else b"stream: OK\0"))


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path: str) -> None:
        super().__init__(path, _Line)
        self.heard: list[bytes] = []
        self.answer = b""


@dataclass
class Clamd:
    """Listens at a socket in a folder while it is open; `answer` is what it says instead of what it finds."""

    folder: Path
    server: _Server = field(init=False, repr=False)

    @property
    def address(self) -> str:
        return str(self.folder / "clamd")

    def __enter__(self) -> Self:
        self.server = _Server(self.address)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
