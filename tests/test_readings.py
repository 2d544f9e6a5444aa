"""Who read which case: sealed apart from the words, found out when changed, let go by the committee's rule."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, text, update

from config.committee_file import Retention
from records import audit_log, reading_log
from records.cases import CASES
from records.chain import seal
from records.database import connect, reading, transaction
from records.reading_log import READINGS
from records.upgrade import migrate, upgrade
from states.entry import Actor
from states.errors import NotPossible
from tests.casework import opened
from workflows.verbs.local_settings import set_retention
from workflows.verbs.record_reading import NAMED, erase_readings, record_reading
from workflows.verification.verify import verify
from workflows.views.readings import ReadingsWanted, readings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Committee
    from tests.office import Office

YEARS_AGO = datetime(2024, 3, 2, tzinfo=UTC)
RULE = Retention(2, "Meeting of 2 March.")


def read_twice(office: Office) -> str:
    """A case of which two people read two parts."""
    ref = str(opened(office).ref)
    with transaction(office.engine) as tx:
        record_reading(office.uow(tx), ref, "case")
        record_reading(office.uow(tx, "chair"), ref, "evidence 9c56cc51b374")
    return ref


def wrong(office: Office) -> list[str]:
    return [place.what for place in verify(office.engine).places]


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (update(READINGS).where(READINGS.c.number == 1).values(person="N. Obody"), "another reading was sealed"),
        (update(READINGS).where(READINGS.c.number == 1).values(at=YEARS_AGO), "at another moment than its entry says"),
        (delete(READINGS).where(READINGS.c.number == 2), "nobody is on record as having erased them"),
        (update(READINGS).where(READINGS.c.number == 2).values(number=7), "that the log does not have"),
    ],
)
def test_a_reading_that_is_changed_removed_or_slipped_in_is_found_out(
    office: Office, tampering: Any, said: str
) -> None:
    read_twice(office)
    assert wrong(office) == []
    with transaction(office.engine) as tx:
        tx.execute(tampering)

    assert any(said in one for one in wrong(office))


def test_the_rule_lets_readings_of_long_closed_cases_go_and_the_log_still_verifies(office: Office) -> None:
    ref = read_twice(office)
    with transaction(office.engine) as tx, pytest.raises(NotPossible, match="No reading is of a case"):
        erase_readings(office.uow(tx), RULE, "The rule.")
    with transaction(office.engine) as tx:
        tx.execute(update(CASES).where(CASES.c.ref == ref).values(closed_on=date(2024, 3, 2)))
        with pytest.raises(NotPossible, match="No rule says"):
            erase_readings(office.uow(tx), None, "The rule.")
        assert erase_readings(office.uow(tx), RULE, "The rule.") == 2
        tx.execute(update(CASES).where(CASES.c.ref == ref).values(closed_on=None))
    assert wrong(office) == []

    with reading(office.engine) as tx:
        page = readings(tx, ReadingsWanted())
        bodies = " ".join(line.body for line in audit_log.lines(tx, reading_log.LOG))
    assert (page.all, [(one.readings, one.reason) for one in page.erased]) == (0, [(2, "The rule.")])
    assert ref not in bodies
    with transaction(office.engine) as tx:
        reading_log.note(tx, ref, Actor(name="A", role="chair"), "case", "chair", office.now)
        tx.execute(update(READINGS).values(number=1))
    assert any("there again after they were erased" in one for one in wrong(office))


def test_the_auditor_finds_readings_by_case_person_part_and_day(desk: Committee) -> None:
    ref, other = desk.open_case(), desk.open_case()
    lead = desk.sign_in()
    for address in (f"/cases/{ref}", f"/cases/{ref}/history", f"/cases/{other}"):
        lead.get(address)
    auditor = desk.sign_in("auditor")
    case = auditor.get(f"/cases/{ref}").text
    assert f"/committee/readings?ref={ref}" in case
    assert f"/committee/readings?ref={ref}" not in lead.get(f"/cases/{ref}").text

    assert "4 readings" in auditor.get("/committee/readings").text
    assert "3 readings" in auditor.get(f"/committee/readings?ref={ref.lower()}").text
    found = auditor.get(f"/committee/readings?ref={ref}&person=L.+Officer&part=case_history&first=2/3/2026").text
    assert "1 reading," in found
    assert "Its history" in found
    assert "<td>Lead officer</td>" in found
    assert "0 readings" in auditor.get("/committee/readings?first=3/3/2026").text
    bad = auditor.get("/committee/readings?last=yesterday")
    assert (bad.status_code, "write a day like" in bad.text) == (422, True)


def test_at_the_desk_readings_are_erased_after_a_look_and_a_yes(desk: Committee) -> None:
    ref = desk.open_case()
    lead = desk.sign_in()
    lead.get(f"/cases/{ref}")
    assert "so it all stays" in lead.get("/committee/retention").text
    desk.acts("lead_officer", set_retention, desk.here.settings.own_file, RULE)
    with transaction(desk.here.engine) as tx:
        tx.execute(update(CASES).values(closed_on=date(2024, 3, 2)))
    assert "1 reading of cases that closed so long ago may be erased" in lead.get("/committee/retention").text
    lead.get("/committee/retention/readings")
    assert "Nothing is written yet" in lead.send(reason="The rule.").text
    done = lead.send(button=("confirmed", "yes"))
    assert "The readings are erased" in done.text
    assert "1 reading, by L. Officer. The rule." in desk.sign_in("auditor").get("/committee/readings").text


def test_readings_from_before_are_listed_and_their_entries_stay(tmp_path: Path, office: Office) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'older.db'}")
    told = {"log": "readings", "kind": "names_read", "actor": {"name": "A. Lead", "role": "lead_officer"}}
    told |= {"data": {"right": "chair", "children": [1]}, "subject": "LR-1", "sequence": 1}
    told |= {"happened_on": "2026-03-02", "recorded_at": "2026-03-02T09:00:00Z"}
    body = json.dumps(told, sort_keys=True, separators=(",", ":"))
    row = {"body": body, "seal": seal(audit_log.beginning("readings"), body)}
    columns = "'readings', 1, 'LR-1', 'names_read', 'A. Lead', '2026-03-02', '2026-03-02 09:00:00.000000', :body, :seal"
    with transaction(engine) as tx:
        migrate(tx, "0016")
        tx.execute(text(f"INSERT INTO audit_log VALUES ({columns})"), row)
        tx.execute(text("INSERT INTO numbering VALUES ('audit readings', 1)"))
    upgrade(engine, None, office.now)

    with reading(engine) as tx:
        (one,) = readings(tx, ReadingsWanted("lr-1")).lines
        assert tx.execute(select(READINGS.c.salt)).scalar() == ""
    assert (one.person, one.part, one.by_right, one.children) == ("A. Lead", "names", "chair", (1,))
    assert [place for place in verify(engine).places if "readings" in place.what] == []
    engine.dispose()


def test_of_a_case_kept_to_named_people_that_is_the_right(desk: Committee) -> None:
    from workflows.verbs.keep_to import keep_to

    ref = desk.open_case()
    desk.acts("lead_officer", keep_to, ref, (desk.numbers["lead_officer"],), "It concerns a colleague.")
    desk.sign_in().get(f"/cases/{ref}")
    with reading(desk.here.engine) as tx:
        assert [one.by_right for one in readings(tx, ReadingsWanted(ref)).lines] == [NAMED]
