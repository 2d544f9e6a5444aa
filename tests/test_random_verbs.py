"""Random verbs in random order, against the system and a small model of it: they agree, and history always replays."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from records import history, snapshots
from records.database import reading
from records.diary import DEADLINES
from records.editions import EditionLibrary
from records.history import HISTORY
from states.dossier import Dossier
from states.errors import Refused
from states.fold import replay
from states.moments import local_day
from states.snapshot import PARTS
from tests.office import FIFE, POLICE, Office, staff
from tests.played import stories
from workflows.messages.chase import RUNGS
from workflows.verbs.advance import advance, record_missed
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension, refuse_extension, withdraw_extension
from workflows.verbs.open import open_case
from workflows.verbs.outside_events import record_event
from workflows.verbs.pause import end_pause, order_pause, review_pause
from workflows.verbs.people import change_people
from workflows.verbs.request import answer, decline, promise, redirect, request, send_back, withdraw

AGENCIES = (FIFE, POLICE, "Council", "Nobody we know")
MOVES = {  # the model: what each step needs and where it leads, written down a second time
    "gather": ("notified", "gathering"),
    "consider": ("gathering", "deciding"),
    "decide_review": ("deciding", "reviewing"),
    "decide_none": ("deciding", "closed"),
    "publish": ("reviewing", "closed"),
    "reopen": ("closed", "deciding"),
}
CHAIRS = {"decide_review", "decide_none", "publish", "reopen"}


class RandomVerbs(RuleBasedStateMachine):
    """One case, people who do anything in any order, and days that pass; with a snapshot now and then, or always."""

    database = "sqlite"

    @initialize(at_most=st.sampled_from([0, 2, 5, snapshots.AT_MOST]), held=st.sampled_from([0, snapshots.HELD]))
    def open_one(self, at_most: int, held: int) -> None:
        self.doors = ExitStack()
        patched = self.doors.enter_context(pytest.MonkeyPatch.context())
        patched.setattr(snapshots, "AT_MOST", at_most)
        patched.setattr(snapshots, "HELD", held)
        self.folder = Path(tempfile.mkdtemp())
        self.office: Office = self.doors.enter_context(stories().office_after(staff, self.database, self.folder))
        case = self.office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE, POLICE))
        self.ref, self.state, self.entries = case.ref, "notified", 1
        self.waiting: set[str] = set()
        self.wanted = 0
        self.held = False

    def teardown(self) -> None:
        if hasattr(self, "doors"):
            self.doors.close()
            shutil.rmtree(self.folder)

    def attempt(self, verb: Any, *arguments: Any, **more: Any) -> bool:
        """Do it; whether it was done. A refusal must have written nothing: the invariants look."""
        try:
            self.office.do(verb, self.ref, *arguments, **more)
        except Refused as refusal:
            said = refusal.obstacles
        else:
            self.entries += 1
            return True
        assert said
        assert all(obstacle.strip() for obstacle in said)
        return False

    @rule(
        trigger=st.sampled_from([*MOVES, "fly"]),
        role=st.sampled_from(["lead_officer", "chair"]),
        why=st.sampled_from(["", "because"]),
    )
    def take_a_step(self, trigger: str, role: str, why: str) -> None:
        source, dest = MOVES.get(trigger, ("", ""))
        may = source == self.state and role == ("chair" if trigger in CHAIRS else "lead_officer")
        may = may and (trigger not in {"decide_review", "decide_none", "reopen"} or bool(why))
        may = may and (trigger != "consider" or (self.wanted > 0 and not self.waiting))
        may = may and not (trigger == "publish" and self.held)

        assert self.attempt(advance, trigger, role=role, reason=why) == may
        self.state = dest if may else self.state

    @rule(agency=st.sampled_from(AGENCIES))
    def ask(self, agency: str) -> None:
        may = self.state in {"gathering", "deciding"} and agency not in self.waiting

        assert self.attempt(request, "report", (agency,)) == may
        if may:
            self.waiting.add(agency)
            self.wanted += 1

    @rule(agency=st.sampled_from(AGENCIES))
    def ask_no_longer(self, agency: str) -> None:
        may = agency in self.waiting

        assert self.attempt(withdraw, agency, "another committee follows it up") == may
        if may:
            self.waiting.discard(agency)
            self.wanted -= 1

    @rule(agency=st.sampled_from(AGENCIES), how=st.sampled_from(["answer", "decline", "redirect", "promise", "back"]))
    def hear_from(self, agency: str, how: str) -> None:
        open_now = agency in self.waiting
        if how == "answer":
            assert self.attempt(answer, agency) == open_now
            self.waiting.discard(agency)
        elif how == "decline":
            assert self.attempt(decline, agency, "not ours") == open_now
            self.waiting.discard(agency)
        elif how == "promise":
            assert self.attempt(promise, agency, self.today() + timedelta(days=5)) == open_now
        elif how == "redirect":
            may = open_now and self.state in {"gathering", "deciding"} and "Council" not in self.waiting
            assert self.attempt(redirect, agency, "Council", "theirs") == may
            if may:
                self.waiting.discard(agency)
                self.waiting.add("Council")
                self.wanted += 1
        elif self.attempt(send_back, agency, "not enough"):
            assert not open_now
            self.waiting.add(agency)

    @rule(
        open_ended=st.booleans(),
        stops=st.sampled_from([("decision",), ("report",), ("decision", "report"), ("notice",)]),
    )
    def hold(self, open_ended: bool, stops: tuple[str, ...]) -> None:
        ends = None if open_ended else self.today() + timedelta(days=10)
        may = self.state != "closed" and stops != ("notice",) and not self.is_held(ends, stops)

        done = self.attempt(order_pause, "proceedings", "the fiscal", "trial", role="chair", ends=ends, stops=stops)
        assert done == may
        self.look_at_holds()

    def is_held(self, ends: date | None, stops: tuple[str, ...]) -> bool:
        """Whether the same hold was ordered before and is not over."""
        running = (one for one in self.office.case(self.ref).dossier.pauses.values() if not one.ended)
        same = [one for one in running if (one.ends, set(one.stops)) == (ends, set(stops))]
        return any(one.ends is None or one.ends > self.today() for one in same)

    @rule(number=st.integers(1, 4), ending=st.booleans())
    def look_at_a_hold(self, number: int, ending: bool) -> None:
        if ending:
            self.attempt(end_pause, f"P{number}", "over", role="chair")
        else:
            self.attempt(review_pause, f"P{number}", "still needed", role="chair")
        self.look_at_holds()

    @rule()
    def verdict(self) -> None:
        self.attempt(record_event, "verdict")
        self.look_at_holds()

    @rule(key=st.sampled_from(["report/R1", "report/R2", "decision", "form"]), days=st.integers(0, 12))
    def ask_for_time(self, key: str, days: int) -> None:
        self.attempt(ask_extension, key, days, "leave")

    @rule(number=st.integers(1, 4), how=st.sampled_from([grant_extension, refuse_extension, withdraw_extension]))
    def decide_on_time(self, number: int, how: Any) -> None:
        self.attempt(how, f"E{number}", "heard", role="chair")

    @rule(day=st.dates(date(2026, 2, 1), date(2026, 3, 2)))
    def put_right_when_informed(self, day: date) -> None:
        assert self.attempt(correct, 1, "misread", answers={"informed_on": day.isoformat()})

    @rule(key=st.sampled_from(["form", "decision", "report/R1"]))
    def say_why_late(self, key: str) -> None:
        self.attempt(record_missed, key, "the author was ill")

    @rule(lead=st.sampled_from(["First lead officer", "Second lead officer"]))
    def change_lead(self, lead: str) -> None:
        assert self.attempt(change_people, lead=lead)

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.office.later(days=days)
        self.look_at_holds()

    @precondition(lambda self: hasattr(self, "office"))
    @rule()
    def sweep_and_deliver(self) -> None:
        self.entries += self.office.sweep().climbed
        assert self.office.sweep().climbed == 0
        self.office.deliver()
        assert self.office.deliver().sent == 0

    @invariant()
    def stands_where_the_model_stands(self) -> None:
        case = self.office.case(self.ref)
        assert case.dossier.state == self.state
        assert case.dossier.sequence == self.entries
        assert {one.agency for one in case.dossier.requests.values() if one.status == "open"} == self.waiting

    @invariant()
    def history_replays_to_the_case(self) -> None:
        with reading(self.office.engine) as tx:
            case = self.office.case(self.ref)
            blank = Dossier(ref=self.ref, edition="small-review", digest=self.office.editions["small"].digest)
            replayed = replay(blank, history.entries(tx, case.id), EditionLibrary(tx))
            assert replayed == case.dossier
            assert [list(getattr(replayed, name)) for name in PARTS] == [
                list(getattr(case.dossier, name)) for name in PARTS
            ]
            assert tx.execute(select(func.count()).select_from(HISTORY)).scalar_one() == self.entries

    @invariant()
    def the_diary_says_what_the_case_says(self) -> None:
        case = self.office.case(self.ref)
        rows = self.office.rows(select(DEADLINES.c.key, DEADLINES.c.status, DEADLINES.c.due_on))
        wanted = {(one.key, one.status, one.due_on) for one in case.dossier.deadlines.values()}
        assert {tuple(row) for row in rows} == wanted

    @invariant()
    def extensions_and_holds_only_ever_make_dates_later(self) -> None:
        for deadline in self.office.case(self.ref).dossier.deadlines.values():
            if deadline.due_on is not None and deadline.original_on is not None:
                assert deadline.due_on >= deadline.original_on

    @invariant()
    def what_was_climbed_is_on_record(self) -> None:
        entries = select(func.count()).where(HISTORY.c.kind == "chased")
        climbed = select(func.count()).where(RUNGS.c.passed.is_(False))
        without = entries.where(HISTORY.c.body.contains('"rung":null'))
        count = [self.office.rows(query)[0][0] for query in (entries, climbed, without)]
        assert count[0] == count[1] + count[2]

    def today(self) -> date:
        return local_day(self.office.now)

    def look_at_holds(self) -> None:
        holds = self.office.case(self.ref).dossier.pauses.values()
        self.held = any(pause.runs_on(self.today()) for pause in holds)


RandomVerbs.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestRandomVerbs = RandomVerbs.TestCase


class RandomVerbsOnServer(RandomVerbs):
    """The same on PostgreSQL, for fewer cases."""

    database = "postgresql"


RandomVerbsOnServer.TestCase.settings = settings(max_examples=4, stateful_step_count=20, deadline=None)
TestRandomVerbsOnServer = RandomVerbsOnServer.TestCase
