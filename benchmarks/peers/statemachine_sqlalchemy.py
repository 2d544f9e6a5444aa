"""python-statemachine and SQLAlchemy: load the row, walk the machine, store the state and a line of history, commit."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from sqlalchemy import JSON, ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from statemachine import State, StateMachine


class Base(DeclarativeBase):
    """The tables."""


class Case(Base):
    """A case."""

    __tablename__ = "peer_case"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Line(Base):
    """A line of history."""

    __tablename__ = "peer_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("peer_case.id"))
    trigger: Mapped[str]
    source: Mapped[str]
    dest: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[dict] = mapped_column(JSON)


class Review(StateMachine):
    """The machine."""

    notified = State(initial=True)
    gathering = State()
    considering = State()
    closed = State(final=True)
    acknowledge = notified.to(gathering)
    consider = gathering.to(considering)
    close = considering.to(closed)


def prepare(connection: object, _: object) -> None:
    """The same durability as ours."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def main(url: str, count: int) -> None:
    """Take one step on each of `count` cases; print milliseconds a step."""
    engine = create_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", prepare)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Case(id=number, state="notified") for number in range(1, count + 1))
        session.commit()
    start = time.perf_counter()
    for number in range(1, count + 1):
        with Session(engine) as session:
            case = session.get(Case, number)
            machine = Review(start_value=case.state)
            source = case.state
            machine.send("acknowledge")
            case.state = machine.current_state_value
            data = {"agencies": ["Health Board", "Police"], "reason": "x" * 50}
            at = datetime.now(UTC)  # noqa: TID251  a benchmark is a door
            line = Line(
                case_id=number, trigger="acknowledge", source=source, dest=case.state, actor="lead", at=at, data=data
            )
            session.add(line)
            session.commit()
    sys.stdout.write(f"{(time.perf_counter() - start) * 1000 / count}\n")


main(sys.argv[1], int(sys.argv[2]))
