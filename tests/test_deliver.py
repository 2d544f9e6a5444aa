"""Sending what is owed: over real SMTP where the answer of a mail server matters, into a mailbox folder otherwise."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from records import contacts, outbox
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.heartbeats import last
from records.mails import ATTEMPTS, LEASE, MAILS
from records.outbox import MESSAGES, Owing
from states.errors import StorageTrouble
from tests.casework import asked, mailbox, messages, opened, tasks
from tests.mailserver import MailServer, relaying
from tests.office import FIFE, POLICE
from tests.webserver import WebServer
from workflows.messages import deliver as delivering
from workflows.messages.deliver import Post, as_letters, deliver
from workflows.verbs.pause import order_pause
from workflows.verbs.request import answer, promise
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.office import Office

FIRST = "first.nhsfife@example.org"


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with relaying(office) as running:
        yield running


def to_fife(server: MailServer) -> list[Any]:
    return [one.mail for one in server.messages if FIRST in one.recipients]


def moment(day: int, clock: str = "10:00") -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def at(office: Office, now: datetime) -> Any:
    office.now = now
    return office.deliver()


def test_what_is_owed_arrives_once_and_every_try_is_kept(office: Office, server: MailServer) -> None:
    asked(office)

    first, again = office.deliver(), office.deliver()

    assert (first.sent, again.sent) == (len(server.messages), 0)
    (mail,) = to_fife(server)
    assert "TST-2026-0001" in mail["Subject"]
    assert "Monday 16 March 2026" in mail.get_content()
    assert len(office.rows(ATTEMPTS.select())) == first.sent
    assert {row.status for row in messages(office)} == {"sent"}


def test_several_messages_to_one_person_at_one_moment_are_one_letter_across_cases(office: Office) -> None:
    for _ in range(3):
        asked(office)

    office.deliver()

    to_first = [mail for mail in mailbox(office) if mail["To"] == FIRST]
    assert len(to_first) == 1
    assert all(f"TST-2026-000{number}" in to_first[0].get_content() for number in (1, 2, 3))


def test_messages_owed_later_are_a_letter_of_their_own(office: Office) -> None:
    asked(office)
    office.deliver()
    office.later(hours=1)
    asked(office)

    office.deliver()

    assert len({mail["Message-ID"] for mail in mailbox(office) if mail["To"] == FIRST}) == 2


def test_what_is_owed_at_night_goes_in_the_morning(office: Office) -> None:
    office.now = moment(6, "18:00")
    asked(office)

    assert at(office, moment(6, "18:05")).sent == 0
    assert at(office, moment(9, "08:59")).sent == 0
    assert at(office, moment(9, "09:00")).sent == 3


def test_a_letter_that_fails_is_tried_again_with_the_same_identity(office: Office, server: MailServer) -> None:
    server.reject = "451 Try again later"
    asked(office)
    assert office.deliver().sent == 0
    assert office.deliver().waiting == 0

    server.reject = ""
    office.later(minutes=1)
    office.deliver()

    (mail,) = to_fife(server)
    rows = office.rows(MAILS.select().where(MAILS.c.message_id == mail["Message-ID"]))
    assert [(row.status, row.attempts) for row in rows] == [("sent", 2)]
    outcomes = [row.outcome for row in office.rows(ATTEMPTS.select().where(ATTEMPTS.c.mail_id == rows[0].id))]
    assert sorted(outcomes) == ["accepted", "failed"]


def test_a_server_that_hangs_up_before_it_answers_gets_the_same_letter_again(
    office: Office, server: MailServer
) -> None:
    server.trouble = "drop-after"
    asked(office)
    assert office.deliver().sent == 0

    server.trouble = "none"
    office.later(minutes=1)
    office.deliver()

    twice = to_fife(server)
    assert len(twice) == 2
    assert len({mail["Message-ID"] for mail in twice}) == 1
    assert twice[0].as_bytes() == twice[1].as_bytes()


def test_a_server_that_hangs_is_waited_for_once_a_round_and_what_was_not_tried_counts_no_attempt(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delivering.send.__kwdefaults__
    monkeypatch.setitem(delivering.send.__kwdefaults__, "timeout", 0.2)
    server.trouble = "hang-connect"
    asked(office)

    first = office.deliver()
    attempts = {row.id: row.attempts for row in office.rows(MAILS.select())}
    office.later(minutes=1)
    second = office.deliver()

    assert (first.sent, first.waiting, first.untried) == (0, 1, 2)
    assert sorted(attempts.values()) == [0, 0, 1]
    assert (second.waiting, second.untried) == (1, 2)
    assert server.connections == 2
    assert sorted(row.attempts for row in office.rows(MAILS.select())) == [0, 1, 1]

    server.trouble = "none"
    office.later(minutes=2)
    assert office.deliver().sent == 3
    assert len(office.rows(ATTEMPTS.select())) == 5


def test_a_channel_that_hangs_keeps_nothing_back_that_goes_another_way(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delivering.send.__kwdefaults__
    monkeypatch.setitem(delivering.send.__kwdefaults__, "timeout", 0.2)
    with WebServer(trouble="hang") as web:
        for name in ("one", "two"):
            office.add_contact("chair", name=name, channels=[("teams", f"json://127.0.0.1:{web.port}/{name}")])
        with transaction(office.engine) as tx:
            for reach in contacts.everybody(tx):
                owing = Owing(None, f"TST-{reach.id}", 1, "canary", {})
                outbox.owe(tx, outbox.letters(owing, reach, office.calendar("scotland"), office.now))

        done = office.deliver()

    assert (done.sent, done.waiting, done.untried) == (6, 1, 1)
    assert len(web.posts) == 1


def test_a_relay_that_is_down_for_a_week_loses_nothing_and_is_told_of_once(office: Office, server: MailServer) -> None:
    office.relay = "smtp://127.0.0.1:1?from=cairn@cairn.example"  # nobody listens there
    asked(office, POLICE)
    down = [at(office, moment(day, clock)) for day in (2, 3, 4, 5, 6, 9) for clock in ("11:00", "12:00")]

    assert sum(one.failed for one in down) == 0
    (task,) = tasks(office)
    assert (task.kind, task.role, task.done_at) == ("sending", "lead_officer", None)
    assert "could not be used" in task.facts
    assert not [row for row in office.rows(CONTACTS.select()) if row.trouble_since]
    assert verify(office.engine, now=office.now).ok

    office.relay = f"smtp://127.0.0.1:{server.port}?from=cairn@cairn.example"
    assert at(office, moment(9, "19:00")).sent == 4  # word of the trouble among them
    (task,) = tasks(office)
    assert (task.done_by, task.did) == ("Cairn", "What waited has gone.")
    assert {row.status for row in messages(office)} == {"sent"}


def test_a_mailbox_that_puts_letters_off_for_three_days_is_given_up_and_the_lead_officer_is_told(
    office: Office, server: MailServer
) -> None:
    server.refuse = {FIRST: "452 4.2.2 Mailbox full"}
    asked(office)
    down = [at(office, moment(day, clock)) for day in (2, 3, 4) for clock in ("11:00", "12:00")]
    assert sum(one.failed for one in down) == 0

    assert at(office, moment(5, "14:00")).failed == 1
    (task,) = tasks(office)
    assert (task.kind, task.role) == ("undelivered", "lead_officer")
    assert "first contact of NHS Fife could not be delivered" in task.facts
    assert [row.agency for row in office.rows(CONTACTS.select()) if row.trouble_since] == [FIFE]


def test_a_refused_address_marks_the_contact_and_tells_the_lead_officer(office: Office, server: MailServer) -> None:
    server.refuse = {FIRST: "550 No such person"}
    case = asked(office, FIFE, POLICE)

    done = office.deliver()
    office.deliver()

    assert done.failed == 1
    (marked,) = office.rows(CONTACTS.select().where(CONTACTS.c.trouble_since.is_not(None)))
    assert (marked.agency, marked.role) == (FIFE, "first")
    assert [row.kind for row in tasks(office)] == ["undelivered"]  # one trouble: the alert and the request are in it
    told = [one.mail for one in server.messages if "lead_officer.committee@example.org" in one.recipients]
    assert any(
        "first contact of NHS Fife could not be delivered" in " ".join(mail.get_content().split()) for mail in told
    )
    assert case.ref in told[-1]["Subject"] + told[-1].get_content()


def test_the_next_rung_after_a_refused_address_is_a_task_and_not_a_letter_to_nowhere(
    office: Office, server: MailServer
) -> None:
    server.refuse = {FIRST: "550 No such person"}
    asked(office)
    office.deliver()
    office.now = moment(13)

    office.sweep()

    assert not messages(office, kind="reminder")
    (task,) = tasks(office)
    assert [line.rpartition(", ")[2] for line in json.loads(task.facts)["items"]][:2] == ["case alerted", "request"]
    assert "reminder" in json.loads(task.facts)["items"][2]


def test_the_deputy_is_told_when_the_lead_officer_cannot_be_reached(office: Office, server: MailServer) -> None:
    office.add_contact("deputy_lead_officer")
    server.refuse = {"lead_officer.committee@example.org": "550 No such person"}
    opened(office)

    office.deliver()
    office.deliver()

    told = [one for one in server.messages if "deputy_lead_officer.committee@example.org" in one.recipients]
    assert "lead officer could not be delivered" in " ".join(told[0].mail.get_content().split())


def test_a_task_that_cannot_be_delivered_makes_no_endless_chain_of_tasks(office: Office, server: MailServer) -> None:
    office.add_contact("deputy_lead_officer")
    server.refuse = {f"{role}.committee@example.org": "550 No" for role in ("lead_officer", "deputy_lead_officer")}
    opened(office)

    for _ in range(4):
        office.deliver()
        office.later(hours=1)

    assert [row.kind for row in tasks(office)] == ["undelivered", "undelivered"]
    assert office.deliver().failed == 0


def test_messages_that_were_overtaken_are_not_sent(office: Office) -> None:
    for _ in range(4):
        asked(office)
    office.now = moment(13)
    office.deliver()
    office.sweep()
    assert len(messages(office, kind="reminder")) == 4

    office.do(answer, "TST-2026-0001", FIFE)
    office.do(promise, "TST-2026-0002", FIFE, date(2026, 3, 20))
    office.do(order_pause, "TST-2026-0003", "proceedings", "Fiscal", "A trial.", stops=("report",), role="chair")
    done = office.deliver()

    assert done.overtaken == 3
    status = {row.case_id: row.status for row in messages(office, kind="reminder")}
    assert status == {1: "overtaken", 2: "overtaken", 3: "overtaken", 4: "sent"}


def test_a_word_on_the_last_day_that_waited_over_a_weekend_gives_way_to_what_follows_or_says_that_it_was(
    office: Office,
) -> None:
    opened(office)  # its form is due on Sunday 8 March; that it is overdue is said three days later
    office.now = moment(7)
    asked(office)  # due on Saturday 21 March, overdue on the Sunday
    for day in (8, 9, 21, 22, 23):
        office.now = moment(day)
        office.sweep()
        office.deliver()

    held = [
        (row.kind, row.deadline_key, row.status) for row in messages(office) if row.kind in {"due_today", "overdue"}
    ]
    assert ("due_today", "form", "sent") in held
    assert [one for one in held if one[1] != "form"] == [
        ("due_today", "report/R1", "overtaken"),
        ("overdue", "report/R1", "sent"),
    ]
    written = " ".join(" ".join(one.get_content() for one in mailbox(office)).split())
    assert "the last day was 8 March" in written
    assert "The last day for this was Sunday 8 March 2026" in written
    assert "the last day is 21 March" not in written


def test_a_reminder_is_overtaken_by_a_hold_even_of_a_date_that_had_gone_by(office: Office) -> None:
    case = asked(office)
    office.now = moment(17)
    office.deliver()
    office.sweep()
    hold = {"stops": ("report",), "role": "chair"}
    office.do(order_pause, case.ref, "proceedings", "Fiscal", "A trial.", ends=date(2026, 4, 1), **hold)

    assert office.deliver().overtaken == 1


def test_a_promise_made_before_a_reminder_was_written_does_not_overtake_it(office: Office) -> None:
    case = asked(office)
    office.do(promise, case.ref, FIFE, date(2026, 3, 10))
    office.now = moment(13)
    office.sweep()

    assert office.deliver().overtaken == 0
    assert [row.status for row in messages(office, kind="promise_broken")] == ["sent"]


def test_a_message_of_a_case_that_is_not_about_a_date_is_overtaken_by_the_answer_it_asks_for_alone(
    office: Office,
) -> None:
    case = asked(office)
    asking = case.procedure.requests["report"].message
    office.do(answer, case.ref, FIFE)

    assert office.deliver().overtaken == 0
    assert {(row.kind == asking, row.status) for row in messages(office)} == {(True, "overtaken"), (False, "sent")}


def test_one_message_without_words_keeps_the_others_out_of_no_letter(office: Office) -> None:
    asked(office)
    with transaction(office.engine) as tx:
        tx.execute(MESSAGES.update().where(MESSAGES.c.kind == "case_alerted").values(kind="no_such_text"))

    office.deliver()

    by_kind = {row.kind: row.status for row in messages(office)}
    assert by_kind["no_such_text"] == "owed"
    assert by_kind["information_requested"] == "sent"
    assert [(row.kind, row.case_id) for row in tasks(office)] == [("sending", None)]


def test_two_deliverers_at_once_send_each_letter_once(office: Office, server: MailServer) -> None:
    for _ in range(2):
        asked(office, FIFE, POLICE)
    together = Barrier(2)

    def one_of_two() -> int:
        together.wait()
        return office.deliver().sent

    with ThreadPoolExecutor(2) as both:
        sent = sum(future.result() for future in [both.submit(one_of_two) for _ in range(2)])

    identities = [one.mail["Message-ID"] for one in server.messages]
    assert sent == len(identities) == len(set(identities)) == 3


def test_a_deliverer_killed_after_sending_sends_the_same_letter_again_and_records_it_once(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(office)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivering.mails, "answered", killed)
        with pytest.raises(KeyboardInterrupt):
            office.deliver()
    assert office.deliver().sent == 0  # still in the hands of the one that was killed

    office.later(minutes=10)
    assert office.deliver().sent == 1

    assert len({one.mail["Message-ID"] for one in server.messages}) == 1
    assert len(server.messages) == 2
    assert [row.number for row in office.rows(ATTEMPTS.select())] == [1]


def test_a_letter_that_was_accepted_while_the_database_was_away_is_put_on_record_and_not_sent_again(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(office)
    waited: list[float] = []

    def away(*arguments: Any, **more: Any) -> str:
        if len(waited) < len(delivering.ON_RECORD_AGAIN):
            raise StorageTrouble("The database server does not answer.")
        return answered(*arguments, **more)

    answered = delivering.mails.answered
    monkeypatch.setattr(delivering.mails, "answered", away)
    monkeypatch.setattr(delivering.time, "sleep", waited.append)

    assert office.deliver().sent == 1
    office.later(minutes=10)
    assert office.deliver().sent == 0

    assert len(server.messages) == 1
    assert [row.outcome for row in office.rows(ATTEMPTS.select())] == ["accepted"]
    in_our_hands = LEASE - delivering.RENEW_EVERY
    assert in_our_hands > timedelta(seconds=sum(waited)) > timedelta(minutes=2), "a server is started again in less"


def test_a_clock_set_back_sends_nothing_twice(office: Office, server: MailServer) -> None:
    opened(office)
    office.deliver()

    office.later(days=-3)

    assert office.deliver().sent == 0
    assert len(server.messages) == 1


def test_a_contact_with_two_channels_gets_both_and_a_rung_may_name_one(office: Office) -> None:
    channels = [("email", "a@fife.example"), ("second", "b@fife.example")]
    office.add_contact("first", "Fife Council", channels=channels)
    asked(office, "Fife Council", agencies=("Fife Council",))

    office.deliver()

    assert {mail["To"] for mail in mailbox(office)} >= {"a@fife.example", "b@fife.example"}


def test_a_channel_that_has_gone_meanwhile_is_a_refusal(office: Office) -> None:
    opened(office)
    (lead,) = office.rows(CONTACTS.select().where(CONTACTS.c.role == "lead_officer"))
    with transaction(office.engine) as tx:
        contacts.change_channels(tx, office.keys, lead.id, [])

    done = office.deliver()

    assert (done.sent, done.failed) == (0, 1)
    assert [row.kind for row in tasks(office)] == ["unreachable"]


def test_a_letter_says_where_its_reader_finds_the_case(office: Office) -> None:
    opened(office)

    deliver(office.engine, Post(office.relay, office.keys, "cairn.example", "https://cairn.example/{ref}"), office.now)

    assert "https://cairn.example/TST-2026-0001" in mailbox(office)[0].get_content()


@pytest.mark.parametrize("link", ["", "cairn show {ref}"])
def test_an_agency_that_no_link_leads_anywhere_is_told_whom_to_answer(link: str, office: Office) -> None:
    asked(office)

    deliver(office.engine, Post(office.relay, office.keys, "cairn.example", link), office.now)

    letters = {mail["To"]: " ".join(mail.get_content().split()) for mail in mailbox(office)}
    to_fife = letters["first.nhsfife@example.org"]
    assert "Reply to: lead_officer, lead officer, lead_officer.committee@example.org" in to_fife
    assert "cairn show" not in to_fife
    assert "cairn show" not in letters["lead_officer.committee@example.org"]


def test_an_agency_is_told_the_lead_officer_of_its_case_and_only_an_address_for_mail(office: Office) -> None:
    secret = "json://hooks.example/a-token-nobody-may-read"
    office.add_contact("lead_officer", name="M. Other", channels=[("teams", secret)])
    case = asked(office, lead="M. Other")

    deliver(office.engine, Post(office.relay, office.keys, "cairn.example"), office.now)

    to_fife = next(mail.get_content() for mail in mailbox(office) if "nhsfife" in mail["To"]).replace("\r", "")
    assert "Reply to: M. Other, lead officer\n" in to_fife
    assert case.ref in to_fife
    assert "a-token" not in to_fife


def test_a_sentence_in_place_of_a_link_goes_to_agencies_as_it_is(office: Office) -> None:
    asked(office)
    told = "answer {ref} to the committee's mailbox"

    deliver(office.engine, Post(office.relay, office.keys, "cairn.example", told), office.now)

    to_fife = next(mail.get_content() for mail in mailbox(office) if "nhsfife" in mail["To"]).replace("\r", "")
    assert "Link:     answer TST-2026-0001 to the committee's mailbox" in to_fife
    assert "Reply to: lead_officer, lead officer" in to_fife


def test_a_round_says_that_it_was_there_and_whether_anything_was_accepted(office: Office) -> None:
    office.deliver()
    with reading(office.engine) as tx:
        assert set(last(tx)) == {"deliver"}

    opened(office)
    office.later(minutes=1)
    office.deliver()

    with reading(office.engine) as tx:
        beats = last(tx)
    assert beats["delivery"] == (office.now, "1 accepted")
    assert beats["deliver"][1] == "1 sent, 0 to be tried again"
    assert office.now - timedelta(minutes=1) < office.now


@pytest.fixture
def said(office: Office) -> Iterator[list[str]]:
    """Every statement that is sent to the database."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.engine, "before_cursor_execute", note)


def test_the_mailboxes_of_all_contacts_are_read_once_for_the_letters_that_are_shown(
    office: Office, said: list[str]
) -> None:
    asked(office, FIFE, POLICE)
    with reading(office.engine) as tx:
        rows = tx.execute(MESSAGES.select()).mappings().all()
        said.clear()
        shown = as_letters(tx, Post(office.relay, office.keys, "cairn.example"), rows, office.now)

    assert len(shown) == len(rows) > 1
    assert sum("contact.agency !=" in one for one in said) == 1


def test_news_is_looked_for_once_a_round_where_none_waits_for_a_recipient(office: Office, said: list[str]) -> None:
    asked(office, FIFE, POLICE)
    said.clear()

    tally = office.deliver()

    assert tally.sent > 1
    assert sum("gathered !=" in one for one in said) == 1
