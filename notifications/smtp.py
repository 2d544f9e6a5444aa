"""Hands one mail to a mail server, and keeps connections open between mails."""

from __future__ import annotations

import atexit
import os
import re
import smtplib
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from notifications.envelope import ChannelAnswer, Outcome
from notifications.relay import Relay
from notifications.smtp_codes import of_mailbox
from notifications.smtp_session import Session, connect, spoken, told

IDLE_SECONDS = 30.0
KEPT = 8
LONGEST_IDENTITY = 100
"""Characters that a server takes as the identity of an envelope."""
_GO_ON = 354
_OUTCOMES: Mapping[int, Outcome] = MappingProxyType({2: "accepted", 4: "failed", 5: "refused"})
_CLOSING = 421
# Said to a client that has not logged in: the setting is at fault, not the person written to.
_NOT_LOGGED_IN = frozenset({530, 534, 535, 538})
_SILENT = "The mail server took the whole message and did not say whether it has it"


@dataclass(frozen=True)
class OutgoingMail:
    """One mail as the mail server is given it."""

    sender: str
    recipient: str
    data: bytes
    identity: str = ""


class NothingSent(Exception):
    """The conversation ended before the message was handed over, so it is certain that the server does not have it."""


_idle: defaultdict[Relay, deque[Session]] = defaultdict(deque)


def transmit(relay: Relay, letter: OutgoingMail, timeout: float) -> ChannelAnswer:
    """Hand one mail to the mail server and say what it answered, within `timeout` seconds.

    A connection kept from an earlier mail may have died since: then, and only while it is certain that the message
    was not handed over, a new one is tried, once.
    """
    deadline = time.monotonic() + timeout
    answer = _handed_over(relay, letter, deadline)
    return replace(answer, hung=answer.outcome != "accepted" and time.monotonic() >= deadline)


def _handed_over(relay: Relay, letter: OutgoingMail, deadline: float) -> ChannelAnswer:
    kept = _take(relay)
    if kept is not None:
        try:
            return _converse(relay, kept, letter, deadline)
        except NothingSent:
            pass
    try:
        return _converse(relay, _connected(relay, letter, deadline), letter, deadline)
    except NothingSent as reason:
        return ChannelAnswer("failed", str(reason))


def close_connections() -> None:
    """Close every connection that is kept open."""
    while _idle:
        _, sessions = _idle.popitem()
        for session in sessions:
            session.close()


def _take(relay: Relay) -> Session | None:
    while True:
        try:
            session = _idle[relay].pop()
        except IndexError:
            return None
        if time.monotonic() - session.used_at < IDLE_SECONDS:
            return session
        session.close()


def _keep(relay: Relay, session: Session) -> None:
    session.used_at = time.monotonic()
    sessions = _idle[relay]
    sessions.append(session)
    while len(sessions) > KEPT:
        sessions.popleft().close()


def _connected(relay: Relay, letter: OutgoingMail, deadline: float) -> Session:
    try:
        return connect(relay, letter.sender, deadline)
    except (OSError, smtplib.SMTPException) as fault:
        raise NothingSent(f"The mail server {relay.host} could not be used: {told(fault)}") from None


def _converse(relay: Relay, session: Session, letter: OutgoingMail, deadline: float) -> ChannelAnswer:
    session.deadline = deadline
    try:
        turned_away = _announce(session, letter)
        if turned_away is None:
            session.send(_as_data(letter.data))
    except (OSError, smtplib.SMTPException) as fault:
        session.close()
        raise NothingSent(f"The mail server {relay.host} broke off: {told(fault)}") from None
    answer = turned_away or _last_word(session)
    if answer.outcome == "unknown":
        session.close()
    else:
        _keep(relay, session)
    return answer


def _announce(session: Session, letter: OutgoingMail) -> ChannelAnswer | None:
    """Say who writes to whom; None when the server is ready for the message."""
    session.ehlo_or_helo_if_needed()
    code, said = session.mail(letter.sender, _envelope_identity(session, letter.identity))
    if _outcome(code) != "accepted":
        return _turned_away(session, code, said, _outcome(code))
    code, said = session.rcpt(letter.recipient)
    if _outcome(code) != "accepted":
        return _turned_away(session, code, said, _outcome(code), mailbox=of_mailbox(code, said, named=True))
    code, said = session.docmd("DATA")
    if code == _GO_ON:
        return None
    return _turned_away(session, code, said, _outcome(code), mailbox=of_mailbox(code, said, named=False))


def _envelope_identity(session: Session, identity: str) -> list[str]:
    """The identity of the letter for reports about it, where the server offers that (RFC 3461), and it is not too long.

    It comes back in a report that carries nothing of the letter, or a Message-ID that a relay wrote.
    """
    plain = identity.strip("<>").replace("+", "+2B").replace("=", "+3D")
    return [f"ENVID={plain}"] if session.has_extn("dsn") and 0 < len(plain) <= LONGEST_IDENTITY else []


def _turned_away(session: Session, code: int, said: bytes, outcome: Outcome, *, mailbox: bool = False) -> ChannelAnswer:
    if code == _CLOSING or outcome not in {"failed", "refused"}:
        raise smtplib.SMTPServerDisconnected(spoken(code, said))
    session.rset()
    return ChannelAnswer(outcome, spoken(code, said), mailbox=mailbox)


def _outcome(code: int) -> Outcome:
    return "failed" if code in _NOT_LOGGED_IN else _OUTCOMES.get(code // 100, "unknown")


def _last_word(session: Session) -> ChannelAnswer:
    try:
        code, said = session.getreply()
    except (OSError, smtplib.SMTPException) as fault:
        return ChannelAnswer("unknown", f"{_SILENT}: {told(fault)}")
    return ChannelAnswer(_outcome(code), spoken(code, said), mailbox=of_mailbox(code, said, named=False))


def _as_data(raw: bytes) -> bytes:
    """The message as SMTP carries it: a dot before each line that begins with one, and a dot alone at the end."""
    return re.sub(rb"(?m)^\.", b"..", raw) + (b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n")


atexit.register(close_connections)
os.register_at_fork(after_in_child=close_connections)  # two processes must not speak on one
