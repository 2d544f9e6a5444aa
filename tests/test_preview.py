"""A verb is shown before it is done: nothing is changed by looking, and what was shown is what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from states.errors import StaleVersion
from tests.casework import entries, opened, refused
from workflows.verbs.link import link
from workflows.verbs.preview import Preview, preview

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.unit_of_work import UnitOfWork


def shown(uow: UnitOfWork, ref: str, other: str, seen: int | None = None) -> Preview[str]:
    return preview(uow, ref, lambda case: case.dossier.state, lambda: link(uow, ref, other), seen=seen)


def test_looking_changes_nothing_and_the_verb_is_done_with_the_version_that_was_shown(office: Office) -> None:
    case, other = opened(office), opened(office)

    found = office.do(shown, case.ref, other.ref)

    assert (found.version, found.shown, found.refused) == (case.dossier.version, case.dossier.state, None)
    assert [one.kind for one in entries(office, case)] == ["opened"]
    office.do(link, case.ref, other.ref, seen=found.version)
    assert "has changed since you read it" in refused(office, link, case.ref, opened(office).ref, seen=found.version)
    with pytest.raises(StaleVersion):
        office.do(shown, case.ref, other.ref, found.version)


def test_what_would_be_refused_is_shown_with_the_refusal(office: Office) -> None:
    case = opened(office)

    found = office.do(shown, case.ref, case.ref)

    assert (found.shown, str(found.refused)) == (case.dossier.state, "A case cannot be linked to itself.")
