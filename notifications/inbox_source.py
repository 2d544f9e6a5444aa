"""Mailboxes that Cairn reads: over IMAP, where nothing is changed or marked, or a folder of mail files.

An address is `imaps://user:password@host/Mailbox` (TLS), `imap://...` (STARTTLS; `?tls=never` only on this machine),
with `?ca=/path/to/ca.pem` for a certificate of one's own, or `folder:///path/to/folder` of `.eml` files.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from imaplib import IMAP4
from pathlib import Path
from typing import Literal, Protocol
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient  # type: ignore[import-untyped]  # it comes without types
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]  # as above

from notifications.incoming_mail import MOST_BYTES
from notifications.secret_address import SecretAddress
from states.errors import Refused
from states.words import counted

TIMEOUT = 30.0
MOST_AT_ONCE = 200
"""Mails that are asked for at a time."""

MOST_WITHHELD = 5
"""Mails in a row that a server does not give, after which it is not asked for more."""

MOST_HEAD = 100_000
"""Bytes of a file that is too large in which its headers are looked for."""

LATER = "It is tried again in the next round."
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
WRITE_IT = "imaps://user:password@host/INBOX, or folder:///path/to/folder"


class BadInbox(Refused):
    """The address of a mailbox cannot be used, or the mailbox cannot be read; the sentence never repeats a secret."""


@dataclass(frozen=True)
class Position:
    """How far a mailbox was read: the numbering it had (UIDVALIDITY), and the last number (UID)."""

    validity: int = 0
    uid: int = 0


Fate = Literal["read", "gone", "too_large", "not_given"]


@dataclass(frozen=True)
class FoundMail:
    """A mail in a mailbox, and what became of it there.

    `raw` is None where there is nothing to read: it went away meanwhile, is too large (`head` are its headers then), or
    its server does not give it, as one does whose store is damaged there.
    """

    position: Position
    raw: bytes | None = field(repr=False)
    size: int
    file: Path | None = None
    fate: Fate = "read"
    head: bytes = field(default=b"", repr=False)


class Inbox(Protocol):
    """A mailbox that is open to be read."""

    def mails(self, after: Position) -> Iterator[FoundMail]:
        """The mails that came after a position, the oldest first, at most MOST_AT_ONCE."""
        ...

    def one(self, at: Position, file: str) -> bytes | None:
        """A mail that was met before, by its place or the name of its file; None where it lies there no more."""
        ...


@dataclass(frozen=True)
class Address(SecretAddress):
    """The address of a mailbox, taken apart. `name` says which one it is without any secret."""

    @property
    def name(self) -> str:
        """Which mailbox it is, to be shown and kept: user, host and mailbox, or the folder."""
        return f"folder {self.path}" if self.scheme == "folder" else f"{self.user} at {self.host}, {self.path}"


def address(written: str) -> Address:
    """Take the address of a mailbox apart. Raises BadInbox with a sentence, which repeats no secret."""
    try:
        found = Address.of(written.strip())
    except ValueError:
        raise BadInbox(f"The address of a mailbox cannot be read: write it as {WRITE_IT}.") from None
    if found.scheme != "folder":
        found = replace(found, path=normalize("NFC", unquote(urlsplit(written.strip()).path.lstrip("/"))) or "INBOX")
    _check(found)
    return found


def _check(found: Address) -> None:
    if found.scheme not in ("imap", "imaps", "folder"):
        raise BadInbox(f"The address of a mailbox is written as {WRITE_IT}.")
    known = {"ca", "tls"} if found.scheme != "folder" else set()
    if any(name not in known for name, _ in found.options):
        raise BadInbox(f"The address of a mailbox has a setting that is not known; it may have {', '.join(known)}.")
    if found.scheme == "folder" and (found.host or not found.path):
        raise BadInbox("The folder of a mailbox is written with three strokes: folder:///path/to/folder.")
    if found.scheme != "folder" and not (found.host and found.user):
        raise BadInbox("The address of a mailbox names no host or no user.")
    if found.option("tls") == "never" and found.host not in HERE:
        raise BadInbox("A mailbox on another machine is read with TLS: leave ?tls=never out.")


@contextmanager
def opened(place: Address) -> Iterator[Inbox]:
    """A mailbox, open to be read. Raises BadInbox, in one sentence, when it cannot be reached, opened or read."""
    if place.scheme == "folder":
        yield Folder(Path(place.path))
        return
    try:
        with ExitStack() as held:
            yield Imap(lambda: held.enter_context(_logged_in(place)), place)
    except ssl.SSLCertVerificationError as fault:
        why = f"its certificate is not trusted ({fault.verify_message})"
        raise BadInbox(f"The mailbox {place.name} cannot be read: {why}. Set ?ca= to your authority's file.") from None
    except (IMAPClientError, IMAP4.error) as fault:
        raise BadInbox(f"The mailbox {place.name} cannot be read: {_without(place, str(fault))}") from None
    except OSError as fault:
        slow = f"it did not answer in {TIMEOUT:.0f} seconds" if isinstance(fault, TimeoutError) else ""
        why = slow or fault.strerror or type(fault).__name__
        raise BadInbox(f"The mailbox {place.name} cannot be reached: {why}. {LATER}") from None


def _client(place: Address) -> IMAPClient:
    context = ssl.create_default_context(cafile=place.option("ca") or None)
    if place.scheme == "imaps":
        return IMAPClient(place.host, place.port, ssl=True, ssl_context=context, timeout=TIMEOUT)
    client = IMAPClient(place.host, place.port, ssl=False, timeout=TIMEOUT)
    if place.option("tls") != "never":
        client.starttls(context)
    return client


@contextmanager
def _logged_in(place: Address) -> Iterator[IMAPClient]:
    with _client(place) as client:
        _log_in(client, place)
        yield client


def _log_in(client: IMAPClient, place: Address) -> None:
    """By LOGIN, which takes ASCII alone; a name or password of other letters goes by AUTHENTICATE (RFC 4616)."""
    if f"{place.user}{place.password}".isascii():
        client.login(place.user, place.password)
    else:
        client.plain_login(place.user, place.password)


def _without(place: Address, said: str) -> str:
    """What a server said, in one line and without the password."""
    said = " ".join(said.split()).strip("b'\"")[:200]
    return said.replace(place.password, "***") if place.password else said


class Imap:
    """A mailbox on an IMAP server, looked at read-only: no mail is marked, moved or deleted."""

    def __init__(self, connect: Callable[[], IMAPClient], place: Address) -> None:
        self._connect, self._place = connect, place
        self._client, self._validity = self._selected()

    def _selected(self) -> tuple[IMAPClient, int]:
        client = self._connect()
        try:
            return client, int(client.select_folder(self._place.path, readonly=True)[b"UIDVALIDITY"])
        except (KeyError, ValueError):
            raise BadInbox(f"The server of the mailbox {self._place.name} does not number its mails.") from None

    def _newer(self, last: int) -> list[int]:
        try:
            found = self._client.search(["UID", f"{last + 1}:*"])
        except ValueError:
            raise BadInbox(f"The mailbox {self._place.name} gives no list of its mails. {LATER}") from None
        return sorted(uid for uid in found if uid > last)[:MOST_AT_ONCE]

    def mails(self, after: Position) -> Iterator[FoundMail]:
        """The mails after a position; from the first where the server has numbered its mailbox anew."""
        last = after.uid if after.validity == self._validity else 0
        withheld: list[FoundMail] = []
        for uid in self._newer(last):
            found = self._found(uid)
            if found.fate == "not_given":
                withheld.append(found)
            elif found.fate != "gone" or not withheld:
                yield from withheld  # this one is given: it is those mails, and not their server
                withheld.clear()
                yield found
            if len(withheld) == MOST_WITHHELD:
                break
        if withheld:
            count = counted(len(withheld), "mail")
            raise BadInbox(f"The mailbox {self._place.name} does not give {count} that lie in it. {LATER}")

    def _found(self, uid: int) -> FoundMail:
        """One mail. A server that hangs, or hangs up, is asked once more: some do so over a mail that is damaged."""
        for _ in range(2):
            try:
                return self._fetched(uid)
            except (IMAP4.abort, OSError):
                self._client, validity = self._selected()
                if validity != self._validity:
                    raise BadInbox(f"The mailbox {self._place.name} was numbered anew meanwhile. {LATER}") from None
            except (IMAPClientError, IMAP4.error, ValueError):
                break
        return FoundMail(Position(self._validity, uid), None, 0, fate="not_given")

    def _fetched(self, uid: int) -> FoundMail:
        at = Position(self._validity, uid)
        size = self._client.fetch([uid], [b"RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE", 0)
        if size > MOST_BYTES:
            return FoundMail(at, None, size, fate="too_large", head=self._content(uid, b"HEADER") or b"")
        raw = self._content(uid) if size else None
        return FoundMail(at, raw, size, fate="gone" if raw is None else "read")

    def one(self, at: Position, file: str) -> bytes | None:  # noqa: ARG002  a mail of a server is in no file
        """The mail with that number, unless the mailbox was numbered anew or the mail was taken away."""
        return self._content(at.uid) if at.validity == self._validity else None

    def _content(self, uid: int, part: bytes = b"") -> bytes | None:
        """The mail, or that part of it; None where another session took it away meanwhile."""
        raw = self._client.fetch([uid], [b"BODY.PEEK[%s]" % part]).get(uid, {}).get(b"BODY[%s]" % part)
        return raw if isinstance(raw, bytes) else None


class Folder:
    """A folder of mail files (.eml), read in the order of their names; what was read is told by its content."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadInbox(f"There is no folder {folder}: make it, or correct the address of the mailbox.")
        self._folder = folder

    def mails(self, after: Position) -> Iterator[FoundMail]:
        """Every mail file there is; which of them are new is for whoever keeps what was read."""
        for file in sorted(self._folder.glob("*.eml")):
            try:
                yield _in_file(file, after)
            except FileNotFoundError:  # somebody moved it meanwhile
                yield FoundMail(after, None, 0, file, "gone")
            except OSError:
                yield FoundMail(after, None, 0, file, "not_given")

    def one(self, at: Position, file: str) -> bytes | None:  # noqa: ARG002  a folder numbers nothing
        """The mail in the file of that name, unless it was taken away."""
        place = self._folder / Path(file).name
        return place.read_bytes() if file and place.is_file() and place.stat().st_size <= MOST_BYTES else None


def _in_file(file: Path, at: Position) -> FoundMail:
    with file.open("rb") as opened_file:
        size = file.stat().st_size
        if size <= MOST_BYTES:
            return FoundMail(at, opened_file.read(), size, file)
        head = opened_file.read(MOST_HEAD).replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return FoundMail(at, None, size, file, "too_large", head)
