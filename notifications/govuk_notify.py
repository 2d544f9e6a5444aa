"""E-mail through GOV.UK Notify, as an Apprise plugin that speaks its HTTP API.

Source: https://docs.notifications.service.gov.uk/rest-api.html (authentication, send an email, errors).
"""

from __future__ import annotations

import hmac
import json
import re
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from notifications.envelope import ChannelAnswer, Envelope, Outcome
from notifications.notify_text import for_notify
from notifications.plugin import RelayPlugin
from notifications.redaction import fit, hiding
from notifications.relay import BadRelay, Relay
from notifications.smtp_session import trust

LIVE = "https://api.notifications.service.gov.uk"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?:.*-)?(?P<service>{_UUID})-(?P<secret>{_UUID})", re.IGNORECASE)
_LARGEST_ANSWER = 65_536
_TRY_AGAIN = frozenset({408, 425, 429})
_BAD_REQUEST = 400
_GATEWAY_WAITED = 504
# The one error that is about the reader: keys, templates, limits and the clock are about us.
_BAD_ADDRESS = re.compile(r"ValidationError: email_address\b")


@dataclass(frozen=True)
class Key:
    """An API key, as Notify shows it: name, service and secret in one line."""

    service: str
    secret: str = field(repr=False)

    def token(self, at: int) -> str:
        """A JSON Web Token (HS256) good for the 30 seconds around `at`, in seconds since 1970 (UTC)."""
        head = _part({"typ": "JWT", "alg": "HS256"})
        signed = f"{head}.{_part({'iss': self.service, 'iat': at})}"
        return f"{signed}.{_base64(hmac.digest(self.secret.encode(), signed.encode(), sha256))}"


class NotifyPlugin(RelayPlugin):
    """Sends one e-mail through a Notify template that shows ((subject)) and ((body)); the reference is the Message-ID.

    A wrong key is an answer of 403, and refused: nothing will go out until the setting is put right.
    """

    service_name = "GOV.UK Notify"
    protocol = "govuknotify"

    def deliver(self, envelope: Envelope) -> ChannelAnswer:
        """Ask Notify to send the message."""
        try:
            key = read_key(self.relay)
        except BadRelay as fault:
            return ChannelAnswer("failed", str(fault))
        # Notify refuses a token that is not of this half-minute, so no other time than the machine's own will do.
        token = key.token(int(time.time()))  # noqa: TID251
        with hiding(frozenset({key.secret, token})):
            answer = _post(self.relay, _request(self.relay, envelope), token, self.allowed)
            return replace(answer, detail=fit(answer.detail))


def read_key(relay: Relay) -> Key:
    """Take the API key from the setting or its file. Raises BadRelay when there is none, or it is another service's."""
    text = relay.option("key") or _read(relay.option("key_file"))
    found = _KEY.fullmatch(text.strip())
    if not found:
        raise BadRelay("The GOV.UK Notify key is not of the form name-service-secret; copy it whole.")
    if found["service"].lower() != relay.host.lower():
        raise BadRelay("The GOV.UK Notify key belongs to another service than the relay names.")
    return Key(found["service"], found["secret"])


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise BadRelay("The GOV.UK Notify key file cannot be read; check its place and permissions.") from None


def _request(relay: Relay, envelope: Envelope) -> bytes:
    asked = {
        "email_address": envelope.address,
        "template_id": relay.path.strip("/"),
        "personalisation": {"subject": envelope.subject, "body": for_notify(envelope.body)},
        "reference": envelope.message_id,
    }
    reply_to = relay.option("reply_to_id")  # Notify takes the identity of an address set up there, not an address
    return json.dumps(asked | ({"email_reply_to_id": reply_to} if reply_to else {})).encode()


def _post(relay: Relay, content: bytes, token: str, timeout: float) -> ChannelAnswer:
    connection, place, headers = connected(relay, token, timeout)
    try:
        connection.request("POST", f"{place}/email", content, headers | {"Content-Type": "application/json"})
    except OSError as fault:
        connection.close()
        hung = isinstance(fault, TimeoutError)
        return ChannelAnswer("failed", f"GOV.UK Notify could not be reached: {fault.strerror or fault}", hung)
    try:
        return _read_answer(connection.getresponse())
    except (OSError, HTTPException) as fault:
        why = str(fault) or type(fault).__name__
        hung = isinstance(fault, TimeoutError)
        return ChannelAnswer("unknown", f"GOV.UK Notify has the message and did not answer: {why}", hung)
    finally:
        connection.close()


def connected(relay: Relay, token: str, timeout: float) -> tuple[HTTPConnection, str, dict[str, str]]:
    """A connection to Notify that is not open yet, the path of its notifications, and the headers that say who asks."""
    base = urlsplit(relay.option("base", LIVE))
    host, place = base.hostname or "", f"{base.path.rstrip('/')}/v2/notifications"
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "cairn"}
    if base.scheme == "https":
        return HTTPSConnection(host, base.port, timeout=timeout, context=trust(relay)), place, headers
    return HTTPConnection(host, base.port, timeout=timeout), place, headers


def _read_answer(response: HTTPResponse) -> ChannelAnswer:
    try:
        said = _said(response.read(_LARGEST_ANSWER))
    except (OSError, HTTPException):
        if _outcome(response.status) == "unknown":
            raise
        said = "and no more"  # the status alone says what became of the message
    errors = said.split("; ")
    mailbox = response.status == _BAD_REQUEST and all(map(_BAD_ADDRESS.match, errors))
    return ChannelAnswer(_outcome(response.status), f"{response.status} {said}", mailbox=mailbox)


def _outcome(status: int) -> Outcome:
    match status // 100:
        case 2:
            return "accepted"
        case _ if status == _GATEWAY_WAITED:
            return "unknown"
        case 4 if status not in _TRY_AGAIN:
            return "refused"
    return "failed"


def _said(content: bytes) -> str:
    """Notify's errors, or the identity it gave the message; anything else is shown as it came."""
    try:
        answer = json.loads(content)
        errors = [f"{each['error']}: {each['message']}" for each in answer.get("errors", [])]
        return "; ".join(errors) or str(answer["id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return content.decode("utf-8", "replace")


def _part(content: dict[str, str | int]) -> str:
    return _base64(json.dumps(content, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
