"""The relay setting: how e-mail leaves this machine."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from notifications.envelope import MailSender, has_control_characters, is_mail_address
from notifications.secret_address import SecretAddress
from states.errors import Refused

KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "mailbox": frozenset({"from", "name"}),
        "smtp": frozenset({"from", "name", "tls", "verify", "ca"}),
        "smtps": frozenset({"from", "name", "verify", "ca"}),
        "govuknotify": frozenset({"key", "key_file", "base", "reply_to_id"}),
    }
)
_CHOICES = {"tls": ("offered", "required", "never"), "verify": ("yes", "no")}


class BadRelay(Refused):
    """The mail relay setting cannot be used; the sentence says which part, and never repeats a secret."""


@dataclass(frozen=True)
class Relay(SecretAddress):
    """A relay setting, taken apart; passwords and keys do not appear when it is printed."""

    def sender(self) -> MailSender:
        """Who mail is from: `?from=` and `?name=`, or the user when that is an address."""
        fallback = self.user if is_mail_address(self.user) else "cairn@localhost"
        return MailSender(self.option("from", fallback), self.option("name", "Cairn"))

    def secrets(self) -> frozenset[str]:
        """Every text of the setting that must appear nowhere else."""
        key = self.option("key")
        words = (self.password, _base64(self.password), _base64(f"\0{self.user}\0{self.password}"))
        return frozenset((*words,) if self.password else ()) | frozenset((key, key[-36:]) if key else ())


def _base64(text: str) -> str:
    """As SMTP carries a password."""
    return b64encode(text.encode()).decode()


@lru_cache(maxsize=32)
def parse(relay: str) -> Relay:
    """Read the relay setting. Raises BadRelay with one sentence for each thing that is wrong."""
    if has_control_characters(relay):
        raise BadRelay("The mail relay setting holds a line break or a control character; write it on one line.")
    if "#" in relay:
        raise BadRelay("The mail relay setting holds a #, which would cut it short; write it as %23.")
    try:
        found = Relay.of(relay)
    except ValueError:
        raise BadRelay("The mail relay setting is not a readable address; check its host and port.") from None
    faults = _faults(found)
    if faults:
        raise BadRelay(*faults)
    return found


def _faults(relay: Relay) -> list[str]:
    if relay.scheme not in KNOWN:
        return [f"The mail relay must begin with one of {', '.join(f'{scheme}:' for scheme in KNOWN)}."]
    return [*_bad_options(relay), *_bad_sender(relay), *_bad_place(relay)]


def _bad_options(relay: Relay) -> list[str]:
    known = KNOWN[relay.scheme]
    unknown = any(name not in known for name, _ in relay.options)
    faults = [f"The mail relay has a setting that is not known; it may have {', '.join(sorted(known))}."] * unknown
    return faults + [
        f"The mail relay's {name} must be one of {', '.join(allowed)}."
        for name, allowed in _CHOICES.items()
        if relay.option(name, allowed[0]) not in allowed
    ]


def _bad_sender(relay: Relay) -> list[str]:
    sender = relay.sender()
    if has_control_characters(sender.name):
        return ["The name the mail is from holds a line break or a control character; write it on one line."]
    if not is_mail_address(sender.address):
        return ["The mail relay's from is not an e-mail address."]
    if relay.scheme.startswith("smtp") and sender.address == "cairn@localhost":
        return ["The mail relay does not say who mail is from; add ?from=cairn@committee.example to it."]
    return []


def _bad_place(relay: Relay) -> list[str]:
    if relay.scheme == "mailbox":
        return [] if relay.path and not relay.host else ["The mailbox needs a folder: mailbox:///path/to/folder."]
    if not (relay.user + relay.password).isascii():
        return ["The mail relay's user and password must be plain letters, digits and signs (ASCII)."]
    if not relay.host:
        return [f"The mail relay names no host: {relay.scheme}://host/."]
    return _bad_notify(relay) if relay.scheme == "govuknotify" else []


def _bad_notify(relay: Relay) -> list[str]:
    base = urlsplit(relay.option("base", "https://api.notifications.service.gov.uk"))
    here = base.hostname in {"127.0.0.1", "localhost", "::1"}
    faults = []
    if not relay.path.strip("/"):
        faults.append("The GOV.UK Notify relay names no template: govuknotify://service-id/template-id.")
    if bool(relay.option("key")) == bool(relay.option("key_file")):
        faults.append("The GOV.UK Notify relay needs one of ?key_file= and ?key=.")
    if base.scheme != "https" and not (base.scheme == "http" and here):
        faults.append("The GOV.UK Notify relay's base must begin with https://.")
    return faults
