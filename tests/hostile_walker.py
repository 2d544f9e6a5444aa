"""A case walked at random through an edition by the real verbs, to each final state, and looked at all the way."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from config.procedure_checks import parts
from records import cases
from records.cases import Case
from records.children import ChildDetails
from records.database import reading
from states.answers import holds
from states.entry import Actor
from states.errors import DamagedRecord, DateOutOfReach, Refused, StorageTrouble
from states.moments import local_day
from states.procedure import Procedure
from states.steps import Condition, Field, Transition
from tests.office import FIFE, POLICE, Office
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import year_of
from workflows.verbs.advance import advance
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.open import open_case
from workflows.verbs.outside_events import ask_after, record_event
from workflows.verbs.pause import end_pause, order_pause, review_pause
from workflows.verbs.people import add_child
from workflows.verbs.register_items import add_item, answer_item, update_item
from workflows.verbs.request import answer, decline, request
from workflows.verification.verify import verify
from workflows.views.agenda import agenda
from workflows.views.case_page import case_page
from workflows.views.date_receipt import date_receipt
from workflows.views.history import history_page
from workflows.views.viewer import Viewer

CASES = 4
"""How many cases are opened to come to one state: an answer may shut a case out of it for good."""

TRIES = 120
"""How often a walker tries to come one step further before it says that it cannot."""

NO_REFUSAL = (DamagedRecord, DateOutOfReach, StorageTrouble)
"""Refusals that no edition may bring about, whatever anybody does under it."""


class Stuck(AssertionError):
    """A final state that a walker did not come to."""


@dataclass
class Walker:
    """One who tries everything in a case, day after day, on the way to a state."""

    office: Office
    procedure: Procedure
    drawn: random.Random
    ref: str = ""
    tried: list[str] = field(default_factory=list)
    wanted: dict[str, set[Any]] = field(default_factory=dict)

    def walk(self) -> None:
        """Open a case for each final state and come to it; look at everything, and prove the record."""
        self.office.editions["walked"] = self.procedure
        for _, asked in parts(self.procedure, ()):
            if isinstance(asked, Condition):
                answers = {*asked.one_of, *([asked.equals] if asked.equals is not None else [])}
                self.wanted.setdefault(asked.field, set()).update(answers)
        for target in [name for name, state in self.procedure.states.items() if state.final] or [""]:
            if not any(self._comes_to(target) for _ in range(CASES)):
                raise Stuck(f"{target} was not reached: {' '.join(self.tried[-12:])}")
            self._look()
        self._sweep()
        verdict = verify(self.office.engine)
        assert verdict.ok, verdict
        with reading(self.office.engine) as tx:
            summary = summary_of(tx, year_of("2025-26"), local_day(self.office.now))
            assert paper(summary, "Committee", full=True)

    def _comes_to(self, target: str) -> bool:
        """Whether a new case came to a state; one with none to come to is left after a while."""
        self.ref = ""
        for turn in range(TRIES):
            case = self.office.case(self.ref) if self.ref else None
            if case is not None and case.dossier.state == target:
                return True
            onward = _next_moves(self.procedure, case.dossier.state if case else "", target)
            if onward and self.move(self.drawn.choice(onward), case):
                continue
            if case is not None:
                self.drawn.choice(self._helpful(case) if turn > TRIES // 4 else self._deeds(case))(case)
            if turn % 10 == 0 and self.ref:
                self._sweep()
        return not target

    def move(self, move: Transition, case: Case | None) -> bool:
        """Try one step, or the step that opens a case."""
        said = {
            "answers": self.answers(move.fields, case.dossier.fields if case else {}),
            "reason": "As the minute says.",
            "authority": self.drawn.choice(move.authority) if move.authority else "",
        }
        role = self.drawn.choice([*self._may(move.roles)] or ["lead_officer"])
        if case is None:
            more = {"agencies": (FIFE, POLICE, *self._others()), "lead": "The lead officer"}
            done = self.attempt(open_case, "walked", move.trigger, role=role, **said, **more)
            self.ref = done.ref if done is not None else ""
            return bool(done)
        override = self.drawn.choice(["", "No more will come."])
        return bool(self.attempt(advance, self.ref, move.trigger, role=role, override=override, **said))

    def _others(self) -> Iterator[str]:
        """More agencies than two, where a move waits for so many."""
        guards = (guard for move in self.procedure.transitions for guard in move.guards)
        least = max((guard.least for guard in guards if guard.name == "agencies_named"), default=0)
        return (f"Agency {number}" for number in range(2, least))

    def attempt(self, verb: Callable[..., Any], *said: Any, role: str = "lead_officer", **more: Any) -> Any:
        """Do something, or be refused with sentences that can be shown; anything else is a fault of Cairn."""
        named = getattr(verb, "__name__", "")
        self.tried.append(f"{named}({', '.join(map(str, said[1:2]))})")
        try:
            return self.office.do(verb, *said, role=role, name=f"{role} {self.drawn.choice('AB')}", **more)
        except NO_REFUSAL:
            raise
        except Refused as refusal:
            obstacles = refusal.obstacles
        assert obstacles
        assert [one for one in obstacles if not is_fit_to_show(one)] == []
        self.tried[-1] += "!"
        return None

    def answers(self, fields: tuple[Field, ...], recorded: dict[str, Any]) -> dict[str, Any]:
        """An answer to each field that must be filled in, and to some of the others."""
        given: dict[str, Any] = {}
        for one in fields:
            wanted = one.required and (one.when is None or holds(one.when, {**recorded, **given}))
            if wanted or self.drawn.random() < 0.6:
                given[one.name] = self._answer(one)
        return given

    def _answer(self, one: Field) -> Any:
        today, least = local_day(self.office.now), max(1, one.least)
        names = [choice.name for choice in one.choices] or [""]
        ahead = self.drawn.choice([0, 30, 90]) if one.future else -self.drawn.choice([0, 0, 1])
        answers: dict[str, Any] = {
            "date": (today + timedelta(days=ahead)).isoformat(),
            "choice": self.drawn.choice(names),
            "choices": self.drawn.sample(names, min(least, len(names))),
            "yes_no": {"answer": self.drawn.choice(["yes", "no"]), "reason": "As the minute says."},
            "number": self.drawn.choice([0, 1, 3]),
            "agency": FIFE,
            "agencies": [FIFE, POLICE, *(f"Agency {number}" for number in range(least))][: max(least, 2)],
            "people": [f"Reviewer {number}" for number in range(least)],
            "files": [f"Paper {number}" for number in range(least)],
            "measures": [{"indicator": "Plans", "target": "90 %", "source": "File audit"}] * least,
        }
        wanted = sorted({*self.wanted.get(one.name, ())}, key=str)
        if wanted and one.kind in {"text", "person", "agency", "number"} and self.drawn.random() < 0.5:
            return self.drawn.choice(wanted)
        return answers.get(one.kind, "As agreed.")

    def _may(self, roles: tuple[str, ...]) -> Iterator[str]:
        for name in roles:
            role = self.procedure.roles.get(name)
            yield from role.recorded_by if role is not None and role.external else (name,)

    def _role(self, roles: tuple[str, ...]) -> str:
        return self.drawn.choice([*self._may(roles)] or ["lead_officer"])

    def _deeds(self, case: Case) -> list[Callable[[Case], object]]:
        edition = self.procedure
        stay = [move for move in edition.moves_from(case.dossier.state) if move.dest == case.dossier.state]
        deeds: list[Callable[[Case], object]] = [self._wait, self._wait, self._sweep, self._look]
        deeds += [lambda case, move=move: self.move(move, case) for move in stay]
        deeds += [lambda case, name=name: self._ask(case, name) for name in edition.requests]
        deeds += [lambda case, name=name: self._enter(case, name) for name in edition.registers]
        deeds += [lambda case, name=name: self._hold(case, name) for name in edition.pauses]
        deeds += [lambda case, name=name: self._event(case, name) for name in edition.events]
        deeds += [self._hear] * 3 if case.dossier.requests else []
        deeds += [self._follow] * 2 if case.dossier.items else []
        deeds += [self._end_hold] * 2 if case.dossier.pauses else []
        deeds += [self._more_time] if case.dossier.deadlines else []
        return deeds

    def _helpful(self, case: Case) -> list[Callable[[Case], object]]:
        """What takes away what stands in the way of a step."""
        edition, open_ones = self.procedure, [one for one in case.dossier.requests.values() if one.status == "open"]
        deeds: list[Callable[[Case], object]] = [self._wait, self._child]
        deeds += [lambda case, name=name: self._event(case, name) for name in edition.events]
        asks: list[Callable[[Case], object]] = [
            lambda case, name=name: self._ask(case, name) for name in edition.requests
        ]
        deeds += [self._hear] * 2 if open_ones else asks
        deeds += [self._follow] * 3 if any(not item.ended for item in case.dossier.items.values()) else []
        deeds += [self._end_hold] * 3 if any(not one.ended for one in case.dossier.pauses.values()) else []
        stay = [move for move in edition.moves_from(case.dossier.state) if move.dest == case.dossier.state]
        deeds += [lambda case, move=move: self.move(move, case) for move in stay]
        if not case.dossier.items or self.drawn.random() < 0.2:
            deeds += [lambda case, name=name: self._enter(case, name) for name in edition.registers]
        return deeds

    def _child(self, case: Case) -> None:
        if not case.dossier.children:
            self.attempt(add_child, self.ref, ChildDetails("Somebody Unheardof"))

    def _wait(self, _: Case) -> None:
        self.office.later(days=self.drawn.choice([1, 1, 3, 20]))

    def _ask(self, _: Case, name: str) -> None:
        role = self._role(self.procedure.requests[name].asked_by)
        self.attempt(request, self.ref, name, (self.drawn.choice(["all", FIFE, POLICE]),), role=role)

    def _hear(self, case: Case) -> None:
        waiting = [one for one in case.dossier.requests.values() if one.status == "open"]
        one = self.drawn.choice(waiting or [*case.dossier.requests.values()])
        rule = self.procedure.requests[one.request]
        role = self._role(rule.asked_by)
        if self.drawn.random() < 0.15:
            self.attempt(decline, self.ref, one.agency, "Not ours.", kind=one.request, role=role)
        else:
            said = self.answers(rule.fields, {})
            self.attempt(answer, self.ref, one.agency, kind=one.request, answers=said, role=role)

    def _enter(self, _: Case, name: str) -> None:
        rule = self.procedure.registers[name]
        self.attempt(add_item, self.ref, name, self.answers(rule.fields, {}), role=self._role(rule.kept_by))

    def _follow(self, case: Case) -> None:
        left = [item for item in case.dossier.items.values() if not item.ended]
        item = self.drawn.choice(left or [*case.dossier.items.values()])
        rule = self.procedure.registers[item.kept_in]
        if rule.answer and self.drawn.random() < 0.5:
            said = self.answers(rule.answer, item.fields)
            self.attempt(answer_item, self.ref, item.id, said, role=self._role(rule.answered_by))
        else:
            said = self.answers(rule.update, item.fields)
            self.attempt(update_item, self.ref, item.id, said, role=self._role(rule.updated_by))

    def _hold(self, case: Case, name: str) -> None:
        rule = self.procedure.pauses[name]
        until = self.drawn.choice(rule.until)
        events = [one for one in rule.events or [*self.procedure.events] if one not in case.dossier.events]
        more: dict[str, Any] = {"ends": local_day(self.office.now) + timedelta(days=9)} if until == "date" else {}
        more |= {"event": self.drawn.choice(events)} if until == "event" and events else {}
        authority = self.drawn.choice(rule.authorities or ("fiscal",))
        stops = tuple(self.drawn.sample(rule.may_stop, self.drawn.randint(0, len(rule.may_stop))))
        self.attempt(
            order_pause, self.ref, name, authority, "A trial.", stops=stops, role=self._role(rule.ordered_by), **more
        )

    def _end_hold(self, case: Case) -> None:
        running = [one for one in case.dossier.pauses.values() if not one.ended]
        one = self.drawn.choice(running or [*case.dossier.pauses.values()])
        verb = self.drawn.choice([end_pause, end_pause, review_pause])
        self.attempt(verb, self.ref, one.id, "Over.", role=self._role(self.procedure.pauses[one.kind].ordered_by))

    def _event(self, _: Case, name: str) -> None:
        verb = self.drawn.choice([record_event, record_event, ask_after])
        self.attempt(verb, self.ref, name, role=self._role(self.procedure.events[name].recorded_by))

    def _more_time(self, case: Case) -> None:
        one = self.drawn.choice([*case.dossier.deadlines.values()])
        rule = self.procedure.timescales[one.timescale].extension
        asked = self.attempt(
            ask_extension, self.ref, one.key, 3, "Leave.", role=self._role(rule.asked_by if rule else ())
        )
        if asked is not None and rule is not None:
            number = [*asked.dossier.extensions][-1]
            self.attempt(grant_extension, self.ref, number, role=self._role(rule.granted_by))

    def _sweep(self, _: Case | None = None) -> None:
        assert self.office.sweep().stuck == 0
        assert self.office.deliver().aside == 0

    def _look(self, _: Case | None = None) -> None:
        """Read the page of the case, every receipt, its history and the agenda, and replay it."""
        viewer = Viewer(Actor(name="A. Viewer", role=self.drawn.choice([*self.procedure.roles])), self.office.now)
        with reading(self.office.engine) as tx:
            case = cases.find(tx, self.ref, to_change=False)
            assert case_page(tx, case, viewer).ref == self.ref
            for key in case.dossier.deadlines:
                assert date_receipt(case, key, viewer).line
            assert history_page(tx, case)
            assert agenda(tx, viewer)


def is_fit_to_show(sentence: str) -> bool:
    """Whether an obstacle is a sentence, and not what a programmer reads."""
    return bool(sentence.strip()) and not re.search(r"Traceback|object at 0x|\bNone\b|\{\}|\[\]", sentence)


def _next_moves(procedure: Procedure, state: str, target: str) -> list[Transition]:
    """The moves that come nearest to a state; any move where none leads there, or no state is meant."""
    far = {target: 0}
    ahead = deque([target])
    while ahead:
        here = ahead.popleft()
        for move in procedure.transitions:
            for source in move.source if move.dest == here else ():
                if source not in far:
                    far[source] = far[here] + 1
                    ahead.append(source)
    onward = procedure.moves_from(state) if state else procedure.openings
    leading = [move for move in onward if move.dest in far and move.dest != state]
    nearest = min((far[move.dest] for move in leading), default=0)
    return [move for move in leading if far[move.dest] == nearest] or [*onward]
