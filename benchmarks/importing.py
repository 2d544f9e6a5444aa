"""A register of 5,000 rows: read, planned and made into histories, against the same put in, and the simulator."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

import xlsxwriter
from sqlalchemy import func, select

from benchmarks.figures import Figure, timed
from benchmarks.stock import stock
from config.procedures import load
from config.settings import Settings
from records import cases, editions, history
from records.cases import CASES
from records.database import reading
from records.editions import EditionLibrary
from records.history import HISTORY
from states.moments import local_moment
from workflows.importing.questions_asked import Mapped
from workflows.importing.reading import read_register
from workflows.importing.register_plan import planned
from workflows.installation.installation import open_installation
from workflows.simulation.simulate import SimulationPlan as Simulation
from workflows.simulation.simulate import simulate
from workflows.verbs.import_register import (
    AT_ONCE,
    begin_import,
    finish_import,
    import_reviews,
    in_batches,
    what_is_known,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.stock import Stock
    from states.entry import Entry
    from states.procedure import Procedure
    from workflows.unit_of_work import UnitOfWork

GUIDANCE = cache(load)
REVIEWS, RECOMMENDATIONS, ACTIONS = 250, 4, 5
ROWS = REVIEWS * RECOMMENDATIONS * ACTIONS
HEADS = (
    *("Ref", "Notified", "Completed", "No", "Recommendation", "Agreed"),
    *("Action", "Lead agency", "Owner", "Due", "RAG"),
)
PUT_IN = "the same entries, each put in in a transaction of its own"
SIMULATED = "the simulator itself (cairn simulate) making as many entries"
COMMITTEE = Simulation(cases=100, years=3, seed=1, ends=date(2026, 9, 30), deliver=False)
"""What the simulator plays: about as many entries as the register makes."""

Told = tuple[str, "Procedure", date, tuple["Entry", ...]]


def register() -> bytes:
    """A register of 5,000 rows of eleven columns, as a spreadsheet writes it."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "constant_memory": False})
    sheet, day = book.add_worksheet("Register"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADS)
    for row in range(ROWS):
        review, of_review = divmod(row, RECOMMENDATIONS * ACTIONS)
        number, action = divmod(of_review, ACTIONS)
        began = date(2015, 5, 1) + timedelta(days=14 * review)
        days = {1: 0, 2: 200, 5: 220, 9: 400}
        for column, after in days.items():
            sheet.write_datetime(row + 1, column, datetime.combine(began + timedelta(after), time()), day)
        words = {
            0: f"LR-{review:04}",
            4: f"Recommendation {number + 1} of review {review}: hear the child, and keep a chronology of it",
            6: f"Action {action + 1}: agree a form and train the staff of team {review * 7 + action}",
            7: f"Agency {'ABCDE'[action]}",
            8: "Head of service",
            10: "done" if action % 2 else "open",
        }
        for column, said in words.items():
            sheet.write_string(row + 1, column, said)
        sheet.write_number(row + 1, 3, number + 1)
    book.close()
    return kept.getvalue()


def imported(folder: Path) -> list[Figure]:
    """The whole import, once, and the simulator's way with what it made."""
    ours, theirs = (stock(f"sqlite:///{folder / name}") for name in ("imported.db", "simulated.db"))
    content = register()
    taken = timed(lambda: import_whole(ours, content)) * 1000
    told = list(histories(ours))
    floor = timed(lambda: put_in(theirs, told)) * 1000
    made = sum(len(entries) for *_, entries in told)
    simulated, played = simulator(folder / "committee")
    note = f"{len(told):,} histories of {made:,} entries, once each; read, planned and made, {AT_ONCE} reviews at once"
    what = f"an import of {ROWS:,} rows, SQLite file"
    more = f"{note}; the simulator made {played:,} of {COMMITTEE.cases} cases, with all rounds, counted for as many"
    return [
        Figure(what, PUT_IN, taken, floor, reach=4.0, most_ms=60_000, note=note),
        Figure(what, SIMULATED, taken, simulated * made / played, reach=4.0, most_ms=60_000, note=more),
    ]


def simulator(folder: Path) -> tuple[float, int]:
    """How long the simulator takes to play a committee, in milliseconds, and how many entries come of it."""
    here = open_installation(Settings(data=folder), local_moment(COMMITTEE.starts, "00:00"), make=True)
    try:
        taken = timed(lambda: simulate(here, COMMITTEE, lambda _: None)) * 1000
        with reading(here.engine) as tx:
            return taken, tx.execute(select(func.count()).select_from(HISTORY)).scalar_one()
    finally:
        here.engine.dispose()


@contextmanager
def at_work(stock: Stock) -> Iterator[UnitOfWork]:
    """The lead officer at work in one transaction, with every edition at hand."""
    with stock.uow("lead_officer") as uow:
        yield replace(uow, guidance=GUIDANCE)


def import_whole(stock: Stock, content: bytes) -> None:
    """Import a register from its bytes to the end."""
    book = read_register(content)
    with at_work(stock) as uow:
        plan = planned(book, Mapped(), what_is_known(uow, hidden=frozenset()), as_proposed=True)
        run = begin_import(uow, plan, "register.xlsx", "content")
    for batch in in_batches(plan.reviews):
        with at_work(stock) as uow:
            import_reviews(uow, run, batch)
    with at_work(stock) as uow:
        finish_import(uow, run, plan)
    assert plan.counts == (REVIEWS, REVIEWS * RECOMMENDATIONS, ROWS)


def histories(stock: Stock) -> list[Told]:
    """What was made: each case with its edition and its entries."""
    with reading(stock.engine) as tx:
        library = EditionLibrary(tx)
        rows = tx.execute(select(CASES.c.id, CASES.c.ref, CASES.c.digest, CASES.c.opened_on).order_by(CASES.c.id)).all()
        return [(row.ref, library.procedure(row.digest), row.opened_on, history.entries(tx, row.id)) for row in rows]


def put_in(stock: Stock, told: list[Told]) -> None:
    """Put histories in entry by entry."""
    for ref, procedure, opened_on, entries in told:
        for entry in entries:
            with at_work(stock) as uow:
                if entry.sequence == 1:
                    editions.pin_edition(uow.tx, procedure)
                    for name in entry.data["calendars"]:
                        editions.pin_calendar(uow.tx, uow.calendar(name))
                    case = cases.create(uow.tx, ref, procedure, opened_on)
                else:
                    case = cases.find(uow.tx, ref)
                cases.record(uow.tx, case, entry, uow.now)
