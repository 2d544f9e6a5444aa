"""Sends a message: by e-mail through the relay, or to any channel that an Apprise URL names."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from warnings import catch_warnings, simplefilter

from apprise import Apprise, AppriseResult, AppriseResultStatus, NotifyBase, NotifyFormat
from apprise.manager_plugins import NotificationManager

from notifications.allowed_channels import PROVES, REFUSED, why_not
from notifications.envelope import (
    ChannelAnswer,
    Envelope,
    Outcome,
    fault_in,
    has_control_characters,
    is_identity,
    is_mail_address,
)
from notifications.govuk_notify import NotifyPlugin, read_key
from notifications.layout import apart, columns
from notifications.mail import MailPlugin
from notifications.mailbox import MailboxPlugin
from notifications.plugin import ASSET, RelayPlugin
from notifications.redaction import fit, hiding, install, masked, secrets_in
from notifications.relay import KNOWN, BadRelay, parse
from notifications.replies import in_a_sentence

__all__ = [
    "ChannelAnswer",
    "Envelope",
    "check_address",
    "check_channel",
    "check_identity",
    "check_relay",
    "masked",
    "send",
    "way_of",
]

PLUGINS: Mapping[str, type[RelayPlugin]] = MappingProxyType(
    {"mailbox": MailboxPlugin, "smtp": MailPlugin, "smtps": MailPlugin, "govuknotify": NotifyPlugin}
)
MAIL_NAMES = frozenset({"email", "e-mail", "mail"})
"""What a channel may be called that leads to an e-mail address and to nothing else."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}://", re.ASCII)
# Signs that some channel takes for styling in a title, which Apprise does not escape.
_STYLING = re.compile(r"[*_`~<>|#\[\]\\]")
# The status of HTTP in Apprise's words: one that will be the same tomorrow.
_FOR_GOOD = re.compile(r"\berror=4(?!08|09|25|29)\d\d\b")
# ... one of a gateway that does not know whether the service has the message, and one of a yes in other figures than
# Apprise expects: of Matrix and Rocket.Chat it may be the yes to an earlier step.
_NOT_KNOWN = re.compile(r"\berror=504\b")
_YES = re.compile(r"\berror=2(?!00)\d\d\b")
_IN_STEPS = frozenset({"matrix", "matrixs", "rocket", "rockets"})
# ... and one that says the place itself is not there, whoever asks.
_GONE = re.compile(r"\berror=4(?:04|10)\b")
# Past the limit, so that the limit itself is what ends a wait: only then is it known that the answer is not known.
_GRACE = 2.0


def send(envelope: Envelope, relay: str, *, timeout: float = 20.0) -> ChannelAnswer:
    """Send one message to one address and say what the channel answered. Raises nothing a channel can cause.

    `relay` is how e-mail leaves (mailbox:, smtp:, smtps:, govuknotify:); an address that is an Apprise URL goes there
    by itself. `timeout` is in seconds. A channel other than e-mail that drops the connection is taken to have failed:
    Apprise does not say how far it came.
    """
    install()
    with hiding(secrets_in(envelope.address) | secrets_in_relay(relay)):
        fault = fault_in(envelope)
        if fault:
            return ChannelAnswer("refused", fit(fault))
        answer = _mail(envelope, relay, timeout) if is_mail_address(envelope.address) else _channel(envelope, timeout)
        return replace(answer, detail=fit(answer.detail))


def check_identity(message_id: str) -> str | None:
    """Say in a sentence what is wrong with the identity letters bear, such as <name@committee.example>, or None."""
    return None if is_identity(message_id) else f"No mail can bear the identity {message_id[:80]}."


def way_of(address: str) -> str:
    """Which way a message to an address goes: the mail relay, or the server or service that its URL names.

    For telling apart what hangs from what does not, in memory alone: it may hold a secret.
    """
    if is_mail_address(address):
        return "mail"
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0].rpartition('@')[2]}"


def check_address(address: str) -> str | None:
    """Say in a sentence what is wrong with an address, or None; a secret in it is never repeated."""
    if is_mail_address(address):
        return None
    install()
    with hiding(secrets_in(address)):
        service = _service(address)
        return service if isinstance(service, str) else None


def check_channel(name: str, address: str) -> str | None:
    """Say in a sentence what is wrong with an address, or that it is of another kind than its channel's name, or None.

    A name that is no kind of channel, such as "office", goes with every kind.
    """
    fault = check_address(address)
    said = name.strip().lower()
    if fault or said not in MAIL_NAMES | PROVES.keys():
        return fault
    service = None if is_mail_address(address) else _service(address)
    kind = "email" if service is None or isinstance(service, str) else _kind(address, service)
    if said in MAIL_NAMES:
        wanted = "an e-mail address, such as desk@agency.example"
        return None if kind == "email" else _mistaken(name, wanted, f"one of {kind}", kind)
    if kind.removesuffix("s") == said.removesuffix("s"):
        return None
    found = "an e-mail address" if kind == "email" else f"one of {kind}"
    return _mistaken(name, f"an address that begins with {said}://", found, kind)


def _mistaken(name: str, wanted: str, found: str, kind: str) -> str:
    return f"The channel {name.strip()} takes {wanted}; this is {found}: write it as {kind}=ADDRESS, or correct it."


def check_relay(relay: str) -> str | None:
    """Say in a sentence what is wrong with the mail relay setting, or None; it contacts nothing."""
    try:
        found = parse(relay)
        if found.scheme == "govuknotify":
            read_key(found)
    except BadRelay as fault:
        return " ".join(fault.obstacles)
    return None


def secrets_in_relay(relay: str) -> frozenset[str]:
    """Every text of the relay setting that must appear nowhere else; all of it, when it cannot be read."""
    try:
        return parse(relay).secrets()
    except BadRelay:
        return secrets_in(relay)


def _mail(envelope: Envelope, relay: str, timeout: float) -> ChannelAnswer:
    """Made directly, not from a URL: Apprise would first load its 170 plugins to find ours."""
    try:
        found = parse(relay)
    except BadRelay as fault:
        return ChannelAnswer("failed", " ".join(fault.obstacles))
    plugin = PLUGINS[found.scheme](found, envelope, timeout)
    _notified(plugin, envelope, 0)
    return plugin.answer or ChannelAnswer("unknown", "The mail relay broke off and left no answer.")


def _channel(envelope: Envelope, timeout: float) -> ChannelAnswer:
    service = _service(envelope.address)
    if isinstance(service, str):
        return ChannelAnswer("refused", service, mailbox=True)
    # Whatever the address asks for, retries are ours, and no failure may count as a success.
    service.retry, service.optional, service.request_rate_per_sec = 0, False, 0
    service.socket_connect_timeout = min(service.socket_connect_timeout, timeout)
    service.socket_read_timeout = timeout + _GRACE
    begun = time.monotonic()
    result = _notified(service, _as_read(service, envelope), timeout)
    lines = [entry.message for entry in result.logs()]
    in_steps = _kind(envelope.address, service) in _IN_STEPS
    outcome = _outcome(result, " ".join(lines), in_steps=in_steps)
    name = str(service.service_name)
    hung = outcome != "accepted" and time.monotonic() - begun >= service.socket_connect_timeout
    mailbox = bool(_GONE.search(" ".join(lines)))
    return ChannelAnswer(outcome, in_a_sentence(name, lines) or f"{name}: {result.status.name.lower()}.", hung, mailbox)


def _notified(service: NotifyBase, envelope: Envelope, timeout: float) -> AppriseResult:
    """One Apprise object for one recipient on one channel: its yes or no is then about this message alone.

    The body is declared plain text, so that a channel which reads Markdown or HTML shows every sign as it was written.
    """
    apprise = Apprise(asset=ASSET)
    apprise.add(service)
    body, title, level = envelope.body, envelope.subject, logging.INFO
    return apprise.notify(body, title, body_format=NotifyFormat.TEXT, timeout=timeout, log_level=level)


def _as_read(service: NotifyBase, envelope: Envelope) -> Envelope:
    """The message as a channel reads it: Markdown joins lines, HTML made of text wraps none, and titles are no text."""
    reads: object = service.notify_format  # one format, or several where a service takes more than one
    markdown = NotifyFormat.MARKDOWN in (reads if isinstance(reads, tuple) else (reads,))
    title = " ".join(_STYLING.sub(" ", envelope.subject).split())
    return replace(envelope, subject=title, body=(apart if markdown else columns)(envelope.body))


def _outcome(result: AppriseResult, said: str, *, in_steps: bool) -> Outcome:
    if result.status is AppriseResultStatus.SUCCESS or (_YES.search(said) and not in_steps):
        return "accepted"
    if result.status is AppriseResultStatus.TIMEOUT or _NOT_KNOWN.search(said):
        return "unknown"
    return "refused" if _FOR_GOOD.search(said) else "failed"


def _service(address: str) -> NotifyBase | str:
    """The one place that an Apprise URL names, or a sentence that says why it names none."""
    fault = _fault_in(address)
    if fault:
        return fault
    _register()
    service = Apprise.instantiate(address, asset=ASSET)
    if service is None:
        return f"No channel understands the address {masked(address)}; see its page in the Apprise documentation."
    why = why_not(_kind(address, service))
    if why:
        return f"Nobody can be told by the channel {masked(address)}: {why}."
    service.retry = 0
    places = max(len(service), len(getattr(service, "targets", ())))
    if places > 1:
        return f"The address {masked(address)} names {places} places; give each an address of its own."
    return service


def _fault_in(address: str) -> str:
    """What is wrong with the address of a channel at first sight; empty where nothing is."""
    scheme = address.partition(":")[0].lower()
    if has_control_characters(address):
        return "The address holds a line break or a control character; write it on one line."
    if not _SCHEME.match(address):
        return "This is neither an e-mail address (person@agency.example) nor the address of a channel (ntfy://topic)."
    if scheme in KNOWN:
        return "This is how e-mail leaves, not an address; give the person's e-mail address."
    if scheme in REFUSED:
        return f"Nobody can be told by the channel {masked(address)}: {REFUSED[scheme]}."
    return ""


def _kind(address: str, service: NotifyBase) -> str:
    """The scheme of an address; of one copied from a service's own page, the one that Apprise knows the service by."""
    scheme = address.partition(":")[0].lower()
    if scheme not in {"http", "https"}:
        return scheme
    known: Any = next(filter(None, (service.secure_protocol, service.protocol)), "")
    return known if isinstance(known, str) else str(known[0])


@lru_cache(maxsize=1)
def _register() -> None:
    """Make our ways of sending known to Apprise, so that it can be asked for them by URL like its own."""
    plugins = NotificationManager()  # type: ignore[no-untyped-call]  # Apprise leaves it untyped
    with catch_warnings():
        # The first look loads every plugin, and some of them import what Python is about to retire.
        simplefilter("ignore", DeprecationWarning)
        for scheme, plugin in PLUGINS.items():
            if scheme not in plugins:
                plugins.add(plugin, schemas=scheme)  # type: ignore[no-untyped-call]  # as above
