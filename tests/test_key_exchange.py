"""A master key can be exchanged, or given up when it is lost: on record, and the record still verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from records import checkpoints, children, contacts
from records.children import ChildDetails
from records.contacts import CONTACTS
from records.database import reading, transaction
from records.keys import MasterKey
from tests.casework import entries, opened, refused
from tests.office import POLICE
from workflows.installation.key_exchange import Changed, exchange_key, give_up_lost_key, given_up_already
from workflows.verbs.people import add_child, names_of
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from records.cases import Case
    from tests.office import Office

WHY = "Our officer left."
LOST = "The laptop was stolen, and the copy in the safe was of another key."
FRESH = MasterKey(b"f" * 32)
ANOTHER = MasterKey(b"a" * 32)
CHILD = ChildDetails("Zoë Invented")


@pytest.fixture
def named(office: Office) -> Case:
    """A case with a child, one without, and a checkpoint of last night."""
    case = office.do(add_child, opened(office).ref, CHILD)
    opened(office)
    signed(office)
    return case


def signed(office: Office, folder: Path | None = None) -> None:
    with transaction(office.engine) as tx:
        checkpoints.checkpoint(tx, office.keys, folder, office.now)


def said(office: Office) -> tuple[list[str], tuple[str, ...]]:
    verdict = verify(office.engine, keys=office.keys)
    return [one.what for one in verdict.places], verdict.notes


def test_everything_is_read_with_the_new_key_and_nothing_with_the_old(office: Office, named: Case) -> None:
    assert office.do(exchange_key, FRESH, WHY) == Changed(1, 6)
    old, office.keys = office.keys, FRESH

    assert [one.name for one in office.do(names_of, named.ref)] == [CHILD.name]
    with reading(office.engine) as tx:
        assert contacts.address(tx, FRESH, 1, "email") == "first.nhsfife@example.org"
        assert not children.fits(tx, old)
        assert not contacts.fits(tx, old)
    last = entries(office, office.case(named.ref))[-1]
    assert (last.kind, last.reason, last.actor.role) == ("key_exchanged", WHY, "lead_officer")


def test_the_record_verifies_after_an_exchange_and_says_who_made_it(
    office: Office, named: Case, tmp_path: Path
) -> None:
    signed(office, tmp_path)
    office.do(exchange_key, FRESH, WHY, tmp_path)
    with reading(office.engine) as tx:
        checkpoints.write_kept(tx, tmp_path)
    office.keys = FRESH
    signed(office, tmp_path)

    places, (note,) = said(office)

    assert places == []
    assert note == f"On 2 March 2026 the master key was exchanged by The lead officer (lead officer): {WHY}"
    for number in (2, 3, 4, 5):
        assert verify(office.engine, against=tmp_path / f"{number:06}.json", keys=FRESH).ok
        assert verify(office.engine, ref=named.ref, against=tmp_path / f"{number:06}.json", keys=FRESH).ok


def test_a_key_is_exchanged_again_and_each_time_is_told(office: Office, named: Case) -> None:
    for fresh in (FRESH, ANOTHER):
        office.do(exchange_key, fresh, WHY)
        office.keys = fresh

    places, notes = said(office)

    assert (places, len(notes)) == ([], 2)
    assert office.case(named.ref).dossier.version == named.dossier.version + 2


def test_an_exchange_needs_the_key_in_use_another_one_a_reason_and_a_keeper(office: Office, named: Case) -> None:
    assert "Say why" in refused(office, exchange_key, FRESH, " ")
    assert "is the one in use" in refused(office, exchange_key, office.keys, WHY)
    assert "is for" in refused(office, exchange_key, FRESH, WHY, role="member")
    assert "name" in refused(office, exchange_key, FRESH, "Zoë Invented moved.")
    office.keys = ANOTHER
    assert "cannot be read with this master key" in refused(office, exchange_key, FRESH, WHY)
    assert not verify(office.engine, keys=office.keys).ok
    assert named.dossier.children == 1


def test_checkpoints_that_say_the_key_was_exchanged_need_the_word_of_the_old_one(office: Office, named: Case) -> None:
    was = checkpoints.public_key_of(office.keys)
    office.keys = FRESH
    with transaction(office.engine) as tx:
        change = checkpoints.KeyChange("exchanged", was, "Somebody", "lead_officer", WHY, 1)
        checkpoints.checkpoint(tx, FRESH, None, office.now, change)

    places, _ = said(office)

    assert places == [
        "checkpoint 2 says the key was exchanged, and checkpoint 1 does not",
        "the name of child 1 is damaged, or was put there from elsewhere",
    ]
    assert named.dossier.children == 1


def test_after_a_loss_names_are_gone_on_record_and_the_record_verifies_again(office: Office, named: Case) -> None:
    office.keys = FRESH
    assert said(office)[0] == ["checkpoint 1 is signed with another key"]

    assert office.do(give_up_lost_key, LOST) == Changed(1, 6)
    signed(office)

    places, (note,) = said(office)
    assert places == []
    assert note.startswith(
        f"On 2 March 2026 the master key was recorded as lost by The lead officer (lead officer): {LOST}"
    )
    assert "The names of 1 case(s) are gone" in note
    case = office.case(named.ref)
    last = entries(office, case)[-1]
    assert (last.kind, last.reason, last.data) == (
        "personal_data_erased",
        f"The master key was lost: {LOST}",
        {"key_lost": True},
    )
    assert case.dossier.erased
    with reading(office.engine) as tx:
        assert children.fits(tx, FRESH)
        assert contacts.fits(tx, FRESH)
        assert contacts.reachable(tx, office.now.date()).of_agency(POLICE) is None


def test_what_a_key_in_use_since_a_loss_does_not_read_is_still_to_be_given_up(office: Office, named: Case) -> None:
    (before,) = office.rows(CONTACTS.select().where(CONTACTS.c.agency == POLICE, CONTACTS.c.role == "first"))
    office.keys = FRESH
    office.do(give_up_lost_key, LOST)
    with reading(office.engine) as tx:
        assert given_up_already(tx, FRESH) == Changed(1, 6)

    with transaction(office.engine) as tx:
        tx.execute(CONTACTS.update().where(CONTACTS.c.id == before.id).values(channels=before.channels))

    with reading(office.engine) as tx:
        assert given_up_already(tx, FRESH) is None
    assert office.case(named.ref).dossier.erased


def test_what_the_present_key_reads_is_not_given_up(office: Office, named: Case) -> None:
    assert "nothing is lost" in refused(office, give_up_lost_key, LOST)
    assert "Say how" in refused(office, give_up_lost_key, " ")
    assert not named.dossier.erased


def test_no_second_key_comes_into_a_database_unseen(office: Office, named: Case) -> None:
    office.keys = FRESH

    other = opened(office).ref

    assert "cannot be read with this master key" in refused(office, add_child, other, CHILD)
    assert named.ref != other


def test_before_the_first_checkpoint_a_key_is_exchanged_or_given_up_too(office: Office) -> None:
    office.do(exchange_key, FRESH, WHY)
    office.keys = FRESH
    assert said(office)[0] == []

    office.keys = ANOTHER
    office.do(give_up_lost_key, LOST)

    assert (said(office)[0], len(said(office)[1])) == ([], 2)
