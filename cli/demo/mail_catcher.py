"""A local SMTP server for the demonstration: accepts letters and keeps them until it is closed."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from workflows.simulation.expectations import ArrivedLetter

HERE = "127.0.0.1"
SENDER = "cairn@strathmore.example"
PATIENCE = 10


class MailCatcher:
    """Listens on a free port while it is open: `with MailCatcher() as post: ... post.new()`. Nothing leaves here."""

    def __init__(self) -> None:
        self.letters: list[ArrivedLetter] = []
        self.port = 0
        self._told = 0

    @property
    def relay(self) -> str:
        """The setting that sends mail here."""
        return f"smtp://{HERE}:{self.port}/?from={SENDER}&tls=never"

    def new(self) -> tuple[ArrivedLetter, ...]:
        """The letters that have come in since this was last asked."""
        fresh = tuple(self.letters[self._told :])
        self._told += len(fresh)
        return fresh

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Take in a letter; the sender has its answer only once it is kept."""
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else b"", EmailMessage, policy=default)
        self.letters.extend(
            ArrivedLetter(to, str(mail["Subject"]).strip(), mail.get_content()) for to in envelope.rcpt_tos
        )
        return "250 Kept"

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        listening = socket.create_server((HERE, 0))
        self.port = listening.getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail catcher", daemon=True)
        self._thread.start()
        self._server = self._wait(self._loop.create_server(self._line, sock=listening))
        return self

    def __exit__(self, *_: object) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _line(self) -> SMTP:
        return SMTP(self, hostname="mail.strathmore.example", loop=self._loop, enable_SMTPUTF8=True)

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
