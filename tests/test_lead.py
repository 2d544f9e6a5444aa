"""A lead officer whom nobody knows by that name is asked about, and no other takes the letters in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from records.database import transaction
from states.errors import BadAnswer
from workflows.verbs.contacts import check_lead

if TYPE_CHECKING:
    from tests.office import Office


def check(office: Office, name: str) -> None:
    with transaction(office.engine) as tx:
        check_lead(office.uow(tx), name)


def test_a_name_that_is_no_lead_officers_is_refused_with_those_there_are(office: Office) -> None:
    with pytest.raises(
        BadAnswer, match=r"'Third Person' is no lead officer whom Cairn can write to: there is lead_officer"
    ):
        check(office, "Third Person")


@pytest.mark.parametrize("name", ["", "lead_officer", " lead_officer "])
def test_a_lead_officer_who_is_known_and_none_at_all_are_taken(office: Office, name: str) -> None:
    check(office, name)


def test_where_no_lead_officer_is_entered_any_name_will_do(office: Office) -> None:
    from records import contacts

    with transaction(office.engine) as tx:
        for one in contacts.everybody(tx):
            if one.role == "lead_officer":
                contacts.retire(tx, one.id)

    check(office, "Third Person")
