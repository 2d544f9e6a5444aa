"""The day's list, the weekly check of the channels, the committee's own year, and the alarm."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records import contacts, heartbeats
from records.database import transaction
from records.outbox import MESSAGES, Owing, ask
from tests.casework import asked, edited, mailbox, part
from tests.office import FIFE, POLICE
from workflows.messages.alarm import rounds_have_stopped
from workflows.messages.channel_check import canary
from workflows.messages.digest import digest
from workflows.verbs.advance import advance
from workflows.verbs.request import answer, promise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.office import Office


ACKNOWLEDGED = "acknowledged on Mon 2 March 2026, no reminder until Mon 16 March 2026"


def run(office: Office, work: Callable[..., int], *more: object) -> int:
    with transaction(office.engine) as tx:
        return work(tx, *more)


def items(office: Office, whose: str = "lead_officer") -> list[str]:
    """The lines of the newest list a person of the committee was owed."""
    wanted = select(MESSAGES.c.facts, MESSAGES.c.contact_id).where(MESSAGES.c.kind == "digest")
    with transaction(office.engine) as tx:
        rows = tx.execute(wanted.order_by(MESSAGES.c.created_at.desc())).all()
        return next(json.loads(row.facts)["items"] for row in rows if contacts.get(tx, row.contact_id).role == whose)


def test_a_committee_with_nothing_to_look_at_is_owed_no_list(office: Office) -> None:
    assert run(office, digest, office.now) == 0


def test_the_list_says_what_is_overdue_first_then_what_is_due_soon(office: Office) -> None:
    ref = asked(office, FIFE, POLICE).ref
    office.now = datetime(2026, 3, 17, 8, tzinfo=UTC)

    owed = run(office, digest, office.now)

    assert owed == 1
    assert items(office)[0] == (
        f"{ref}: Agency report from NHS Fife, overdue by 1 day (due Monday 16 March 2026): record why, or the answer"
    )
    assert len(items(office)) == 2


def test_what_is_due_within_a_week_is_on_the_list_and_what_is_later_is_not(office: Office) -> None:
    ref = asked(office, FIFE, POLICE).ref

    office.now = datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert run(office, digest, office.now) == 0
    office.now = datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert run(office, digest, office.now) == 1

    assert f"{ref}: Agency report from NHS Fife, due Monday 16 March 2026" in items(office)


def test_the_list_says_what_an_agency_acknowledged_promised_or_did_not_keep(office: Office) -> None:
    ref = asked(office, FIFE, POLICE).ref
    office.do(promise, ref, FIFE)
    office.do(promise, ref, POLICE, date(2026, 3, 15))
    office.now = datetime(2026, 3, 16, 8, tzinfo=UTC)
    run(office, digest, office.now)

    assert f"{ref}: Agency report from {FIFE}, due today; {ACKNOWLEDGED}" in items(office)
    assert f"{ref}: Agency report from {POLICE}, due today; promised for Sun 15 March 2026, not kept" in items(office)


def test_a_list_is_owed_once_a_day_however_often_the_round_runs(office: Office) -> None:
    asked(office, FIFE, POLICE)
    office.now = datetime(2026, 3, 16, 8, tzinfo=UTC)

    for _ in range(2):
        run(office, digest, office.now)

    assert len(office.rows(select(MESSAGES).where(MESSAGES.c.kind == "digest"))) == 1
    assert any("due today" in line for line in items(office))


@pytest.mark.parametrize("kind", ["digest", "canary", "system_alarm"])
def test_what_has_left_already_is_not_owed_again_by_another_round(office: Office, kind: str) -> None:
    asked(office, FIFE, POLICE)
    office.sweep()
    office.deliver()
    office.now = datetime(2026, 3, 16, 10, tzinfo=UTC)
    rounds: dict[str, Callable[[], object]] = {
        "digest": lambda: run(office, digest, office.now),
        "canary": lambda: run(office, canary, office.now),
        "system_alarm": lambda: run(office, lambda tx: rounds_have_stopped(tx, ("lead_officer",), office.now)),
    }

    for _ in range(2):
        rounds[kind]()
        office.deliver()
        office.now += timedelta(minutes=20)

    assert [row.status for row in office.rows(select(MESSAGES).where(MESSAGES.c.kind == kind))][:1] == ["sent"]


def test_the_list_wants_the_reason_of_what_was_late(office: Office) -> None:
    ref = asked(office, FIFE, POLICE).ref
    office.now = datetime(2026, 3, 18, 10, tzinfo=UTC)
    for agency in (FIFE, POLICE):
        office.do(answer, ref, agency)

    run(office, digest, office.now)

    assert items(office) == [f"{ref}: Agency report was late, and the reason is wanted"]


def test_a_draft_that_waits_for_a_yes_and_a_task_are_on_the_list(office: Office) -> None:
    ref = asked(office, FIFE, POLICE).ref
    office.now = datetime(2026, 3, 30, 10, tzinfo=UTC)
    office.sweep()
    with transaction(office.engine) as tx:
        facts = {"problem": "a message to the chair could not be delivered"}
        ask(tx, Owing(None, "", 0, "undelivered", facts), "undelivered", "lead_officer", office.now)

    run(office, digest, office.now)

    lines = items(office)
    assert any(line.startswith(f"{ref}: a message waits for a yes from the lead officer") for line in lines)
    assert any(
        line.startswith("task, a message to the chair could not be delivered (since Monday 30") for line in lines
    )


def test_the_chair_gets_what_the_chair_owes_and_the_lead_officer_sees_it_too(office: Office) -> None:
    ref = asked(office, FIFE, POLICE).ref
    for agency in (FIFE, POLICE):
        office.do(answer, ref, agency)
    office.do(advance, ref, "consider")
    office.now = datetime(2026, 3, 13, 8, tzinfo=UTC)

    assert run(office, digest, office.now) == 2

    assert items(office, "chair") == [f"{ref}: Decision, due Monday 16 March 2026"]
    assert items(office) == items(office, "chair")


def test_while_the_lead_officer_is_away_the_deputy_gets_the_list(office: Office) -> None:
    asked(office, FIFE, POLICE)
    office.add_contact("deputy_lead_officer")
    office.now = datetime(2026, 3, 17, 8, tzinfo=UTC)
    with transaction(office.engine) as tx:
        lead = contacts.reachable(tx, office.now.date()).in_role("lead_officer")
        assert lead is not None
        contacts.away(tx, lead.id, date(2026, 3, 16), date(2026, 3, 20))

    run(office, digest, office.now)

    assert len(items(office, "deputy_lead_officer")) == 2


def test_the_list_arrives_as_a_letter_with_references_and_no_names(office: Office, tmp_path: Path) -> None:
    ref = asked(office, FIFE, POLICE).ref
    office.deliver()
    office.now = datetime(2026, 3, 17, 10, tzinfo=UTC)
    before = set((tmp_path / "mailbox").iterdir())
    run(office, digest, office.now)

    assert office.deliver().sent == 1

    (letter,) = set((tmp_path / "mailbox").iterdir()) - before
    text = letter.read_text()
    assert "Subject: 2 things to look at, Tuesday 17 March 2026" in text
    assert text.count(ref) == 2


def test_a_channel_is_checked_once_a_week_at_one_test_address_and_nobody_else_is_written_to(office: Office) -> None:
    tested = office.add_contact("channel_check", address="check@committee.example")

    owed = [run(office, canary, office.now) for _ in range(2)]

    assert owed == [1, 1]
    assert [row.contact_id for row in office.rows(select(MESSAGES).where(MESSAGES.c.kind == "canary"))] == [tested]
    office.later(days=7)
    run(office, canary, office.now)
    assert {row.contact_id for row in office.rows(select(MESSAGES).where(MESSAGES.c.kind == "canary"))} == {tested}


def test_without_a_test_address_the_lead_officer_gets_the_check_and_no_agency_does(office: Office) -> None:
    run(office, canary, office.now)

    [row] = office.rows(select(MESSAGES).where(MESSAGES.c.kind == "canary"))
    with transaction(office.engine) as tx:
        assert contacts.get(tx, row.contact_id).role == "lead_officer"


def test_the_lead_officer_is_told_once_when_rounds_have_stopped(office: Office) -> None:
    office.sweep()
    with transaction(office.engine) as tx:
        assert not rounds_have_stopped(tx, ("lead_officer",), office.now + timedelta(minutes=14))
        assert rounds_have_stopped(tx, ("lead_officer",), office.now + timedelta(minutes=16))
        assert rounds_have_stopped(tx, ("lead_officer",), office.now + timedelta(minutes=31))
        assert "sweep" in heartbeats.last(tx)

    told = [json.loads(row.facts) for row in office.rows(select(MESSAGES).where(MESSAGES.c.kind == "system_alarm"))]
    assert sorted(facts["problem"].partition(" for ")[0] for facts in told) == [
        "no round of delivery has ended well",
        "no sweep has ended well",
    ]
    assert {facts["since"] for facts in told} == {"Monday 2 March 2026, 10:00"}


def test_a_loosened_limit_is_flagged_in_the_list_and_in_every_letter_about_its_date(office: Office) -> None:
    loose = part("timescales", "report", limit=28, loosened=True, national="the nation says 14 calendar days")
    office.editions["small"] = edited(timescales=loose)
    ref = asked(office, FIFE, POLICE).ref
    flag = "LONGER than this: the nation says 14 calendar days"
    office.now = datetime(2026, 3, 31, 8, tzinfo=UTC)

    run(office, digest, office.now)
    office.sweep()
    office.deliver()

    assert f"{ref}: Agency report from NHS Fife, overdue by 1 day (due Monday 30 March 2026)" in items(office)[0]
    assert all(one.endswith(flag) for one in items(office))
    letters = [mail.get_content() for mail in mailbox(office) if "Agency report" in mail.get_content()]
    assert letters
    assert all(flag in " ".join(body.split()) for body in letters)


def test_of_lists_that_had_to_wait_only_the_newest_goes(office: Office) -> None:
    asked(office, FIFE, POLICE)
    office.deliver()
    office.now = datetime(2026, 3, 17, 8, tzinfo=UTC)
    relay, office.relay = office.relay, "smtp://127.0.0.1:9?from=cairn@cairn.example"
    for _ in range(3):
        run(office, digest, office.now)
        office.later(hours=2)
        office.deliver()
        office.later(hours=22)
    office.relay = relay
    office.later(hours=4)

    office.deliver()

    (mail,) = [one for one in mailbox(office) if "list" in one["Subject"].lower() or "look" in one["Subject"].lower()]
    assert "overdue by 3 days" in mail.get_content()
    assert [row.status for row in office.rows(DIGESTS)] == ["overtaken", "overtaken", "sent"]


DIGESTS = select(MESSAGES.c.status).where(MESSAGES.c.kind == "digest").order_by(MESSAGES.c.created_at)
