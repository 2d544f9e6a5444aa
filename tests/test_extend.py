"""More time on one date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.casework import ODD, asked, date_of, deciding, edited, entries, messages, part, refused
from tests.office import FIFE, POLICE
from workflows.verbs.extend import ask_extension, grant_extension, refuse_extension, withdraw_extension
from workflows.verbs.request import answer, decline, send_back

if TYPE_CHECKING:
    from tests.office import Office

KEY = "report/R1"
WHY = "Half of the team is ill."


def test_an_extension_granted_moves_the_date_and_keeps_the_first(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    case = office.do(ask_extension, case.ref, KEY, 7, WHY)
    assert date_of(case, KEY).due_on == date(2026, 3, 16)

    case = office.do(grant_extension, case.ref, "e1", role="chair")

    assert (date_of(case, KEY).due_on, date_of(case, KEY).original_on) == (date(2026, 3, 23), date(2026, 3, 16))
    assert date_of(case, "report/R2").due_on == date(2026, 3, 16)
    assert case.dossier.extensions["E1"].decided_by == "The chair"


def test_an_extension_taken_back_restores_exactly_the_date_there_was(office: Office) -> None:
    case = asked(office)
    before = date_of(case, KEY)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.do(grant_extension, case.ref, "E1", role="chair")

    case = office.do(withdraw_extension, case.ref, "E1", "Granted by mistake.", role="chair")

    assert date_of(case, KEY) == before
    assert case.dossier.extensions["E1"].status == "withdrawn"
    assert [entry.kind for entry in entries(office, case)][-3:] == [
        "extension_asked",
        "extension_granted",
        "extension_withdrawn",
    ]


def test_the_agency_is_told_each_time_its_date_moves_or_does_not(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY, role="member", agency_of_actor=FIFE)
    office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair")
    assert len(messages(office, kind="extension_decided")) == 1

    office.do(ask_extension, case.ref, KEY, 5, WHY, role="member", agency_of_actor=FIFE)
    office.do(grant_extension, case.ref, "E2", role="chair")
    office.do(withdraw_extension, case.ref, "E2", "By mistake.", role="chair")

    told = [row.facts for row in messages(office, kind="extension_decided")]
    assert ["refused" in told[0], "granted" in told[1], "withdrawn" in told[2]] == [True] * 3
    assert "Monday 16 March 2026" in told[2]


def test_more_time_for_the_committee_is_told_to_who_owes_the_date(office: Office) -> None:
    rule = {"asked_by": ["lead_officer"], "granted_by": ["chair"], "cite": ["S"]}
    office.editions["small"] = edited(timescales=part("timescales", "decision", extension=rule))
    case = deciding(office)
    office.do(ask_extension, case.ref, "decision", 3, WHY)

    case = office.do(grant_extension, case.ref, "E1", "Agreed.", role="chair", name="Ann Example")

    # three more working days after Monday 16 March
    assert date_of(case, "decision").due_on == date(2026, 3, 19)
    assert len(messages(office, kind="extension_decided")) == 1


def test_a_refusal_leaves_the_date_and_another_may_be_asked_for(office: Office) -> None:
    case = asked(office)
    before = date_of(case, KEY)
    office.do(ask_extension, case.ref, KEY, 7, WHY)

    case = office.do(refuse_extension, case.ref, "E1", "Two weeks are enough.", role="chair")

    assert date_of(case, KEY) == before
    assert office.do(ask_extension, case.ref, KEY, 2, WHY).dossier.extensions["E2"].status == "asked"


def test_a_new_clock_has_no_part_in_the_extension_of_the_old_one(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.do(grant_extension, case.ref, "E1", role="chair")
    office.do(answer, case.ref, FIFE)

    case = office.do(send_back, case.ref, FIFE, "Two pages are missing.")

    assert date_of(case, "report/R1#2").due_on == date(2026, 3, 16)


def test_what_cannot_be_asked_for_is_refused_with_all_that_is_wrong(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)

    assert refused(office, ask_extension, case.ref, KEY, 0, " ").splitlines() == [
        "Ask for at least one day.",
        "Say why more time is needed.",
        "More time has been asked for already and is not decided yet.",
    ]


def test_a_date_is_extended_only_so_often_and_so_far(office: Office) -> None:
    case = asked(office)
    assert "No more than 20 days in all" in refused(office, ask_extension, case.ref, KEY, 21, WHY)
    for number in ("E1", "E2"):
        office.do(ask_extension, case.ref, KEY, 10, WHY)
        office.do(grant_extension, case.ref, number, role="chair")

    assert refused(office, ask_extension, case.ref, KEY, 1, WHY).splitlines() == [
        "This date has been extended 2 times, which is as often as it may be.",
        "No more than 20 days in all may be granted on this date.",
    ]


def test_an_extension_that_was_taken_back_does_not_count_against_the_next(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 20, WHY)
    office.do(grant_extension, case.ref, "E1", role="chair")
    office.do(withdraw_extension, case.ref, "E1", "By mistake.", role="chair")

    case = office.do(ask_extension, case.ref, KEY, 20, WHY)

    assert case.dossier.extensions["E2"].status == "asked"


def test_who_asked_does_not_decide(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY, name="Ann Example")

    for verb in (grant_extension, refuse_extension):
        said = refused(office, verb, case.ref, "E1", "Yes.", role="chair", name="Ann Example")
        assert said == "Ann Example asked for this extension: somebody else must decide on it."


def test_a_wrong_request_for_time_is_refused_and_writes_nothing(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    asking = [
        (("nothing", 7, WHY), {}, "has no date called 'nothing'"),
        (("form", 7, WHY), {}, "Notification form: this date cannot be extended under this edition"),
        ((KEY, 7, ODD), {}, "cannot be read"),
        ((KEY, 7, WHY), {"role": "chair"}, "Asking for more time is for the lead officer"),
        ((KEY, 7, WHY), {"role": "member", "agency_of_actor": POLICE}, "Asking for more time is for"),
        ((KEY, 7, WHY), {"seen": 1}, "has changed since"),
    ]
    for arguments, more, says in asking:
        assert says in refused(office, ask_extension, case.ref, *arguments, **more)

    deciding_on_it = [
        (grant_extension, ("E9",), {}, "has no extension 'E9': it has E1."),
        (grant_extension, ("E1",), {"role": "lead_officer"}, "Deciding on more time is for the committee chair"),
        (grant_extension, ("E1", ODD), {}, "cannot be read"),
        (refuse_extension, ("E1", " "), {}, "refusing more time needs its reason"),
        (withdraw_extension, ("E1", WHY), {}, "The extension E1 was asked already."),
        (grant_extension, ("E1",), {"seen": 1}, "has changed since"),
    ]
    for verb, arguments, more, says in deciding_on_it:
        assert says in refused(office, verb, case.ref, *arguments, **{"role": "chair", **more})


def test_more_time_is_given_until_the_time_limit_that_shuts_it_has_gone_by(office: Office) -> None:
    rule = {"asked_by": ["lead_officer"], "granted_by": ["chair"], "most": 3, "not_after": "report"}
    office.editions["small"] = edited(timescales=part("timescales", "report", extension=rule))
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.do(grant_extension, case.ref, "E1", role="chair")  # the limit that shuts it is the one that was lengthened
    office.later(days=21)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.later(days=1)

    shut = "More time could be given until 23 March 2026 (Agency report): say why the date is missed."
    assert refused(office, grant_extension, case.ref, "E2", role="chair") == shut
    assert office.do(refuse_extension, case.ref, "E2", "Too late.", role="chair")
    assert refused(office, ask_extension, case.ref, KEY, 7, WHY) == shut


def test_what_was_decided_is_not_decided_again(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.do(grant_extension, case.ref, "E1", role="chair")

    assert "was granted already" in refused(office, grant_extension, case.ref, "E1", role="chair")
    assert "may not do it" in refused(office, withdraw_extension, case.ref, "E1", WHY)
    assert "needs its reason" in refused(office, withdraw_extension, case.ref, "E1", " ", role="chair")


def test_a_date_that_is_no_longer_owed_is_not_extended(office: Office) -> None:
    case = asked(office)
    office.do(answer, case.ref, FIFE)

    assert "report/R1 is no longer owed" in refused(office, ask_extension, case.ref, KEY, 7, WHY)


def test_more_time_that_nobody_decided_lapses_when_its_date_is_met(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    case = office.do(answer, case.ref, FIFE)

    assert case.dossier.undecided() == ()
    for verb in (grant_extension, refuse_extension):
        said = refused(office, verb, case.ref, "E1", "Too late.", role="chair")
        assert said == "The extension E1 has lapsed: the date was met. There is nothing left to decide."


def test_more_time_lapses_when_its_date_is_no_longer_owed(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.do(decline, case.ref, FIFE, "We hold nothing.")

    said = refused(office, grant_extension, case.ref, "E1", role="chair")

    assert said.startswith("The extension E1 has lapsed: the date is no longer owed.")


def test_more_time_granted_before_its_date_was_met_may_still_be_taken_back(office: Office) -> None:
    case = asked(office)
    office.do(ask_extension, case.ref, KEY, 7, WHY)
    office.do(grant_extension, case.ref, "E1", role="chair")
    case = office.do(answer, case.ref, FIFE)
    assert case.dossier.lapsed(case.dossier.extensions["E1"]) == ""

    case = office.do(withdraw_extension, case.ref, "E1", "By mistake.", role="chair")

    assert case.dossier.extensions["E1"].status == "withdrawn"


def test_more_days_than_the_calendar_has_are_refused(office: Office) -> None:
    unbounded = {"asked_by": ["lead_officer"], "granted_by": ["chair"], "cite": ["S"]}
    office.editions["small"] = edited(timescales=part("timescales", "report", extension=unbounded))
    case = asked(office)

    assert "Ask for no more than 3,653 days" in refused(office, ask_extension, case.ref, KEY, 10**9, WHY)


def test_where_nothing_was_asked_for_nothing_is_granted(office: Office) -> None:
    assert "it has none" in refused(office, grant_extension, asked(office).ref, "E1", role="chair")
