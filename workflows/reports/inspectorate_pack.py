"""What goes to the Care Inspectorate: a pack for each decision, either way, and each outcome, gathered before the form.

The form is finished in one sitting, so the pack says first what is still missing. That it was submitted is recorded in
the case's own list; a time limit shows only where one is known or the committee's local file sets it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from sqlalchemy import Connection, select

from records.cases import CASES
from records.history import HISTORY
from records.queries import OWED
from records.recommendations import CAME_FROM, KIND
from states.errors import NotPossible
from states.words import long_day
from workflows.papers.paper import Paper, Row, Table
from workflows.reports.case_files import File, file_of, files_of
from workflows.reports.data_items import FOLDER, NOT_RECORDED, Known, answers, items_of
from workflows.reports.data_sources import holds_any, where
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
NOT_DECIDED = "{ref} has not been decided yet: there is nothing to send to the Care Inspectorate."


@dataclass(frozen=True)
class Pack:
    """What is gathered for a form: each item with its answer, by when it is due, and when it was submitted.

    `missing` are the items that are needed and not recorded, each with what records it. `still_owed` says what ends the
    date of a form that was submitted, where the case does not know yet that it was sent.
    """

    ref: str
    part: Part
    committee: str
    made_on: date
    items: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    due_on: date | None
    limit: str
    submitted_on: date | None
    reference: str
    still_owed: str = ""

    @property
    def complete(self) -> bool:
        """Whether the form can be opened: nothing that is needed is missing."""
        return not self.missing


def pack(tx: Connection, ref: str, part: Part, today: date) -> Pack:
    """Gather what a form asks. Raises NotFound for an unknown case, NotPossible before anything was decided."""
    file = file_of(tx, ref)
    if INSPECTORATE not in file.procedure.bodies:
        raise NotPossible(ELSEWHERE.format(ref=file.ref, edition=file.procedure.title))
    known = known_of(tx, file)
    if known.decided is None or known.decided.decided_on is None:
        raise NotPossible(NOT_DECIDED.format(ref=file.ref))
    wanted = [item for item in items_of("inspectorate", part) if item.needed or holds_any(file.procedure, item.takes)]
    found = answers(known, wanted)
    sent = [item["fields"] for item in file.items(REGISTER) if item["fields"].get("kind") == part]
    due_on, limit = _limit(file, part)
    return Pack(
        ref=file.ref,
        part=part,
        committee=file.procedure.committee,
        made_on=today,
        items=tuple((item.label, answer or NOT_RECORDED) for item, answer in found),
        missing=tuple((item.label, where(file, item.takes)) for item, answer in found if item.needed and not answer),
        due_on=due_on,
        limit=limit,
        submitted_on=date.fromisoformat(sent[-1]["submitted_on"]) if sent else None,
        reference=str(sent[-1].get("reference", "")) if sent else "",
        still_owed=_still_owed(file, part) if sent else "",
    )


def known_of(tx: Connection, file: File) -> Known:
    """What is known of one case: with why it was decided so, and the recommendations that came from it."""
    return next(iter(known_of_all(tx, [file])))


def known_of_all(tx: Connection, found: Iterable[File]) -> Iterable[Known]:
    """What is known of cases."""
    for file in found:
        refs = [ref for ref, kind in file.dossier.get("links", {}).items() if kind != CAME_FROM]
        wanted = files_of(tx, CASES.c.ref.in_(refs), CASES.c.kind == KIND) if refs else ()
        linked = tuple(followed(one, date.min) for one in wanted)
        bare = Known(file, "", linked)
        yield Known(file, _why(tx, bare), linked)


def _why(tx: Connection, known: Known) -> str:
    """The reason of the entry that decided."""
    if known.decided is None or not known.decided.sequence:
        return ""
    entry = HISTORY.c
    body = tx.execute(
        select(entry.body).where(entry.case_id == known.file.id, entry.sequence == known.decided.sequence)
    ).scalar()
    return str(json.loads(body).get("reason") or "").strip() if body else ""


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


def _still_owed(file: File, part: Part) -> str:
    """What ends the date of a form that is still open on the case."""
    dates = file.dossier.get("deadlines", {}).values()
    waiting = {one["timescale"] for one in dates if one.get("status", "running") in OWED}
    rules = [file.procedure.timescales[name] for name in limits()[part] if name in waiting]
    steps = [f"done:{trigger}" for rule in rules for trigger in rule.met_by.triggers]
    return where(file, steps) if steps else ""


@cache
def limits() -> dict[Part, list[str]]:
    """The timescales that say by when each form is due: the step that meets one is when the form is sent."""
    found: dict[Part, list[str]] = tomllib.loads((FOLDER / "inspectorate.toml").read_text(encoding="utf-8"))["limits"]
    return found


def paper(found: Pack) -> Paper:
    """A pack as a paper to draft from: what is missing first."""
    rows = tuple(Row(label, (answer,)) for label, answer in found.items)
    lacking = tuple(Row(label, (how,)) for label, how in found.missing)
    late = found.due_on is not None and found.due_on < found.made_on and not found.submitted_on
    due = f"Due on {long_day(found.due_on)}{', which has gone by' if late else ''}. " if found.due_on else ""
    lines = [f"{due}{found.limit}"]
    missing = f"{len(found.missing)} item{' is' if len(found.missing) == 1 else 's are'} missing"
    if found.submitted_on:
        lines.append(f"Submitted on {long_day(found.submitted_on)}, reference {found.reference}.")
    if found.still_owed:
        lines.append(f"Its date is still open on the case; what ends it: {found.still_owed}.")
    ready = "Nothing that is needed is missing: the form can be opened." if found.complete else ""
    return Paper(
        title=f"{TITLES[found.part]}: {found.ref}",
        committee=found.committee or "Child Protection Committee",
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
