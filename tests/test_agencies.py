"""The register of agencies: one name for each, whatever is typed; renamed and merged on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from records import agencies, audit_log
from records.case_list import CaseFilter
from records.contacts import reachable
from records.database import connect, reading, transaction
from records.upgrade import migrate, upgrade
from states.entry import Actor
from states.errors import BadAnswer
from states.name_matching import may_be_mistyped
from tests.casework import asked, opened, refused
from tests.office import FIFE, MONDAY, POLICE
from workflows.verbs.agencies import (
    add_agency,
    complete_register,
    merge_agencies,
    name_agency_also,
    rename_agency,
    retire_agency,
    set_agency_calendar,
)
from workflows.verbs.open import open_case
from workflows.verbs.people import change_people
from workflows.verbs.request import answer, redirect, request
from workflows.verification.verify import verify
from workflows.views.agency_list import agency_history, agency_list
from workflows.views.case_list import listing
from workflows.views.case_page import case_page
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.office import Office

SPELLINGS = ["nhs fife", "NHS  Fife", " NHS FIFE ", "NHS\u00a0Fife", "nhs-fife"]
SLIPS = [
    "NHS Fief",
    "NHS Fif",
    "NHS Fifee",
    "NHSFife",
    "Fife NHS",
    "Polcie Scotland",
    "Police Scotlnad",
    "police scottland",
]
OTHERS = ["NHS Tayside", "Police England", "Fife Council", "Education", "NHS Fife Area 1", "British Transport Police"]
ANSWERS = {"informed_on": "2026-03-01"}


def opening(office: Office, *named: str) -> Any:
    return office.do(open_case, "small", answers=ANSWERS, agencies=named)


def told(office: Office) -> list[str]:
    return [str(place) for place in verify(office.engine, keys=office.keys, now=office.now).places]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_place_that_takes_an_agency_keeps_its_one_name(office: Office, spelling: str) -> None:
    case = opening(office, spelling, POLICE)
    assert case.dossier.agencies == (FIFE, POLICE)

    other = opening(office, POLICE)
    other = office.do(change_people, other.ref, joined=(spelling,))
    assert other.dossier.agencies == (POLICE, FIFE)
    other = office.do(change_people, other.ref, left=(spelling,))
    assert other.dossier.agencies == (POLICE,)

    number = office.add_contact("deputy", spelling, channels=[])
    assert [row[0] for row in office.rows(text(f"SELECT agency FROM contact WHERE id = {number}"))] == [FIFE]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_name_that_seems_mistyped_is_asked_after(office: Office, slip: str) -> None:
    meant = FIFE if "Fi" in slip else POLICE
    case = opened(office)

    for verb, given in (
        (open_case, {"edition": "small", "answers": ANSWERS, "agencies": (slip,)}),
        (change_people, {"ref": case.ref, "joined": (slip,)}),
    ):
        assert f"did you mean {meant}?" in refused(office, verb, **given)
    with pytest.raises(BadAnswer, match=f"did you mean {meant}"):
        office.add_contact("deputy", slip, channels=[])
    with reading(office.engine) as tx, pytest.raises(BadAnswer, match=f"did you mean {meant}"):
        listing(tx, CaseFilter(waiting_on=slip), office.now, hidden=frozenset())


@pytest.mark.parametrize("name", OTHERS)
def test_another_agency_is_entered_when_it_is_first_named(office: Office, name: str) -> None:
    case = opening(office, name)

    assert case.dossier.agencies == (name,)
    with reading(office.engine) as tx:
        assert agency_history(tx, name)[-1].reason == "named for the first time"
        assert agencies.read(tx).name_of(name.upper()) == name


def test_a_complete_register_refuses_a_name_it_does_not_know(office: Office) -> None:
    office.do(complete_register)

    assert "is not in the register of agencies" in refused(
        office, open_case, "small", answers=ANSWERS, agencies=("Zork",)
    )
    office.do(add_agency, "Zork")
    assert opening(office, "ZORK").dossier.agencies == ("Zork",)
    office.do(complete_register, complete=False)
    assert opening(office, "Yonder Trust").dossier.agencies == ("Yonder Trust",)


def test_an_agency_is_named_once_whatever_the_spelling(office: Office) -> None:
    assert opening(office, FIFE, "nhs fife").dossier.agencies == (FIFE,)

    case = office.do(change_people, opening(office, FIFE).ref, joined=("NHS  FIFE",))
    assert case.dossier.agencies == (FIFE,)


def test_requests_go_by_the_register(office: Office) -> None:
    case = asked(office, FIFE)
    assert "asked already" in refused(office, request, case.ref, "report", ("nhs  fife",))

    case = office.do(redirect, case.ref, "nhs fife", "police scotland", "It is theirs.")
    assert [one.agency for one in case.dossier.requests.values()] == [FIFE, POLICE]
    case = office.do(answer, case.ref, "Police  Scotland", role="member", agency_of_actor="police scotland")
    assert case.dossier.requests["R2"].status == "answered"


def test_a_new_name_is_read_for_the_old_one_everywhere(office: Office) -> None:
    case = asked(office, FIFE)
    office.do(rename_agency, "nhs fife", "Fife Health Board", "It was renamed by order.")

    case = office.do(answer, case.ref, "Fife Health Board", role="member", agency_of_actor="Fife Health Board")

    assert case.dossier.requests["R1"].status == "answered"
    assert opening(office, FIFE).dossier.agencies == ("Fife Health Board",)
    with reading(office.engine) as tx:
        found = reachable(tx, office.now.date())
        assert found.of_agency(FIFE) == found.of_agency("Fife Health Board") is not None
        assert found.senior_of("Fife Health Board") is not None
    assert told(office) == []


def test_two_agencies_become_one(office: Office) -> None:
    case = asked(office, FIFE)
    office.do(add_agency, "Health in Fife")
    office.add_contact("first", "Health in Fife")
    assert "Say why" in refused(office, merge_agencies, FIFE, "Health in Fife", "")

    office.do(merge_agencies, FIFE, "Health in Fife", "One since April.")

    assert opening(office, "nhs fife").dossier.agencies == ("Health in Fife",)
    with reading(office.engine) as tx:
        waiting = listing(tx, CaseFilter(waiting_on="Health in Fife"), office.now, hidden=frozenset())
        assert waiting.lines[0].ref == case.ref
        line = next(one for one in agency_list(tx).agencies if one.name == FIFE)
        assert (line.active, line.now) == (False, "Health in Fife")
        assert reachable(tx, office.now.date()).senior_of("Health in Fife") is not None
    assert "one agency already" in refused(office, merge_agencies, FIFE, "health in fife", "Again.")
    assert told(office) == []


def test_other_names_calendars_and_an_end_are_on_record(office: Office) -> None:
    office.do(name_agency_also, FIFE, "The Health Board")
    office.do(set_agency_calendar, "the health board", "england")
    number = office.add_contact("deputy", "The Health Board", channels=[])
    office.do(retire_agency, POLICE, "Disbanded.")

    assert [row[0] for row in office.rows(text(f"SELECT calendar FROM contact WHERE id = {number}"))] == ["england"]
    assert "is retired" in refused(office, open_case, "small", answers=ANSWERS, agencies=(POLICE,))
    assert "is a name of NHS Fife already" in refused(office, add_agency, "the health  board")
    with reading(office.engine) as tx:
        kinds = [one.kind for one in agency_history(tx)]
    assert kinds == ["added", "added", "named_also", "calendar_set", "retired"]
    assert told(office) == []


def test_likely_doubles_are_named(office: Office) -> None:
    office.do(add_agency, "NHS Fiffe")

    with reading(office.engine) as tx:
        assert agency_list(tx).doubles == ((FIFE, "NHS Fiffe"),)


def test_verify_names_a_row_that_nobody_is_on_record_as_having_changed(office: Office) -> None:
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE agency SET name = 'Other' WHERE id = 1"))
        tx.execute(text("DELETE FROM agency WHERE id = 2"))
        tx.execute(text("INSERT INTO agency VALUES (9, 'Zork', 'zork', '[]', '', :yes, 0)"), {"yes": True})

    assert told(office) == [
        "agency 1 is not as entry 1 of the log left it: name.",
        "agency 2 is gone, which nobody is on record as having done.",
        "nobody is on record as having entered agency 9.",
    ]


def test_agencies_already_in_use_become_the_register(database_url: str) -> None:
    engine = connect(database_url)
    with transaction(engine) as tx:
        migrate(tx, "0002")
        for number, (name, role) in enumerate([(FIFE, "first"), ("nhs  fife", "deputy"), (FIFE, "senior")], start=1):
            row = {"id": number, "agency": name, "role": role, "yes": True}
            wanted = "INSERT INTO contact VALUES (:id, :agency, :role, 'A', '[]', '9-5', 'scotland', :yes, NULL)"
            tx.execute(text(wanted), row)
        tx.execute(text("INSERT INTO absence VALUES (1, '2026-03-01', '2026-03-04')"))

    upgrade(engine, None, MONDAY)

    with transaction(engine) as tx:
        (one,) = agencies.read(tx).all
        assert (one.name, one.other_names) == (FIFE, ("nhs  fife",))
        assert [entry.kind for entry in audit_log.entries(tx, "contacts")] == ["carried_over"] * 3 + ["away"]
    assert verify(engine).places == ()
    engine.dispose()


@pytest.mark.parametrize(
    ("one", "other"),
    [("East Area", "West Area"), ("North Council", "South Council"), ("Area 1", "Area 2"), ("A", "B"), ("NHS", "NHL")],
)
def test_names_that_differ_by_sense_are_not_taken_for_slips(one: str, other: str) -> None:
    assert not may_be_mistyped(one, other)


@pytest.mark.parametrize("said", ["police  scotland", "POLICE SCOTLAND", "The Police Service"])
def test_an_agency_is_offered_its_answers_whatever_it_calls_itself(office: Office, said: str) -> None:
    case = asked(office, POLICE)
    office.do(rename_agency, POLICE, "The Police Service", "It was renamed by order.")

    with reading(office.engine) as tx:
        page = case_page(tx, case, Viewer(Actor(name="A. Contact", role="agency", agency=said), office.now))
        stranger = case_page(tx, case, Viewer(Actor(name="A. Contact", role="agency", agency=FIFE), office.now))

    assert [one.arguments.get("role") for one in page.others if one.verb == "request answer"] == [None]
    assert [one.arguments.get("role") for one in stranger.others if one.verb == "request answer"] != [None]
