"""`cairn simulate`: a database full of synthetic data, a committee's realistic work from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli.options import day, read
from cli.output import answer, say
from cli.session import Session
from states.words import long_day, month_of

if TYPE_CHECKING:
    from config.settings import Settings

LAST_DAY = date(2026, 9, 30)


@read
def simulate(
    session: Session,
    cases: Annotated[int, Option(help="How many cases.", min=1, max=100_000)] = 100,
    years: Annotated[int, Option(help="Over how many years.", min=1, max=11)] = 3,
    seed: Annotated[int, Option(help="The same seed gives the same histories.")] = 1,
    folder: Annotated[Path, Option(help="The data folder to fill; it is made.")] = Path("simulated"),
    database: Annotated[
        str, Option(help="Another database to fill (as CAIRN_DATABASE); its key stays in FOLDER.")
    ] = "",
    ends: Annotated[date, Option(parser=day, metavar="DATE", help="The last day.")] = LAST_DAY,
    delivery: Annotated[bool, Option(help="Deliver the messages into FOLDER/mailbox, or leave them owed.")] = True,
    add: Annotated[bool, Option("--add", help="Fill a database that holds cases already.")] = False,
) -> None:
    """Fill a database with a believable committee's work, to look at, to learn on, to measure with."""
    from states.moments import local_moment
    from workflows.installation.installation import open_installation
    from workflows.simulation.simulate import SimulationPlan
    from workflows.simulation.simulate import simulate as fill

    plan = SimulationPlan(cases, years, seed, ends, deliver=delivery, add=add, until=session.now)
    installation = open_installation(
        _settings(folder.absolute(), database), local_moment(plan.starts, "00:00"), make=True
    )
    try:
        with _bar(local_moment(plan.starts, "08:00"), local_moment(plan.ends, "23:59")) as passed:
            world = fill(installation, plan, passed)
    finally:
        installation.engine.dispose()
    period = f"{long_day(plan.starts)} to {long_day(plan.ends)}"
    did = f"{len(world.refs)} cases, {period}, seed {seed}: {_where(folder, database)}."
    facts = {
        "did": did,
        "cases": list(world.refs),
        "recommendations": len(world.recommended),
        "learning_points": world.learned,
        "from": plan.starts,
        "to": plan.ends,
        "seed": seed,
        "folder": str(folder),
    }
    came = f"Of them came {len(world.recommended)} recommendations and {world.learned} learning points."
    look = f"Look around: CAIRN_DATA={folder} cairn list; CAIRN_DATA={folder} cairn verify."
    look += "" if delivery else " Its letters were left owed: verify says so until CAIRN_REHEARSAL=1 cairn deliver."
    answer(facts, lambda _: say(f"{did}\n{came}\n{look}"), as_json=session.as_json)


def _where(folder: Path, database: str) -> str:
    return f"in that database, its key in {folder}" if database else f"in {folder}"


def _settings(folder: Path, database: str) -> Settings:
    from pydantic import SecretStr

    from config.settings import Settings

    where = SecretStr(database) if database else None
    return Settings.model_construct(data=folder, database=where, committee="example-committee", rehearsal=True)


@contextmanager
def _bar(begins: datetime, ends: datetime) -> Iterator[Callable[[datetime], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<15}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=(ends - begins).total_seconds())

        def passed(now: datetime) -> None:
            done = (now - begins).total_seconds()
            progress.update(task, completed=done, description=month_of(now))

        yield passed
