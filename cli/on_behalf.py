"""A command that was sent from elsewhere, done here for whoever sent it: at the desk of their account and no other.

Nothing of this machine is reached: its files, its environment and its user are not those of whoever sent the command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol

from typer import BadParameter, Exit, TyperException

from cli.command_table import COMMANDS, check_words, loaded
from cli.doors import DOOR
from cli.elsewhere import DOWN, Operation, operation_of
from cli.errors import plainly
from cli.said import SAID, Said, echo
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

USAGE = 2
MOST = 5000
"""The most lines of a list that are sent at once."""
UNLESS_SAID = {"outbox": "outbox show"}
"""The command that a group is where none of its own is named."""
NO_SUCH = "There is no command “cairn {words}”: cairn --help names them."
ONLY_READS = "Sent to a server this command only looks: what it would record is recorded at the desk."
NOT_OF_THE_MACHINE = "Sent to a server this is not done: type it on the machine that Cairn runs on."
OWN_CLOCK = "The time is that of the server: leave --now out."
OTHER_ROLE = "This token acts as {has}: leave --as out, or use a token that acts as {said}."
OTHER_NAME = "This token acts for {has}: leave --name and --by out, or use the token of {said}."
NOT_SENT = "{name} was not sent with the command: name a file that is on your own machine."


class Behalf(Protocol):
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

    def check(self, ref: str) -> None:
        """Raise NotFound for a case that is kept from them, PapersShut for one they declared an interest in."""

    def reading(self, ref: str, part: str) -> AbstractContextManager[Connection]:
        """A steady view of the database; that a case is read is put on record."""

    def uow(self) -> AbstractContextManager[UnitOfWork]:
        """Their unit of work."""

    def take_in(self, folder: Path, name: str, content: bytes) -> Path:
        """A file they sent, looked at and put into a folder. Raises BadAnswer for one that is not taken."""


@dataclass(frozen=True)
class SentFile:
    """A file that came with a command: its name, and what is in it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Ran:
    """What a command gave: its exit code, what it said, of refusals too, and the files it wrote, by the name asked."""

    code: int
    out: str
    err: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Called:
    """A command that was sent: its words, its name, and the operation that it is."""

    words: tuple[str, ...]
    name: str
    operation: Operation


@dataclass(frozen=True)
class AtTheDesk(Session):
    """The session of a command that was sent: everything it comes to is what the one it is done for comes to."""

    behalf: Any = field(default=None, repr=False)
    operation: Operation = field(default=Operation("", does=False))
    ref: str = ""

    @property
    def actor(self) -> Actor:
        """Who acts; for the agency they name, where their account has none."""
        acts: Actor = self.behalf.actor
        return acts.model_copy(update={"agency": acts.agency or " ".join(self.agency.split())})

    def check_said(self) -> None:
        """Wrong usage where somebody else is said to act, or at another time, than the token says."""
        has = self.behalf.actor
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
        kept: frozenset[str] = self.behalf.hidden
        return kept

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        """Raise NotPossible: the machine is not whoever sent the command's."""
        raise NotPossible(NOT_OF_THE_MACHINE)
        yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A steady view of the database that changes nothing but that it was read."""
        with self.behalf.reading(self.ref, self.operation.name) as tx:
            yield tx

    @contextmanager
    def uow(self, *, keeps: bool = False) -> Iterator[UnitOfWork]:  # noqa: ARG002  the token says who
        """The unit of work of whoever acts. Raises NotPossible in a command that looks."""
        if not self.operation.does:
            raise NotPossible(ONLY_READS)
        with self.behalf.uow() as uow:
            yield replace(uow, actor=self.actor)

    def preview(self, look: Callable[[UnitOfWork], Any]) -> Any:  # noqa: ARG002  nothing is looked at
        """Raise NotPossible: what is shown and then asked about is done at the desk."""
        raise NotPossible(ONLY_READS)


@dataclass
class Inside:
    """The door of the server: a command that was read is done for whoever sent it, with their files in a folder."""

    behalf: Behalf
    operation: Operation
    sent: Mapping[str, SentFile]
    folder: Path
    wanted: dict[str, Path] = field(default_factory=dict)
    """The files that are asked for, by the name under which they are, and where they are written for now."""

    def through(self, command: Callable[..., None], session: Session, called: str, given: dict[str, Any]) -> None:
        """Do the command."""
        said = {name: getattr(session, name) for name in ("role", "name", "agency", "seen", "moment", "as_json")}
        ours = AtTheDesk(**said, behalf=self.behalf, operation=self.operation)
        ours.check_said()
        ours = replace(ours, moment=self.behalf.now)
        given = given | whole_references(ours, called, given)
        for name in ("ref", "other"):
            self.behalf.check(str(given.get(name) or ""))
        command(replace(ours, ref=_case_in(given)), **self._with_files(given))

    def _with_files(self, given: dict[str, Any]) -> dict[str, Any]:
        found = given | ({"most": min(given["most"], MOST)} if "most" in given else {})
        if given.get("fields"):
            found["fields"] = str(self._plain(given["fields"]))
        if given.get("file"):
            found["file"] = [self._evidence(one) for one in given["file"]]
        for name in DOWN & given.keys():
            if given[name] is not None:
                place = self.folder / f"paper-{len(self.wanted)}.{name}"
                self.wanted[str(given[name])] = found[name] = place
        return found

    def _plain(self, typed: str) -> Path:
        place = self.folder / "fields.json"
        place.write_bytes(self._content(typed).content)
        return place

    def _evidence(self, typed: str) -> str:
        """A file of evidence under a name of its own, with the field before it that was typed."""
        one = self._content(typed)
        name = PurePath(one.name.replace("\\", "/")).name
        before = typed.removesuffix(one.name) if typed.endswith(f"={one.name}") else ""
        folder = self.folder / f"file-{len(list(self.folder.iterdir()))}"
        return f"{before}{self.behalf.take_in(folder, name, one.content)}"

    def _content(self, typed: str) -> SentFile:
        if typed not in self.sent:
            raise BadParameter(NOT_SENT.format(name=typed[:80]))
        return self.sent[typed]


def _case_in(given: Mapping[str, Any]) -> str:
    """The case or recommendation that a command names; empty for one that names none."""
    ref = str(given.get("ref") or "")
    return ref if "-" in ref else ""


def called(words: tuple[str, ...]) -> Called:
    """The command that some words call. Raises NotPossible for one that is not sent, or that there is not."""
    try:
        check_words(words)
    except BadParameter as wrong:
        raise NotPossible(wrong.format_message()) from None
    name = command_name(words)
    return Called(words, name, operation_of(name))


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


def run(sent: Called, files: Mapping[str, SentFile], behalf: Behalf, folder: Path) -> Ran:
    """Do a command for whoever sent it: what it said, and the files it wrote. The folder is gone afterwards."""
    inside = Inside(behalf, sent.operation, files, folder)
    collected = Said()
    kept = (SAID.set(collected), DOOR.set(inside), MEANT.set(behalf.settings))
    try:
        code = _code_of(sent)
    finally:
        SAID.reset(kept[0])
        DOOR.reset(kept[1])
        MEANT.reset(kept[2])
    written = {name: place.read_bytes() for name, place in inside.wanted.items() if code == 0 and place.is_file()}
    out, err = ("".join(some) for some in (collected.out, collected.err))
    for name, place in inside.wanted.items():
        out = out.replace(str(place), name)
    return Ran(code, out, err, written)


def _code_of(sent: Called) -> int:
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
