"""A streamed answer for long work: it runs in a thread and reports its progress; it goes on when the client leaves."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

Tell = Callable[[bytes], None]
UNBUFFERED = {"content-encoding": "identity", "x-accel-buffering": "no"}
"""No compression and no buffering by a proxy: each part arrives when it is written."""


def stream_progress(
    work: Callable[[Tell], None], media_type: str, then: BackgroundTask | None = None
) -> StreamingResponse:
    """An answer written by some work, part by part; `then` runs after it. The work raises nothing."""
    parts = SimpleQueue[bytes | None]()

    def working() -> None:
        try:
            work(parts.put)
        finally:
            parts.put(None)

    Thread(target=working, daemon=True).start()
    return StreamingResponse(iter(parts.get, None), headers=UNBUFFERED, media_type=media_type, background=then)
