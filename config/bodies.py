"""The name of the body that decides the cases of an edition, as it heads a paper."""

from __future__ import annotations

from config.settings import A_COMMITTEE
from states.procedure import Procedure

BODIES = {
    "child_protection": A_COMMITTEE,
    "adult_protection": "Adult Protection Committee",
    "child_safeguarding": "Safeguarding partners",
}
"""Who decides, by regime, for editions that do not say it: those that were there before it could be said."""
ANY_BODY = "Committee"


def body_of(procedure: Procedure) -> str:
    """Who decides the cases of an edition: as it says, or as its regime has it."""
    return procedure.figures.body or BODIES.get(procedure.regime, ANY_BODY)


def heading(committee: str, *bodies: str) -> str:
    """Whose paper it is: the committee by its name, or where none is set, whoever decides the cases it is about."""
    return committee if committee != A_COMMITTEE else " and ".join(sorted(set(bodies))) or committee
