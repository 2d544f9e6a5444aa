"""What takes its time, told as it goes: it is done beside the answer, and goes on where nobody waits any more."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

Tell = Callable[[bytes], None]
AS_IT_IS = {"content-encoding": "identity", "x-accel-buffering": "no"}
"""Nothing is held back on the way to be packed: each part is read when it is told."""


def as_it_goes(work: Callable[[Tell], None], media_type: str, then: BackgroundTask | None = None) -> StreamingResponse:
    """The answer that is told by some work, part by part; `then` comes after its end. The work raises nothing."""
    parts = SimpleQueue[bytes | None]()

    def working() -> None:
        try:
            work(parts.put)
        finally:
            parts.put(None)

    Thread(target=working, daemon=True).start()
    return StreamingResponse(iter(parts.get, None), headers=AS_IT_IS, media_type=media_type, background=then)
