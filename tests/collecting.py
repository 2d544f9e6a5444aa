"""What it costs a run to find its tests: loaded without a look for garbage, and made ready once for all its processes.

Each process of `pytest -n` loads every file of the tests, and as many objects stay as were made. Looking through them
for garbage again and again took more than half of the time of that, and an eighth of the suite's afterwards.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest
from _pytest.assertion import rewrite

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Garbage is looked for again once the tests were found, and not in what was loaded for them, for that stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before other processes are started, what each of them would compile is compiled."""
    if session.config.getoption("dist", "no") != "no" and not sys.dont_write_bytecode:
        compiled(session.config, session.config.rootpath / "tests")


def compiled(config: pytest.Config, folder: Path) -> int:
    """Compile the tests of a folder as pytest does, and leave it where pytest looks for it; how many were not yet."""
    done = 0
    for file in sorted(folder.glob("test_*.py")):
        kept = rewrite.get_cache_dir(file) / (file.stem + rewrite.PYC_TAIL)
        if rewrite._read_pyc(file, kept) is None and rewrite.try_makedirs(kept.parent):
            made_of, code = rewrite._rewrite_test(file, config)
            done += rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, made_of, kept)
    return done
