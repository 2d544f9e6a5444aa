"""One hundred kills in the middle of sweeping and delivering: nothing owed is lost, nothing is recorded twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from config.settings import calendar
from records.database import connect, reading, transaction
from records.imports import imported_rows
from records.keys import MasterKey
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES
from states.entry import Actor
from tests.casework import asked
from tests.desk import guidance
from tests.importing import ROWS, plan_of, table
from tests.mailserver import MailServer
from tests.office import FIFE, POLICE, open_office
from workflows.messages.chase import RUNGS, sweep
from workflows.messages.deliver import Post, deliver
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.import_register import begin_import, finish_import, import_reviews, in_batches
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from tests.office import Office
    from workflows.importing.register_plan import ImportPlan

KILLS = 100
CASES = 30
FIRST_DAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["tests.test_kills", "psycopg"])  # it is read where a server is first connected to


def work(url: str, relay: str, now: datetime, started: Connection) -> None:
    """Sweep and deliver without end, as if the flows ran all the time; only a kill stops it."""
    engine = connect(url)
    post = Post(relay, MasterKey(b"k" * 32), "cairn.example")
    started.send("at work")
    while True:
        sweep(engine, now, at_once=7)
        deliver(engine, post, now)
        started.send("once round")


def killed_at_a_random_moment(url: str, relay: str, now: datetime, chance: random.Random) -> None:
    """Half of the kills fall in the first round or soon after, half after one: so a slow machine gets on as well."""
    ours, theirs = WORKERS.Pipe()
    process = WORKERS.Process(target=work, args=(url, relay, now, theirs))
    process.start()
    for _ in range(chance.choice((1, 2))):
        assert ours.poll(60), "the worker did not start, or ended no round"
        ours.recv()
    process.join(chance.uniform(0.0, 0.12))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL


def fill(office: Office) -> None:
    office.now = FIRST_DAY
    for number in range(CASES):
        office.add_contact("first", f"Agency {number}")
        office.add_contact("senior", f"Agency {number}")
        agencies = (FIFE, POLICE, f"Agency {number}")
        asked(office, *agencies, agencies=agencies)


def test_a_hundred_kills_lose_nothing_and_record_nothing_twice(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(20260302)  # noqa: S311  the same moments every time
    with MailServer() as server, open_office(database_url, tmp_path) as office:
        fill(office)
        office.relay = f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"

        for kill in range(KILLS):
            killed_at_a_random_moment(database_url, office.relay, FIRST_DAY + kill * timedelta(hours=8), chance)
        finish(office)

        assert_everything_owed_arrived_once(office, server)


def finish(office: Office) -> None:
    """Let sweeps and deliveries end in peace, after the leases of the killed have run out and offices have opened.

    The second sweep lets go the drafts of the first, which on a busy machine is the first that comes to an end at all.
    """
    office.now = FIRST_DAY + KILLS * timedelta(hours=8) + timedelta(days=14)
    office.sweep()
    office.later(days=7)
    office.sweep()
    office.deliver()
    office.later(days=3)
    office.deliver()


def assert_everything_owed_arrived_once(office: Office, server: MailServer) -> None:
    statuses = Counter(row[0] for row in office.rows(select(MESSAGES.c.status)))
    assert set(statuses) <= {"sent", "overtaken"}, statuses
    assert statuses["sent"] > 5 * CASES

    letters = {row[0] for row in office.rows(select(MAILS.c.message_id))}
    arrived = Counter(str(received.mail["Message-ID"]) for received in server.messages)
    assert set(arrived) == letters

    accepted = select(ATTEMPTS.c.mail_id, func.count()).where(ATTEMPTS.c.outcome == "accepted")
    assert all(count == 1 for _, count in office.rows(accepted.group_by(ATTEMPTS.c.mail_id)))

    climbed = select(RUNGS.c.case_id, RUNGS.c.key, RUNGS.c.due_on).where(RUNGS.c.passed.is_(False))
    assert len(office.rows(climbed)) > 5 * CASES


REVIEWS = tuple((f"LR-{number}", *ROWS[0][1:]) for number in range(40))


def bring_in(url: str, plan: ImportPlan, started: Connection) -> None:
    """Import a register review by review; each is told of, and a kill stops it."""
    engine = connect(url)
    with transaction(engine) as tx:
        run = begin_import(at_work(tx), plan, "register.csv", "content")
    for batch in in_batches(plan.reviews, 1):
        started.send("the next")
        with transaction(engine) as tx:
            import_reviews(at_work(tx), run, batch)
    with transaction(engine) as tx:
        finish_import(at_work(tx), run, plan)
    engine.dispose()


def at_work(tx: Any) -> UnitOfWork:
    lead = Actor(name="L. Officer", role="lead_officer")
    return UnitOfWork(tx, lead, FIRST_DAY, MasterKey(b"k" * 32), guidance, calendar)


def test_an_import_that_is_killed_again_and_again_makes_nothing_half_and_nothing_twice(office: Office) -> None:
    chance, url = random.Random(5), office.engine.url.render_as_string(hide_password=False)  # noqa: S311
    made = list[str]()
    for told in (chance.randint(1, 20), chance.randint(1, 20), 0):
        with reading(office.engine) as tx:
            plan = plan_of(at_work(tx), table(*REVIEWS))
        ours, theirs = WORKERS.Pipe()
        process = WORKERS.Process(target=bring_in, args=(url, plan, theirs))
        process.start()
        for _ in range(told):
            assert ours.poll(60), "the worker did not start, or told of no review"
            ours.recv()
        if told:
            process.join(chance.uniform(0.0, 0.02))
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        before = len(made)
        with reading(office.engine) as tx:
            made = [one.key for one in imported_rows(tx)]
        assert (len(made) > before or told == 1, len(made)) == (True, len(set(made))), "nothing is made twice"
        assert len(made) % 3 == 0, "a review, its recommendation and its action are made together"
    assert len(made) == 3 * len(REVIEWS)
    assert verify(office.engine).places == ()
