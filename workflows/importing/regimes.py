"""Which reviews a register holds: those of one regime, which has editions and headings of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from states.procedure import Procedure
from workflows.importing.describing import headings_of
from workflows.importing.questions_asked import Asker
from workflows.importing.targets import plain_heading

ASKS = "Which reviews does the register hold?"


def of_one_regime(
    editions: Sequence[Procedure], here: Sequence[str], headings: Iterable[str], asker: Asker, place: str
) -> tuple[Procedure, ...]:
    """The editions of the one regime that a register is of: as it was answered, as its headings show, or that of here.

    Where several are at home `here`, and the headings show none, it is asked; the first of them holds meanwhile.
    """
    regimes = tuple(dict.fromkeys(one.regime for one in editions))
    if len(regimes) == 1:
        return tuple(editions)
    shown = _shown(editions, regimes, set(map(plain_heading, headings)))
    at_home = [one for one in here if one in regimes] or [*regimes]
    said = asker.answers.get("regime", "")
    known = [said] if said in regimes else shown if len(shown) == 1 else at_home if len(at_home) == 1 else []
    choices = tuple((one, f"those of {one.replace('_', ' ')}") for one in regimes)
    regime = known[0] if known else asker.ask("regime", ASKS, place, "", choices) or at_home[0]
    return tuple(one for one in editions if one.regime == regime)


def _shown(editions: Sequence[Procedure], regimes: Iterable[str], headings: set[str]) -> list[str]:
    """The regimes of which a heading stands there that no other has."""
    own = {regime: set(headings_of(one for one in editions if one.regime == regime)) for regime in regimes}
    others = {regime: set().union(*(own[one] for one in own if one != regime)) for regime in own}
    return [regime for regime in own if headings & (own[regime] - others[regime])]
