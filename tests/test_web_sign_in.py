"""Signing in at the desk: a password and a code used once, sessions that end, invitations, the first visit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest
from starlette.testclient import TestClient

from records import audit_log, credentials
from records.database import reading
from records.keys import MasterKey
from states.entry import Actor
from states.errors import BadAnswer
from tests.desk import ORIGIN, PASSWORD, PEOPLE, SECRET, Browser, Committee, open_desk
from web.guard import COOKIE
from web.serving import config_of
from workflows.installation.key_exchange import exchange_key
from workflows.timetable.first_visit import first_visit
from workflows.verbs import passwords
from workflows.verbs.accounts import add_account, retire_account
from workflows.verbs.sign_in import OPERATOR, _address, invite
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.terminal import Terminal

NEW = "another four words here"


def is_in(browser: Browser) -> bool:
    return browser.get("/sessions").url.path == "/sessions"


def test_who_has_the_password_and_the_app_is_signed_in_with_a_cookie_for_this_host_alone(desk: Committee) -> None:
    lead = desk.sign_in()

    assert "L. Officer" in lead.page.text
    cookie = next(iter(lead.page.history)).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [("lead_officer", "wrong words in a row", ""), ("nobody", PASSWORD, ""), ("lead_officer", PASSWORD, "000000")],
)
def test_what_is_wrong_is_not_said(desk: Committee, name: str, password: str, code: str) -> None:
    refused = desk.sign_in(name, password=password, code=code)

    assert refused.page.status_code == 401
    assert "The name, the password and the code do not go together." in refused.page.text
    assert not is_in(refused)


def test_a_code_is_taken_once(desk: Committee) -> None:
    first = desk.sign_in()
    code = pyotp.TOTP(SECRET).at(desk.now)
    again = desk.browser()
    again.get("/sign-in")
    again.send(name="lead_officer", password=PASSWORD, code=code)

    assert is_in(first)
    assert again.page.status_code == 401


def test_guessing_is_stopped_for_a_name_and_goes_on_after_a_quarter_of_an_hour(desk: Committee) -> None:
    for _ in range(10):
        desk.sign_in(password="wrong words in a row")
    stopped = desk.sign_in()

    assert stopped.page.status_code == 429
    assert is_in(desk.sign_in("chair"))
    desk.later(minutes=16)
    assert is_in(desk.sign_in())


def test_a_session_ends_by_itself_unused_and_at_last_in_any_case(desk: Committee) -> None:
    lead = desk.sign_in()
    for turn in range(14):
        desk.later(minutes=55)
        assert is_in(lead) is (turn < 13)

    other = desk.sign_in()
    desk.later(minutes=61)
    assert not is_in(other)


def test_whoever_comes_through_a_proxy_is_counted_by_the_address_that_it_wrote_last(desk: Committee) -> None:
    config = config_of(desk.app)
    config.load()
    for said in ("203.0.113.9", "6.6.6.6, 203.0.113.9"):
        more = {"client": ("127.0.0.1", 1), "base_url": ORIGIN, "headers": {"x-forwarded-for": said}}
        browser = Browser(TestClient(config.loaded_app, **more))
        browser.get("/sign-in")
        browser.send(name="nobody", password=PASSWORD, code="000000")

    with reading(desk.here.engine) as tx:
        first, forged = audit_log.entries(tx, "sign_ins")[-2:]
    place = desk.here.keys.proof_of(_address("203.0.113.9"))[:12]
    assert (first.data["from"], forged.data["from"]) == (place, place)


def test_signing_out_ends_the_session_and_not_only_the_cookie(desk: Committee) -> None:
    lead = desk.sign_in()
    held = lead.client.cookies.get(COOKIE)
    lead.get("/sessions")
    lead.send("/sign-out")
    lead.client.cookies.set(COOKIE, held)

    assert not is_in(lead)


def test_the_other_sessions_of_ones_own_are_listed_and_can_be_ended(desk: Committee) -> None:
    here, there = desk.sign_in(), desk.sign_in()
    page = here.get("/sessions").text
    number = re.findall(r'href="/sessions/([0-9a-f]+)/end"', page)
    assert len(number) == 1
    here.get(f"/sessions/{number[0]}/end")
    assert "That is not your password" in here.send(password="Not my password at all").text
    assert is_in(there)

    here.get(f"/sessions/{number[0]}/end")
    here.send(password=PASSWORD)

    assert is_in(here)
    assert not is_in(there)
    chair = desk.sign_in("chair")
    chair.get("/sessions")
    mine = re.findall(r'href="/sessions/([0-9a-f]+)/end"', here.get("/sessions").text)
    assert mine == []
    assert chair.send(f"/sessions/{number[0]}/end", password=PASSWORD).status_code == 404


def test_whoever_has_two_roles_goes_on_in_the_other_with_a_new_session(desk: Committee) -> None:
    keeper = Actor(name="K. Keeper", role="administrator", account=str(desk.numbers["administrator"]))
    with desk.here.uow(keeper, desk.now) as uow:
        made = add_account(uow, "B. Both", "both", ["lead_officer", "nominated_person"])
        credentials.keep(uow.tx, uow.keys, made.id, credentials_of(desk), SECRET, 0)
    both = desk.sign_in("both")
    held = both.client.cookies.get(COOKIE)

    both.get("/sessions")
    both.send("/role", role="nominated_person")

    assert "nominated person" in both.get("/sessions").text
    assert both.client.cookies.get(COOKIE) != held
    both.get("/sessions")
    assert both.send("/role", role="chair").status_code == 409


def credentials_of(desk: Committee) -> str:
    with reading(desk.here.engine) as tx:
        found = credentials.of_account(tx, desk.here.keys, desk.numbers["chair"])
    assert found is not None
    return found.password


def test_an_account_that_is_retired_is_signed_out_at_once(desk: Committee) -> None:
    chair = desk.sign_in("chair")
    keeper = Actor(name="K. Keeper", role="administrator", account=str(desk.numbers["administrator"]))
    with desk.here.uow(keeper, desk.now) as uow:
        retire_account(uow, desk.numbers["chair"], "Left.")

    assert not is_in(chair)


def test_an_invitation_is_used_once_and_opening_it_changes_nothing(desk: Committee) -> None:
    old = desk.sign_in("chair")
    with desk.here.uow(OPERATOR, desk.now) as uow:
        code = invite(uow, desk.numbers["chair"])
    assert not is_in(old)
    invited = desk.browser()
    secret = secret_on(invited.get(f"/invitations/{code}").text)
    assert secret == secret_on(invited.get(f"/invitations/{code}").text)

    short = invited.send(password="short", again="short", code=pyotp.TOTP(secret).at(desk.now))
    assert "use 12 or more" in short.text
    other = invited.send(password=NEW, again=PASSWORD, code=pyotp.TOTP(secret).at(desk.now))
    assert "not the same" in other.text
    wrong = invited.send(password=NEW, again=NEW, code="123456")
    assert "not the one the app shows" in wrong.text
    invited.send(password=NEW, again=NEW, code=pyotp.TOTP(secret).at(desk.now))

    assert is_in(invited)
    assert desk.browser().get(f"/invitations/{code}").status_code == 404
    assert desk.sign_in("chair").page.status_code == 401


def secret_on(text: str) -> str:
    found = re.search(r'class="app-secret">([A-Z2-7]+)<', text)
    assert found is not None
    assert "<svg" in text
    return found[1]


def test_the_first_visit_makes_the_first_account_once(empty: Committee) -> None:
    told = first_visit(empty.here, "https://desk.example", empty.now)
    place = told.split()[2].removeprefix("https://desk.example")
    first = empty.browser()
    secret = secret_on(first.get(place).text)

    named = {"person": "A. First", "name": "first", "role": "lead_officer"}
    kept = first.send(**named, password=NEW, again=NEW, code="000000")
    assert 'value="A. First"' in kept.text
    first.send(**named, password=NEW, again=NEW, code=pyotp.TOTP(secret).at(empty.now))

    assert "A. First, lead officer" in first.page.text
    assert empty.browser().get(place).status_code == 404
    assert first_visit(empty.here, "https://desk.example", empty.now) == ""


@pytest.fixture
def empty(tmp_path: Path, set_up: Path) -> Iterator[Committee]:
    """Lend a desk at which nobody has an account yet."""
    with open_desk(tmp_path, set_up) as committee:
        yield committee


def test_signing_in_is_on_record_and_the_record_is_whole(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/sessions")
    lead.send("/sign-out")

    with reading(desk.here.engine) as tx:
        kinds = [one.kind for one in audit_log.entries(tx, "sign_ins", subject=str(desk.numbers["lead_officer"]))]
    assert kinds == ["signed_in", "signed_out"]
    assert verify(desk.here.engine).places == ()


def test_who_is_signed_in_by_an_app_can_go_on_under_a_new_master_key(desk: Committee) -> None:
    fresh = MasterKey(b"f" * 32)
    with desk.here.uow(Actor(name=PEOPLE["lead_officer"], role="lead_officer"), desk.now) as uow:
        exchange_key(uow, fresh, "A copy went astray.")

    with reading(desk.here.engine) as tx:
        found = credentials.of_account(tx, fresh, desk.numbers["chair"])
    assert found is not None
    assert found.secret == SECRET


def test_one_goes_on_to_the_page_one_wanted_and_to_no_other_site(desk: Committee) -> None:
    stranger = desk.browser()
    asked = stranger.get("/cases?which=all")
    assert asked.url.path == "/sign-in"
    desk.later(seconds=30)
    came = stranger.send(name="lead_officer", password=PASSWORD, code=pyotp.TOTP(SECRET).at(desk.now))
    assert str(came.url).endswith("/cases?which=all")

    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        stranger.client.cookies.clear()
        stranger.get("/sign-in", params={"then": elsewhere})
        desk.later(seconds=30)
        came = stranger.send(name="lead_officer", password=PASSWORD, code=pyotp.TOTP(SECRET).at(desk.now))
        assert came.url.host == "desk.example"
        assert came.url.path == "/my-work"


def test_whoever_keeps_the_machine_invites_somebody_again_at_the_terminal(terminal: Terminal) -> None:
    terminal.types("account", "add", "--person", "A. Lead", "--role", "lead_officer", "--user", "lead")

    told = terminal.types("account", "invite", "1")

    assert "At the desk: /invitations/" in told
    terminal.env["CAIRN_SITE"] = "https://desk.example"
    told = terminal.types("account", "invite", "1")
    assert "At the desk: https://desk.example/invitations/" in " ".join(told.split())


def test_a_password_is_changed_by_whoever_knows_it_and_other_sessions_end(desk: Committee) -> None:
    other, lead = desk.sign_in(), desk.sign_in()

    lead.get("/password")
    wrong = lead.send(old="not the one there is", password=NEW, again=NEW)
    assert (wrong.status_code, "That is not the password you have now" in wrong.text) == (422, True)
    assert "Your password is changed" in lead.send(old=PASSWORD, password=NEW, again=NEW).text

    assert (is_in(lead), is_in(other)) == (True, False)
    assert not is_in(desk.sign_in())
    assert is_in(desk.sign_in(password=NEW))


@pytest.mark.parametrize(
    "password", ["qwertyuiop123!", "Liverpool 2026", "cairn-cairn-2026", "L. Officer 2026!", "q1w2e3r4t5y6"]
)
def test_a_password_that_many_use_or_that_says_whose_it_is_is_refused(password: str) -> None:
    with pytest.raises(BadAnswer, match="Many people use this password"):
        passwords.check_password(password, "L. Officer", "lead_officer")
    assert passwords.check_password(NEW, "L. Officer") == NEW


def test_what_was_refused_and_failed_sign_ins_are_shown_to_the_auditor_alone(desk: Committee) -> None:
    desk.sign_in(password="wrong words in a row")
    lead = desk.sign_in()
    for _ in range(2):
        assert lead.get("/committee/refusals").status_code == 403
    lead.client.post("/sign-out", data={"form_token": "x.y"}, headers={"sec-fetch-site": "same-origin"})

    shown = desk.sign_in("auditor").get("/committee/refusals").text

    assert "3 refusals" in shown
    assert shown.count("GET /committee/refusals") == 1
    for said in ("Signing in failed", "The role has no such page", "from another site", "L. Officer"):
        assert said in shown
    with reading(desk.here.engine) as tx:
        failed = next(one for one in audit_log.entries(tx, "sign_ins") if one.kind == "failed")
    assert failed.data.keys() == {"from"}
