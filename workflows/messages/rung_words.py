"""Varies the wording of a ladder's letters by those before and after, so that none repeats the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from records.cases import Case
from states.dossier import Deadline
from states.procedure import Procedure
from states.timescales import Ladder, Rung

Place = tuple[str, str]
PlacesOf = Callable[[str], Sequence[Place]]
"""Whom an audience stands for: pairs of agency and contact, or no agency and a role."""


def rung_facts(case: Case, deadline: Deadline, rung: Rung, to: Place, places_of: PlacesOf) -> dict[str, Any]:
    """How often the same was said to the same place about this date, and who is told next if nothing is heard."""
    ladder = case.procedure.ladders.get(case.procedure.timescales[deadline.timescale].ladder or "")
    if ladder is None or rung not in ladder.rungs:
        return {}
    number = ladder.rungs.index(rung)
    same = (one for one in _climbed(deadline, ladder, number) if one.message == rung.message)
    again = sum(1 for one in same if to in _places(one, places_of))
    told = _next(case.procedure, ladder, number, places_of)
    return {**({"again": again} if again else {}), **({"then_told": told} if told else {})}


def _climbed(deadline: Deadline, ladder: Ladder, number: int) -> Iterator[Rung]:
    """The rungs below this one that were climbed for the date as it stands, and not passed over or withdrawn."""
    marks = (one for one in deadline.climbed if one.due_on == deadline.due_on and not one.passed and not one.withdrawn)
    return (ladder.rungs[place] for place in sorted({one.rung for one in marks if one.rung < number}))


def _places(rung: Rung, places_of: PlacesOf) -> list[Place]:
    return [place for audience in rung.tell for place in places_of(audience)]


def _next(procedure: Procedure, ladder: Ladder, number: int, places_of: PlacesOf) -> str:
    """Whoever is told by the next rung that tells somebody who was not told before; "" where there is none."""
    known = {place for rung in ladder.rungs[: number + 1] for place in _places(rung, places_of)}
    for rung in ladder.rungs[number + 1 :]:
        fresh = [place for place in _places(rung, places_of) if place not in known]
        if fresh:
            return " and ".join(dict.fromkeys(_called(procedure, *place) for place in fresh))
    return ""


def _called(procedure: Procedure, agency: str, place: str) -> str:
    if agency:
        return f"the {place} contact of {agency}"
    kind = "bodies" if place in procedure.bodies else "roles"
    return f"the {procedure.said(kind, place)}"
