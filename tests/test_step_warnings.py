"""What somebody is shown before the yes to a step that nothing forbids, and that few would mean."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from records import cases
from records.database import transaction
from states.procedure import Procedure
from tests.casework import asked, date_of, deciding, edited, reviewing, transitions
from tests.office import FIFE, shipped_edition
from tests.test_recommend import proposed
from tests.test_web_deeds import does, gathering
from workflows.verbs.advance import advance
from workflows.verbs.extend import ask_extension, refuse_extension
from workflows.verbs.open import open_case
from workflows.verbs.request import promise
from workflows.views.outcome import outcome

if TYPE_CHECKING:
    from records.cases import Case
    from tests.desk import Committee
    from tests.office import Office

DECIDED = {"name": "decided_on", "label": "Date of the decision", "kind": "date"}
"""Asked for by the step that decides on a review."""
REJECTED = {"decided_on": "2026-03-02"}
BY_COMMITTEE = {"authority": "child_protection_committee"}


def warned(office: Office, case: Case, step: str, **given: Any) -> list[str]:
    with transaction(office.engine) as tx:
        uow = office.uow(tx, "chair")
        return [str(one) for one in outcome(uow, case, advance(uow, case.ref, step, **given)[0]).warnings]


@pytest.mark.parametrize(
    ("decided", "on", "optional", "said"),
    [
        ("2026-03-05", None, False, True),
        ("2026-03-05", date(2026, 3, 5), False, False),
        ("2026-03-09", None, False, False),
        ("2026-03-05", None, True, False),
    ],
    ids=["another day", "the day it happened", "today", "may be left out"],
)
def test_a_step_that_gives_an_earlier_day_than_it_counts_from_says_so(
    office: Office, decided: str, on: date | None, optional: bool, said: bool
) -> None:
    moves = transitions(decide_review={"fields": [DECIDED | {"required": not optional}]})
    office.editions["small"] = edited(transitions=moves)
    case = deciding(office)
    office.later(days=7)

    words = warned(office, case, "decide_review", answers={"decided_on": decided}, reason="To learn.", on=on)

    whole = (
        "“Date of the decision” is 5 March 2026, and the step counts as taken today, 9 March 2026: the dates that go "
        "by the step go by today. If it was taken on 5 March 2026, give that as the day it happened."
    )
    assert words == ([whole] if said else [])


def test_the_last_day_of_the_year_that_is_summed_up_is_not_taken_for_the_day_of_the_summary(office: Office) -> None:
    whole = shipped_edition("scotland-committee-year").model_dump(by_alias=True)
    whole["timescales"]["yearly_summary"] |= {"limit": 3, "unit": "months"}
    rules = Procedure.model_validate(whole)
    office.editions[rules.name] = rules
    case = office.do(open_case, rules.name)
    office.later(days=200)
    counts = {"summary_file": "file 3", "cases_considered": 0, "cases_reviewed": 0, "into_learning_cycle": "Nothing."}

    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        summed = advance(uow, case.ref, "record_yearly_summary", answers={**counts, "summary_year_to": "2026-03-31"})
        warned = [str(one) for one in outcome(uow, case, summed[0]).warnings]

    assert not [one for one in warned if "the step counts as taken today" in one]
    assert date_of(summed[0], "yearly_summary").late is True


def test_closing_a_case_says_which_of_its_recommendations_are_still_open(office: Office) -> None:
    review = reviewing(office)
    first, second = proposed(office, review.ref).case.ref, proposed(office, review.ref, text="Another.").case.ref
    office.do(advance, first, "reject", role="chair", answers=REJECTED, reason="Done long ago.", **BY_COMMITTEE)

    (said,) = warned(office, review, "publish")

    assert said == (
        f"1 recommendation of this case is still open: {second} (Proposed). "
        "Closing the case does not end what is open: it is followed on, with its own dates."
    )


def test_refusing_more_time_says_that_a_day_promised_after_the_due_day_counts_no_more(office: Office) -> None:
    case, said = asked(office), dict[int, tuple[str, ...]]()
    for day in (20, 14):
        office.do(promise, case.ref, FIFE, date(2026, 3, day))
        case = office.do(ask_extension, case.ref, "report/R1", 4, "Half of the team is ill.", name="A. Clerk")
        with transaction(office.engine) as tx:
            uow = office.uow(tx, "chair")
            number = f"E{len(case.dossier.extensions)}"
            said[day] = outcome(uow, case, refuse_extension(uow, case.ref, number, "It was time enough.")[0]).warnings

    assert said == {
        20: (
            (
                "NHS Fife promised it for 20 March 2026. As more time is refused, that day counts no more: reminders "
                "go by 16 March 2026 again, and the letter about the refusal says so. To leave them in peace until "
                "another day, record that as promised."
            ),
        ),
        14: (),
    }


@pytest.mark.parametrize(("day", "warned"), [(date(2027, 3, 3), False), (date(2028, 3, 2), True)])
def test_a_day_promised_more_than_a_year_ahead_is_asked_about(day: date, *, warned: bool, office: Office) -> None:
    case = asked(office)
    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        before = cases.find(tx, case.ref)
        after, _ = promise(uow, case.ref, FIFE, day)
        said = outcome(uow, before, after).warnings

    far = "The day promised is 2 March 2028, 24 months ahead: check the year. Once it is recorded, no reminder comes"
    assert any(far in str(one) for one in said) is warned


def test_the_desk_asks_about_a_day_promised_years_ahead_before_it_is_recorded(desk: Committee) -> None:
    ref, lead = gathering(desk), desk.sign_in()
    does(lead, f"/cases/{ref}/requests", agencies="NHS Fife", what="information")
    lead.get(f"/cases/{ref}/requests/R1/promise")

    assert "5 March 2062, 432 months ahead: check the year." in lead.send(until="5/3/2062").text
