"""The bodies that decide, and what the committee's own file says of their meetings: how many must be there.

No guidance gives a quorum. A body for which none is set decides with whoever is there, and the minute says no word of
a quorum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from config.toml_places import Place, hint, open_sheet
from states.errors import NotFound
from states.meetings import Body
from states.procedure import Procedure
from states.steps import Transition

DELEGATED = "delegated_group"
DECIDES = frozenset({"decide", "recommend", "ratify"})
KEYS = ("quorum", "label", "delegated")
MOST_SOURCES = 3
"""A step that can be taken from more states than this, such as one that sets a recommendation aside, is not what a case
waits for in any of them."""


@dataclass(frozen=True)
class BodyRule:
    """A body that decides: what it is called, whose authority its steps are taken on, how many must be there.

    `members` are the roles of those who sit on it, `acting` the roles in which an edition lets it act. `delegated` says
    that the committee has delegated decisions to it. `quorum` is None where the committee has set none.
    """

    name: Body
    label: str
    authorities: frozenset[str]
    acting: frozenset[str]
    members: frozenset[str]
    quorum: int | None = None
    delegated: bool = False

    def decides(self, procedure: Procedure, move: Transition) -> bool:
        """Whether a step is this body's: by the authority its edition asks for, or else by who takes it."""
        if move.act not in DECIDES or move.reopens or move.dest in {"", *move.source}:
            return False
        if len({state for one in procedure.transitions if one.trigger == move.trigger for state in one.source}) > (
            MOST_SOURCES
        ):
            return False
        if move.authority:
            mine = self.authorities if self.delegated else self.authorities - {DELEGATED}
            return not mine.isdisjoint(move.authority)
        return not self.acting.isdisjoint(move.roles)

    def authority_for(self, move: Transition) -> str:
        """On whose authority this body takes a step; empty where the step asks for none, or for several of its."""
        mine = [one for one in move.authority if one in self.authorities]
        return mine[0] if len(mine) == 1 else ""


COMMITTEE = BodyRule(
    "committee",
    "Child protection committee",
    frozenset({"child_protection_committee", "adult_protection_committee"}),
    frozenset({"committee"}),
    frozenset({"committee", "chair"}),
)
SUB_GROUP = BodyRule(
    "sub_group",
    "Sub-group",
    frozenset({DELEGATED}),
    frozenset({"nominated_person", "icr_decider", "notification_acceptor", "information_orderer"}),
    frozenset({"nominated_person"}),
)
CHIEF_OFFICERS = BodyRule(
    "chief_officers",
    "Chief officers group",
    frozenset({"chief_officers_group"}),
    frozenset({"chief_officers_group"}),
    frozenset({"chief_officers_group"}),
)
BODIES: Mapping[str, BodyRule] = {one.name: one for one in (COMMITTEE, SUB_GROUP, CHIEF_OFFICERS)}
"""The bodies, in the order in which they are offered."""


def bodies(local: Path | None) -> Mapping[str, BodyRule]:
    """The bodies with what the committee's own file says of their meetings. Raises BadProcedure for a faulty file."""
    said = open_sheet(local).data.get("meetings", {}) if local else {}
    if not isinstance(said, Mapping) or any(faults(said)):
        return BODIES
    return {name: replace(one, **said.get(name, {})) for name, one in BODIES.items()}


def body_called(local: Path | None, name: str) -> BodyRule:
    """One body with its rule. Raises NotFound."""
    found = bodies(local).get(name.strip().replace("-", "_"))
    if found is None:
        raise NotFound(f"No body here is called {name[:40]!r}: it is one of {', '.join(BODIES)}.")
    return found


def faults(said: object) -> Iterator[tuple[Place, str]]:
    """What is wrong with what a local file says of the meetings, each with its place."""
    if not isinstance(said, Mapping):
        yield (), "it is not a table. Begin each body with [meetings.NAME]."
        return
    for name, keys in said.items():
        if name not in BODIES:
            yield (name,), f"there is no body {name!r}. {hint(name, BODIES)}"
        elif not isinstance(keys, Mapping):
            yield (name,), f"it is not a table. Write it as [meetings.{name}]."
        else:
            yield from _key_faults(name, keys)


def _key_faults(name: str, keys: Mapping[str, object]) -> Iterator[tuple[Place, str]]:
    for key in keys.keys() - set(KEYS):
        yield (name, key), f"nothing of this name is known here. {hint(key, KEYS)}"
    quorum = keys.get("quorum", 1)
    if type(quorum) is not int or quorum < 1:
        yield (name, "quorum"), "it is no number of members. Write a whole number, such as quorum = 5."
    if not isinstance(keys.get("label", ""), str) or keys.get("label") == "":
        yield (name, "label"), "it is no name. Write what the body is called, in quotation marks."
    if type(keys.get("delegated", False)) is not bool:
        yield (name, "delegated"), "write true where the committee has delegated decisions to it, else false."
