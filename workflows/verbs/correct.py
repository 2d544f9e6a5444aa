"""Putting an earlier entry right: a new entry says what should have stood there; the old one stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from records import cases, history
from records.cases import Case
from records.kept_files import files_in, let_go_once_kept, standing_files
from states.answers import faults, is_empty, tidy
from states.as_at import days_of, fields_of
from states.entry import ENDED_BY_WORD, Entry
from states.errors import BadAnswer, NotFound, NotPossible
from states.steps import Field
from states.words import long_day
from workflows.unit_of_work import UnitOfWork, check_day, check_words, find
from workflows.verbs.agencies import agency_answers
from workflows.verbs.people import check_keeper
from workflows.views.forms import entry_form

SHORT = 7
"""Fewer characters of a SHA-256 than these and one more name no file: a name may be as short."""


def correct(
    uow: UnitOfWork,
    ref: str,
    sequence: int,
    why: str,
    *,
    answers: Mapping[str, Any] | None = None,
    emptied: Iterable[str] = (),
    happened_on: date | None = None,
    taken_back: Iterable[str] = (),
    evidence: Path | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Correct what an entry recorded, or the day it says it happened. Dates that hang on it move; the receipt shows it.

    `emptied` names the fields in which nothing should have been recorded: what was counted from them is owed no more.
    `taken_back` names files of the entry that are none of this case, by name or SHA-256: they are handed out no more,
    and what no case names leaves the folder of `evidence`.
    Raises NotFound for an entry that does not exist, BadAnswer for a correction that cannot be taken.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    check_keeper(uow, case, "Correcting an entry")
    form = [field for move in case.procedure.transitions for field in move.fields]
    answers = agency_answers(uow, form, tidy({**(answers or {}), **dict.fromkeys(emptied, "")}))
    check_words(uow, case, why, answers=answers)
    every = history.entries(uow.tx, case.id)
    wrong = next((one for one in every if one.sequence == sequence), None)
    if wrong is None:
        raise NotFound(f"{case.ref} has no entry {sequence}: its history has {case.dossier.sequence}.")
    if not why.strip():
        raise BadAnswer("Say why the entry is corrected.")
    data: dict[str, Any] = {"sequence": sequence}
    if answers:
        data |= answers_put_right(case, every, wrong, answers, uow.today)
    if happened_on is not None:
        check_day(uow, happened_on)
        check_right_day(case, wrong, happened_on)
        data |= {"happened_on": happened_on.isoformat(), **what_it_dated(every, wrong)}
    if taken_back:
        data["taken_back"] = files_taken_back(case, every, wrong, taken_back)
    if len(data) == 1:
        raise BadAnswer("Say what is right: a field, or the day it happened.")
    entry = uow.entry("corrected", reason=why, data=data)
    case = cases.record(uow.tx, case, entry, uow.now)
    if evidence is not None:
        let_go_once_kept(uow.tx, evidence, entry.taken_back)
    return case, entry


def files_taken_back(case: Case, every: Iterable[Entry], wrong: Entry, named: Iterable[str]) -> dict[str, str]:
    """The files of an entry that are meant, each by its SHA-256 with its name; `every` is the history of the case.

    Raises BadAnswer for one that the entry does not name, that two of its files could be, or that was taken back.
    """
    there, standing = dict(files_in(dict(wrong.data))), standing_files((one.data, one.taken_back) for one in every)
    found, wrongly = {}, list[str]()
    for said in named:
        meant = [
            one for one, name in there.items() if said in {name, one} or (len(said) > SHORT and one.startswith(said))
        ]
        if len(meant) == 1 and meant[0] in standing:
            found[meant[0]] = there[meant[0]]
        elif len(meant) == 1:
            wrongly.append(f"{there[meant[0]]} was taken back already: it is no file of {case.ref} any more.")
        elif meant:
            numbers = " or ".join(one[:12] for one in meant)
            wrongly.append(f"Entry {wrong.sequence} names two files {said!r}: say which, {numbers}.")
        else:
            known = "; ".join(f"{name} ({one[:12]})" for one, name in there.items()) or "none"
            wrongly.append(f"Entry {wrong.sequence} names no file {said[:80]!r}: its files are {known}.")
    if wrongly:
        raise BadAnswer(*wrongly)
    return found


def answers_put_right(
    case: Case, every: Sequence[Entry], wrong: Entry, answers: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """What an entry should have recorded, and what it should have left empty, as parts of the entry that says so.

    `every` is the history of the case. Raises Refused where it recorded none of it, or it is recorded again.
    """
    if wrong.kind not in {"opened", "advanced", "imported"}:
        raise NotPossible("Only what a step recorded has fields to correct: name the entry of that step.")
    fields = entry_form(case, wrong)
    recorded = {**case.dossier.fields, **fields_of(every, wrong.sequence)}
    wanted = tuple(field for field in fields if field.name in answers or _hangs_on(field, answers, recorded))
    strangers = set(answers) - {field.name for field in fields}
    bad = faults(wanted, {key: value for key, value in answers.items() if key not in strangers}, recorded, today)
    unknown = tuple(f"Entry {wrong.sequence} has no field {name!r} to correct." for name in sorted(strangers))
    if bad or unknown:
        raise BadAnswer(*bad, *unknown)
    called = {field.name: field.label for field in fields}
    newest = {name: case.dossier.recorded_by.get(name, 0) for name in answers}
    later = [(called[name], by) for name, by in newest.items() if by > wrong.sequence]
    if later:
        raise NotPossible(*(f"“{label}” was recorded again by entry {by}: correct that entry." for label, by in later))
    emptied = [name for name, value in answers.items() if is_empty(value)]
    if emptied:
        check_emptied(every, wrong, emptied, called)
    here = case.dossier.fields
    parts = {
        "fields": {name: value for name, value in answers.items() if name not in emptied},
        "emptied": emptied,
        "filled": [name for name in answers if name not in emptied and is_empty(here.get(name))],
    }
    return {part: said for part, said in parts.items() if said}


def _hangs_on(field: Field, answers: Mapping[str, Any], recorded: Mapping[str, Any]) -> bool:
    """Whether it depends on what is put right that a field must be filled in, and nothing stands there."""
    return field.when is not None and field.when.field in answers and is_empty(recorded.get(field.name))


def check_emptied(every: Sequence[Entry], wrong: Entry, emptied: Iterable[str], called: Mapping[str, str]) -> None:
    """Refuse to leave empty what the entry did not record, or what an earlier entry recorded as well."""
    here, earlier_ones = fields_of(every, wrong.sequence), (one for one in every if one.sequence < wrong.sequence)
    before = {name: one.sequence for one in earlier_ones for name in one.data.get("fields", {})}
    unsaid = [
        f"“{called[name]}” is empty: entry {wrong.sequence} recorded nothing there."
        for name in emptied
        if is_empty(here.get(name))
    ]
    earlier = [
        f"“{called[name]}” was recorded by entry {before[name]} before: say what is right, not that nothing is."
        for name in emptied
        if name in before
    ]
    if unsaid or earlier:
        raise NotPossible(*unsaid, *earlier)


def what_it_dated(every: Sequence[Entry], wrong: Entry) -> dict[str, Any]:
    """What else bears the day of the corrected entry, so that the history alone says what was corrected.

    The day is the one it was last put right to. `every` is the history of the case.
    """
    data, was = wrong.data, days_of(every)[wrong.sequence]
    ids = [data["id"]] if wrong.kind in ENDED_BY_WORD else [item["id"] for item in data.get("asked", ())]
    dated = {"was": was.isoformat(), "kind": wrong.kind, "ids": ids, "event": data.get("event")}
    return {key: value for key, value in dated.items() if value}


def check_right_day(case: Case, wrong: Entry, day: date) -> None:
    """Refuse another day for an entry whose day cannot be put right, or one before the case was opened."""
    if not wrong.dated:
        raise NotPossible(f"The day of an entry of this kind ({wrong.kind.replace('_', ' ')}) cannot be corrected.")
    opened = case.dossier.opened_on
    if wrong.sequence > 1 and opened is not None and day < opened:
        raise BadAnswer(f"{long_day(day)} is before the case was opened ({long_day(opened)}).")
