"""The register of learning: what was learned and what was done well, in all cases and outside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, or_

from records.cases import CASES
from states.identity import folded
from workflows.reports.case_files import File, Year
from workflows.reports.file_reading import files_of
from workflows.reports.recommendation_figures import INQUIRY, LEARNING, PRACTICE, SOURCE, Learned, learned, practised

EVER = Year(date.min, date.max)
OF_CASES = ("case", "committee")


@dataclass(frozen=True)
class LearnedLine:
    """Something that was learned or done well, with whether it is good practice."""

    learned: Learned
    practice: bool


@dataclass(frozen=True)
class LearningWanted:
    """What somebody looks for: words, a financial year, a theme, learning points or good practice alone."""

    words: str = ""
    year: Year | None = None
    theme: str = ""
    what: Literal["", "learning", "practice"] = ""


@dataclass(frozen=True)
class LearningRegister:
    """What was found, the newest first, of so many; `themes` are those there are, to choose from."""

    lines: tuple[LearnedLine, ...]
    whole: int
    themes: tuple[str, ...]


def learning_register(tx: Connection, wanted: LearningWanted, hidden: frozenset[str]) -> LearningRegister:
    """What was learned that somebody looks for; `hidden` are the cases that are kept to others."""
    kept = (*LEARNING, SOURCE, *PRACTICE, INQUIRY)
    said = (CASES.c.dossier.contains(f'"{name}"', autoescape=True) for name in kept)
    holding = or_(*said, CASES.c.snapshot != "")
    found = files_of(tx, CASES.c.kind.in_(OF_CASES), holding)
    every = [line for file in found if file.ref not in hidden for line in _lines(file)]
    lines = sorted((one for one in every if _is_wanted(one, wanted)), key=lambda one: one.learned.on, reverse=True)
    themes = sorted({theme for one in every for theme in one.learned.themes})
    return LearningRegister(tuple(lines), len(every), tuple(themes))


def _lines(file: File) -> Iterator[LearnedLine]:
    yield from (LearnedLine(one, practice=False) for one in learned(file, EVER))
    yield from (LearnedLine(one, practice=True) for one in practised(file, EVER))


def _is_wanted(one: LearnedLine, wanted: LearningWanted) -> bool:
    said = one.learned
    told = folded(f"{said.text} {said.kind} {said.audience} {' '.join(said.themes)}")
    return (
        all(word in told for word in folded(wanted.words).split())
        and (wanted.year is None or wanted.year.holds(said.on))
        and (not wanted.theme or wanted.theme in said.themes)
        and (not wanted.what or one.practice == (wanted.what == "practice"))
    )
