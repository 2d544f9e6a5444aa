"""A command of the terminal that was sent from elsewhere: done as the operation that it is, with the walls of that.

A command is no way round anything: the role of the token, what it is kept to, the cases that are kept from its account
and the keys by which a thing is done once are the same as for the operation (`cli/elsewhere.py` says which it is).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from cli import on_behalf
from cli.app import VERSION
from cli.on_behalf import Called, Ran
from records import cases, need_to_know, scanned_files, uploads
from records.database import reading
from records.kept_files import looked_at
from records.refusals import KEPT_FROM
from records.row_security import EVERY_CASE, seen_by
from states.errors import NotFound, NotPossible, PapersShut
from web.api import once, typed_json
from web.api.as_json import to_json
from web.api.entrance import enter
from web.api.problems import TooLarge, Unreadable
from web.desk import Desk, Room
from web.guard import put_on_record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from config.settings import Settings
    from states.entry import Actor
    from workflows.unit_of_work import UnitOfWork

ADDRESS = "/commands"
LARGEST = 30 * 1024 * 1024
"""Bytes of a command with its files."""
MOST_WORDS = 500
TOO_MANY = f"A command has at most {MOST_WORDS} words: record some of it with another."
OTHER_VERSION = "Here is Cairn {ours}, and this command comes from Cairn {theirs}: install {ours} where it is typed."
NO_COMMAND = 'The body is one object: {"version", "words": [...], "files": {...}}.'


@dataclass(frozen=True)
class Command:
    """What was sent: the words of a command, its files, and whether it is only tried."""

    words: tuple[str, ...]
    files: Mapping[str, on_behalf.SentFile] = field(repr=False)
    trial: bool = False


@dataclass(frozen=True)
class Told:
    """What a command gave: its exit code, what it said, of refusals too, and its files, each by the name asked for.

    `seen` is the version of the case on which it was tried; `replayed` says that it was done before, and not again.
    """

    code: int
    out: str
    err: str
    files: Mapping[str, str]
    seen: int | None = None


def done(room: Room, request: Request, body: bytes) -> Response:
    """Do what was sent, and say what it said. Raises Refused where it is not taken at all."""
    command = _read(body)
    called = on_behalf.called(command.words)
    desk = enter(room, request, called.operation.name, doing=called.operation.does)
    desk.lets_go()  # the files of a command are looked at before anything is under way
    with TemporaryDirectory(prefix="cairn-sent-") as folder:
        here = Theirs(desk, desk.kept_from_them())
        try:
            if not called.operation.does:
                return _answer(on_behalf.run(called, command.files, here, Path(folder)))
            return _once(here, called, command, body, Path(folder))
        finally:
            if here.shut:
                put_on_record(desk, KEPT_FROM)


def _once(here: Theirs, called: Called, command: Command, body: bytes, folder: Path) -> Response:
    """Do a command once, in one transaction with its key; what is refused or tried is taken back with that."""
    desk = here.desk

    def do(uow: UnitOfWork) -> Response:
        here.desk, here.tries = replace(desk, under_way=uow), command.trial
        ran = on_behalf.run(called, command.files, here, folder)
        told = _answer(ran, here.seen)
        if ran.code:
            raise once.TakenBack(told)
        return told

    keyed = once.sent_by(desk, f"{ADDRESS}\n{sha256(body).hexdigest()}")
    return once.once(desk, keyed, do, trial=command.trial)


def _read(body: bytes) -> Command:
    """What was sent. Raises Unreadable, and NotPossible where it comes from another version."""
    sent = typed_json.read(body)
    theirs, words = sent.get("version"), sent.get("words")
    if not isinstance(theirs, str) or not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        raise Unreadable(NO_COMMAND)
    if len(words) > MOST_WORDS:
        raise TooLarge(TOO_MANY)
    if theirs != VERSION:
        raise NotPossible(OTHER_VERSION.format(ours=VERSION, theirs=theirs[:20]))
    try:
        files = {name: _file(one) for name, one in (sent.get("files") or {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable(NO_COMMAND) from None
    return Command(tuple(words), files, sent.get("trial") is True)


def _file(sent: Mapping[str, Any]) -> on_behalf.SentFile:
    return on_behalf.SentFile(str(sent["name"]), b64decode(sent["content"], validate=True))


def _answer(ran: Ran, seen: int | None = None) -> Response:
    files = {name: b64encode(content).decode() for name, content in ran.files.items()}
    return Response(to_json(Told(ran.code, ran.out, ran.err, files, seen)), media_type="application/json")


@dataclass
class Theirs:
    """Who a command is done for: whoever the desk is of."""

    desk: Desk
    hidden: frozenset[str]
    """The cases that are kept from them."""
    tries: bool = False
    seen: int | None = None
    """The version of the case on which something is tried: what is shown is done on that, or not at all."""
    shut: bool = False
    """Whether something was refused because a case is kept from them: that is put on record."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.desk.signed_in.actor

    @property
    def now(self) -> datetime:
        """The time it is at the desk."""
        return self.desk.now

    @property
    def settings(self) -> Settings:
        """The settings of the committee."""
        return self.desk.room.here.settings

    def check(self, ref: str) -> None:
        """Raise NotFound for a case that is kept from them, PapersShut for one they declared an interest in."""
        if ref.strip().upper() not in self.hidden or self.desk.every_case:
            self._see(ref)
            return
        try:
            with reading(self.desk.room.here.engine) as tx:
                seen_by(tx, EVERY_CASE)
                need_to_know.check_named(tx, ref, self.actor.account)
        except (NotFound, PapersShut):
            self.shut = True
            raise

    def _see(self, ref: str) -> None:
        if self.tries and ref and self.seen is None and self.desk.under_way is not None:
            self.seen = cases.find(self.desk.under_way.tx, ref, to_change=False).dossier.version

    @contextmanager
    def reading(self, ref: str, part: str) -> Iterator[Connection]:
        """A steady view of the database; that a case is read is put on record."""
        with self.desk.reading_case(ref, part) if ref else self.desk.reading() as tx:
            yield tx

    @contextmanager
    def uow(self) -> Iterator[UnitOfWork]:
        """Their unit of work: what is under way."""
        with self.desk.uow() as uow:
            yield uow

    def take_in(self, folder: Path, name: str, content: bytes) -> Path:
        """A file they sent, looked at as at the desk. Raises BadAnswer for one that is not taken."""
        path = uploads.stage(folder, name, BytesIO(content), self.settings.looks_for_harm, self.settings.quarantine)
        if self.settings.looks_for_harm and self.desk.under_way is not None:
            scanned_files.note_clean(self.desk.under_way.tx, looked_at(path).sha256, self.now)
        return path
