"""The demonstration's tables of recommendations: what was promised, proven and changed, and findings answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from records import history, recommendations
from records.database import reading
from records.kept_files import files_in
from states.words import first_up, in_a_sentence, long_day
from workflows.reports.case_files import EditionReading
from workflows.reports.file_reading import files
from workflows.reports.follow_through_board import changed, proven
from workflows.reports.recommendation_figures import Followed, followed
from workflows.views.answer_words import form_of, in_words

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from states.procedure import Procedure
    from workflows.views.history import ReplayedEntry

Mark = tuple[str, str]
"""A sign that says of what kind a line is, and its words."""

PROMISED, PROVEN, CHANGED, BACK, END, NEXT, FILE, ITEM = "◇", "◈", "◆", "↩", "■", "◷", "▤", "·"
THEIR_ANSWER = ("reply", "their_plan", "their_reason")
SAID = ("statement", "description", "point", "text")
"""The fields in which an item of a list says what it is about."""


def marks(changes: Iterable[ReplayedEntry]) -> Iterator[Mark]:
    """What entries say of findings, of recommendations and of the evidence for them, one line for each thing."""
    for change in changes:
        said = change.entry.data.get("fields") or {}
        if change.entry.kind.startswith("item_"):
            yield from _item(change, said)
        elif change.procedure.kind == recommendations.KIND:
            yield from _step(change, said)
        yield from ((FILE, f"Evidence kept: {name}") for _, name in files_in(said))


def _item(change: ReplayedEntry, said: dict[str, Any]) -> Iterator[Mark]:
    number, words = change.entry.data["id"], EditionReading(change.procedure)
    register = change.entry.data["register"]
    if change.entry.kind == "item_added":
        yield ITEM, f"{number}: {next((said[name] for name in SAID if name in said), '') or _all_of(change, said)}"
    for name in ("position", "status"):
        if name in said:
            why = said.get(f"{name}_reason") or said.get("note") or ""
            yield ITEM, f"{number}: {words.choice(name, said[name], register)}. {why}"


def _all_of(change: ReplayedEntry, said: dict[str, Any]) -> str:
    """What an item says that has no sentence of its own: each answer in the words of its form."""
    form = form_of(change.procedure.registers.get(change.entry.data["register"]))
    told = (in_words(field, said[name]) for name, field in form.items() if name in said and field.kind != "yes_no")
    return "; ".join(told)


def _step(change: ReplayedEntry, said: dict[str, Any]) -> Iterator[Mark]:
    reason, words = change.entry.reason, EditionReading(change.procedure)
    if change.entry.kind == "opened":
        yield PROMISED, f"Proposed: {said['text']}"
    if "expected_change" in said:
        yield PROMISED, f"Promised: {said['expected_change']} {measure(said)}"
    if "done_evidence" in said:
        yield PROVEN, f"Said to be done: {said['done_evidence']}"
    if "fulfilled" in said:
        yield PROVEN, f"Proven. Fulfilled: {_words(words, said, 'fulfilled')}. {_but(said)}"
    if "impact_practice" in said:
        practice, outcomes = (_words(words, said, f"impact_{name}") for name in ("practice", "outcomes"))
        yield CHANGED, f"Changed: in practice {practice}; for children {outcomes}. {said['impact_practice_evidence']}"
    yield from ((PROVEN, f"Their answer: {said[name]}") for name in THEIR_ANSWER if name in said)
    if reason and change.entry.kind == "advanced":
        yield _because(change)


def _because(change: ReplayedEntry) -> Mark:
    entry, procedure = change.entry, change.procedure
    if procedure.states[entry.dest].final:
        return END, f"{procedure.label_of('states', entry.dest)}. Why: {entry.reason}"
    move = procedure.moves[entry.source, entry.trigger]
    return BACK, f"{first_up(move.outcome or move.label)}. Why: {entry.reason}"


def _words(words: EditionReading, said: dict[str, Any], field: str) -> str:
    return in_a_sentence(words.choice(field, said[field]), ())


def _but(said: dict[str, Any]) -> str:
    return " ".join(said[name] for name in ("fulfilled_evidence", "unfulfilled") if name in said)


def measure(said: dict[str, Any]) -> str:
    """How what was promised is to be measured, or why it is not."""
    if not said.get("measures"):
        return f"No measure: {said.get('no_measure_reason', '')}"
    first = said["measures"][0]
    return f"Measure: {first['indicator']}, from {first.get('baseline', 'not known')} to {first['target']}."


@dataclass(frozen=True)
class Promise:
    """A recommendation at the end: what is known of it, the way it went, how it ended if it did, and its next date."""

    known: Followed
    way: tuple[str, ...]
    ended: str
    owed_on: date | None

    def marks(self) -> Iterator[Mark]:
        """What was promised, what is proven, what it changed; for one that was turned down, why."""
        yield "", " → ".join(self.way)
        if not self.known.expected:
            yield END, self.ended
            return
        yield PROMISED, self.known.expected
        yield PROVEN, first_up(proven(self.known))
        if not self.known.led_elsewhere:
            yield CHANGED, f"{first_up(changed(self.known))}{self._measured()}"
        if self.owed_on:
            yield NEXT, f"Looked at again by {long_day(self.owed_on)}"

    def _measured(self) -> str:
        return f", measured {long_day(self.known.impact_on)}" if self.known.impact_on else ""


def promises(engine: Engine, today: date) -> dict[str, Promise]:
    """Every recommendation as it stands on a day, by its reference."""
    with reading(engine) as tx:
        every = recommendations.all_of(tx, recommendations.RecommendationFilter(), hidden=frozenset())
        listed = {one.ref: one for one in every}
        return {
            file.ref: Promise(
                followed(file, today),
                _way(tx, file.id, file.procedure),
                listed[file.ref].ended,
                listed[file.ref].owed_on,
            )
            for file in files(tx, recommendations.KIND)
        }


def _way(tx: Connection, case_id: int, procedure: Procedure) -> tuple[str, ...]:
    went = (entry.dest for entry in history.entries(tx, case_id) if entry.dest and entry.dest != entry.source)
    return tuple(procedure.label_of("states", state) for state in went)
