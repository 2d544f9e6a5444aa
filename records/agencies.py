"""The register of agencies: one name for each, the other names it goes by, and which agency took another's place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, insert, select, update

from records import audit_log
from records.hot_statements import MOST, Hot, each_of, one_of
from records.metadata import table_of
from records.register_tables import AgencyRow
from states.entry import Actor
from states.errors import BadAnswer
from states.identity import folded
from states.name_matching import may_be_mistyped

AGENCIES = table_of(AgencyRow)
READ = select(AGENCIES).order_by(AGENCIES.c.id)
LOG = "agencies"
FIRST_NAMED = "named for the first time"
"""Why an agency was entered that nobody entered: something was recorded about it."""
REGISTER = "register"
"""The subject of entries about the register as a whole."""

NOT_REGISTERED = "{name} is not in the register of agencies: enter it there first, or name one that is."
MISTYPED = "There is no agency {name}: did you mean {meant}? If it is another one, enter it in the register."


KEPT = ("name", "calendar", "active", "merged_into")


@dataclass(frozen=True)
class Agency:
    """One agency of the register. `merged_into` is the number of the agency that took its place, 0 where none did."""

    id: int
    name: str
    other_names: tuple[str, ...] = ()
    calendar: str = ""
    active: bool = True
    merged_into: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, and the others it goes by."""
        return (self.name, *self.other_names)

    def state(self) -> dict[str, Any]:
        """What the log says of it after each change."""
        kept = {"name": self.name, "other_names": list(self.other_names), "calendar": self.calendar}
        return {**kept, "active": self.active, "merged_into": self.merged_into}


@dataclass(frozen=True)
class Agencies:
    """Every agency of the register, read once."""

    all: tuple[Agency, ...]

    @cached_property
    def _by_id(self) -> Mapping[int, Agency]:
        return {one.id: one for one in self.all}

    @cached_property
    def _by_name(self) -> Mapping[str, Agency]:
        named = [(folded(name), one) for one in reversed(self.all) for name in one.other_names]
        return dict([*named, *((folded(one.name), one) for one in self.all)])

    def find(self, name: str) -> Agency | None:
        """The agency of a name, whatever its spelling; the one that took its place where it was merged."""
        found = self._by_name.get(folded(name))
        while found is not None and found.merged_into:
            found = self._by_id[found.merged_into]
        return found

    def name_of(self, name: str) -> str:
        """The one name of an agency; the name itself where the register does not know it."""
        found = self.find(name)
        return found.name if found else name

    def is_same(self, one: str, other: str) -> bool:
        """Whether two names are of one agency."""
        return folded(self.name_of(one)) == folded(self.name_of(other))

    def names_of(self, name: str) -> tuple[str, ...]:
        """All the names of an agency, those of the agencies merged into it as well; the name itself first."""
        ours = (each for one in self.all if self.is_same(one.name, name) for each in one.names)
        return tuple(dict.fromkeys((name, *ours)))

    def like(self, name: str) -> tuple[str, ...]:
        """Agencies that a name unknown to the register may mean, for "did you mean"."""
        near = (one for one in self.all for each in one.names if may_be_mistyped(each, name))
        return tuple(dict.fromkeys(self.name_of(one.name) for one in near))

    def check_not_mistyped(self, name: str) -> None:
        """Raises BadAnswer for a name that the register does not know and that seems to be one it has, mistyped."""
        near = self.like(name) if self.find(name) is None else ()
        if near:
            raise BadAnswer(MISTYPED.format(name=name[:80], meant=" or ".join(near)))

    def doubles(self) -> Iterator[tuple[Agency, Agency]]:
        """Pairs of agencies in use that may be duplicates."""
        reachable = [one for one in self.all if one.active and not one.merged_into]
        for place, one in enumerate(reachable):
            yield from ((one, other) for other in reachable[place + 1 :] if may_be_mistyped(one.name, other.name))


def read(tx: Connection) -> Agencies:
    """The register of agencies."""
    return Agencies(tuple(_agency(tx, row) for row in tx.execute(READ).mappings()))


def own_names(tx: Connection, names: Sequence[str]) -> dict[str, str]:
    """The given agencies in use under their own current name, by each spelling.

    That needs no more than their rows; for a name that is not among them, or one of very many, the whole register is to
    be asked.
    """
    spelt = {name: folded(name) for name in names}
    wanted = set(spelt.values())
    if len(wanted) > MOST:
        return {}
    rows = _called(len(wanted)).rows(tx, each_of("name", wanted))
    found = {folded(name): name for (name,) in rows}
    return {name: found[key] for name, key in spelt.items() if key in found}


@cache
def _called(count: int) -> Hot:
    wanted = one_of(AGENCIES.c.folded, "name", count)
    return Hot(select(AGENCIES.c.name).where(wanted, AGENCIES.c.active, AGENCIES.c.merged_into == 0))


def states(tx: Connection) -> dict[str, dict[str, Any]]:
    """What is kept of each agency, by its number: of a damaged row what stands there, as it is."""
    found: dict[str, dict[str, Any]] = {}
    for row in tx.execute(READ).mappings():
        names = _names(row)
        said = row["other_names"] if names is None else list(names)
        found[str(row["id"])] = {**{name: row[name] for name in KEPT}, "other_names": said}
    return found


def damaged(tx: Connection) -> list[str]:
    """The names of the agencies whose row cannot be read as it stands."""
    return [str(row["name"]) for row in tx.execute(READ).mappings() if _names(row) is None]


def is_complete(tx: Connection) -> bool:
    """Whether the register was said to be complete: then a name it does not know is refused."""
    said = audit_log.entries(tx, LOG, subject=REGISTER)
    return bool(said) and said[-1].kind == "completed"


def add(tx: Connection, agency: Agency, by: Actor, now: datetime, reason: str = "") -> Agency:
    """Enter an agency; it is given a number."""
    key = tx.execute(insert(AGENCIES).values(**_row(agency))).inserted_primary_key
    assert key is not None
    made = Agency(int(key[0]), **{**agency.state(), "other_names": agency.other_names})
    _log(tx, made, "added", by, now, reason)
    return made


def first_named(tx: Connection, name: str, by: Actor, now: datetime) -> Agency:
    """Enter an agency on first mention; if another transaction has entered it meanwhile, return that one."""
    hold(tx)
    return read(tx).find(name) or add(tx, Agency(0, name), by, now, FIRST_NAMED)


def hold(tx: Connection) -> None:
    """Lock the register against other writers until this transaction ends, so that no name is given twice."""
    audit_log.hold(tx, LOG)


def change(tx: Connection, agency: Agency, kind: str, by: Actor, now: datetime, reason: str = "") -> None:
    """Save an agency, and log what was done (`kind`)."""
    tx.execute(update(AGENCIES).where(AGENCIES.c.id == agency.id).values(**_row(agency)))
    _log(tx, agency, kind, by, now, reason)


def _log(tx: Connection, agency: Agency, kind: str, by: Actor, now: datetime, reason: str) -> None:
    audit_log.append(tx, LOG, str(agency.id), kind, by, now, reason=reason, data=agency.state())


def _row(agency: Agency) -> dict[str, Any]:
    names = json.dumps(list(agency.other_names), ensure_ascii=False)
    return {**agency.state(), "other_names": names, "folded": folded(agency.name)}


def _agency(tx: Connection, row: RowMapping) -> Agency:
    names = _names(row)
    return Agency(
        row["id"], **{name: row[name] for name in KEPT}, other_names=_logged(tx, row) if names is None else names
    )


def _names(row: RowMapping) -> tuple[str, ...] | None:
    """The other names of an agency, from its row; None where that is damaged."""
    try:
        names = json.loads(row["other_names"])
    except ValueError:
        return None
    return tuple(names) if isinstance(names, list) and all(isinstance(one, str) for one in names) else None


def _logged(tx: Connection, row: RowMapping) -> tuple[str, ...]:
    """The other names of an agency as its log says them last: its row is damaged, and keeps nothing else waiting."""
    try:
        said = audit_log.entries(tx, LOG, subject=str(row["id"]))
    except ValidationError:
        return ()
    return tuple(said[-1].data.get("other_names", ())) if said else ()
