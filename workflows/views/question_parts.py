"""Questions that several verbs share: which case, who acts, why, the fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from config.printing_steps import condition_words
from records.case_list import CaseFilter
from records.cases import Case
from records.need_to_know import hidden_from
from states.answers import holds
from states.dossier import Item
from states.procedure import Procedure
from states.shared_labels import told_apart
from states.steps import Field
from workflows.views.answer_words import form_of, in_words
from workflows.views.case_list import listing
from workflows.views.question import Question, SaidSoFar

MOST_OFFERED = 20
FOR_NONE = "Leave it empty for none."
EXCERPT = 60

NO_NAMES = "Name nobody whom it is about."
WHY = Question("reason", "Why", help=NO_NAMES)
MAY_SAY_WHY = replace(WHY, ask="may")
OF_THE_STEP = "The day of what is recorded here, not of what the case is about."
ON = Question("on", "The day it happened, if not today", "date", ask="may", help=OF_THE_STEP)
Plan = Callable[[SaidSoFar], Iterator[Question]]
"""What a verb asks for, question by question."""


def which_case(look: SaidSoFar, *, of: Literal["case", "recommendation", "all"] = "all") -> Iterator[Question]:
    """The case it is about, out of those there are where none was said."""
    known: tuple[tuple[str, str], ...] = ()
    if not look.said.get("ref"):
        hidden = hidden_from(look.tx, look.viewer.actor.account)
        found = listing(look.tx, CaseFilter(kind=of), look.viewer.now, hidden=hidden, most=MOST_OFFERED)
        known = tuple((one.ref, one.stands) for one in found.lines)
    yield Question("ref", "Recommendation" if of == "recommendation" else "Case", "choice", known, free=True)


def who_acts(look: SaidSoFar, procedure: Procedure, roles: tuple[str, ...] = ()) -> Iterator[Question]:
    """Who acts, in a role that may: another is asked for where theirs may not."""
    if not look.viewer.actor.name:
        yield Question("as_name", "Your name", "person", into="who")
    if not look.viewer.actor.role or (roles and not look.viewer.may(procedure, roles)):
        labels = tuple((one, procedure.label_of("roles", one)) for one in roles or procedure.roles)
        yield Question("as_role", "The role you act in", "choice", labels, into="who")


def why(reason: str, authority: tuple[tuple[str, str], ...] = ()) -> Iterator[Question]:
    """On whose authority, where that is asked for, and why."""
    if authority:
        yield Question("authority", "On whose authority", "choice", authority)
    yield Question("reason", "Why", ask="must" if reason == "required" else "may", help=NO_NAMES)


def fields_of(
    look: SaidSoFar, procedure: Procedure, form: tuple[Field, ...], recorded: Mapping[str, Any]
) -> Iterator[Question]:
    """The fields of a form; those that must be filled in as things stand say so."""
    everything = {**recorded, **look.answers}
    for one in told_apart(form):
        wanted = one.required and (one.when is None or holds(one.when, everything))
        yield replace(question_of(look, one, must=wanted), needed=needed_where(procedure, one))


def needed_where(procedure: Procedure, one: Field) -> str:
    """Where a field must be filled in that can else be left out, in words; "" for one that always must, or never."""
    return f"where {condition_words(procedure, one.when)}" if one.required and one.when is not None else ""


def question_of(look: SaidSoFar, one: Field, *, must: bool) -> Question:
    """A field of a form as it is asked."""
    known = tuple((choice.name, choice.label) for choice in one.choices)
    if one.kind in {"agency", "agencies"}:
        known = tuple((name, "") for name in look.case.dossier.agencies) if look.said.get("ref") else ()
    return Question(
        one.name,
        one.label,
        one.kind,
        known,
        ask="must" if must else "may",
        into="field",
        help=one.help,
        free=one.kind in {"agency", "agencies"},
        field=one,
    )


def authorities(procedure: Procedure, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The authorities of these names, each with its words."""
    return tuple((name, procedure.authorities.get(name, "")) for name in names)


def date_words(case: Case, key: str) -> str:
    """A date of a case in words: what it is, and of which agency."""
    deadline = case.dossier.deadlines[key]
    label = case.procedure.label_of("timescales", deadline.timescale)
    return f"{label}{f' ({deadline.agency})' if deadline.agency else ''}"


def item_line(case: Case, one: Item) -> tuple[str, str]:
    """An item of a list by its number, with the beginning of what it says."""
    form = form_of(case.procedure.registers.get(one.kept_in))
    name, value = next(iter(one.fields.items()), ("", ""))
    return one.id, in_words(form.get(name), value)[:EXCERPT]
