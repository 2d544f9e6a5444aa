"""Runs a command received from another machine, as the account whose token came with it and no other.

It cannot reach this machine's files, environment or user: those belong to the server, not to the sender.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from typer import BadParameter, Exit, TyperException

from cli.command_output import COLLECTED, CollectedOutput, RemotePrompt, echo
from cli.command_runner import RUNNER
from cli.command_table import COMMANDS, check_words, loaded
from cli.errors import plainly
from cli.remote_commands import PART_BY_PART, RemoteOperation, comes_down, goes_up, operation_of
from cli.session import Session
from cli.short_references import whole_references
from config.settings import MEANT
from states.errors import NotPossible

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from config.settings import Settings
    from states.entry import Actor
    from workflows.installation.installation import Installation
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.viewer import Viewer

Done = TypeVar("Done")
USAGE = 2
MOST = 5000
"""The most lines of a list that are sent at once."""
LARGEST = 20 * 1024 * 1024
TOO_LARGE = "Its files are larger than 20 MB together: nothing was done. Make it at the desk, or where Cairn runs."
UNLESS_SAID = {"outbox": "outbox show", "import": "import file"}
"""The command that a group is where none of its own is named."""
NO_SUCH = "There is no command “cairn {words}”: cairn --help names them."
ONLY_READS = "Sent to a server this command only looks: what it would record is recorded at the desk."
NOT_OF_THE_MACHINE = "Sent to a server this is not done: type it on the machine that Cairn runs on."
OWN_CLOCK = "The time is that of the server: leave --now out."
OTHER_ROLE = "This token acts as {has}: leave --as out, or use a token that acts as {said}."
OTHER_NAME = "This token acts for {has}: leave --name and --by out, or use the token of {said}."
PLAIN = frozenset({"fields", "mapping"})
"""What goes up as words for the command itself, and is kept nowhere."""
NO_FILE_OF_THE_SERVER = "Sent to a server this takes no --{name}: type it on the machine that Cairn runs on."
ENDINGS = frozenset({".docx", ".pdf", ".xlsx", ".csv", ".json", ".toml"})
NOT_SENT = "{name} was not sent with the command: name a file that is on your own machine."


class CommandSender(Protocol):
    """Who a command is done for, and what of the installation they come to."""

    @property
    def actor(self) -> Actor:
        """Who acts: the person of the account, in the role of the token."""

    @property
    def now(self) -> datetime:
        """The time it is."""

    @property
    def settings(self) -> Settings:
        """The settings of their committee."""

    @property
    def hidden(self) -> frozenset[str]:
        """The cases that are kept from them."""

    seen: int | None

    def check(self, ref: str) -> None:
        """Raise NotFound for a case that is kept from them, PapersShut for one they declared an interest in."""

    def reading(self, ref: str, part: str) -> AbstractContextManager[Connection]:
        """A steady view of the database; that a case is read is put on record."""

    def reads(self, refs: Iterable[str], part: str) -> None:
        """Put on record that cases are read."""

    def uow(self) -> AbstractContextManager[UnitOfWork]:
        """Their unit of work."""

    def looks(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work of theirs in which something is tried, and taken back."""

    def take_in(self, folder: Path, name: str, content: bytes) -> Path:
        """A file they sent, looked at and put into a folder. Raises BadAnswer for one that is not taken."""


@dataclass(frozen=True)
class CommandFile:
    """A file that came with a command: its name, and what is in it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class SentAlong:
    """What came with a command: its files, by what was typed for each, and what was answered to what it asks."""

    files: Mapping[str, CommandFile] = field(default_factory=dict, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    progress: Callable[[int, int], None] | None = None
    """Told how far the command is, where it is done part by part."""


@dataclass(frozen=True)
class CommandResult:
    """What a command gave: its exit code, what it said, of refusals too, and the files it wrote, by the name asked."""

    code: int
    out: str
    err: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    asked: RemotePrompt | None = None
    """What it asks of whoever sent it, before it goes on."""


@dataclass(frozen=True)
class CalledCommand:
    """A command that was sent: its words, its name, and the operation that it is."""

    words: tuple[str, ...]
    name: str
    operation: RemoteOperation

    @property
    def is_kept_in_parts(self) -> bool:
        """Whether each part of what it does is kept, whatever becomes of the rest."""
        return self.name in PART_BY_PART


@dataclass(frozen=True)
class SenderSession(Session):
    """The session of a command that was sent: everything it comes to is what the one it is done for comes to."""

    sender: Any = field(default=None, repr=False)
    operation: RemoteOperation = field(default=RemoteOperation("", does=False))
    ref: str = ""

    @property
    def actor(self) -> Actor:
        """Who acts; for the agency they name, where their account has none."""
        acts: Actor = self.sender.actor
        return acts.model_copy(update={"agency": acts.agency or " ".join(self.agency.split())})

    def check_said(self) -> None:
        """Who acts is said by the token: nothing is missing."""

    def check_same(self) -> None:
        """Wrong usage where somebody else is said to act, or at another time, than the token says."""
        has = self.sender.actor
        if self.moment is not None:
            raise BadParameter(OWN_CLOCK)
        if self.role.strip() not in {"", has.role}:
            raise BadParameter(OTHER_ROLE.format(has=has.role, said=self.role.strip()[:40]))
        if " ".join(self.name.split()).casefold() not in {"", has.name.casefold()}:
            raise BadParameter(OTHER_NAME.format(has=has.name, said=self.name.strip()[:40]))

    def said(self) -> Actor:
        """Who acts."""
        return self.actor

    def keeper(self) -> Actor:
        """Who keeps a register: whoever acts."""
        return self.actor

    def acting(self, tx: Connection, said: Actor, *, keeps: bool = False) -> Actor:  # noqa: ARG002  the token says it
        """Who acts, whatever the command says."""
        return self.actor

    def viewer(self) -> Viewer:
        """Who looks, and when."""
        from workflows.views.viewer import Viewer

        return Viewer(self.actor, self.now)

    def hidden(self) -> frozenset[str]:
        """The cases that are kept from whoever acts."""
        kept: frozenset[str] = self.sender.hidden
        return kept

    def check(self, ref: str) -> None:
        """Raise NotFound for a case that is kept from them, PapersShut for one they declared an interest in."""
        self.sender.check(ref)

    def shows(self, version: int) -> None:
        """Note the version of what is shown: a yes to it names that."""
        self.sender.seen = version

    def reads(self, refs: Iterable[str]) -> None:
        """Put on record that cases are read."""
        self.sender.reads(refs, self.operation.name)

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        """Raise NotPossible: the machine is not whoever sent the command's."""
        raise NotPossible(NOT_OF_THE_MACHINE)
        yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A steady view of the database that changes nothing but that it was read."""
        with self.sender.reading(self.ref, self.operation.name) as tx:
            yield tx

    @contextmanager
    def uow(self, *, keeps: bool = False) -> Iterator[UnitOfWork]:  # noqa: ARG002  the token says who
        """The unit of work of whoever acts. Raises NotPossible in a command that looks."""
        if not (self.operation.does or self.operation.puts_on_record):
            raise NotPossible(ONLY_READS)
        with self.sender.uow() as uow:
            yield replace(uow, actor=self.actor)

    def preview(self, look: Callable[[UnitOfWork], Done]) -> Done:
        """What something would do: it is tried in a unit of work of its own, and taken back."""
        with self.sender.looks() as uow:
            try:
                return look(replace(uow, actor=self.actor))
            finally:
                uow.tx.rollback()


@dataclass
class ReceivedRunner:
    """Runs a command that was received, for whoever sent it, with their files in a folder."""

    sender: CommandSender
    operation: RemoteOperation
    sent: Mapping[str, CommandFile]
    folder: Path
    wanted: dict[str, Path] = field(default_factory=dict)
    """The files that are asked for, by the name under which they are, and where they are written for now."""

    def run(self, command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:
        """Do the command."""
        said = {name: getattr(session, name) for name in ("role", "name", "agency", "seen", "moment", "as_json")}
        ours = SenderSession(**said, sender=self.sender, operation=self.operation)
        ours.check_same()
        ours = replace(ours, moment=self.sender.now)
        given = given | whole_references(ours, called, given)
        for name in ("ref", "other", "case"):
            self.sender.check(str(given.get(name) or ""))
        command(replace(ours, ref=_case_in(given)), **self._with_files(called, given))

    def _with_files(self, called: str, given: dict[str, Any]) -> dict[str, Any]:
        """What was given, with the files that came and those that are wanted in the place of their names."""
        found = given | ({"most": min(given["most"], MOST)} if "most" in given else {})
        for name in PLAIN & {one for one in given if given[one]}:
            found[name] = type(given[name])(self._plain(str(given[name])))
        if given.get("file"):
            found["file"] = [self._evidence(one) for one in given["file"]]
        for name in comes_down(called) & given.keys():
            if given[name] is not None:
                place = self.folder / f"paper-{len(self.wanted)}{_ending(given[name])}"
                self.wanted[str(given[name])] = found[name] = place
        for name in (name for name, one in found.items() if isinstance(one, Path) and one is given[name]):
            if name not in goes_up(called):
                raise NotPossible(NO_FILE_OF_THE_SERVER.format(name=name))
            found[name] = Path(self._evidence(str(given[name])))
        return found

    def _plain(self, typed: str) -> Path:
        place = self.folder / f"plain-{len(list(self.folder.iterdir()))}"
        place.write_bytes(self._content(typed).content)
        return place

    def _evidence(self, typed: str) -> str:
        """A file of evidence under a name of its own, with the field before it that was typed."""
        one = self._content(typed)
        name = PurePath(one.name.replace("\\", "/")).name
        before = typed.removesuffix(one.name) if typed.endswith(f"={one.name}") else ""
        folder = self.folder / f"file-{len(list(self.folder.iterdir()))}"
        return f"{before}{self.sender.take_in(folder, name, one.content)}"

    def _content(self, typed: str) -> CommandFile:
        if typed not in self.sent:
            raise BadParameter(NOT_SENT.format(name=typed[:80]))
        return self.sent[typed]


def _ending(name: Path) -> str:
    """The ending of a file by its kind, where it is one that commands know."""
    return name.suffix.lower() if name.suffix.lower() in ENDINGS else ""


def _case_in(given: Mapping[str, Any]) -> str:
    """The case or recommendation that a command names; empty for one that names none."""
    ref = str(given.get("ref") or "")
    return ref if "-" in ref else ""


def called(words: tuple[str, ...]) -> CalledCommand:
    """The command that some words call. Raises NotPossible for one that is not sent, or that there is not."""
    try:
        check_words(words)
    except BadParameter as wrong:
        raise NotPossible(wrong.format_message()) from None
    name = command_name(words)
    return CalledCommand(words, name, operation_of(name, words))


def command_name(words: tuple[str, ...]) -> str:
    """The whole name of the command that some words call, without what it is given. Raises NotPossible."""
    if not words or words[0] not in COMMANDS:
        raise NotPossible(NO_SUCH.format(words=" ".join(words[:1])[:40]))
    found, name = loaded(words[0]), words[0]
    for word in words[1:]:
        below = getattr(found, "commands", {})
        if word not in below:
            break
        found, name = below[word], f"{name} {word}"
    if getattr(found, "commands", None):
        if name not in UNLESS_SAID:
            raise NotPossible(NO_SUCH.format(words=" ".join(words[:2])[:40]))
        return UNLESS_SAID[name]
    return name


def run(sent: CalledCommand, came: SentAlong, sender: CommandSender, folder: Path) -> CommandResult:
    """Do a command for whoever sent it: what it said, and the files it wrote. The folder is gone afterwards."""
    inside = ReceivedRunner(sender, sent.operation, came.files, folder)
    collected = CollectedOutput(answers=came.answers, progress=came.progress)
    kept = (COLLECTED.set(collected), RUNNER.set(inside), MEANT.set(sender.settings))
    try:
        code = _code_of(sent)
    finally:
        COLLECTED.reset(kept[0])
        RUNNER.reset(kept[1])
        MEANT.reset(kept[2])
    written = dict(_written(inside.wanted)) if code == 0 else {}
    out, err = ("".join(some) for some in (collected.out, collected.err))
    for name, place in inside.wanted.items():
        out = out.replace(str(place), name)
    return CommandResult(code, out, err, written, collected.asked)


def _written(wanted: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    """The files that were written, by the name asked; those of a folder by their names in it. Raises NotPossible."""
    size = 0
    for name, place in wanted.items():
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file():
                size += file.stat().st_size
                if size > LARGEST:
                    raise NotPossible(TOO_LARGE)
                inside = file.relative_to(place).as_posix()
                yield f"{name}/{inside}" if place.is_dir() else name, file.read_bytes()


def _code_of(sent: CalledCommand) -> int:
    """The exit code of a command, once it is done and all is said."""
    first, *rest = sent.words
    command = _without_environment(loaded(first))
    try:
        with plainly(as_json="--json" in rest):
            done = command.main(rest, prog_name=f"cairn {first}", standalone_mode=False)
        return done if isinstance(done, int) else 0
    except Exit as ended:
        return int(ended.exit_code)
    except TyperException as wrong:
        echo(f"Error: {wrong.format_message()}", err=True)
        return USAGE


def _without_environment(command: Any) -> Any:
    """A command that takes nothing from the environment of this machine, and prints no help on it."""
    for below in getattr(command, "commands", {}).values():
        _without_environment(below)
    command.add_help_option = False
    for param in command.params:
        param.envvar = None
    return command
