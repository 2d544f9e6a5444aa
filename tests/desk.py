"""The desk for tests: an installation of its own, people who can sign in, a browser that has no screen."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from html import unescape
from typing import TYPE_CHECKING, Any

import pyotp
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

from config.procedures import load
from config.settings import Settings
from records import accounts, credentials
from records.database import reading
from states.entry import Actor
from states.moments import local_day
from web.app import create_app
from workflows.installation.installation import Installation, open_installation
from workflows.messages.chase import sweep
from workflows.verbs import passwords
from workflows.verbs.accounts import add_account
from workflows.verbs.advance import advance
from workflows.verbs.contacts import add_contact
from workflows.verbs.open import open_case
from workflows.verbs.request import request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from httpx2 import Response

    from states.procedure import Procedure

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORIGIN = "https://desk.example"
PASSWORD = "four words in a row"
SECRET = pyotp.random_base32()
EDITION = "scotland-learning-review-2024"
PEOPLE = {
    "lead_officer": "L. Officer",
    "deputy_lead_officer": "D. Deputy",
    "chair": "C. Chair",
    "chief_officers_group": "O. Chief",
    "committee": "M. Member",
    "nominated_person": "N. Person",
    "reviewer": "R. Reviewer",
    "auditor": "A. Auditor",
    "administrator": "K. Keeper",
}
"""Somebody in each role; they sign in by the name of it."""
EVERYBODY = ("administrator", *(role for role in PEOPLE if role != "administrator"))
"""The same roles, first that of whoever gives the others their accounts."""


@cache
def guidance(name: str) -> Procedure:
    return load(name)


@cache
def hashed() -> str:
    return passwords.hashed(PASSWORD)


class Here(Installation):
    """An installation whose editions are read once for all tests."""

    def guidance(self, name: str) -> Procedure:
        return guidance(name)


@dataclass
class Browser:
    """Somebody at a browser. Forms are sent as the page has them, with what is typed over it."""

    client: TestClient
    page: Response | None = None

    def get(self, address: str, **more: Any) -> Response:
        self.page = self.client.get(address, **more)
        return self.page

    def send(
        self, address: str = "", *, button: tuple[str, str] | None = None, files: Any = None, **typed: Any
    ) -> Response:
        """Send the form of the page one sees, to where it stands or to another address."""
        assert self.page is not None
        sent: dict[str, Any] = {**hidden(self.page.text), **typed, **(dict([button]) if button else {})}
        self.page = self.client.post(
            address or str(self.page.url), data=sent, files=files, headers={"sec-fetch-site": "same-origin"}
        )
        return self.page


def hidden(html: str) -> dict[str, Any]:
    """The hidden fields of the last form of a page, which is the page's own."""
    forms = re.findall(r"<form\b.*?</form>", html, re.DOTALL)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', forms[-1] if forms else ""):
        found.setdefault(unescape(name), []).append(unescape(value))
    return dict(found)


def client(desk: Any, origin: str, loop: BlockingPortal | None) -> TestClient:
    """A browser's connection to a desk: with a `loop` its pages are asked on that, as on a server, else each on one."""
    made = TestClient(desk, base_url=origin, follow_redirects=True)
    made.portal = loop
    return made


@dataclass
class Committee:
    """A committee with a desk, and what time it is there."""

    here: Installation
    now: datetime = NOON
    numbers: dict[str, int] = field(default_factory=dict)
    loop: BlockingPortal | None = None

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    @cached_property
    def app(self) -> FastAPI:
        return create_app(self.here, lambda: self.now)

    def browser(self) -> Browser:
        return Browser(client(self.app, ORIGIN, self.loop))

    def sign_in(self, role: str = "lead_officer", *, password: str = PASSWORD, code: str = "") -> Browser:
        browser = self.browser()
        browser.get("/sign-in")
        self.later(seconds=30)
        browser.send(name=role, password=password, code=code or pyotp.TOTP(SECRET).at(self.now))
        return browser

    def add(self, role: str) -> int:
        """Give somebody an account in a role, with a password and an app."""
        keeper = Actor(name="K. Keeper", role="administrator", account=str(self.numbers.get("administrator", "")))
        with self.here.uow(keeper, self.now) as uow:
            made = add_account(uow, PEOPLE[role], role, [role])
            credentials.keep(uow.tx, uow.keys, made.id, hashed(), SECRET, 0)
        self.numbers[role] = made.id
        return made.id

    def add_each(self, roles: Iterable[str]) -> None:
        for role in roles:
            self.add(role)

    def open_case(self, role: str = "lead_officer") -> str:
        """A case that is open."""
        actor = Actor(name=PEOPLE[role], role=role, account=str(self.numbers[role]))
        with self.here.uow(actor, self.now) as uow:
            more = {"lead": actor.name, "answers": ANSWERS, "agencies": ("NHS Fife",)}
            return open_case(uow, EDITION, "notify", **more)[0].ref

    def acts(self, role: str, verb: Callable[..., Any], /, *said: Any, **more: Any) -> Any:
        """Somebody does a verb, away from the desk."""
        actor = Actor(name=PEOPLE.get(role, role), role=role, account=str(self.numbers.get(role, "")))
        with self.here.uow(actor, self.now) as uow:
            return verb(uow, *said, **more)

    def enters_contacts(self) -> None:
        """Enter whoever is written to: two agencies, the lead officer and the chair."""
        places = [(agency, place) for agency in AGENCIES for place in ("first", "senior")]
        for agency, role in (*places, ("", "lead_officer"), ("", "chair")):
            name = f"The {role} of {agency}" if agency else PEOPLE[role]
            address = f"{role}.{agency.replace(' ', '') or 'committee'}@example.org".lower()
            self.acts("administrator", add_contact, role=role, agency=agency, name=name, channels=[("email", address)])

    def asks_agencies(self) -> str:
        """A case whose agencies are asked for reports, due in two weeks; gives its reference."""
        opening = ("scotland-scr-2015", "submit_notification")
        case, _ = self.acts(
            "lead_officer", open_case, *opening, answers=FORM_2015, agencies=AGENCIES, lead="L. Officer"
        )
        alerted = {"acknowledged_on": local_day(self.now).isoformat(), "agencies_alerted": list(AGENCIES)}
        authority = "child_protection_committee"
        self.acts(
            "notification_acceptor", advance, case.ref, "acknowledge_and_alert", answers=alerted, authority=authority
        )
        self.acts("lead_officer", request, case.ref, "icr_report", AGENCIES)
        return str(case.ref)

    def sweeps(self, *days: int) -> None:
        """A sweep after so many days, and again after so many more."""
        for more in days:
            self.later(days=more)
            sweep(self.here.engine, self.now)

    def drafts_letters(self) -> str:
        """A case on which two agencies stayed silent so long that letters to the chair wait for the lead officer."""
        self.enters_contacts()
        ref = self.asks_agencies()
        self.sweeps(9, 6, 9, 11)
        return ref


AGENCIES = ("NHS Fife", "Police Scotland")
FORM_2015: dict[str, Any] = {
    "lead_informed_on": "2026-03-02",
    "notification_form": "file 12",
    "notified_grounds": ["serious_harm"],
    "immediate_concerns": "no",
}
ANSWERS: dict[str, Any] = {"notification_form": "file 14", "notified_criteria": ["died"]}


def staffed(folder: Path, set_up: Path) -> Path:
    """The data folder of a committee with somebody in each role, who can sign in."""
    with open_desk(folder, set_up) as committee:
        committee.add_each(EVERYBODY)
        return committee.here.settings.data


@contextmanager
def open_desk(folder: Path, copied: Path) -> Iterator[Committee]:
    """A committee's desk on a copy of a data folder."""
    shutil.copytree(copied, folder / "data")
    opened = open_installation(Settings(data=folder / "data"), NOON)
    here = Here(opened.settings, opened.engine, opened.keys)
    with reading(here.engine) as tx:
        numbers = {one.sign_in: one.id for one in accounts.read(tx)}
    with start_blocking_portal() as loop:
        try:
            yield Committee(here, numbers=numbers, loop=loop)
        finally:
            here.engine.dispose()


@contextmanager
def new_desk(settings: Settings, roles: Iterable[str] = EVERYBODY) -> Iterator[Committee]:
    """The desk of a committee that is made anew, with somebody in each of some roles, an administrator first."""
    opened = open_installation(settings, NOON, make=True)
    with start_blocking_portal() as loop:
        committee = Committee(Here(opened.settings, opened.engine, opened.keys), loop=loop)
        try:
            committee.add_each(roles)
            yield committee
        finally:
            committee.app.state.site.installation.engine.dispose()
            opened.engine.dispose()
