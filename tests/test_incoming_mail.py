"""What real servers send back for one letter is read for what it is, and tied to the letter by its own fields."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import incoming_mail
from notifications.delivery_status import about
from notifications.incoming_mail import IncomingMail, read

MAILS = Path(__file__).parent / "mail"
"""As they were received for one letter; what each is stands in the table below."""

OURS = "@committee.example>"

# file: kind, beginning of the letter's Message-ID, (code, permanent, about, address of no use)
READ_AS = {
    "postfix-unknown-user": ("failed", "4b477ee4", ("5.1.1", True, "address", True)),
    "postfix-over-size-found-by-sender": ("failed", "319598a1", ("5.3.4", True, "other", False)),
    "postfix-delayed": ("delayed", "d8b5c637", ("4.3.0", False, "other", False)),
    "postfix-expired": ("failed", "d8b5c637", ("4.3.0", False, "other", False)),
    "exim-mailbox-full": ("failed", "732f3231", ("5.2.2", True, "mailbox", False)),
    "exim-local-mailbox-full": ("failed", "7ebd96b6", ("5.0.0", True, "other", False)),
    "exim-reminder-unknown-user": ("failed", "bbbbbbbb", ("5.1.1", True, "address", True)),
    "exim-delayed": ("delayed", "d8b5c637", ("4.3.0", False, "other", False)),
    "exim-expired": ("failed", "d8b5c637", ("4.3.0", False, "other", False)),
    "exim-delivered": ("arrived", "b112d78f", ("2.0.0", False, "other", False)),
    "opensmtpd-unknown-user": ("failed", "4b477ee4", ("5.1.1", True, "address", True)),
    "opensmtpd-delayed": ("delayed", "d8b5c637", ("4.3.0", False, "other", False)),
    "opensmtpd-expired-says-delayed": ("failed", "d8b5c637", ("4.4.7", False, "other", False)),
    "sendmail-policy": ("failed", "3ab39830", ("5.7.1", True, "other", False)),
    "sendmail-wrong-class": ("failed", "4ab79ef0", ("5.1.1", True, "address", False)),
    "sendmail-expired": ("failed", "d8b5c637", ("4.4.7", False, "other", False)),
    "sendmail-relayed": ("arrived", "b112d78f", ("2.1.5", False, "address", False)),
    "courier-content-refused": ("failed", "2f9fceab", ("5.7.1", True, "other", False)),
    "courier-utf8-answer": ("failed", "de5e6cfc", ("5.1.1", True, "address", True)),
    "dovecot-lmtp-quota-full": ("failed", "1f355b33", ("5.2.2", True, "mailbox", False)),
    "dovecot-sieve-forwarded-unknown-user": ("failed", "b3b4103f", ("5.1.1", True, "address", True)),
    "dovecot-sieve-reject": ("failed", "519e6b1d", ("", False, "other", False)),
}
WITHOUT_REPORT = {
    "exim-vacation": ("auto_reply", "f024286a"),
    "dovecot-sieve-vacation": ("auto_reply", "6a3730d7"),
    "mutt-answer": ("answer", "49be417a"),
    "vacation-away": ("unsorted", ""),
}


QUOTED = "Remote server returned an error ->"
"""What Exchange puts before the answer of the next server."""


def kept(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def is_letter(mail: IncomingMail, beginning: str) -> bool:
    return mail.letter.startswith(f"<{beginning}") and mail.letter.endswith(OURS)


@pytest.mark.parametrize("name", READ_AS)
def test_a_report_is_read_for_what_it_says_of_the_letter_and_of_the_address(name: str) -> None:
    kind, letter, (code, permanent, subject, no_use) = READ_AS[name]

    mail = read(kept(name))
    (report,) = mail.reports

    assert (mail.kind, is_letter(mail, letter)) == (kind, True)
    assert (report.kind, report.code, report.permanent, report.about) == (kind, code, permanent, subject)
    assert report.address_of_no_use is no_use


@pytest.mark.parametrize("name", WITHOUT_REPORT)
def test_a_reply_is_told_from_a_report_and_a_machines_from_a_persons(name: str) -> None:
    kind, letter = WITHOUT_REPORT[name]

    mail = read(kept(name))

    assert (mail.kind, mail.reports) == (kind, ())
    assert is_letter(mail, letter) if letter else not mail.letter


def test_every_mail_kept_here_is_in_a_table() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == {*READ_AS, *WITHOUT_REPORT, "postfix-two-recipients"}


def test_two_addresses_of_one_letter_are_two_reports_each_with_its_own_answer() -> None:
    mail = read(kept("postfix-two-recipients"))

    told = {one.recipient.partition("@")[0]: (one.code, one.address_of_no_use) for one in mail.reports}
    assert (mail.kind, is_letter(mail, "85db9dd3")) == ("failed", True)
    assert told == {"gone": ("5.1.1", True), "full": ("5.2.2", False)}


def test_an_answer_that_contradicts_the_field_leaves_a_doubt() -> None:
    (report,) = read(kept("sendmail-wrong-class")).reports

    assert (report.code, report.doubtful) == ("5.1.1", True)


def test_a_failure_of_the_readers_own_forwarding_does_not_speak_of_the_address_written_to() -> None:
    assert read(kept("dovecot-sieve-forwarded-unknown-user")).forwarded
    assert not read(kept("postfix-unknown-user")).forwarded


def test_a_mail_that_no_field_ties_to_a_letter_still_names_the_case_for_whoever_sorts_it() -> None:
    mail = read(kept("vacation-away"))

    assert (mail.reference, mail.sender, mail.text) == (
        "LR-2026-0007",
        "desk@mail.example.org",
        "I am away until 9 March.",
    )


def test_words_and_subject_of_a_reply_come_as_they_were_meant() -> None:
    mail = read(kept("dovecot-sieve-vacation"))

    assert (mail.subject, mail.text) == ("Außer Haus", "Ich bin bis 9. März nicht da.")


def test_a_server_that_sends_one_notice_in_all_means_given_up_by_delayed() -> None:
    """nullmailer 2.2 says delayed, promises a final notice, and sends none."""
    notice = report(
        "Reporting-MTA: x-local-hostname; app.committee.example", "Action: delayed", "Status: 4.3.0", mark=""
    )

    mail = read(notice)

    assert (mail.kind, mail.reports[0].permanent, mail.letter) == ("failed", False, "<letter@committee.example>")


def test_a_raw_byte_of_another_alphabet_in_a_report_is_read_as_a_letter_of_it() -> None:
    """Sendmail 8.17 hands on a Latin-1 answer as it came, in a part that should be ASCII."""
    said = "Diagnostic-Code: SMTP; 550 5.1.1 Empf\xe4nger unbekannt"

    mail = read(report("Reporting-MTA: dns; mail.example.org", "Action: failed", "Status: 5.1.1", said))

    assert mail.reports[0].words == "550 5.1.1 Empfänger unbekannt"
    assert mail.reports[0].address_of_no_use


def test_an_automatic_reply_in_the_form_of_a_report_of_success_is_an_automatic_reply() -> None:
    """mailbot -T replydsn of maildrop 2.9.3 quotes the letter under a report that says delivered."""
    raw = report("Reporting-MTA: dns; mail.example.org", "Action: delivered", "Status: 2.0.0")
    mail = read(b"In-Reply-To: <letter@committee.example>\r\nPrecedence: junk\r\n" + raw)

    assert (mail.kind, mail.letter) == ("auto_reply", "<letter@committee.example>")


@pytest.mark.parametrize(
    ("fields", "code", "no_use"),
    [
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 550 No such user here"), "5.0.0", False),
        (("Status: 5.1.1", "Diagnostic-Code: SMTP; "), "5.1.1", True),
        (("Status: 5.1.2",), "5.1.2", True),
        (("Status: 5.1.2", "Diagnostic-Code: smtp; 550 DNS hard error looking up x: NXDOMAIN"), "5.1.2", True),
        (("Status: 5.0.0", "Diagnostic-Code: unknown; No such domain."), "5.0.0", False),
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 421 try later"), "4.0.0", False),
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 550-5.1.10 no 550 5.1.10 mail"), "5.1.10", True),
        (("Status: 5.1.7", "Diagnostic-Code: smtp; 550 5.1.7 your address"), "5.1.7", False),
        (("Status: 5.4.4",), "5.4.4", False),
        (("STATUS: 5.2.1 (disabled)", "DIAGNOSTIC-CODE: SMTP;  550  5.2.1   off"), "5.2.1", True),
        (("Status: 5.0.0", "Remote-MTA: dns; 5.1.1.7"), "5.0.0", False),
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 550 no mailbox here by that name (#5.1.1)"), "5.1.1", True),
        (("Status: 5.0.0", "Diagnostic-Code: smtp; 550 rejected by filter v5.1.1"), "5.0.0", False),
        (("Status: 5.1.0", "Diagnostic-Code: smtp; 5.1.0 - Unknown address error 550-'5.1.1 x'"), "5.1.1", True),
        (("Status: 5.0.350", f"Diagnostic-Code: smtp;550 5.0.350 {QUOTED} 550 5.1.1 unknown"), "5.1.1", True),
        (("Status: 5.1.351", f"Diagnostic-Code: smtp;550 5.1.351 {QUOTED} 550 No such user"), "5.1.351", False),
        (("Status: 5.2.350", f"Diagnostic-Code: smtp;550 5.2.350 {QUOTED} 552 5.2.2 over quota"), "5.2.2", False),
        (("Status: 5.4.1", "Diagnostic-Code: smtp;550 5.4.1 Recipient address rejected"), "5.4.1", False),
    ],
)
def test_the_code_that_tells_most_is_taken_wherever_a_server_puts_it(
    fields: tuple[str, ...], code: str, no_use: bool
) -> None:
    (told,) = read(report("Reporting-MTA: dns; mail.example.org", "Action: failed", *fields)).reports

    assert (told.code, told.address_of_no_use) == (code, no_use)


def test_a_report_of_the_reminder_is_not_taken_for_one_of_the_request_it_refers_to() -> None:
    raw = report("Reporting-MTA: dns; mail.example.org", "Action: failed", "Status: 5.1.1")
    mail = read(
        raw.replace(
            b"\r\nMessage-ID: <letter@", b"\r\nIn-Reply-To: <request@committee.example>\r\nMessage-ID: <letter@"
        )
    )

    assert mail.letter == "<letter@committee.example>"


def test_what_a_code_speaks_of() -> None:
    assert [about(code) for code in ("5.1.1", "5.1.8", "5.2.2", "4.4.7", "5.7.1", "")] == [
        *("address", "sender", "mailbox", "other", "other", "other")
    ]


def test_a_mail_past_the_limit_is_left_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming_mail, "MOST_BYTES", 500)

    mail = read(b"Subject: Report\r\nTo: x@example.org\r\n\r\n" + b"x" * 600)

    assert (mail.kind, mail.subject, mail.text) == ("unsorted", "Report", "It is larger than what is read here.")


def test_a_mail_of_too_many_parts_is_left_to_a_person() -> None:
    parts = b"".join(b"--b\r\n\r\nx\r\n" for _ in range(300))

    assert read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--").kind == "unsorted"


def test_files_that_came_with_an_answer_keep_their_bytes() -> None:
    raw = (
        b"In-Reply-To: <letter@committee.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\n"
        b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="report.pdf"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--b--\r\n"
    )

    mail = read(raw)

    assert (mail.kind, mail.text) == ("answer", "Here it is.")
    assert [(one.name, one.kind, one.content) for one in mail.attachments] == [
        ("report.pdf", "application/pdf", b"Hello")
    ]


@given(st.binary(max_size=400))
def test_rubbish_is_unsorted_and_raises_nothing(raw: bytes) -> None:
    assert read(raw).kind in ("unsorted", "auto_reply", "answer")


@settings(max_examples=300)
@given(st.sampled_from(sorted(READ_AS)), st.data())
def test_a_damaged_report_raises_nothing(name: str, data: st.DataObject) -> None:
    raw = bytearray(kept(name))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    read(bytes(raw[: data.draw(st.integers(0, len(raw)))]))


def report(mta: str, *fields: str, mark: str = "Auto-Submitted: auto-replied\r\n") -> bytes:
    """A report on one letter to one address, as a server might write it."""
    block = "\r\n".join(("Final-Recipient: rfc822; desk@agency.example", *fields))
    return (
        f"Return-Path: <>\r\n{mark}Subject: Undelivered\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nThe letter did not arrive.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{mta}\r\n\r\n{block}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nTo: desk@agency.example\r\n"
        "Message-ID: <letter@committee.example>\r\n\r\nText.\r\n--b--\r\n"
    ).encode("latin-1")
