"""Drawings of a case: its dates on a time axis, and its state among those of its edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.drawing import NAMES
from records.cases import Case
from states.dossier import Deadline, Paused
from states.procedure import Procedure
from states.values import PHASES
from states.words import away, short
from workflows.papers.state_drawing import DrawnState, described, states_by_phase
from workflows.papers.time_drawing import Bar, Kind, dates_against_time
from workflows.views.sentences import owed_date
from workflows.views.viewer import Viewer

MOST_BARS = 14
"""So many dates are drawn: those still owed, then the last that ended. All are in the table."""
SOON = 7
"""Days: what is due within them is due soon."""


@dataclass(frozen=True)
class CaseDrawing:
    """The drawings of a case as SVG, each empty where there is nothing to draw; `words` says where it can go."""

    dates: str
    states: str
    words: str
    left_out: int


def case_drawing(case: Case, viewer: Viewer) -> CaseDrawing:
    """Draw a case as it stands."""
    viewer = viewer.in_days_of(case.procedure)
    bars = [*_holds(case, viewer.today), *_dates(case, viewer)]
    places = tuple(_places(case.procedure, case))
    return CaseDrawing(
        dates=dates_against_time(f"The dates of {case.ref}", bars[:MOST_BARS], viewer.today),
        states=states_by_phase(places),
        words=described(places),
        left_out=max(len(bars) - MOST_BARS, 0),
    )


def _dates(case: Case, viewer: Viewer) -> Iterator[Bar]:
    open_ones = [one for one in case.dossier.open_deadlines() if one.due_on]
    ended = [one for one in case.dossier.deadlines.values() if one.status == "met" and one.due_on and one.ended_on]
    for one in (*open_ones, *sorted(ended, key=lambda it: it.ended_by, reverse=True)):
        assert one.due_on is not None
        kind, says = _kind(case, one, viewer, one.due_on)
        start = min(one.anchor_on, one.due_on)
        yield Bar(owed_date(case.procedure, one), kind, start, one.due_on, says, one.ended_on)


def _kind(case: Case, one: Deadline, viewer: Viewer, due: date) -> tuple[Kind, str]:
    if one.status == "met":
        return "met", f"{'used' if one.lapses else 'met'}{' late' if one.late else ''} {short(one.ended_on)}"
    if one.has_lapsed(viewer.now):
        return "met", f"lapsed {short(due)}"
    if case.dossier.is_overdue(one, viewer.now):
        return "overdue", away((due - viewer.today).days)
    if one.status == "held" or case.dossier.is_stopped(one, viewer.today):
        return "hold", "clock stands still"
    days = (due - viewer.today).days
    return ("soon" if days <= SOON else "later"), away(days)


def _holds(case: Case, today: date) -> Iterator[Bar]:
    """The holds that run or are to come; one until further notice is drawn until today."""
    for one in case.dossier.pauses.values():
        if not one.ended and (one.ends is None or one.ends > today):
            yield Bar(f"{one.id}: {one.label}", "hold", one.starts, _end(one, today), _until(one))


def _end(one: Paused, today: date) -> date:
    return one.ends or max(today, one.starts)


def _until(one: Paused) -> str:
    return "held until then" if one.ends else "held"


def _places(procedure: Procedure, case: Case) -> Iterator[DrawnState]:
    here = case.dossier.state
    ways: dict[str, list[str]] = {}
    for move in procedure.moves_from(here) if case.dossier.closed_on is None else ():
        if move.dest != here:
            ways.setdefault(move.dest, []).append(move.label)
    ordered = sorted(procedure.states.items(), key=lambda one: PHASES.index(one[1].phase))
    for name, state in ordered:
        been, by = name in case.dossier.entered, tuple(ways.get(name, ()))
        yield DrawnState(name, state.label, NAMES[state.phase], been, name == here, by)
