"""My work: what needs somebody in groups by urgency, narrowed by what was asked, each line with what was last done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, select

from records import agencies, chain
from records.cases import CASES
from records.editions import EditionLibrary
from records.history import HISTORY
from states.errors import DAMAGED
from states.identity import folded
from states.words import first_up
from workflows.views.agenda import AgendaItem
from workflows.views.open_work import needed_by
from workflows.views.sentences import sentence
from workflows.views.viewer import Viewer

SHORT, LONG = 8, 50
"""How many lines of a group the first page shows, and a page of the group alone."""

Groups = Mapping[str, tuple[AgendaItem, ...]]
YOU = "You"
NEWEST = (
    select(CASES.c.ref, CASES.c.digest, HISTORY.c.body, HISTORY.c.happened_on)
    .select_from(CASES)
    .join(HISTORY, and_(HISTORY.c.case_id == CASES.c.id, HISTORY.c.sequence == CASES.c.sequence))
)
TITLES = {
    "overdue": "Overdue",
    "this_week": "Due this week",
    "agencies": "Waiting on agencies",
    "yes_wanted": "Waiting for a yes",
    "tasks": "Tasks",
    "reasons_wanted": "Reasons wanted",
    "undated": "No date runs",
    "later": "Later",
}
"""The groups, the most urgent first, by their names in the agenda."""


@dataclass(frozen=True)
class WorkWanted:
    """What is asked for: of one's own cases or of all, from an agency, in a phase; one group alone, and its page."""

    everybody: bool = False
    agency: str = ""
    phase: str = ""
    group: str = ""
    page: int = 1


@dataclass(frozen=True)
class WorkLine:
    """Something that needs somebody: who is waited for, where the case stands, and what was last done on it."""

    item: AgendaItem
    waits_on: str
    stands: str
    latest: str
    latest_on: date | None


@dataclass(frozen=True)
class WorkGroup:
    """One group: how many there are, and the first of them."""

    name: str
    title: str
    count: int
    lines: tuple[WorkLine, ...]


@dataclass(frozen=True)
class WorkList:
    """What needs somebody, in groups; `pages` is how many pages the one group has that was asked for."""

    groups: tuple[WorkGroup, ...]
    wanted: WorkWanted
    agencies: tuple[str, ...]
    pages: int

    @property
    def counts(self) -> tuple[WorkGroup, ...]:
        """The groups whose counts are shown: the usual ones always, the others where something is in them."""
        always = {"overdue", "this_week", "agencies", "later"}
        return tuple(one for one in self.groups if one.count or one.name in always)


def work_list(tx: Connection, viewer: Viewer, wanted: WorkWanted) -> WorkList:
    """What needs whoever looks, or everybody, narrowed by what was asked."""
    found = needed_by(tx, viewer, everybody=wanted.everybody)
    known = _narrowed(tx, vars(found.groups), wanted)
    chosen = {name: _chosen(known[name], name, wanted) for name in TITLES}
    latest = _latest(tx, {one.ref for some in chosen.values() for one in some})
    groups = (
        WorkGroup(
            name,
            _title(name, known[name], viewer),
            len(known[name]),
            tuple(_lines(tx, chosen[name], viewer, latest)),
        )
        for name in TITLES
    )
    return WorkList(tuple(groups), wanted, tuple(sorted(found.agencies)), pages_of(len(known.get(wanted.group, ()))))


def pages_of(count: int, each: int = LONG) -> int:
    """How many pages so many lines take."""
    return max(1, -(-count // each))


def _chosen(found: tuple[AgendaItem, ...], name: str, wanted: WorkWanted) -> tuple[AgendaItem, ...]:
    """The lines of a group that are shown: the first of each, or a page of the one that was asked for."""
    first = LONG * (max(wanted.page, 1) - 1)
    if not wanted.group:
        return found[:SHORT]
    return found[first : first + LONG] if name == wanted.group else ()


def _narrowed(tx: Connection, groups: Groups, wanted: WorkWanted) -> Groups:
    """What is asked for of each group: all of it where nothing is."""
    if not wanted.agency and not wanted.phase:
        return groups
    names = {folded(one) for one in agencies.read(tx).names_of(wanted.agency)} if wanted.agency else set()
    return {name: tuple(one for one in some if _is_wanted(one, wanted, names)) for name, some in groups.items()}


def _is_wanted(item: AgendaItem, wanted: WorkWanted, names: set[str]) -> bool:
    of_agency = not wanted.agency or folded(item.agency) in {folded(wanted.agency), *names}
    return of_agency and wanted.phase in {"", item.phase}


def _title(name: str, found: Iterable[AgendaItem], viewer: Viewer) -> str:
    mine = name == "yes_wanted" and all(one.waits_for(viewer.actor) for one in found)
    return "Waiting for your yes" if mine else TITLES[name]


def _lines(
    tx: Connection, found: Iterable[AgendaItem], viewer: Viewer, latest: dict[str, tuple[str, date]]
) -> Iterator[WorkLine]:
    library = EditionLibrary(tx)
    for one in found:
        said, on = latest.get(one.ref, ("", None))
        stands = library.procedure(one.digest).label_of("states", one.state) if one.ref else ""
        yield WorkLine(one, _waits_on(one, viewer), stands, said, on)


def _waits_on(item: AgendaItem, viewer: Viewer) -> str:
    if item.agency:
        return item.agency
    if item.waits_for(viewer.actor):
        return YOU
    return first_up(item.under.label_of("roles", item.role) if item.under else item.role.replace("_", " "))


def _latest(tx: Connection, refs: set[str]) -> dict[str, tuple[str, date]]:
    """The newest entry of each of these cases as a sentence, and the day it happened."""
    rows: list[RowMapping] = list(tx.execute(NEWEST.where(CASES.c.ref.in_(refs - {""}))).mappings())
    library = EditionLibrary(tx)
    return {row["ref"]: (_said(library, row), row["happened_on"]) for row in rows}


def _said(library: EditionLibrary, row: Any) -> str:
    try:
        return sentence(library.procedure(row["digest"]), chain.entry_of(row["body"]))
    except DAMAGED:  # a task says so
        return ""
