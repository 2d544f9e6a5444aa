"""Opening a case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from records.cases import CASES
from records.database import transaction
from states.errors import StorageTrouble
from tests.casework import MEGABYTE, ODD, date_of, edited, entries, messages, opened, refused, transitions
from tests.office import FIFE, POLICE, small_edition
from workflows.verbs.advance import advance
from workflows.verbs.open import committee_case, open_case

if TYPE_CHECKING:
    from tests.office import Office

INFORMED = {"informed_on": "2026-03-01"}


def test_a_case_opens_with_one_entry_its_first_date_and_a_message_to_the_lead_officer(office: Office) -> None:
    case = opened(office, lead="Robin Example", deputy="Sam Example")

    (entry,) = entries(office, case)
    assert (entry.kind, entry.trigger, entry.dest, entry.sequence) == ("opened", "notify", "notified", 1)
    assert (case.dossier.state, case.dossier.version, case.dossier.agencies) == ("notified", 1, (FIFE, POLICE))
    assert (case.dossier.lead, case.dossier.deputy) == ("Robin Example", "Sam Example")
    assert date_of(case, "form").due_on == date(2026, 3, 8)
    assert [row.kind for row in messages(office)] == ["case_opened"]
    assert office.case(case.ref).dossier == case.dossier


def test_references_count_up_in_each_year_and_begin_again_with_the_next(office: Office) -> None:
    this_year = [opened(office).ref for _ in range(2)]
    office.now = datetime(2027, 1, 4, 9, tzinfo=UTC)
    next_year = opened(office).ref

    assert [*this_year, next_year] == ["TST-2026-0001", "TST-2026-0002", "TST-2027-0001"]


def test_a_refused_opening_uses_up_no_reference(office: Office) -> None:
    refused(office, open_case, "small")

    assert opened(office).ref == "TST-2026-0001"


def test_a_case_keeps_the_edition_it_was_opened_under(office: Office) -> None:
    case = opened(office)
    office.editions["small"] = edited(transitions=transitions(gather={"label": "Another step", "dest": "deciding"}))

    case = office.do(advance, case.ref, "gather")

    assert case.dossier.state == "gathering"
    assert opened(office).procedure.moves["notified", "gather"].dest == "deciding"


def test_a_notification_that_came_last_week_counts_from_its_own_day(office: Office) -> None:
    case = opened(office, on=date(2026, 2, 24))

    assert case.dossier.opened_on == date(2026, 2, 24)
    (entry,) = entries(office, case)
    assert (entry.happened_on, entry.happened_at, entry.recorded_at) == (date(2026, 2, 24), None, office.now)


def test_a_notifying_agency_is_remembered_for_the_answer(office: Office) -> None:
    office.editions["small"] = edited(
        transitions=transitions(notify={"notify": [{"tell": ["notifier"], "message": "acknowledged"}]})
    )

    case = opened(office, agency_of_actor=FIFE)

    assert case.dossier.notifier == FIFE
    assert entries(office, case)[0].actor.agency == "", "an officer who enters it is no member of the agency"
    assert [row.kind for row in messages(office)] == ["acknowledged"]


WRONG: list[tuple[dict[str, object], str]] = [
    ({"answers": {}}, "“Date the lead was informed” is missing: fill in 'informed_on', a date like 2026-03-02."),
    ({"answers": {"informed_on": "soon"}}, "must be a date written like 2026-03-02, not 'soon'"),
    ({"answers": {"informed_on": "2026-03-03"}}, "Date the lead was informed (3 March 2026) lies in the future"),
    ({"answers": {**INFORMED, "colour": "red"}}, "There is no field called 'colour' here: the fields are informed_on."),
    ({"answers": INFORMED, "trigger": "gather"}, "'gather' is not a step from 'a new case': the steps are notify."),
    ({"answers": INFORMED, "role": "chair"}, "is for the lead officer: committee chair may not do it."),
    (
        {"answers": INFORMED, "role": "stranger"},
        "for the lead officer, here written lead_officer: 'stranger' may not do it",
    ),
    ({"answers": INFORMED, "on": date(2026, 3, 3)}, "3 March 2026 lies in the future"),
    ({"answers": INFORMED, "reason": MEGABYTE}, "is 1,000,000 characters long: shorten it to 20,000"),
    ({"answers": INFORMED, "reason": ODD}, "holds a character that cannot be read (U+0007)"),
    ({"answers": INFORMED, "authority": MEGABYTE}, "characters long"),
    ({"answers": INFORMED, "agencies": (ODD,)}, "holds a character that cannot be read"),
    ({"answers": INFORMED, "agencies": (MEGABYTE,)}, "characters long"),
    ({"answers": INFORMED, "lead": "\x00"}, "holds a character that cannot be read"),
    ({"answers": INFORMED, "deputy": MEGABYTE}, "characters long"),
]


def test_an_opening_that_cannot_be_taken_is_refused_in_a_sentence_and_writes_nothing(office: Office) -> None:
    for wrong, says in WRONG:
        assert says in refused(office, open_case, "small", **wrong)


def test_all_that_stands_in_the_way_of_an_opening_is_said_at_once(office: Office) -> None:
    said = refused(office, open_case, "small", answers={"colour": "red"}, role="chair")

    assert len(said.splitlines()) == 3


def test_an_edition_without_a_first_step_opens_nothing(office: Office) -> None:
    closed_in = [move for move in transitions() if move.get("source")]
    office.editions["small"] = edited(transitions=closed_in)

    assert "no step that opens a case: choose another edition" in refused(office, open_case, "small", answers=INFORMED)


def test_the_committees_own_file_is_found_until_it_is_closed(office: Office) -> None:
    with transaction(office.engine) as tx:
        assert committee_case(office.uow(tx), "small-review") is None
    first = opened(office)

    with transaction(office.engine) as tx:
        found = committee_case(office.uow(tx), "small-review")

    assert found is not None
    assert found.ref == first.ref


def test_blanks_around_a_name_are_not_part_of_it(office: Office) -> None:
    case = opened(office, agencies=(f" {FIFE} ",), lead=" Robin Example ")

    assert (case.dossier.agencies, case.dossier.lead) == ((FIFE,), "Robin Example")


def test_the_small_edition_is_an_edition(office: Office) -> None:
    assert office.editions["small"].digest == small_edition().digest


def test_a_count_of_numbers_that_was_set_back_is_said_and_nothing_is_opened(office: Office) -> None:
    opened(office)
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE numbering SET last = last - 1 WHERE series LIKE 'TST-%'"))

    with pytest.raises(StorageTrouble, match="The number TST-2026-0001 has been given before: the count of TST-2026"):
        opened(office)
    assert [row.ref for row in office.rows(select(CASES.c.ref))] == ["TST-2026-0001"]
