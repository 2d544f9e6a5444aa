"""Importing a register: what a spreadsheet knows of reviews, recommendations and actions becomes their histories.

Nobody is written to, no limit of the guidance is counted, and no date that has gone by is chased: only a date that the
sheet itself gives, and that lies ahead, runs. Every entry says from which row of which file it came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from config.procedures import names
from config.settings import committee_name, settings
from config.subject_words import in_words_of
from records import agencies, audit_log, cases, children, editions
from records.cases import CASES, Case
from records.children import ChildDetails
from records.imports import LOG, hold, imported_rows
from records.recommendations import CAME_FROM
from states.answers import holds, line_fault, tidy
from states.errors import BadAnswer, NotFound, NotPossible
from states.identity import folded
from states.procedure import Procedure
from states.roles import KEEPERS
from workflows.importing.editions_of_days import state_in
from workflows.importing.new_histories import Brought, NewAction, NewRecommendation, NewReview
from workflows.importing.questions_asked import Mapped
from workflows.importing.register_maker import CaseHere, RecordsKnown
from workflows.importing.register_plan import ImportPlan
from workflows.importing.sheet import Workbook
from workflows.unit_of_work import UnitOfWork, check_words, plain_names
from workflows.verbs.link import KINDS
from workflows.verbs.open import calendars_of, next_reference
from workflows.views.ways_to_open import REGIME, home_regime

RECOMMENDATION = "recommendation-2026"
"""The edition recommendations are followed under, unless another is named."""
ACTIONS = "action"
AT_ONCE = 25
"""Reviews in one transaction: it is over soon for others who write, and an import that is killed goes on after it."""
NOT_KEEPER = "Importing is for the lead officer, the deputy or the chair, who keep cases: ask one of them."
NOTHING = (
    "Nothing would be made of this file: fill in its rows, put right what is wrong with them, or name another sheet."
)
OPEN = "{count} of what is asked is not answered: answer it, or take what is proposed where something is."


@dataclass
class Run:
    """One import: its number, the file by name and fingerprint, the sheet, and the agencies met so far."""

    id: str
    file: str
    sheet: str
    edition: str = RECOMMENDATION
    agencies: dict[str, str] = field(default_factory=dict)

    def source(self, row: int, key: str, seen: str) -> dict[str, str]:
        """From where an entry came."""
        where = f"{self.sheet}, row {row}" if self.sheet else f"row {row}"
        return {"run": self.id, "file": self.file, "row": where, "key": key, "seen": seen}


def brought_before(uow: UnitOfWork) -> dict[str, Brought]:
    """What earlier imports made, by the key of its row."""
    found = imported_rows(uow.tx)
    return {one.key: Brought(one.ref, one.seen, one.row, one.file, one.item, one.text) for one in found}


def begin_import(uow: UnitOfWork, plan: ImportPlan, file: str, content: str) -> Run:
    """Begin an import, or go on with the one of the same file that was broken off. `content` is its fingerprint.

    Raises NotPossible for somebody who keeps no cases, while something that is asked has no answer, or where the file
    holds nothing to import.
    """
    if uow.actor.role not in KEEPERS:
        raise NotPossible(NOT_KEEPER)
    if plan.open:
        raise NotPossible(OPEN.format(count=len(plan.open)))
    if not (plan.reviews or plan.there or plan.changed):
        raise NotPossible(NOTHING)
    if fault := line_fault("The name of the file", file):
        raise BadAnswer(fault)
    hold(uow.tx)
    told = audit_log.entries(uow.tx, LOG)
    ended = {one.subject for one in told if one.kind in {"imported", "taken_back"}}
    broken = [one for one in told if one.kind == "begun" and one.subject not in ended]
    same = [one for one in broken if (one.data["content"], one.data["sheet"]) == (content, plan.mapped.sheet)]
    if same:
        return Run(same[-1].subject, same[-1].data["file"], plan.mapped.sheet)
    number = f"IMPORT-{1 + sum(one.kind == 'begun' for one in told)}"
    data = {"file": file, "content": content, "sheet": plan.mapped.sheet, "mapping": plan.mapped.packed()}
    audit_log.append(uow.tx, LOG, number, "begun", uow.actor, uow.now, data=data)
    return Run(number, file, plan.mapped.sheet)


def import_reviews(uow: UnitOfWork, run: Run, reviews: Iterable[NewReview]) -> int:
    """Make the histories of some reviews, or add to them what is new; how many entries were written.

    What is there already is made by nobody twice, whoever imports at the same time. Raises BadAnswer where a text names
    a child of its review.
    """
    hold(uow.tx)
    before = brought_before(uow)
    return sum(_import_review(uow, run, review, before) for review in reviews)


def _import_review(uow: UnitOfWork, run: Run, review: NewReview, before: Mapping[str, Brought]) -> int:
    known = before.get(review.key)
    source = cases.find(uow.tx, known.ref) if known else _new_review(uow, run, review)
    made = 0 if known else source.dossier.sequence
    for one in review.recommendations:
        known = before.get(one.key)
        if known:
            case = cases.find(uow.tx, known.ref)
        else:
            case = _new_recommendation(uow, run, source, one)
            data = {"ref": case.ref, "link": KINDS[CAME_FROM], "import": run.id}
            source = cases.record(uow.tx, source, uow.entry("linked", data=data), uow.now)
            made += case.dossier.sequence + 1
        for action in (each for each in one.actions if each.key not in before):
            case = _add_action(uow, run, case, action, source)
            made += 1
    return made


def finish_import(uow: UnitOfWork, run: Run, plan: ImportPlan) -> None:
    """Say that an import is done: what it made, and how its columns were read, to be taken again."""
    reviews, recommendations, actions = plan.counts
    made = {"reviews": reviews, "recommendations": recommendations, "actions": actions}
    data = {"file": run.file, "made": made, "mapping": plan.mapped.packed()}
    audit_log.append(uow.tx, LOG, run.id, "imported", uow.actor, uow.now, data=data)


def kept_mapping(uow: UnitOfWork, book: Workbook) -> Mapped:
    """How the newest import of a register with the same columns read it; nothing where there was none."""
    headings = {one for sheet in book.sheets for one in sheet.headings}
    sheets = {"", *(sheet.name for sheet in book.sheets)}
    done = [one.data["mapping"] for one in audit_log.entries(uow.tx, LOG) if "mapping" in one.data]
    same = [one for one in done if all(name.rpartition(": ")[2] in headings for name in one["columns"])]
    same = [one for one in same if one["sheet"] in sheets]
    return Mapped(**same[-1]) if same else Mapped()


def _new_review(uow: UnitOfWork, run: Run, review: NewReview) -> Case:
    procedure = uow.guidance(review.edition)
    days = sorted(review.days.items(), key=lambda one: (one[1], list(review.days).index(one[0])))
    begins = days[0][1] if days else uow.today
    editions.pin_edition(uow.tx, procedure)
    case = cases.create(uow.tx, next_reference(uow, procedure), procedure, begins)
    theirs = [_agency(uow, run, one) for one in _of_review(review)]
    facts = {
        "edition": procedure.name,
        "digest": procedure.digest,
        "calendars": calendars_of(uow, procedure),
        "agencies": list(dict.fromkeys(theirs)),
        "lead": review.lead,
        "fields": tidy(dict(review.fields)),
        "said": {"Reference": review.reference, **review.words},
    }
    seen = run.source(review.row, review.key, review.seen)
    reviewed = bool(review.recommendations) or bool({"started", "completed", "published"} & review.days.keys())
    for place, (name, day) in enumerate(days):
        dest, trigger = _after(procedure, review, name, case.dossier.state, reviewed=reviewed)
        first = facts if not place else {}
        case = _record(uow, case, procedure, {**first, "known": name, "source": seen}, dest, trigger, day)
    if not days or review.stands != case.dossier.state:
        first = {} if days else facts
        case = _record(uow, case, procedure, {**first, "source": seen}, review.stands)
    for name in review.children:
        case = _child(uow, run, case, name)
    return case


def _of_review(review: NewReview) -> list[str]:
    theirs = [one for recommended in review.recommendations for one in recommended.agencies]
    return [*review.agencies, *theirs]


AT_A_DAY = {
    "notified": "decision",
    "decided": "decision",
    "started": "review",
    "completed": "recommendation",
    "agreed": "recommendation",
    "published": "follow_through",
    "closed": "closed",
}
"""Where a review stands on a day that the sheet gives, by the phase it had reached by then."""


def _after(procedure: Procedure, review: NewReview, name: str, state: str, *, reviewed: bool) -> tuple[str, str]:
    """The state that a day of the sheet leads to, and the step that it was where the sheet says which."""
    if name == "notified":
        return procedure.openings[0].dest, ""
    if name == "decided" and review.decision:
        move = procedure.transition(review.decision)
        if move is not None:
            return move.dest, move.trigger
    found = state_in(procedure, AT_A_DAY[name], reviewed=reviewed)
    order = list(procedure.states)
    return (state if state and order.index(found) < order.index(state) else found), ""


def _record(
    uow: UnitOfWork,
    case: Case,
    procedure: Procedure,
    data: Mapping[str, Any],
    dest: str = "",
    trigger: str = "",
    on: date | None = None,
) -> Case:
    known = {key: value for key, value in data.items() if value or key in {"edition", "calendars"}}
    final = {"final": procedure.states[dest].final} if dest else {}
    entry = uow.entry("imported", on=on, trigger=trigger, source=case.dossier.state, dest=dest, data={**known, **final})
    return cases.record(uow.tx, case, entry, uow.now)


def _child(uow: UnitOfWork, run: Run, case: Case, name: str) -> Case:
    number = children.add(uow.tx, uow.keys, case.id, case.ref, ChildDetails(name))
    entry = uow.entry("child_added", data={"child": number, "import": run.id})
    return cases.record(uow.tx, case, entry, uow.now)


def _new_recommendation(uow: UnitOfWork, run: Run, source: Case, one: NewRecommendation) -> Case:
    procedure = in_words_of(uow.guidance(run.edition), source.procedure.subject)
    editions.pin_edition(uow.tx, procedure)
    _no_names(uow, source, one.fields, one.words)
    case = cases.create(uow.tx, next_reference(uow, procedure), procedure, one.agreed or uow.today)
    facts = {
        "edition": procedure.name,
        "digest": procedure.digest,
        "calendars": calendars_of(uow, procedure),
        "agencies": list(dict.fromkeys(_agency(uow, run, each) for each in one.agencies)),
        "lead": source.dossier.lead,
        "fields": {**tidy(dict(one.fields)), "from_case": source.ref},
        "said": dict(one.words),
        "links": {source.ref: CAME_FROM},
        "source": run.source(one.row, one.key, one.seen),
    }
    if one.agreed is not None:
        dest = one.state if one.state in {"proposed", "rejected"} else "accepted"
        case = _record(uow, case, procedure, {**facts, "known": "agreed"}, dest, on=one.agreed)
        facts = {"source": facts["source"]}
    return case if case.dossier.state == one.state else _record(uow, case, procedure, facts, one.state)


def _add_action(uow: UnitOfWork, run: Run, case: Case, action: NewAction, source: Case) -> Case:
    rule = case.procedure.registers[ACTIONS]
    _no_names(uow, source, action.fields, action.words)
    fields = tidy(dict(action.fields))
    if "agency" in fields:
        fields["agency"] = _agency(uow, run, fields["agency"])
    number = sum(1 for item in case.dossier.items.values() if item.kept_in == ACTIONS) + 1
    ended = rule.ended_when is not None and holds(rule.ended_when, fields)
    item = {"id": f"{rule.prefix}{number}", "register": ACTIONS, "fields": fields, "ended": ended}
    item |= {"counts_from": rule.counts_from or ""}
    data = {"item": item, "said": dict(action.words), "source": run.source(action.row, action.key, action.seen)}
    return _record(uow, case, case.procedure, data)


def _no_names(uow: UnitOfWork, source: Case, *texts: Mapping[str, str]) -> None:
    if source.dossier.children:
        for one in texts:
            check_words(uow, source, answers=one)


def _agency(uow: UnitOfWork, run: Run, name: str) -> str:
    """An agency as the register has it; each name is looked up once in an import."""
    if name not in run.agencies:
        (plain,) = plain_names(name)
        found = agencies.read(uow.tx).find(plain)
        if found is None and agencies.is_complete(uow.tx):
            raise NotFound(agencies.NOT_REGISTERED.format(name=plain))
        found = found or agencies.first_named(uow.tx, plain, uow.actor, uow.now)
        run.agencies[name] = found.name
    return run.agencies[name]


def editions_of_the_nation(found: Iterable[Procedure], regime: str = REGIME) -> tuple[Procedure, ...]:
    """The editions under which a review of a regime may have been held in Scotland; of any regime for ""."""
    held = (one for one in found if (one.kind, one.nation) == ("case", "Scotland"))
    return tuple(one for one in held if regime in {"", one.regime})


def regime_by_name(editions: Iterable[Procedure]) -> str:
    """The regime of these that the committee is named after, or else children's."""
    return home_regime(editions, committee_name(settings().local_file))


def _regimes_here(uow: UnitOfWork, editions: Sequence[Procedure]) -> tuple[str, ...]:
    """The regimes of the cases there are, in the order of the editions; before the first, by what the committee is."""
    used = set(uow.tx.execute(select(CASES.c.edition).distinct()).scalars())
    return tuple(dict.fromkeys(one.regime for one in editions if one.name in used)) or (regime_by_name(editions),)


def what_is_known(uow: UnitOfWork, hidden: Collection[str]) -> RecordsKnown:
    """What the record holds that a plan is held against: the editions of the nation, the agencies, earlier imports.

    Of cases that are `hidden` from whoever asks nothing is told but that something of theirs is there.
    """
    ours = editions_of_the_nation((uow.guidance(name) for name in names()), "")
    register = agencies.read(uow.tx)
    called = tuple(name for one in register.all for name in one.names)
    before = brought_before(uow)
    shut = {key: replace(one, ref="", row="", file="") for key, one in before.items() if one.ref in hidden}
    here = _regimes_here(uow, ours)
    complete, known = agencies.is_complete(uow.tx), _cases_here(uow, before, hidden)
    return RecordsKnown(ours, uow.today, called, {**before, **shut}, complete, here, known)


def _cases_here(uow: UnitOfWork, before: Mapping[str, Brought], hidden: Collection[str]) -> dict[str, CaseHere]:
    """The cases there are, by their reference, without those that are hidden."""
    came = {one.ref for one in before.values()}
    refs = uow.tx.execute(select(CASES.c.ref)).scalars()
    return {folded(ref): CaseHere(ref, ref not in came) for ref in refs if ref not in hidden}


def in_batches(reviews: Sequence[NewReview], size: int = AT_ONCE) -> list[Sequence[NewReview]]:
    """Reviews in batches, one transaction each; a killed import goes on with the next batch."""
    return [reviews[at : at + size] for at in range(0, len(reviews), size)]
