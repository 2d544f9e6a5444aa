"""Sends a command to a server over TLS with the caller's token, and shows what the server answers.

A command that changes something is sent under an idempotency key. If its answer never arrives the key is kept on this
machine and reused when the same command is typed again, so it is done once however often it is sent.
"""

from __future__ import annotations

import hmac
import json
import os
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener
from uuid import uuid4

from typer import BadParameter, Exit

from cli.app import VERSION
from cli.command_output import RemotePrompt, bar, echo
from cli.prompts import somebody_is_there
from cli.remote_commands import ASKED_FIRST, comes_down, goes_up
from cli.server_address import HERE, checked, token_in
from states.errors import NotPossible, Refused
from workflows.installation.no_redirects import NoRedirects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.response import addinfourl

    from cli.remote_execution import CalledCommand
    from cli.session import Session

WHERE = "/api/v1/commands"
PATIENCE = 60
"""Seconds that a server is waited for, from when a command is sent until all of its answer is here."""
TRIES = 3
PART = 64 * 1024
LARGEST = 20 * 1024 * 1024
"""Bytes of all files that go up with a command."""
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
MOST_QUESTIONS = 20
TOO_MANY_QUESTIONS = "{host} goes on asking: do it at the desk."
LINES, PROGRESS = "application/x-ndjson", b'{"progress"'
AT_THE_SERVER = "At the server"
BROKE_OFF = "its answer broke off"
SLOW = "it takes longer than {seconds} seconds"
DONE_BEFORE = "This was done when it was sent before; it was not done again. It said:"
REPLAYED = "idempotent-replayed"


@dataclass(frozen=True)
class RemoteServer:
    """A server that takes commands, and the token that is shown to it."""

    address: str
    token: str = field(repr=False)

    @classmethod
    def at(cls, address: str, token_file: str) -> RemoteServer:
        """The server at an address. Raises NotSetUp where that is not safe, or there is no token for it."""
        return cls(checked(address), token_in(token_file))

    @property
    def host(self) -> str:
        """The server, as it is named in sentences."""
        return urlsplit(self.address).netloc

    def runner(self, called: CalledCommand, *, look_first: bool, committee: str = "") -> ServerRunner:
        """What sends a command to it once it was read."""
        return ServerRunner(self, called, look_first, committee)

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
        return build_opener(proxies, NoRedirects(), HTTPSHandler(context=ssl.create_default_context()))

    def _read(self, answered: addinfourl) -> dict[str, Any]:
        try:
            found = json.loads(
                _last_line(answered) if answered.headers.get_content_type() == LINES else _all_of(answered)
            )
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


@dataclass(frozen=True)
class SentCommand:
    """A command as it is sent: its words, its files, and what was answered to what it asked."""

    words: tuple[str, ...]
    files: Mapping[str, Any] = field(repr=False)
    committee: str = ""
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    trial: bool = False

    def body(self) -> bytes:
        """What is sent."""
        said = {"version": VERSION, "words": self.words, "files": self.files}
        more = {"committee": self.committee, "answers": self.answers, "trial": self.trial}
        return json.dumps(said | {name: one for name, one in more.items() if one}, ensure_ascii=False).encode()


@dataclass(frozen=True)
class ServerRunner:
    """Runs a command on a server: its words are sent there with its files, and what it says is shown."""

    server: RemoteServer
    called: CalledCommand
    look_first: bool = False
    committee: str = ""
    """Which committee of an installation is meant, where that was said: a server of another refuses."""

    def run(self, command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:  # noqa: ARG002
        """Send the command. Raises Exit with the exit code it had there, and Refused where it could not be sent."""
        if session.moment is not None:
            raise BadParameter(NO_CLOCK)
        check_free(self.called.name, given)
        words, files = self.called.words, sent_with(self.called.name, given)
        sent = SentCommand(words, files, self.committee)
        if self._looks_first(session) and self.called.operation.does:
            seen = self._shown_first(session, sent)
            sent = sent if seen is None or _says(words, "--seen") else replace(sent, words=(*words, f"--seen={seen}"))
        self._tell(self._once(session, sent), given)

    def _looks_first(self, session: Session) -> bool:
        """Whether it is shown before it is done: where that was said, and where a letter goes and somebody is there."""
        there = self.called.name in ASKED_FIRST and somebody_is_there(as_json=session.as_json)
        return self.look_first or (there and session.seen is None and not _says(self.called.words, "--preview"))

    def _shown_first(self, session: Session, sent: SentCommand) -> int | None:
        """Show what it would do, and ask; gives the version of the case for which it was shown."""
        from cli.confirm import ask, must_ask

        must_ask(yes=False, as_json=session.as_json)
        found = self._answered(session, replace(sent, trial=True), str(uuid4()))
        self._tell(found, {})
        ask(DO_IT)
        return found.get("seen")

    def _once(self, session: Session, sent: SentCommand) -> dict[str, Any]:
        if not self.called.operation.does:
            return self._answered(session, sent, str(uuid4()))
        kept = Unanswered(_place_of(self.server, sent.body()))
        try:
            found = self._answered(session, sent, kept.key())
        except Exit:
            kept.forget()  # they said no
            raise
        kept.forget()
        if found.get("replayed"):
            echo(DONE_BEFORE, err=True)
        return found

    def _answered(self, session: Session, sent: SentCommand, key: str) -> dict[str, Any]:
        """What the server answers in the end; what it asks on the way is asked here, of whoever types."""
        for _ in range(MOST_QUESTIONS):
            found = self.server.answer(sent.body(), key)
            if not found.get("asked"):
                return found
            self._say(found)
            question = RemotePrompt(**found["asked"])
            sent = replace(sent, answers=sent.answers | {question.key: _said_to(question, session)})
        raise NotPossible(TOO_MANY_QUESTIONS.format(host=self.server.host))

    def _tell(self, found: dict[str, Any], given: Mapping[str, Any]) -> None:
        from cli.files_out import write

        names = comes_down(self.called.name) & given.keys()
        asked = {str(given[name]): Path(given[name]) for name in names if given[name] is not None}
        places = {name: _place_in(asked, str(name)) for name in found.get("files", {})}
        files = [(place, b64decode(found["files"][name])) for name, place in places.items() if place is not None]
        for place, _ in files:
            place.parent.mkdir(parents=True, exist_ok=True)
        write(files)
        self._say(found)
        if found.get("code"):
            raise Exit(int(found["code"]))

    def _say(self, found: Mapping[str, Any]) -> None:
        for part, is_err in (("out", False), ("err", True)):
            if found.get(part):
                echo(str(found[part]).removesuffix("\n"), err=is_err)


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


def _place_of(server: RemoteServer, body: bytes) -> Path:
    """Where the key of a command is kept: nothing of the command can be read out of the name."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    told = hmac.digest(server.token.encode(), server.address.encode() + b"\n" + body, "sha256")
    return state / "cairn" / "unanswered" / told.hex()


def sent_with(called: str, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The files that go up with a command, by what was typed for each. Raises BadParameter for one there is not."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(goes_up(called) - {"file"}):
        if given.get(name):
            found[str(given[name])] = _file(str(given[name]))
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


def check_free(called: str, given: Mapping[str, Any]) -> None:
    """Wrong usage where a file that is asked for would take the place of one that is here."""
    for name in comes_down(called) & given.keys():
        if given[name] is not None and Path(given[name]).exists():
            raise BadParameter(ALREADY.format(name=given[name]))


def _place_in(asked: Mapping[str, Path], name: str) -> Path | None:
    """Where a file that came down is kept: as the file that was asked for, or in that folder; None anywhere else."""
    for whole, place in asked.items():
        inside = PurePosixPath(name[len(whole) + 1 :]) if name.startswith(f"{whole}/") else None
        if name == whole:
            return place
        if inside is not None and not inside.is_absolute() and ".." not in inside.parts:
            return place / inside
    return None


def _said_to(asked: RemotePrompt, session: Session) -> str:
    """What whoever types says to what a server asks. Raises Exit for a no, NotPossible where nobody is there."""
    from cli.confirm import YES, ask, must_ask, typed

    if asked.missing:
        return typed(asked.question, asked.missing, hidden=asked.hidden)
    must_ask(yes=False, as_json=session.as_json)
    ask(asked.question)
    return YES


def _says(words: Iterable[str], option: str) -> bool:
    return any(word.partition("=")[0] == option for word in words)


def _last_line(answered: addinfourl) -> bytes:
    """The last line of what is told part by part; each before it says how far it is, and that is shown."""
    with ExitStack() as closing:
        shown: Callable[[int], None] | None = None
        before = 0
        for line in answered:
            if not line.startswith(PROGRESS):
                return line
            done, every = json.loads(line)["progress"]
            shown = shown or closing.enter_context(bar(AT_THE_SERVER, every))
            shown(done - before)
            before = done
    raise TimeoutError(BROKE_OFF)


def _all_of(answered: addinfourl) -> bytes:
    """All of an answer. Raises TimeoutError where it does not come to its end in time."""
    parts, ends = list[bytes](), monotonic() + PATIENCE
    while part := answered.read1(PART):
        parts.append(part)
        if monotonic() > ends:
            raise TimeoutError(SLOW.format(seconds=PATIENCE))
    return b"".join(parts)


def _why(trouble: Any) -> str:
    return str(getattr(trouble, "strerror", None) or trouble or type(trouble).__name__)[:80]
