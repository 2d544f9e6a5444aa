"""Masks secrets in logs, errors and answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from traceback import format_exception
from urllib.parse import quote, quote_plus, unquote

from notifications.envelope import is_mail_address

LOG = logging.getLogger("cairn.notifications")
LONGEST = 500
MASK = "***"

# urllib3 writes the path of each request at DEBUG, and the path of a webhook is its password.
_QUIETENED = ("apprise", "urllib3.connectionpool", "urllib3.util.retry")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:/+[^\s\"'<>`|]*")
_SCHEME = re.compile(r"[a-z]{2,16}")
_HOST = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}|localhost|(?:[a-z0-9-]{1,45}\.)+[a-z]{2,24})(?::\d{1,5})?")
_NAMED = re.compile(
    r"(?i)\b((?:password|passwd|token|secret|api[-_]?key|sig)[\"']?\s*=\s*[\"']?|(?:authorization|password)[\"']?:\s*[\"']?"
    r"(?:(?:bearer|basic)\s+)?)[^\s,;&'\")]+"
)
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?")
_BREAKS = re.compile(r"[/?&=#@:;,\s]+")
_hidden: ContextVar[frozenset[str]] = ContextVar("hidden", default=frozenset())


def masked(address: str) -> str:
    """An address fit for a log: no password, no token, no path. A plain e-mail address, or a folder, is shown whole."""
    scheme, colon, rest = address.partition(":")
    if is_mail_address(address) or scheme == "mailbox":
        return one_line(address)
    if not colon or not rest.startswith("/"):
        return MASK
    return f"{scheme if _SCHEME.fullmatch(scheme) else MASK}://{_masked_place(rest.lstrip('/'))}"


def _masked_place(rest: str) -> str:
    """Keep the host only when it is plainly one: in some channels a token stands in its place."""
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    user, at, host = authority.rpartition("@")
    shown = host if _HOST.fullmatch(host) else MASK
    hidden_user = f"{MASK}@" if user or at else ""
    hidden_path = f"/{MASK}" if rest[len(authority) :].strip("/") else ""
    return f"{hidden_user}{shown}{hidden_path}"


def secrets_in(address: str) -> frozenset[str]:
    """Every part of a channel's address that could be a secret: all of it, but for the scheme and a plain host."""
    scheme, _, rest = address.partition(":")
    if is_mail_address(address):
        return frozenset()
    place = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0].rpartition("@")
    plain = {*_BREAKS.split(place[2])} if _HOST.fullmatch(place[2]) else set()
    plain |= {scheme} if _SCHEME.fullmatch(scheme) else set()
    pieces = {*_BREAKS.split(address), *_BREAKS.split(unquote(address)), place[0], rest.lstrip("/")}
    return frozenset(piece for piece in pieces - plain if len(piece) > 3)  # noqa: PLR2004  shorter ones hit every text


@contextmanager
def hiding(secrets: frozenset[str]) -> Iterator[None]:
    """While this lasts, these texts are masked wherever they appear in a log, an error or an answer."""
    before = _hidden.set(_hidden.get() | secrets)
    try:
        yield
    finally:
        _hidden.reset(before)


def mask(text: str) -> str:
    """The text with every secret, and every part of an address that may hold one, replaced by ***."""
    hidden = _hidden.get()
    if hidden:
        text = _any_of(hidden).sub(MASK, text)
    text = _URL.sub(lambda found: masked(found.group()), text)
    return _NAMED.sub(rf"\1{MASK}", _TOKEN.sub(MASK, text))


def fit(text: str) -> str:
    """The text as one masked line of at most 500 characters."""
    line = one_line(mask(text))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def one_line(text: str) -> str:
    """Without breaks, and without the signs that nobody sees and that turn text or drive a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@lru_cache(maxsize=64)
def _any_of(secrets: frozenset[str]) -> re.Pattern[str]:
    spellings = {spelt for secret in secrets for spelt in (secret, quote(secret, safe=""), quote_plus(secret))}
    return re.compile("|".join(re.escape(spelt) for spelt in sorted(spellings, key=len, reverse=True)), re.IGNORECASE)


class Redaction(logging.Filter):
    """Masks each record of a logger, its traceback included, before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; none is held back."""
        record.msg, record.args = mask(_text(record)), ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = mask("".join(format_exception(record.exc_info[1])).rstrip())
        record.exc_info = None
        record.stack_info = mask(record.stack_info) if record.stack_info else None
        return True


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return "A line of the log could not be written out."


_REDACTION = Redaction()


def install() -> None:
    """Put the mask on every log that could carry a channel's address, and keep those logs at INFO or above."""
    LOG.addFilter(_REDACTION)
    for name in _QUIETENED:
        log = logging.getLogger(name)
        log.addFilter(_REDACTION)
        log.setLevel(max(log.level, logging.INFO))
