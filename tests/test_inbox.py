"""What comes back by mail is tied to its letter, acted on as the law for letters says, and never executed or lost."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from notifications.incoming_mail import MOST_BYTES
from records import audit_log
from records.contacts import CONTACTS
from records.database import reading
from records.incoming import INCOMING
from records.mails import MAILS
from states.errors import BadAnswer, NotFound, StorageTrouble
from tests import imap_server
from tests.casework import asked, entries, mailbox, tasks
from tests.mailserver import certificate, relaying
from tests.office import FIFE
from workflows.messages import mailbox_reading as inboxes
from workflows.messages.mailbox_reading import ANSWERED, UNSORTED, InboxReport, read_inboxes
from workflows.verbs.incoming_mail import OpenedMail, fetch_mail, find_mail, open_mail, settle_mail
from workflows.views.inbox import came_back
from workflows.views.outbox import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.imap_server import ImapServer
    from tests.mailserver import MailServer
    from tests.office import Office

needs_dovecot = pytest.mark.skipif(not imap_server.is_there(), reason="Dovecot is not on this machine")

FIRST = "first.nhsfife@example.org"
MAILS_THAT_CAME = Path(__file__).parent / "mail"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "incoming"
    made.mkdir()
    return made


def letter_to_fife(office: Office) -> EmailMessage:
    """The letter that asked NHS Fife, as it was accepted by its channel."""
    asked(office)
    office.deliver()
    (letter,) = (mail for mail in mailbox(office) if mail["To"] == FIRST)
    return letter


def came(folder: Path, name: str, raw: bytes) -> str:
    (folder / f"{name}.eml").write_bytes(raw)
    return f"folder://{folder}"


def read(office: Office, *written: str) -> InboxReport:
    return read_inboxes(office.engine, written, ("lead_officer",), lambda: office.now)


def bounce(letter: EmailMessage, *fields: str) -> bytes:
    """A report on the letter, as Postfix writes it."""
    lines = (
        *("Return-Path: <>", "Subject: Undelivered Mail Returned to Sender", "MIME-Version: 1.0"),
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        *("", "--b", "Content-Type: text/plain", "", "It could not be delivered."),
        *("--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mail.example.org", ""),
        *(f"Final-Recipient: rfc822; {FIRST}", *fields, ""),
        *("--b", "Content-Type: message/rfc822", "", f"To: {FIRST}", f"Message-ID: {letter['Message-ID']}", "", "x"),
        *("--b--", ""),
    )
    return "\r\n".join(lines).encode()


def reply(letter: EmailMessage, text: str = "Here it is.", *, attached: bytes = b"") -> bytes:
    """A person's answer to the letter."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Desk <{FIRST}>", "lead@committee.example"
    mail["Subject"], mail["In-Reply-To"] = f"Re: {letter['Subject']}", letter["Message-ID"]
    mail.set_content(text)
    if attached:
        mail.add_attachment(attached, maintype="application", subtype="pdf", filename="../report.pdf")
    return mail.as_bytes()


SES = "010b0192abcdef01-0a1b2c3d-0000-000000"
"""The name that a relay gives a letter in the place of ours, and says when it takes it."""


@pytest.mark.parametrize(
    "marks",
    [
        ("Message-ID: <x@relay.example>\r\nX-Cairn-Letter: {ours}", ""),
        ("Message-ID: <x@relay.example>\r\nX-Microsoft-Original-Message-ID: {ours}", ""),
        ("X-Google-Original-Message-ID: {ours}\r\nMessage-ID: <x@mail.relay.example>", ""),
        ("Message-ID: <x@relay.example>", "Original-Envelope-Id: {bare}"),
        ("Subject: no identity at all", "X-Original-Message-ID: {ours}"),
        (f"Message-ID: <{SES}@eu-west-2.relay.example>", ""),
    ],
)
def test_a_report_finds_its_letter_where_the_relay_wrote_a_message_id_of_its_own(
    office: Office, folder: Path, marks: tuple[str, str]
) -> None:
    with relaying(office) as server:
        server.accept = f"250 Ok {SES}"
        letter = letter_by(office, server)
    names = {"ours": letter["Message-ID"], "bare": str(letter["Message-ID"]).strip("<>")}
    carried, about_all = (one.format(**names) for one in marks)
    raw = bounce(letter, "Action: failed", "Status: 5.1.1").decode()
    raw = raw.replace(f"Message-ID: {letter['Message-ID']}", carried)
    raw = raw.replace("mail.example.org\r\n", f"mail.example.org\r\n{about_all}\r\n" if about_all else "mx\r\n")

    report = read(office, came(folder, "1", raw.encode()))

    assert (dict(report.kinds), status_of(office, letter)) == ({"failed": 1}, "bounced")


def test_an_answer_to_the_message_id_that_a_relay_wrote_is_filed_with_its_letter(office: Office, folder: Path) -> None:
    with relaying(office) as server:
        server.accept = f"250 2.6.0 <{SES}@relay.example> [InternalId=1, Hostname=x.example] Queued mail for delivery"
        letter = letter_by(office, server)
    as_written, theirs = reply(letter), f"<{SES}@relay.example>"

    report = read(office, came(folder, "1", as_written.replace(str(letter["Message-ID"]).encode(), theirs.encode())))

    assert dict(report.kinds) == {"answer": 1}


def letter_by(office: Office, server: MailServer) -> EmailMessage:
    """The letter that asked NHS Fife, as a mail server took it. Every other is taken under a name of its own."""
    asked(office)
    named, others = server.accept, iter(range(100))
    server.on_message = lambda got: setattr(
        server, "accept", named if FIRST in got.recipients else f"250 Ok {next(others):040d}"
    )
    office.deliver()
    (letter,) = (one.mail for one in server.messages if one.mail["To"] == FIRST)
    return letter


def status_of(office: Office, letter: EmailMessage) -> str:
    (row,) = office.rows(MAILS.select().where(MAILS.c.message_id == letter["Message-ID"]))
    return str(row.status)


def test_an_address_of_no_use_takes_the_letter_back_and_the_history_says_so(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    written = came(folder, "1", bounce(letter, "Action: failed", "Status: 5.1.1"))

    report = read(office, written)

    (line,) = all_of(office)
    assert dict(report.kinds) == {"failed": 1}
    assert (line.agency, line.ref, line.code, line.what) == (FIFE, "TST-2026-0001", "5.1.1", "did not arrive")
    assert status_of(office, letter) == "bounced"
    last = entries(office, office.case("TST-2026-0001"))[-1]
    assert (last.kind, last.data["agency"]) == ("bounced", FIFE)


def test_a_full_mailbox_takes_the_letter_back_and_does_not_speak_against_the_address(
    office: Office, folder: Path
) -> None:
    letter = letter_to_fife(office)

    read(office, came(folder, "1", bounce(letter, "Action: failed", "Status: 5.2.2")))

    (contact,) = office.rows(contact_of(FIFE))
    assert (status_of(office, letter), contact.trouble_since) == ("bounced", None)


def test_a_delay_and_a_success_leave_the_letter_where_it_is(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    came(folder, "1", bounce(letter, "Action: delayed", "Status: 4.3.0"))

    report = read(office, came(folder, "2", bounce(letter, "Action: delivered", "Status: 2.0.0")))

    assert dict(report.kinds) == {"delayed": 1, "arrived": 1}
    assert (status_of(office, letter), of_kind(office, ANSWERED)) == ("sent", [])


def test_the_same_mail_is_filed_once_however_often_and_wherever_it_is_met(
    office: Office, folder: Path, tmp_path: Path
) -> None:
    letter = letter_to_fife(office)
    written = came(folder, "1", bounce(letter, "Action: failed", "Status: 5.1.1"))
    other = tmp_path / "other"
    shutil.copytree(folder, other)

    first, again, elsewhere = read(office, written), read(office, written), read(office, f"folder://{other}")

    assert [one.mails for one in (first, again, elsewhere)] == [1, 0, 0]
    assert [one.kind for one in entries(office, office.case("TST-2026-0001"))].count("bounced") == 1


def test_an_answer_is_a_task_for_the_lead_officer_and_none_of_its_words_are_kept(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)

    read(office, came(folder, "1", reply(letter, "Robin was seen on Tuesday. Please run: verify")))

    (task,) = of_kind(office, ANSWERED)
    (row,) = office.rows(INCOMING.select())
    assert (task.role, task.case_id is not None) == ("lead_officer", True)
    assert f"An answer came by mail to the letter of Monday 2 March 2026 to {FIFE}" in task.facts
    assert "Robin" not in f"{row}{task.facts}"


def opens(office: Office, beginning: str, *written: str) -> OpenedMail:
    """A mail opened as the terminal does it: looked for, fetched, and opened on record."""
    with reading(office.engine) as tx:
        found = find_mail(tx, beginning, "")
    opened: OpenedMail = office.do(open_mail, fetch_mail(found, written))
    return opened


def test_an_answer_is_opened_where_it_lies_and_who_opened_it_is_on_record(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    written = came(folder, "1", reply(letter, "Robin was seen.", attached=b"%PDF-"))
    read(office, written)
    (line,) = waiting(office)

    opened = opens(office, line.id[:8], written)

    assert (opened.mail.text, [one.content for one in opened.mail.attachments]) == ("Robin was seen.", [b"%PDF-"])
    (entry,) = log(office)
    assert (entry.kind, entry.subject, "Robin" in entry.model_dump_json()) == ("opened", line.id, False)


def test_a_mail_that_was_taken_away_is_said_to_be_gone(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    written = came(folder, "1", reply(letter))
    read(office, written)
    (line,) = waiting(office)
    (folder / "1.eml").unlink()

    with pytest.raises(NotFound, match=r"lies in the mailbox .* no more"):
        opens(office, line.id, written)
    with pytest.raises(NotFound, match="not among those that are read"):
        opens(office, line.id)


def test_a_mail_seen_to_closes_its_task_with_what_was_done(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    read(office, came(folder, "1", reply(letter)))
    (line,) = waiting(office)

    with pytest.raises(BadAnswer, match="what was done"):
        office.do(settle_mail, line.id, " ")
    assert office.do(settle_mail, line.id, "The answer is recorded.")
    assert not office.do(settle_mail, line.id, "Again.")

    (task,) = of_kind(office, ANSWERED)
    assert (task.did, waiting(office)) == ("The answer is recorded.", [])


def test_what_no_field_ties_to_a_letter_waits_to_be_sorted_under_one_task(office: Office, folder: Path) -> None:
    came(folder, "1", (MAILS_THAT_CAME / "vacation-away.eml").read_bytes())

    read(office, came(folder, "2", (MAILS_THAT_CAME / "postfix-unknown-user.eml").read_bytes()))

    first, second = waiting(office)
    assert {first.ref, second.ref} == {"LR-2026-0007", ""}
    assert len(of_kind(office, UNSORTED)) == 1
    office.do(settle_mail, first.id, "It was an absence.")
    assert [one.done_at is None for one in of_kind(office, UNSORTED)] == [True]
    office.do(settle_mail, second.id, "It was of another system.")
    assert [one.done_at is None for one in of_kind(office, UNSORTED)] == [False]


def test_a_machines_reply_is_recorded_with_its_letter_and_asks_nothing(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    raw = b"Auto-Submitted: auto-replied (vacation)\r\n" + reply(letter, "I am away until 9 March.")

    read(office, came(folder, "1", raw))

    (line,) = all_of(office)
    assert (line.kind, line.agency, line.seen_to, waiting(office)) == ("auto_reply", FIFE, True, [])
    assert {one.heard for one in listed(office) if one.line.agency == FIFE} == {
        "it was answered by a machine of the reader's"
    }


def test_a_machines_reply_that_says_nobody_reads_the_letter_is_a_task(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    raw = b"Auto-Submitted: auto-replied\r\n" + reply(letter, "This mailbox is no longer monitored.")

    report = read(office, came(folder, "1", raw))

    (line,), (task,) = waiting(office), of_kind(office, ANSWERED)
    assert (line.kind, dict(report.kinds)) == ("not_read", {"not_read": 1})
    assert line.id[:8] in task.facts
    assert "nobody reads it" in task.facts


def test_what_is_counted_of_a_round_is_what_was_filed(office: Office, folder: Path) -> None:
    foreign = EmailMessage()
    foreign["Message-ID"], foreign["Subject"] = "<of-another@system.example>", "Another system's letter"

    report = read(office, came(folder, "1", reply(foreign)))

    assert dict(report.kinds) == {"unsorted": 1}


def test_accepted_and_then_nothing_is_shown_as_that(office: Office) -> None:
    letter_to_fife(office)

    assert {one.heard for one in listed(office)} == {"accepted by its channel, and nothing has come back since"}


def test_a_mail_too_large_to_be_read_waits_for_a_person(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.inbox_source.MOST_BYTES", 100)

    read(office, came(folder, "1", b"x" * 200))

    (line,) = waiting(office)
    assert (line.kind, MOST_BYTES > 1_000_000) == ("unsorted", True)


def test_a_mailbox_that_cannot_be_read_is_said_and_stops_no_other(office: Office, folder: Path) -> None:
    letter = letter_to_fife(office)
    written = came(folder, "1", reply(letter))

    report = read(office, "imap://desk:secret@127.0.0.1:9/INBOX?tls=never", written)

    assert (report.mails, len(report.troubles), "secret" in report.troubles[0]) == (1, 1, False)


def test_a_mail_whose_letter_cannot_be_worked_on_is_set_aside_and_the_next_is_read(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = letter_to_fife(office)
    came(folder, "1", bounce(letter, "Action: failed", "Status: 5.1.1"))
    written = came(folder, "2", reply(letter))

    def damaged(*_: Any, **__: Any) -> str:
        raise NotFound("There is no such case.")

    monkeypatch.setattr(inboxes, "reported", damaged)
    report = read(office, written)

    assert (len(report.troubles), dict(report.kinds)) == (1, {"answer": 1})
    assert sorted(one.kind for one in waiting(office)) == ["answer", "unsorted"]


class Killed(BaseException):
    """The process ends at this line."""


@pytest.mark.parametrize("line", ["keep", "went_to"])
def test_killed_at_any_line_nothing_is_lost_and_nothing_is_booked_twice(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    letter = letter_to_fife(office)
    came(folder, "1", reply(letter))
    written = came(folder, "2", bounce(letter, "Action: failed", "Status: 5.1.1"))

    with monkeypatch.context() as at:
        at.setattr(f"records.incoming.{line}", raising(Killed()))
        with pytest.raises(Killed):
            read(office, written)
    first, second = read(office, written), read(office, written)

    assert (dict(first.kinds), dict(second.kinds)) == ({"answer": 1, "failed": 1}, {})
    assert len([one for one in entries(office, office.case("TST-2026-0001")) if one.kind == "bounced"]) == 1


def test_a_mail_met_while_the_database_is_busy_is_read_in_the_next_round_and_not_set_aside(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = letter_to_fife(office)
    written = came(folder, "1", bounce(letter, "Action: failed", "Status: 5.1.1"))

    with monkeypatch.context() as busy:
        busy.setattr(inboxes, "reported", raising(StorageTrouble("The database is busy.")))
        with pytest.raises(StorageTrouble):
            read(office, written)

    assert (dict(read(office, written).kinds), status_of(office, letter)) == ({"failed": 1}, "bounced")


def test_an_answer_too_large_to_be_read_is_a_task_of_its_case(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = letter_to_fife(office)
    monkeypatch.setattr("notifications.inbox_source.MOST_BYTES", 100)

    report = read(office, came(folder, "1", reply(letter, attached=b"x" * 200)))

    (line,) = waiting(office)
    assert (dict(report.kinds), line.ref) == ({"answer": 1}, "TST-2026-0001")


@contextmanager
def mailbox_on_a_server(folder: Path) -> Iterator[tuple[ImapServer, str]]:
    """A mailbox on a real server, and its address."""
    trusted = certificate(folder)[1]
    place = Path(tempfile.mkdtemp(prefix="cairn-imap-"))
    place.chmod(0o755)
    server = imap_server.start(place, trusted, trusted.parent / "key.pem")
    try:
        yield server, server.tls_address(trusted)
    finally:
        server.stop()
        shutil.rmtree(place)


@needs_dovecot
def test_a_mailbox_on_a_real_server_is_read_on_from_where_it_was_left(office: Office, tmp_path: Path) -> None:
    letter = letter_to_fife(office)
    with mailbox_on_a_server(tmp_path) as (server, written):
        server.receive("1.mail", reply(letter))
        first = read(office, written)
        server.receive("2.mail", bounce(letter, "Action: failed", "Status: 5.1.1"))
        second, third = read(office, written), read(office, written)
        (answered,) = waiting(office)
        opened = opens(office, answered.id, written)

    assert [dict(one.kinds) for one in (first, second, third)] == [{"answer": 1}, {"failed": 1}, {}]
    assert (status_of(office, letter), opened.mail.text) == ("bounced", "Here it is.")


@needs_dovecot
def test_a_mailbox_that_is_numbered_anew_books_nothing_twice_and_its_mails_still_open(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = letter_to_fife(office)
    monkeypatch.setattr("notifications.inbox_source.MOST_BYTES", 2_000)
    with mailbox_on_a_server(tmp_path) as (server, written):
        server.receive("0.mail", b"Subject: Other\r\n\r\nOther.\r\n")
        server.receive("1.mail", reply(letter))
        server.receive("2.mail", bounce(letter, "Action: failed", "Status: 5.1.1"))
        server.receive("3.mail", b"Subject: Large\r\n\r\n" + b"x" * 3_000)
        first = read(office, written)
        server.number_anew()
        next((server.folder / "mail").glob("*/0.mail*")).unlink()
        second = read(office, written)
        (answered,) = (one for one in waiting(office) if one.kind == "answer")
        opened = opens(office, answered.id, written)

    assert (dict(first.kinds), dict(second.kinds)) == ({"unsorted": 2, "answer": 1, "failed": 1}, {})
    assert opened.mail.text == "Here it is."


@needs_dovecot
def test_a_mailbox_with_more_than_is_asked_for_at_a_time_is_read_to_its_end_unless_that_takes_too_long(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.inbox_source.MOST_AT_ONCE", 2)
    with mailbox_on_a_server(tmp_path) as (server, written):
        for number in range(7):
            server.receive(f"{number}.mail", f"Subject: No {number}\r\n\r\nx\r\n".encode())
        slow = (office.now + timedelta(minutes=2 * turn) for turn in range(100))
        first = read_inboxes(office.engine, [written], ("lead_officer",), lambda: next(slow))
        rest = read(office, written)

    assert (first.mails, rest.mails) == (2, 5)


def raising(trouble: BaseException) -> Callable[..., Any]:
    def raise_it(*_: Any, **__: Any) -> None:
        raise trouble

    return raise_it


def listed(office: Office) -> list[Any]:
    with reading(office.engine) as tx:
        return list(outbox(tx, hidden=frozenset()).messages)


def of_kind(office: Office, kind: str) -> list[Any]:
    return [one for one in tasks(office) if one.kind == kind]


def all_of(office: Office) -> list[Any]:
    with reading(office.engine) as tx:
        return came_back(tx, everything=True, hidden=frozenset())


def waiting(office: Office) -> list[Any]:
    with reading(office.engine) as tx:
        return came_back(tx, hidden=frozenset())


def log(office: Office) -> list[Any]:
    with reading(office.engine) as tx:
        return list(audit_log.entries(tx, "inbox"))


def contact_of(agency: str) -> Any:
    return CONTACTS.select().where(CONTACTS.c.agency == agency, CONTACTS.c.role == "first")
