"""E-mail through GOV.UK Notify: what is asked for, signed and answered, as its API describes it."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from notifications.channels import ChannelAnswer, Envelope, check_relay, send
from notifications.envelope import Outcome
from notifications.govuk_notify import Key
from tests.webserver import WebServer

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
KEY = f"cairn-live-{SERVICE}-{SECRET}"
SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CREATED = json.dumps({"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": "<reminder-1@cairn>"}).encode()


@pytest.fixture
def notify() -> Iterator[WebServer]:
    with WebServer(status=201, answer=CREATED) as running:
        yield running


def letter() -> Envelope:
    return Envelope("liaison@agency.example", "LR-7: report due", "First.\n\nSecond.", "<reminder-1@cairn>", SENT)


def relay(notify: WebServer, key: str = f"key={KEY}") -> str:
    return f"govuknotify://{SERVICE}/{TEMPLATE}?{key}&base=http://127.0.0.1:{notify.port}"


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_an_accepted_message_is_what_the_api_asks_for(notify: WebServer) -> None:
    answer = send(letter(), relay(notify))

    [posted] = notify.posts
    assert answer == ChannelAnswer("accepted", "201 740e5834-3a29-46b4-9a6f-16142fde533a")
    assert posted.path == "/v2/notifications/email"
    assert posted.headers["Content-Type"] == "application/json"
    assert posted.json == {
        "email_address": "liaison@agency.example",
        "template_id": TEMPLATE,
        "personalisation": {"subject": "LR-7: report due", "body": "First.\n\nSecond."},
        "reference": "<reminder-1@cairn>",
    }


def test_each_request_is_signed_afresh_with_the_key(notify: WebServer) -> None:
    send(letter(), relay(notify))

    scheme, _, token = notify.posts[0].headers["Authorization"].partition(" ")
    head, claims, signature = token.split(".")
    signed = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), "sha256")
    assert scheme == "Bearer"
    assert part(head) == {"typ": "JWT", "alg": "HS256"}
    assert part(claims)["iss"] == SERVICE
    assert abs(part(claims)["iat"] - time.time()) < 30  # noqa: TID251  Notify looks at the real clock
    assert signature == base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def test_a_token_is_the_one_another_implementation_makes() -> None:
    token = Key("iss", "secret").token(1_568_818_578)

    head, claims, signature = token.split(".")
    assert (head, claims) == ("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9", "eyJpc3MiOiJpc3MiLCJpYXQiOjE1Njg4MTg1Nzh9")
    assert len(signature) == 43


def test_the_key_may_stand_in_a_file(notify: WebServer, tmp_path: Path) -> None:
    file = tmp_path / "notify.key"
    file.write_text(f"{KEY}\n", encoding="utf-8")

    assert send(letter(), relay(notify, f"key_file={file}")).outcome == "accepted"


@pytest.mark.parametrize(
    ("status", "error", "message", "outcome"),
    [
        (400, "BadRequestError", "Can't send to this recipient using a team-only API key", "refused"),
        (400, "ValidationError", "email_address Not a valid email address", "refused"),
        (403, "AuthError", "Invalid token: API key not found", "refused"),
        (429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds", "failed"),
        (429, "TooManyRequestsError", "Exceeded send limits (250,000) for today", "failed"),
        (500, "Exception", "Internal server error", "failed"),
        (503, "Exception", "Maintenance", "failed"),
    ],
)
def test_an_error_is_told_in_the_words_of_notify(
    notify: WebServer, status: int, error: str, message: str, outcome: Outcome
) -> None:
    notify.status = status
    notify.answer = json.dumps({"status_code": status, "errors": [{"error": error, "message": message}]}).encode()

    assert send(letter(), relay(notify)) == ChannelAnswer(outcome, f"{status} {error}: {message}")


@pytest.mark.parametrize("content", [b"<html>Bad gateway</html>", b"[]", b'"text"', b"\xff", b'{"errors": [1]}'])
def test_an_answer_that_is_not_of_the_api_is_still_an_answer(notify: WebServer, content: bytes) -> None:
    notify.status, notify.answer = 502, content

    answer = send(letter(), relay(notify))

    assert answer.outcome == "failed"
    assert answer.detail.startswith("502 ")


@pytest.mark.parametrize("trouble", ["hang", "drop"])
def test_a_request_that_gets_no_answer_is_unknown(notify: WebServer, trouble: Literal["hang", "drop"]) -> None:
    notify.trouble = trouble

    assert send(letter(), relay(notify), timeout=0.4).outcome == "unknown"
    assert len(notify.posts) == 1


def test_a_yes_whose_words_do_not_come_is_a_yes(notify: WebServer) -> None:
    notify.trouble = "half"

    assert send(letter(), relay(notify), timeout=2).outcome == "accepted"


def test_a_gateway_that_waited_in_vain_does_not_say_whether_notify_has_the_message(notify: WebServer) -> None:
    notify.status, notify.answer = 504, b"<html>Gateway Time-out</html>"

    assert send(letter(), relay(notify)).outcome == "unknown"


@pytest.mark.parametrize(("wrong", "mailbox"), [(("email_address",), True), (("email_address", "template_id"), False)])
def test_of_several_errors_each_must_be_about_the_address(
    notify: WebServer, wrong: tuple[str, ...], mailbox: bool
) -> None:
    errors = [{"error": "ValidationError", "message": f"{name} is not valid"} for name in wrong]
    notify.status, notify.answer = 400, json.dumps({"status_code": 400, "errors": errors}).encode()

    assert send(letter(), relay(notify)).mailbox is mailbox


def test_no_server_is_a_failure_to_try_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        gone = relay(WebServer(port=unused.getsockname()[1]))

    assert send(letter(), gone) == ChannelAnswer("failed", "GOV.UK Notify could not be reached: Connection refused")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("key=nonsense", "not of the form"),
        (f"key=other-{TEMPLATE}-{SECRET}", "another service"),
        ("key_file=/nowhere/notify.key", "cannot be read"),
    ],
)
def test_a_key_that_cannot_be_right_sends_nothing(notify: WebServer, key: str, says: str) -> None:
    answer = send(letter(), relay(notify, key))

    assert answer.outcome == "failed"
    assert says in answer.detail
    assert says in (check_relay(relay(notify, key)) or "")
    assert notify.posts == []
