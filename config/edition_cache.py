"""A cache of checked editions in the data folder, so that a command need not check them again.

Why nothing stale or forged can be used: docs/decisions/0013-checked-editions-are-kept.md.
"""

from __future__ import annotations

import hmac
import platform
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pydantic

from config.durable import replacing
from config.file_owner import give_to_owner_of_folder
from states.procedure import Procedure

ROOT = Path(__file__).parent
CODE = (ROOT.parent / "states", ROOT)
"""Whatever decides what a file of guidance means, and whether it is sound."""

GUIDANCE, CALENDARS = ROOT / "guidance", ROOT / "calendars"
WORDINGS = ROOT.parent / "notifications" / "templates" / "messages.toml"
"""What each message needs is declared in it, and an edition is checked by that."""

FORM = b"cairn-checked-edition-1"
LONGEST = 8 << 20
"""Bytes of an edition that was kept; a file that is longer was not written here."""


@dataclass(frozen=True)
class EditionCache:
    """A folder of editions that were checked, each sealed with a secret of the installation."""

    folder: Path
    secret: bytes = field(repr=False)

    def edition(self, name: str, local: Path | None, check: Callable[[], Procedure]) -> Procedure:
        """The edition of that name as it was checked, or as it is checked now, when anything it rests on has changed.

        Either way it comes without its examples: whoever needs them reads its file (`procedures.examples_of`).
        Raises whatever `check` raises; a folder that cannot be read or written costs time and nothing else.
        """
        before = fingerprint(name, local)
        found = self._kept(name, before) if before else None
        if found is not None:
            return found
        checked = check()
        if before and before == fingerprint(name, local):  # otherwise a file was changed while it was checked
            self._keep(name, before, checked)
        return without_examples(checked)

    def _kept(self, name: str, rests_on: str) -> Procedure | None:
        try:
            with self._file(name).open("rb") as file:
                known, seal, body = file.read(LONGEST).split(b"\n", 2)
        except (OSError, ValueError):
            return None
        if known != rests_on.encode() or not hmac.compare_digest(seal, self._seal(known, body)):
            return None
        return Procedure.model_validate_json(body)

    def _keep(self, name: str, rests_on: str, checked: Procedure) -> None:
        known, body = rests_on.encode(), checked.written.encode()
        with suppress(OSError):
            if not self.folder.exists():
                self.folder.mkdir(mode=0o700, exist_ok=True)
                give_to_owner_of_folder(self.folder)
            with replacing(self._file(name)) as file:
                file.write(b"\n".join((known, self._seal(known, body), body)))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _seal(self, known: bytes, body: bytes) -> bytes:
        return hmac.new(self.secret, b"\n".join((FORM, known, body)), sha256).hexdigest().encode()


def without_examples(checked: Procedure) -> Procedure:
    """The edition as it is kept: what proves it stays in its file."""
    return checked.model_copy(update={"examples": ()}) if checked.examples else checked


def fingerprint(name: str, local: Path | None) -> str:
    """The SHA-256 of everything that a checked edition rests on; empty where there is no such edition or local file.

    That is: its file, the committee's file, which editions there are, every calendar, Cairn's code, and what runs it.
    """
    digest = sha256()
    try:
        for label, content in _rests_on(name, local):
            digest.update(f"{len(label.encode())} {len(content)} {label}".encode() + content)
    except OSError:
        return ""
    return digest.hexdigest()


def _rests_on(name: str, local: Path | None) -> Iterator[tuple[str, bytes]]:
    yield "runs on", f"{platform.python_version()} {pydantic.VERSION}".encode()
    known = sorted(path.stem for path in GUIDANCE.glob("*.toml"))
    if name not in known:
        raise FileNotFoundError(name)
    yield name, "\n".join(known).encode()
    yield "edition", (GUIDANCE / f"{name}.toml").read_bytes()
    if local is not None:
        yield str(local), local.read_bytes()
    for folder in (CALENDARS, *([local.parent / "calendars"] if local is not None else [])):
        yield from _files(folder, "*.toml")
    yield WORDINGS.name, WORDINGS.read_bytes()
    for folder in CODE:
        yield from _files(folder, "*.py")


def _files(folder: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob(pattern)):
        yield path.relative_to(folder.parent).as_posix(), path.read_bytes()
