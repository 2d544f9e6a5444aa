"""A real web server for the tests: it keeps what is posted to it, and answers as it is told."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self


@dataclass(frozen=True)
class Posted:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class WebServer:
    """Listens on 127.0.0.1 while it is open; every request gets `status` and `answer`, unless it is to hang or drop.

    `half`: it gets the status, and the answer never comes.

    Where `elsewhere` is an address, every request is sent on to that.
    """

    status: int = 200
    answer: bytes = b"{}"
    trouble: Literal["none", "hang", "drop", "half"] = "none"
    tls: ssl.SSLContext | None = None
    elsewhere: str = ""
    posts: list[Posted] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                owner.posts.append(Posted(self.path, dict(self.headers), content))
                if owner.trouble == "hang":
                    owner._released.wait(10)
                if owner.trouble in ("none", "half"):
                    self.send_response(owner.status)
                    self.send_header("Content-Length", str(len(owner.answer)))
                    if owner.elsewhere:
                        self.send_header("Location", owner.elsewhere)
                    self.end_headers()
                    if owner.trouble == "half":
                        owner._released.wait(10)
                    self.wfile.write(owner.answer)
                self.close_connection = True

            do_GET = do_POST  # noqa: N815  the name http.server looks for

            def log_message(self, *_: object) -> None:
                pass

        return Handler
