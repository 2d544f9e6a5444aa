"""Questions before correcting an entry, changing people, recording an outside event or explaining a delay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from records import history
from records.kept_files import files_in, standing_files
from states.answers import is_empty
from states.as_at import fields_of
from states.entry import Entry
from states.procedure import LEAD
from states.words import first_up
from workflows.views.answer_words import in_words
from workflows.views.forms import entry_form
from workflows.views.question import Question, SaidSoFar
from workflows.views.question_parts import (
    MAY_SAY_WHY,
    ON,
    WHY,
    Plan,
    date_words,
    question_of,
    which_case,
    who_acts,
)

HELP_TAKEN_BACK = (
    "What belongs to another case is recorded there first. Where no case names it any more, the file itself is moved "
    "out of the evidence; that it was here stays in the history."
)


def can_be_put_right(entry: Entry) -> bool:
    """Whether anything of an entry can be put right: its day, its answers, or the files it names."""
    return entry.dated or entry.kind == "imported" or any(files_in(dict(entry.data)))


def _correct(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look)
    yield Question("entry", "Which entry", "number", help="Its number in the history of the case.")
    yield from who_acts(look, look.case.procedure)
    yield WHY
    number = int(look.said["entry"]) if str(look.said["entry"]).isdecimal() else 0
    every = history.entries(look.tx, look.case.id)
    wrong = next((one for one in every if one.sequence == number), None)
    if wrong is None:
        return  # the verb says that there is none
    here = fields_of(every, number)
    yield from _as_recorded(look, wrong, here)
    yield from _not_to_stand(look, wrong, here)
    yield from _files_here(every, wrong)
    if wrong.dated:
        yield Question("happened_on", "The day it really happened", "date", ask="may")


def _as_recorded(look: SaidSoFar, wrong: Entry, here: Mapping[str, Any]) -> Iterator[Question]:
    """The fields of an entry, each with what stands there now: only what is wrong is filled in."""
    recorded = {**look.case.dossier.fields, **here}
    for one in entry_form(look.case, wrong):
        now = recorded.get(one.name)
        said = "Nothing is recorded." if is_empty(now) else f"Recorded is: {in_words(one, now)}."
        yield replace(question_of(look, one, must=False), help=said)


def _not_to_stand(look: SaidSoFar, wrong: Entry, here: Mapping[str, Any]) -> Iterator[Question]:
    """Which answers of an entry should have been left empty: of those that may be, and in which something stands."""
    optional = (one for one in entry_form(look.case, wrong) if not one.required or one.when is not None)
    form = [one for one in optional if not is_empty(here.get(one.name))]
    if form:
        answers = tuple((one.name, one.label) for one in form)
        said = "What was counted from it is owed no more."
        yield Question("emptied", "Should have been left empty", "choices", answers, ask="may", help=said)


def _files_here(every: Sequence[Entry], wrong: Entry) -> Iterator[Question]:
    """Which files of an entry are none of this case: of those that were not taken back before."""
    standing = standing_files((one.data, one.taken_back) for one in every)
    files = tuple((digest, name) for digest, name in files_in(dict(wrong.data)) if digest in standing)
    if files:
        yield Question("taken_back", "Files that are none of this case", "choices", files, "may", help=HELP_TAKEN_BACK)


def _people(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look)
    dossier = look.case.dossier
    yield from who_acts(look, look.case.procedure)
    officer = first_up(look.case.procedure.label_of("roles", LEAD))
    yield Question("lead", f"{officer} from now on", "person", ask="may", help=_now(dossier.lead))
    yield Question("deputy", "Deputy from now on", "person", ask="may", help=_now(dossier.deputy))
    yield Question("joined", "Agencies that join", "agencies", ask="may", free=True)
    here = tuple((name, "") for name in dossier.agencies)
    if here:
        yield Question("left", "Agencies that leave", "agencies", here, ask="may")
    yield MAY_SAY_WHY


def _now(name: str) -> str:
    return f"Now: {name}." if name else "Now nobody."


def _event(*more: Question, name: str, label: str) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look, of="case")
        case = look.case
        known = {one: rule for one, rule in case.procedure.events.items() if one not in case.dossier.events}
        yield Question(name, label, "choice", tuple((one, rule.label) for one, rule in known.items()))
        rule = known.get(look.said[name])
        yield from who_acts(look, case.procedure, rule.recorded_by if rule else ())
        yield from more

    return plan


def _missed(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look)
    case, viewer = look.case, look.viewer
    wanted = (one for one in case.dossier.deadlines.values() if case.dossier.wants_reason(one, viewer.now))
    yield Question("name", "The date", "choice", tuple((one.key, date_words(case, one.key)) for one in wanted))
    yield from who_acts(look, case.procedure)
    yield WHY


NOTE = replace(MAY_SAY_WHY, name="note", label="Note")


ON_RECORD: Mapping[str, Plan] = {
    "case correct": _correct,
    "case people": _people,
    "case event": _event(NOTE, ON, name="what", label="What has happened"),
    "case asked-after": _event(NOTE, ON, name="event", label="What was asked after"),
    "case missed": _missed,
}
"""What each of these verbs asks for."""
