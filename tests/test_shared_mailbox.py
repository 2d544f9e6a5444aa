"""Two agencies whose contact is one person with one mailbox: their letters are told apart by their subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.layout import LONGEST_SUBJECT
from tests.casework import asked, mailbox
from tests.office import FIFE

if TYPE_CHECKING:
    from tests.office import Office

LONG = ("Fife Health and Social Care Partnership: Acute Services", "Fife Health and Social Care Partnership: Nursing")


def subjects(office: Office) -> list[str]:
    office.deliver()
    return [str(one["Subject"]) for one in mailbox(office) if "please answer" in str(one["Subject"])]


def shared(office: Office, *agencies: str) -> None:
    """Agencies with one person at one mailbox, however its capitals are typed."""
    for agency, mailbox_ in zip(agencies, ("partnership@fife.example", "Partnership@Fife.example"), strict=True):
        office.add_contact("first", agency, address=mailbox_)


def test_letters_to_one_mailbox_of_two_agencies_say_in_their_subject_for_which_they_are(office: Office) -> None:
    shared(office, "Fife Council", "Fife Partnership")
    asked(office, "Fife Council", "Fife Partnership", FIFE)

    assert sorted(subjects(office)) == [
        "TST-2026-0001, Fife Council: please answer by 16 March",
        "TST-2026-0001, Fife Partnership: please answer by 16 March",
        "TST-2026-0001: please answer by 16 March",
    ]


def test_long_names_that_begin_alike_are_told_apart_and_the_subject_is_no_longer_than_any(office: Office) -> None:
    shared(office, *LONG)
    asked(office, *LONG)

    first, second = subjects(office)

    assert first != second
    assert max(len(first), len(second)) <= LONGEST_SUBJECT
    assert {one.partition(", ")[2].partition(": please")[0][-5:] for one in (first, second)} == {"vices", "rsing"}


def test_two_contacts_of_one_agency_at_one_mailbox_are_no_two_agencies(office: Office) -> None:
    shared(office, "Fife Council", "fife  council")
    asked(office, "Fife Council")

    assert subjects(office) == ["TST-2026-0001: please answer by 16 March"]
