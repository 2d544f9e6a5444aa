"""A case walked through an edition by the pure engine: machine, fold and clocks, with plausible answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from config import procedures
from config.calendar_files import load_calendars
from states.answers import faults, holds
from states.calendars import Calendar
from states.dossier import Deadline, Dossier
from states.entry import Actor, Entry, EntryKind
from states.fold import fold
from states.guards import Facts
from states.machine import step
from states.procedure import Procedure
from states.steps import Field, Transition

CALENDARS = load_calendars()


@dataclass(frozen=True)
class Shelf:
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


@dataclass
class Walk:
    """One case on its way. Days are given as "03-02" of 2026 unless they name their year."""

    edition: Procedure
    sequence: int = 0
    dossier: Dossier = field(init=False)

    def __post_init__(self) -> None:
        self.dossier = Dossier(ref="T-1", edition=self.edition.name, digest=self.edition.digest)

    @property
    def state(self) -> str:
        return self.dossier.state

    def go(self, trigger: str, day: str, *, override: str = "", role: str = "", **given: Any) -> Walk:
        move = self.edition.moves[self.state, trigger]
        answers = filled_in(move.fields, given, self.dossier.fields, day_of(day))
        actor = Actor(name="Somebody", role=role or move.roles[0])
        authority = move.authority[0] if move.authority else ""
        why = "As the minute says."
        step(Facts(self.edition, self.dossier, actor, day_of(day), answers, why, authority, override), trigger)
        return self._moved(move, day, answers)

    def _moved(self, move: Transition, day: str, answers: dict[str, Any]) -> Walk:
        data: dict[str, Any] = {"fields": answers, "final": self.edition.states[move.dest].final}
        kind: EntryKind = "advanced" if self.state else "opened"
        if not self.state:
            data |= {"calendars": {name: one.digest for name, one in CALENDARS.items()}, "agencies": ["NHS Tayside"]}
        return self.record(kind, day, data, trigger=move.trigger, source=self.state, dest=move.dest)

    def record(self, kind: EntryKind, day: str, data: dict[str, Any], **more: Any) -> Walk:
        self.sequence += 1
        today = day_of(day)
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        who = Actor(name="Somebody", role="lead_officer")
        entry = Entry(
            kind=kind, actor=who, happened_on=today, recorded_at=noon, sequence=self.sequence, data=data, **more
        )
        self.dossier = fold(self.dossier, entry, Shelf(self.edition))
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

    def deadline(self, key: str) -> Deadline:
        return self.dossier.deadlines[key]

    def due(self, key: str) -> str:
        return str(self.deadline(key).due_on)


def walk(name: str, local: Path | None = None) -> Walk:
    """A case about to be opened under an edition."""
    return Walk(procedures.load(name, local))


def day_of(day: str) -> date:
    return date.fromisoformat(day if len(day) > len("03-02") else f"2026-{day}")
