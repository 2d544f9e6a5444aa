"""E-mail over real SMTP: identity, certificates, connections that are kept, and servers that misbehave."""

from __future__ import annotations

import os
import socket
import ssl
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifications import smtp
from notifications.channels import ChannelAnswer, Envelope, send
from notifications.envelope import Outcome
from tests.mailserver import MailServer, Trouble, certificate

PASSWORD = "correct+horse/battery=staple"
SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_kept_connections() -> Iterator[None]:
    yield
    smtp.close_connections()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


def letter(
    number: int = 1, to: str = "liaison@agency.example", subject: str = "LR-7: report due", body: str = "Due soon."
) -> Envelope:
    return Envelope(to, subject, body, f"<reminder-{number}@cairn>", SENT)


def relay(server: MailServer, more: str = "", scheme: str = "smtp", user: str = "") -> str:
    return f"{scheme}://{user}127.0.0.1:{server.port}?from=cairn@committee.example&name=Cairn{more}"


def with_password(password: str = PASSWORD) -> str:
    return f"cairn:{password.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}@"


def test_a_mail_arrives_with_the_identity_date_and_words_it_was_given(server: MailServer) -> None:
    answer = send(
        letter(subject="Ath-sgrùdadh: report due", body="First line\n.a dot leads this one\n\nLast line"), relay(server)
    )

    [received] = server.messages
    assert answer == ChannelAnswer("accepted", "250 2.0.0 Queued as 42")
    assert (received.sender, received.recipients) == ("cairn@committee.example", ("liaison@agency.example",))
    assert received.mail["Message-ID"] == "<reminder-1@cairn>"
    assert received.mail["Date"].datetime == SENT
    assert received.mail["From"] == "Cairn <cairn@committee.example>"
    assert received.mail["To"] == "liaison@agency.example"
    assert received.mail["Subject"] == "Ath-sgrùdadh: report due"
    assert received.mail["Auto-Submitted"] == "auto-generated"
    assert received.mail.get_content().splitlines() == ["First line", ".a dot leads this one", "", "Last line"]


def test_a_letter_bears_its_identity_in_a_header_that_no_relay_writes_itself(server: MailServer) -> None:
    send(letter(), relay(server))

    assert server.messages[0].mail["X-Cairn-Letter"] == "<reminder-1@cairn>"


@pytest.mark.parametrize(("dsn", "identity"), [(True, "reminder-1@cairn"), (False, "")])
def test_the_envelope_bears_the_identity_where_the_server_offers_reports(
    server: MailServer, dsn: bool, identity: str
) -> None:
    server.dsn = dsn

    assert send(letter(), relay(server)).outcome == "accepted"
    assert server.envelopes == [identity]


def test_a_resend_bears_the_same_message_id_and_date(server: MailServer) -> None:
    send(letter(), relay(server))
    send(letter(), relay(server))

    assert len({(each.mail["Message-ID"], each.mail["Date"]) for each in server.messages}) == 1
    assert len(server.messages) == 2


def test_many_mails_go_over_one_connection(server: MailServer) -> None:
    answers = [send(letter(number), relay(server)).outcome for number in range(20)]

    assert answers == ["accepted"] * 20
    assert server.connections == 1


def test_mails_sent_at_once_do_not_mix(server: MailServer) -> None:
    letters = [letter(number, f"person{number}@agency.example", body=f"For {number}.") for number in range(40)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda each: send(each, relay(server)).outcome, letters))

    assert answers == ["accepted"] * 40
    assert {(each.recipients[0], each.mail.get_content().strip()) for each in server.messages} == {
        (f"person{number}@agency.example", f"For {number}.") for number in range(40)
    }


def test_a_child_process_does_not_speak_on_its_parents_connection(server: MailServer) -> None:
    send(letter(1), relay(server))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the server's thread is the point
        child = os.fork()
    if child == 0:
        os._exit(0 if not smtp._idle else 1)
    _, status = os.waitpid(child, 0)

    assert status == 0
    assert send(letter(2), relay(server)).outcome == "accepted"
    assert server.connections == 1


def test_a_refused_recipient_is_refused_in_the_servers_words_and_the_next_is_not(server: MailServer) -> None:
    server.refuse = {"gone@agency.example": "550 5.1.1 No such person"}

    assert send(letter(to="gone@agency.example"), relay(server)) == ChannelAnswer("refused", "550 5.1.1 No such person")
    assert send(letter(2), relay(server)).outcome == "accepted"
    assert server.connections == 1


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [("451 4.3.0 Try later", "failed"), ("452 4.2.2 Full", "failed"), ("530 5.7.0 Log in", "failed")],
)
def test_a_recipient_put_off_has_failed(server: MailServer, reply: str, outcome: Outcome) -> None:
    server.refuse = {"busy@agency.example": reply}

    assert send(letter(to="busy@agency.example"), relay(server)) == ChannelAnswer(outcome, reply)


@pytest.mark.parametrize(("reply", "outcome"), [("554 5.7.1 Spam", "refused"), ("451 4.3.0 Later", "failed")])
def test_a_message_turned_away_after_its_text_is_answered_alike(
    server: MailServer, reply: str, outcome: Outcome
) -> None:
    server.reject = reply

    assert send(letter(), relay(server)) == ChannelAnswer(outcome, reply)


def test_no_server_is_a_failure_to_try_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    answer = send(letter(), f"smtp://127.0.0.1:{port}?from=cairn@committee.example")

    assert answer.outcome == "failed"
    assert "could not be used: Connection refused" in answer.detail


def test_a_server_that_never_greets_has_failed_in_time(server: MailServer) -> None:
    server.trouble = "hang-connect"

    answer = send(letter(), relay(server), timeout=0.3)

    assert answer.outcome == "failed"
    assert "timed out" in answer.detail


@pytest.mark.parametrize("trouble", ["hang", "drip", "drop-after"])
def test_a_message_handed_over_and_not_answered_is_unknown(server: MailServer, trouble: Trouble) -> None:
    server.trouble = trouble

    answer = send(letter(), relay(server), timeout=0.4)

    assert answer.outcome == "unknown"
    assert "did not say whether it has it" in answer.detail
    assert len(server.messages) == 1


def test_a_connection_dropped_in_the_middle_of_a_message_has_failed(server: MailServer) -> None:
    server.trouble = "drop"

    answer = send(letter(body=f"{'A long report. ' * 60}\n" * 10_000), relay(server))

    assert answer.outcome == "failed"
    assert server.messages == []


def test_a_slow_answer_is_waited_for(server: MailServer) -> None:
    server.trouble = "slow"

    assert send(letter(), relay(server)).outcome == "accepted"


def test_a_kept_connection_that_died_is_replaced_once_without_a_second_copy(server: MailServer) -> None:
    send(letter(1), relay(server))
    server.hang_up()

    assert send(letter(2), relay(server)).outcome == "accepted"
    assert server.connections == 2
    assert [each.mail["Message-ID"] for each in server.messages] == ["<reminder-1@cairn>", "<reminder-2@cairn>"]


def test_a_connection_idle_for_too_long_is_not_used_again(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    send(letter(1), relay(server))
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.0)
    send(letter(2), relay(server))

    assert server.connections == 2


def test_tls_is_used_when_offered_and_the_certificate_is_checked(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, trusted = tls
    with MailServer(starttls=context) as server:
        distrusted = send(letter(), relay(server))
        believed = send(letter(), relay(server, f"&ca={trusted}"))

    assert distrusted.outcome == "failed"
    assert "certificate verify failed" in distrusted.detail
    assert believed.outcome == "accepted"


def test_tls_from_the_first_byte_with_a_password(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, trusted = tls
    with MailServer(tls=context, password=PASSWORD) as server:
        distrusted = send(letter(), relay(server, scheme="smtps", user=with_password()))
        believed = send(letter(), relay(server, f"&ca={trusted}", scheme="smtps", user=with_password()))
        unchecked = send(letter(), relay(server, "&verify=no", scheme="smtps", user=with_password()))

    assert [each.outcome for each in (distrusted, believed, unchecked)] == ["failed", "accepted", "accepted"]


def test_required_tls_that_is_not_offered_sends_nothing(server: MailServer) -> None:
    answer = send(letter(), relay(server, "&tls=required"))

    assert answer.outcome == "failed"
    assert "offers no TLS" in answer.detail
    assert server.messages == []


def test_a_password_does_not_travel_in_the_clear_unless_that_was_asked_for() -> None:
    with MailServer(password=PASSWORD) as server:
        held_back = send(letter(), relay(server, user=with_password()))
        asked_for = send(letter(), relay(server, "&tls=never", user=with_password()))

    assert "the password was not sent" in held_back.detail
    assert [held_back.outcome, asked_for.outcome] == ["failed", "accepted"]


def test_a_wrong_password_has_failed_for_the_setting_can_be_put_right() -> None:
    with MailServer(password=PASSWORD) as server:
        wrong = send(letter(), relay(server, "&tls=never", user=with_password("wrong-password")))
        none = send(letter(), relay(server, "&tls=never"))

    assert wrong.outcome == none.outcome == "failed"
    assert "535" in wrong.detail
    assert "530" in none.detail
    assert "wrong-password" not in wrong.detail
