"""The follow-through board: for each recommendation what was promised, what is proven and what it changed.

And over all of them: by agency and by theme, how old the open ones are, and the shares a committee asks after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import Connection

from records.recommendations import KIND
from states.words import in_a_sentence, long_day
from workflows.papers.charts import number
from workflows.papers.paper import Paper, Row, Table
from workflows.reports.file_reading import files
from workflows.reports.recommendation_figures import Followed, followed

NOBODY = "No agency named"
REJECTED = frozenset({"rejected", "superseded"})


@dataclass(frozen=True)
class Share:
    """How many of how many: for a share that says what it is a share of."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part:,} of {self.whole:,} ({100 * self.part / self.whole:.0f}%)" if self.whole else "none"


@dataclass(frozen=True)
class Line:
    """The recommendations of one agency or theme. Ages are days since they were proposed, of those still open."""

    name: str
    all: int
    open: int
    overdue: int
    verified: int
    assessed: int
    oldest: int | None
    middle: float | None


@dataclass(frozen=True)
class Board:
    """Every recommendation that was not turned down, and what they add up to."""

    made_on: date
    recommendations: tuple[Followed, ...]
    turned_down: int
    shares: Mapping[str, Share]
    agencies: tuple[Line, ...]
    themes: tuple[Line, ...]
    whole: Line

    def facts(self) -> dict[str, Any]:
        """The board as JSON holds it."""
        return asdict(self)


def board(tx: Connection, today: date, hidden: frozenset[str]) -> Board:
    """The board as it is today. Recommendations that were rejected or superseded are counted and left out.

    `hidden` are those that are kept to others than whoever looks: they are in no figure of theirs.
    """
    kept, turned_down = [], 0
    for file in (one for one in files(tx, KIND) if one.ref not in hidden):
        if file.state in REJECTED:
            turned_down += 1
        else:
            kept.append(followed(file, today))
    return board_of(kept, turned_down, today)


def board_of(kept: Sequence[Followed], turned_down: int, today: date) -> Board:
    """What recommendations add up to."""
    ours = [one for one in kept if not one.led_elsewhere]
    sent = [one for one in kept if one.led_elsewhere and one.sent_on]
    shares = {
        "With a measure": Share(sum(one.measured for one in kept), len(kept)),
        "Said to be done": Share(sum(one.done_on is not None for one in ours), len(ours)),
        "Verified": Share(sum(one.verified_on is not None for one in ours), len(ours)),
        "With an assessment of impact": Share(sum(_assessed(one) for one in ours), len(ours)),
        "Led elsewhere, sent": Share(len(sent), len(kept) - len(ours)),
        "Led elsewhere, answered": Share(sum(one.answered for one in sent), len(sent)),
    }
    return Board(
        made_on=today,
        recommendations=tuple(sorted(kept, key=lambda one: (one.closed_on is not None, one.opened_on, one.ref))),
        turned_down=turned_down,
        shares=shares,
        agencies=_lines(kept, lambda one: one.agencies or (NOBODY,), today),
        themes=_lines(kept, lambda one: one.themes, today),
        whole=_line("All", kept, today),
    )


def _lines(kept: Iterable[Followed], names: Any, today: date) -> tuple[Line, ...]:
    groups: dict[str, list[Followed]] = defaultdict(list)
    for one in kept:
        for name in names(one):
            groups[name].append(one)
    return tuple(_line(name, groups[name], today) for name in sorted(groups, key=lambda it: (-len(groups[it]), it)))


def _line(name: str, found: Sequence[Followed], today: date) -> Line:
    ages = [(today - one.opened_on).days for one in found if one.closed_on is None]
    return Line(
        name=name,
        all=len(found),
        open=len(ages),
        overdue=sum(one.overdue and not one.led_elsewhere for one in found),
        verified=sum(one.verified_on is not None for one in found),
        assessed=sum(map(_assessed, found)),
        oldest=max(ages, default=None),
        middle=median(ages) if ages else None,
    )


def _assessed(one: Followed) -> bool:
    return bool(one.practice or one.outcomes)


def paper(found: Board, committee: str) -> Paper:
    """The board as a paper."""
    whole = found.whole
    opening = (
        f"Recommendations followed: {whole.all:,}; open: {whole.open:,}; with a date gone by: {whole.overdue:,}.",
        f"Rejected or superseded besides, on record with the reasons: {found.turned_down:,}.",
    )
    return Paper(
        title="Recommendations: promised, proven, changed",
        committee=committee,
        about=f"As they stand on {long_day(found.made_on)}",
        made_on=found.made_on,
        warning="For the committee only, not for publication.",
        opening=opening if whole.all else ("There are no recommendations to follow.",),
        tables={
            "shares": Table("Shares", ("Share", "Of those it can be said of"), _shares(found.shares), words=True),
            "followed": _each(found.recommendations),
            "agencies": _grouped("By agency", "Agency", found.agencies),
            "by_theme": _grouped("By theme", "Theme", found.themes),
        },
    )


def _shares(shares: Mapping[str, Share]) -> tuple[Row, ...]:
    return tuple(Row(name, (str(share),)) for name, share in shares.items() if share.whole)


def _each(found: Sequence[Followed]) -> Table:
    columns = ("Recommendation", "What is recommended", "Promised", "Proven", "Changed", "Stands")
    rows = (Row(one.ref, (one.text, promised(one), proven(one), changed(one), one.stands)) for one in found)
    return Table("Each recommendation", columns, tuple(rows), words=True)


def promised(one: Followed) -> str:
    """What was promised, by whom and how it was to be measured."""
    who = f"{one.responsible} ({one.addressee})" if one.responsible else one.addressee
    measure = f"measured by {one.measures}" if one.measured else f"no measure: {one.measures}" if one.measures else ""
    return "; ".join(filter(None, (who, one.urgency, one.expected, measure)))


def proven(one: Followed) -> str:
    """What is proven: that it is done is one fact, how far it was fulfilled another."""
    if one.led_elsewhere and one.sent_on:
        return f"sent {long_day(one.sent_on)}, {'answered' if one.answered else 'no answer yet'}"
    done = f"said to be done {long_day(one.done_on)}" if one.done_on else "not done yet"
    fulfilled = in_a_sentence(one.fulfilled, ())
    seen = f"verified {long_day(one.verified_on)}: fulfilled {fulfilled}" if one.verified_on else ""
    before = f"before it was taken up again: {one.earlier}" if one.earlier else ""
    return "; ".join(filter(None, (done, seen, before)))


def changed(one: Followed) -> str:
    """What it changed: in practice, and in outcomes for children."""
    parts = (("practice", one.practice), ("outcomes", one.outcomes))
    words = ", ".join(f"{what}: {in_a_sentence(impact, ())}" for what, impact in parts if impact)
    return words or "not assessed"


def _grouped(caption: str, heading: str, lines: Sequence[Line]) -> Table:
    columns = (
        heading,
        "All",
        "Open",
        "Date gone by",
        "Verified",
        "Impact assessed",
        "Median age, days",
        "Oldest, days",
    )
    rows = tuple(
        Row(
            one.name,
            (
                *(one.all, one.open, one.overdue, one.verified, one.assessed),
                number(one.middle) if one.middle is not None else "",
                one.oldest if one.oldest is not None else "",
            ),
        )
        for one in lines
    )
    return Table(caption, columns, rows, "One may concern several, so these do not add up.")
