"""A lead officer whom nobody knows by that name is asked about, and no other takes the letters in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.casework import opened, refused
from workflows.verbs.contacts import retire_contact
from workflows.verbs.open import open_case
from workflows.verbs.people import change_people

if TYPE_CHECKING:
    from tests.office import Office

LEAD = 5
"""The number of the office's one lead officer."""

ONE = {"answers": {"informed_on": "2026-03-01"}}
NOBODY = "'Third Person' is no lead officer whom Cairn can write to: there is L. Officer."


@pytest.fixture
def people(office: Office) -> Office:
    """A committee whose lead officer is entered by name, and where the role has no address of its own."""
    office.do(retire_contact, LEAD)
    office.add_contact("lead_officer", name="L. Officer")
    return office


def test_a_name_that_is_no_lead_officers_is_refused_by_the_verbs_with_those_there_are(people: Office) -> None:
    case = opened(people, lead="L. Officer")

    assert NOBODY in refused(people, open_case, "small", lead="Third Person", **ONE)
    assert NOBODY in refused(people, change_people, case.ref, lead="Third Person")


@pytest.mark.parametrize("name", ["", "L. Officer", " l.  officer "])
def test_a_lead_officer_who_is_known_and_none_at_all_are_taken(people: Office, name: str) -> None:
    case = people.do(open_case, "small", lead=name, **ONE)
    assert people.do(change_people, case.ref, lead=name, deputy="D. Officer").dossier.deputy == "D. Officer"


def test_a_lead_officer_may_name_themselves_entered_or_not(people: Office) -> None:
    assert people.do(open_case, "small", lead="A. Lead", name="A. Lead", role="lead_officer", **ONE).dossier.lead


def test_any_name_will_do_where_the_role_has_an_address_of_its_own_or_nobody_is_entered(office: Office) -> None:
    opened(office, lead="Third Person")  # its one contact is called as the role is
    office.do(retire_contact, LEAD)
    opened(office, lead="Third Person")
