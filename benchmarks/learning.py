"""The learning cycle at size: a year summed up over 2,000 cases and 15,000 recommendations; one found among them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from benchmarks.figures import Figure, in_turn
from config.settings import Settings
from records.cases import CASES
from records.database import reading, transaction
from records.recommendations import RECOMMENDATIONS
from records.search import MOST_WORDS, ON_SQLITE, POOL, similar
from states.entry import Actor, local_moment
from states.likeness import words_of
from workflows import recommend
from workflows.advance import advance
from workflows.installed import open_house
from workflows.simulate import Plan, simulate
from workflows.summary import summary_of
from workflows.summary_tables import paper
from workflows.year_rows import year_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from benchmarks.figures import Work
    from workflows.installed import House

CASES_WANTED, RECOMMENDATIONS_WANTED, INVENTED = 2_000, 15_000, 24
ENDS, TODAY = date(2026, 3, 31), date(2026, 4, 20)
TEN_SECONDS = 10_000.0
WORDS = (
    *("every", "plan", "child", "own", "view", "staff", "share", "information", "once", "risk", "harm", "chronology"),
    *("read", "before", "decision", "supervision", "team", "school", "nurse", "police", "worker", "handover", "record"),
    *("meeting", "family", "home", "visit", "baby", "neglect", "escalate", "challenge", "train"),
)
WANTED = "Every plan should carry the child's own view and be read before a decision"
PLAN: dict[str, Any] = {
    "decided_on": "2026-03-31",
    "responsible": "Head of service",
    "significance": "Found in several reviews.",
    "urgency": "urgent",
    "urgency_reason": "It goes on today.",
    "expected_change": "Plans carry the child's view.",
    "measures": [{"indicator": "Plans", "baseline": "40 %", "target": "90 %", "source": "Audit"}],
    "case_for_change": "Found twice.",
    "learning_orientation": "Teams learn.",
    "evidence": "F1",
    "review_on": "2027-01-15",
}


def year_and_search(folder: Path) -> list[Figure]:
    """The summary of a year as a paper, against ten seconds; a search for the like, against its full-text query."""
    engine = _filled(folder)
    return [_summed(engine), _found(engine)]


def _summed(engine: Engine) -> Figure:
    def ours(_: int) -> Work:
        return lambda: _sum_up(engine)

    took, _ = in_turn(ours, lambda _: lambda: None, 3, 1)
    what = f"the year's summary, {CASES_WANTED:,} cases and {RECOMMENDATIONS_WANTED:,} recommendations"
    return Figure(what, "ten seconds", took, TEN_SECONDS, reach=1.0)


def _sum_up(engine: Engine) -> None:
    with reading(engine) as tx:
        made = paper(summary_of(tx, year_of("2025-26"), TODAY), "Committee")
    assert made.tables["recommendations"].rows[-1].cells[-1] == RECOMMENDATIONS_WANTED


def _found(engine: Engine) -> Figure:
    bare = engine.raw_connection()
    query = " OR ".join(f'"{word}"' for word in words_of(WANTED)[:MOST_WORDS])

    def ours(_: int) -> Work:
        return lambda: _look(engine)

    def floor(_: int) -> Work:
        return lambda: bare.cursor().execute(str(ON_SQLITE), {"query": query, "most": POOL}).fetchall() and None

    figures = in_turn(ours, floor, 15, 1)
    bare.close()
    return Figure(f"similar, {RECOMMENDATIONS_WANTED:,} recommendations", "its full-text query", *figures, reach=3.0)


def _look(engine: Engine) -> None:
    with reading(engine) as tx:
        assert similar(tx, WANTED)


def _filled(folder: Path) -> Engine:
    """A committee's invented work, copied until it is large; every recommendation says something of its own."""
    house = open_house(
        Settings.model_construct(data=folder, database=None, committee="", rehearsal=True),
        local_moment(date(2023, 1, 1), "00:00"),
    )
    simulate(house, Plan(INVENTED, 2, 7, ENDS, deliver=False), lambda _: None)
    refs = [_recommended(house, number) for number in range(4)]
    with transaction(house.engine) as tx:
        _copied(tx, CASES.c.kind == "case", CASES_WANTED)
        _copied(tx, CASES.c.ref.in_(refs), RECOMMENDATIONS_WANTED)
    return house.engine


def _recommended(house: House, number: int) -> str:
    now = local_moment(ENDS, "23:59")
    with house.desk(Actor(name="Committee", role="committee"), now) as desk:
        closed = select(CASES.c.ref).where(CASES.c.kind == "case").order_by(CASES.c.id).offset(number).limit(1)
        said = {"text": WANTED, "rationale": "The review found it.", "source": "report", "themes": ["childs_plan"]}
        said |= {"level": "single_agency", "addressee": "NHS Board"}
        done = recommend.propose(desk, str(desk.tx.execute(closed).scalar_one()), said)
        if number:
            ref, authority = done.case.ref, "child_protection_committee"
            advance(desk, ref, "accept", answers=PLAN, authority=authority)
        return done.case.ref


def _copied(tx: Connection, which: Any, wanted: int) -> None:
    """Copies of files under other references, for size alone; a recommendation's with other words."""
    dice = Random(3)
    rows = [dict(row) for row in tx.execute(select(CASES).where(which)).mappings()]
    lines = {row["case_id"]: dict(row) for row in tx.execute(select(RECOMMENDATIONS)).mappings()}
    newest = int(tx.execute(text("SELECT max(id) FROM case_file")).scalar_one())
    files, found = [], []
    for number in range(wanted - len(rows)):
        of = rows[number % len(rows)]
        files.append({**of, "id": newest + number + 1, "ref": f"{of['ref']}-{number}"})
        if of["id"] in lines:
            words = " ".join(dice.sample(WORDS, 14))
            found.append({**lines[of["id"]], "case_id": newest + number + 1, "text": words})
    tx.execute(insert(CASES), files)
    if found:
        tx.execute(insert(RECOMMENDATIONS), found)
