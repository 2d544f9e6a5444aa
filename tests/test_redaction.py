"""Nothing secret reaches a log, an error or an answer, whatever address it stands in."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications import smtp
from notifications.channels import Envelope, check_address, check_relay, masked, send
from notifications.redaction import LOG, fit, hiding, install, mask, secrets_in
from tests.mailserver import MailServer, certificate
from tests.webserver import WebServer

SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORKFLOW = "643e69f83c8944438d68119179a10a64"
SIGNATURE = "KODuebWbDGYFr0z0eu-PqLn5lz"
PASSWORD = "correct horse/battery@staple"
SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
NOTIFY_SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"


class Told:
    """Everything that was logged, printed, raised or answered."""

    def __init__(self, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
        self.caplog = caplog
        self.capsys = capsys
        self.texts: list[str] = []

    def send(self, address: str, relay: str) -> str:
        envelope = Envelope(address, "LR-7: report due", "Due soon.", "<reminder-1@cairn>", SENT)
        try:
            answer = send(envelope, relay, timeout=2.0)
        except Exception:  # noqa: BLE001  whatever it is, its text is what is tested
            self.texts.append(traceback.format_exc())
            return "raised"
        self.texts += [answer.detail, repr(answer), check_address(address) or "", check_relay(relay) or ""]
        self.texts += [masked(address), masked(relay)]
        return answer.outcome

    def all(self) -> str:
        printed = self.capsys.readouterr()
        records = [str(record.__dict__) for record in self.caplog.records]
        return "\n".join([*self.texts, *records, self.caplog.text, printed.out, printed.err])


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail.log")  # the mail server of the test, which may know the password
    yield Told(caplog, capsys)
    smtp.close_connections()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return int(unused.getsockname()[1])


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize(("status", "outcome"), [(202, "accepted"), (401, "refused"), (500, "failed")])
def test_a_teams_address_is_told_nowhere(told: Told, tmp_path: Path, status: int, outcome: str) -> None:
    context, _ = certificate(tmp_path)
    with WebServer(status=status, answer=f"no {WORKFLOW}".encode(), tls=context) as teams:
        address = f"workflows://127.0.0.1:{teams.port}/{WORKFLOW}/{SIGNATURE}?verify=no"
        assert told.send(address, "mailbox:///nowhere") == outcome

    assert_untold(told, WORKFLOW, SIGNATURE)


def test_a_native_teams_address_that_cannot_be_reached_is_told_nowhere(told: Told) -> None:
    address = (
        f"https://prod-01.uksouth.logic.azure.com.invalid:443/workflows/{WORKFLOW}/triggers/manual/paths/invoke"
        f"?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SIGNATURE}"
    )

    assert told.send(address, "mailbox:///nowhere") in {"refused", "failed"}
    assert_untold(told, WORKFLOW, SIGNATURE)


@pytest.mark.parametrize(
    "address",
    [
        "https://p...m/workflows/abc/{}",
        "https://host.example/unknown/{}?key={}",
        "wrkflows://host.example/{}",
        "workflows://{}",
        "workflows:///{}/",
        "json://user:{}@host.example:notaport/x",
        "json://[::1/{}",
        "slack://{}/b",
        "tgram://{}",
        "{}://x",
        "x y://{}",
        "{}",
        "https://a b/{}",
    ],
)
def test_a_broken_address_is_told_nowhere(told: Told, address: str) -> None:
    secret = "S3cretPathOfAChannel"
    told.send(address.replace("{}", secret), "mailbox:///nowhere")

    assert_untold(told, secret)


def test_a_mail_password_is_told_nowhere(told: Told) -> None:
    quoted = PASSWORD.replace(" ", "%20").replace("/", "%2F").replace("@", "%40")
    to = "liaison@agency.example"
    with MailServer(password=PASSWORD) as server:
        relay = f"smtp://cairn:{{}}@127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"
        assert told.send(to, relay.format(quoted)) == "accepted"
        assert told.send(to, relay.format(f"{quoted}-wrong")) == "failed"
        server.reject = f"550 I know you, {PASSWORD}"
        assert told.send(to, relay.format(quoted)) == "refused"
        assert told.send(to, relay.format(quoted).replace("tls=never", "tls=required")) == "failed"
    assert told.send(to, f"smtp://cairn:{quoted}@127.0.0.1:{closed_port()}?from=a@b.example") == "failed"
    assert told.send(to, f"smtp://cairn:{quoted}@127.0.0.1:{quoted}?from=a@b.example") == "failed"
    assert told.send(to, f"smtp://cairn:{PASSWORD}@h.example:25?frm={quoted}") == "failed"

    assert_untold(told, PASSWORD, quoted)


def test_a_notify_key_is_told_nowhere(told: Told, tmp_path: Path) -> None:
    to, key = "liaison@agency.example", f"cairn-live-{SERVICE}-{NOTIFY_SECRET}"
    file = tmp_path / "key"
    file.write_text(key, encoding="utf-8")
    with WebServer(status=201, answer=b'{"id": "740e5834"}') as notify:
        relay = f"govuknotify://{SERVICE}/template?{{}}&base=http://127.0.0.1:{notify.port}"
        assert told.send(to, relay.format(f"key={key}")) == "accepted"
        token = notify.posts[0].headers["Authorization"].removeprefix("Bearer ")
        notify.status, notify.answer = 403, f"{key} {NOTIFY_SECRET} {token}".encode()
        assert told.send(to, relay.format(f"key={key}")) == "refused"
        assert told.send(to, relay.format(f"key_file={file}")) == "refused"
        assert told.send(to, relay.format(f"key={key}&x=y")) == "failed"
        assert told.send(to, relay.format(f"key={NOTIFY_SECRET}")) == "failed"

    assert_untold(told, NOTIFY_SECRET, token)


def assert_untold(told: Told, *secrets: str) -> None:
    everything = told.all()
    assert [secret for secret in secrets if secret.lower() in everything.lower()] == []


def test_a_log_of_ours_is_masked_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    install()

    try:
        raise ValueError("could not reach https://h.example/S3cretPath")  # noqa: TRY301  it is raised to be logged
    except ValueError:
        LOG.exception("Sending to %s went wrong", "json://user:S3cretPath@h.example/x", stack_info=True)

    assert "Sending to json://***@h.example/*** went wrong" in caplog.text
    assert "ValueError: could not reach https://h.example/***" in caplog.text
    assert "S3cretPath" not in caplog.text.replace(
        'raise ValueError("could not reach https://h.example/S3cretPath")', ""
    )


def test_a_log_line_that_cannot_be_written_out_is_not_lost(caplog: pytest.LogCaptureFixture) -> None:
    install()

    LOG.warning("one %s, two %s", "json://h.example/S3cretPath")

    assert "could not be written out" in caplog.text
    assert "S3cretPath" not in caplog.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://h.example/a?b=c for more", "see https://h.example/*** for more"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("password=hunter2&x=1", "password=***&x=1"),
        ('"api_key" = "abc"', '"api_key" = "***"'),
        ("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "***"),
        ("403 AuthError: Invalid token: API key not found", "403 AuthError: Invalid token: API key not found"),
        ("mail to liaison@agency.example", "mail to liaison@agency.example"),
    ],
)
def test_what_looks_like_a_secret_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_a_known_secret_is_masked_however_it_is_spelt_and_only_while_it_is_hidden() -> None:
    with hiding(frozenset({"a b/c"})):
        assert mask("x a b/c y a%20b%2Fc z a+b%2Fc") == "x *** y *** z ***"

    assert mask("a b/c") == "a b/c"


def test_a_plain_host_is_no_secret_and_a_mail_address_has_none() -> None:
    assert secrets_in("liaison@agency.example") == frozenset()
    assert "hooks.example" not in secrets_in("json://hooks.example:8080/Path")
    assert {"Path", "TokenAsHost"} <= secrets_in("json://TokenAsHost/Path")


def test_a_text_is_fitted_to_one_line() -> None:
    assert fit("  one\r\n two\tthree\x00 ") == "one two three"
    assert len(fit("long " * 200)) == 500
