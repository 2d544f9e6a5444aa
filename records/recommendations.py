"""Recommendations across the committee's files: what each came from, where it stands, what is owed, what it changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, insert, or_, select, update

from records import recommendation_words
from records.case_rows import dossier_of
from records.case_tables import CaseFile
from records.editions import EditionLibrary
from records.history import HISTORY
from records.history_tables import RecommendationRow
from records.metadata import table_of
from records.subset import ALL, Subset
from states.dossier import Dossier
from states.errors import NotFound, Refused
from states.next_step import advice
from states.procedure import Procedure
from states.proofs import taken_up
from states.words import long_day

CASES = table_of(CaseFile)
RECOMMENDATIONS = table_of(RecommendationRow)

CHANGE = update(RECOMMENDATIONS).where(RECOMMENDATIONS.c.case_id == bindparam("of_case"))

KIND = "recommendation"
"""The kind of edition under which a recommendation is a file of its own."""

CAME_FROM = "recommendation_of"
"""How the file of a recommendation is linked with the review it came from."""

IMPACT = frozenset({"assess_impact", "recheck_impact"})
"""The steps that record what difference it made: the dates they meet are those of the impact."""

VERIFY = "verify"
"""The step that records on evidence how far it was fulfilled: where it starts, a recommendation waits for it."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A recommendation as lists tell it. `fulfilled`, `practice` and `outcomes` are three facts, never one.

    `ended` says in a few words how it ended (empty: it has not). `owed_on` is the soonest date that can be late;
    `impact_on` is when its impact is looked at next.
    """

    case_id: int
    ref: str
    of_ref: str
    text: str
    level: str
    addressee: str
    urgency: str
    agencies: tuple[str, ...]
    themes: tuple[str, ...]
    state: str
    stands: str
    ended: str
    fulfilled: str
    practice: str
    outcomes: str
    lead: str
    opened_on: date
    closed_on: date | None
    owed_on: date | None
    impact_on: date | None

    def overdue(self, today: date) -> bool:
        """Whether a date has gone by that can be late. What is only asked after never is."""
        return self.owed_on is not None and self.owed_on < today


@dataclass(frozen=True, slots=True)
class RecommendationFilter:
    """Which recommendations are asked for; what is empty does not matter. `overdue_on` and `impact_by` are days."""

    of_ref: str = ""
    level: str = ""
    agency: str = ""
    theme: str = ""
    state: str = ""
    which: Literal["open", "closed", "all"] = "all"
    overdue_on: date | None = None
    impact_by: date | None = None
    to_verify: bool = False


def project(tx: Connection, case_id: int, dossier: Dossier, procedure: Procedure) -> None:
    """Write the projection of a recommendation's file, by which it is listed and found."""
    row = columns_of(dossier, procedure)
    if tx.execute(CHANGE, {"of_case": case_id, **row}).rowcount == 0:
        tx.execute(insert(RECOMMENDATIONS), {"case_id": case_id, **row})
    recommendation_words.index(tx, case_id, row["text"])


def columns_of(dossier: Dossier, procedure: Procedure) -> dict[str, Any]:
    """A recommendation as the columns of its row, all derived from its history."""
    said, proven = dossier.fields, _proven(dossier, procedure)
    agencies = [*dossier.agencies, *(str(item.fields.get("agency", "")) for item in dossier.items.values())]
    entered = dossier.entered.get(dossier.state)
    return {
        "of_ref": next((ref for ref, kind in dossier.links.items() if kind == CAME_FROM), ""),
        **{name: str(said.get(name) or "") for name in ("text", "level", "addressee", "urgency")},
        "fulfilled": str(proven.get("fulfilled") or ""),
        "practice": str(proven.get("impact_practice") or ""),
        "outcomes": str(proven.get("impact_outcomes") or ""),
        "agencies": _packed(agencies),
        "themes": _packed(said.get("themes") or ()),
        "ended_by": entered.sequence if entered and dossier.closed_on else 0,
        "owed_on": _soonest(dossier, procedure, impact=False),
        "impact_on": _soonest(dossier, procedure, impact=True),
    }


def _proven(dossier: Dossier, procedure: Procedure) -> dict[str, Any]:
    """What was recorded since the work was last taken up: proofs of an earlier round count no more."""
    entered, taken = ({name: mark.sequence for name, mark in of.items()} for of in (dossier.entered, dossier.done))
    begun = taken_up(procedure, entered, taken)
    return {name: value for name, value in dossier.fields.items() if dossier.recorded_by.get(name, 0) > begun}


def of_case(tx: Connection, ref: str) -> tuple[Recommendation, ...]:
    """The recommendations that came from a case, in the order they were proposed, for whoever may see the case."""
    return all_of(tx, RecommendationFilter(of_ref=ref.strip().upper()), hidden=frozenset())


def all_of(
    tx: Connection, asked: RecommendationFilter, *, hidden: frozenset[str], most: int | None = None
) -> tuple[Recommendation, ...]:
    """The recommendations asked for, the soonest owed first (those of one case as proposed), so many at most.

    None of them is among the `hidden`, by their references.
    """
    owed, wanted = RECOMMENDATIONS.c.owed_on, _listed().where(*_conditions(tx, asked))
    if hidden:
        wanted = wanted.where(CASES.c.ref.not_in(hidden))
    if asked.of_ref:
        return tuple(_told(tx, _first(tx, wanted, most)))
    found = _first(tx, wanted.where(owed.is_not(None)).order_by(owed), most)
    if most is None or len(found) < most:  # those without a date are many: they are read where there is room
        found += _first(tx, wanted.where(owed.is_(None)), None if most is None else most - len(found))
    return tuple(_told(tx, found))


def _first(tx: Connection, wanted: Select[Any], most: int | None) -> list[RowMapping]:
    return list(tx.execute(wanted.order_by(RECOMMENDATIONS.c.case_id).limit(most)).mappings())


def one_of(tx: Connection, ref: str) -> Recommendation:
    """The recommendation of that reference. Raises NotFound when there is none."""
    rows = tx.execute(_listed().where(CASES.c.ref == ref.strip().upper())).mappings().all()
    if not rows:
        raise no_such_recommendation(ref)
    return next(_told(tx, rows))


def no_such_recommendation(ref: str) -> NotFound:
    """The refusal for a reference that no recommendation has."""
    shows = advice("{} shows them.", "recommendation list")
    return NotFound(f"There is no recommendation {ref.strip()[:40]!r}.", advice=shows)


def these(tx: Connection, case_ids: Sequence[int]) -> dict[int, Recommendation]:
    """The recommendations with these internal numbers."""
    rows = tx.execute(_listed().where(RECOMMENDATIONS.c.case_id.in_(case_ids))).mappings().all()
    return {one.case_id: one for one in _told(tx, rows)}


def faults(tx: Connection, among: Subset = ALL) -> Iterator[tuple[str, str]]:
    """Every recommendation whose row is missing or differs from its file: its reference, and what is wrong."""
    wanted = select(CASES.c.ref, CASES.c.digest, CASES.c.dossier, CASES.c.snapshot, RECOMMENDATIONS)
    joined = wanted.join_from(CASES, RECOMMENDATIONS, isouter=True).where(CASES.c.kind == KIND).order_by(CASES.c.id)
    library = EditionLibrary(tx)
    for row in tx.execute(joined.where(among.has(CASES.c.id))).mappings():
        yield from ((row["ref"], what) for what in _faults(library, row))


def _faults(library: EditionLibrary, row: RowMapping) -> Iterator[str]:
    if row["case_id"] is None:
        yield "the recommendation is missing from the list of recommendations"
        return
    try:
        columns = columns_of(dossier_of(library.tx, row), library.procedure(row["digest"]))
    except (ValueError, Refused):
        yield "what the recommendation adds up to cannot be read"
        return
    for name in (name for name, value in columns.items() if row[name] != value):
        yield f"the recommendation's {name} is not what its history adds up to"


def _packed(names: Sequence[str]) -> str:
    kept = [name for name in dict.fromkeys(names) if name]
    return f"|{'|'.join(kept)}|" if kept else ""


def _unpacked(kept: str) -> tuple[str, ...]:
    return tuple(name for name in kept.split("|") if name)


def _soonest(dossier: Dossier, procedure: Procedure, *, impact: bool) -> date | None:
    """The soonest date that runs: of the impact, or of all that can be late."""
    found = []
    for deadline in dossier.deadlines.values():
        rule = procedure.timescales.get(deadline.timescale)
        if deadline.status == "running" and deadline.due_on is not None and rule is not None and rule.can_be_late:
            found += [deadline.due_on] if not impact or IMPACT & set(rule.met_by.triggers) else []
    return min(found, default=None)


def _listed() -> Select[Any]:
    ends = and_(HISTORY.c.case_id == RECOMMENDATIONS.c.case_id, HISTORY.c.sequence == RECOMMENDATIONS.c.ended_by)
    case = (CASES.c.ref, CASES.c.digest, CASES.c.state, CASES.c.lead, CASES.c.opened_on, CASES.c.closed_on)
    wanted = select(*case, RECOMMENDATIONS, HISTORY.c.body.label("ending"))
    kept = or_(RECOMMENDATIONS.c.text != "", RECOMMENDATIONS.c.of_ref != "")  # what was taken back is no more
    return wanted.join_from(RECOMMENDATIONS, CASES).join(HISTORY, ends, isouter=True).where(kept)


def _conditions(tx: Connection, asked: RecommendationFilter) -> Iterator[ColumnElement[bool]]:
    row = RECOMMENDATIONS.c
    if asked.which != "all":
        yield CASES.c.closed_on.is_(None) if asked.which == "open" else CASES.c.closed_on.is_not(None)
    for column, value in ((row.of_ref, asked.of_ref), (row.level, asked.level), (CASES.c.state, asked.state)):
        if value:
            yield column == value
    if asked.agency:
        among = row.agencies.icontains(f"|{asked.agency}|", autoescape=True)
        yield or_(among, row.addressee.icontains(asked.agency, autoescape=True))
    if asked.theme:
        yield row.themes.contains(f"|{asked.theme}|", autoescape=True)
    if asked.overdue_on is not None:
        yield row.owed_on < asked.overdue_on
    if asked.impact_by is not None:
        yield row.impact_on <= asked.impact_by
    if asked.to_verify:
        yield CASES.c.state.in_(_states_to_verify(tx))


def _states_to_verify(tx: Connection) -> set[str]:
    library = EditionLibrary(tx)
    used = tx.execute(select(CASES.c.digest).where(CASES.c.kind == KIND).distinct()).scalars()
    return {source for digest in used for source, trigger in library.procedure(digest).moves if trigger == VERIFY}


def _told(tx: Connection, rows: Sequence[RowMapping]) -> Iterator[Recommendation]:
    library = EditionLibrary(tx)
    as_they_are = ("case_id", "ref", "of_ref", "text", "level", "addressee", "urgency", "state", "fulfilled")
    more = ("practice", "outcomes", "lead", "opened_on", "closed_on", "owed_on", "impact_on")
    for row in rows:
        procedure = library.procedure(row["digest"])
        yield Recommendation(
            **{name: row[name] for name in (*as_they_are, *more)},
            agencies=_unpacked(row["agencies"]),
            themes=_unpacked(row["themes"]),
            stands=procedure.label_of("states", row["state"]),
            ended=_ended(procedure, row) if row["closed_on"] else "",
        )


def _reason(ending: str) -> str:
    try:
        return str(json.loads(ending).get("reason", ""))
    except (ValueError, AttributeError):
        return "(the entry is damaged)"


def _ended(procedure: Procedure, row: RowMapping) -> str:
    facts = (("fulfilled", "fulfilled"), ("practice", "practice"), ("outcomes", "outcomes for children"))
    known = [f"{words}: {row[name].replace('_', ' ')}" for name, words in facts if row[name]]
    reason = _reason(row["ending"]) if row["ending"] else ""
    label = procedure.label_of("states", row["state"])
    return "; ".join((f"{label} {long_day(row['closed_on'])}", *known, *([f"because: {reason}"] if reason else [])))
