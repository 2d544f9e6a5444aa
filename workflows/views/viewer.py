"""Who looks at a page and when: what every view is given beside an open connection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Self

from sqlalchemy import Connection

from records import agencies
from records.cases import Case
from records.office_roles import as_known_on
from states.entry import Actor
from states.identity import folded
from states.moments import UNITED_KINGDOM, local_day
from states.procedure import Procedure
from states.roles import may_act


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when. The actor's name and role are empty where nobody said theirs. `now` is an aware UTC time.

    `names` are those the register has for the viewer's agency, as names are compared. The day is that of a time zone,
    `zone`: of the United Kingdom, or of the edition of the case that is looked at.
    """

    actor: Actor
    now: datetime
    names: frozenset[str] = frozenset()
    zone: str = UNITED_KINGDOM

    def known_in(self, tx: Connection) -> Self:
        """The same viewer, with all the names of their agency."""
        if not self.actor.agency:
            return self
        return replace(self, names=frozenset(map(folded, agencies.read(tx).names_of(self.actor.agency))))

    def is_of(self, agency: str) -> bool:
        """Whether the viewer speaks for an agency, by any of its names and however it is spelt."""
        own = self.actor.agency
        return bool(own and agency) and folded(agency) in {folded(own), *self.names}

    @cached_property
    def today(self) -> date:
        """The date in the viewer's zone."""
        return local_day(self.now, self.zone)

    def in_days_of(self, procedure: Procedure) -> Self:
        """The same viewer, with the days of an edition: those of its time zone."""
        return self if procedure.time_zone == self.zone else replace(self, zone=procedure.time_zone)

    def on(self, tx: Connection, case: Case) -> Self:
        """The same viewer as the edition of a case knows them."""
        actor = as_known_on(tx, case, self.actor)
        return self if actor == self.actor else replace(self, actor=actor)

    def may(self, procedure: Procedure, roles: tuple[str, ...]) -> bool:
        """Whether whoever looks said a role that may act where one of these is asked for."""
        return bool(self.actor.role) and may_act(procedure, self.actor, roles)
