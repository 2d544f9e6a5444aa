"""An agency's answers on the page of its letter: calls the ordinary verbs, recorded as the agency's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from records import agencies, history, outbox
from records.cases import Case
from records.outbox import Owing
from states.answers import faults, holds, tidy
from states.deadlines import due_on
from states.dossier import Asked, Deadline
from states.errors import BadAnswer, NotPossible
from states.limits import Limit
from states.roles import AGENCY_ROLES
from states.steps import Field
from states.words import full_weekday, one_of
from workflows.messages.agency_page import LinkSubject, says_where_filed
from workflows.messages.notices import case_facts
from workflows.unit_of_work import UnitOfWork, without_names
from workflows.verbs.advance import advance
from workflows.verbs.agencies import speaks_for
from workflows.verbs.extend import LONGEST, ask_extension, ask_no_longer
from workflows.verbs.register_items import update_item
from workflows.verbs.request import answer, decline, promise, redirect

SENT_HERE = "Sent with this answer: {}"
"""What is recorded where the form asks where something is filed, and it came as a file."""

NOWHERE = "“{}”: say where it is filed, or send it here as a file."
INSTEAD = "Who to ask instead"
"""The question of the page by which an agency names another."""

NAMED_A_CHILD = "named_child"
"""The kind of a task that says that an agency named a child on the page of its letter."""

LATE_PROMISE = "late_promise"
"""The kind of a task that says that an agency promises a day after its date, and that nobody decides on it."""
PROMISED_LATE = (
    "{agency} promises its answer for {until}, and it is due on {due}: more time cannot be asked for it, and no "
    "reminder comes before the day promised. Speak to them, or record another day"
)

NAMED = "{agency} named {whom} by its letter, and the name was left out: read what came, and speak to them"


def received(uow: UnitOfWork, this: LinkSubject) -> Case:
    """It has arrived and is in hand; no day is named."""
    return promise(_heard(uow, this, ())[0], this.case.ref, _asked(this).id)[0]


def later(uow: UnitOfWork, this: LinkSubject, until: date, why: str) -> Case:
    """A day the agency can keep: a promise; and where that is after the date, more time asked for if it can be.

    What it asked before and nobody has decided is taken back: the day named last is the one it can keep.
    """
    asked = _asked(this)
    uow, (why,) = _heard(uow, this, (why,))
    case, _ = promise(uow, this.case.ref, asked.id, until, why=why)
    for number in _undecided(uow, this):
        case, _ = ask_no_longer(uow, case.ref, number, f"Another day is named: {full_weekday(until)}.")
    deadline = this.deadline
    if deadline is None or not deadline.open or deadline.due_on is None or until <= deadline.due_on:
        return case
    rule = case.procedure.timescales[deadline.timescale]
    count = _days_more(case, deadline, until) if rule.extension else 0
    with suppress(NotPossible):  # the committee asked for it already, or no more can be granted
        if count:
            return ask_extension(uow, case.ref, deadline.key, count, why)[0]
    _tell_of_late_promise(uow, case, asked, deadline.due_on, until)
    return case


def _tell_of_late_promise(uow: UnitOfWork, case: Case, asked: Asked, due: date, until: date) -> None:
    """Leave a task: the ladder is still until a day that nobody was asked to agree to."""
    said = {"agency": asked.agency, "until": full_weekday(until), "due": full_weekday(due)}
    facts = {**case_facts(case), "agency": asked.agency, "problem": PROMISED_LATE.format(**said)}
    owing = Owing(case.id, case.ref, case.dossier.sequence, LATE_PROMISE, facts)
    outbox.ask(uow.tx, owing, LATE_PROMISE, "lead_officer", uow.now)


def _undecided(uow: UnitOfWork, this: LinkSubject) -> list[str]:
    """What the agency itself asked in more time for the date of its letter, and nobody has decided."""
    open_ones = {one.id for one in this.case.dossier.undecided() if this.deadline and one.deadline == this.deadline.key}
    if not open_ones:
        return []
    written = (one for one in history.entries(uow.tx, this.case.id) if one.kind == "extension_asked")
    own = (one.data["extension"]["id"] for one in written if speaks_for(uow, one.actor.agency))
    return [number for number in own if number in open_ones]


def nothing_held(uow: UnitOfWork, this: LinkSubject, why: str) -> Case:
    """The agency holds nothing: that ends the request."""
    asked = _asked(this)
    uow, (why,) = _heard(uow, this, (why,))
    return decline(uow, this.case.ref, asked.id, why or f"{asked.agency} holds nothing on this.")[0]


def not_ours(uow: UnitOfWork, this: LinkSubject, to: str, why: str) -> Case:
    """It is for another agency: one that is known is asked instead; any other is named to the lead officer.

    So is one that cannot be asked, as it is asked already: it is not for this agency all the same.
    """
    asked = _asked(this)
    if not to.strip():
        raise BadAnswer("Say who to ask instead.")
    uow, (to, why) = _heard(uow, this, (to, why))
    register = agencies.read(uow.tx)
    if register.is_same(to, asked.agency):
        raise BadAnswer(f"“{INSTEAD}”: {asked.agency} is your own agency. Name another, or say that you hold nothing.")
    known = register.find(to)
    said = why or f"{asked.agency} says that it is not for them."
    if known is not None and known.active:
        with suppress(NotPossible):
            return redirect(uow, this.case.ref, asked.id, known.name, said)[0]
    return decline(uow, this.case.ref, asked.id, f"Not for {asked.agency}. They say to ask {to.strip()}. {said}")[0]


def answered(
    uow: UnitOfWork, this: LinkSubject, answers: Mapping[str, Any], files: tuple[str, ...], late_reason: str = ""
) -> Case:
    """The answer, and the files that came with it. Its receipt goes at once: the mailbox hears of it."""
    asked = _asked(this)
    uow, (answers, files, late_reason) = _heard(uow, this, (dict(answers), files, late_reason))
    form = this.case.procedure.requests[asked.request].fields
    known = {**_filed(form, answers, files), **answers}
    nowhere = [one for one in form if says_where_filed(one) and _is_wanted(one, known) and not known.get(one.name)]
    if asked.status == "open" and nowhere:
        rest = {**tidy(known), **{one.name: SENT_HERE for one in nowhere}}
        raise BadAnswer(*(NOWHERE.format(one.label) for one in nowhere), *faults(form, rest, {}, uow.today))
    case, _ = answer(uow, this.case.ref, asked.id, answers=known, files=files, late_reason=late_reason)
    outbox.need_not_wait(uow.tx, case.id, case.dossier.sequence, asked.agency, uow.now)
    return case


def updated(uow: UnitOfWork, this: LinkSubject, answers: Mapping[str, Any]) -> Case:
    """How an action stands, or that it is done."""
    if this.item is None:
        raise NotPossible("This letter is about no action.")
    uow, (answers,) = _heard(uow, this, (dict(answers),))
    roles = this.case.procedure.registers[this.item.kept_in].updated_by
    return update_item(_as_one_of(uow, roles), this.case.ref, this.item.id, answers)[0]


def stepped(uow: UnitOfWork, this: LinkSubject, step: str, answers: Mapping[str, Any], reason: str) -> Case:
    """A step of a recommendation that is addressed to the agency."""
    found = this.case.procedure.moves.get((this.case.dossier.state, step))
    if found is None or not set(found.roles) & AGENCY_ROLES:
        raise NotPossible("This cannot be said by an agency as things stand: please turn to whoever wrote to you.")
    uow, (answers, reason) = _heard(uow, this, (dict(answers), reason))
    return advance(_as_one_of(uow, found.roles), this.case.ref, step, answers=answers, reason=reason)[0]


def _heard(uow: UnitOfWork, this: LinkSubject, said: tuple[Any, ...]) -> tuple[UnitOfWork, Any]:
    """Who speaks and what they say, without the name of a child: the lead officer is told where there was one.

    Nobody is refused for it: whoever has a letter that was passed on could otherwise try names until one is refused.
    """
    by = uow.actor.name
    name, plain = without_names(uow, this.case, (by, said))
    if (name, plain) != (by, said):
        agency, since = this.link.agency, full_weekday(uow.today)
        whom = one_of(this.case.procedure.subject)
        facts = {
            **case_facts(this.case),
            "agency": agency,
            "since": since,
            "problem": NAMED.format(agency=agency, whom=whom),
        }
        owing = Owing(this.case.id, this.case.ref, this.case.dossier.sequence, NAMED_A_CHILD, facts)
        outbox.ask(uow.tx, owing, NAMED_A_CHILD, "lead_officer", uow.now)
    return replace(uow, actor=uow.actor.model_copy(update={"name": name})), plain


def _asked(this: LinkSubject) -> Asked:
    if this.asked is None:
        raise NotPossible("Nothing is asked by this letter.")
    return this.asked


def _as_one_of(uow: UnitOfWork, roles: tuple[str, ...]) -> UnitOfWork:
    """The agency in the role that the edition has for it."""
    role = next((one for one in ("agency", *roles) if one in roles and one in AGENCY_ROLES), uow.actor.role)
    return replace(uow, actor=uow.actor.model_copy(update={"role": role}))


def _is_wanted(one: Field, known: Mapping[str, Any]) -> bool:
    return one.required and (one.when is None or holds(one.when, known))


def _filed(form: tuple[Any, ...], answers: Mapping[str, Any], files: tuple[str, ...]) -> dict[str, str]:
    """Where something is filed, if it came as a file and nothing else was said."""
    names = ", ".join(one.split(":", 2)[2] for one in files)
    places = [
        one.name for one in form if one.kind == "text" and one.name.endswith("_file") and not answers.get(one.name)
    ]
    return {name: SENT_HERE.format(names) for name in places} if files else {}


def _days_more(case: Case, deadline: Deadline, until: date) -> int:
    """How many days more, in those the limit is counted in, reach a day."""
    rule, due = case.procedure.timescales[deadline.timescale], deadline.due_on
    assert due is not None
    if rule.unit != "working_days":
        return (until - due).days * (24 if rule.unit == "hours" else 1)
    calendar = case.calendars[case.procedure.calendar_of(rule, deadline.agency)]
    most = min((until - due).days, LONGEST)
    found = (one for one in range(1, most + 1) if (due_on(due, Limit(one, "working_days"), calendar) or due) >= until)
    return next(found, 0)
