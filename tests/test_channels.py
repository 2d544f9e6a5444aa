"""The channels a message leaves by: a mailbox folder, a relay, an Apprise URL; what each answers, no secret told."""

from __future__ import annotations

import json
import logging
import socket
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as WIRE
from pathlib import Path

import pytest
from apprise import Apprise
from apprise.manager_plugins import NotificationManager

from notifications import smtp
from notifications.allowed_channels import PROVES, REFUSED, proof
from notifications.channels import ChannelAnswer, Envelope, check_address, check_relay, masked, send, way_of
from tests.mailserver import MailServer, certificate
from tests.webserver import WebServer

SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_kept_connections() -> Iterator[None]:
    yield
    smtp.close_connections()


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def letter(to: str = "liaison@agency.example", number: int = 1, body: str = "Due soon.") -> Envelope:
    return Envelope(to, "LR-7: report due", body, f"<reminder-{number}@cairn>", SENT)


def test_a_mailbox_holds_one_readable_file_for_each_message(tmp_path: Path) -> None:
    folder = tmp_path / "post" / "out"

    answer = send(letter(), f"mailbox://{folder}")

    [file] = folder.iterdir()
    mail = BytesParser(EmailMessage, policy=WIRE).parsebytes(file.read_bytes())
    assert answer == ChannelAnswer("accepted", f"Written to {file.name}.")
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert mail["Message-ID"] == "<reminder-1@cairn>"
    assert mail["From"] == "Cairn <cairn@localhost>"
    assert mail.get_content() == "Due soon.\r\n"


def test_a_resend_takes_the_place_of_the_first_and_another_message_does_not(tmp_path: Path) -> None:
    for envelope in (letter(), letter(), letter(number=2), letter(to="deputy@agency.example")):
        send(envelope, f"mailbox://{tmp_path}")

    assert len(list(tmp_path.iterdir())) == 3


def test_a_message_identity_cannot_lead_out_of_the_mailbox(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    envelope = Envelope("liaison@agency.example", "s", "b", "<../../up@cairn>", SENT)

    assert send(envelope, f"mailbox://{folder}").outcome == "accepted"
    assert [each.parent for each in tmp_path.rglob("*.eml")] == [folder]


def test_a_mailbox_that_cannot_be_written_has_failed_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    answer = send(letter(), f"mailbox://{tmp_path}/file")

    assert answer == ChannelAnswer("failed", "The mailbox folder cannot be written: File exists.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_a_full_disk_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.durable._locked", lambda _: open("/dev/full", "wb", buffering=0))  # noqa: PTH123, SIM115

    answer = send(letter(), f"mailbox://{tmp_path}")

    assert answer == ChannelAnswer("failed", "The mailbox folder cannot be written: No space left on device.")
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_a_url_goes_there_whatever_the_relay(web: WebServer, tmp_path: Path) -> None:
    answer = send(letter(f"json://127.0.0.1:{web.port}/hooks/reviews"), f"mailbox://{tmp_path}")

    [posted] = web.posts
    assert answer.outcome == "accepted"
    assert posted.path.rstrip("/") == "/hooks/reviews"
    assert (posted.json["title"], posted.json["message"]) == ("LR-7: report due", "Due soon.")
    assert list(tmp_path.iterdir()) == []


def test_a_teams_workflow_is_reached_over_tls(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with WebServer(status=202, tls=context) as teams:
        place = f"workflows://127.0.0.1:{teams.port}/643e69f83c8944/KODuebWbDGYFr0z0eu"
        distrusted = send(letter(place), "mailbox:///nowhere")
        with pytest.warns(match="Unverified HTTPS request"):
            believed = send(letter(f"{place}?verify=no"), "mailbox:///nowhere")

    assert (distrusted.outcome, believed.outcome) == ("failed", "accepted")
    text = json.loads(teams.posts[0].content)["attachments"][0]["content"]["body"][-1]["text"]
    assert text == "Due soon\\."  # escaped, so that Markdown shows what was written
    assert teams.posts[0].path.startswith("/workflows/643e69f83c8944/")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, "refused") for status in (400, 401, 403, 404, 410)),
        *((status, "failed") for status in (302, 408, 409, 429, 500, 503)),
    ],
)
def test_a_webhooks_answer_is_for_good_or_for_now(web: WebServer, status: int, outcome: str) -> None:
    web.status = status

    answer = send(letter(f"json://127.0.0.1:{web.port}/x"), "mailbox:///nowhere")

    assert answer.outcome == outcome
    assert answer.detail.startswith(f"The channel JSON answered {status}")
    assert "Notifying" not in answer.detail
    assert len(web.posts) == 1


@pytest.mark.parametrize(
    ("place", "status", "outcome"),
    [
        *(("ntfy://{}/topic", status, "accepted") for status in (201, 202, 204)),
        ("gotify://{}/AbCdEfGhIjKlMnO", 202, "accepted"),
        ("json://{}/x", 504, "unknown"),
        ("ntfy://{}/topic", 504, "unknown"),
        ("matrix://token@{}/%23room?v=3", 201, "failed"),
    ],
)
def test_a_yes_in_other_figures_than_the_services_own_is_a_yes_and_a_gateways_waiting_says_nothing(
    web: WebServer, place: str, status: int, outcome: str
) -> None:
    """A proxy before a service may answer 202. What Matrix is asked first is to be let into the room."""
    web.status = status

    answer = send(letter(place.format(f"127.0.0.1:{web.port}")), "mailbox:///nowhere")

    assert answer.outcome == outcome


def test_a_webhook_that_takes_a_message_says_so_in_a_sentence(web: WebServer) -> None:
    answer = send(letter(f"json://127.0.0.1:{web.port}/x"), "mailbox:///nowhere")

    assert (answer.outcome, answer.detail) == ("accepted", "The channel JSON accepted it.")


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("person@agency.example", "mail"),
        ("json://user:pass@hooks.example:8080/a/b?c=d", "json://hooks.example:8080"),
        ("ntfy://topic", "ntfy://topic"),
    ],
)
def test_what_goes_the_same_way_is_told_by_the_server_alone(address: str, way: str) -> None:
    assert way_of(address) == way


def test_a_webhook_that_hangs_is_unknown_and_is_not_waited_for(web: WebServer) -> None:
    web.trouble = "hang"

    answer = send(letter(f"json://127.0.0.1:{web.port}/x?retry=3"), "mailbox:///nowhere", timeout=0.4)

    assert answer.outcome == "unknown"
    assert "did not finish" in answer.detail
    assert len(web.posts) == 1


def test_a_webhook_that_is_not_there_has_failed_even_when_its_address_calls_it_optional() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    answer = send(letter(f"json://127.0.0.1:{port}/x?optional=yes&retry=5&wait=60"), "mailbox:///nowhere")

    assert answer.outcome == "failed"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("liaison@agency.example\nBcc: other@agency.example", "line break"),
        ("liaison@agency.example, deputy@agency.example", "neither an e-mail address"),
        ("liaison@", "neither an e-mail address"),
        ("li..aison@agency.example", "neither an e-mail address"),
        ("liaison@agency", "neither an e-mail address"),
        ("", "neither an e-mail address"),
        ("carrier-pigeon://loft/Hom1ngSecret", "No channel understands"),
        ("https://prod.example/not/Kn0wnSecret", "No channel understands"),
        ("json://h.example/one, json://h.example/two\n", "line break"),
        ("ntfy://h.example/Topic0ne,Topic2wo", "names 2 places"),
        ("smtp://cairn:Sm7pSecret@h.example", "how e-mail leaves"),
        ("mailto://cairn:M4ilSecret@h.example?to=liaison@agency.example", "e-mail past the mail relay"),
        ("syslog://", "ends on this machine"),
        ("dbus://", "ends on this machine"),
        ("rsyslog://h.example", "nothing answers on it"),
        ("mqtt://h.example/Topic0ne", "nothing answers on it"),
        ("mastodon://T0kenSecret@h.example", "everybody can read there"),
        ("aprs://DF1JSL:12345@DF1ABC", "sent by radio"),
        ("hassio://h.example/T0kenSecret", "not known what its yes would prove"),
    ],
)
def test_a_bad_address_is_refused_with_a_sentence_that_repeats_no_secret(
    address: str, says: str, tmp_path: Path
) -> None:
    answer = send(letter(address), f"mailbox://{tmp_path}")

    assert answer.outcome == "refused"
    assert says in answer.detail
    assert says in (check_address(address) or "")
    assert "Secret" not in (check_address(address) or "") + answer.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "liaison@agency.example",
        "o'neill@agency.example",
        "a+b@x.gov.uk",
        "root@localhost",
        "ntfy://h.example/topic",
        "json://h.example/x",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    ],
)
def test_a_good_address_has_nothing_said_against_it(address: str) -> None:
    assert check_address(address) is None


@pytest.mark.parametrize(
    ("envelope", "says"),
    [
        (Envelope("a@b.example", "Due\r\nBcc: c@d.example", "b", "<1@cairn>", SENT), "line break"),
        (Envelope("a@b.example", "Due", "b", "<1@cairn>\r\nX: y", SENT), "identity"),
        (Envelope("a@b.example", "Due", " \n", "<1@cairn>", SENT), "no text"),
    ],
)
def test_a_message_that_is_not_whole_is_refused(envelope: Envelope, says: str, tmp_path: Path) -> None:
    answer = send(envelope, f"mailbox://{tmp_path}")

    assert answer.outcome == "refused"
    assert says in answer.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("relay", "says"),
    [
        ("", "must begin with"),
        ("carrier:///pigeon", "must begin with"),
        ("mailbox:", "needs a folder"),
        ("mailbox://folder", "needs a folder"),
        ("smtp://?from=a@b.example", "names no host"),
        ("smtp://h.example", "does not say who mail is from"),
        ("smtp://h.example?from=nobody", "not an e-mail address"),
        ("smtp://h.example?from=a@b.example&name=A%0AB", "line break"),
        ("smtp://h.example?from=a@b.example&tsl=never", "a setting that is not known"),
        ("smtp://h.example?from=a@b.example&tls=perhaps", "one of offered, required, never"),
        ("smtp://a:p%C3%A9@h.example?from=a@b.example", "ASCII"),
        ("smtp://a:Pass#word@h.example?from=a@b.example", "%23"),
        ("smtp://h.example:Secret?from=a@b.example", "host and port"),
        ("smtp://h.example\n?from=a@b.example", "line break"),
        ("govuknotify://service?key=x", "names no template"),
        ("govuknotify://service/template", "one of ?key_file= and ?key="),
        ("govuknotify://service/template?key=x&base=http://h.example", "https://"),
    ],
)
def test_a_relay_that_cannot_be_used_loses_no_message_and_says_why(relay: str, says: str) -> None:
    answer = send(letter(), relay)

    assert answer.outcome == "failed"
    assert says in (check_relay(relay) or "")
    assert "Secret" not in answer.detail


def test_a_good_relay_has_nothing_said_against_it() -> None:
    assert check_relay("mailbox:///srv/cairn/out") is None
    assert check_relay("smtp://cairn@committee.example:pw@h.example:587?tls=required") is None


def test_an_answer_is_one_line_of_at_most_500_characters() -> None:
    with MailServer(reject="550-" + "no \r\n550-" * 40 + "\x1b[31m" + "never " * 80 + "\r\n550 end") as server:
        answer = send(letter(), f"smtp://127.0.0.1:{server.port}?from=a@b.example")

    assert answer.outcome == "refused"
    assert len(answer.detail) == 500
    assert answer.detail.isprintable()


def test_our_ways_of_sending_can_be_asked_of_apprise_by_url(tmp_path: Path) -> None:
    check_address("json://h.example/x")
    message = "to=liaison@agency.example&id=%3Ccanary-1@cairn%3E&date=2026-03-02T09:30:00%2B00:00"

    with MailServer() as server:
        apprise = Apprise()
        assert apprise.add(f"smtp://127.0.0.1:{server.port}?from=a@b.example&{message}")
        assert apprise.add(f"mailbox://{tmp_path}?{message}")
        assert not apprise.add(f"mailbox://{tmp_path}?to=nobody@agency.example")
        assert apprise.notify("Still here.", "Canary")

    assert server.messages[0].mail["Message-ID"] == "<canary-1@cairn>"
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("liaison@agency.example", "liaison@agency.example"),
        ("mailbox:///srv/cairn/out", "mailbox:///srv/cairn/out"),
        ("smtp://cairn:pw@mail.committee.example:587?from=a@b.example", "smtp://***@mail.committee.example:587/***"),
        (
            "https://prod-01.uksouth.logic.azure.com:443/workflows/a/b?sig=c",
            "https://prod-01.uksouth.logic.azure.com:443/***",
        ),
        ("tgram://123456789:AbCdEf/12345", "tgram://***/***"),
        ("ntfy://SecretTopic", "ntfy://***"),
        ("json://127.0.0.1:8080", "json://127.0.0.1:8080"),
        ("user:pw@mail.example", "***"),
        ("hunter2", "***"),
    ],
)
def test_a_masked_address_shows_where_but_not_how_to_get_in(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_apprise_is_kept_from_telling_its_secrets_at_its_lower_levels(tmp_path: Path) -> None:
    logging.getLogger("apprise").setLevel(logging.DEBUG)

    send(letter(), f"mailbox://{tmp_path}")

    assert logging.getLogger("apprise").level >= logging.INFO


def test_every_channel_that_is_allowed_is_one_that_apprise_has_and_says_what_its_yes_proves() -> None:
    check_address("json://h.example/x")
    schemes = set(NotificationManager().schemas())

    assert set(PROVES) <= schemes
    assert set(REFUSED) <= schemes
    assert not set(PROVES) & set(REFUSED)
    assert proof("person@agency.example").startswith("the mail server has taken it over")
    assert proof("slack://a/b/c").startswith("the service has taken it over")
