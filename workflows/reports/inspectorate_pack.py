"""What goes to the Care Inspectorate: a pack for each decision, either way, and each outcome, gathered before the form.

The form is finished in one sitting, so the pack says first what is still missing. That it was submitted is recorded in
the case's own list; a time limit shows only where one is known or the committee's local file sets it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from sqlalchemy import Connection

from config.settings import A_COMMITTEE
from records.case_list import OWED
from records.cases import CASES
from records.recommendations import CAME_FROM, KIND
from states.errors import NotPossible
from states.next_step import NOTHING, Advice, plain
from states.words import counted, long_day
from workflows.papers.paper import Paper, Row, Table
from workflows.reports.case_figures import Considered, newest_decision, reopened_on
from workflows.reports.case_files import AsAt, File
from workflows.reports.data_items import FOLDER, NOT_RECORDED, KnownCase, answers, items_of
from workflows.reports.data_sources import holds_any, where
from workflows.reports.file_reading import file_of, files_of
from workflows.reports.recommendation_figures import followed

Part = Literal["decision", "outcome", "alternative"]

REGISTER = "ci_submission"
TITLES = {
    "decision": "Decision, for the Care Inspectorate",
    "outcome": "Outcome, for the Care Inspectorate",
    "alternative": "Outcome of learning in another way, for the Care Inspectorate",
}
NO_LIMIT = "No time limit is known or set for this form: ask your committee."
INSPECTORATE = "care_inspectorate"
ELSEWHERE = "{ref} goes by {edition}, under which nothing is sent to the Care Inspectorate."
REOPENED = "This is about the decision of {decided}; the case was opened again on {reopened} and is not decided anew."
NOT_DECIDED = "{ref} has not been decided yet: there is nothing to send to the Care Inspectorate."


@dataclass(frozen=True)
class Pack:
    """What is gathered for a form: each item with its answer, by when it is due, and when it was submitted.

    `missing` are the items that are needed and not recorded, each with what records it. `still_owed` says what ends the
    date of a form that was submitted, where the case does not know yet that it was sent. `reopened_on` is the day the
    case was opened again after the decision the pack is about.
    """

    ref: str
    part: Part
    committee: str
    made_on: date
    items: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, Advice], ...]
    due_on: date | None
    limit: str
    submitted_on: date | None
    reference: str
    still_owed: Advice = NOTHING
    decided_on: date | None = None
    reopened_on: date | None = None

    @property
    def complete(self) -> bool:
        """Whether the form can be opened: nothing that is needed is missing."""
        return not self.missing


def pack(tx: Connection, ref: str, part: Part, today: date, as_at: date | None = None) -> Pack:
    """Gather what a form asks about the newest decision, as it stands or as it was known at the end of a day.

    Raises NotFound for an unknown case, NotPossible before anything was decided.
    """
    file = file_of(tx, ref, AsAt(as_at, as_at) if as_at else None)
    if INSPECTORATE not in file.procedure.bodies:
        raise NotPossible(ELSEWHERE.format(ref=file.ref, edition=file.procedure.title))
    decided = newest_decision(file)
    if decided is None:
        raise NotPossible(NOT_DECIDED.format(ref=file.ref))
    known = known_of(tx, file, decided)
    wanted = [item for item in items_of("inspectorate", part) if item.needed or holds_any(file.procedure, item.takes)]
    found = answers(known, wanted)
    sent = sent_of(file, part, decided.sequence)
    due_on, limit = _limit(file, part)
    return Pack(
        ref=file.ref,
        part=part,
        committee=file.procedure.committee or file.reading.body,
        made_on=min(as_at, today) if as_at else today,
        items=tuple((item.label, answer or NOT_RECORDED) for item, answer in found),
        missing=tuple((item.label, where(file, item.takes)) for item, answer in found if item.needed and not answer),
        due_on=due_on,
        limit=limit,
        submitted_on=sent[0] if sent else None,
        reference=sent[1] if sent else "",
        still_owed=_still_owed(file, part, sent[0]) if sent else NOTHING,
        decided_on=decided.decided_on,
        reopened_on=reopened_on(file, decided.sequence),
    )


def sent_of(file: File, part: Part, since: int) -> tuple[date, str] | None:
    """The day a form was last submitted after a decision, and its reference: from the list of forms or the case's step.

    What was sent about an earlier decision does not count for a later one.
    """
    came_from, given = file.dossier.get("recorded_by", {}), file.fields
    listed = [one for one in file.items(REGISTER) if one["fields"].get("kind") == part and one["sequence"] > since]
    found = [(one["sequence"], one["fields"]["submitted_on"], one["fields"].get("reference", "")) for one in listed]
    steps = [name for name in sent_fields()[part] if given.get(name) and came_from.get(name, 0) > since]
    if not found:
        found = [(came_from[name], given[name], "") for name in steps]
    newest = max(found, default=None)
    return (date.fromisoformat(newest[1]), str(newest[2])) if newest else None


def known_of(tx: Connection, file: File, decided: Considered | None) -> KnownCase:
    """What is known of one case as a decision settled it, with the recommendations that came from it."""
    refs = [ref for ref, kind in file.dossier.get("links", {}).items() if kind != CAME_FROM]
    wanted = files_of(tx, CASES.c.ref.in_(refs), CASES.c.kind == KIND) if refs else ()
    return KnownCase(file, decided, tuple(followed(one, date.min) for one in wanted))


def _limit(file: File, part: Part) -> tuple[date | None, str]:
    """The day a form is due, and how that is known."""
    deadlines = file.dossier.get("deadlines", {}).values()
    for name in limits()[part]:
        rule = file.procedure.timescales.get(name)
        if rule is None or rule.length() is None:
            continue
        dates = [one["due_on"] for one in deadlines if one["timescale"] == name and one.get("due_on")]
        words = f"{rule.label}: {rule.limit} {rule.unit.replace('_', ' ')} ({rule.basis})."
        return (date.fromisoformat(dates[-1]) if dates else None), words
    return None, NO_LIMIT


def _still_owed(file: File, part: Part, sent_on: date) -> Advice:
    """What ends the date of a form that is still open on the case, with the day on which the form was sent."""
    dates = file.dossier.get("deadlines", {}).values()
    waiting = {one["timescale"] for one in dates if one.get("status", "running") in OWED}
    rules = [file.procedure.timescales[name] for name in limits()[part] if name in waiting]
    steps = [f"done:{trigger}" for rule in rules for trigger in rule.met_by.triggers]
    return _with_day(file, where(file, steps), part, sent_on) if steps else NOTHING


def _with_day(file: File, found: Advice, part: Part, sent_on: date) -> Advice:
    """The same advice, each step of the case in it with the answer that is known: the day the form was sent."""
    steps = []
    for one in found.steps:
        move = file.procedure.transition("".join(one.arguments.get("step", ())))
        days = [f"{each.name}={sent_on}" for each in (move.fields if move else ()) if each.name in sent_fields()[part]]
        steps.append(replace(one, arguments={**one.arguments, "field": tuple(days)}) if days else one)
    return replace(found, steps=tuple(steps))


def limits() -> dict[Part, list[str]]:
    """The timescales that say by when each form is due."""
    return _table("limits")


def sent_fields() -> dict[Part, list[str]]:
    """The answers in which a step of a case records the day each form was sent."""
    return _table("sent")


@cache
def _table(name: str) -> dict[Part, list[str]]:
    found: dict[Part, list[str]] = tomllib.loads((FOLDER / "inspectorate.toml").read_text(encoding="utf-8"))[name]
    return found


def submitted_words(found: Pack) -> str:
    """That a form was submitted, with its reference where one was given."""
    reference = f", reference {found.reference}" if found.reference else ""
    return f"Submitted on {long_day(found.submitted_on)}{reference}."


def reopened_words(found: Pack) -> str:
    """That the case was opened again after the decision the pack is about; empty where it was not."""
    if found.reopened_on is None:
        return ""
    return REOPENED.format(decided=long_day(found.decided_on), reopened=long_day(found.reopened_on))


def paper(found: Pack, word: Callable[[Advice], str] = plain) -> Paper:
    """A pack as a paper to draft from: what is missing first, with what records it as `word` says it."""
    rows = tuple(Row(label, (answer,)) for label, answer in found.items)
    lacking = tuple(Row(label, (word(how),)) for label, how in found.missing)
    late = found.due_on is not None and found.due_on < found.made_on and not found.submitted_on
    due = f"Due on {long_day(found.due_on)}{', which has gone by' if late else ''}. " if found.due_on else ""
    lines = [f"{due}{found.limit}"]
    missing = f"{counted(len(found.missing), 'item')} {'is' if len(found.missing) == 1 else 'are'} missing"
    if found.reopened_on:
        lines.append(reopened_words(found))
    if found.submitted_on:
        lines.append(submitted_words(found))
    if found.still_owed.words:
        lines.append(f"Its date is still open on the case; what ends it: {word(found.still_owed)}.")
    ready = "Nothing that is needed is missing: the form can be opened." if found.complete else ""
    return Paper(
        title=f"{TITLES[found.part]}: {found.ref}",
        committee=found.committee or A_COMMITTEE,
        about="Gathered before the form is opened, which cannot be saved half-done",
        made_on=found.made_on,
        warning="" if found.complete else f"Not ready to send: {missing}.",
        opening=tuple(filter(None, (ready, *lines))),
        tables={
            "missing": Table(
                "Still missing, before anyone opens the form", ("Item", "Recorded by"), lacking, words=True
            ),
            "items": Table("What the form asks", ("Item", "Answer"), rows, words=True),
        },
    )
