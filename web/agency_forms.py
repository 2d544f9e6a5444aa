"""The forms by which an agency answers: the questions of each, and the verb it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from records.cases import Case
from states.answers import holds
from states.errors import BadAnswer, NotFound
from states.procedure import Procedure
from states.shared_labels import told_apart
from states.steps import Field
from states.words import full_weekday
from web.answers import Filled
from workflows.messages.agency_page import LinkSubject, answer_fields, says_where_filed, steps_of, update_fields
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import answer_by_link as say
from workflows.views.question import Question
from workflows.views.question_parts import needed_where

STEP = "step-"
Ask = Literal["must", "may"]
NAME = Question("your_name", "Your name and post", ask="may", help="So that we know whom to thank, or to ask.")
NO_NAMES = "Do not name anybody."
Files = tuple[str, ...]


@dataclass(frozen=True)
class AgencyForm:
    """One form: its title, what it asks, whether files can be sent with it, and what is done."""

    title: str
    asked: tuple[Question, ...]
    do: Callable[[UnitOfWork, LinkSubject, Filled, Files], Case]
    takes_files: bool = False
    told: str = ""
    """What is said above the form: by when it is due."""


def form_named(this: LinkSubject, name: str) -> AgencyForm:
    """The form of a choice. Raises NotFound for one that is not to be had as things stand."""
    if name.startswith(STEP):
        return _step(this, name.removeprefix(STEP))
    make = FORMS.get(name)
    if make is None or (this.item is None if name == "update" else this.asked is None):
        raise NotFound("This cannot be said here: go back to the page of your letter.")
    return make(this)


def _answer(this: LinkSubject) -> AgencyForm:
    late = Question("late_reason", "If it comes late: why", ask="may", help="One line. Nothing hangs on it.")
    overdue = this.deadline is not None and this.case.dossier.is_overdue(this.deadline, this.viewer.now)
    asked = (*_questions(this, answer_fields(this), filed=True), *((late,) if overdue else ()), NAME)

    def do(uow: UnitOfWork, about: LinkSubject, filled: Filled, files: Files) -> Case:
        return say.answered(uow, about, filled.answers, files, filled.word("late_reason"))

    return AgencyForm("Here is our answer", asked, do, takes_files=True)


def _later(this: LinkSubject) -> AgencyForm:
    due = this.deadline.due_on if this.deadline is not None and this.deadline.open else None
    until = Question("until", "The day you can keep", "date")
    why = Question("why", "Why you need longer", help=f"One line. {NO_NAMES}")

    def do(uow: UnitOfWork, about: LinkSubject, filled: Filled, _: Files) -> Case:
        day = filled.day("until")
        assert day is not None
        if day < uow.today:
            raise BadAnswer(f"“{until.label}” has passed already: say a day that is still to come.")
        return say.later(uow, about, day, filled.word("why"))

    return AgencyForm(
        "We need longer", (until, why, NAME), do, told=f"It is due on {full_weekday(due)}." if due else ""
    )


def _nothing(_: LinkSubject) -> AgencyForm:
    why = Question("why", "What you looked through", ask="may", help=f"One line. {NO_NAMES}")
    return AgencyForm(
        "We hold nothing on this",
        (why, NAME),
        lambda uow, about, filled, _: say.nothing_held(uow, about, filled.word("why")),
    )


def _other(_: LinkSubject) -> AgencyForm:
    to = Question("to", say.INSTEAD, help="The name of an agency or a service.")
    why = Question("why", "Why they, not you", ask="may", help=f"One line. {NO_NAMES}")
    return AgencyForm(
        "It is not for us",
        (to, why, NAME),
        lambda uow, about, filled, _: say.not_ours(uow, about, filled.word("to"), filled.word("why")),
    )


def _update(this: LinkSubject) -> AgencyForm:
    fields = update_fields(this)
    return AgencyForm(
        "How it stands",
        (*_questions(this, fields), NAME),
        lambda uow, about, filled, files: say.updated(uow, about, _with_files(fields, filled, files)),
        takes_files=_place_of_files(fields) != "",
    )


def _step(this: LinkSubject, step: str) -> AgencyForm:
    found = steps_of(this).get(step)
    move = this.case.procedure.moves.get((this.case.dossier.state, step))
    if found is None or move is None:
        raise NotFound("This cannot be said here: go back to the page of your letter.")
    reason = Question("why", "Why", ask="must" if move.reason == "required" else "may", help=f"One line. {NO_NAMES}")
    fields = found.maybe.fields
    return AgencyForm(
        move.label,
        (*_questions(this, fields), reason, NAME),
        lambda uow, about, filled, files: say.stepped(
            uow, about, step, _with_files(fields, filled, files), filled.word("why")
        ),
        takes_files=_place_of_files(fields) != "",
    )


FORMS: dict[str, Callable[[LinkSubject], AgencyForm]] = {
    "answer": _answer,
    "later": _later,
    "nothing": _nothing,
    "other": _other,
    "update": _update,
}


def _questions(this: LinkSubject, fields: Iterable[Field], *, filed: bool = False) -> tuple[Question, ...]:
    """The fields of a form as questions, without those for files, which are sent by themselves.

    With `filed` a field that asks where something is filed says that it may be sent here instead.
    """
    apart = told_apart(fields)
    return tuple(_question(this.case.procedure, one, filed=filed) for one in apart if one.kind != "files")


def _question(procedure: Procedure, one: Field, *, filed: bool) -> Question:
    choices = tuple((choice.name, choice.label) for choice in one.choices)
    may = filed and says_where_filed(one)
    wanted = one.required and (one.when is None or holds(one.when, {}))
    help_ = "Leave this empty if you send it here as a file." if may else one.help.replace("Give no names.", NO_NAMES)
    ask: Ask = "must" if wanted else "may"
    needed, field = needed_where(procedure, one), None if may else one
    return Question(one.name, one.label, one.kind, choices, ask, "field", help_, field=field, needed=needed)


def _place_of_files(fields: Iterable[Field]) -> str:
    return next((one.name for one in fields if one.kind == "files"), "")


def _with_files(fields: Iterable[Field], filled: Filled, files: Files) -> dict[str, object]:
    place = _place_of_files(fields)
    return {**filled.answers, **({place: list(files)} if files and place else {})}
