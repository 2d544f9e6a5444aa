"""What a step asks of the registers alone is the same as it would find in them whole."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from records import agencies, contacts
from records.database import transaction
from records.role_holders import OnCase
from tests.office import FIFE, POLICE
from workflows.verbs.agencies import add_agency, merge_agencies, name_agency_also, retire_agency
from workflows.verbs.contacts import retire_contact, set_away

if TYPE_CHECKING:
    from tests.office import Office

COUNCIL, SCHOOLS, TRUST = "Fife Council", "Fife Schools", "The Trust"
SPELLINGS = (
    FIFE,
    FIFE.upper(),
    f" {POLICE} ",
    COUNCIL.lower(),
    SCHOOLS,
    TRUST,
    "The trust.",
    "Nobody",
    "",
    "Gesundheit",
)
PLACES = (
    (FIFE, "first"),
    (FIFE, "senior"),
    (POLICE, "first"),
    (COUNCIL, "first"),
    (SCHOOLS, "first"),
    ("", "lead_officer"),
    ("", "keeper"),
    ("", "chair"),
    ("", "reviewer"),
)
ON_CASES = (
    OnCase("The deputy"),
    OnCase("", {"reviewer": ["Rowan One", "Rowan Two"]}, {"reviewer": "Reviewer"}),
    OnCase("Rowan One", {}, {}, ("keeper", "stand_in")),
)


def several(office: Office) -> None:
    """Agencies of which one is retired, one goes by another name and one has become part of another."""
    for name in (COUNCIL, SCHOOLS, TRUST):
        office.do(add_agency, name)
    office.do(retire_agency, TRUST, "It is no more.")


def in_every_place(office: Office) -> None:
    """Contacts of the committee: two of a role, one who is away, one who is gone."""
    for role, name in (("deputy_lead_officer", "The deputy"), ("chair", "Rowan One"), ("chair", "Rowan Two")):
        office.add_contact(role, name=name, address=f"{name.replace(' ', '.')}@example.org")
    away, gone = office.add_contact("deputy", FIFE), office.add_contact("first", SCHOOLS)
    office.do(set_away, away, office.now.date(), office.now.date())
    office.do(retire_contact, gone)


def test_an_agency_called_by_its_own_name_is_the_one_of_the_whole_register(office: Office) -> None:
    several(office)

    with transaction(office.engine) as tx:
        register = agencies.read(tx)
        found = agencies.own_names(tx, SPELLINGS)
        assert {name: register.find(name).name for name in found} == found  # type: ignore[union-attr]
        assert found.keys() == {FIFE, FIFE.upper(), f" {POLICE} ", COUNCIL.lower(), SCHOOLS}
    office.do(name_agency_also, COUNCIL, "Gesundheit")
    office.do(merge_agencies, SCHOOLS, COUNCIL, "Since April.")

    with transaction(office.engine) as tx:
        assert agencies.own_names(tx, SPELLINGS).keys() == {FIFE, FIFE.upper(), f" {POLICE} ", COUNCIL.lower()}


def test_who_stands_at_a_place_is_the_same_whether_all_are_read_or_those_alone(office: Office) -> None:
    several(office)
    in_every_place(office)
    _same_everywhere(office)

    office.do(merge_agencies, SCHOOLS, FIFE, "Since April.")
    _same_everywhere(office)


def test_of_very_many_that_are_named_the_whole_registers_are_asked(office: Office) -> None:
    """SQLite takes no condition of 1,000 parts."""
    many = [f"Agency {number}" for number in range(1200)]
    with transaction(office.engine) as tx:
        assert agencies.own_names(tx, [FIFE, *many]) == {}
        found = OnCase().reachable(tx, [(name, "first") for name in (FIFE, *many)], office.now.date())
        assert found == contacts.reachable(tx, office.now.date())


def _same_everywhere(office: Office) -> None:
    today = office.now.date()
    with transaction(office.engine) as tx:
        everybody = contacts.reachable(tx, today)
        for known in ON_CASES:
            for places in combinations(PLACES, 2):
                alone = known.reachable(tx, places, today)
                assert [known.holders(alone, *one) for one in places] == [
                    known.holders(everybody, *one) for one in places
                ]
