"""Whom or what a case waits for outside the committee, as its history alone says: no day changes it."""

from __future__ import annotations

from states.dossier import Dossier
from states.procedure import Procedure


def agencies_asked(dossier: Dossier) -> tuple[str, ...]:
    """The agencies that have been asked and have not answered, whether or not a limit is set for them."""
    return tuple(dict.fromkeys([asked.agency for asked in dossier.requests.values() if asked.status == "open"]))


def event_awaited(procedure: Procedure, dossier: Dossier) -> str:
    """The name of the outside event that the case stands and waits for; empty where it waits for none."""
    state = procedure.states.get(dossier.state)
    event = state.waits_for if state is not None else None
    return event if event and event not in dossier.events else ""


def found_by(procedure: Procedure, dossier: Dossier) -> str:
    """What a search for cases that wait for somebody looks in: each name and label on a line, in small letters."""
    event = event_awaited(procedure, dossier)
    outside = (event, procedure.label_of("events", event)) if event else ()
    names = (*agencies_asked(dossier), *outside)
    return "".join(f"\n{name.casefold()}" for name in dict.fromkeys(names)) + "\n" if names else ""
