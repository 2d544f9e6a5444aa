"""The page a monitoring system on this machine asks for how Cairn does: http://127.0.0.1:PORT/metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from records.database import connect, reading
from states.errors import Refused
from workflows.installation.installation import Installation
from workflows.timetable.metrics import CONTENT_TYPE, metrics

HERE = "127.0.0.1"
DOWN = "# HELP cairn_up Whether the records can be read.\n# TYPE cairn_up gauge\ncairn_up 0\n"


@contextmanager
def serving_metrics(installation: Installation, say: Callable[[str], None]) -> Iterator[str]:
    """Answer on CAIRN_METRICS_PORT, on this machine alone, while the block runs; gives the address (0: nobody asks).

    A port that is taken keeps nothing from running: that is said, and no more.
    """
    port = installation.settings.metrics_port
    if not port:
        yield ""
        return
    try:
        server = ThreadingHTTPServer((HERE, port), _handler(installation.settings.database_url()))
    except OSError:
        say(f"Port {port} is taken, so nobody can ask for metrics there: set CAIRN_METRICS_PORT to another one.")
        yield ""
        return
    Thread(target=server.serve_forever, kwargs={"poll_interval": 5.0}, daemon=True).start()
    try:
        yield f"http://{HERE}:{server.server_address[1]}/metrics"
    finally:
        server.shutdown()
        server.server_close()


def _handler(url: str) -> type[BaseHTTPRequestHandler]:
    class Metrics(BaseHTTPRequestHandler):
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
