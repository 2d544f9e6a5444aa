"""Who sits on a body, who may see and prepare its meetings, and what people are called in its papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from config.meetings import BodyRule
from records import accounts
from states.meetings import Body, Meeting
from states.roles import AUDITOR
from states.words import first_up
from workflows.views.viewer import Viewer

OFFICERS = frozenset({"lead_officer", "deputy_lead_officer", "chair"})
PREPARES: Mapping[Body, frozenset[str]] = {
    "committee": OFFICERS,
    "sub_group": OFFICERS | {"nominated_person"},
    "chief_officers": OFFICERS,
}
"""The roles that prepare the meetings of each body, and enter what it decided."""

SEES: Mapping[Body, frozenset[str]] = {
    "committee": OFFICERS | {AUDITOR, "committee"},
    "sub_group": OFFICERS | {AUDITOR, "nominated_person"},
    "chief_officers": OFFICERS | {AUDITOR, "chief_officers_group"},
}
"""The roles that read the agendas and minutes of each body."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account: its number, their name, and the roles they have in words."""

    number: str
    name: str
    roles: str
    member: bool


@dataclass(frozen=True)
class People:
    """Everybody a meeting may name, by the number of their account."""

    known: Mapping[str, Person]

    def name_of(self, who: str) -> str:
        """What somebody is called: the name on their account, or the words that were written for them."""
        return self.known[who].name if who in self.known else who

    def names(self, who: Iterable[str]) -> tuple[str, ...]:
        """What several people are called."""
        return tuple(self.name_of(one) for one in who)

    @property
    def members(self) -> tuple[Person, ...]:
        """Those who sit on the body."""
        return tuple(one for one in self.known.values() if one.member)


def people(tx: Connection, rule: BodyRule) -> People:
    """Everybody with an account, those no longer in use among them: an old minute still names them."""
    return People(
        {
            str(one.id): Person(
                str(one.id),
                one.person,
                first_up(" and ".join(role.replace("_", " ") for role in one.roles)),
                one.active and not rule.members.isdisjoint(one.roles),
            )
            for one in accounts.read(tx)
        }
    )


def may_see(meeting: Meeting, viewer: Viewer) -> bool:
    """Whether whoever looks reads the papers of this body; at the terminal who said no role does."""
    return not viewer.actor.role or viewer.actor.role in SEES[meeting.body]


def may_prepare(body: Body, role: str) -> bool:
    """Whether a role prepares the meetings of a body, and enters what it decided."""
    return role in PREPARES[body]
