"""Letters: what one recipient is owed at one moment, tried until it is accepted, refused or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from notifications.envelope import ChannelAnswer
from records import contacts, mails, outbox
from records.database import transaction
from records.mails import ATTEMPTS, MAILS, pause_after
from records.outbox import Owing
from states.errors import Refused
from tests.casework import messages
from tests.office import FIFE, MONDAY, POLICE
from tests.story import SCOTLAND

if TYPE_CHECKING:
    from typing import Any

    from notifications.envelope import Outcome
    from tests.office import Office

FACTS = {"ref": "TST-2026-0001", "review": "small review", "request": "Agency report", "due": "Monday 16 March 2026"}


def owe(office: Office, agency: str = FIFE, sequence: int = 1, kind: str = "information_requested") -> None:
    with transaction(office.engine) as tx:
        reach = contacts.reachable(tx, MONDAY.date()).of_agency(agency)
        assert reach is not None
        owing = Owing(None, "TST-2026-0001", sequence, kind, {**FACTS, "agency": agency})
        outbox.owe(tx, outbox.letters(owing, reach, SCOTLAND, MONDAY, ("email",)))


def posted(office: Office, link: str = "") -> str:
    owe(office)
    with transaction(office.engine) as tx:
        ((contact, channel),) = mails.recipients_ready(tx, MONDAY)
        rows = mails.ready(tx, contact, channel, MONDAY)
        return mails.post(tx, rows, "cairn.example", {row["id"]: {"link": link} for row in rows if link}, MONDAY)


def tried(office: Office, outcome: Outcome, now: datetime, *, mailbox: bool = False) -> str:
    with transaction(office.engine) as tx:
        (mail,) = mails.claim(tx, now, "here")
        return mails.answered(tx, mail, ChannelAnswer(outcome, outcome, mailbox=mailbox), now, "here")


def mail(office: Office) -> Any:
    (row,) = office.rows(MAILS.select())
    return row


def test_several_messages_to_one_person_at_one_moment_are_one_letter(office: Office) -> None:
    for sequence in (1, 2):
        owe(office, sequence=sequence)
    owe(office, POLICE)

    with transaction(office.engine) as tx:
        ready = [mails.ready(tx, *one, MONDAY) for one in mails.recipients_ready(tx, MONDAY)]
        assert [len(rows) for rows in ready] == [2, 1]
        first = mails.post(tx, ready[0], "cairn.example", {}, MONDAY)
        assert [row["sequence"] for row in mails.messages_in(tx, first)] != []
        assert len(mails.messages_in(tx, first)) == 2
        assert len(mails.recipients_ready(tx, MONDAY)) == 1


def test_the_identity_of_a_letter_follows_from_what_is_in_it(office: Office) -> None:
    identity = posted(office)

    assert mail(office).message_id == f"<{identity}@cairn.example>"
    assert messages(office)[0].status == "posted"


def test_a_letter_says_where_its_reader_finds_the_case(office: Office) -> None:
    posted(office, "https://cairn.example/cases/TST-2026-0001")

    assert "https://cairn.example/cases/TST-2026-0001" in mail(office).body


def test_a_message_that_cannot_be_put_in_words_is_refused(office: Office) -> None:
    owe(office, kind="no_such_text")

    with transaction(office.engine) as tx:
        ((contact, channel),) = mails.recipients_ready(tx, MONDAY)
        ready = mails.ready(tx, contact, channel, MONDAY)
        with pytest.raises(Refused):
            mails.post(tx, ready, "cairn.example", {}, MONDAY)


def test_what_is_accepted_is_sent_and_kept_with_what_was_answered(office: Office) -> None:
    posted(office)

    assert tried(office, "accepted", MONDAY) == "sent"

    assert (mail(office).status, mail(office).attempts, mail(office).ended_at) == ("sent", 1, MONDAY)
    assert messages(office)[0].status == "sent"
    (attempt,) = office.rows(ATTEMPTS.select())
    assert (attempt.number, attempt.outcome, attempt.detail) == (1, "accepted", "accepted")


def test_what_fails_is_tried_again_after_longer_and_longer_pauses(office: Office) -> None:
    posted(office)
    now, pauses = MONDAY, []
    for _ in range(4):
        assert tried(office, "failed", now) == "waiting"
        pauses.append(mail(office).next_attempt_at - now)
        now = mail(office).next_attempt_at

    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert [row.number for row in office.rows(ATTEMPTS.select().order_by(ATTEMPTS.c.number))] == [1, 2, 3, 4]
    assert [pause_after(number) for number in (9, 10, 400)] == [
        timedelta(minutes=256),
        timedelta(hours=6),
        timedelta(hours=6),
    ]


def test_an_answer_that_is_not_known_is_tried_again(office: Office) -> None:
    posted(office)

    assert tried(office, "unknown", MONDAY) == "waiting"


def test_a_letter_is_given_up_after_seventy_two_hours_and_a_refused_one_at_once(office: Office) -> None:
    posted(office)
    assert tried(office, "failed", MONDAY + timedelta(hours=71, minutes=59), mailbox=True) == "waiting"
    assert tried(office, "failed", MONDAY + timedelta(hours=80), mailbox=True) == "failed"
    assert messages(office)[0].status == "failed"

    owe(office, sequence=2)
    with transaction(office.engine) as tx:
        ((contact, channel),) = mails.recipients_ready(tx, MONDAY)
        mails.post(tx, mails.ready(tx, contact, channel, MONDAY), "cairn.example", {}, MONDAY)
    assert tried(office, "refused", MONDAY, mailbox=True) == "failed"


@pytest.mark.parametrize("outcome", ["refused", "failed", "unknown"])
def test_a_letter_is_never_given_up_for_what_is_no_fault_of_the_mailbox(office: Office, outcome: Outcome) -> None:
    posted(office)

    assert tried(office, outcome, MONDAY) == "waiting"
    assert tried(office, outcome, MONDAY + timedelta(days=30)) == "waiting"
    assert mail(office).trouble == "relay"
    assert tried(office, "accepted", MONDAY + timedelta(days=31)) == "sent"
    assert mail(office).trouble == ""


def test_the_late_no_of_one_who_lost_the_letter_neither_moves_it_nor_takes_it_from_who_has_it(office: Office) -> None:
    posted(office)
    with transaction(office.engine) as tx:
        (slow,) = mails.claim(tx, MONDAY, "slow")
    later = MONDAY + mails.LEASE
    with transaction(office.engine) as tx:
        (quick,) = mails.claim(tx, later, "quick")
    with transaction(office.engine) as tx:
        assert mails.answered(tx, slow, ChannelAnswer("failed", "451"), later, "slow") == "waiting"
    assert (mail(office).claimed_by, mail(office).next_attempt_at) == ("quick", later + mails.LEASE)

    with transaction(office.engine) as tx:
        assert mails.answered(tx, quick, ChannelAnswer("refused", "550", mailbox=True), later, "quick") == "failed"
    with transaction(office.engine) as tx:
        assert mails.answered(tx, slow, ChannelAnswer("failed", "451"), later, "slow") == "failed"

    assert {row.status for row in messages(office)} == {"failed"}
    assert (mail(office).status, mail(office).attempts, mail(office).ended_at) == ("failed", 3, later)


def test_who_is_still_talking_keeps_the_letter_and_who_has_lost_it_learns_so(office: Office) -> None:
    posted(office)
    with transaction(office.engine) as tx:
        (mine,) = mails.claim(tx, MONDAY, "one")
        later = MONDAY + timedelta(minutes=9)
        assert mails.renew(tx, [mine["id"]], "one", later) == {mine["id"]}
        assert mails.claim(tx, MONDAY + mails.LEASE, "two") == []
        assert len(mails.claim(tx, later + mails.LEASE, "two")) == 1
        assert mails.renew(tx, [mine["id"]], "one", later + mails.LEASE) == frozenset()


def test_nobody_takes_up_a_letter_that_somebody_has_in_hand_until_the_lease_runs_out(office: Office) -> None:
    posted(office)

    with transaction(office.engine) as tx:
        assert len(mails.claim(tx, MONDAY, "one")) == 1
    with transaction(office.engine) as tx:
        assert mails.claim(tx, MONDAY + mails.LEASE - timedelta(seconds=1), "two") == []
        assert len(mails.claim(tx, MONDAY + mails.LEASE, "two")) == 1


def test_two_who_tried_the_same_letter_leave_two_attempts_and_it_stays_sent(office: Office) -> None:
    posted(office)
    with transaction(office.engine) as tx:
        (slow,) = mails.claim(tx, MONDAY, "slow")
    assert tried(office, "accepted", MONDAY + mails.LEASE) == "sent"

    with transaction(office.engine) as tx:
        assert mails.answered(tx, slow, ChannelAnswer("failed", "hung up"), MONDAY + mails.LEASE, "slow") == "sent"

    assert (mail(office).status, mail(office).attempts) == ("sent", 2)
    assert [row.outcome for row in office.rows(ATTEMPTS.select().order_by(ATTEMPTS.c.number))] == ["accepted", "failed"]


def test_letters_are_counted_by_what_became_of_them(office: Office) -> None:
    posted(office)

    with transaction(office.engine) as tx:
        assert mails.counts(tx) == {"waiting": 1}
