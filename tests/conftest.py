"""What every test may ask for: an empty database of either kind; and what holds for all of them."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from config import procedures
from config.settings import Settings
from tests import in_memory, postgres
from tests.agency import FIFE, PostRoom, post_room
from tests.desk import Committee, open_desk, staffed
from tests.office import MONDAY, Office, staff
from tests.played import stories
from tests.terminal import Terminal
from workflows.installation.installation import open_installation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from tests.played import Story

    OfficeAfter = Callable[[Story], Office]

pytest_plugins = ["tests.collecting", "tests.screen"]
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.load_profile("ci")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
LONGEST = {
    *("test_web_walk.py", "test_kills.py", "test_web_journeys.py", "test_prompts.py", "test_cli_keys.py"),
    *("test_web_browser.py", "test_web_quality.py", "test_web_learning_browser.py", "test_commands_killed.py"),
}
SKIPPED = "Nothing is skipped when CI=true: "


def pytest_configure(config: pytest.Config) -> None:
    os.environ |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background begins without it
        in_memory.choose()
        postgres.make_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left with it while the others have nothing to do."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return report if hasattr(report, "wasxfail") else failed_if_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return failed_if_skipped((yield))


def failed_if_skipped(report: Report) -> Report:
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = SKIPPED + report.longreprtext
    return report


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> None:
    """Each test has a database of its own, and so an engine; what SQLAlchemy compiles is the same for all."""
    compiled: dict[str, Any] = {}
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__eq__ = lambda one, other: type(one) is type(other)
        kind.__hash__ = lambda one: hash(type(one))

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        engine = connection.engine
        engine._compiled_cache = compiled.setdefault(engine.dialect.name, engine._compiled_cache)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Lend an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cairn.db'}"
    else:
        with postgres.fresh_database() as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def tables_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Lend a database with every table and no row: the test runs once on SQLite and once on PostgreSQL."""
    with stories().tables(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Lend an empty PostgreSQL database."""
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def office_after(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OfficeAfter]:
    """Lend an office in which a story was played: the test runs once on SQLite and once on PostgreSQL."""
    with ExitStack() as doors:
        yield lambda story: doors.enter_context(stories().office_after(story, request.param, tmp_path))


@pytest.fixture
def office(office_after: OfficeAfter) -> Office:
    """Lend an office on a database of either kind, where everybody can be written to and nothing happened yet."""
    return office_after(staff)


@pytest.fixture
def bare_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Lend a terminal in an empty folder, where nothing is set up."""
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend the data folder of an installation that was set up and never used, its editions checked, to be copied."""
    data = tmp_path_factory.mktemp("set-up") / "data"
    installation = open_installation(Settings(data=data), MONDAY, make=True)
    for name in procedures.names():
        installation.guidance(name)
    installation.engine.dispose()
    return data


@pytest.fixture
def terminal(bare_terminal: Terminal, set_up: Path) -> Terminal:
    """Lend a terminal on an installation of its own, set up and empty."""
    shutil.copytree(set_up, bare_terminal.folder / "data")
    bare_terminal.is_as_set_up = True
    return bare_terminal


@pytest.fixture(scope="session")
def set_up_with_people(tmp_path_factory: pytest.TempPathFactory, set_up: Path) -> Path:
    """Lend the data folder of a committee with somebody in each role, to be copied."""
    return staffed(tmp_path_factory.mktemp("people"), set_up)


@pytest.fixture
def desk(tmp_path: Path, set_up_with_people: Path) -> Iterator[Committee]:
    """Lend a committee with a desk of its own, and somebody in each role."""
    with open_desk(tmp_path, set_up_with_people) as committee:
        yield committee


@pytest.fixture
def room(desk: Committee) -> Iterator[PostRoom]:
    """Lend the post room of that committee, which writes to one agency."""
    with post_room(desk) as one:
        one.enter(FIFE)
        yield one
