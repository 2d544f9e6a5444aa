"""E-mail into a folder on this machine, one file per message: the embedded default until a mail server is set."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path

from config.durable import make_durable, replacing
from notifications.envelope import ChannelAnswer, Envelope, compose
from notifications.plugin import RelayPlugin

_UNFIT = re.compile(r"[^A-Za-z0-9.@_-]+")


class MailboxPlugin(RelayPlugin):
    """Writes one e-mail as an .eml file, which is there whole or not at all; a resend takes the place of the first."""

    service_name = "Mailbox folder"
    protocol = "mailbox"

    def deliver(self, envelope: Envelope) -> ChannelAnswer:
        """Write the file, and say under which name."""
        target = Path(self.relay.path) / file_name(envelope)
        try:
            _write(target, compose(envelope, self.relay.sender()))
        except OSError as fault:
            return ChannelAnswer(
                "failed", f"The mailbox folder cannot be written: {fault.strerror or type(fault).__name__}."
            )
        return ChannelAnswer("accepted", f"Written to {target.name}.")


def file_name(envelope: Envelope) -> str:
    """The same name for every resend of a message to a person, and another for any other."""
    digest = sha256(f"{envelope.message_id}\n{envelope.address}".encode()).hexdigest()[:8]
    return f"{_UNFIT.sub('_', envelope.message_id.strip('<>'))[:80]}-{digest}.eml"


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(target) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    make_durable(target.parent)  # its new name, as the content already is
