"""A committee's office for tests: a real database, a small edition, contacts that can be written to, people at work."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from config.calendar_files import load_calendar
from records import cases
from records.database import connect, reading, transaction
from records.keys import MasterKey
from records.upgrade import upgrade
from states.entry import Actor
from states.procedure import Procedure
from tests.walking import load
from workflows.messages.chase import SweepResult, sweep
from workflows.messages.deliver import DeliveryResult, Post, deliver
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.contacts import add_contact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from records.cases import Case
    from states.calendars import Calendar

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
FIFE, POLICE = "NHS Fife", "Police Scotland"

SMALL_EDITION = """
name = "small-review"
title = "A small review"
regime = "testing"
nation = "Scotland"
review = "small review"
prefix = "TST"
calendar = "scotland"
[sources]
S = { title = "A made-up page" }
[roles]
lead_officer = { label = "Lead officer" }
chair = { label = "Committee chair" }
[authorities]
fiscal = "Procurator Fiscal"
[states]
notified = { label = "Notified", phase = "referral", cite = ["S"] }
gathering = { label = "Gathering reports", phase = "referral", cite = ["S"] }
deciding = { label = "Before the committee", phase = "decision", cite = ["S"] }
reviewing = { label = "In review", phase = "review", cite = ["S"] }
closed = { label = "Closed", phase = "closed", final = true, cite = ["S"] }

[[transitions]]
trigger = "notify"
label = "Record the notification"
dest = "notified"
roles = ["lead_officer"]
cite = ["S"]
fields = [{ name = "informed_on", label = "Date the lead was informed", kind = "date" }]
notify = [{ tell = ["lead_officer"], message = "case_opened" }]

[[transitions]]
trigger = "gather"
label = "Alert the agencies"
source = ["notified"]
dest = "gathering"
roles = ["lead_officer"]
cite = ["S"]
guards = [{ name = "agencies_named" }]
notify = [{ tell = ["agencies"], message = "case_alerted" }]

[[transitions]]
trigger = "consider"
label = "Put the reports before the committee"
source = ["gathering"]
dest = "deciding"
roles = ["lead_officer"]
cite = ["S"]
guards = [{ name = "answers_in", request = "report", override = "lead_officer" }]

[[transitions]]
trigger = "decide_review"
label = "Decide on a review"
source = ["deciding"]
dest = "reviewing"
roles = ["chair"]
act = "decide"
reason = "required"
cite = ["S"]
fields = [{ name = "planned_on", label = "Planned publication", kind = "date", future = true, required = false }]

[[transitions]]
trigger = "decide_none"
label = "Decide against a review"
source = ["deciding"]
dest = "closed"
roles = ["chair"]
act = "decide"
reason = "required"
cite = ["S"]

[[transitions]]
trigger = "publish"
label = "Publish and close"
source = ["reviewing"]
dest = "closed"
roles = ["chair"]
cite = ["S"]
guards = [{ name = "not_held", trigger = "publish" }]

[[transitions]]
trigger = "reopen"
label = "Reopen"
source = ["closed"]
dest = "deciding"
roles = ["chair"]
reason = "required"
reopens = true
cite = ["S"]

[requests.report]
label = "Agency report"
asked_by = ["lead_officer"]
states = ["gathering", "deciding"]
message = "information_requested"
acknowledgement = "information_received"
cite = ["S"]

[timescales.form]
label = "Notification form"
anchor = { field = "informed_on" }
limit = 7
owner = "lead_officer"
met_by = { triggers = ["gather"] }
ladder = "officer"
cite = ["S"]

[timescales.report]
label = "Agency report"
anchor = { request = "report" }
limit = 14
owner = "agency"
met_by = { requests = ["report"] }
ladder = "agency"
cite = ["S"]
extension = { asked_by = ["lead_officer"], granted_by = ["chair"], most = 2, longest = 20, cite = ["S"] }

[timescales.decision]
label = "Decision"
anchor = { state = "deciding" }
limit = 10
unit = "working_days"
owner = "chair"
met_by = { triggers = ["decide_review", "decide_none"] }
ladder = "officer"
cite = ["S"]

[timescales.review]
label = "The review"
anchor = { trigger = "decide_review" }
owner = "lead_officer"
met_by = { triggers = ["publish"] }
note = "No limit is known."
cite = ["S"]

[timescales.notice]
label = "Notice before publication"
anchor = { field = "planned_on" }
limit = -7
unit = "working_days"
owner = "lead_officer"
met_by = { triggers = ["publish"] }
cite = ["S"]

[timescales.hold_review]
label = "Look at the hold again"
kind = "duty"
anchor = { pause = "proceedings" }
limit = 30
owner = "lead_officer"
met_by = { contact = true }
repeat = { count = 30, unit = "calendar_days" }
ladder = "officer"
cite = ["S"]

[timescales.chase_verdict]
label = "Ask after the verdict"
kind = "chase"
anchor = { trigger = "decide_review" }
limit = 30
owner = "lead_officer"
met_by = { contact = true, events = ["verdict"] }
repeat = { count = 30, unit = "calendar_days" }
cite = ["S"]

[events.verdict]
label = "Verdict"
recorded_by = ["lead_officer"]
cite = ["S"]

[pauses.proceedings]
label = "criminal proceedings"
ordered_by = ["chair"]
may_stop = ["decision", "report", "review"]
stops = ["decision"]
holds = ["publish"]
events = ["verdict"]
cite = ["S"]

[ladders.agency]
label = "Agency"
rungs = [
  { day = -3, tell = ["owner"], message = "reminder" },
  { day = 0, tell = ["owner"], message = "due_today" },
  { day = 1, tell = ["owner"], message = "overdue" },
  { day = 7, tell = ["agency_senior"], message = "escalation" },
  { day = 14, tell = ["chair"], message = "escalation", confirm = "lead_officer", confirm_within = 5 },
]
[ladders.officer]
label = "Officer"
rungs = [
  { day = 0, tell = ["owner"], message = "due_today" },
  { day = 3, tell = ["lead_officer"], message = "overdue" },
]
"""


def small_edition(**changes: Any) -> Procedure:
    """The edition tests are written under; `changes` replace top-level parts of it."""
    return Procedure.model_validate({**tomllib.loads(SMALL_EDITION), **changes})


def shipped_edition(name: str) -> Procedure:
    """An edition as it is shipped, read once for all who walk through it."""
    return load(name)


@cache
def shipped_calendar(name: str) -> Calendar:
    """A calendar as it is shipped, read once."""
    return load_calendar(name)


@dataclass
class Office:
    """The office: do a verb in a role at a time, sweep, deliver, look."""

    engine: Engine
    keys: MasterKey
    relay: str
    editions: dict[str, Procedure] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    now: datetime = MONDAY

    def uow(self, tx: Any, role: str = "lead_officer", *, name: str = "", agency: str = "") -> UnitOfWork:
        """Somebody's desk in a transaction."""
        actor = Actor(name=name or f"The {role.replace('_', ' ')}", role=role, agency=agency)
        return UnitOfWork(tx, actor, self.now, self.keys, self.guidance, self.calendar)

    def guidance(self, name: str) -> Procedure:
        """An edition as this office has it, or as it is shipped."""
        return self.editions.get(name) or shipped_edition(name)

    def calendar(self, name: str) -> Calendar:
        """A calendar as this office has it."""
        return self.calendars.get(name) or shipped_calendar(name)

    def do(self, verb: Callable[..., Any], *arguments: Any, role: str = "lead_officer", **more: Any) -> Any:
        """One verb in one transaction; a (case, entry) pair gives the case."""
        who = {key: more.pop(key) for key in ("name", "agency_of_actor") if key in more}
        with transaction(self.engine) as tx:
            uow = self.uow(tx, role, name=who.get("name", ""), agency=who.get("agency_of_actor", ""))
            done = verb(uow, *arguments, **more)
        return done[0] if isinstance(done, tuple) and len(done) == 2 and hasattr(done[0], "dossier") else done

    def case(self, ref: str) -> Case:
        """A case as it stands."""
        with reading(self.engine) as tx:
            return cases.find(tx, ref, to_change=False)

    def sweep(self) -> SweepResult:
        """Sweep now."""
        return sweep(self.engine, self.now)

    def deliver(self) -> DeliveryResult:
        """Deliver now."""
        return deliver(self.engine, Post(self.relay, self.keys, "cairn.example"), self.now)

    def later(self, **by: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**by)
        return self.now

    def add_contact(self, role: str, agency: str = "", address: str = "", **more: Any) -> int:
        """Enter a contact with one e-mail address, who has each piece of news as it comes unless said otherwise."""
        where = address or f"{role}.{agency.replace(' ', '') or 'committee'}@example.org".lower()
        named = {"name": f"{role} {agency}".strip(), "channels": [("email", where)], "news": "each", **more}
        own = {each for one in self.editions.values() for each in (*one.roles, *one.bodies)}
        with transaction(self.engine) as tx:
            uow = replace(self.uow(tx), guidance=lambda _: self.editions["small"]) if role in own else self.uow(tx)
            return add_contact(uow, agency=agency, role=role, **named)

    def rows(self, statement: Any) -> list[Any]:
        """What a query finds."""
        with reading(self.engine) as tx:
            return list(tx.execute(statement))


@contextmanager
def open_office(database_url: str, folder: Path) -> Iterator[Office]:
    """An office with the small edition, two agencies, a lead officer and a chair; mail goes to a folder."""
    with unstaffed_office(database_url, folder) as office:
        upgrade(office.engine, None, MONDAY)
        staff(office)
        yield office


@contextmanager
def unstaffed_office(database_url: str, folder: Path) -> Iterator[Office]:
    """An office on a database as it is."""
    engine = connect(database_url)
    try:
        yield Office(engine, MasterKey(b"k" * 32), f"mailbox://{folder / 'mailbox'}", {"small": small_edition()})
    finally:
        engine.dispose()


def staff(office: Office) -> None:
    """Enter everybody who can be written to."""
    for agency in (FIFE, POLICE):
        office.add_contact("first", agency)
        office.add_contact("senior", agency)
    for role in ("lead_officer", "chair"):
        office.add_contact(role)
