"""Cases as a program looks at them: the list by cursor, one case, its history, its dates, how it was chased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal

from records import cases, children
from records.case_list import CaseFilter, CaseRow, in_order
from states.errors import BadAnswer
from states.typed_days import LIKE, read_day
from states.values import PHASES
from web.api.views import MOST, Listed, after, paged, view_at
from web.desk import Desk
from workflows.verbs.change_edition import Difference, preview_move
from workflows.verbs.people import names_of
from workflows.views.case_list import by_any_name
from workflows.views.case_page import CasePage, case_page
from workflows.views.chronology import RequestChronology, chronology
from workflows.views.date_receipt import DateReceipt, date_receipt
from workflows.views.history import HistoryLine, HistoryPage, history_page
from workflows.views.history_filter import HistoryWanted, narrowed
from workflows.views.name_readings import NameReading, name_readings
from workflows.views.recommendation_page import RecommendationPage, recommendation_page

WHICH = ("open", "closed", "all")
KINDS = ("case", "recommendation", "all")
NO_DAY = f"{{name}} is a day such as {LIKE}, not {{said!r}}."


@dataclass(frozen=True)
class Child:
    """A child of a case as a person: the number by which the case speaks of it, and what is kept apart."""

    number: int
    name: str = field(repr=False)
    born: date | None = field(repr=False)
    identifiers: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class ChildrenKept:
    """The numbers of the children on record, whether their names were erased, and who read them."""

    ref: str
    numbers: tuple[int, ...]
    erased: bool
    read: tuple[NameReading, ...]


@view_at("cases", "/cases")
def _cases(
    at: Desk,
    *,
    which: Literal["open", "closed", "all"] = "open",
    kind: Literal["case", "recommendation", "all"] = "case",
    phase: str = "",
    lead: str = "",
    waiting_on: str = "",
    due_by: str = "",
    limit: int = MOST,
    cursor: str = "",
) -> Listed[CaseRow]:
    """The cases in the order in which they were opened, as many as there are; each with where it stands."""
    for name, said, known in (("which", which, WHICH), ("kind", kind, KINDS), ("phase", phase or PHASES[0], PHASES)):
        if said not in known:
            raise BadAnswer(f"{name} is one of {', '.join(known)}, not {said[:40]!r}.")
    due = read_day(due_by) if due_by else None
    if due_by and due is None:
        raise BadAnswer(NO_DAY.format(name="due_by", said=due_by[:40]))
    start = after(cursor)
    with at.reading() as tx:
        wanted = by_any_name(tx, CaseFilter(due, None, waiting_on, (), phase, lead, which, kind))

    def lines() -> Iterator[Sequence[Sequence[Any]]]:
        with at.reading() as tx:
            yield from in_order(tx, wanted, start, limit, hidden=at.hidden(tx))

    return Listed((), lines=lines, names=tuple(one.name for one in fields(CaseRow)), most=limit)


@view_at("case", "/cases/{ref}")
def _case(at: Desk, ref: str) -> CasePage:
    """A case: where it stands, its dates, what can be done next and what stands in the way of the rest."""
    with at.reading_case(ref) as tx:
        return case_page(tx, cases.find(tx, ref, to_change=False), at.viewer)


@view_at("case_history", "/cases/{ref}/history")
def _history(
    at: Desk, ref: str, kind: str = "", who: str = "", limit: int = MOST, cursor: str = ""
) -> Listed[HistoryLine]:
    """The entries of a case, the oldest first: all of them, or of a kind or by somebody."""
    with at.reading_case(ref) as tx:
        told = history_page(tx, cases.find(tx, ref, to_change=False)).entries
    wanted = HistoryWanted(kind, who, None, None)
    return paged(tuple(reversed(narrowed(told, wanted).entries)) if kind or who else told, limit, cursor)


@view_at("case_as_it_was", "/cases/{ref}/as-it-was")
def _as_it_was(at: Desk, ref: str, day: str = "") -> HistoryPage:
    """A case as it was known at the end of a day."""
    wanted = read_day(day)
    if wanted is None:
        raise BadAnswer(NO_DAY.format(name="day", said=day[:40]))
    with at.reading_case(ref) as tx:
        return history_page(tx, cases.find(tx, ref, to_change=False), wanted)


@view_at("case_move_preview", "/cases/{ref}/edition/preview")
def _move(at: Desk, ref: str, edition: str = "", state: str = "") -> Difference:
    """What moving a case to an edition would change: its steps from here, its dates, its running clocks."""
    with at.reading_case(ref), at.uow() as uow:
        try:
            return preview_move(uow, ref, edition, state)
        finally:
            uow.tx.rollback()


@view_at("case_date", "/cases/{ref}/dates/{key:path}")
def _date(at: Desk, ref: str, key: str) -> DateReceipt:
    """Why a date is the day it is: the rule, the day it counts from, and every day since."""
    with at.reading_case(ref) as tx:
        return date_receipt(cases.find(tx, ref, to_change=False), key, at.viewer)


@view_at("chasing", "/cases/{ref}/chasing")
def _chasing(at: Desk, ref: str, agency: str = "") -> tuple[RequestChronology, ...]:
    """What was asked, when, in which words, what the channel answered, and what came back."""
    with at.reading_case(ref) as tx:
        return tuple(chronology(tx, cases.find(tx, ref, to_change=False), at.viewer, agency))


@view_at("children", "/cases/{ref}/children")
def _children(at: Desk, ref: str) -> ChildrenKept:
    """How many children are on record, and who has read their names; no name is in the answer."""
    with at.reading_case(ref) as tx:
        case = cases.find(tx, ref, to_change=False)
        kept = tuple(children.kept_numbers(tx, case.id))
        return ChildrenKept(case.ref, kept, case.dossier.erased, name_readings(tx, case.ref))


@view_at("children_names", "/cases/{ref}/children/names")
def _names(at: Desk, ref: str) -> tuple[Child, ...]:
    """The children of a case by name. That they were read is put on record, each time."""
    with at.uow() as uow:
        found = names_of(uow, ref)
    return tuple(Child(one.number, one.name, one.born, dict(one.identifiers)) for one in found)


@view_at("recommendation", "/recommendations/{ref}")
def _recommendation(at: Desk, ref: str) -> RecommendationPage:
    """A recommendation: its three facts, where it stands, its dates and what can be done next."""
    with at.reading_case(ref) as tx:
        return recommendation_page(tx, ref, at.viewer)
