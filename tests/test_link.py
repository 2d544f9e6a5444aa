"""Cases that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records.database import transaction
from tests.casework import ODD, entries, opened, refused
from workflows.verbs.link import link, unlink

if TYPE_CHECKING:
    from collections.abc import Callable

    from records.cases import Case
    from tests.office import Office


def both(office: Office, verb: Callable[..., Any], *arguments: str) -> tuple[Case, Case]:
    with transaction(office.engine) as tx:
        done: tuple[Case, Case] = verb(office.uow(tx), *arguments)
    return done


ONE, TWO = "TST-2026-0001", "TST-2026-0002"


def test_both_histories_say_how_two_cases_belong_together(office: Office) -> None:
    opened(office)
    opened(office)

    later, earlier = both(office, link, TWO.lower(), ONE, "follows", "The same family.")

    assert (later.dossier.links, earlier.dossier.links) == ({ONE: "follows"}, {TWO: "followed_by"})
    assert [entries(office, case)[-1].reason for case in (later, earlier)] == ["The same family."] * 2


def test_a_link_taken_away_is_gone_from_both_and_both_still_tell_of_it(office: Office) -> None:
    opened(office)
    opened(office)
    office.do(link, ONE, TWO)

    first, second = both(office, unlink, TWO, ONE, "Not the same family after all.")

    assert (first.dossier.links, second.dossier.links) == ({}, {})
    for case in (first, second):
        assert [entry.kind for entry in entries(office, case)] == ["opened", "linked", "unlinked"]


def test_a_link_that_cannot_be_is_refused_and_written_in_neither(office: Office) -> None:
    opened(office)
    opened(office)

    assert refused(office, link, ONE, f" {ONE.lower()} ") == "A case cannot be linked to itself."
    assert "A link is one of same_child, sibling" in refused(office, link, ONE, TWO, "cousin")
    assert "There is no case" in refused(office, link, ONE, "TST-1999-0001")
    assert "Linking cases is for" in refused(office, link, ONE, TWO, role="member")
    assert "cannot be read" in refused(office, link, ONE, TWO, "related", ODD)
    assert f"{ONE} and {TWO} are not linked." in refused(office, unlink, ONE, TWO, "Why not.")
    office.do(link, ONE, TWO)
    assert f"{TWO} and {ONE} are linked already." in refused(office, link, TWO, ONE)
    assert "Say why the link is taken away." in refused(office, unlink, ONE, TWO, " ")
