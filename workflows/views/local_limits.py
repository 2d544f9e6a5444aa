"""The limits of an edition as a committee chooses its own: what the nation says of each, and what is set now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, func, select

from config import committee_file, procedures
from config.committee_file import OwnLimit
from config.neighbours import Elsewhere, neighbours_of
from config.phrases import UNSET, anchor_words, whole_limit
from config.settings import committee_name, edition
from records.cases import CASES
from states.procedure import Procedure
from states.timescales import Timescale
from states.values import Source
from workflows.views.due_date import citation
from workflows.views.editions import check_edition
from workflows.views.ways_to_open import NATION, home_regime


@dataclass(frozen=True)
class Neighbour:
    """What others have for a limit: which guidance, in words, with what it is counted from, and where it is written."""

    whose: str
    says: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class LimitToSet:
    """A limit: what the nation has (`national`), from when it counts, where that is written, and the committee's own.

    `left_open` is a limit to which the nation gives no number; `elsewhere` is what others have for such a one.
    """

    name: str
    label: str
    national: str
    start: str
    basis: str
    citation: str
    note: str
    left_open: bool
    own: OwnLimit | None
    elsewhere: tuple[Neighbour, ...] = ()

    @property
    def own_words(self) -> str:
        """What the committee has set, in words; empty where nothing."""
        return self.own.words if self.own else ""


@dataclass(frozen=True)
class EditionLimits:
    """An edition with its limits, those the nation leaves open first, and how many open cases go by it."""

    name: str
    title: str
    kind: str
    limits: tuple[LimitToSet, ...]
    open_cases: int

    @property
    def left_open(self) -> tuple[LimitToSet, ...]:
        """Those to which the nation gives no number."""
        return tuple(one for one in self.limits if one.left_open)

    @property
    def still_open(self) -> int:
        """How many of those the committee has not set."""
        return sum(one.own is None for one in self.left_open)


def editions_to_set(tx: Connection, path: Path, today: date, hidden: frozenset[str]) -> tuple[EditionLimits, ...]:
    """The editions whose limits matter: those that hold today in the committee's own regime, and of open cases."""
    used = _in_use(tx, hidden)
    found = (*procedures.in_order(lambda name: edition(name, None)),)
    regime = home_regime(found, committee_name(path if path.is_file() else None))
    ours = (one for one in found if one.name in used or _holds(one, today, regime))
    return tuple(_limits(one, path, used.get(one.name, 0)) for one in ours)


def edition_limits(tx: Connection, path: Path, name: str, hidden: frozenset[str]) -> EditionLimits:
    """The limits of one edition; hidden cases are none of those that go by it. Raises NotFound for one there is not."""
    check_edition(name)
    return _limits(edition(name, None), path, _in_use(tx, hidden).get(name, 0))


def _holds(one: Procedure, today: date, regime: str) -> bool:
    withdrawn = bool(one.withdrawn_on) and one.withdrawn_on <= today.isoformat()
    return one.nation == NATION and not withdrawn and (one.kind != "case" or one.regime == regime)


def _in_use(tx: Connection, hidden: frozenset[str]) -> dict[str, int]:
    counts = select(CASES.c.edition, func.count()).where(CASES.c.closed_on.is_(None), CASES.c.ref.not_in(hidden))
    return {row[0]: row[1] for row in tx.execute(counts.group_by(CASES.c.edition))}


def _limits(national: Procedure, path: Path, open_cases: int) -> EditionLimits:
    own = committee_file.own_limits(committee_file.text_of(path), national.name)
    lines = [_line(national, name, rule, own.get(name)) for name, rule in national.timescales.items()]
    ordered = sorted(lines, key=lambda one: not one.left_open)
    return EditionLimits(national.name, national.title, national.kind, tuple(ordered), open_cases)


def _line(national: Procedure, name: str, rule: Timescale, own: OwnLimit | None) -> LimitToSet:
    words = whole_limit(rule)
    left_open = words == UNSET and rule.unit != "none"
    return LimitToSet(
        name,
        rule.label,
        words,
        anchor_words(national, rule),
        rule.basis,
        citation(national, rule),
        rule.note,
        left_open,
        own,
        tuple(map(_neighbour, neighbours_of(national.name, name))) if left_open else (),
    )


def _neighbour(one: Elsewhere) -> Neighbour:
    """A line of the list in words. The number and the source of another edition are read in that edition."""
    if one.says:
        return Neighbour(one.title, one.says, (Source(title=one.title, url=one.url),))
    other = edition(one.edition, None)
    rule = other.timescales[one.limit]
    says = f"{rule.label}, {whole_limit(rule)} from {anchor_words(other, rule)}"
    return Neighbour(other.title, says, tuple(other.sources[name] for name in rule.cite))
