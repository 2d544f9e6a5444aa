"""A verb is shown before it is done: nothing is changed by looking, and what was shown is what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from states.errors import StaleVersion
from tests.casework import asked, deciding, entries, messages, opened, refused
from tests.office import FIFE, MONDAY
from tests.story import SCOTLAND
from workflows.messages import chase
from workflows.messages.confirmed import Confirmed, confirm
from workflows.messages.deliver import Post
from workflows.verbs.change_calendar import apply_calendar, preview_change
from workflows.verbs.link import link
from workflows.verbs.people import change_people
from workflows.verbs.preview import Preview, preview, tried

if TYPE_CHECKING:
    from records.cases import Case
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


def drafted(office: Office) -> Case:
    """A case on which a letter to the chair waits for a yes."""
    case = asked(office, FIFE)
    for day in (3, 7, 14, 15, 29):
        office.now = MONDAY + timedelta(days=day)
        office.sweep()
    return case


def yes(uow: UnitOfWork, ref: str, seen: int | None = None) -> Preview[Confirmed | None]:
    post = Post("mailbox:///tmp", uow.keys, "cairn.example")
    return tried(uow, lambda: confirm(uow, ref, post, seen=seen), version_of=lambda done: done.seen)


def test_a_yes_to_drafted_letters_is_to_those_that_were_shown(office: Office) -> None:
    case = drafted(office)

    found = office.do(yes, case.ref)
    assert found.shown is not None
    assert [one.letter.role for one in found.shown.letters] == ["chair"]
    assert [row.status for row in messages(office, kind="escalation")][-1] == "held"

    office.do(change_people, case.ref, deputy="Somebody else")
    with pytest.raises(StaleVersion):
        office.do(chase.confirm, case.ref, seen=found.version)
    again = office.do(yes, case.ref)
    office.do(chase.confirm, case.ref, seen=again.version)
    assert str(office.do(yes, case.ref).refused) == f"No message of {case.ref} waits for a yes."


def test_a_changed_calendar_is_applied_to_the_cases_as_they_were_shown(office: Office) -> None:
    case = deciding(office)
    fresh = replace(SCOTLAND, holidays={**SCOTLAND.holidays, date(2026, 3, 11): "A day of mourning"})

    found = office.do(preview_change, fresh, "")
    assert [(one.key, one.after) for one in found.shown] == [("decision", date(2026, 3, 17))]
    assert found.refused is None
    assert office.case(case.ref).dossier.version == case.dossier.version

    office.do(change_people, case.ref, deputy="Somebody else")
    with pytest.raises(StaleVersion, match="has changed since it was shown"):
        office.do(apply_calendar, fresh, "Proclaimed.", seen=found.version)
    office.do(apply_calendar, fresh, "Proclaimed.", seen=office.do(preview_change, fresh, "").version)
    assert "there is nothing to apply" in str(office.do(preview_change, fresh, "Proclaimed.").refused)


def test_what_would_be_refused_is_shown_with_the_refusal(office: Office) -> None:
    case = opened(office)

    found = office.do(shown, case.ref, case.ref)

    assert (found.shown, str(found.refused)) == (case.dossier.state, "A case cannot be linked to itself.")
