"""Conformance and time limits of ten years, against pm4py's token-based replay of the same log."""

from __future__ import annotations

import statistics
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.figures import Figure, timed
from benchmarks.learning import copy_cases
from benchmarks.stock import simulated
from records.cases import CASES
from records.database import reading, transaction
from states.entry import CAIRN
from workflows.reports import quality
from workflows.reports.history_export import parts
from workflows.views.quality_pages import QualityFilter, compliance_page, one_year
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

SIMULATED = ("--cases", "100", "--years", "10", "--seed", "7", "--ends", "2026-03-31", "--no-delivery")
MANY = 2_000
ROUNDS = 3
FEW = 40
STEPS = ("opened", "advanced")
NOW = datetime(2026, 3, 31, 22, tzinfo=UTC)


def replayed(folder: Path) -> list[Figure]:
    """Everything that is worked out at night of 2,000 cases, in one pass; pm4py replays the log of the same cases.

    The simulated cases are copied until there are as many. Of the whole log pm4py replays so few that a run ends (it
    goes trace by trace), and the figures are a case. Of the log of the steps alone, which has no dates, holds or
    requests in it, each trace is replayed by both.
    """
    engine = simulated(folder, "auditing.db", *SIMULATED)
    with transaction(engine) as tx:
        ids = list(tx.execute(select(CASES.c.id).where(CASES.c.kind == "case")).scalars())
        copy_cases(tx, ids, MANY - len(ids))
    ours = statistics.median(timed(lambda: _ours(engine)) * 1000 for _ in range(ROUNDS)) / MANY
    whole, steps = _pm4py(engine, folder, (), FEW) / FEW, _pm4py(engine, folder, STEPS, MANY) / MANY
    what = f"conformance, time limits and process maps, {MANY:,} cases, ten years: a case"
    return [
        Figure(what, f"pm4py, token-based replay of {FEW} of them", ours, whole, reach=0.3),
        Figure(what, "pm4py, the same of the log of the steps alone", ours, steps, note="for comparison"),
        _page(engine),
    ]


def _page(engine: Engine) -> Figure:
    """The page of time limits of a year from what is kept, without what the server adds."""
    with transaction(engine) as tx:
        quality.keep(tx, NOW.date(), NOW)
    page = statistics.median(timed(lambda: _looked_at(engine)) * 1000 for _ in range(ROUNDS))
    what = f"the figures of a year as they are kept, {MANY:,} cases: read, grouped and drawn"
    return Figure(what, "reading them from the database", page, timed(lambda: _read(engine)) * 1000, most_ms=150)


def _looked_at(engine: Engine) -> None:
    with reading(engine) as tx:
        compliance_page(one_year(tx, Viewer(CAIRN, NOW), ()), QualityFilter())


def _read(engine: Engine) -> None:
    with reading(engine) as tx:
        quality.kept_year(tx, quality.kept_years(tx)[0])


def _ours(engine: Engine) -> None:
    with reading(engine) as tx:
        quality.worked_out(tx, NOW.date())


def _pm4py(engine: Engine, folder: Path, kinds: tuple[str, ...], few: int) -> float:
    """Milliseconds pm4py takes to replay so many cases; the log is read, and its model found, outside the clock."""
    import pm4py
    from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
    from pm4py.objects.log.obj import EventLog

    warnings.simplefilter("ignore")
    path = folder / "log.xes"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(parts(engine, "xes", kinds=kinds))
    log = pm4py.convert_to_event_log(pm4py.read_xes(str(path), variant="iterparse", show_progress_bar=False))
    net = pm4py.discover_petri_net_inductive(log)
    given = {"disable_variants": True, "show_progress_bar": False}
    first = EventLog(log[:few])
    return timed(lambda: token_replay.apply(first, *net, parameters=given) and None) * 1000
