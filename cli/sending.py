"""A command sent to a server: over TLS, with the token of whoever types it; what it says is shown here.

What does something goes under a key of its own. A key whose answer never came is kept on this machine, and the same
command typed again goes under it: so it is done once, however often it is sent.
"""

from __future__ import annotations

import hmac
import json
import os
import ssl
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener
from uuid import uuid4

from typer import BadParameter, Exit

from cli.app import VERSION
from cli.elsewhere import DOWN
from cli.said import echo
from states.errors import NotPossible, NotSetUp, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.response import addinfourl

    from cli.on_behalf import Called
    from cli.session import Session

WHERE = "/api/v1/commands"
PATIENCE = 60
"""Seconds that a server is waited for."""
TRIES = 3
LARGEST = 20 * 1024 * 1024
"""Bytes of all files that go up with a command."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
NO_ADDRESS = "{address} is no address of a server: write it like https://cairn.example.org."
NOT_SAFE = "{address} is not sent to, because the token could be read on the way: write https:// before the name."
NO_TOKEN = "Say which file holds the token: --token-file FILE (or set CAIRN_TOKEN_FILE)."  # noqa: S105  a sentence
NO_FILE = "The token cannot be read from {path} ({why}): an administrator makes one with cairn token make."
OPEN_FILE = "{path} can be read by others on this machine: chmod 600 {path}"
NOT_A_TOKEN = "{path} holds no token: it begins with cairn_ and is one line, as it was shown."  # noqa: S105
UNREACHED = "{host} cannot be reached ({why}): check the address and the network, then type it again."
NO_ANSWER = (
    "{host} did not answer ({why}). Type the same again, and it is done once: it is known by its key if it was done."
)
WRONG_CERTIFICATE = (
    "{host} cannot show that it is who it says ({why}): nothing was sent. Check the address; where your organisation "
    "has its own certificates, set SSL_CERT_FILE to the file of them."
)
NO_CAIRN = "{host} answers, but not as a Cairn that takes commands (status {status}): check the address."
NO_SUCH_FILE = "{name} cannot be read here ({why}): name a file on this machine."
TOO_LARGE = "The files are larger than {most} MB together: send them at the desk."
NO_CLOCK = "the time is that of the server: leave --now out."
ALREADY = "{name} is there already: give another name."
DO_IT = "Do it?"
DONE_BEFORE = "This was done when it was sent before; it was not done again. It said:"
REPLAYED = "idempotent-replayed"


class NoRedirect(HTTPRedirectHandler):
    """Nothing that was sent goes on to another address: the token is for one."""

    def redirect_request(self, *_: Any) -> None:
        """Do not follow."""


@dataclass(frozen=True)
class Server:
    """A server that takes commands, and the token that is shown to it."""

    address: str
    token: str = field(repr=False)

    @classmethod
    def at(cls, address: str, token_file: str) -> Server:
        """The server at an address. Raises NotSetUp where that is not safe, or there is no token for it."""
        return cls(checked(address), token_in(token_file))

    @property
    def host(self) -> str:
        """The server, as it is named in sentences."""
        return urlsplit(self.address).netloc

    def door(self, called: Called, *, look_first: bool) -> Outside:
        """What sends a command to it once it was read."""
        return Outside(self, called, look_first)

    def answer(self, body: bytes, key: str) -> dict[str, Any]:
        """What it answers to a command. Raises NotPossible with what went wrong, and what to do."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        for last in range(TRIES - 1, -1, -1):
            try:
                return self._asked(Request(f"{self.address}{WHERE}", body, headers, method="POST"))  # noqa: S310  checked
            except (TimeoutError, ConnectionError, HTTPException) as trouble:
                if last == 0:
                    raise NotPossible(NO_ANSWER.format(host=self.host, why=_why(trouble))) from None
        raise AssertionError

    def _asked(self, request: Request) -> dict[str, Any]:
        try:
            with self._opener().open(request, timeout=PATIENCE) as answered:
                return self._read(answered)
        except HTTPError as refused:
            with refused:
                raise self._refusal(refused) from None
        except URLError as trouble:
            raise self._unreached(trouble.reason) from None

    def _opener(self) -> OpenerDirector:
        proxies = ProxyHandler({}) if urlsplit(self.address).hostname in HERE else ProxyHandler()
        return build_opener(proxies, NoRedirect(), HTTPSHandler(context=ssl.create_default_context()))

    def _read(self, answered: addinfourl) -> dict[str, Any]:
        try:
            found = json.loads(answered.read())
        except ValueError:
            found = None
        if not isinstance(found, dict) or "out" not in found:
            raise NotPossible(NO_CAIRN.format(host=self.host, status=answered.status))
        return found | {"replayed": REPLAYED in answered.headers}

    def _refusal(self, refused: HTTPError) -> Refused:
        """What a server that answered had against it: its own sentences, where it is a Cairn."""
        try:
            said = [str(one["detail"]) for one in json.loads(refused.read())["obstacles"]]
        except (ValueError, KeyError, TypeError):
            said = []
        if not said or refused.code in {404, 405}:
            return NotPossible(NO_CAIRN.format(host=self.host, status=refused.code))
        return NotPossible(*said)

    def _unreached(self, why: Any) -> Refused:
        if isinstance(why, ssl.SSLCertVerificationError):
            return NotPossible(WRONG_CERTIFICATE.format(host=self.host, why=why.verify_message))
        if isinstance(why, TimeoutError | ConnectionResetError | BrokenPipeError):
            raise why
        return NotPossible(UNREACHED.format(host=self.host, why=_why(why)))


def checked(address: str) -> str:
    """An address that a token may be sent to, without what is after its name. Raises NotSetUp."""
    parts = urlsplit(address.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise NotSetUp(NO_ADDRESS.format(address=f"{parts.scheme}://{parts.hostname}" if parts.hostname else "That"))
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise NotSetUp(NOT_SAFE.format(address=f"http://{parts.hostname}"))
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def token_in(file: str) -> str:
    """The token in a file that nobody else may read. Raises NotSetUp."""
    if not file:
        raise NotSetUp(NO_TOKEN)
    path = Path(file).expanduser()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NotSetUp(OPEN_FILE.format(path=path))
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as trouble:
        raise NotSetUp(NO_FILE.format(path=path, why=_why(trouble))) from None
    if not token.startswith("cairn_") or len(token.split()) != 1:
        raise NotSetUp(NOT_A_TOKEN.format(path=path))
    return token


@dataclass(frozen=True)
class Outside:
    """The door to a server: a command that was read here is sent there with its files, and what it says is shown."""

    server: Server
    called: Called
    look_first: bool = False

    def through(self, command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:  # noqa: ARG002
        """Send the command. Raises Exit with the exit code it had there, and Refused where it could not be sent."""
        if session.moment is not None:
            raise BadParameter(NO_CLOCK)
        check_free(given)
        words, files = self.called.words, sent_with(given)
        if self.look_first and self.called.operation.does:
            seen = self._shown_first(session, words, files)
            words = words if seen is None or "--seen" in words else (*words, f"--seen={seen}")
        self._tell(self._once(words, files), given)

    def _shown_first(self, session: Session, words: tuple[str, ...], files: Mapping[str, Any]) -> int | None:
        """Show what it would do, and ask; gives the version of the case for which it was shown."""
        from cli.confirm import ask, must_ask

        must_ask(yes=False, as_json=session.as_json)
        found = self.server.answer(_body(words, files, trial=True), str(uuid4()))
        self._tell(found, {})
        ask(DO_IT)
        return found.get("seen")

    def _once(self, words: tuple[str, ...], files: Mapping[str, Any]) -> dict[str, Any]:
        body = _body(words, files)
        if not self.called.operation.does:
            return self.server.answer(body, str(uuid4()))
        kept = Unanswered(_place_of(self.server, body))
        found = self.server.answer(body, kept.key())
        kept.forget()
        if found.get("replayed"):
            echo(DONE_BEFORE, err=True)
        return found

    def _tell(self, found: dict[str, Any], given: Mapping[str, Any]) -> None:
        from cli.files_out import keep

        asked = {str(given[name]): Path(given[name]) for name in DOWN & given.keys() if given[name] is not None}
        for name, content in found.get("files", {}).items():
            if name in asked:
                keep(asked[name], b64decode(content))
        for part, is_err in (("out", False), ("err", True)):
            if found.get(part):
                echo(str(found[part]).removesuffix("\n"), err=is_err)
        if found.get("code"):
            raise Exit(int(found["code"]))


@dataclass(frozen=True)
class Unanswered:
    """The key of a command whose answer did not come yet, kept on this machine under what tells the command apart."""

    place: Path

    def key(self) -> str:
        """The key that the command goes under: that of last time, where it was not answered then."""
        try:
            return self.place.read_text(encoding="ascii").strip() or self._new()
        except OSError:
            return self._new()

    def forget(self) -> None:
        """Its answer came: typed again it is another."""
        self.place.unlink(missing_ok=True)

    def _new(self) -> str:
        key = str(uuid4())
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.place.write_text(key, encoding="ascii")
        except OSError:
            pass  # nothing can be kept here: it is sent again a few times, and then typed again as another
        return key


def _place_of(server: Server, body: bytes) -> Path:
    """Where the key of a command is kept: nothing of the command can be read out of the name."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    told = hmac.digest(server.token.encode(), server.address.encode() + b"\n" + body, "sha256")
    return state / "cairn" / "unanswered" / told.hex()


def sent_with(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The files that go up with a command, by what was typed for each. Raises BadParameter for one there is not."""
    found: dict[str, dict[str, str]] = {}
    if given.get("fields"):
        found[given["fields"]] = _file(given["fields"])
    for typed in given.get("file") or ():
        _, sign, rest = typed.partition("=")
        found[typed] = _file(rest if sign and not Path(typed).is_file() else typed)
    if sum(len(one["content"]) for one in found.values()) * 3 > LARGEST * 4:
        raise NotPossible(TOO_LARGE.format(most=LARGEST >> 20))
    return found


def _file(name: str) -> dict[str, str]:
    import sys

    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as trouble:
        raise BadParameter(NO_SUCH_FILE.format(name=name[:80], why=_why(trouble))) from None
    return {"name": name, "content": b64encode(content).decode()}


def check_free(given: Mapping[str, Any]) -> None:
    """Wrong usage where a file that is asked for would take the place of one that is here."""
    for name in DOWN & given.keys():
        if given[name] is not None and Path(given[name]).exists():
            raise BadParameter(ALREADY.format(name=given[name]))


def _body(words: tuple[str, ...], files: Mapping[str, Any], *, trial: bool = False) -> bytes:
    said = {"version": VERSION, "words": words, "files": files, **({"trial": True} if trial else {})}
    return json.dumps(said, ensure_ascii=False).encode()


def _why(trouble: Any) -> str:
    return str(getattr(trouble, "strerror", None) or trouble or type(trouble).__name__)[:80]
