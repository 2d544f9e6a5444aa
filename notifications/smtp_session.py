"""A connection to a mail server: opened, made safe, logged in to, and held to a deadline."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from functools import lru_cache
from typing import Any

from notifications.relay import Relay

_READ = 8192


class _Replies:
    """What the server says, read until the deadline and no longer, however slowly it comes."""

    def __init__(self, session: _Timed) -> None:
        self._session = session
        self._waiting = b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._waiting and len(self._waiting) < limit:
            self._session.limit()
            chunk = self._session.sock.recv(_READ) if self._session.sock else b""
            if not chunk:
                break
            self._waiting += chunk
        line, newline, self._waiting = self._waiting.partition(b"\n")
        return line + newline

    def close(self) -> None:
        self._waiting = b""


class _Timed:
    """Gives one of smtplib's connections a deadline for the whole conversation instead of one for each read."""

    sock: socket.socket | None
    file: Any
    deadline: float
    used_at: float = 0.0

    def limit(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self.sock:
            self.sock.settimeout(left)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Replies(self)
        return super().getreply()  # type: ignore[misc,no-any-return]  # smtplib's, mixed in below

    def send(self, s: Any) -> None:
        self.limit()
        super().send(s)  # type: ignore[misc]  # smtplib's, mixed in below


class _Plain(_Timed, smtplib.SMTP):
    """A connection that begins in the clear, and may turn to TLS."""

    def __init__(self, relay: Relay, greeting: str, deadline: float) -> None:
        self.deadline = deadline
        port = relay.port or (587 if relay.user else 25)
        super().__init__(relay.host, port, local_hostname=greeting, timeout=_left(deadline))


class _Implicit(_Timed, smtplib.SMTP_SSL):
    """A connection that is TLS from its first byte."""

    def __init__(self, relay: Relay, greeting: str, deadline: float) -> None:
        self.deadline = deadline
        context = trust(relay)
        port = relay.port or 465
        super().__init__(relay.host, port, local_hostname=greeting, timeout=_left(deadline), context=context)


Session = _Plain | _Implicit


def connect(relay: Relay, sender: str, deadline: float) -> Session:
    """Open a connection that is ready for mail. Raises OSError or SMTPException, with no connection left open."""
    open_ = _Implicit if relay.scheme == "smtps" else _Plain
    # Greeting by the sender's domain spares a look-up of this machine's own name, which may take seconds.
    session = open_(relay, sender.partition("@")[2], deadline)
    try:
        _secure(relay, session)
        if relay.user or relay.password:
            session.login(relay.user, relay.password)
    except (OSError, smtplib.SMTPException):
        session.close()
        raise
    return session


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _secure(relay: Relay, session: Session) -> None:
    wanted = relay.option("tls", "offered")
    if relay.scheme == "smtps" or wanted == "never":
        return
    session.ehlo_or_helo_if_needed()
    if session.has_extn("starttls"):
        session.starttls(context=trust(relay))
    elif wanted == "required":
        raise smtplib.SMTPNotSupportedError("it offers no TLS, which the setting requires")
    elif relay.password:
        raise smtplib.SMTPNotSupportedError("it offers no TLS, so the password was not sent to it")


def trust(relay: Relay) -> ssl.SSLContext:
    """Whom to believe when a server shows its certificate; made once, for it takes longer than a mail."""
    return _context(relay.option("ca"), verify=relay.option("verify", "yes") == "yes")


@lru_cache(maxsize=8)
def _context(ca: str, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca or None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def spoken(code: int, said: bytes) -> str:
    """What a server said, as a line of text."""
    return f"{code} {said.decode('utf-8', 'replace')}"


def told(fault: Exception) -> str:
    """Why a conversation broke off: the server's own words when there are any."""
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        return spoken(fault.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    said = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return said.removeprefix("Connection unexpectedly closed: ")
