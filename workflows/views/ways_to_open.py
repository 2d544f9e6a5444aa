"""Every way in which a case can be opened: each edition of the guidance in use here, with its openings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from config.procedures import in_order, names
from config.succession import in_words
from records.cases import CASES
from states.procedure import Procedure

NATION, REGIME = "Scotland", "child_protection"
"""The nation and the regime of most committees."""


@dataclass(frozen=True)
class WaysToOpen:
    """An edition of the guidance, by its name and title, and how a case opens under it: each way with its words.

    `why_apart` says why it is not offered for a case of today: "" where it is.
    """

    edition: str
    title: str
    ways: tuple[tuple[str, str], ...]
    why_apart: str = ""


def ways_to_open(tx: Connection, guidance: Callable[[str], Procedure]) -> tuple[WaysToOpen, ...]:
    """The editions of cases, those of the committee's own regime first, and those that are not offered for today last.

    Those are the ones that were withdrawn, which a case of an earlier day may be under, and the law of other nations,
    unless a case here is under it.
    """
    home = nations_here(tx, guidance)
    cases = [one for one in in_order(guidance) if one.kind == "case" and one.openings]
    own = (NATION, home_regime(cases))
    ordered = sorted(cases, key=lambda one: (_apart(one, home) != "", (one.nation, one.regime) != own))
    return tuple(
        WaysToOpen(one.name, one.title, tuple((move.trigger, move.label) for move in one.openings), _apart(one, home))
        for one in ordered
    )


def home_regime(editions: Iterable[Procedure], committee: str = "") -> str:
    """The regime a committee is named after, as in Angus Adult Protection Committee; else children's, as most are.

    Its name is the one given, or the one laid over the editions with its own file. One that names children has them
    first, whatever else it names.
    """
    every = [*editions]
    name = (committee or next((one.committee for one in every if one.committee), "")).casefold()
    regimes = (one.regime for one in every if one.kind == "case" and "child" not in name)
    return next((one for one in regimes if one.replace("_", " ") in name), REGIME)


def nations_here(tx: Connection, guidance: Callable[[str], Procedure]) -> frozenset[str]:
    """The nations whose law is kept to here: Scotland, and those of the editions that cases are under."""
    used = tx.execute(select(CASES.c.edition).distinct()).scalars()
    known = set(names())
    return frozenset({NATION, *(guidance(name).nation for name in used if name in known)})


def _apart(one: Procedure, home: frozenset[str]) -> str:
    if one.withdrawn_on:
        return f"Withdrawn ({in_words(one.withdrawn_on)}): for a case of an earlier day."
    return "" if one.nation in home else f"The law of another nation: {one.nation}."
