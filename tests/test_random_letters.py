"""Nothing owed is lost: contacts, servers and clocks at random, and the law asked of all that is owed after each step.

A real mail server and a local GOV.UK Notify that misbehave on command, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from notifications import smtp
from records import bulk_reading, history, outbox
from records.contacts import CONTACTS
from records.database import reading
from records.outbox import MESSAGES, TASKS
from states.errors import BadAnswer, Refused
from states.letters import ON_THE_WAY, TAKEN_OUT
from tests.casework import edited, transitions
from tests.mailserver import MailServer
from tests.office import FIFE, POLICE, Office
from tests.played import stories
from tests.test_govuk_notify import CREATED, KEY, SERVICE, TEMPLATE
from tests.webserver import WebServer
from workflows.verbs.advance import advance
from workflows.verbs.contacts import change_channels, retire_contact, set_away
from workflows.verbs.letters import record_bounce, send_again
from workflows.verbs.open import open_case
from workflows.verbs.request import answer, request, request_reached
from workflows.verbs.settle_task import settle_task
from workflows.verification.reconcile import delivery_fault, everybody, messages_owed
from workflows.verification.verify import verify

COUNCIL = "Fife Council"
REFS = ("TST-2026-0001", "TST-2026-0002")
AGENCIES = st.sampled_from([FIFE, POLICE, COUNCIL])
PLACES = st.sampled_from([(FIFE, "first"), (FIFE, "senior"), (COUNCIL, "first"), ("", "lead_officer"), ("", "chair")])
REPLIES = st.sampled_from(
    ["", "550 5.1.1 No such person", "452 4.2.2 Full", "451 Later", "550 5.7.1 Not from you", "550 Unknown"]
)
NOTIFY_SAYS = [
    (201, None),
    (403, "AuthError: Invalid token: API key not found"),
    (403, "AuthError: Error: Your system clock must be accurate to within 30 seconds"),
    (400, "ValidationError: email_address Not a valid email address"),
    (429, "RateLimitError: Exceeded rate limit"),
    (500, "Exception: Internal server error"),
]


def edition() -> Any:
    notice = {"tell": ["agencies", "chair"], "message": "decision_made"}
    return edited(transitions=transitions(decide_none={"notify": [notice]}))


def two_cases(office: Office) -> None:
    """Two cases whose agencies were alerted."""
    office.editions["small"] = edition()
    for ref in REFS:
        opened = {"answers": {"informed_on": "2026-03-01"}, "agencies": (FIFE, POLICE)}
        assert office.do(open_case, "small", **opened).ref == ref
        office.do(advance, ref, "gather")


class RandomLetters(RuleBasedStateMachine):
    """Two cases whose agencies' people come, go, are mistyped and put right, while servers refuse what they like."""

    database = "sqlite"

    @initialize()
    def set_up(self) -> None:
        self.doors, self.folder = ExitStack(), Path(tempfile.mkdtemp())
        self.mail = self.doors.enter_context(MailServer())
        self.web = self.doors.enter_context(WebServer(status=201, answer=CREATED))
        self.doors.callback(smtp.close_connections)
        begun = stories().office_after(two_cases, self.database, self.folder)
        self.office: Office = self.doors.enter_context(begun)
        self.by_smtp = f"smtp://127.0.0.1:{self.mail.port}?from=cairn@cairn.example"
        self.by_notify = f"govuknotify://{SERVICE}/{TEMPLATE}?key={KEY}&base=http://127.0.0.1:{self.web.port}"
        self.office.relay = self.by_smtp
        self.refs = list(REFS)

    def teardown(self) -> None:
        if hasattr(self, "doors"):
            self.doors.close()
            shutil.rmtree(self.folder)

    def attempt(self, verb: Any, *arguments: Any, **more: Any) -> None:
        try:
            self.office.do(verb, *arguments, **more)
        except Refused as refusal:
            said = refusal.obstacles
        else:
            return
        assert all(obstacle.strip() for obstacle in said)

    @rule(which=st.integers(0, 1), agency=AGENCIES)
    def ask(self, which: int, agency: str) -> None:
        self.attempt(request, self.refs[which], "report", (agency,))

    @rule(which=st.integers(0, 1), agency=AGENCIES)
    def hear(self, which: int, agency: str) -> None:
        self.attempt(answer, self.refs[which], agency)

    @rule(which=st.integers(0, 1), step=st.sampled_from(["consider", "decide_none", "reopen"]))
    def go_on(self, which: int, step: str) -> None:
        who = "lead_officer" if step == "consider" else "chair"
        override = "enough is known" if step == "consider" else ""
        self.attempt(advance, self.refs[which], step, reason="As the minute says.", override=override, role=who)

    @rule(place=PLACES, address=st.integers(1, 4))
    def enter(self, place: tuple[str, str], address: int) -> None:
        agency, role = place
        self.office.add_contact(role, agency, f"{role}.{address}@agency.example".replace("_", "-"))

    @rule(place=PLACES, how=st.sampled_from(["retire", "away", "mistyped", "none"]), days=st.integers(0, 5))
    def change(self, place: tuple[str, str], how: str, days: int) -> None:
        agency, role = place
        found = self.office.rows(CONTACTS.select().where(CONTACTS.c.agency == agency, CONTACTS.c.role == role))
        for row in [row for row in found if row.active][:1]:
            if how == "retire":
                self.office.do(retire_contact, row.id)
            elif how == "away":
                today = self.office.now.date()
                self.office.do(set_away, row.id, today, today + timedelta(days=days))
            elif how == "mistyped":
                self.office.do(change_channels, row.id, [("email", f"{how}.{days}@agency.example")])
            else:
                with pytest.raises(BadAnswer, match="where messages go"):
                    self.office.do(change_channels, row.id, [])

    @rule(reply=REPLIES, to=st.sampled_from([FIFE, POLICE, COUNCIL, "mistyped", "all"]))
    def turn_readers_away(self, reply: str, to: str) -> None:
        self.mail.refuse = _Some(reply, to) if reply else {}

    @rule(reply=st.sampled_from(["", "550 5.7.1 Sender rejected", "451 4.3.0 Later"]))
    def turn_the_sender_away(self, reply: str) -> None:
        self.mail.refuse_sender = reply

    @rule(says=st.sampled_from(NOTIFY_SAYS), notify=st.booleans())
    def change_the_relay(self, says: tuple[int, str | None], notify: bool) -> None:
        status, error = says
        self.web.status = status
        kind, _, words = (error or "").partition(": ")
        said = {"status_code": status, "errors": [{"error": kind, "message": words}]}
        self.web.answer = json.dumps(said).encode() if error else CREATED
        self.office.relay = self.by_notify if notify else self.by_smtp

    @rule(trouble=st.sampled_from(["none", "none", "drop-after", "drop"]))
    def hang_up(self, trouble: Any) -> None:
        self.mail.trouble = trouble

    @rule()
    def relay_down(self) -> None:
        self.office.relay = "smtp://127.0.0.1:1?from=cairn@cairn.example"

    @rule(place=st.integers(0, 30))
    def bounce(self, place: int) -> None:
        self._some(record_bounce, "sent", place, "550 5.1.1 said days later")

    @rule(place=st.integers(0, 30), status=st.sampled_from(["failed", "bounced"]))
    def again(self, place: int, status: str) -> None:
        self._some(send_again, status, place, "They say it works.")

    def _some(self, verb: Any, status: str, place: int, why: str) -> None:
        rows = self.office.rows(MESSAGES.select().where(MESSAGES.c.status == status).order_by(MESSAGES.c.id))
        if rows:
            self.attempt(verb, rows[place % len(rows)].id, why)

    @rule(place=st.integers(0, 10))
    def see_to(self, place: int) -> None:
        rows = self.office.rows(TASKS.select().where(TASKS.c.done_at.is_(None)).order_by(TASKS.c.id))
        if rows:
            self.attempt(settle_task, rows[place % len(rows)].id, "Told them by telephone.")

    @rule(which=st.integers(0, 1), agency=AGENCIES)
    def it_reached_them_today(self, which: int, agency: str) -> None:
        self.attempt(request_reached, self.refs[which], agency, self.office.now.date(), "Rang them.")

    @rule(hours=st.sampled_from([1, 7, 24, 80]), sweep=st.booleans())
    def time_goes_by(self, hours: int, sweep: bool) -> None:
        self.office.later(hours=hours)
        if sweep:
            self.office.sweep()
        self.office.deliver()

    @invariant()
    def everything_owed_is_exactly_one_of_four(self) -> None:
        with reading(self.office.engine) as tx:
            known = everybody(tx)
            for kept in bulk_reading.cases_kept(tx):
                entries = history.entries(tx, kept.row["id"])
                closed = {entry.data["task"] for entry in entries if entry.kind == "task_done"}
                for entry in entries:
                    case = self.office.case(kept.row["ref"])
                    for owed in messages_owed(case, entry) if entry.kind in {"requested", "chased"} else ():
                        told = [one for one in kept.told if one.sequence == owed.sequence]
                        assert delivery_fault(known, owed, told, kept.unreached, closed) == ""

    @invariant()
    def nothing_is_taken_out_without_a_reason_or_waits_without_a_time(self) -> None:
        for row in self.office.rows(MESSAGES.select()):
            assert row.status not in TAKEN_OUT or row.reason
            assert row.status not in ON_THE_WAY or row.deliver_after

    @invariant()
    def one_trouble_is_one_task(self) -> None:
        with reading(self.office.engine) as tx:
            told = outbox.open_tasks(tx, "undelivered", "sending").values()
        troubles = Counter((facts.get("contact"), facts.get("channel"), facts.get("way")) for facts in told)
        assert set(troubles.values()) <= {1}

    @rule()
    def the_record_verifies(self) -> None:
        self.office.later(minutes=30)
        self.office.sweep()
        self.office.deliver()
        verdict = verify(self.office.engine, now=self.office.now)
        assert verdict.ok, [str(place) for place in verdict.places]

    @rule()
    def all_is_put_right_and_everything_arrives(self) -> None:
        self.mail.refuse, self.mail.refuse_sender, self.mail.trouble = {}, "", "none"
        self.office.relay = self.by_smtp
        for place in (("", "lead_officer"), ("", "chair"), (FIFE, "first"), (FIFE, "senior"), (COUNCIL, "first")):
            self.office.add_contact(place[1], place[0])
        for _ in range(3):
            self.office.later(hours=24)
            self.office.sweep()
            self.office.deliver()
        waiting = self.office.rows(MESSAGES.select().where(MESSAGES.c.status == "posted"))
        assert waiting == []


class _Some(dict[str, str]):
    """Recipients that are turned away: those whose address speaks of somebody, or all."""

    def __init__(self, reply: str, to: str) -> None:
        super().__init__()
        self.reply, self.to = reply, to.lower().replace(" ", "")

    def __contains__(self, address: object) -> bool:
        return self.to == "all" or self.to in str(address)

    def __getitem__(self, _: str) -> str:
        return self.reply


class RandomLettersOnPostgres(RandomLetters):
    """The same on the other database."""

    database = "postgresql"


RandomLetters.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
RandomLettersOnPostgres.TestCase.settings = settings(max_examples=4, stateful_step_count=20, deadline=None)
TestRandomLetters = RandomLetters.TestCase
TestRandomLettersOnPostgres = RandomLettersOnPostgres.TestCase
