"""Who acts on a recommendation as its own edition knows them, by the edition of the case it came from."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection

from records import cases
from records.cases import Case
from records.recommendations import CAME_FROM, KIND
from states.entry import Actor
from states.errors import NotFound
from states.roles import in_office


def as_known_on(tx: Connection, case: Case, actor: Actor) -> Actor:
    """Who acts on a case: on a recommendation whoever keeps the case it came from is its lead officer.

    Their deputy is the deputy there. Anybody else acts as who they are.
    """
    procedure = case.procedure
    if procedure.kind != KIND or not actor.role or actor.role in procedure.roles:
        return actor
    for ref in (ref for ref, kind in case.dossier.links.items() if kind == CAME_FROM):
        with suppress(NotFound):  # the case is kept from whoever asks
            return in_office(procedure, cases.find(tx, ref, to_change=False).procedure, actor)
    return actor
