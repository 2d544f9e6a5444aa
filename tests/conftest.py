"""What every test may ask for: an empty database of either kind; and what holds for all of them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, TypeVar

import hypothesis
import pytest

from config.settings import Settings
from tests import postgres
from tests.desk import Committee, open_desk, staffed
from tests.office import MONDAY, Office, open_office
from tests.terminal import Terminal
from workflows.installation.installation import open_installation

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.load_profile("ci")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
SKIPPED = "Nothing is skipped when CI=true: "


def pytest_configure(config: pytest.Config) -> None:
    os.environ |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    if not hasattr(config, "workerinput"):
        postgres.make_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.stop()


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Lend an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cairn.db'}"
    else:
        with postgres.fresh_database() as url:
            yield url


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Lend an empty PostgreSQL database."""
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend a SQLite file with all tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("tables") / "cairn.db"
    postgres.make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Lend a committee's office on a database of either kind, where the migrations have made the tables."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_tables"), tmp_path / "cairn.db")
        with open_office(f"sqlite:///{tmp_path / 'cairn.db'}", tmp_path) as one:
            yield one
    else:
        with postgres.fresh_database(postgres.database_with_tables()) as url, open_office(url, tmp_path) as one:
            yield one


@pytest.fixture
def bare_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Lend a terminal in an empty folder, where nothing is set up."""
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend the data folder of an installation that was set up and never used, to be copied."""
    data = tmp_path_factory.mktemp("set-up") / "data"
    open_installation(Settings(data=data), MONDAY, make=True).engine.dispose()
    return data


@pytest.fixture
def terminal(bare_terminal: Terminal, set_up: Path) -> Terminal:
    """Lend a terminal on an installation of its own, set up and empty."""
    shutil.copytree(set_up, bare_terminal.folder / "data")
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
