"""Sends one webhook call: signed as Standard Webhooks defines it, over HTTPS, to allowed hosts only.

The host is resolved once, must not be on our own network, and is connected to by that IP address, so that a second
look-up cannot lead elsewhere. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from states.errors import BadAnswer

TIMEOUT = 10.0
PREFIX = "whsec_"
HTTPS, WEB = "https", 443
NO_ADDRESS = "A webhook has an address such as https://system.example/cairn, with no name or password in it."
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses by which a network of IPv6 alone reaches those of IPv4 (RFC 6052)."""

PRIVATE = (
    "{host} is a machine of a network of our own, which nothing is sent to: if it is meant, whoever looks after Cairn "
    "names it in CAIRN_WEBHOOK_HOSTS."
)
UNKNOWN = "{host} has no address: check the name."


@dataclass(frozen=True)
class Called:
    """How a call ended: whether it was taken, and what was answered."""

    taken: bool
    detail: str


def check_address(address: str, own: Collection[str] = ()) -> None:
    """Raise BadAnswer for an address that nothing may be sent to; `own` are hosts of one's own that are meant."""
    _host_of(address, own)


def sign(secret: str, identity: str, moment: int, body: bytes) -> str:
    """The signature of a call: HMAC-SHA256 over its identity, its time and its body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{identity}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def call(address: str, secret: str, identity: str, moment: int, body: bytes, own: Collection[str] = ()) -> Called:
    """Send one call; whatever goes wrong is said, and nothing is raised."""
    headers = {
        "content-type": "application/json",
        "user-agent": "Cairn",
        "webhook-id": identity,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(secret, identity, moment, body),
    }
    try:
        host, port, path, secure = _host_of(address, own)
        place = _place_of(host, port, own)
        connection = _Pinned(host, port, place, secure=secure)
        try:
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except BadAnswer as refused:
        return Called(taken=False, detail=refused.obstacles[0])
    except (OSError, http.client.HTTPException) as trouble:
        return Called(taken=False, detail=f"{host} does not answer: {type(trouble).__name__}.")
    return Called(taken=200 <= status < 300, detail=f"{host} answered {status}.")  # noqa: PLR2004  as HTTP has it


def _host_of(address: str, own: Collection[str]) -> tuple[str, int, str, bool]:
    """The host, the port and the path of an address. Raises BadAnswer."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise BadAnswer(NO_ADDRESS) from None
    meant = host in own
    if (
        not host
        or "@" in parts.netloc
        or not address.isprintable()
        or parts.scheme not in ({HTTPS, "http"} if meant else {HTTPS})
    ):
        raise BadAnswer(NO_ADDRESS)
    if _is_address(host) and not meant and not _is_public(host):
        raise BadAnswer(PRIVATE.format(host=host))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == HTTPS
    return host, port or (WEB if secure else 80), path, secure


def _place_of(host: str, port: int, own: Collection[str]) -> str:
    """The machine that a host is. Raises BadAnswer for one of our own network."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise BadAnswer(UNKNOWN.format(host=host)) from None
    if host not in own and not all(_is_public(one.partition("%")[0]) for one in found):
        raise BadAnswer(PRIVATE.format(host=host))
    return found[0]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(text: str) -> bool:
    """Whether an address is one machine of the open network, as is the one it may carry inside it."""
    address = ipaddress.ip_address(text)
    carried = None
    if isinstance(address, ipaddress.IPv6Address):
        nat64 = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
        carried = address.ipv4_mapped or address.sixtofour or nat64
    return address.is_global and not address.is_multicast and (carried is None or _is_public(str(carried)))


class _Pinned(http.client.HTTPConnection):
    """A connection to the machine that was looked up, under the name of its host."""

    def __init__(self, host: str, port: int, place: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.place, self.secure = place, secure

    def connect(self) -> None:
        """Connect to that machine; over TLS its certificate must be that of the host."""
        self.sock = socket.create_connection((self.place, self.port), TIMEOUT)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
