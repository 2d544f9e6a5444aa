"""A case walked through an edition by the pure engine: machine, fold and clocks, with plausible answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from config import procedures
from config.calendar_files import load_calendars
from states.answers import faults, holds
from states.calendars import Calendar
from states.dossier import Deadline, Dossier
from states.entry import Actor, Entry, EntryKind
from states.errors import BadAnswer
from states.fold import fold
from states.guards import Facts
from states.machine import step
from states.next_step import always
from states.procedure import Procedure
from states.steps import Field, Transition

CALENDARS = load_calendars()


def load(name: str, local: Path | None = None) -> Procedure:
    """An edition as it is shipped, or with a committee's file over it; read once for each text of that file."""
    return _load(name, local, local.read_text(encoding="utf-8") if local else "")


@lru_cache(maxsize=32)
def _load(name: str, local: Path | None, _text: str) -> Procedure:
    return procedures.load(name, local)


@dataclass(frozen=True)
class EditionLibrary:
    """One edition, and every calendar, by their fingerprints."""

    edition: Procedure

    def procedure(self, digest: str) -> Procedure:
        assert digest == self.edition.digest
        return self.edition

    def calendar(self, digest: str) -> Calendar:
        return next(one for one in CALENDARS.values() if one.digest == digest)


def plausible(one: Field, today: date) -> Any:
    answers: dict[str, Any] = {
        "date": (today + timedelta(days=90 if one.future else 0)).isoformat(),
        "choice": one.choices[0].name if one.choices else "",
        "choices": [choice.name for choice in one.choices[: one.least]],
        "yes_no": {"answer": "yes", "reason": "As the minute says."},
        "number": 1,
        "agencies": ["NHS Tayside"],
        "people": ["Reviewer of the north"],
        "measures": [{"indicator": "Plans with the child's view", "target": "90 %", "source": "File audit"}],
    }
    return answers.get(one.kind, "CPC/2026/17")


def filled_in(
    fields: tuple[Field, ...], given: dict[str, Any], recorded: dict[str, Any], today: date
) -> dict[str, Any]:
    """What was given, and a plausible answer to everything else that must be filled in."""
    answers = dict(given)
    for one in fields:
        wanted = one.required and (one.when is None or holds(one.when, {**recorded, **answers}))
        if wanted and one.name not in answers:
            answers[one.name] = plausible(one, today)
    return answers


def checked(fields: tuple[Field, ...], given: dict[str, Any], recorded: dict[str, Any], day: str) -> dict[str, Any]:
    """The answers to the fields of a register, refused like a person's would be."""
    answers = filled_in(fields, given, recorded, day_of(day))
    wrong = faults(fields, answers, recorded, day_of(day))
    if wrong:
        raise BadAnswer(*wrong)
    return answers


@dataclass
class Walk:
    """One case on its way. Days are given as "03-02" of 2026 unless they name their year."""

    edition: Procedure
    sequence: int = 0
    dossier: Dossier = field(init=False)
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dossier = Dossier(ref="T-1", edition=self.edition.name, digest=self.edition.digest)

    @property
    def state(self) -> str:
        return self.dossier.state

    def go(
        self, trigger: str, day: str, *, override: str = "", role: str = "", by: str = "Somebody", **given: Any
    ) -> Walk:
        move = self.edition.moves[self.state, trigger]
        answers = filled_in(move.fields, given, self.dossier.fields, day_of(day))
        outside = self.edition.roles[move.roles[0]].recorded_by  # who enters what is done outside
        actor = Actor(name=by, role=role or next(iter(outside), move.roles[0]))
        authority = move.authority[0] if move.authority else ""
        why = "As the minute says."
        step(Facts(self.edition, self.dossier, actor, day_of(day), answers, why, authority, override), trigger)
        return self._moved(move, day, answers, by)

    def only(self, trigger: str, day: str) -> Walk:
        """A step with only the days that it must record, whatever else would be asked for or stand in its way."""
        move = self.edition.moves[self.state, trigger]
        days = {one.name: plausible(one, day_of(day)) for one in move.fields if one.kind == "date" and always(one)}
        return self._moved(move, day, days, "Somebody")

    def _moved(self, move: Transition, day: str, answers: dict[str, Any], by: str) -> Walk:
        data: dict[str, Any] = {"fields": answers, "final": self.edition.states[move.dest].final}
        kind: EntryKind = "advanced" if self.state else "opened"
        if not self.state:
            data |= {"calendars": {name: one.digest for name, one in CALENDARS.items()}, "agencies": ["NHS Tayside"]}
        return self.record(kind, day, data, by=by, trigger=move.trigger, source=self.state, dest=move.dest)

    def record(self, kind: EntryKind, day: str, data: dict[str, Any], *, by: str = "Somebody", **more: Any) -> Walk:
        self.sequence += 1
        today = day_of(day)
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        who = Actor(name=by, role="lead_officer")
        entry = Entry(
            kind=kind, actor=who, happened_on=today, recorded_at=noon, sequence=self.sequence, data=data, **more
        )
        self.dossier = fold(self.dossier, entry, EditionLibrary(self.edition))
        self.entries.append(entry)
        return self

    def ask(self, request: str, day: str, *agencies: str) -> Walk:
        assert self.state in self.edition.requests[request].states
        asked = [{"id": agency, "agency": agency} for agency in agencies]
        return self.record("requested", day, {"request": request, "asked": asked})

    def answer(self, request: str, day: str, agency: str) -> Walk:
        fields = self.edition.requests[request].fields
        answers = filled_in(fields, {}, {}, day_of(day))
        assert faults(fields, answers, {}, day_of(day)) == ()
        return self.record("answered", day, {"request": request, "id": agency, "fields": answers})

    def hold(self, day: str, *stops: str) -> Walk:
        pause = {"id": "H1", "kind": "parallel_proceedings", "authority": "procurator_fiscal", "stops": stops}
        return self.record("paused", day, {"pause": {**pause, "label": "Hold for parallel proceedings"}})

    def event(self, name: str, day: str) -> Walk:
        return self.record("event_recorded", day, {"event": name})

    def enter(self, register: str, day: str, **given: Any) -> Walk:
        rule = self.edition.registers[register]
        assert not rule.states or self.state in rule.states
        number = sum(1 for item in self.dossier.items.values() if item.kept_in == register) + 1
        answers = checked(rule.fields, given, {}, day)
        return self._kept("item_added", f"{rule.prefix}{number}", register, day, answers)

    def told_first(self, day: str) -> Walk:
        """Family and staff are told of publication before it."""
        self.enter("family_contact", day, about="publication", told_on=str(day_of(day)))
        if "dissemination" in self.edition.registers:
            self.enter("dissemination", day, audience="staff_involved", sent_on=str(day_of(day)))
        return self

    def respond(self, item: str, day: str, **given: Any) -> Walk:
        kept = self.dossier.items[item]
        rule = self.edition.registers[kept.kept_in]
        answers = checked(rule.answer, given, kept.fields, day)
        return self._kept("item_answered", item, kept.kept_in, day, answers)

    def update(self, item: str, day: str, **given: Any) -> Walk:
        kept = self.dossier.items[item]
        rule = self.edition.registers[kept.kept_in]
        answers = checked(rule.update, given, kept.fields, day)
        return self._kept("item_updated", item, kept.kept_in, day, answers)

    def _kept(self, kind: EntryKind, item: str, register: str, day: str, answers: dict[str, Any]) -> Walk:
        rule = self.edition.registers[register]
        known = self.dossier.items[item].fields if item in self.dossier.items else {}
        over = rule.ended_when is not None and holds(rule.ended_when, {**known, **answers})
        data = {"register": register, "id": item, "fields": answers, "counts_from": rule.counts_from or ""}
        return self.record(kind, day, {**data, "ended": over or kind == "item_answered"})

    def move_to(self, name: str, day: str, local: Path | None = None) -> Walk:
        """The case comes under another edition, in the state, with the steps and the requests that correspond."""
        later, earlier = load(name, local), self.edition.name
        comes_over = later.migrations[earlier]
        data = {
            "edition": later.name,
            "digest": later.digest,
            "calendars": self.dossier.calendars,
            "triggers": comes_over.triggers,
            "requests": comes_over.requests,
        }
        self.edition, source = later, self.state
        return self.record("moved_edition", day, data, source=source, dest=comes_over.states[source])

    def deadline(self, key: str) -> Deadline:
        return self.dossier.deadlines[key]

    def due(self, key: str) -> str:
        return str(self.deadline(key).due_on)


def walk(name: str, local: Path | None = None) -> Walk:
    """A case about to be opened under an edition."""
    return Walk(load(name, local))


def day_of(day: str) -> date:
    return date.fromisoformat(day if len(day) > len("03-02") else f"2026-{day}")
