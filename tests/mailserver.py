"""A real mail server for the tests: it keeps what arrives, and can be told to behave badly."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as WIRE
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications import smtp

if TYPE_CHECKING:
    from tests.office import Office

# none: as it should. hang: says nothing more once it has the message (or, hang-connect, from the start).
# slow: answers late. drop: hangs up after the first line of the message. drop-after: hangs up when it has the message,
# before it says so. drip: says its answer one letter at a time, for ever.
Trouble = Literal["none", "hang", "hang-connect", "slow", "drop", "drop-after", "drip"]


@dataclass(frozen=True)
class Received:
    """One mail as it came in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return BytesParser(EmailMessage, policy=WIRE).parsebytes(self.raw)


@dataclass
class MailServer:
    """Listens on 127.0.0.1 while it is open: `with MailServer() as server: ... server.messages`.

    With `dsn` it offers delivery reports (RFC 3461), and notes in `envelopes` the identity that each letter is given.
    `accept` is its answer to a message that it takes. `refuse` maps a recipient to the reply given to it,
    `{"gone@agency.example": "550 No such person"}`; `reject` is the reply given to every message, `refuse_sender` the
    one given to whoever the mail is from. `on_message` is called with each message before it is accepted. All but the
    TLS settings may be changed while it runs.
    """

    refuse: Mapping[str, str] = field(default_factory=dict)
    reject: str = ""
    accept: str = "250 2.0.0 Queued as 42"
    dsn: bool = False
    envelopes: list[str] = field(default_factory=list)
    refuse_sender: str = ""
    trouble: Trouble = "none"
    delay: float = 0.2
    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    password: str = ""
    messages: list[Received] = field(default_factory=list)
    on_message: Callable[[Received], None] | None = None
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._released = asyncio.Event()
        self._open: set[asyncio.Transport] = set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        # A small window, so that a large message cannot vanish whole into the kernel before the server hangs up.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._wait(self._loop.create_server(lambda: _Protocol(self), sock=self._socket, ssl=self.tls))
        return self

    def __exit__(self, *_: object) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def hang_up(self) -> None:
        """Break off every open connection, as a server that restarts does."""
        self._wait(self._hang_up())

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _hang_up(self) -> None:
        for transport in self._open:
            transport.abort()
        await asyncio.sleep(0)

    async def _close(self) -> None:
        self._server.close()
        self._released.set()
        await self._hang_up()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def handle_EHLO(  # noqa: N802  the name aiosmtpd looks for
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *["250-DSN"] * self.dsn, responses[-1]]

    async def handle_MAIL(  # noqa: N802  the name aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  the name aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        if self.reject:
            return self.reject
        content = envelope.content
        assert isinstance(content, bytes)
        received = Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        self.messages.append(received)
        if self.on_message is not None:
            await self._loop.run_in_executor(None, self.on_message, received)
        if self.trouble == "hang":
            await self._released.wait()
        elif self.trouble == "slow":
            await asyncio.sleep(self.delay)
        elif self.trouble == "drop-after":
            _line(server).abort()
        elif self.trouble == "drip":
            await self._drip(server)
        return self.accept

    async def _drip(self, server: SMTP) -> None:
        line = _line(server)
        while not self._released.is_set() and not line.is_closing():
            line.write(b"2")
            await asyncio.sleep(0.05)


def _line(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


class _Protocol(SMTP):
    def __init__(self, owner: MailServer) -> None:
        self.owner = owner
        super().__init__(
            owner,
            hostname="mail.agency.example",
            loop=owner._loop,
            tls_context=owner.starttls,
            authenticator=self._check if owner.password else None,
            auth_require_tls=False,
        )
        # Asked of the constructor, this warns that a password in the clear is unsafe: that is what a test is about.
        self._auth_required = bool(owner.password)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.owner.connections += 1
        assert isinstance(transport, asyncio.Transport)
        self.owner._open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.owner._open.discard(_line(self))
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self.owner.trouble == "hang-connect":
            await self.owner._released.wait()
        await super()._handle_client()

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802  as above
        plain, _, identity = arg.partition(" ENVID=")
        self.owner.envelopes.append(identity)
        await super().smtp_MAIL(plain)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  as above
        if self.owner.trouble != "drop":
            await super().smtp_DATA(arg)
            return
        await self.push("354 Go on")
        await self._reader.readline()
        _line(self).abort()

    def _check(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.password.decode() == self.owner.password
        return AuthResult(success=known, handled=False)


@contextmanager
def relaying(office: Office) -> Iterator[MailServer]:
    """Lend a server to which an office gives its mail; what was connected to it is closed at the end."""
    with MailServer() as running:
        office.relay = f"smtp://127.0.0.1:{running.port}?from=cairn@cairn.example"
        yield running
        smtp.close_connections()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1 and localhost, and the self-signed certificate a client may trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    start = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251  a certificate is good for real days
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    shown, held = folder / "certificate.pem", folder / "key.pem"
    shown.write_bytes(made.public_bytes(pem))
    plain = serialization.NoEncryption()
    held.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, held)
    return context, shown
