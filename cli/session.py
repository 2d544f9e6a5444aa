"""The context of a command: who acts, what time it is, and the installation, opened when needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from typer import BadParameter

from cli.command_output import echo
from states.moments import local_day

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from states.calendars import Calendar
    from states.entry import Actor
    from states.procedure import Procedure
    from workflows.installation.installation import Installation
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.viewer import Viewer

Done = TypeVar("Done")

WHO_ARE_YOU = 'say who acts and in what role: --name "A. Example" --as lead_officer (or set CAIRN_NAME and CAIRN_ROLE).'


@dataclass(frozen=True)
class Session:
    """What was said on the command line. `moment` is the time of a rehearsal; without one the system clock is read."""

    role: str = ""
    name: str = ""
    agency: str = ""
    seen: int | None = None
    moment: datetime | None = None
    as_json: bool = False
    makes: bool = False
    """Whether what is missing of the installation is made: on a first start, and for nobody who only looks."""
    trial: bool = False
    """Whether what is done is taken back: it is shown to somebody before they say yes to it."""
    shown: bool = False
    """Whether what is done was shown already, and a yes said to it."""
    done: list[str] = field(default_factory=list, compare=False)
    """The references of what was changed."""
    aside: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was said that never stands on a command line, by its question."""

    @cached_property
    def now(self) -> datetime:
        """The time it is, in UTC: read once, so that all of a command happens at one moment."""
        return (self.moment or datetime.now(UTC)).astimezone(UTC)

    @property
    def today(self) -> date:
        """The date in Scotland."""
        return local_day(self.now)

    def said(self) -> Actor:
        """Who acts, as far as it was said: name, role and agency may each be empty."""
        from states.entry import Actor

        return Actor(**{part: " ".join(getattr(self, part).split()) for part in ("name", "role", "agency")})

    def check_said(self) -> None:
        """Wrong usage when nobody said who acts, and no accounts can say it either."""
        said = self.said()
        if not (said.name and said.role) and not _may_have_accounts():
            raise BadParameter(WHO_ARE_YOU)

    def acting(self, tx: Connection, said: Actor, *, keeps: bool = False) -> Actor:
        """Who acts, by the accounts there are; one who `keeps` a register need not say in which of their roles."""
        from records import accounts
        from workflows.verbs.accounts import acting

        found = acting(accounts.read(tx), signed_in_as(), said, any_role=keeps)
        if keeps and not found.account:
            return self.keeper()
        if not found.name or not found.role:
            raise BadParameter(WHO_ARE_YOU)
        return found

    def keeper(self) -> Actor:
        """Who keeps a register or what is kept, where no account says it: who was said, or the user of the machine."""
        said = self.said()
        return said.model_copy(update={"name": said.name or signed_in_as(), "role": said.role or "operator"})

    def viewer(self) -> Viewer:
        """Who looks at a page, and when: whoever said so, or nobody in particular."""
        from states.entry import Actor
        from workflows.views.viewer import Viewer

        return Viewer(Actor(name=self.name.strip(), role=self.role.strip(), agency=self.agency.strip()), self.now)

    def called(self, tx: Connection, names: Iterable[str]) -> Mapping[str, str]:
        """What roles and bodies are called in a list: in the words of the editions that know them."""
        from workflows.views.role_words import called_in_lists

        return called_in_lists(tx, guidance, self.today, names)

    def hidden(self) -> frozenset[str]:
        """The cases that are kept from whoever acts: none at the terminal of the machine that keeps them all."""
        return frozenset()

    def check(self, ref: str) -> None:
        """Raise NotFound for a case that is kept from whoever acts: none at the terminal of the machine."""

    def shows(self, version: int) -> None:
        """Note the version of what is shown, where a yes to it names another than that of the case."""

    def reads(self, refs: Iterable[str]) -> None:
        """Put on record that cases are read, where whoever acts has an account that stands for them."""

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        """The installation, opened; what its keeper must be told is said on the error channel."""
        from config.settings import settings
        from workflows.installation.installation import open_installation

        installation = open_installation(settings(), self.now, make=self.makes)
        for sentence in installation.said:
            echo(sentence, err=True)
        try:
            yield installation
        finally:
            installation.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A steady view of the database that changes nothing."""
        from records.database import reading

        with self.installation() as installation, reading(installation.engine) as tx:
            yield tx

    @contextmanager
    def uow(self, *, keeps: bool = False) -> Iterator[UnitOfWork]:
        """The unit of work of the person who acts, in one transaction: all of it is kept or none.

        What it owes goes at once. With `keeps` it is a register that is kept: who does not say who they are is the user
        of the machine.
        """
        from workflows.installation.prefect_api import nudge

        said = self.said()
        if not keeps:
            self.check_said()
        with self.installation() as installation:
            with installation.uow(said, self.now) as uow:
                yield replace(uow, actor=self.acting(uow.tx, said, keeps=keeps))
                if self.trial:
                    uow.tx.rollback()
            if self.moment is None and not self.trial:
                nudge(installation.settings, datetime.now(UTC))

    def preview(self, look: Callable[[UnitOfWork], Done]) -> Done:
        """What something would do: it is done in a transaction that is then taken back."""
        from records import accounts
        from workflows.verbs.accounts import acting

        said = self.said()
        nobody = said.model_copy(update={"name": said.name or "preview", "role": said.role or "preview"})
        with self.installation() as installation, installation.uow(nobody, self.now) as uow:
            try:
                known = accounts.read(uow.tx)
                return look(replace(uow, actor=acting(known, signed_in_as(), said)) if known else uow)
            finally:
                uow.tx.rollback()


def signed_in_as() -> str:
    """The user of the operating system whose process this is, whatever the environment says."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _may_have_accounts() -> bool:
    """Whether there is an installation that could have accounts: without one, none is made only to look."""
    from config.settings import settings

    chosen = settings()
    return bool(chosen.database) or chosen.data.exists()


def guidance(name: str) -> Procedure:
    """An edition of the guidance by its name, with the committee's own settings over it."""
    from config.settings import edition, settings

    chosen = settings()
    return edition(name, chosen.local_file, chosen.edition_cache())


def calendar(name: str) -> Calendar:
    """A calendar by its name."""
    from config.settings import calendar

    return calendar(name)


def text_of(path: Path) -> str:
    """The text of a file somebody named. Wrong usage when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise BadParameter(
            f"{path} cannot be read: {getattr(trouble, 'strerror', None) or 'it is not text'}."
        ) from None
