"""The timetable, on a real Prefect server: flows served, run, killed and watched."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import Message
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

import pytest
from sqlalchemy import select

from config.settings import Settings
from records import heartbeats
from records.database import connect, reading, transaction
from records.keys import MasterKey
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES
from states.errors import NotPossible, NotSetUp
from states.moments import LONDON
from tests.mailserver import MailServer
from tests.office import FIFE, MONDAY, Office, open_office
from tests.patience import AT_LENGTH, until
from tests.prefect_runs import asked, deployment_id, finished, prefect_server, run_flow, served
from workflows.installation.prefect_api import nudge
from workflows.timetable.prefect_process import environment, start
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.request import request

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("prefect")

KEY = b"k" * 32


@contextmanager
def installation(folder: Path, relay: str = "") -> Iterator[tuple[Settings, Office, dict[str, str]]]:
    """A data folder as `cairn run` finds it, the office at work in it today, and the environment of its flows."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    (data / "master.key").write_text(KEY.hex() + "\n")
    (data / "master.key").chmod(0o600)
    settings = Settings(data=data)
    with open_office(settings.database_url(), folder) as office:
        office.keys = MasterKey(KEY)
        office.now = datetime.now(UTC)  # noqa: TID251  the rounds that come by themselves meanwhile find nothing due
        yield settings, office, {"CAIRN_REHEARSAL": "1", **({"CAIRN_RELAY": relay} if relay else {})}


def with_report_due(office: Office) -> datetime:
    """A case that waits for an agency's report; returns a moment at which the agency is overdue."""
    today = office.now.date().isoformat()
    case = office.do(open_case, "small", answers={"informed_on": today}, agencies=(FIFE,))
    case = office.do(advance, case.ref, "gather")
    office.do(request, case.ref, "report", (FIFE,))
    return office.now + timedelta(days=16)


def relay(server: MailServer) -> str:
    return f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"


def test_a_report_that_is_overdue_ends_in_a_mail_through_the_flows_prefect_serves(tmp_path: Path) -> None:
    with MailServer() as server, installation(tmp_path, relay(server)) as (settings, office, env):
        overdue = with_report_due(office)

        with served(settings, **env):
            swept = finished(run_flow("sweep", now=overdue.isoformat()))
            sent = finished(run_flow("deliver", now=(overdue + timedelta(days=5)).isoformat()))

        assert (swept, sent) == ("COMPLETED", "COMPLETED")
        first = [one.mail for one in server.messages if one.recipients == ("first.nhsfife@example.org",)]
        assert any(
            "overdue" in str(mail["Subject"]).lower() or "things need you" in str(mail["Subject"]) for mail in first
        )
        pages = {one["key"]: one["data"] for one in asked("/artifacts/latest/filter", {})}
        assert "reminders and escalations owed: 1" in pages["sweep"]
        assert "2 letters sent" in pages["deliver"]


def test_a_delivery_that_is_killed_midway_loses_nothing_and_keeps_its_message_id(tmp_path: Path) -> None:
    with MailServer(trouble="hang") as server, installation(tmp_path, relay(server)) as (settings, office, env):
        overdue = with_report_due(office)
        office.now = overdue
        office.sweep()
        soon = overdue + timedelta(days=5)

        with served(settings, **env) as child:
            run_flow("deliver", now=soon.isoformat())
            until(lambda: server.messages, "the first mail to be under way")
            for worker in until(lambda: runs_of(child.process.pid), "the process of the run"):
                os.kill(worker, signal.SIGKILL)
            server.trouble = "none"
            again = finished(run_flow("deliver", now=(soon + timedelta(minutes=11)).isoformat()))

        assert again == "COMPLETED"
        assert {row.status for row in office.rows(select(MAILS.c.status))} == {"sent"}
        assert len(office.rows(select(ATTEMPTS.c.mail_id))) == len(office.rows(select(MAILS.c.id)))
        sent = [str(one.mail["Message-ID"]) for one in server.messages]
        assert set(sent) == {row.message_id for row in office.rows(select(MAILS.c.message_id))}


def test_a_run_is_started_anew_where_no_fork_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows import flows

    class Swept:
        def __init__(self, **_: object) -> None:
            self.pid = None

        def start(self) -> None:
            raise FileNotFoundError("the socket is gone")

    class Begun(Swept):
        def start(self) -> None:
            self.pid = 7

    monkeypatch.setattr(flows, "FORK_SERVER", SimpleNamespace(Process=Swept))
    monkeypatch.setattr(flows, "ANEW", SimpleNamespace(Process=Begun))

    assert asyncio.run(flows._started({})).pid == 7


def test_what_serves_the_flows_by_itself_collects_its_garbage_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows import flows

    collects, rarely = [], gc.get_threshold()

    async def serving() -> None:
        collects.append(gc.isenabled())

    monkeypatch.setattr(flows.FORK_SERVER, "begin", lambda: None)
    monkeypatch.setattr(flows, "_wait_for_server", lambda: None)
    monkeypatch.setattr(flows, "serve_until_stopped", serving)
    gc.disable()  # as it is while the process loads
    try:
        flows.serve()
    finally:
        gc.set_threshold(*rarely)
        gc.enable()

    assert collects == [True]


@pytest.mark.parametrize("says", [{"a": "version"}, HTTPError("/admin/version", 401, "no", Message(), None)])
def test_the_flows_wait_for_a_server_that_is_started_later_until_it_says_anything(
    monkeypatch: pytest.MonkeyPatch, says: object
) -> None:
    from workflows import flows

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    answers: Iterator[object] = iter((URLError("nobody"), TimeoutError(), says))
    waited: list[float] = []

    def ask(*_: object, **__: object) -> object:
        if isinstance(said := next(answers), Exception):
            raise said
        return said

    monkeypatch.setattr(flows, "ask", ask)
    monkeypatch.setattr(flows, "sleep", waited.append)

    flows._wait_for_server()

    assert len(waited) == 2
    assert list(answers) == []


def runs_of(parent: int) -> list[int]:
    """The processes of the runs that are under way: they are forked from a child of the one that serves the flows."""
    return [run for child in children_of(parent) for run in children_of(child)]


def children_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"PPid:\t{parent}\n" in (folder / "status").read_text():
                found.append(int(folder.name))
    return found


def test_the_automation_has_the_lead_officer_told_when_no_sweep_ends_well(tmp_path: Path) -> None:
    with installation(tmp_path) as (settings, office, env), served(settings, **env):
        asked(f"/deployments/{deployment_id('sweep')}/pause_deployment", {})

        watch_closely()
        told = until(lambda: alarms_in_silence(office), "the alarm")

        assert "no sweep has ended well" in told[0].facts


def alarms_in_silence(office: Office) -> list[Any]:
    """The alarms owed so far. The last sweep is as long ago as ever, whatever one that had begun before has noted."""
    with transaction(office.engine) as tx:
        heartbeats.beat(tx, "sweep", office.now - timedelta(minutes=20))
    return office.rows(select(MESSAGES).where(MESSAGES.c.kind == "system_alarm"))


def watch_closely() -> None:
    """Set the automation as it is set when the flows are served, but with the shortest patience Prefect allows."""
    from uuid import UUID

    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    from workflows.flows import watch_sweeps

    api = prefect_server()
    sweeps, alarms = UUID(deployment_id("sweep")), UUID(deployment_id("alarm"))
    with temporary_settings({PREFECT_API_URL: api.url, PREFECT_API_AUTH_STRING: api.auth}):
        asyncio.run(watch_sweeps(sweeps, alarms, within=timedelta(seconds=10)))


def test_a_nudge_has_what_is_owed_delivered_at_once_and_several_share_one_round(tmp_path: Path) -> None:
    with installation(tmp_path) as (settings, office, env), served(settings, **env):
        before = runs_at_once()

        for _ in range(3):  # a server busy with its own database may say "not now"; a verb leaves it at that
            until(lambda: nudge(settings, office.now, timeout=AT_LENGTH), "the server to take a nudge")
        new = until(lambda: runs_at_once() - before, "the round that was asked for")

        assert len(new) == 1
        assert finished(next(iter(new))) == "COMPLETED"
        with reading(connect(settings.database_url())) as tx:
            assert "deliver" in heartbeats.last(tx)


def runs_at_once() -> set[str]:
    wanted = {"flow_runs": {"name": {"like_": "at-once-"}}}
    return {one["id"] for one in asked("/flow_runs/filter", wanted)}


def test_deployed_flows_are_run_by_a_worker_that_knows_only_the_settings(tmp_path: Path) -> None:
    from workflows.flows import TIMETABLE, deploy

    with installation(tmp_path) as (settings, _, env):
        api = prefect_server()
        registered = deploy(settings)
        told = environment(settings, api) | env | {"PREFECT_WORKER_QUERY_SECONDS": "1"}
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "cairn"]
        worker = start("worker", command, told, settings)
        try:
            assert finished(run_flow("sweep")) == "COMPLETED"
        finally:
            worker.stop(grace=0)

        assert registered == tuple(f"{one.flow.name}/cairn" for one in TIMETABLE if not one.only_with)
        with reading(office_engine := connect(settings.database_url())) as tx:
            assert "sweep" in heartbeats.last(tx)
        office_engine.dispose()


def test_to_deploy_a_server_must_be_named_and_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.flows import deploy

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(NotSetUp, match="set PREFECT_API_URL"):
        deploy(Settings(data=tmp_path))

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(NotSetUp, match="does not answer"):
        deploy(Settings(data=tmp_path))


def test_the_timetable_is_what_the_house_promises() -> None:
    from workflows.flows import TIMETABLE, deployments
    from workflows.timetable.rounds import ROUNDS

    times = {one.flow.name: one.cron for one in TIMETABLE}

    assert times.keys() == ROUNDS.keys()
    assert (times["sweep"], times["deliver"], times["digest"]) == ("*/5 * * * *", "* * * * *", "0 8 * * 1-5")
    assert times["alarm"] == ""
    for one in deployments():
        assert one.concurrency_limit is None
        clock = "UTC" if one.flow_name in {"sweep", "deliver"} else "Europe/London"
        assert [schedule.schedule.timezone for schedule in one.schedules or ()] == [clock] * bool(
            times[one.flow_name or ""]
        )
    assert {one.flow.retries for one in TIMETABLE} == {0}
    assert all(one.flow.timeout_seconds for one in TIMETABLE)


def test_mailboxes_are_read_by_a_flow_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.flows import deployments

    assert "inbox" not in {one.flow_name for one in deployments()}

    monkeypatch.setenv("CAIRN_INBOXES", "maildir:///var/mail/cairn")
    (inbox,) = (one for one in deployments() if one.flow_name == "inbox")
    (made,) = inbox.schedules or ()
    assert made.schedule.model_dump()["cron"] == "*/10 * * * *"
    assert made.schedule.timezone == "UTC"


def every_run(flow: str, first: datetime, last: datetime) -> list[datetime]:
    """Every run of a flow between two moments, as the schedule of Prefect's server gives them, in UTC."""
    from prefect.server.schemas.schedules import CronSchedule

    from workflows.flows import deployments

    (one,) = (one for one in deployments() if one.flow_name == flow)
    (made,) = one.schedules or ()
    schedule = CronSchedule(**made.schedule.model_dump())

    async def dates() -> list[datetime]:
        found: dict[datetime, None] = {}
        start = first
        while start <= last:
            end = min(start + timedelta(hours=15), last)  # it looks at a thousand dates at most
            dated = await schedule.get_dates(1000, start, end)
            found |= dict.fromkeys(datetime.fromtimestamp(at.timestamp(), UTC) for at in dated)
            start = end + timedelta(seconds=1)
        return list(found)

    return asyncio.run(dates())


@pytest.mark.parametrize("day", [(2026, 3, 26), (2026, 10, 22), (2026, 12, 29), (2028, 2, 26)])
def test_no_hour_is_without_its_sweeps_when_the_clocks_or_the_year_change(day: tuple[int, int, int]) -> None:
    """The sweep's schedule is in UTC and the same each hour: what may be odd lies within a week of these days."""
    first = datetime(*day, tzinfo=UTC)
    runs = every_run("sweep", first, first + timedelta(days=7))

    assert max(later - before for before, later in pairwise(runs)) == timedelta(minutes=5)
    assert len(runs) == timedelta(days=7) / timedelta(minutes=5) + 1


@pytest.mark.parametrize("changes", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
def test_no_minute_is_without_its_delivery_when_the_clocks_change(changes: datetime) -> None:
    runs = every_run("deliver", changes - timedelta(days=1), changes + timedelta(days=1))

    assert max(later - before for before, later in pairwise(runs)) == timedelta(minutes=1)
    assert sum(changes <= at < changes + timedelta(hours=1) for at in runs) == 60


@pytest.mark.parametrize(("flow", "hour"), [("digest", 8), ("backup", 3), ("audit", 3), ("rehearsal", 6)])
def test_what_comes_daily_comes_once_a_day_at_the_same_time_on_the_wall(flow: str, hour: int) -> None:
    first, last = datetime(2026, 1, 1, tzinfo=LONDON), datetime(2027, 1, 1, tzinfo=LONDON)

    on_the_wall = [at.astimezone(LONDON) for at in every_run(flow, first, last)]

    assert {at.hour for at in on_the_wall} == {hour}
    days = [first.date() + timedelta(days=number) for number in range(365)]
    wanted = [day for day in days if flow != "digest" or day.weekday() < 5]
    assert [at.date() for at in on_the_wall] == wanted


def test_no_alarm_is_due_when_the_clocks_go_back() -> None:
    """The alarm is raised when no sweep has ended well for a while: no two sweeps are ever that far apart."""
    from workflows.flows import TIMETABLE
    from workflows.messages.alarm import SILENCE

    night = every_run("sweep", datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC))

    assert max(later - before for before, later in pairwise(night)) < SILENCE / 2
    assert {one.flow.name for one in TIMETABLE if not one.cron} == {"alarm"}


def test_the_clock_cannot_be_set_outside_a_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.flows import sweep

    monkeypatch.setenv("CAIRN_DATA", str(tmp_path / "data"))

    with pytest.raises(NotPossible, match="only for a rehearsal"):
        asyncio.run(sweep.fn(now=MONDAY))
