"""What keeps several committees going: their flows, the timers of systemd, what doctor says of them."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.settings import Settings
from states.entry import CAIRN
from states.errors import NotPossible, NotSetUp
from tests.desk import NOON
from web.serving import serve
from workflows.installation.committees import add_committee
from workflows.installation.prefect_api import Api, address_file
from workflows.installation.setup_checks import other_committees
from workflows.installation.systemd_units import InstalledAt, units
from workflows.timetable import supervisor
from workflows.timetable.prefect_process import ChildProcess

if TYPE_CHECKING:
    from config.settings import Settings as Chosen


@pytest.fixture
def first(tmp_path: Path) -> Settings:
    """Lend an installation to which a committee was added."""
    at_home = Settings(data=tmp_path / "data", site="https://desk.example")
    add_committee(at_home, "angus", CAIRN, NOON)
    return at_home


def test_each_committee_has_flows_of_its_own_and_one_that_ends_is_started_again_alone(
    first: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def start(settings: Chosen, *_: object) -> ChildProcess:
        started.append(settings.which)
        return ChildProcess(supervisor.flows_of(settings), None, Path("log"))  # type: ignore[arg-type]

    monkeypatch.setattr(supervisor, "start_flows", start)
    monkeypatch.setattr(supervisor, "start_desk", lambda *_: ChildProcess("desk", None, Path("log")))  # type: ignore[arg-type]

    with socket.socket() as desk:
        names = {one.name for one in supervisor.start_doing(first, Api(""), desk)}
        assert (names, started) == ({"flows", "flows-angus", "desk"}, ["", "angus"])
        assert [one.name for one in supervisor.start_doing(first, Api(""), desk, {"flows-angus"})] == ["flows-angus"]


def test_the_flows_of_a_committee_go_by_its_name_on_a_server_that_all_share(
    first: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflows.flows import deployments

    monkeypatch.setenv("CAIRN_DATA", str(first.data))
    assert {one.name for one in deployments()} == {"cairn"}
    monkeypatch.setenv("CAIRN_WHICH", "angus")
    assert {one.name for one in deployments()} == {"cairn-angus"}
    from config.settings import settings

    assert address_file(settings()) == address_file(first)
    with ExitStack() as held, pytest.raises(NotPossible, match="run together"):
        supervisor._held(settings(), held)


def test_systemd_has_timers_for_each_committee() -> None:
    place = InstalledAt(Path("/srv/cairn"), Path("/srv/cairn/.venv/bin/cairn"), Path("/srv/data"), "cairn")
    files = units(InstalledAt(place.folder, place.command, place.data, place.user, ("angus",)))

    assert {name: text for name, text in files.items() if "angus" not in name} == units(place)
    assert "cairn --committee angus round %i" in files["cairn-angus-round@.service"]
    assert "Unit=cairn-angus-round@sweep.service" in files["cairn-angus-sweep.timer"]
    assert " --committee" not in files["cairn-round@.service"]


def test_doctor_names_the_others_and_says_where_they_are_not_apart(first: Settings) -> None:
    (said,) = other_committees(first)
    assert (said.ok, said.sentence) == (True, "Other committees in this installation: angus.")

    (first.data / "committees" / "angus" / "committee.env").write_text("CAIRN_SITE=https://desk.example\n")

    (wrong,) = other_committees(first)
    assert (wrong.ok, wrong.sentence[:45]) == (False, "Two committees are reached as desk.example: t")
    with pytest.raises(NotSetUp, match=r"desk\.example"):
        serve(first, print, "127.0.0.1", 0)
