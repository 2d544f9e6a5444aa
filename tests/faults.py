"""What the tests of faults share: a command that must be refused plainly, the record as it is, and all well again."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.terminal import ROOT, Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LEAST_FILE = 8192
NEVER_SAID = ("Traceback", "did not expect", "sqlalche.me")


def refused(terminal: Terminal, *words: str, clock: bool = True, keys: str = "") -> str:
    """One command that must be refused in one sentence; gives the sentence."""
    terminal.types(*words, clock=clock, keys=keys)
    return plain(terminal.code, terminal.err)


def plain(code: int, said: str) -> str:
    """The one sentence of a refusal."""
    assert code in {1, 2}, (code, said)
    sentences = [line.removeprefix("Error: ") for line in said.splitlines() if line.startswith(("- ", "Error: "))]
    assert len(sentences) == 1, said
    assert not any(sign in said for sign in NEVER_SAID), said
    assert len(sentences[0]) < 500
    return sentences[0].removeprefix("- ")


def as_program(
    terminal: Terminal,
    *words: str | bytes,
    before: Sequence[str] = (),
    prepare: Callable[[], None] | None = None,
) -> tuple[int, str]:
    """A command as a program of its own, in surroundings of its own; gives its exit code and what it complained of."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "cli.app", *words, "--now", terminal.now],
        env={**os.environ, **terminal.env, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        check=False,
        preexec_fn=prepare,
    )
    return done.returncode, done.stderr.decode()


def on_record(terminal: Terminal) -> tuple[str, str]:
    """All that is on record: every history, every message."""
    return terminal.types("export", "--format", "json"), terminal.types("outbox", "--most", "1000")


def goes_on(terminal: Terminal, ref: str) -> None:
    """The record is whole, and the next ordinary things can be done."""
    for words in (("sweep",), ("deliver",), ("verify",), ("case", "people", ref, "--deputy", "D. Deputy"), ("verify",)):
        terminal.types(*words)
        assert terminal.code == 0, (words, terminal.out, terminal.err)


def allow_small_files_only() -> None:
    """No file of this process grows past a few blocks: a quota, as any user may set it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LEAST_FILE, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@contextmanager
def quota() -> Iterator[None]:
    """Meanwhile, no file can grow past a few blocks."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    allow_small_files_only()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own for a folder, of three megabytes; says no where mounting one is not for this user."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            gc.collect()  # a command that ran in this process leaves its connection to be found as garbage
            subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill a disk to its last block; gives the file to remove when there is to be room again."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return ballast


def bound_by_permissions() -> list[str]:
    """What to put before a command so that permissions bind it, also when it is root's."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv (Debian's util-linux) is needed to run these tests as root"
    bound = [setpriv, "--bounding-set", "-dac_override,-dac_read_search"]
    may = subprocess.run([*bound, "true"], capture_output=True, check=False).returncode == 0
    return bound if may else []  # a root that may not give this up is in a container that took it away already
