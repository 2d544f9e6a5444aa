"""Passwords and the codes of an authenticator app: whether they are right, and what may be one."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from hmac import compare_digest
from threading import Semaphore
from typing import TYPE_CHECKING

from config.common_passwords import common_passwords
from records.credentials import Credential
from states.errors import BadAnswer

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 256
MEMORY, TIMES = 19_456, 2
"""Argon2id as OWASP advises: 19 MiB, twice over. A process of the desk stays small with it."""

AT_ONCE = Semaphore(2)
"""How many passwords are looked at in one moment: each takes its memory."""

INTERVAL = 30
"""Seconds for which a code of the app is shown."""

SLACK = (0, -1, 1)
"""The intervals whose code is taken: a telephone's clock may be a little out."""


OWN_WORDS = ("cairn", "committee", "child protection", "child protection committee", "learning review", "case review")
"""Words that anybody would try here first."""

TOO_COMMON = "Many people use this password, or one made of it: use four words that do not belong together."


def check_password(password: str, *about: str) -> str:
    """A new password, as its letters are kept; `about` are the names of whose it is.

    Raises BadAnswer for one that is too short, too long, or known to be used by many.
    """
    written = unicodedata.normalize("NFC", password)
    if len(written) < SHORTEST:
        raise BadAnswer(f"The password has {len(written)} characters: use {SHORTEST} or more, such as four words.")
    if len(written) > LONGEST:
        raise BadAnswer(f"The password has {len(written)} characters: use {LONGEST} at most.")
    if len(set(written)) < SHORTEST // 3:
        raise BadAnswer("The password is the same few characters again and again: use four words.")
    if _is_common(written, frozenset(_plain(one) for one in (*OWN_WORDS, *about))):
        raise BadAnswer(TOO_COMMON)
    return written


def _is_common(password: str, own: frozenset[str]) -> bool:
    """Whether a password is a common one, or one such word with figures and signs about it, once or twice over."""
    whole, letters = password.casefold(), _plain(password)
    half = letters[: len(letters) // 2]
    words = {whole, letters, *([half] if half and half + half == letters else [])}
    return not words.isdisjoint(own | common_passwords())


def _plain(words: str) -> str:
    """The letters alone, all small."""
    return "".join(one for one in words.casefold() if one.isalpha())


def hashed(password: str) -> str:
    """The hash of a password."""
    with AT_ONCE:
        return _hasher().hash(unicodedata.normalize("NFC", password))


def is_right(credential: Credential | None, password: str) -> bool:
    """Whether a password is the account's. Without an account it takes as long, and is wrong."""
    if len(password) > LONGEST:
        return False
    kept = credential.password if credential is not None else _nobodys()
    with AT_ONCE:
        right = _hasher().verify(unicodedata.normalize("NFC", password), kept)
    return right and credential is not None


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The interval whose code this is, now or a moment ago; None where it is no code of now."""
    import pyotp

    totp = pyotp.TOTP(secret, interval=INTERVAL)
    written = "".join(code.split())
    steps = (int(now.timestamp()) // INTERVAL + slack for slack in SLACK)
    return next((step for step in steps if compare_digest(totp.generate_otp(step), written)), None)


def address_for_app(secret: str, person: str, issuer: str) -> str:
    """What an authenticator app reads from a picture."""
    import pyotp

    return pyotp.TOTP(secret, interval=INTERVAL).provisioning_uri(name=person, issuer_name=issuer)


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(time_cost=TIMES, memory_cost=MEMORY, parallelism=1),))


@cache
def _nobodys() -> str:
    """A hash that no password has, to take as long where there is no account."""
    import secrets

    return hashed(secrets.token_hex())
