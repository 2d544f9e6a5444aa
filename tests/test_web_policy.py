"""Who may read and who may do what at the desk: every route with every role, and with a stranger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.routing import Route

from config.procedures import names
from states.roles import OWN_NAMES
from tests.desk import AGENCIES, FORM_2015, PEOPLE, guidance
from web.api.operations import operations
from web.app import PAGES
from web.policy import ACTING, ALL, FOR_PROGRAMS, OF_AN_EDITION, SIGNED_IN, TABLE, places_of
from workflows.verbs.accounts import change_account
from workflows.verbs.open import open_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desk import Browser, Committee

SAME = {"sec-fetch-site": "same-origin"}
OUTSIDE = {401, 403}
ELSEWHERE = {"sign_out", "role", "example", "example_again", "example_leave"}
"""Routes that end a session or go on in another; tests of their own look at them."""


def routes() -> Iterator[tuple[str, str, str]]:
    """The method, the name and an address of every route there is."""
    for page in PAGES:
        for route in page.router.routes:
            assert isinstance(route, Route)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, route.name, re.sub(r"\{[^}]*\}", "x", route.path)


def turned_away(browser: Browser, method: str, address: str, token: str = "") -> bool:
    """Whether somebody is sent to sign in, or told that they may not."""
    sent = {"data": {"form_token": token}, "headers": SAME} if method == "POST" else {}
    answer = browser.client.request(method, address, follow_redirects=False, **sent)
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    return to_sign_in or answer.status_code in OUTSIDE


def test_the_table_names_every_route_and_no_other(desk: Committee) -> None:
    assert {name for _, name, _ in routes()} == set(TABLE) - set(FOR_PROGRAMS)
    assert set(FOR_PROGRAMS) <= {one.policy for one in operations()}
    assert len(desk.browser().client.app.routes) == len(PAGES) + 1  # and the interface for programs


def test_a_stranger_comes_to_the_public_pages_alone(desk: Committee) -> None:
    stranger = desk.browser()

    found = {name: turned_away(stranger, method, address) for method, name, address in routes()}

    assert {name for name, away in found.items() if not away} <= {name for name, rule in TABLE.items() if rule.public}


def test_whose_account_has_another_role_that_has_the_page_is_offered_to_act_in_it(desk: Committee) -> None:
    desk.acts("administrator", change_account, desk.numbers["lead_officer"], roles=["lead_officer", "auditor"])
    lead = desk.sign_in()

    assert 'name="then" value="/quality/samples"' in lead.get("/quality").text
    refused = lead.get("/quality/samples")
    assert (refused.status_code, "Act as auditor" in refused.text) == (403, True)
    there = lead.send("/role", role="auditor", then="/quality/samples")
    assert (there.status_code, there.url.path) == (200, "/quality/samples")


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_comes_to_the_pages_that_the_table_gives_it(desk: Committee, role: str) -> None:
    one = desk.sign_in(role)
    token = token_of(one)
    there = [found for found in routes() if found[1] not in ELSEWHERE and not TABLE[found[1]].public]

    for method, name, address in there:
        lets = TABLE[name].lets(role, doing=method == "POST")
        assert turned_away(one, method, address, token) is not lets, (method, name)


def token_of(browser: Browser) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', browser.get("/sessions").text)
    assert found is not None
    return found[1]


def test_every_role_may_see_and_end_its_own_sessions() -> None:
    assert {TABLE[name].read | TABLE[name].do for name in ("sessions", "session_end", "sign_out")} == {SIGNED_IN}
    assert set(PEOPLE) | {"review_chair", OF_AN_EDITION} == ALL
    assert {"agency"} == SIGNED_IN - ALL
    assert SIGNED_IN - {OF_AN_EDITION} == OWN_NAMES


@pytest.mark.parametrize(
    ("role", "place"),
    [
        *((role, role) for role in (*PEOPLE, "agency")),
        ("icr_decider", OF_AN_EDITION),
        ("chief_executive", OF_AN_EDITION),
        ("information_officer", "lead_officer"),
        ("coroners_deputy", "deputy_lead_officer"),
        ("designated_person", "designated_person"),  # outside: what it does is entered by others
        ("no_such_role", "no_such_role"),
    ],
)
def test_a_role_that_only_an_edition_knows_has_the_pages_its_edition_makes_it_need(role: str, place: str) -> None:
    places = tuple(places_of(role, map(guidance, names())))
    assert places[-1] in {place, OF_AN_EDITION}
    assert place in places
    assert TABLE["step"].lets(place, doing=True) is (place in ACTING)


def test_the_steps_of_a_role_that_only_an_edition_knows_are_taken_at_the_desk(desk: Committee) -> None:
    opening = ("scotland-scr-2015", "submit_notification")
    case, _ = desk.acts("lead_officer", open_case, *opening, answers=FORM_2015, agencies=AGENCIES)
    desk.acts("administrator", change_account, desk.numbers["reviewer"], roles=["notification_acceptor"])
    acceptor = desk.sign_in("reviewer")

    assert acceptor.page is not None
    assert acceptor.page.url.path == "/my-work"
    assert acceptor.get(f"/cases/{case.ref}/steps/acknowledge_and_alert").status_code == 200
    refused = acceptor.get("/committee/accounts")
    assert refused.status_code == 403
    assert "As holder of the authority to accept a notification you have no such page" in refused.text
    form = desk.sign_in("administrator").get("/committee/accounts/new").text
    assert "Holder of the authority to accept a notification" in form


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {},
    ],
)
def test_a_form_from_anywhere_else_is_refused(desk: Committee, headers: dict[str, str]) -> None:
    ref = desk.open_case()
    person = desk.sign_in("nominated_person")
    token = token_of(person)

    answer = person.client.post(f"/cases/{ref}/steps/request_info", data={"form_token": token}, headers=headers)

    assert answer.status_code == 403
    assert "another site" in answer.text


def test_a_form_of_our_own_needs_the_token_of_the_session(desk: Committee) -> None:
    person, other = desk.sign_in("nominated_person"), desk.sign_in("chair")

    for token in ("", "x", "x.y", token_of(other)):
        answer = person.client.post("/sign-out", data={"form_token": token}, headers=SAME)
        assert answer.status_code == 403
    origin = {"origin": "https://desk.example"}
    assert person.client.post("/sign-out", data={"form_token": token_of(person)}, headers=origin).status_code == 200


def test_every_answer_carries_the_headers_and_pages_are_kept_nowhere(desk: Committee) -> None:
    browser = desk.browser()
    page = browser.get("/sign-in")
    style = re.findall(r'href="(/static/[^"]*cairn\.css)"', page.text)[0]

    for answer in (page, browser.get("/nowhere"), browser.get(style)):
        assert "object-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert page.headers["cache-control"] == "no-store"
    kept = browser.get(style)
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-encoding"] == "gzip"
    assert browser.get("/static/0000/cairn.css").status_code == 404


def test_no_page_holds_a_style_or_a_script_of_its_own(desk: Committee) -> None:
    ref = desk.open_case()
    person = desk.sign_in("nominated_person")

    for address in ("/my-work", "/cases", f"/cases/{ref}", f"/cases/{ref}/steps/request_info", "/sessions"):
        text = person.get(address).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), address


def test_what_was_not_expected_is_a_page_with_a_reference(desk: Committee, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = desk.sign_in()

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("web.pages.my_work.work_list", broken)
    answer = lead.get("/my-work")

    assert answer.status_code == 500
    assert "Give the reference" in answer.text
    assert "boom" not in answer.text
    assert "RuntimeError: boom" in (desk.here.settings.data / "errors.log").read_text()
