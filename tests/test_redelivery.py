"""What reached nobody: owed again to whoever can be reached, while it is true; else a person's task; never nothing.

A report due on Monday 16 March 2026; its ladder reminds on the 13th, 16th, 17th and 23rd.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from notifications.delivery_status import DeliveryReport
from records import audit_log, contacts, mails
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.mails import ATTEMPTS
from records.unreached import UNREACHED
from states.still_true import is_past
from tests.casework import asked, deciding, entries, gathering, mailbox, messages, opened, refused, tasks, transitions
from tests.casework import edited as edition
from tests.mailserver import MailServer, relaying
from tests.office import FIFE
from tests.test_verify import tamper
from workflows.messages.bounce import reported
from workflows.messages.correspondence import evidence
from workflows.verbs.advance import advance
from workflows.verbs.contacts import change_channels, retire_contact
from workflows.verbs.letters import record_bounce, send_again
from workflows.verbs.people import change_people
from workflows.verbs.request import answer, request, request_reached
from workflows.verbs.settle_task import settle_task
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.office import Office

EDUCATION = "Education"
FIRST = "first.nhsfife@example.org"


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with relaying(office) as running:
        yield running


def moment(day: int, clock: str = "10:00") -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "today", "past"),
    [
        *(("reminder", day, day >= 16) for day in (15, 16, 17)),
        *(("due_today", day, day >= 17) for day in (15, 16, 17)),
        ("overdue", 17, False),
    ],
)
def test_a_word_about_days_to_come_is_not_said_once_they_have_come(message: str, today: int, past: bool) -> None:
    assert is_past(message, date(2026, 3, 16), date(2026, 3, today)) is past


def went_to(office: Office, address: str) -> list[Any]:
    return [mail for mail in mailbox(office) if mail["To"] == address]


def whole(office: Office) -> bool:
    places = [str(place) for place in verify(office.engine, now=office.now).places]
    assert places == []
    return True


def number_of(office: Office, agency: str, role: str = "first") -> int:
    (row,) = office.rows(CONTACTS.select().where(CONTACTS.c.agency == agency, CONTACTS.c.role == role))
    return int(row.id)


def test_a_request_that_nobody_could_be_given_goes_to_the_contact_entered_the_next_day(office: Office) -> None:
    case = gathering(office)
    office.do(change_people, case.ref, joined=(EDUCATION,))
    office.do(request, case.ref, "report", (EDUCATION,))
    assert whole(office)
    office.later(days=1)
    office.add_contact("first", EDUCATION, "desk@education.example")

    swept = office.sweep()
    office.deliver()

    assert (swept.again, swept.reachable) == (1, 1)
    (mail,) = went_to(office, "desk@education.example")
    assert "Monday 16 March 2026" in mail.get_content()
    assert [(row.done_by, bool(row.did)) for row in tasks(office)] == [("Cairn", True)]
    assert whole(office)
    office.later(days=1)
    assert (office.sweep().again, office.deliver().sent) == (0, 0)


def test_who_is_entered_after_the_day_is_asked_first_and_not_told_that_a_clock_stood_still(office: Office) -> None:
    case = gathering(office, agencies=(EDUCATION,))
    office.do(request, case.ref, "report", (EDUCATION,))
    for day in (13, 16, 17):
        office.now = moment(day)
        office.sweep()
    office.now = moment(18)
    office.add_contact("first", EDUCATION, "desk@education.example")

    office.sweep()
    office.deliver()

    (mail,) = went_to(office, "desk@education.example")
    said = " ".join(mail.get_content().split())
    assert said.startswith("This letter comes later than planned: until now it could not reach you.")
    assert "Please answer as soon as you can. It was wanted by Monday 16 March 2026" in said
    assert "clock" not in said
    assert "overdue" not in mail["Subject"]
    reasons = {row.message: row.reason for row in office.rows(UNREACHED.select())}
    assert reasons["overdue"] == "The request itself had not reached them, and goes to them now."
    assert whole(office)


def test_a_decision_is_told_to_those_who_could_not_be_reached_on_its_day(office: Office) -> None:
    notify = [{"tell": ["inspectorate", "chiefs"], "message": "decision_made"}]
    bodies = {name: edition().roles["chair"] for name in ("inspectorate", "chiefs")}
    office.editions["small"] = edition(transitions=transitions(decide_none={"notify": notify})).model_copy(
        update={"bodies": bodies}
    )
    case = deciding(office)
    office.do(advance, case.ref, "decide_none", reason="The criteria are not met.", role="chair")
    office.later(days=1)
    for role in bodies:
        office.add_contact(role)

    office.sweep()
    office.deliver()

    for role in bodies:
        assert len(went_to(office, f"{role}.committee@example.org")) == 1
    assert whole(office)


def test_a_decision_that_was_reopened_meanwhile_is_for_a_person_to_tell(office: Office) -> None:
    notify = [{"tell": ["inspectorate"], "message": "decision_made"}]
    office.editions["small"] = edition(transitions=transitions(decide_none={"notify": notify})).model_copy(
        update={"bodies": {"inspectorate": edition().roles["chair"]}}
    )
    case = deciding(office)
    office.do(advance, case.ref, "decide_none", reason="The criteria are not met.", role="chair")
    office.later(days=30)
    office.do(advance, case.ref, "reopen", reason="New facts.", role="chair")
    office.add_contact("inspectorate")

    office.sweep()
    office.deliver()

    assert went_to(office, "inspectorate.committee@example.org") == []
    task = next(row for row in tasks(office) if "inspectorate" in row.facts)
    assert task.done_at is None
    assert "reopened on 1 April 2026" in json.loads(task.facts)["items"][-1]
    assert whole(office)
    office.do(settle_task, task.id[:8], "Told them both by telephone.")
    assert entries(office, office.case(case.ref))[-1].reason == "Told them both by telephone."
    assert whole(office)
    before = tasks(office)
    for column, changed in (("did", "'x'"), ("done_by", "'x'"), ("done_at", "NULL")):
        tamper(office, f"UPDATE task SET {column} = {changed} WHERE id = '{task.id}'")
        assert "does not say who closed it and how" in str(verify(office.engine, now=office.now).places)
        kept = next(row for row in before if row.id == task.id)
        tamper(office, f"UPDATE task SET {column} = :kept WHERE id = '{task.id}'", kept=getattr(kept, column))
    assert whole(office)


def test_what_needs_no_telling_any_more_is_withdrawn_with_the_reason(office: Office) -> None:
    case = gathering(office, agencies=(EDUCATION,))
    office.do(request, case.ref, "report", (EDUCATION,))
    office.do(answer, case.ref, EDUCATION)
    office.add_contact("first", EDUCATION)

    office.sweep()
    office.deliver()

    rows = {row.message: row.reason for row in office.rows(UNREACHED.select())}
    assert rows["information_requested"] == "The request was answered on 2 March 2026."
    assert len(went_to(office, "first.education@example.org")) == 1  # the alert, which is true as ever
    assert whole(office)


def test_what_was_never_made_good_is_found(office: Office) -> None:
    asked(office, EDUCATION)
    task = next(row for row in tasks(office) if row.kind == "unreachable")
    assert whole(office)

    tamper(office, f"UPDATE task SET done_at = created_at, done_by = 'Cairn' WHERE id = '{task.id}'")
    found = [str(place) for place in verify(office.engine).places]
    assert any("'information_requested' to Education is missing: it reached nobody" in one for one in found)

    tamper(office, f"UPDATE task SET done_by = 'Somebody', did = 'Rang them.' WHERE id = '{task.id}'")
    assert not verify(office.engine).ok


def test_a_task_is_closed_only_by_saying_what_was_done(office: Office) -> None:
    case = asked(office, EDUCATION)
    task = next(row for row in tasks(office) if row.kind == "unreachable")

    assert "Say what was done" in refused(office, settle_task, task.id, " ")
    assert "is no task" in refused(office, settle_task, "nothing", "Done.")
    assert office.do(settle_task, task.id, "Rang their duty desk.") == (task.id, True)
    assert office.do(settle_task, task.id, "Rang them.") == (task.id, False)

    last = entries(office, office.case(case.ref))[-1]
    assert (last.kind, last.reason, last.data["task"]) == ("task_done", "Rang their duty desk.", task.id)
    assert whole(office)


def test_a_task_that_waits_for_a_yes_is_not_closed_by_hand(office: Office) -> None:
    from tests.test_chase import held_up

    held_up(office)
    office.now = moment(31)
    task = next(row for row in tasks(office) if row.kind == "confirm")

    assert "by a yes or a no" in refused(office, settle_task, task.id, "Done.")


def test_a_mistyped_address_that_is_put_right_gets_what_it_missed_by_itself(office: Office, server: MailServer) -> None:
    server.refuse = {FIRST: "550 5.1.1 No such person"}
    asked(office)
    assert office.deliver().failed == 1
    office.later(hours=2)
    office.do(change_channels, number_of(office, FIFE), [("email", "right@fife.example")])

    assert office.deliver().sent == 1  # the lead officer need not be told of the wrong address any more

    (mail,) = [one.mail for one in server.messages if "right@fife.example" in one.recipients]
    assert "Monday 16 March 2026" in mail.get_content()
    assert [row.done_by for row in tasks(office) if row.kind == "undelivered"] == ["Cairn"]
    assert whole(office)
    office.later(days=1)
    assert office.sweep().again == 0


def test_a_deputy_gets_what_the_first_contacts_mailbox_refused(office: Office, server: MailServer) -> None:
    office.add_contact("deputy", FIFE, "deputy@fife.example")
    server.refuse = {FIRST: "550 5.1.1 No such person"}
    asked(office)

    office.deliver()
    office.deliver()

    assert [one for one in server.messages if "deputy@fife.example" in one.recipients]
    assert [row.done_at for row in tasks(office)] == [None]  # the address is still wrong
    assert whole(office)


@pytest.mark.parametrize("reply", ["451 Try again later", "451 4.7.1 Greylisted", "452 4.2.2 Mailbox full"])
def test_after_days_of_being_put_off_an_address_put_right_is_written_to_at_once(
    office: Office, server: MailServer, reply: str
) -> None:
    server.refuse = {FIRST: reply}
    asked(office)
    for _ in range(8):
        office.later(hours=10)
        office.deliver()
    office.do(change_channels, number_of(office, FIFE), [("email", "right@fife.example")])

    office.now = moment(6, "11:00")
    office.deliver()

    assert len([one for one in server.messages if "right@fife.example" in one.recipients]) == 1
    assert whole(office)


def test_one_no_of_the_sender_neither_gives_a_letter_up_nor_marks_anybody(office: Office, server: MailServer) -> None:
    server.refuse_sender = "550 5.7.1 Sender address rejected"
    for _ in range(3):
        asked(office)

    first = office.deliver()

    assert (first.failed, first.waiting) == (0, 3)
    assert [row.kind for row in tasks(office)] == ["sending"]
    assert not [row for row in office.rows(CONTACTS.select()) if row.trouble_since]
    server.refuse_sender = ""
    office.later(hours=1)
    assert office.deliver().sent == 4
    assert [row.done_by for row in tasks(office)] == ["Cairn"]
    assert whole(office)


def test_an_accepted_letter_clears_the_mark_of_an_address(office: Office, server: MailServer) -> None:
    server.refuse = {"lead_officer.committee@example.org": "451 4.3.0 Not now"}
    opened(office)
    assert office.deliver().waiting == 1
    (lead,) = office.rows(CONTACTS.select().where(CONTACTS.c.role == "lead_officer"))
    with transaction(office.engine) as tx:
        contacts.trouble(tx, lead.id, office.now)
    server.refuse = {}
    office.later(hours=1)

    assert office.deliver().sent == 1

    (lead,) = office.rows(CONTACTS.select().where(CONTACTS.c.role == "lead_officer"))
    assert lead.trouble_since is None


def test_a_letter_held_over_the_weekend_goes_to_whoever_stands_there_on_monday(office: Office) -> None:
    office.now = moment(6, "18:00")
    asked(office)
    office.do(retire_contact, number_of(office, FIFE))
    office.add_contact("first", FIFE, "new@fife.example")

    office.now = moment(9, "09:30")
    office.deliver()

    assert went_to(office, FIRST) == []
    assert len(went_to(office, "new@fife.example")) == 1
    assert whole(office)


def test_a_letter_that_waits_for_its_relay_goes_to_whoever_stands_there_when_it_leaves(
    office: Office, server: MailServer
) -> None:
    server.refuse_sender = "451 4.3.0 Not now"
    asked(office)
    office.deliver()
    office.do(retire_contact, number_of(office, FIFE))
    office.add_contact("first", FIFE, "new@fife.example")
    server.refuse_sender = ""
    office.later(hours=1)

    office.deliver()

    reached = [one.recipients for one in server.messages]
    assert (FIRST,) not in reached
    assert ("new@fife.example",) in reached
    assert {row.status for row in messages(office, kind="information_requested")} == {"overtaken", "sent"}
    assert whole(office)


def test_a_place_nobody_holds_when_the_letter_should_leave_is_a_task_and_goes_when_somebody_does(
    office: Office,
) -> None:
    office.now = moment(6, "18:00")
    asked(office)
    office.do(retire_contact, number_of(office, FIFE))

    office.now = moment(9, "09:30")
    assert office.deliver().failed == 2
    assert whole(office)
    office.add_contact("first", FIFE, "new@fife.example")
    office.later(hours=1)
    office.deliver()

    assert len(went_to(office, "new@fife.example")) == 1
    assert whole(office)


def test_the_day_shown_is_the_day_the_channel_accepted_it(office: Office) -> None:
    office.now = datetime(2026, 12, 24, 17, 30, tzinfo=UTC)
    case = asked(office)

    def said() -> list[str]:
        with transaction(office.engine) as tx:
            return evidence(tx, office.case(case.ref), "report/R1")

    assert (
        "Thursday 24 December 2026: request to the first contact of NHS Fife by email, not accepted yet: it waits"
        in said()
    )
    office.now = datetime(2026, 12, 29, 9, tzinfo=UTC)
    office.deliver()

    assert (
        "Tuesday 29 December 2026: request to the first contact of NHS Fife by email, accepted by its channel" in said()
    )
    assert not [line for line in said() if "24 December" in line]


def test_a_given_up_letter_goes_again_by_a_verb_that_is_on_record(office: Office) -> None:
    case = asked(office)
    office.deliver()
    request_row = messages(office, kind="information_requested")[0]
    assert "record first that it came back" in refused(office, send_again, request_row.id)
    office.do(record_bounce, request_row.id[:10], "550 5.1.1 unknown, two days later")
    assert whole(office)
    (bounced,) = {row.status for row in messages(office) if row.mail_id == request_row.mail_id}
    assert bounced == "bounced"
    assert [row.kind for row in tasks(office)] == ["undelivered"]
    assert "No channel has accepted it" in refused(office, record_bounce, request_row.id, "again")
    assert "Nobody can be reached at its place" in refused(office, send_again, request_row.id)

    with transaction(office.engine) as tx:
        contacts.trouble(tx, number_of(office, FIFE), None)
    office.do(send_again, request_row.id, "They say it works again.")
    assert "again already" in refused(office, send_again, request_row.id)
    office.later(hours=1)
    office.deliver()

    kinds = [entry.kind for entry in entries(office, office.case(case.ref))]
    assert kinds[-2:] == ["bounced", "sent_again"]
    assert [row.status for row in messages(office, kind="information_requested")] == ["bounced", "sent"]
    assert whole(office)


def test_a_report_that_blames_no_address_waits_for_a_person_and_marks_nobody(office: Office) -> None:
    asked(office)
    office.deliver()
    letter = messages(office, kind="information_requested")[0].mail_id
    report = DeliveryReport("failed", FIRST, "5.7.1", "Blocked")
    with transaction(office.engine) as tx:
        assert reported(tx, letter, DeliveryReport("delayed", FIRST, "4.4.1", "No answer"), office.now) == "sent"
        assert reported(tx, letter, report, office.now) == "bounced"
        assert reported(tx, letter, report, office.now) == "bounced"

    office.later(hours=1)
    assert (office.sweep().again, office.deliver().failed) == (0, 0)
    assert not [row for row in office.rows(CONTACTS.select()) if row.trouble_since]
    tries = [row.outcome for row in office.rows(ATTEMPTS.select().where(ATTEMPTS.c.mail_id == letter))]
    assert sorted(tries) == ["accepted", "bounced", "delayed"]
    assert whole(office)


def test_the_clock_of_a_request_that_reached_nobody_is_set_to_the_day_it_did(office: Office) -> None:
    case = gathering(office, agencies=(EDUCATION,))
    office.do(request, case.ref, "report", (EDUCATION,))
    office.later(days=3)
    office.add_contact("first", EDUCATION)
    office.sweep()
    office.deliver()

    said = refused(office, request_reached, case.ref, EDUCATION, date(2026, 3, 1), "Rang them.")
    assert "before the case was opened" in said
    case = office.do(request_reached, case.ref, EDUCATION, date(2026, 3, 5), "Their address came on that day.")

    assert case.dossier.deadlines["report/R1"].due_on == date(2026, 3, 19)
    assert case.dossier.requests["R1"].asked_on == date(2026, 3, 5)
    assert entries(office, case)[-1].kind == "request_reached"
    office.later(days=1)
    later = refused(office, request_reached, case.ref, EDUCATION, date(2026, 3, 6), "No.")
    assert "the day it was asked: its clock is right" in later
    assert whole(office)


def test_a_task_about_no_case_is_closed_in_the_log_of_tasks(office: Office, server: MailServer) -> None:
    server.refuse_sender = "550 5.7.1 No"
    opened(office)
    office.deliver()
    (task,) = tasks(office)

    office.do(settle_task, task.id, "Told the mail people.")

    with reading(office.engine) as tx:
        (line,) = audit_log.entries(tx, "tasks", subject=task.id)
    assert (line.kind, line.reason) == ("settled", "Told the mail people.")


def test_a_letter_is_tried_by_the_clock_and_not_by_the_beginning_of_the_round(office: Office) -> None:
    from workflows.messages.deliver import Post, deliver

    for _ in range(2):
        asked(office)
    ticks = iter(range(10_000))

    deliver(
        office.engine,
        Post(office.relay, office.keys, "cairn.example"),
        office.now,
        lambda: office.now.replace(second=next(ticks) % 60),
    )

    assert len({row.at for row in office.rows(ATTEMPTS.select())}) > 1
    with reading(office.engine) as tx:
        assert mails.counts(tx) == {"sent": 3}


def test_the_history_says_what_was_done_about_what_reached_nobody(office: Office) -> None:
    from workflows.views.sentences import sentence

    case = asked(office)
    office.deliver()
    row = messages(office, kind="information_requested")[0]
    office.do(record_bounce, row.id, "550 5.1.1 unknown")
    with transaction(office.engine) as tx:
        contacts.trouble(tx, number_of(office, FIFE), None)
    office.do(send_again, row.id, "They say it works.")

    case = office.case(case.ref)
    said = [sentence(case.procedure, entry) for entry in entries(office, case)][-2:]
    assert said == [
        "A letter came back: case alerted, information requested, to the first contact of NHS Fife",
        "Sent again: information requested, to the first contact of NHS Fife",
    ]
