"""procrastinate: due jobs claimed by its worker, done and recorded: the worker keeps each job with its events, and the
job itself writes what ours does, the line of history and the message owed, in a transaction of its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from datetime import UTC, datetime, timedelta

from procrastinate import App, PsycopgConnector
from psycopg_pool import AsyncConnectionPool

URL, COUNT, AT_ONCE = sys.argv[1], int(sys.argv[2]), 5
APP = App(connector=PsycopgConnector(conninfo=URL, min_size=AT_ONCE + 2, max_size=AT_ONCE + 2))
OURS = AsyncConnectionPool(URL, min_size=AT_ONCE, max_size=AT_ONCE, open=False)
TABLES = (
    "CREATE TABLE peer_history (case_id int, sequence int, kind text, at timestamptz, data text)",
    "CREATE UNIQUE INDEX peer_history_key ON peer_history (case_id, sequence)",
    "CREATE TABLE peer_message (id text PRIMARY KEY, case_id int, kind text, contact text, owed_at timestamptz)",
)
FACTS = json.dumps({"rung": 0, "due_on": "2026-03-16", "agency": "Health Board", "reason": "x" * 50})


@APP.task(queue="chasing", pass_context=False)
async def remind(case_id: int) -> None:
    """Climb a rung: a line of history, and a message that is owed."""
    now = datetime.now(UTC)  # noqa: TID251  a benchmark is a door
    async with OURS.connection() as tx:
        values = (case_id, 1, "chased", now, FACTS)
        await tx.execute("INSERT INTO peer_history VALUES (%s, %s, %s, %s, %s)", values)
        said = (f"{case_id}-1", case_id, "reminder", "first", now)
        await tx.execute("INSERT INTO peer_message VALUES (%s, %s, %s, %s, %s)", said)


async def main() -> None:
    """Defer the jobs to a minute ago, have the worker do them all; print milliseconds a job."""
    async with APP.open_async(), OURS:
        await APP.schema_manager.apply_schema_async()
        async with OURS.connection() as tx:
            for table in TABLES:
                await tx.execute(table)
        due = datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251  a benchmark is a door
        later = remind.configure(schedule_at=due)
        for first in range(1, COUNT + 1, 1000):
            await later.batch_defer_async(*({"case_id": one} for one in range(first, min(first + 1000, COUNT + 1))))
        start = time.perf_counter()
        told = {"concurrency": AT_ONCE, "wait": False, "listen_notify": False, "install_signal_handlers": False}
        await APP.run_worker_async(queues=["chasing"], **told)
        taken = (time.perf_counter() - start) * 1000 / COUNT
        async with OURS.connection() as tx:
            await _assured(tx)
    sys.stdout.write(f"{taken}\n")


async def _assured(tx: object) -> None:
    finished = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'"
    done = await (await tx.execute(f"SELECT ({finished}), (SELECT count(*) FROM peer_message)")).fetchone()
    assert done == (COUNT, COUNT), f"{done} of {COUNT} jobs were done and told of"


logging.disable(logging.CRITICAL)
asyncio.run(main())
