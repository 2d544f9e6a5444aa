"""An auditor's samples: how each was drawn, that anybody draws the same again, what was read, and how far two agree.

The second reading is blind: what one reader found is shown to another only once both have read the case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from config.assessment_form import COMPARED
from records import audit_log
from records.audit_log import AuditEntry
from records.need_to_know import seen_of
from records.samples import DRAWN, LOG, READERS, entries_of, form_of, is_same
from states.agreement import Agreement, agreement
from states.entry import Actor
from states.errors import NotFound
from states.sampling import Stratum, draw
from states.steps import Field
from states.words import counted
from workflows.reports.sampling_frame import BY, frame
from workflows.views.answer_words import in_words
from workflows.views.question import Question
from workflows.views.viewer import Viewer

OTHERWISE = "Drawn again from this record, the cases would be others: the record was tampered with."
GONE = "{count} of the cases it was drawn from are not found again as of that day."
MORE = "{count} more are found as of that day; they may be cases that were kept to named people."


@dataclass(frozen=True)
class Line:
    """A sample in the list of samples: how many cases, and how many of them were read once and twice."""

    number: str
    drawn_at: datetime
    person: str
    by: str
    cases: int
    once: int
    twice: int


@dataclass(frozen=True)
class Found:
    """What a reader found in a case: each question with the answer in words."""

    person: str
    at: datetime
    mine: bool
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawn:
    """A case of a sample: its stratum, how often it was read, whether by whoever looks, and what they may see of it."""

    ref: str
    stratum: str
    read: int
    mine: bool
    found: tuple[Found, ...]

    @property
    def to_read(self) -> bool:
        """Whether whoever looks may still read it."""
        return not self.mine and self.read < READERS


@dataclass(frozen=True)
class Sample:
    """A sample as it was drawn, and what was read of it. `again` says that it is drawn the same again, or why not.

    `hidden` are cases that are kept to people of whom whoever looks is none.
    """

    number: str
    drawn_at: datetime
    person: str
    reason: str
    seed: str
    by: str
    asked: int
    as_on: date
    opened: tuple[str, str]
    strata: tuple[Stratum, ...]
    cases: tuple[Drawn, ...]
    hidden: int
    agreements: tuple[tuple[str, Agreement], ...]
    totals: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    again: tuple[str, ...]
    form: tuple[Field, ...]

    def case(self, ref: str) -> Drawn:
        """One case of it. Raises NotFound for a case that is none of it."""
        found = next((one for one in self.cases if one.ref == ref.strip().upper()), None)
        if found is None:
            raise NotFound(f"{ref[:40]} is not one of the cases of {self.number}.")
        return found

    @property
    def fewer(self) -> str:
        """Where fewer cases were drawn than were asked for: how many there were to draw from; empty otherwise."""
        drawn, there = sum(len(one.drawn) for one in self.strata), sum(len(one.of) for one in self.strata)
        if drawn >= self.asked:
            return ""
        were = "was" if there == 1 else "were"
        return f"{self.asked} were asked for and {drawn} drawn: there {were} no more than {counted(there, 'case')}."

    @property
    def questions(self) -> tuple[Question, ...]:
        """The form a case is read by."""
        return tuple(map(_question, self.form))


def samples(tx: Connection) -> tuple[Line, ...]:
    """Every sample, the newest first."""
    every = audit_log.entries(tx, LOG)
    return tuple(_line(one, every) for one in reversed(every) if one.kind == DRAWN)


def sample(tx: Connection, number: str, viewer: Viewer, hidden: Collection[str]) -> Sample:
    """One sample, as whoever looks may see it. Raises NotFound for a sample there is not."""
    drawn, read = entries_of(tx, number)
    data, form = drawn.data, form_of(drawn)
    strata = tuple(Stratum(one["name"], tuple(one["of"]), tuple(one["drawn"])) for one in data["strata"])
    me = viewer.actor
    told = {ref for one in strata for ref in one.drawn}
    unseen = {*hidden} | (told - seen_of(tx, told))
    every = [_drawn(ref, one.name, read, form, me) for one in strata for ref in one.drawn]
    return Sample(
        number=drawn.subject,
        drawn_at=drawn.recorded_at,
        person=drawn.actor.name,
        reason=drawn.reason,
        seed=data["seed"],
        by=BY[data["by"]][0],
        asked=data["count"],
        as_on=date.fromisoformat(data["as_on"]),
        opened=(data["opened_from"], data["opened_to"]),
        strata=strata,
        cases=tuple(one for one in every if one.ref not in unseen),
        hidden=sum(one.ref in unseen for one in every),
        agreements=tuple(_agreements(form, read)),
        totals=tuple(_totals(form, [one for each in every for one in each.found])),
        again=_again(strata, data["count"], data["seed"]),
        form=form,
    )


def again_from_database(tx: Connection, number: str) -> tuple[str, ...]:
    """What the cases of today tell of what a sample was drawn from; nothing where it is the same."""
    drawn, _ = entries_of(tx, number)
    data = drawn.data
    days = [date.fromisoformat(one) if one else None for one in (data["opened_from"], data["opened_to"])]
    every = frame(tx, data["by"], date.fromisoformat(data["as_on"]), (), *days)
    now = {(name, ref) for name, refs in every.items() for ref in refs}
    then = {(one["name"], ref) for one in data["strata"] for ref in one["of"]}
    gone, more = len(then - now), len(now - then)
    return tuple(words.format(count=count) for words, count in ((GONE, gone), (MORE, more)) if count)


def _again(strata: Collection[Stratum], count: int, seed: str) -> tuple[str, ...]:
    same = draw({one.name: one.of for one in strata}, count, seed)
    return () if {one.name: one for one in same} == {one.name: one for one in strata} else (OTHERWISE,)


def _line(drawn: AuditEntry, every: Collection[AuditEntry]) -> Line:
    read: dict[str, int] = {}
    for one in every:
        if one.subject == drawn.subject and one.kind != DRAWN:
            read[one.data["case"]] = read.get(one.data["case"], 0) + 1
    return Line(
        number=drawn.subject,
        drawn_at=drawn.recorded_at,
        person=drawn.actor.name,
        by=BY[drawn.data["by"]][0],
        cases=sum(len(one["drawn"]) for one in drawn.data["strata"]),
        once=sum(number == 1 for number in read.values()),
        twice=sum(number > 1 for number in read.values()),
    )


def _drawn(ref: str, stratum: str, read: Collection[AuditEntry], form: Collection[Field], me: Actor) -> Drawn:
    of_it = [one for one in read if one.data["case"] == ref]
    mine = any(is_same(one, me) for one in of_it)
    shown = of_it if len(of_it) >= READERS else [one for one in of_it if is_same(one, me)]
    found = tuple(_found(one, form, me) for one in shown)
    return Drawn(ref, stratum, len(of_it), mine, found)


def _found(one: AuditEntry, form: Collection[Field], me: Actor) -> Found:
    answers: Mapping[str, object] = one.data["answers"]
    said = tuple((field.label, in_words(field, answers[field.name])) for field in form if field.name in answers)
    return Found(one.actor.name, one.recorded_at, is_same(one, me), said)


def _totals(form: Collection[Field], found: Collection[Found]) -> Iterator[tuple[str, tuple[tuple[str, int], ...]]]:
    """For each question with answers to choose from, how often each was given in the readings that may be seen."""
    for field in form if found else ():
        if field.kind in COMPARED:
            said = Counter(words for one in found for label, words in one.answers if label == field.label)
            yield field.label, tuple(said.most_common())


def _agreements(form: Collection[Field], read: Collection[AuditEntry]) -> Iterator[tuple[str, Agreement]]:
    """For each question with answers to choose from, how far the two readers of each case agree."""
    by_case: dict[str, list[AuditEntry]] = {}
    for one in read:
        by_case.setdefault(one.data["case"], []).append(one)
    twice = [found[:READERS] for found in by_case.values() if len(found) >= READERS]
    for field in form:
        if field.kind in COMPARED:
            pairs = [(_plain(one, field), _plain(other, field)) for one, other in twice]
            yield field.label, agreement(pairs)


def _plain(one: AuditEntry, field: Field) -> str:
    """An answer without its reason; none given is an answer too."""
    said = one.data["answers"].get(field.name, "")
    return str(said.get("answer", "")) if isinstance(said, dict) else str(said)


def _question(field: Field) -> Question:
    known = tuple((one.name, one.label) for one in field.choices)
    must = "must" if field.required else "may"
    more = {"ask": must, "into": "field", "help": field.help, "field": field}
    return Question(field.name, field.label, field.kind, known, **more)  # type: ignore[arg-type]
