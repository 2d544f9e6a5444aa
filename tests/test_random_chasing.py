"""Random answers, promises, absences and sweeps: nobody is chased twice or forgotten, and the record verifies."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from records import checkpoints, contact_log
from records.children import ChildDetails
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.keys import MasterKey
from records.outbox import open_tasks
from states.entry import CAIRN
from states.errors import Refused
from states.moments import local_day
from tests.casework import edited, messages
from tests.office import FIFE, POLICE, Office
from tests.played import stories
from tests.test_agency_calendars import NHS
from workflows.installation.key_exchange import exchange_key
from workflows.messages.chase import confirm
from workflows.verbs.advance import advance, record_missed
from workflows.verbs.contacts import set_away
from workflows.verbs.extend import ask_extension, grant_extension, withdraw_extension
from workflows.verbs.open import open_case
from workflows.verbs.pause import end_pause, order_pause, review_pause
from workflows.verbs.people import add_child
from workflows.verbs.register_items import add_item, update_item
from workflows.verbs.request import answer, decline, promise, redirect, request, send_back
from workflows.verification.verify import verify

COUNCIL = "Fife Council"
REFS = ("TST-2026-0001", "TST-2026-0002")
AGENCIES = st.sampled_from([FIFE, POLICE, COUNCIL])
ROLES = st.sampled_from(["lead_officer", "deputy_lead_officer"])
ACTIONS: dict[str, Any] = {
    "label": "Actions",
    "prefix": "A",
    "kept_by": ["lead_officer"],
    "updated_by": ["lead_officer"],
    "ended_when": {"field": "done", "is": "yes"},
    "fields": [{"name": "agency", "label": "Agency", "kind": "agency"}],
    "update": [{"name": "done", "label": "Done", "kind": "choice", "choices": [{"name": "yes", "label": "Yes"}]}],
    "cite": ["S"],
}
ACTION_DUE: dict[str, Any] = {
    "label": "An action",
    "anchor": {"entered": "action"},
    "limit": 6,
    "unit": "working_days",
    "owner": "agency",
    "met_by": {"items": ["action"], "updates": ["action"]},
    "ladder": "agency",
    "cite": ["S"],
}


def edition() -> Any:
    deputy = {"deputy_lead_officer": {"label": "Deputy", "acts_for": ["lead_officer"]}}
    own = {FIFE: {"calendar": "nhs-fife"}}
    return edited(roles=deputy, registers={"action": ACTIONS}, timescales={"action_due": ACTION_DUE}, agencies=own)


def two_cases(office: Office) -> None:
    """Two cases whose agencies were alerted; NHS Fife has a calendar of its own."""
    office.editions["small"], office.calendars["nhs-fife"] = edition(), NHS
    for ref in REFS:
        opened = {"answers": {"informed_on": "2026-03-01"}, "agencies": (FIFE, POLICE)}
        assert office.do(open_case, "small", **opened).ref == ref
        office.do(advance, ref, "gather")


class RandomChasing(RuleBasedStateMachine):
    """Two cases, agencies that answer, promise and fall silent, contacts that come and go, and days that pass."""

    @initialize()
    def open_two(self) -> None:
        self.doors = ExitStack()
        self.folder = Path(tempfile.mkdtemp())
        begun = stories().office_after(two_cases, "sqlite", self.folder)
        self.office: Office = self.doors.enter_context(begun)
        self.refs = list(REFS)

    def teardown(self) -> None:
        if hasattr(self, "doors"):
            self.doors.close()
            shutil.rmtree(self.folder)

    def attempt(self, verb: Any, which: int, *arguments: Any, **more: Any) -> None:
        try:
            self.office.do(verb, self.refs[which % 2], *arguments, **more)
        except Refused as refusal:
            said = refusal.obstacles
        else:
            return
        assert all(obstacle.strip() for obstacle in said)

    @rule(which=st.integers(0, 1), agency=AGENCIES, role=ROLES)
    def ask(self, which: int, agency: str, role: str) -> None:
        self.attempt(request, which, "report", (agency,), role=role)

    @rule(which=st.integers(0, 1), agency=AGENCIES, how=st.sampled_from([answer, decline, send_back, redirect]))
    def hear(self, which: int, agency: str, how: Any) -> None:
        words = {answer: (), redirect: (COUNCIL, "theirs")}.get(how, ("because",))
        self.attempt(how, which, agency, *words)

    @rule(which=st.integers(0, 1), agency=AGENCIES, days=st.integers(0, 25), own=st.booleans())
    def say_when(self, which: int, agency: str, days: int, own: bool) -> None:
        until = self.today() + timedelta(days=days) if days else None
        who = {"role": "agency", "agency_of_actor": agency} if own else {}
        self.attempt(promise, which, agency, until, **who)

    @rule(which=st.integers(0, 1), agency=AGENCIES)
    def act(self, which: int, agency: str) -> None:
        self.attempt(add_item, which, "action", {"agency": agency})

    @rule(which=st.integers(0, 1), number=st.integers(1, 3))
    def finish(self, which: int, number: int) -> None:
        self.attempt(update_item, which, f"A{number}", {"done": "yes"})

    @rule(which=st.integers(0, 1), ends=st.integers(0, 20))
    def hold(self, which: int, ends: int) -> None:
        until = self.today() + timedelta(days=ends) if ends else None
        self.attempt(order_pause, which, "proceedings", "fiscal", "trial", role="chair", ends=until, stops=("report",))

    @rule(which=st.integers(0, 1), number=st.integers(1, 3), how=st.sampled_from([end_pause, review_pause]))
    def look_at_hold(self, which: int, number: int, how: Any) -> None:
        self.attempt(how, which, f"P{number}", "heard", role="chair")

    @rule(which=st.integers(0, 1), request_number=st.integers(1, 3), days=st.integers(1, 12))
    def give_time(self, which: int, request_number: int, days: int) -> None:
        self.attempt(ask_extension, which, f"report/R{request_number}", days, "leave")
        self.attempt(grant_extension, which, f"E{request_number}", "heard", role="chair")

    @rule(which=st.integers(0, 1), number=st.integers(1, 3))
    def take_time_back(self, which: int, number: int) -> None:
        self.attempt(withdraw_extension, which, f"E{number}", "not needed", role="chair")

    @rule(which=st.integers(0, 1), yes=st.booleans(), role=ROLES)
    def decide_on_drafts(self, which: int, yes: bool, role: str) -> None:
        self.attempt(confirm, which, withhold="" if yes else "not now", role=role)

    @rule(which=st.integers(0, 1), number=st.integers(1, 3))
    def say_why_late(self, which: int, number: int) -> None:
        self.attempt(record_missed, which, f"report/R{number}", "leave")

    @rule(which=st.integers(0, 1))
    def enter_a_child(self, which: int) -> None:
        self.attempt(add_child, which, ChildDetails("Zoë Invented"))

    @rule(number=st.integers(1, 6), days=st.integers(0, 9))
    def go_away(self, number: int, days: int) -> None:
        self.office.do(set_away, number, self.today(), self.today() + timedelta(days=days))

    @rule(number=st.integers(1, 6), back=st.booleans())
    def leave_or_come_back(self, number: int, back: bool) -> None:
        with transaction(self.office.engine) as tx:
            tx.execute(CONTACTS.update().where(CONTACTS.c.id == number).values(active=back))
            contact_log.note(tx, number, "returned" if back else "retired", CAIRN, self.office.now)

    @rule(key=st.binary(min_size=32, max_size=32))
    def exchange_keys(self, key: bytes) -> None:
        self.sweep_and_deliver(2)
        self.office.do(exchange_key, MasterKey(key), "somebody left")
        self.office.keys = MasterKey(key)

    @rule(days=st.integers(1, 12))
    def sweep_and_deliver(self, days: int) -> None:
        self.office.later(days=days)
        self.office.sweep()
        again = self.office.sweep()
        assert (again.climbed, again.withdrawn, again.reachable, again.stuck) == (0, 0, 0, 0)
        self.office.deliver()
        self.office.later(hours=1)
        self.office.sweep()
        with transaction(self.office.engine) as tx:
            checkpoints.checkpoint(tx, self.office.keys, None, self.office.now)
        verdict = verify(self.office.engine, keys=self.office.keys, now=self.office.now)
        assert verdict.ok, [str(place) for place in verdict.places]

    @rule()
    def sweep_every_day_for_a_week(self) -> None:
        for _ in range(8):
            self.sweep_and_deliver(1)

    @invariant()
    def a_missing_place_is_one_open_task(self) -> None:
        with reading(self.office.engine) as tx:
            for ref in self.refs:
                case = self.office.case(ref)
                places = Counter(
                    (one["agency"], one["place"]) for one in open_tasks(tx, "unreachable", case_id=case.id).values()
                )
                assert set(places.values()) <= {1}

    @invariant()
    def nobody_hears_of_a_missing_place_twice_a_day(self) -> None:
        told: Counter[tuple[int, date, str, int]] = Counter()
        for row in messages(self.office, kind="task"):
            facts = json.loads(row.facts)
            if facts["problem"].endswith("cannot be reached"):
                told[row.case_id, local_day(row.created_at), facts["problem"], row.contact_id] += 1
        assert set(told.values()) <= {1}

    def today(self) -> date:
        return local_day(self.office.now)


RandomChasing.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestRandomChasing = RandomChasing.TestCase
