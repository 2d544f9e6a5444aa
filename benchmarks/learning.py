"""The learning cycle at its full size: the year's summary, and recommendations that say the same thing."""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from benchmarks.advancing import Said, listening
from benchmarks.figures import Figure, in_turn, timed
from benchmarks.stock import copied, simulated
from records import recommendation_words
from records.cases import CASES
from records.database import reading, transaction
from records.history import HISTORY
from records.recommendations import RECOMMENDATIONS
from records.search import similar
from states.text_similarity import words_of
from workflows.papers import pdf, spreadsheet, word
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import Year, year_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, RowMapping

    from benchmarks.figures import Work
    from workflows.papers.paper import Paper

TEMPLATE = Path(word.__file__).parents[2] / "config" / "papers" / "summary.docx"
SIMULATED = ("--cases", "40", "--years", "2", "--seed", "7", "--ends", "2026-03-31", "--no-delivery")
YEAR, DATABASE = "2025-26", "learning.db"
MANY_CASES, MANY_RECOMMENDATIONS = 2_000, 15_000
WORDS_OF_A_TEXT = 18
ROUNDS = 15


def stock_of_learning(folder: Path) -> Engine:
    """A simulated committee whose files of one year are copied until there are as many as a summary must bear."""
    engine = simulated(folder, DATABASE, *SIMULATED)
    with transaction(engine) as tx:
        year = year_of(YEAR)
        counted = summary_of(tx, year, year.last)
        copy_cases(tx, [case.id for case in counted.cases], MANY_CASES - len(counted.cases))
        refs = [one.ref for one in counted.recommendations]
        _copy_recommendations(tx, refs, MANY_RECOMMENDATIONS - len(refs))
        whole = summary_of(tx, year, year.last)
        assert (len(whole.cases), len(whole.recommendations)) == (MANY_CASES, MANY_RECOMMENDATIONS)
    return engine


def learning_cycle(folder: Path) -> list[Figure]:
    """The year's summary and the search, on one stock that is filled once."""
    engine, bare = stock_of_learning(folder), sqlite3.connect(folder / DATABASE)
    return [*years_summary(engine, bare), search(engine, bare)]


def years_summary(engine: Engine, bare: sqlite3.Connection) -> list[Figure]:
    """The year's summary from the database to each of its forms, against reading the same rows and their JSON."""
    year = year_of(YEAR)
    floor = statistics.median(timed(lambda: _read_bare(bare)) * 1000 for _ in range(5))
    with reading(engine) as tx:
        published = paper(summary_of(tx, year, year.last), "Example Committee")
        in_full = paper(summary_of(tx, year, year.last), "Example Committee", full=True)
    what = f"the year's summary, {MANY_CASES:,} cases and {MANY_RECOMMENDATIONS:,} recommendations"
    everything = [timed(lambda: _published(engine, year)) * 1000 for _ in range(3)]
    parts = {"counting": lambda: _counted(engine, year)} | {name: _form(published, name) for name in FORMS}
    note = "; ".join(f"{name} {timed(work):.1f} s" for name, work in parts.items())
    whole = Figure(f"{what}: published", BARE, statistics.median(everything), floor, most_ms=10_000, note=note)
    forms = [
        Figure(f"{what}: in full, {name}", BARE, timed(_form(in_full, name)) * 1000, floor, note="for comparison")
        for name in FORMS
    ]
    return [whole, *forms]


def search(engine: Engine, bare: sqlite3.Connection) -> Figure:
    """`cairn recommendation similar` over 15,000 recommendations, against the questions it sends, sent bare."""
    with reading(engine) as tx:
        texts = tx.execute(select(RECOMMENDATIONS.c.text).order_by(RECOMMENDATIONS.c.case_id).limit(ROUNDS)).scalars()
        wanted = list(texts)
    said: list[Said] = []
    for text in wanted:
        heard: Said = []
        with listening(engine, heard):
            _looked_up(engine, text)
        said.append([one for one in heard if one[0].startswith("SELECT")])

    def floor(number: int) -> Work:
        return lambda: [bare.execute(*one).fetchall() for one in said[number]] and None

    figures = in_turn(lambda number: lambda: _looked_up(engine, wanted[number]), floor, ROUNDS, 1)
    what = f"recommendation similar, {MANY_RECOMMENDATIONS:,} recommendations"
    return Figure(what, "its questions through sqlite3", *figures, reach=3.0)


BARE = "reading the files and their JSON"
FORMS: dict[str, Callable[[Paper], object]] = {
    "JSON": lambda made: json.dumps(made.facts()),
    "Word": lambda made: word.word(made, TEMPLATE),
    "PDF": pdf.pdf,
    "spreadsheet": spreadsheet.spreadsheet,
}


def _form(made: Paper, name: str) -> Work:
    return lambda: FORMS[name](made) and None


def _published(engine: Engine, year: Year) -> None:
    made = _counted(engine, year)
    for form in FORMS.values():
        form(made)


def _counted(engine: Engine, year: Year) -> Paper:
    with reading(engine) as tx:
        return paper(summary_of(tx, year, year.last), "Example Committee")


def _looked_up(engine: Engine, text: str) -> None:
    with reading(engine) as tx:
        assert similar(tx, text, hidden=frozenset())


def _read_bare(bare: sqlite3.Connection) -> None:
    for (body,) in bare.execute("SELECT dossier FROM case_file ORDER BY id"):
        json.loads(body)


def copy_cases(tx: Connection, ids: list[int], count: int) -> None:
    """So many copies of these cases, in turn, each with its history."""
    rows = _files(tx, ids)
    last = int(tx.execute(select(func.max(CASES.c.id))).scalar_one())
    copies = list(islice(cycle(rows), count))
    tx.execute(insert(CASES), [_copy(row, last + number) for number, row in enumerate(copies, start=1)])
    entries = {one: [dict(row) for row in _history(tx, one)] for one in ids}
    for number, row in enumerate(copies, start=1):
        tx.execute(insert(HISTORY), [{**entry, "case_id": last + number} for entry in entries[row["id"]]])


def _copy_recommendations(tx: Connection, refs: list[str], count: int) -> None:
    """Copies whose texts are drawn from all the words there are, so that no search finds the half of them."""
    kept = {row["case_id"]: row for row in tx.execute(select(RECOMMENDATIONS)).mappings()}
    rows = [row for row in _files(tx, list(kept)) if row["ref"] in refs]
    last = int(tx.execute(select(func.max(CASES.c.id))).scalar_one())
    vocabulary = sorted({word for row in kept.values() for word in words_of(row["text"])})
    dice = random.Random(7)
    copies = list(enumerate(islice(cycle(rows), count), start=1))
    tx.execute(insert(CASES), [_copy(row, last + number) for number, row in copies])
    texts = (" ".join(dice.choices(vocabulary, k=WORDS_OF_A_TEXT)) for _ in copies)
    said = [
        {**kept[row["id"]], "case_id": last + number, "text": text}
        for (number, row), text in zip(copies, texts, strict=True)
    ]
    tx.execute(insert(RECOMMENDATIONS), said)
    recommendation_words.rebuild(tx)


def _files(tx: Connection, ids: list[int]) -> list[RowMapping]:
    return list(tx.execute(select(CASES).where(CASES.c.id.in_(ids)).order_by(CASES.c.id)).mappings())


def _history(tx: Connection, case_id: int) -> list[RowMapping]:
    return list(tx.execute(select(HISTORY).where(HISTORY.c.case_id == case_id)).mappings())


def _copy(row: RowMapping, number: int) -> dict[str, Any]:
    return {**copied(row, number), "id": number}
