"""The keys that personal data, addresses and checkpoints rest on: one master key, and everything else under it.

The master key is 32 bytes, written as 64 hexadecimal digits so that it can be kept on paper. It is never shown, logged
or put into a backup: whoever has it and the database can read the names; without it nobody can.
"""

from __future__ import annotations

import binascii
import hmac
import re
import secrets
from base64 import b32encode, b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from records.files import AlreadyThere, plainly_about, whole_file
from states.errors import NotSetUp
from states.next_step import advice

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIZE = 32
NONCE = 12
WRITTEN = re.compile(r"[0-9a-fA-F]{64}")

WRONG_KEY = (
    "What is encrypted here cannot be read with this master key. Nothing is lost by it: if an exchange of the key was "
    "broken off, do the same exchange again with the same file, which finishes it; otherwise put back the key that was "
    "in use when it was written (its file, or the setting CAIRN_MASTER_KEY)."
)
DAMAGED = "What is encrypted here is damaged."
MALFORMED = "{where} is not a master key: it must be 64 digits 0-9 and letters a-f. Put back the copy you kept."
OPEN_TO_OTHERS = "The master key file {path} may be read by other users: run chmod 600 on it."
BACK_IT_UP = (
    "A new master key was made in {path}. Copy it to a safe place away from this machine now: without it the names "
    "kept of cases and the addresses of contacts can never be read again, not even from a backup."
)


class MasterKey:
    """The one secret of an installation. It shows nothing of itself, whoever prints it.

    What rests on it is derived when first used: a command that reads no name loads no cryptography.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @cached_property
    def _cases(self) -> bytes:
        return _derive(self._raw, b"cairn case keys")

    @cached_property
    def _addresses(self) -> bytes:
        return _derive(self._raw, b"cairn contact channels")

    @cached_property
    def _signing(self) -> bytes:
        return _derive(self._raw, b"cairn checkpoints")

    @cached_property
    def _secrets(self) -> bytes:
        return _derive(self._raw, b"cairn second factors")

    @cached_property
    def _links(self) -> bytes:
        return _derive(self._raw, b"cairn links in letters")

    def __repr__(self) -> str:
        return "MasterKey(not shown)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A master key is not copied out of memory.")

    def wrap(self, key: bytes, ref: str) -> str:
        """Encrypt the key of a case, bound to the reference of that case."""
        return seal(self._cases, key, ref)

    def unwrap(self, wrapped: str, ref: str) -> bytes:
        """The key of a case. Raises NotSetUp when it was wrapped with another master key or for another case."""
        return unseal(self._cases, wrapped, ref)

    def encrypt_text(self, plain: str, whose: str) -> str:
        """Encrypt an address, bound to whose it is."""
        return seal(self._addresses, plain.encode(), whose)

    def decrypt_text(self, sealed: str, whose: str) -> str:
        """An address. Raises NotSetUp when it was encrypted with another master key, or is somebody else's."""
        return unseal(self._addresses, sealed, whose).decode()

    def secret_of(self, code: str) -> str:
        """A secret derived from a code, in Base32 as authenticator apps take it: always the same for the same code."""
        return b32encode(hmac.digest(self._secrets, code.encode(), "sha256")[:20]).decode()

    def link_word(self, number: str) -> str:
        """The secret part of a letter's link: the same for the same letter, and derivable only with the master key."""
        return urlsafe_b64encode(hmac.digest(self._links, f"link {number}".encode(), "sha256")[:24]).decode()

    def proof_of(self, said: str) -> str:
        """A signature for a value given to a browser to send back."""
        return hmac.digest(self._links, f"proof {said}".encode(), "sha256").hex()

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs checkpoints, the same for as long as the master key is the same."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._signing)


@dataclass(frozen=True, slots=True)
class KeyAtHand:
    """The master key, whether it was made just now, and what the person who started Cairn must be told about it."""

    key: MasterKey
    created: bool = False
    warnings: tuple[str, ...] = ()


def load_or_create(path: Path, given: str | None) -> KeyAtHand:
    """The master key: the one given in the setting, or else the one in the file, which is made when there is none.

    Raises NotSetUp when it is malformed, StorageTrouble when the file cannot be read or written.
    """
    if given is not None:
        return KeyAtHand(_read(given, "The setting CAIRN_MASTER_KEY"))
    with plainly_about(path):
        created = not path.exists() and _create(path)
        key = _read(path.read_text("ascii", errors="replace"), f"The file {path}")
        open_to_others = path.stat().st_mode & 0o077
    warnings = [BACK_IT_UP.format(path=path)] if created else []
    warnings += [OPEN_TO_OTHERS.format(path=path)] if open_to_others else []
    return KeyAtHand(key, created, tuple(warnings))


def new_case_key() -> bytes:
    """A fresh key for the personal data of one case."""
    return secrets.token_bytes(SIZE)


def seal(key: bytes, plain: bytes, bound_to: str) -> str:
    """Encrypt with AES-256-GCM under a random nonce; what it is bound to must be named again to read it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())).decode()


def unseal(key: bytes, sealed: str, bound_to: str) -> bytes:
    """What was encrypted with seal(). Raises NotSetUp for another key, or for data moved or changed since."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], bound_to.encode())
    except InvalidTag:
        raise NotSetUp(WRONG_KEY) from None
    except (binascii.Error, ValueError):
        restoring = advice("restore the last backup ({}) into a new database.", "restore")
        raise NotSetUp(DAMAGED, advice=restoring) from None


def _derive(raw: bytes, label: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=label).derive(raw)


def _read(written: str, where: str) -> MasterKey:
    if not WRITTEN.fullmatch(written.strip()):
        raise NotSetUp(MALFORMED.format(where=where))
    return MasterKey(bytes.fromhex(written.strip()))


def _create(path: Path) -> bool:
    """Make the file, whole and readable by us alone; False when another process made it meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with whole_file(path) as draft:
            draft.write_text(secrets.token_hex(SIZE) + "\n")
    except AlreadyThere:
        return False
    return True
