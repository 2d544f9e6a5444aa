"""Signing in at the organisation's own provider, against a real one run by the test, and with a passkey in Chromium."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from oidc_provider_mock import User, run_server_in_thread
from pydantic import SecretStr

from records import audit_log, passkeys
from records.database import reading
from states.entry import Actor
from states.errors import NotSetUp, NotSignedIn
from tests.desk import PASSWORD, PEOPLE, Committee, Here
from tests.screen import NEEDS, Screen, chromium, served
from workflows.installation.identity_provider import new_request, provider_of
from workflows.verbs.accounts import change_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["chromium"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider uses older parts of Authlib
CHAIR = "c.chair@glen.example"


@pytest.fixture
def elsewhere(desk: Committee) -> Iterator[Committee]:
    """Lend a desk whose people sign in at a provider; the chair is known there by an address."""
    people = (User(sub=CHAIR, claims={"email": CHAIR}), User(sub="stranger", claims={"email": "x@other.example"}))
    with run_server_in_thread(user_claims=people) as server:
        issuer = f"http://localhost:{server.server_port}"
        more = {"oidc_issuer": issuer, "oidc_client": "cairn", "oidc_secret": SecretStr("a secret of the test")}
        settings = desk.here.settings.model_copy(update=more)
        keeper = Actor(name=PEOPLE["administrator"], role="administrator", account=str(desk.numbers["administrator"]))
        with desk.here.uow(keeper, desk.now) as uow:
            change_account(uow, desk.numbers["chair"], sign_in=CHAIR)
        now = datetime.fromtimestamp(time.time_ns() // 1_000_000_000, UTC)
        yield replace(desk, here=Here(settings, desk.here.engine, desk.here.keys), now=now)


def sent_back(committee: Committee, who: str) -> tuple[object, str]:
    """Somebody who signed in at the provider, before their browser comes back: the browser, and the address."""
    browser = committee.browser()
    asked = browser.client.get("/sign-in/elsewhere", params={"then": "/cases"}, follow_redirects=False)
    assert asked.status_code == 303
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    done = httpx2.post(asked.headers["location"], data={"sub": who}, follow_redirects=False)
    assert done.status_code in {302, 303}
    return browser, done.headers["location"]


def test_a_token_that_does_not_say_how_strong_the_sign_in_was_is_refused_where_that_is_asked_for(
    elsewhere: Committee,
) -> None:
    settings = elsewhere.here.settings.model_copy(update={"oidc_strength": "mfa phr"})
    strict = replace(elsewhere, here=Here(settings, elsewhere.here.engine, elsewhere.here.keys))
    browser, address = sent_back(strict, CHAIR)

    assert "did not ask for a second factor" in browser.get(address).text

    provider = provider_of(settings)
    assert provider is not None
    for claims in ({"acr": "phr"}, {"amr": ["pwd", "mfa"]}):
        provider._check_strength(claims)
    with pytest.raises(NotSignedIn):
        provider._check_strength({"acr": "0", "amr": "mfa"})


def test_who_has_an_account_is_let_in_by_what_the_provider_says(elsewhere: Committee) -> None:
    assert "Sign in with your organisation" in elsewhere.browser().get("/sign-in").text
    browser, address = sent_back(elsewhere, CHAIR)

    came = browser.get(address)

    assert came.url.path == "/cases"
    assert "C. Chair, chair" in came.text


def test_who_has_none_or_comes_back_without_having_asked_is_not(elsewhere: Committee) -> None:
    stranger, address = sent_back(elsewhere, "stranger")
    assert "no account here goes by that name" in stranger.get(address).text

    _, address = sent_back(elsewhere, CHAIR)
    other = elsewhere.browser()
    assert other.get(address).status_code == 401
    browser, address = sent_back(elsewhere, CHAIR)
    assert browser.get(address.replace("state=", "state=x")).status_code == 401
    browser, address = sent_back(elsewhere, CHAIR)
    assert browser.get(address).url.path == "/cases"
    browser.client.cookies.clear()
    assert browser.get(address).status_code == 401


def test_a_provider_that_leads_elsewhere_is_not_followed(desk: Committee) -> None:
    with leading_elsewhere() as address:
        provider = provider_of(desk.here.settings.model_copy(update={"oidc_issuer": address}))
        assert provider is not None
        with pytest.raises(NotSignedIn, match="does not answer"):
            provider.address("https://desk.example/back", new_request())


@contextmanager
def leading_elsewhere() -> Iterator[str]:
    """A provider that describes itself at another address, to which it leads; its address."""

    class Leading(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://127.0.0.1:{server.server_port}"
            described = {"issuer": here, "authorization_endpoint": f"{here}/authorize"}
            self.send_response(200 if self.path == "/elsewhere" else 302)
            self.send_header("Location", f"{here}/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps(described).encode())

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Leading) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_provider_is_asked_over_https_alone(desk: Committee) -> None:
    settings = desk.here.settings.model_copy(update={"oidc_issuer": "http://provider.example"})

    with pytest.raises(NotSetUp, match="https"):
        provider_of(settings)
    assert provider_of(desk.here.settings) is None
    assert desk.browser().get("/sign-in/elsewhere").status_code == 404


@NEEDS
def test_a_passkey_takes_the_place_of_the_code_and_not_of_the_password(desk: Committee, chromium: Browser) -> None:
    with served(desk) as address:
        screen = Screen(chromium, desk, address.replace("127.0.0.1", "localhost"))
        keys = screen.context.new_cdp_session(screen.page)
        keys.send("WebAuthn.enable")
        has = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        able = {**has, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        keys.send("WebAuthn.addVirtualAuthenticator", {"options": able})
        screen.sign_in("chair")
        screen.page.goto("/passkeys")
        screen.check()
        refused, kept_words = "That is not your password", "Remove My telephone"
        for password, there in (("wrong words in a row", refused), (PASSWORD, kept_words)):
            screen.fill({"What it is on": "My telephone", "Your password": password})
            screen.press("Make a passkey")
            screen.page.get_by_text(there).first.wait_for()
        screen.press("Sign out")
        for password, there in (("wrong words in a row", "There is a problem"), (PASSWORD, "My work")):
            screen.page.goto("/sign-in")
            screen.fill({"The name you sign in by": "chair", "Password": password})
            screen.press("Use a passkey instead of a code")
            screen.page.get_by_role("heading", name=there).wait_for()
        screen.context.close()
    assert screen.faults == []
    with reading(desk.here.engine) as tx:
        (kept,) = passkeys.of_account(tx, desk.numbers["chair"])
        kinds = [one.kind for one in audit_log.entries(tx, "sign_ins", subject=str(desk.numbers["chair"]))]
    assert kept.count > 0
    assert kinds == ["signed_in", "passkey_added", "signed_out", "failed", "signed_in"]
