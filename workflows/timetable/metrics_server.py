"""The metrics endpoint for a monitoring system on this machine: http://127.0.0.1:PORT/metrics.

Each request is answered by a forked process: Cairn itself must have no thread and no connection when it forks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing.process import BaseProcess
from typing import Any

from records.database import connect, reading
from states.errors import Refused
from workflows.installation.installation import Installation
from workflows.timetable.fork_server import FORK
from workflows.timetable.metrics import CONTENT_TYPE, metrics
from workflows.timetable.stop_signals import as_at_first

HERE = "127.0.0.1"
AT_ONCE = 3
"""How many may be answered at the same moment."""
PATIENCE = 10.0
"""Seconds in which whoever asks has to say what for."""
DOWN = "# HELP cairn_up Whether the records can be read.\n# TYPE cairn_up gauge\ncairn_up 0\n"


class MetricsServer(HTTPServer):
    """Answers a question whenever it is told to handle one."""

    _answering: tuple[BaseProcess, ...] = ()

    def verify_request(self, *_: object) -> bool:
        """Whether there are not too many already that are being answered: then whoever asks may ask again."""
        self._answering = tuple(one for one in self._answering if one.is_alive())
        return len(self._answering) < AT_ONCE

    def process_request(self, *asked: Any) -> None:
        """Have a process of its own answer, that ends with it."""
        process = FORK.Process(target=self._answer, args=asked, daemon=True)
        process.start()
        self._answering += (process,)
        self.close_request(asked[0])

    def _answer(self, *asked: Any) -> None:
        as_at_first()
        self.finish_request(*asked)


@contextmanager
def listening_for_metrics(installation: Installation, say: Callable[[str], None]) -> Iterator[MetricsServer | None]:
    """Listen on CAIRN_METRICS_PORT, on this machine alone, while the block runs; None where the port is 0.

    A port that is taken keeps nothing from running: that is said, and no more.
    """
    port = installation.settings.metrics_port
    try:
        server = MetricsServer((HERE, port), _handler(installation.settings.database_url())) if port else None
    except OSError:
        say(f"Port {port} is taken, so nobody can ask for metrics there: set CAIRN_METRICS_PORT to another one.")
        server = None
    try:
        yield server
    finally:
        if server:
            server.server_close()


def _handler(url: str) -> type[BaseHTTPRequestHandler]:
    class Metrics(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            body = _text(url).encode()
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: whoever asks does so every few seconds."""

    return Metrics


def _text(url: str) -> str:
    engine = connect(url)
    try:
        with reading(engine) as tx:
            return metrics(tx, datetime.now(UTC))
    except Refused:
        return DOWN
    finally:
        engine.dispose()
