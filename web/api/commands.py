"""Runs a terminal command sent from another machine, as the API operation that it is, with its checks.

A command bypasses nothing: the token's role and scope, cases kept from its account, and idempotency keys apply as for
the operation itself (`cli/remote_commands.py` maps commands to operations).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from traceback import format_exc
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from cli import remote_execution
from cli.app import VERSION
from cli.remote_execution import CalledCommand, CommandResult, SentAlong
from records import cases, need_to_know, scanned_files, uploads
from records.database import reading
from records.files import make_folder, plainly_about
from records.kept_files import looked_at
from records.refusals import KEPT_FROM
from records.row_security import EVERY_CASE, seen_by
from states.errors import NotFound, NotPossible, PapersShut, Refused
from web.api import idempotency, typed_json
from web.api.as_json import to_json
from web.api.problems import TooLarge, Unreadable
from web.api.token_guard import check_token, enter
from web.desk import Desk, Site
from web.guard import put_on_record
from web.progress_stream import Tell, stream_progress
from workflows.installation.error_log import unexpected
from workflows.verbs.record_reading import record_reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from config.settings import Settings
    from states.entry import Actor
    from workflows.unit_of_work import UnitOfWork

ADDRESS = "/commands"
LINES = "application/x-ndjson"
LARGEST = 30 * 1024 * 1024
"""Bytes of a command with its files."""
LONGEST = 50
"""Seconds that a command may take before whoever sent it is told that it goes on: it is waited for a little longer."""
SLOW = (
    f"This takes longer than {LONGEST} seconds, and goes on at the server. Type the same again in a while: what was "
    "done is not done again, and says so. Of what only looks, ask for less."
)
MOST_WORDS = 500
TOO_MANY = f"A command has at most {MOST_WORDS} words: record some of it with another."
OTHER_VERSION = "Here is Cairn {ours}, and this command comes from Cairn {theirs}: install {ours} where it is typed."
NO_COMMAND = 'The body is one object: {"version", "words": [...], "files": {...}}.'
OTHER_COMMITTEE = "This is the server of {ours}, and not of {theirs}: give its address, or leave --committee out."
THE_FIRST = "the first committee, which has no name"


@dataclass(frozen=True)
class Command:
    """What was sent: the words of a command, what came with it, and whether it is only tried.

    `told_apart` is what tells whether the same is sent again: all but what was answered meanwhile.
    """

    words: tuple[str, ...]
    came: SentAlong = field(repr=False)
    trial: bool = False
    committee: str = ""
    told_apart: str = field(default="", repr=False)


@dataclass(frozen=True)
class CommandAnswer:
    """What a command gave: its exit code, what it said, of refusals too, and its files, each by the name asked for.

    `seen` is the version of the case on which it was tried; `asked` is what it asks, before anything is done.
    """

    code: int
    out: str
    err: str
    files: Mapping[str, str]
    seen: int | None = None
    asked: Mapping[str, Any] | None = None


def done(site: Site, request: Request, body: bytes) -> Response:
    """Do what was sent, and say what it said. Raises Refused where it is not taken at all."""
    command = _read(body)
    check_committee(site, command.committee)
    called = remote_execution.called(command.words)
    desk = enter(site, request, called.operation.name, doing=called.operation.does)
    desk.lets_go()  # what is asked or shown comes before anything is under way
    if called.is_kept_in_parts and not command.trial:
        return _part_by_part(desk, called, command)
    with _folder(desk) as folder:
        if called.operation.does:
            return _once(desk, called, command, folder)
        with _sender(desk) as here:
            return _answer(remote_execution.run(called, command.came, here, folder))


@contextmanager
def _folder(desk: Desk) -> Iterator[Path]:
    """Where the files of a command lie while it is done: what a killed server leaves goes as old uploads do."""
    folder = desk.settings.uploads.absolute() / f"command-{token_hex(16)}"
    with plainly_about(folder):
        make_folder(folder)
    try:
        yield folder
    finally:
        uploads.drop(folder)


@contextmanager
def _sender(desk: Desk, **how: bool) -> Iterator[DeskSender]:
    """Who a command is done for, until it has ended; that a case was kept from them is put on record."""
    with ExitStack() as closing:
        here = DeskSender(desk, desk.kept_from_them(), closing, **how)
        try:
            yield here
        finally:
            if here.shut:
                put_on_record(desk, KEPT_FROM)


def check_committee(site: Site, name: str) -> None:
    """Raise NotPossible where another committee of the installation was meant than that of the desk."""
    ours = site.installation.settings.which
    if name and name != ours:
        raise NotPossible(OTHER_COMMITTEE.format(ours=ours or THE_FIRST, theirs=name[:40]))


def _once(desk: Desk, called: CalledCommand, command: Command, folder: Path) -> Response:
    """Do a command once, in one transaction with its key; what is refused, asked or tried is taken back.

    The transaction begins with what the command writes first: what it shows before is tried in one of its own.
    """
    keyed = idempotency.sent_by(desk, f"{ADDRESS}\n{command.told_apart}")
    known = None if command.trial else idempotency.before(desk, keyed)
    if known is not None:
        return known
    try:
        with _sender(desk, in_one=True, tries=command.trial) as here:
            ran = remote_execution.run(called, command.came, here, folder)
            told, uow = _answer(ran, here.seen), here.desk.under_way
            if uow is not None and (ran.code or command.trial):
                uow.tx.rollback()
            elif uow is not None:
                idempotency.keep(uow, keyed, told)
                told.background = desk.sends()
    except idempotency.DoneBefore:
        return idempotency.before(desk, keyed) or told
    return (idempotency.before(desk, keyed) if ran.code and not command.trial else None) or told


def _part_by_part(desk: Desk, called: CalledCommand, command: Command) -> Response:
    """Do a command that keeps each part of what it does: a line of JSON for each, and what it said in the last."""

    def work(tell: Tell) -> None:
        def far(done: int, every: int) -> None:
            tell(json.dumps({"progress": [done, every]}).encode() + b"\n")

        try:
            with _folder(desk) as folder, _sender(desk) as here:
                ran = remote_execution.run(called, replace(command.came, progress=far), here, folder)
                tell(bytes(_answer(ran).body))
        except Refused as refused:
            tell(_broken_off(*refused.obstacles))
        except Exception:  # noqa: BLE001  whatever it is, whoever sent it gets a sentence and the file gets the rest
            tell(_broken_off(unexpected(desk.settings.data, format_exc(), desk.now)))

    return stream_progress(work, LINES, desk.sends())


def _broken_off(*why: str) -> bytes:
    return to_json(CommandAnswer(1, "", "".join(f"- {one}\n" for one in why), {}))


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
        answers = {str(key): str(said) for key, said in (sent.get("answers") or {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable(NO_COMMAND) from None
    alone = {name: sent.get(name) for name in ("words", "files", "committee")}
    told_apart = sha256(json.dumps(alone, sort_keys=True).encode()).hexdigest()
    committee = str(sent.get("committee") or "")
    return Command(tuple(words), SentAlong(files, answers), sent.get("trial") is True, committee, told_apart)


def _file(sent: Mapping[str, Any]) -> remote_execution.CommandFile:
    return remote_execution.CommandFile(str(sent["name"]), b64decode(sent["content"], validate=True))


def _answer(ran: CommandResult, seen: int | None = None) -> Response:
    files = {name: b64encode(content).decode() for name, content in ran.files.items()}
    told = CommandAnswer(ran.code, ran.out, ran.err, files, seen, vars(ran.asked) if ran.asked else None)
    return Response(to_json(told), media_type="application/json")


@dataclass
class DeskSender:
    """Who a command is done for: whoever the desk is of."""

    desk: Desk
    hidden: frozenset[str]
    """The cases that are kept from them."""
    closing: ExitStack
    """What is closed when the command has ended: its transaction, once it has begun."""
    in_one: bool = False
    """Whether all that is written is one transaction, that begins with what is written first."""
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
        return self.desk.settings

    def check(self, ref: str) -> None:
        """Raise NotFound for a case that is kept from them, PapersShut for one they declared an interest in."""
        if ref.strip().upper() not in self.hidden or self.desk.every_case:
            self._see(ref)
            return
        try:
            with reading(self.desk.installation.engine) as tx:
                seen_by(tx, EVERY_CASE)
                need_to_know.check_named(tx, ref, self.actor.account)
        except (NotFound, PapersShut):
            self.shut = True
            raise

    def _see(self, ref: str) -> None:
        if self.tries and ref and self.seen is None:
            with self.desk.reading() as tx:
                self.seen = cases.find(tx, ref, to_change=False).dossier.version

    @contextmanager
    def reading(self, ref: str, part: str) -> Iterator[Connection]:
        """A steady view of the database; that a case is read is put on record."""
        with self.desk.reading_case(ref, part) if ref else self.desk.reading() as tx:
            yield tx

    def reads(self, refs: Iterable[str], part: str) -> None:
        """Put on record that cases are read."""
        with self.desk.uow() as uow:
            for ref in sorted(refs):
                record_reading(uow, ref, part)

    @contextmanager
    def uow(self) -> Iterator[UnitOfWork]:
        """Their unit of work: what is under way, from what is written first; or one of its own each time.

        A token that has ended since does no further part. Raises NoToken.
        """
        if not self.in_one:
            check_token(self.desk.site, self.desk.request)
            with self.desk.uow() as uow:
                yield uow
            return
        if self.desk.under_way is None:
            uow = self.closing.enter_context(self.desk.uow())
            self.desk = replace(self.desk, under_way=uow)
        assert self.desk.under_way is not None
        yield self.desk.under_way

    @contextmanager
    def looks(self) -> Iterator[UnitOfWork]:
        """A unit of work of theirs in which something is tried, and taken back, before anything is written."""
        with replace(self.desk, under_way=None).uow() as uow:
            yield uow

    def take_in(self, folder: Path, name: str, content: bytes) -> Path:
        """A file they sent, looked at as at the desk. Raises BadAnswer for one that is not taken."""
        path = uploads.stage(folder, name, BytesIO(content), self.settings.looks_for_harm, self.settings.quarantine)
        if self.settings.looks_for_harm:
            with self.uow() as uow:
                scanned_files.note_clean(uow.tx, looked_at(path).sha256, self.now)
        return path
