"""The settings of an installation: where it keeps things, how mail leaves, which committee it serves.

Secrets stay secret.
"""

from __future__ import annotations

import hmac
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from config.environment import read_environment
from states.errors import NotSetUp

if TYPE_CHECKING:
    from config.edition_cache import EditionCache
    from states.calendars import Calendar
    from states.procedure import Procedure

ROOT = Path(__file__).parent
LOCAL = ROOT / "local"
A_COMMITTEE = "Child Protection Committee"
LOCAL_CALENDARS = LOCAL / "calendars"
SITE = r"^(https://[^/\s]+|http://(127\.0\.0\.1|([a-z0-9-]+\.)?localhost)(:\d+)?)?$"
"""The address of the desk, without a path: what is sent to it is for nobody on the way."""


DATA = Path("data")
"""The folder in which everything is kept where none is named, or an empty name is given."""


def _separate(said: Any) -> Any:
    """Names that stand in one text, with commas or blanks between them."""
    return tuple(said.replace(",", " ").split()) if isinstance(said, str) else said


class Settings(BaseModel):
    """Everything that can be set, by environment variables beginning with CAIRN_ or a file `.env` (docs/operations.md).

    `data` is the folder that holds the database, the mailbox, the keys, the backups and Prefect's home. Where several
    committees share an installation, `which` names the one that is meant (`config/committees.py`).
    `recommendations` is the edition that recommendations are followed under; a review that has `max_recommendations`
    of them is told so when another is proposed (nothing is refused). Answers to letters go to `reply_to`, else to the
    lead officer of the case; `agencies_learn` and `agencies_send` say in a sentence how an agency learns whom a case is
    about, and how it sends its answer safely. Where `oidc_issuer` names the organisation's own provider, people sign in
    there as `oidc_client`; `oidc_claim` is what it says of them that is the name they sign in by here, and
    `oidc_strength` what it has to say of how they proved who they are (`acr` or `amr`, one word or several).

    With a `site`, the address of the desk as agencies reach it, letters to them carry a link to a page on which they
    answer; `agencies_see_child` lets that page say whom a case is about, after a code that is sent by mail. Each file
    that is sent is looked at by ClamAV, at its socket `clamav` (a path, or a host and port), or else by the program
    `scanner`.
    """

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    data: Annotated[Path, BeforeValidator(lambda said: said or DATA)] = DATA
    which: str = ""
    database: SecretStr | None = None
    relay: SecretStr | None = None
    inboxes: SecretStr | None = None
    committee: str = ""
    link: str = ""
    reply_to: str = ""
    agencies_learn: str = ""
    agencies_send: str = ""
    agencies_see_child: bool = False
    site: str = Field(default="", pattern=SITE)
    scanner: str = ""
    clamav: str = ""
    master_key: SecretStr | None = None
    sender_domain: str = "cairn.example"
    pulse: SecretStr | None = None
    api_port: int = Field(default=4200, ge=1, le=65535)
    api_auth: SecretStr | None = None
    metrics_port: int = Field(default=4290, ge=0, le=65535)
    web_port: int = Field(default=4280, ge=0, le=65535)
    rehearsal: bool = False
    recommendations: str = "recommendation-2026"
    max_recommendations: int | None = Field(default=None, ge=1)
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: SecretStr | None = None
    oidc_claim: str = "email"
    oidc_strength: str = ""
    alarm_roles: Annotated[tuple[str, ...], BeforeValidator(_separate)] = ("lead_officer",)
    webhook_hosts: Annotated[tuple[str, ...], BeforeValidator(_separate)] = ()

    def __init__(self, **given: Any) -> None:
        """What is given, and for the rest what the environment says."""
        super().__init__(**{**read_environment("CAIRN_", type(self).model_fields), **given})

    def database_url(self) -> str:
        """Where the records are: the address given, or a SQLite file in the data folder."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{(self.data / 'cairn.db').absolute()}"

    def relay_address(self) -> str:
        """How e-mail leaves: the relay given, or a mailbox folder in the data folder."""
        if self.relay is not None:
            return self.relay.get_secret_value()
        return f"mailbox://{quote(str((self.data / 'mailbox').absolute()))}"

    @property
    def installed_in(self) -> Path:
        """The data folder of the installation, which may hold other committees as well."""
        return self.data.absolute().parents[1] if self.which else self.data.absolute()

    @property
    def case_link(self) -> str:
        """Where a reader of a letter finds a case, with {ref} in it: as it is set, or else a page of the desk."""
        return self.link or (f"{self.site}/cases/{{ref}}" if self.site else "")

    @property
    def uploads(self) -> Path:
        """The folder of files that agencies have sent and not yet answered with."""
        return self.data / "uploads"

    @property
    def quarantine(self) -> Path:
        """The folder of files in which something harmful was found, or that could not be looked at."""
        return self.data / "quarantine"

    @property
    def looks_for_harm(self) -> str:
        """What looks at the files that are sent, as the uploads take it; empty where nothing does."""
        return f"clamav:{self.clamav}" if self.clamav else self.scanner

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The addresses of the mailboxes that are read, with blanks between them in the setting."""
        return tuple(self.inboxes.get_secret_value().split()) if self.inboxes is not None else ()

    @property
    def hears_of_letters(self) -> bool:
        """Whether there is anything to ask what became of letters: a mailbox, or GOV.UK Notify."""
        return bool(self.mailboxes) or self.relay_address().strip().lower().startswith("govuknotify:")

    @property
    def key_file(self) -> Path:
        """The file of the master key, unless the key is given by CAIRN_MASTER_KEY."""
        return self.data / "master.key"

    @property
    def evidence(self) -> Path:
        """The folder of the files of evidence."""
        return self.data / "evidence"

    def edition_cache(self) -> EditionCache | None:
        """Where editions that were checked are kept; None where there is no Cairn yet, or its key cannot be read."""
        from config.edition_cache import EditionCache

        try:
            written = self.master_key.get_secret_value() if self.master_key else self.key_file.read_text("ascii")
            if not self.data.is_dir():
                return None
            secret = hmac.digest(bytes.fromhex(written.strip()), b"cairn checked editions", "sha256")
        except (OSError, ValueError):
            return None
        return EditionCache(self.data.absolute() / "editions", secret)

    @property
    def own_file(self) -> Path:
        """Where the committee's own file stands or would be written: the one named, else one beside the data."""
        return LOCAL / f"{self.committee}.toml" if self.committee else self.written_here / "committee.toml"

    @property
    def written_here(self) -> Path:
        """The folder of what a committee wrote for itself at the desk."""
        return self.data.absolute() / "local"

    @property
    def local_file(self) -> Path | None:
        """The committee's own settings over the national editions, if it has any."""
        return self.own_file if self.committee or self.own_file.is_file() else None


MEANT: ContextVar[Settings | None] = ContextVar("MEANT", default=None)
"""The settings of the committee that something is done for, in a process that serves several; else the environment."""


def settings() -> Settings:
    """The settings as they are now. Raises NotSetUp naming each that is wrong, never its value."""
    if (meant := MEANT.get()) is not None:
        return meant
    try:
        found = Settings()
    except ValidationError as faulty:
        raise wrong_settings(faulty) from None
    if not found.which:
        return found
    from config.committees import settings_of

    return settings_of(found, found.which)


def wrong_settings(faulty: ValidationError, file: str = "") -> NotSetUp:
    """What is said of settings that are wrong: each by its name, never its value."""
    names = (f"CAIRN_{'_'.join(map(str, one['loc'])).upper()} {one['msg'].lower()}" for one in faulty.errors())
    where = f" in {file}" if file else ""
    return NotSetUp(*(f"A setting is wrong{where}: {name}. See docs/operations.md." for name in names))


def committee_name(local: Path | None) -> str:
    """What the committee is called on paper, by its own file; without one, by what it is.

    Raises BadProcedure where its file cannot be read.
    """
    from config.toml_places import said_at_top

    name = said_at_top(local, "committee") if local else None
    return name if isinstance(name, str) and name.strip() else A_COMMITTEE


@lru_cache(maxsize=64)
def calendar(name: str) -> Calendar:
    """A calendar by its name: national, or the committee's or an agency's own."""
    from config.calendar_files import load_calendar

    return load_calendar(name, LOCAL_CALENDARS)


def edition(name: str, local: Path | None, cache: EditionCache | None = None) -> Procedure:
    """An edition of the guidance by its name, with the committee's own settings over it, as they are written now.

    With a cache it is checked only when something it rests on has changed. Raises BadProcedure with every fault.
    """
    return _edition(name, local, _written_at(local), cache)


def _written_at(local: Path | None) -> tuple[int, int, int] | None:
    """What tells one writing of a file from another; None where there is none."""
    try:
        found = local.stat() if local is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


@lru_cache(maxsize=64)
def _edition(
    name: str, local: Path | None, _written: tuple[int, int, int] | None, cache: EditionCache | None
) -> Procedure:
    def check() -> Procedure:
        from config import procedures

        return procedures.load(name, local)

    return cache.edition(name, local, check) if cache else check()
