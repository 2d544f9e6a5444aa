"""Who looks at a page and when: what every view is given beside an open connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from states.entry import Actor
from states.moments import local_day
from states.procedure import Procedure
from states.roles import may_act


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when. The actor's name and role are empty where nobody said theirs. `now` is an aware UTC time."""

    actor: Actor
    now: datetime

    @cached_property
    def today(self) -> date:
        """The date in Scotland."""
        return local_day(self.now)

    def may(self, procedure: Procedure, roles: tuple[str, ...]) -> bool:
        """Whether whoever looks said a role that may act where one of these is asked for."""
        return bool(self.actor.role) and may_act(procedure, self.actor, roles)
