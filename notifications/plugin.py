"""The base class of our Apprise plugins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from apprise import AppriseAsset, NotifyBase, NotifyFormat, NotifyType, PersistentStoreMode

from notifications.envelope import ChannelAnswer, Envelope
from notifications.redaction import MASK, fit
from notifications.relay import BadRelay, Relay, parse

# Time limits are ours, per message: Apprise's own would leave the work running in a thread nobody watches.
ASSET = AppriseAsset(storage_mode=PersistentStoreMode.MEMORY, service_timeout=0, http_redirects=False)


class RelayPlugin(NotifyBase):  # type: ignore[no-untyped-call]  # Apprise leaves its class hook untyped
    """A way for e-mail to leave, one object per message; Apprise calls it, and it keeps what the channel answered."""

    service_name: Any
    protocol: Any
    secure_protocol: Any = None
    request_rate_per_sec = 0
    title_maxlen = 10_000
    body_maxlen = 50_000_000
    notify_format = NotifyFormat.TEXT

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Leave it to Apprise, whose own hook is untyped."""
        super().__init_subclass__(**kwargs)  # type: ignore[no-untyped-call]

    def __init__(self, relay: Relay, envelope: Envelope, timeout: float = 20.0, **kwargs: Any) -> None:
        """Take one message; Apprise adds settings of its own when it makes the object from a URL."""
        super().__init__(**{"asset": ASSET, **kwargs})  # type: ignore[no-untyped-call]  # Apprise leaves it untyped
        self.relay = relay
        self.envelope = envelope
        self.allowed = timeout
        self.answer: ChannelAnswer | None = None

    def send(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **_: Any) -> bool:  # noqa: ARG002  Apprise passes it
        """Deliver the message, as Apprise asks it."""
        answer = self.deliver(replace(self.envelope, subject=title, body=body))
        self.answer = replace(answer, detail=fit(answer.detail))
        return answer.outcome == "accepted"

    def deliver(self, envelope: Envelope) -> ChannelAnswer:
        """Hand the message over and say what was answered."""
        raise NotImplementedError

    def url(self, privacy: bool = False, *_: Any, **__: Any) -> str:  # noqa: ARG002, FBT001, FBT002  Apprise's own
        """Where the message goes; never with a secret, whether Apprise asks for privacy or not."""
        return f"{self.relay.scheme}://{self.relay.host or MASK}"

    @staticmethod
    def parse_url(url: str, *_: Any, **__: Any) -> dict[str, Any] | None:
        """Read a relay with its message's `to`, `id` and `date` added, as `smtp://host?from=…&to=…&id=…&date=…`."""
        bare = url.partition("?")[0]
        options = dict(parse_qsl(url[len(bare) + 1 :]))
        try:
            message = Envelope(
                options.pop("to"), "", "", options.pop("id"), datetime.fromisoformat(options.pop("date"))
            )
            return {
                "schema": bare.partition(":")[0],
                "relay": parse(f"{bare}?{urlencode(options)}"),
                "envelope": message,
            }
        except (KeyError, ValueError, BadRelay):
            return None
