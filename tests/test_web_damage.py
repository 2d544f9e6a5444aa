"""One damaged row at the desk: what stands on it says so, and every other page and every round goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from config.meetings import COMMITTEE
from records import agencies, meetings, outbox
from records.chain import entry_of
from records.database import reading, transaction
from records.outbox import Owing
from states.errors import DamagedRecord
from states.moments import local_day
from tests.agency import FIFE
from tests.casework import asked
from workflows.installation.doctor import doctor
from workflows.messages.chase import sweep
from workflows.messages.deliver import Post, deliver
from workflows.verbs.agencies import add_agency, name_agency_also
from workflows.verbs.meetings import call_meeting
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agency import PostRoom
    from tests.desk import Committee
    from tests.office import Office

DAMAGES = {
    "a byte": "char(1) || substr({0}, 2)",
    "half of it": "substr({0}, 1, length({0}) / 2)",
    "all of it": "''",
    "other JSON": "'[1, 2]'",
}
PAGES = ("/my-work?whose=all", "/tasks?whose=all", "/cases", "/meetings", "/search?q=fife", "/learning/packs")
KEEPING = ("/committee/agencies", "/committee/contacts", "/committee/health", "/committee/ladders")


def hurt(desk: Committee, table: str, column: str, how: str, where: str = "1 = 1") -> None:
    """Change what stands in one field, as a bad block of a disk does."""
    with transaction(desk.here.engine) as tx:
        tx.execute(text(f"UPDATE {table} SET {column} = {DAMAGES[how].format(column)} WHERE {where}"))


def working(desk: Committee) -> str:
    """A committee at work: an agency with another name, letters owed, a task, a meeting ahead; gives a case."""
    desk.enters_contacts()
    ref = desk.asks_agencies()
    desk.acts("administrator", add_agency, "Education")
    desk.acts("administrator", name_agency_also, "Education", "Schools")
    desk.acts("lead_officer", call_meeting, COMMITTEE, local_day(desk.now))
    desk.acts("lead_officer", call_meeting, COMMITTEE, local_day(desk.now).replace(day=20))
    with transaction(desk.here.engine) as tx:
        facts = {"problem": "Nobody can be reached", "agency": "Education", "place": "first", "items": []}
        outbox.ask(tx, Owing(None, "", 0, "unreachable", facts), "unreachable", "lead_officer", desk.now)
    return ref


HURT = (
    ("task", "facts", "kind = 'unreachable'", "is damaged and cannot be read"),
    ("agency", "other_names", "name = 'Education'", "The row of the agency Education is damaged"),
    ("meeting", "state", "id = 1", "The row of meeting 1 is damaged"),
)


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_rows_keep_no_page_and_no_round_waiting(desk: Committee, tmp_path: Path, how: str) -> None:
    working(desk)
    lead = desk.sign_in()
    for table, column, where, _ in HURT:
        hurt(desk, table, column, how, where)

    answered = {page: lead.get(page).status_code for page in (*PAGES, *KEEPING)}
    sweep(desk.here.engine, desk.now)
    post = Post(f"mailbox://{tmp_path / 'mailbox'}", desk.here.keys, "cairn.example")
    sent = deliver(desk.here.engine, post, desk.now).sent
    told = "\n".join(one.sentence for one in doctor(desk.here.engine, desk.here.settings, desk.now) if not one.ok)

    assert set(answered.values()) == {200}
    assert sent >= 2
    assert all(named in told for *_, named in HURT)


@pytest.mark.parametrize("how", ["a byte", "other JSON"])
def test_what_a_damaged_agency_or_meeting_said_is_read_from_its_log_and_verify_finds_the_row(
    desk: Committee, how: str
) -> None:
    working(desk)
    with reading(desk.here.engine) as tx:
        before = meetings.every(tx)
    hurt(desk, "agency", "other_names", how, "name = 'Education'")
    hurt(desk, "meeting", "state", how, "id = 1")

    with reading(desk.here.engine) as tx:
        assert agencies.read(tx).name_of("schools") == "Education"
        assert meetings.every(tx) == before
    found = [place.what for place in verify(desk.here.engine, now=desk.now).places]
    assert any("agency" in one and "other names" in one for one in found)
    assert any("meeting 1" in one for one in found)

    desk.acts("administrator", name_agency_also, "Education", "Learning")
    with reading(desk.here.engine) as tx:
        assert agencies.damaged(tx) == []


def test_a_damaged_case_keeps_the_forms_of_the_others_in_the_list(desk: Committee) -> None:
    ref = working(desk)
    hurt(desk, "case_file", "dossier", "half of it", f"ref = '{ref}'")

    page = desk.sign_in().get("/learning/packs")

    assert page.status_code == 200
    assert f"The row of {ref} is damaged" in page.text


def test_a_damaged_entry_is_said_to_be_that(office: Office) -> None:
    case = asked(office)
    (row,) = office.rows(text(f"SELECT body FROM history WHERE case_id = {case.id} AND sequence = 1"))

    with pytest.raises(DamagedRecord, match=f"An entry of the history of {case.ref} is damaged"):
        entry_of(row.body[:-30])


@pytest.mark.parametrize("half", ['committee = "Exam', "committee = 3\n[editions.", "\x00\x00"])
def test_pages_and_answers_go_on_while_the_committees_file_is_being_saved(room: PostRoom, half: str) -> None:
    own = room.committee.here.settings.own_file
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('committee = "Example Committee"\n')
    ref, agency, lead = room.ask(FIFE), room.opened(), room.committee.sign_in()
    agency.get(f"{agency.page.url.path}/say/answer")

    own.write_text(half)

    for address in ("/my-work", f"/cases/{ref}", "/cases"):
        shown = lead.get(address)
        assert (shown.status_code, "Example Committee" in shown.text) == (200, True), address
    assert "it is not TOML" in lead.get("/committee/limits").text
    file = ("report.pdf", b"%PDF-1.7 x", "application/pdf")
    thanks = agency.send(files={"files": file}, account_given="yes", reflection_given="yes")
    assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
