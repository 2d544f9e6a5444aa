"""One damaged row: set aside with one task and named, and everything else goes on; a case is made again on record."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from config.settings import Settings
from records import contacts
from records.case_list import CaseFilter
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.outbox import MESSAGES
from states.errors import DamagedRecord
from tests.casework import asked, entries, mailbox, messages, opened, refused, tasks
from tests.office import FIFE, POLICE
from tests.test_verify import sqlite, tamper
from workflows.installation.doctor import doctor
from workflows.messages import alarm
from workflows.messages.deliver import Post, deliver
from workflows.messages.digest import lists
from workflows.messages.ladder_forecast import rehearse
from workflows.reports.file_reading import files_of
from workflows.reports.history_export import parts
from workflows.verbs.contacts import set_away
from workflows.verbs.rebuild import rebuild_case
from workflows.verbs.request import request
from workflows.verification.verify import verify
from workflows.views.agenda import items
from workflows.views.case_list import listing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import OfficeAfter
    from tests.office import Office

HURT = "TST-2026-0001"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, master_key="6b" * 32, prefect_api_url="", database="")


def hurt(office: Office, table: str, column: str, where: str, how: str) -> None:
    """Change what stands in one field, as a bad block of a disk does."""
    with transaction(office.engine) as tx:
        kept = tx.execute(text(f"SELECT {column} FROM {table} WHERE {where}")).scalar_one()
        change = {"cut": kept[: len(kept) // 2], "byte": f"\x01{kept[1:]}", "empty": "", "other": "[1, 2]"}[how]
        tx.execute(text(f"UPDATE {table} SET {column} = :change WHERE {where}"), {"change": change})


def named(office: Office, settings: Settings) -> list[str]:
    return [one.sentence for one in doctor(office.engine, settings, office.now) if not one.ok]


@pytest.mark.parametrize("how", ["cut", "byte", "empty", "other"])
def test_a_damaged_address_keeps_no_other_letter_waiting(office: Office, settings: Settings, how: str) -> None:
    asked(office, FIFE, POLICE)
    (row,) = office.rows(CONTACTS.select().where(CONTACTS.c.agency == FIFE, CONTACTS.c.role == "first"))
    hurt(office, "contact", "channels", f"id = {row.id}", how)

    done = office.deliver()

    assert done.sent == 2
    assert {mail["To"] for mail in mailbox(office)} >= {"first.policescotland@example.org"}
    assert len([row for row in tasks(office) if row.done_at is None]) == 1
    found = verify(office.engine, now=office.now).places
    assert [place.what.split(" is not")[0] for place in found] == [f"contact {row.id}"]
    assert any(f"contact {row.id}, the first contact of {FIFE}, is damaged" in one for one in named(office, settings))


def test_one_damaged_letter_of_a_sealed_address_waits_and_the_others_go(office: Office) -> None:
    asked(office, FIFE, POLICE)
    (row,) = office.rows(CONTACTS.select().where(CONTACTS.c.agency == FIFE, CONTACTS.c.role == "first"))
    (one,) = json.loads(row.channels)
    sealed = one["sealed"]
    spoiled = f"{sealed[:20]}{'A' if sealed[20] != 'A' else 'B'}{sealed[21:]}"
    with transaction(office.engine) as tx:
        change = CONTACTS.update().where(CONTACTS.c.id == row.id)
        tx.execute(change.values(channels=json.dumps([{**one, "sealed": spoiled}])))

    done = office.deliver()

    assert (done.sent, done.waiting, done.failed) == (2, 1, 0)
    (task,) = tasks(office)
    assert task.kind == "sending"
    assert f"The address kept for contact {row.id} cannot be read" in task.facts
    assert not [one for one in office.rows(CONTACTS.select()) if one.trouble_since]


@pytest.mark.parametrize("how", ["cut", "byte", "empty", "other"])
def test_a_damaged_case_is_set_aside_by_every_round_with_one_task(office: Office, settings: Settings, how: str) -> None:
    asked(office, FIFE)
    asked(office, FIFE)
    office.deliver()
    office.now = datetime(2026, 3, 13, 10, tzinfo=UTC)
    hurt(office, "case_file", "dossier", f"ref = '{HURT}'", how)

    swept = office.sweep()
    office.sweep()
    delivered = office.deliver()

    assert swept.climbed == 1
    assert swept.stuck >= 1
    assert delivered.sent >= 1
    assert {row.case_id for row in messages(office, kind="reminder")} == {2}
    left = [row for row in tasks(office) if row.case_id == 1 and row.done_at is None]
    assert [row.kind for row in left] == ["unreadable"]
    assert f"The row of {HURT} is damaged" in left[0].facts
    with transaction(office.engine) as tx:
        assert {planned.ref for planned in rehearse(tx, office.now, hidden=frozenset())} == {"TST-2026-0002"}
        assert lists(tx, date(2026, 3, 13))
    assert f"The row of {HURT} is damaged and cannot be read." in named(office, settings)
    assert refused(office, request, HURT, "report", (POLICE,)).startswith(f"The row of {HURT} is damaged")


def test_a_message_about_a_damaged_case_waits_until_it_can_be_judged(office: Office) -> None:
    asked(office, FIFE)
    office.deliver()
    office.now = datetime(2026, 3, 13, 10, tzinfo=UTC)
    office.sweep()
    hurt(office, "case_file", "dossier", f"ref = '{HURT}'", "cut")

    assert office.deliver().aside >= 1
    assert [row.status for row in messages(office, kind="reminder")] == ["owed"]

    office.do(rebuild_case, HURT, "A bad block.")
    office.later(hours=2)
    office.deliver()
    assert [row.status for row in messages(office, kind="reminder")] == ["sent"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("dossier", "{"), ("state", "nowhere"), ("head", "0" * 64), ("next_due_on", None), ("version", 99), ("lead", "X")],
)
def test_a_case_is_made_again_from_its_history_on_record(office: Office, column: str, value: Any) -> None:
    case = asked(office, FIFE)
    office.now = datetime(2026, 3, 13, 10, tzinfo=UTC)
    before = dict(office.rows(text("SELECT * FROM case_file"))[0]._mapping)
    tamper(office, f"UPDATE case_file SET {column} = :value", value=value)
    assert not verify(office.engine).ok

    office.do(rebuild_case, case.ref, "A bad block of the disk.")

    after = dict(office.rows(text("SELECT * FROM case_file"))[0]._mapping)
    last = entries(office, office.case(case.ref))[-1]
    assert (last.kind, last.reason, last.data["columns"]) == ("rebuilt", "A bad block of the disk.", [column])
    same = set(before) - {"head", "version", "sequence", "dossier"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    office.sweep()
    office.deliver()
    assert verify(office.engine, now=office.now).ok
    assert [row for row in tasks(office) if row.kind == "unreadable" and row.done_at is None] == []


def test_dates_that_are_gone_from_the_diary_are_written_anew(office: Office) -> None:
    case = asked(office, FIFE)
    tamper(office, "DELETE FROM deadline")

    office.do(rebuild_case, case.ref, "They were gone.")

    assert entries(office, office.case(case.ref))[-1].data["columns"] == ["dates"]
    assert verify(office.engine).ok


def test_what_is_whole_or_has_no_whole_history_is_not_made_again(office: Office) -> None:
    case = asked(office, FIFE)

    assert "nothing is to be made again" in refused(office, rebuild_case, case.ref, "To be sure.")
    assert "There is no case" in refused(office, rebuild_case, "TST-1999-0001", "To be sure.")
    assert "Say why" in refused(office, rebuild_case, case.ref, " ")
    tamper(office, "UPDATE history SET body = 'x' WHERE sequence = 2")
    assert "is not whole either" in refused(office, rebuild_case, case.ref, "To be sure.")


def test_a_sender_domain_that_no_mail_can_bear_stops_delivery_before_anything_is_lost(
    office: Office, settings: Settings
) -> None:
    asked(office, FIFE)
    with pytest.raises(Exception, match="CAIRN_SENDER_DOMAIN"):
        deliver(office.engine, Post(office.relay, office.keys, "my_domain.example"), office.now)

    assert {row.status for row in messages(office)} == {"owed"}
    assert tasks(office) == []
    wrong = settings.model_copy(update={"sender_domain": "my_domain.example"})
    assert any("my_domain" in sentence for sentence in named(office, wrong))


def test_the_watchdog_is_told_only_while_letters_are_delivered_too(office: Office) -> None:
    opened(office)
    with reading(office.engine) as tx:
        assert alarm.delivery_is_alive(tx, office.now)
    office.sweep()
    office.deliver()
    later = office.now + timedelta(minutes=16)
    office.now = later
    office.sweep()

    with transaction(office.engine) as tx:
        assert not alarm.delivery_is_alive(tx, later)
        assert alarm.rounds_have_stopped(tx, ("lead_officer",), later)
        assert alarm.rounds_have_stopped(tx, ("lead_officer",), later)
        told = [row.facts for row in tx.execute(MESSAGES.select().where(MESSAGES.c.kind == "system_alarm"))]
    assert len(told) == 1
    assert "no round of delivery has ended well" in told[0]


SPOILED = ["cut", "byte", "empty", "other", "another state", "another name"]
DATABASES = [(database, how) for database in ("sqlite", "postgresql") for how in SPOILED] + [("sqlite", "not text")]
"""What is no text at all only SQLite can keep."""


def spoil(office: Office, how: str) -> None:
    """Damage the row of one case."""
    where = f"WHERE ref = '{HURT}'"
    if how == "not text":
        spoiled = "substr(CAST(dossier AS BLOB), 1, 40) || x'ff' || substr(CAST(dossier AS BLOB), 42)"
        tamper(office, f"UPDATE case_file SET dossier = CAST({spoiled} AS TEXT) {where}")
    elif how.startswith("another"):
        column = how.removeprefix("another ").replace("name", "ref")
        spoiled = f"""replace(dossier, '"{column}":"', '"{column}":"x')"""
        tamper(office, f"UPDATE case_file SET dossier = {spoiled} {where}")
    else:
        hurt(office, "case_file", "dossier", f"ref = '{HURT}'", how)


@pytest.mark.parametrize(("office_after", "how"), DATABASES, indirect=["office_after"])
def test_a_list_of_cases_names_the_damaged_one_and_shows_the_others(office: Office, how: str) -> None:
    asked(office, FIFE)
    asked(office, FIFE)
    spoil(office, how)

    for wanted in (CaseFilter(), CaseFilter(waiting_on=FIFE), CaseFilter(overdue_at=datetime(2027, 1, 1, tzinfo=UTC))):
        with reading(office.engine) as tx:
            found = listing(tx, wanted, office.now, hidden=frozenset())
        assert [line.ref for line in found.lines] == ["TST-2026-0002"]
        (one,) = found.damaged
        assert (one.ref, one.problem) == (HURT, f"The row of {HURT} is damaged.")
        assert one.remedy is not None
        assert [(step.verb, step.arguments) for step in one.remedy.steps] == [("case rebuild", {"ref": (HURT,)})]
        assert found.more == 0
    assert HURT in {place.ref for place in verify(office.engine, now=office.now).places}


def test_a_damaged_case_with_a_limit_in_hours_today_stays_in_the_list_of_what_is_overdue(office: Office) -> None:
    case = asked(office, FIFE)
    today = datetime.combine(case.dossier.open_deadlines()[0].due_on or office.now.date(), time(12), UTC)
    tamper(office, """UPDATE case_file SET dossier = '{"due_at":"'""")

    with reading(office.engine) as tx:
        found = listing(tx, CaseFilter(overdue_at=today), today, hidden=frozenset())

    assert [one.ref for one in found.damaged] == [case.ref]


@pytest.mark.parametrize(("office_after", "how"), DATABASES, indirect=["office_after"])
@pytest.mark.parametrize("form", ["json", "csv", "xes", "ocel"])
def test_an_export_leaves_out_the_damaged_case_by_name_and_writes_the_others(
    office: Office, form: str, how: str
) -> None:
    asked(office, FIFE)
    asked(office, FIFE)
    whole = "".join(parts(office.engine, form, "TST-2026-0002"))
    spoil(office, how)

    said: list[DamagedRecord] = []
    written = "".join(parts(office.engine, form, aside=said.append))

    assert [str(one).split(":")[0] for one in said] == [f"The row of {HURT} is damaged"]
    assert "TST-2026-0002" in written
    assert HURT not in written
    if form != "xes":  # its name says whether it is one file or all of them
        assert written == whole
    for ref in (None, HURT):
        with pytest.raises(DamagedRecord, match="case rebuild"):
            "".join(parts(office.engine, form, ref))


def test_a_damaged_entry_leaves_its_case_out_of_an_export_and_no_other(office: Office) -> None:
    asked(office, FIFE)
    asked(office, FIFE)
    tamper(office, "UPDATE history SET body = '{' WHERE case_id = 1 AND sequence = 2")

    said: list[DamagedRecord] = []
    assert "TST-2026-0002" in "".join(parts(office.engine, "ocel", aside=said.append))
    assert len(said) == 1


def test_a_figure_is_refused_by_the_name_of_the_damaged_case(office: Office) -> None:
    asked(office, FIFE)
    spoil(office, "cut")

    with reading(office.engine) as tx, pytest.raises(DamagedRecord, match=HURT):
        list(files_of(tx))


def test_the_agenda_shows_the_dates_of_a_damaged_case_and_of_the_others(office: Office) -> None:
    asked(office, FIFE)
    asked(office, FIFE)
    spoil(office, "other")

    with reading(office.engine) as tx:
        named = {one.ref for one in items(tx, date(2027, 1, 1))}

    assert {HURT, "TST-2026-0002"} <= named


DATES_KEPT = [
    ("case_file", "opened_on"),
    ("case_file", "next_due_on"),
    ("deadline", "due_on"),
    ("deadline", "next_action_at"),
    ("history", "happened_on"),
    ("history", "recorded_at"),
    ("message", "created_at"),
    ("message", "deliver_after"),
    ("message", "deadline_due_on"),
    ("mail", "created_at"),
    ("mail", "next_attempt_at"),
    ("mail", "ended_at"),
    ("attempt", "at"),
    ("task", "created_at"),
    ("unreached", "at"),
    ("rung_climbed", "due_on"),
    ("rung_climbed", "at"),
    ("beat", "at"),
    ("audit_log", "recorded_at"),
    ("audit_log", "happened_on"),
    ("absence", "starts"),
    ("absence", "ends"),
    ("contact", "trouble_since"),
]
"""Days and moments that a round or a list comes across."""


def unread_date(office: Office, table: str, column: str, like: str = "true") -> None:
    """What a bad block leaves of a day; a server keeps days alone, and then one that nobody can count with."""
    where = f"rowid = (SELECT min(rowid) FROM {table} WHERE {column} IS NOT NULL AND {like})"
    if sqlite(office):
        tamper(office, f"UPDATE {table} SET {column} = 'x' WHERE {where}")
    else:
        tamper(office, f"UPDATE {table} SET {column} = 'infinity' WHERE {where.replace('rowid', 'ctid')}")


def with_much_on_record(office: Office) -> None:
    """Two cases, letters sent and waiting, a task, a rung, somebody away, and somebody who could not be reached."""
    asked(office, FIFE)
    asked(office, FIFE)
    asked(office, "Nobody There", agencies=("Nobody There",))
    office.deliver()
    office.later(days=11)
    office.sweep()
    office.do(set_away, 1, date(2026, 4, 1), date(2026, 4, 2))
    with transaction(office.engine) as tx:
        contacts.trouble(tx, 4, office.now)


@pytest.mark.parametrize(("table", "column"), DATES_KEPT)
def test_a_day_that_cannot_be_read_spoils_no_list_and_no_round(
    office_after: OfficeAfter, settings: Settings, table: str, column: str
) -> None:
    office = office_after(with_much_on_record)
    unread_date(office, table, column)
    every = {HURT, "TST-2026-0002", "TST-2026-0003"}

    for wanted in (
        CaseFilter(),
        CaseFilter(due_by=date(2026, 3, 31)),
        CaseFilter(overdue_at=datetime(2027, 1, 1, tzinfo=UTC)),
    ):
        with reading(office.engine) as tx:
            found = listing(tx, wanted, office.now, hidden=frozenset())
        assert {line.ref for line in found.lines} | {one.ref for one in found.damaged} == every
        assert len(found.lines) >= 2
    with reading(office.engine) as tx:
        assert {one.ref for one in items(tx, office.now.date(), ahead=None)} >= every
    doctor(office.engine, settings, office.now)
    verify(office.engine, now=office.now)
    office.later(days=1)
    office.sweep()
    office.deliver()


@pytest.mark.parametrize(
    ("table", "column", "listed"),
    [("case_file", "next_due_on", [HURT]), ("case_file", "opened_on", []), ("deadline", "due_on", [])],
)
def test_the_case_whose_day_cannot_be_read_is_named_and_made_again(
    office: Office, table: str, column: str, listed: list[str]
) -> None:
    asked(office, FIFE)
    asked(office, FIFE)
    unread_date(office, table, column, "status = 'running'" if table == "deadline" else "true")

    with reading(office.engine) as tx:
        overdue = listing(tx, CaseFilter(overdue_at=datetime(2027, 1, 1, tzinfo=UTC)), office.now, hidden=frozenset())
        needs = {one.words for one in items(tx, office.now.date(), ahead=None) if one.ref == HURT}
    assert [one.ref for one in overdue.damaged] == listed
    assert f"{HURT}: a row of it is damaged and cannot be read: make it again from its history" in needs
    assert not verify(office.engine, now=office.now).ok

    office.do(rebuild_case, HURT, "A bad block.")
    office.deliver()
    assert verify(office.engine, now=office.now).ok
