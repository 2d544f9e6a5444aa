"""An invented committee to look at: the demonstration's cases, up to a day of its year, in a data folder of its own.

Nothing of it is real and nothing leaves it: its letters go into a folder. Its clock begins on that day.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from config.meetings import bodies
from config.settings import Settings
from records import accounts, files, sessions
from records.accounts import Account
from records.files import plainly_about
from states.entry import CAIRN, Actor
from states.moments import local_moment
from states.roles import ADMINISTRATOR, AUDITOR
from workflows.installation.installation import Installation, open_installation
from workflows.installation.invented import mark_invented
from workflows.messages.chase import sweep
from workflows.messages.deliver import deliver
from workflows.simulation.clock import Rounds
from workflows.simulation.play import ScenarioStage, play
from workflows.simulation.scenario import SHIPPED, Expected, Scenario, load
from workflows.verbs.accounts import add_account
from workflows.verbs.advance import advance
from workflows.verbs.meetings import add_item, call_meeting
from workflows.verbs.open import open_case
from workflows.verbs.request import answer, request
from workflows.verbs.sign_in import OPERATOR
from workflows.views.before_a_body import before
from workflows.views.viewer import Viewer

LAST_DAY = date(2026, 12, 8)
"""The day on which the example stands: reviews under way, recommendations sent, a date gone by."""

VISITOR = "visitor"
"""The name the visitor signs in by: they are whoever leads the cases, so that there is work for them."""
ROLES = (
    *("lead_officer", "chair", "chief_officers_group", "committee", "nominated_person", "reviewer"),
    *(AUDITOR, ADMINISTRATOR),
)
PLACE = "Council offices, room 2"
NOMINATED, ASKS = "nominated_person", "request_info"
AGENCIES = ("NHS Board", "Police")
WAITS: tuple[str, dict[str, Any]] = (
    "scotland-learning-review-2024",
    {"notification_form": "Committee file 26/031", "notified_criteria": ["harmed"]},
)
"""The case that waits for the committee's decision: its edition, and how it was notified."""

ANSWER = {"information_file": "Committee file 26/031-2", "account_given": "yes", "reflection_given": "yes"}
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    (ASKS, {"agencies_asked": list(AGENCIES), "information_scope": "A first account of the contact since the birth."}),
    ("draft_recommendation", {"outline": "Committee file 26/031-4", "circumstances": "Committee file 26/031-5"}),
    ("submit", {"recommendation_form": "Committee file 26/031-6", "recommended": "proceed"}),
)
"""How it came before the committee, and what was recorded at each step."""
FOLDER, BEGAN = "example", "began"


@dataclass(frozen=True)
class ExampleCommittee:
    """An example committee: its installation, and how far its clock is from the clock of this machine."""

    here: Installation
    ahead: timedelta

    def clock(self, now: datetime) -> datetime:
        """What time it is there."""
        return now + self.ahead


def find_example(settings: Settings, now: datetime) -> ExampleCommittee | None:
    """The example beside the data of an installation; None where none was made yet."""
    folder = settings.data.absolute() / FOLDER
    if not (folder / BEGAN).is_file():
        return None
    with plainly_about(folder):
        began, stands = (folder / BEGAN).read_text("ascii").split()
    ahead = datetime.fromisoformat(stands) - datetime.fromisoformat(began)
    return ExampleCommittee(open_installation(_settings(folder, load(_file())), now + ahead), ahead)


def make_example(settings: Settings, now: datetime, until: date = LAST_DAY) -> ExampleCommittee:
    """Make the example and fill it: it appears whole, or not at all. Raises StorageTrouble, or what a step refuses."""
    folder = settings.data.absolute() / FOLDER
    draft = folder.with_name(f"{FOLDER}.part")
    stands = local_moment(until, "12:00")
    with plainly_about(draft):
        shutil.rmtree(draft, ignore_errors=True)
        files.make_folder(draft)
        _fill(draft, until)
        mark_invented(draft)
        (draft / BEGAN).write_text(f"{now.isoformat()} {stands.isoformat()}", "ascii")
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    made = find_example(settings, now)
    assert made is not None
    return made


def visit(example: ExampleCommittee, browser: str, now: datetime) -> str:
    """Begin a session of the visitor, who may act in every role; what the browser is to hold."""
    with example.here.uow(OPERATOR, example.clock(now)) as uow:
        return sessions.begin(uow.tx, _visitor(uow.tx).id, ROLES[0], browser, now)


def _visitor(tx: Connection) -> Account:
    return next(one for one in accounts.read(tx) if one.sign_in == VISITOR)


def _fill(folder: Path, until: date) -> None:
    scenario = _until(load(_file()), until)
    begins = local_moment(scenario.starts, "00:00")
    here = open_installation(_settings(folder, scenario), begins, make=True)
    try:
        engine = here.engine
        rounds = Rounds(sweep=lambda now: sweep(engine, now), deliver=lambda now: deliver(engine, here.post, now))
        for _ in play(ScenarioStage(here, scenario, rounds, tuple)):
            pass
        with here.uow(CAIRN, local_moment(until, "12:00")) as uow:
            lead = add_account(uow, scenario.people["lead"].name, VISITOR, ROLES)
        _call_meetings(here, lead, until)
    finally:
        here.engine.dispose()


def _call_meetings(here: Installation, lead: Account, until: date) -> None:
    """A case that waits for a decision; and a meeting of each body that has something before it, a week on."""
    now, on = local_moment(until, "12:00"), until + timedelta(days=7)
    officer, nominated = (Actor(name=lead.person, role=one, account=str(lead.id)) for one in (ROLES[0], NOMINATED))
    with here.uow(officer, now) as uow:
        case, _ = open_case(uow, WAITS[0], "notify", lead=lead.person, agencies=AGENCIES, answers=WAITS[1])
    for step, answers in STEPS:
        with here.uow(nominated, now) as uow:
            advance(uow, case.ref, step, answers=answers)
        if step == ASKS:
            with here.uow(officer, now) as uow:
                request(uow, case.ref, "information", AGENCIES)
                for agency in AGENCIES:
                    answer(uow, case.ref, agency, answers=ANSWER)
    with here.uow(officer, now) as uow:
        for rule in bodies(here.settings.local_file).values():
            if before(uow.tx, rule, on, Viewer(officer, now)):
                meeting = call_meeting(uow, rule, on, PLACE)
                add_item(uow, rule, meeting.number, "Dates of the meetings of 2027", "They are agreed each December.")


def _until(scenario: Scenario, day: date) -> Scenario:
    """A scenario up to a day; letters are kept in a folder, so that none is waited for."""
    steps = tuple(
        one.model_copy(update={"expect": Expected(refused=one.expect.refused)})
        for one in scenario.steps
        if one.on < day
    )
    return scenario.model_copy(update={"steps": steps, "ends": day - timedelta(days=1)})


def _file() -> Path:
    return SHIPPED / "committee-year.toml"


def _settings(folder: Path, scenario: Scenario) -> Settings:
    """Settings of the example alone: neither the environment nor a file `.env` is read."""
    return Settings.model_construct(data=folder, committee=scenario.committee)
