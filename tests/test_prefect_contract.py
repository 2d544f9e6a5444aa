"""Prefect's own client and server understand each other with what we pin: a newer FastAPI breaks this silently."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import pytest

from config.settings import settings
from tests.patience import AT_LENGTH
from tests.prefect_runs import prefect_server
from workflows.installation import installation, prefect_api
from workflows.installation.prefect_api import Api, ask, is_healthy, is_ours
from workflows.installation.setup_checks import fastapi_too_new
from workflows.prefect_server import KEPT, _find_addresses, standing_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workflows.installation.installation import Installation

pytestmark = pytest.mark.xdist_group("prefect")

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
LISTS = (
    "read_artifacts",
    "read_automations",
    "read_block_documents",
    "read_block_types",
    "read_deployments",
    "read_flow_runs",
    "read_flows",
    "read_logs",
    "read_task_runs",
    "read_variables",
    "read_work_pools",
    "read_work_queues",
)

LOADED = """
import os
from workflows import flows
before = len(os.listdir("/proc/self/task"))
flows.load_runs()
print(before, len(os.listdir("/proc/self/task")))
"""
"""How many threads there are where the process is forked that runs are forked from, and where those are forked."""


@pytest.fixture
def client_settings() -> Iterator[None]:
    api = prefect_server()
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: api.url, PREFECT_API_AUTH_STRING: api.auth}):
        yield


@pytest.mark.usefixtures("client_settings")
def test_every_list_prefect_asks_for_is_answered() -> None:
    from prefect import get_client

    async def read_all() -> dict[str, object]:
        async with get_client() as client:
            return {name: await getattr(client, name)() for name in LISTS}

    answers = asyncio.run(read_all())

    assert {name: type(answer) for name, answer in answers.items()} == dict.fromkeys(LISTS, list)


@pytest.mark.usefixtures("client_settings")
def test_runs_in_one_process_share_what_is_held_open_for_them_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect import get_client

    from workflows import flows

    opened: list[Installation] = []
    monkeypatch.setenv("CAIRN_DATA", str(tmp_path / "mine"))
    monkeypatch.setenv("CAIRN_REHEARSAL", "1")
    installation.open_installation(settings(), NOON, make=True).engine.dispose()

    def counted(*given: Any, open_it: Any = installation.open_installation) -> Installation:
        opened.append(open_it(*given))
        return opened[-1]

    monkeypatch.setattr(installation, "open_installation", counted)

    async def three_runs() -> tuple[bool, bool]:
        async with flows.held_open(NOON):
            await flows.deliver(now=NOON)
            await flows.sweep(now=NOON)
            shared = [get_client() is get_client(), get_client(sync_client=True) is get_client(sync_client=True)]
        await flows.deliver(now=NOON)
        return all(shared), get_client() is get_client()

    assert asyncio.run(three_runs()) == (True, False)
    assert len(opened) == 2


def test_settings_of_the_server_are_worked_out_once_and_those_that_are_changed_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.settings import PREFECT_LOGGING_LEVEL, Settings, get_current_settings, temporary_settings

    def as_variables() -> list[dict[str, str]]:
        return [get_current_settings().to_environment_variables(include_aliases=one) for one in (False, True)]

    found, key = as_variables(), get_current_settings().hash_key()
    whole = get_current_settings().model_dump(mode="json")
    with standing_settings():
        assert (as_variables(), get_current_settings().hash_key()) == (found, key)
        assert get_current_settings().model_dump(mode="json") == whole
        with temporary_settings({PREFECT_LOGGING_LEVEL: "ERROR"}):
            assert {one["PREFECT_LOGGING_LEVEL"] for one in as_variables()} == {"ERROR"}
            assert get_current_settings().hash_key() != key
        monkeypatch.setattr(Settings, "to_environment_variables", None)
        assert as_variables() == found


def test_a_server_by_itself_asks_itself_first_and_goes_on_where_that_is_not_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    asked: list[str] = []

    def nobody(api: Api, path: str, **_: float) -> None:
        asked.append(api.url + path)
        raise URLError("nobody is there")

    monkeypatch.setattr(prefect_api, "ask", nobody)
    for url in ("http://127.0.0.1:1/api", None):
        with temporary_settings({PREFECT_API_URL: url}):
            _find_addresses()

    assert asked == ["http://127.0.0.1:1/api/admin/version"]


def test_the_fastapi_installed_is_one_that_prefect_can_talk_to() -> None:
    assert not fastapi_too_new(version("fastapi"))
    assert fastapi_too_new("0.151.0")
    assert not fastapi_too_new("0.150.7")


def test_the_server_asks_for_its_password_and_tells_only_its_health_without() -> None:
    api = prefect_server()
    stranger = Api(api.url)

    assert is_healthy(stranger, timeout=AT_LENGTH)
    assert is_ours(api, timeout=AT_LENGTH)
    assert not is_ours(stranger, timeout=AT_LENGTH)
    with pytest.raises(OSError, match="401"):
        ask(stranger, "/flow_runs/count", {}, timeout=AT_LENGTH)
    assert ask(api, "/flow_runs/count", {}, timeout=AT_LENGTH) is not None


@pytest.mark.skipif(not os.access(sys.prefix, os.W_OK), reason="nothing may be kept beside the packages here")
def test_the_empty_tables_of_this_version_are_kept_to_be_lent() -> None:
    """Where a newer version keeps its database elsewhere, each first start would make them anew, unnoticed."""
    prefect_server()

    assert (KEPT / f"prefect-{version('prefect')}.db").exists()


def test_what_is_forked_has_no_threads() -> None:
    """A lock that another thread holds stays shut in a fork for good: a newer version may start one as it is loaded."""
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=AT_LENGTH, check=True)

    assert done.stdout.split() == ["1", "1"]
