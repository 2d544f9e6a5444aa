"""The states of an edition as cards in columns, one column a phase: what stands on each, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from config.phrases import whole_limit
from states.procedure import Procedure
from states.steps import Transition
from states.timescales import Timescale
from states.values import PHASES

BEGINNINGS = {"case": "New case", "committee": "Beginning", "recommendation": "New recommendation"}

START = ""
"""The name of the card a new case begins on."""

Side = Literal["right", "left", "none"]
WIDTH, PAD, GAP = 218, 10, 26
TITLE, TEXT, SMALL = 13.0, 11.0, 10.0
LEAD = 1.28
"""The height of a line, in heights of its letters."""
NARROW, WIDE = frozenset("iljtfrI.,;:'()|! "), frozenset("mwMW@%")


@dataclass(frozen=True)
class CardLine:
    """One paragraph on a card: its lines, its style, and for a step the side its arrow leaves and the target card."""

    words: tuple[str, ...]
    style: Literal["title", "step", "stay", "clock", "unset"]
    side: Side = "none"
    dest: str = ""
    decides: bool = False
    y: float = 0

    @property
    def size(self) -> float:
        """The height of its letters."""
        return {"title": TITLE, "step": TEXT}.get(self.style, SMALL)

    @property
    def height(self) -> float:
        """The height of its lines and the space below them."""
        return len(self.words) * self.size * LEAD + (8 if self.style == "title" else 5)


@dataclass(frozen=True)
class Card:
    """A state as it is drawn: its column and place in it, what stands on it, and where it is on the page."""

    name: str
    column: int
    place: int
    lines: tuple[CardLine, ...]
    final: bool = False
    x: float = 0
    y: float = 0

    @property
    def height(self) -> float:
        """From its upper to its lower edge."""
        return sum(line.height for line in self.lines) + 2 * PAD - 2

    def at(self, x: float, y: float) -> Card:
        """The same card, standing there, its lines with it."""
        placed, below = [], y + PAD
        for line in self.lines:
            placed.append(replace(line, y=below))
            below += line.height
        return replace(self, x=x, y=y, lines=tuple(placed))


def phases(procedure: Procedure) -> tuple[str, ...]:
    """The phases an edition has states in, in their order."""
    used = {state.phase for state in procedure.states.values()}
    return tuple(phase for phase in PHASES if phase in used)


def cards(procedure: Procedure) -> tuple[Card, ...]:
    """The cards of an edition, in columns; a card for new cases stands first."""
    places = _places(procedure)
    start = (
        CardLine((BEGINNINGS[procedure.kind],), "title"),
        *_steps(START, procedure.openings, places),
        *_clocks(procedure, START),
    )
    found = [Card(START, *places[START], start)] if procedure.openings else []
    for name, state in procedure.states.items():
        lines = (
            CardLine(wrapped(state.label, TITLE), "title"),
            *_steps(name, procedure.moves_from(name), places),
            *_clocks(procedure, name),
        )
        found.append(Card(name, *places[name], lines, state.final))
    return tuple(found)


def _places(procedure: Procedure) -> dict[str, tuple[int, int]]:
    """The column of each state and its place in it; the card for new cases is the first of the first column."""
    columns = {phase: index for index, phase in enumerate(phases(procedure))}
    opening = procedure.openings[:1]
    first = columns[procedure.states[opening[0].dest].phase] if opening else 0
    filled = dict.fromkeys(columns.values(), 0)
    places = {START: (first, 0)}
    filled[first] = 1
    for name, state in procedure.states.items():
        column = columns[state.phase]
        places[name] = (column, filled[column])
        filled[column] += 1
    return places


def _steps(name: str, moves: tuple[Transition, ...], places: dict[str, tuple[int, int]]) -> tuple[CardLine, ...]:
    away = [move for move in moves if move.dest != name]
    here = [move for move in moves if move.dest == name]
    steps = (_step(move, "right" if places[name] < places[move.dest] else "left") for move in away)
    return (*steps, *(CardLine(wrapped(move.label, SMALL, 12), "stay") for move in here))


def _step(move: Transition, side: Side) -> CardLine:
    return CardLine(wrapped(move.label, TEXT), "step", side, move.dest, decides=move.act in ("decide", "ratify"))


def _clocks(procedure: Procedure, name: str) -> tuple[CardLine, ...]:
    moves = procedure.moves_from(name) if name else procedure.openings
    triggers = {move.trigger for move in moves if move.dest != name or procedure.kind == "committee"}
    shown = [rule for rule in procedure.timescales.values() if _runs_here(procedure, rule, name, triggers)]
    return tuple(
        CardLine(
            wrapped(f"{rule.label}: {whole_limit(rule)}", SMALL, 14),
            "unset" if rule.length() is None and rule.repeat is None else "clock",
        )
        for rule in shown
    )


def _runs_here(procedure: Procedure, rule: Timescale, name: str, triggers: set[str]) -> bool:
    """Whether a date is met by a step from here, or by an answer to what is asked here; a committee's duties too."""
    asked = any(name in procedure.requests[request].states for request in rule.met_by.requests)
    kinds = ("deadline", "target", "duty") if procedure.kind == "committee" else ("deadline", "target")
    return rule.kind in kinds and (asked or bool(triggers & set(rule.met_by.triggers)))


def wrapped(text: str, size: float, indent: float = 0, width: float = WIDTH) -> tuple[str, ...]:
    """A text in lines that fit on a card, or in another width."""
    room = width - 2 * PAD - indent
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def text_width(text: str, size: float) -> float:
    """How wide a text is at most, in the usual fonts of a screen; a little generous."""
    bold = 1.08 if size == TITLE else 1.0
    return bold * size * sum(0.35 if char in NARROW else 0.9 if char in WIDE else _usual(char) for char in text)


def _usual(char: str) -> float:
    return 0.72 if char.isupper() else 0.58
