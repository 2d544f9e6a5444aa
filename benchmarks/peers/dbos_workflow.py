"""A DBOS workflow: one durable workflow a step, with a transaction that stores the state and a line of history."""

from __future__ import annotations

import json
import logging
import sys
import time
import uuid

from dbos import DBOS, DBOSConfig, SetWorkflowID, SQLAlchemyDatasource
from sqlalchemy import create_engine, text

URL, COUNT = sys.argv[1], int(sys.argv[2])
CONFIG: DBOSConfig = {"name": "peer", "system_database_url": URL, "log_level": "ERROR"}
DBOS(config=CONFIG)
SOURCE = SQLAlchemyDatasource.create(URL)
NEXT = {("notified", "acknowledge"): "gathering"}


@SOURCE.transaction()
def store(number: int, trigger: str) -> str:
    """The step: state and history in one transaction."""
    session = SOURCE.sql_session()
    state = session.execute(text("SELECT state FROM peer_case WHERE id = :id"), {"id": number}).scalar_one()
    dest = NEXT[state, trigger]
    session.execute(
        text("UPDATE peer_case SET state = :s, version = version + 1 WHERE id = :id"), {"s": dest, "id": number}
    )
    data = json.dumps({"agencies": ["Health Board", "Police"], "reason": "x" * 50})
    values = {"case": number, "t": trigger, "s": state, "d": dest, "data": data}
    session.execute(text("INSERT INTO peer_history VALUES (:case, :t, :s, :d, CURRENT_TIMESTAMP, :data)"), values)
    return dest


@DBOS.workflow()
def advance(number: int, trigger: str) -> str:
    """The workflow."""
    return store(number, trigger)


def main() -> None:
    """Take one step on each of the cases; print milliseconds a step."""
    logging.disable(logging.CRITICAL)
    engine = create_engine(URL.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as tx:
        tx.execute(text("CREATE TABLE peer_case (id integer primary key, state text, version integer)"))
        history = "CREATE TABLE peer_history (case_id integer, t text, s text, d text, at timestamp, data text)"
        tx.execute(text(history))
        rows = [{"id": number} for number in range(1, COUNT + 1)]
        tx.execute(text("INSERT INTO peer_case VALUES (:id, 'notified', 1)"), rows)
    DBOS.launch()
    start = time.perf_counter()
    for number in range(1, COUNT + 1):
        with SetWorkflowID(str(uuid.uuid4())):
            advance(number, "acknowledge")
    taken = (time.perf_counter() - start) * 1000 / COUNT
    DBOS.destroy()
    sys.stdout.write(f"{taken}\n")


main()
