"""A case at the terminal: opened, shown, listed, advanced, corrected, moved; each command tells what it did."""

from __future__ import annotations

import json
import re

import pytest
from typer import BadParameter

from cli.errors import at_the_terminal
from cli.form_input import given
from config.phrases import BEGIN_WITH, NO_COMMITTEE
from states.steps import Field
from tests.office import small_edition
from tests.terminal import AGENCIES, FORM, REPORT, Terminal, at_a_screen

ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ALERTED = (
    *("--as", "notification_acceptor", "--authority", "child_protection_committee"),
    *("--field", "acknowledged_on=2026-03-02", "--field", "agencies_alerted=NHS Fife"),
)
FORM_OF_2021 = tuple(word.replace("2026-03-02", "2021-08-31") for word in FORM)
NOTIFIED_OF_2024 = ("--of", "NHS Fife", "--field", "notification_form=file 1", "--field", "notified_criteria=harmed")
DECIDED = (
    "--field",
    "decided_on=2026-03-04",
    "--field",
    "limb=not_died",
    "--field",
    "significant_harm=yes",
    "--field",
    "event_test=Considered.",
    "--field",
    "service_concern=no:None was found.",
    "--field",
    "learning_to_gain=no:None was found.",
    "--field",
    "no_review_ground=criteria_not_met",
    "--field",
    "file_notes=yes",
)


@pytest.fixture
def staffed(terminal: Terminal) -> Terminal:
    terminal.enters_everybody()
    return terminal


def closed(terminal: Terminal) -> str:
    """A case that was decided against; gives its reference."""
    ref = terminal.gathers()
    terminal.now = "2026-03-04T10:00"
    for agency in ("NHS Fife", "Police Scotland"):
        terminal.types("request", "answer", ref, agency, *REPORT)
    terminal.types("advance", ref, "all_received")
    authority = ("--as", "icr_decider", "--authority", "delegated_group")
    terminal.types("advance", ref, "decide_no_review", *authority, *DECIDED)
    assert terminal.code == 0, terminal.err
    return ref


def test_opening_a_case_tells_what_began_and_who_will_be_told(staffed: Terminal) -> None:
    said = staffed.types("open", "scotland-scr-2015", *FORM, *AGENCIES)

    assert staffed.code == 0
    assert said.startswith("SCR-2026-0001  Open a case with its notification form: Notified\n")
    assert "Acknowledge the notification and alert the agencies: due Tue 3 March 2026, in 1 day" in said
    assert "Decision on the initial case review: no limit set: ask your committee" in said
    assert "The lead: case opened, by email" in said


def test_opening_a_case_without_a_committees_file_says_what_follows_and_where_to_begin(terminal: Terminal) -> None:
    without = terminal.types("open", "scotland-learning-review-2024", "--step", "notify", *NOTIFIED_OF_2024)
    terminal.env["CAIRN_COMMITTEE"] = "example-committee"
    with_one = terminal.types("open", "scotland-learning-review-2024", "--step", "notify", *NOTIFIED_OF_2024)

    assert without.splitlines()[-1] == f"{NO_COMMITTEE} {BEGIN_WITH}"
    assert "committee's file" not in with_one
    assert "CAIRN_COMMITTEE" not in with_one


def test_opening_a_case_under_a_withdrawn_edition_says_which_took_its_place(terminal: Terminal) -> None:
    said = terminal.types("open", "scotland-scr-2015", *FORM)
    before = terminal.types("open", "scotland-scr-2015", *FORM_OF_2021, "--on", "2021-08-31")
    current = terminal.asks("open", "scotland-learning-review-2024", "--step", "notify", *NOTIFIED_OF_2024)

    assert (
        "scotland-scr-2015 was withdrawn (September 2021). "
        "scotland-learning-review-2021 and then scotland-learning-review-2024 took its place." in said
    )
    assert "cairn case move SCR-2026-0001 EDITION --preview" in said
    assert "withdrawn" not in before
    assert current["warnings"] == [f"{NO_COMMITTEE} {BEGIN_WITH}"]


def test_the_lead_officer_who_opens_a_case_leads_it_unless_another_is_named(terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", *FORM)
    terminal.types("open", "scotland-scr-2015", *FORM, "--lead", "B. Other", "--deputy", "C. Third")

    leads = [(one["lead"]) for one in terminal.asks("list")["cases"]]
    assert sorted(leads) == ["A. Example", "B. Other"]


def test_an_agency_notifies_in_its_own_name(terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", *FORM, *AGENCIES, "--as", "designated_person", "--of", "NHS Fife")

    entry = terminal.asks("history", "SCR-2026-0001")["entries"][0]
    who = {"name": "A. Example", "role": "designated_person", "agency": "NHS Fife", "acting_for": "", "account": ""}
    assert entry["actor"] == who
    assert entry["data"]["notifier"] == "NHS Fife"


def test_what_is_recorded_may_come_from_a_file_or_from_standard_input(terminal: Terminal) -> None:
    fields = {"lead_informed_on": "2026-03-02", "others_safe": {"answer": "no", "reason": "A sibling is seen daily."}}
    (terminal.folder / "fields.json").write_text(json.dumps(fields))

    from_file = terminal.asks("open", "scotland-scr-2015", "--fields", "fields.json")
    piped = json.loads(terminal.types("open", "scotland-scr-2015", "--fields", "-", "--json", keys=json.dumps(fields)))

    assert (from_file["state"], piped["state"]) == ("raised", "raised")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--field", "nothing"), "write a field as name=value"),
        (("--field", "lead_informed_on=20260302"), "write a date like 2026-03-02"),
        (("--field", "others_safe=yes", "--field", "others_safe=no"), "is given twice"),
        (("--fields", "missing.json"), "cannot be read"),
        (("--fields", "broken.json"), "is not JSON"),
        (("--fields", "list.json"), "must be one object"),
    ],
)
def test_fields_that_cannot_be_read_are_wrong_usage(words: tuple[str, ...], said: str, terminal: Terminal) -> None:
    (terminal.folder / "broken.json").write_text("{")
    (terminal.folder / "list.json").write_text("[]")

    terminal.types("open", "scotland-scr-2015", *words)

    assert terminal.code == 2
    assert said in terminal.err


def test_an_edition_that_is_not_there_is_refused_and_those_there_are_named(terminal: Terminal) -> None:
    terminal.types("open", "scotland-2099")

    assert terminal.code == 1
    assert "scotland-scr-2015" in terminal.err


def test_the_page_of_a_case_shows_where_it_stands_and_what_can_be_done(staffed: Terminal) -> None:
    ref = staffed.gathers()
    staffed.now = "2026-03-20"

    said = staffed.types("show", ref)

    assert f"{ref}  Significant case review: Gathering agency reports" in said
    assert "Waiting on    NHS Fife, Police Scotland" in said
    assert "Mon 16 March 2026, 4 days overdue: Agency report (NHS Fife)" in said
    assert f"reason wanted (cairn case missed {ref} agency_report/R1)" in said
    assert "no limit set: ask your committee" in said
    assert "Not yet" in said
    assert "Waiting for Agency report for the initial case review from NHS Fife, Police Scotland." in said


def test_the_page_says_the_same_in_json(staffed: Terminal) -> None:
    ref = staffed.gathers()

    found = staffed.asks("show", ref)

    report = next(one for one in found["dates"] if one["key"] == "agency_report/R1")
    assert (report["due"], report["days"], report["overdue"]) == ("2026-03-16", 14, False)
    assert [one["step"] for one in found["cannot"]] == ["all_received"]
    assert found["waiting_on"] == ["NHS Fife", "Police Scotland"]
    assert found["phase"] == "referral"


def test_the_steps_are_those_of_the_role_that_asks(terminal: Terminal) -> None:
    ref = terminal.opens()

    mine = terminal.asks("show", ref)
    theirs = terminal.asks("show", ref, "--as", "notification_acceptor")
    terminal.env["CAIRN_ROLE"] = ""
    anybodys = terminal.asks("show", ref)

    assert "acknowledge_and_alert" in {one["step"] for one in mine["cannot"]}
    assert "acknowledge_and_alert" in {one["step"] for one in theirs["can"]}
    assert "acknowledge_and_alert" in {one["step"] for one in anybodys["can"]}


def test_a_step_that_is_refused_says_every_obstacle_and_changes_nothing(terminal: Terminal) -> None:
    ref = terminal.opens()

    terminal.types("advance", ref, "acknowledge_and_alert")

    assert terminal.code == 1
    assert "Say on whose authority this is done" in terminal.err
    assert "is for the holder of the authority to accept a notification" in terminal.err
    assert "fill in 'acknowledged_on'" in terminal.err
    assert terminal.asks("show", ref)["version"] == 1


def test_a_step_taken_from_an_old_page_is_refused(terminal: Terminal) -> None:
    ref = terminal.gathers()

    terminal.types("request", "decline", ref, "NHS Fife", "--reason", "Not known to us.", "--seen", "1")

    assert terminal.code == 1
    assert "has changed since you read it (you saw version 1, it is now 3)" in terminal.err


def test_a_late_answer_reminds_that_the_reason_is_wanted(staffed: Terminal) -> None:
    ref = staffed.gathers()
    staffed.now = "2026-03-20T10:00"

    said = staffed.types("request", "answer", ref, "NHS Fife", *REPORT)
    after = staffed.types("case", "missed", ref, "agency_report/R1", "--reason", "Staff were away.")

    assert "Agency report (NHS Fife): met late" in said
    assert f"cairn case missed {ref} agency_report/R1" in said
    assert "Agency report (NHS Fife): the reason is on record" in after
    assert "missed because: Staff were away." in staffed.types("show", ref)


def test_the_list_puts_the_overdue_first_then_the_soonest(terminal: Terminal) -> None:
    terminal.opens()
    late = terminal.gathers()
    terminal.now = "2026-03-03"
    soon = terminal.opens()
    terminal.now = "2026-03-18"

    found = terminal.asks("list")["cases"]

    assert [one["ref"] for one in found] == ["SCR-2026-0001", soon, late]
    assert [one["overdue"] for one in found] == [True, True, True]
    assert found[2]["next_label"] == "Agency report (NHS Fife)"
    assert found[2]["waiting_on"] == ["NHS Fife", "Police Scotland"]
    assert found[2]["reason_wanted"] == ["agency_report/R1", "agency_report/R2"]


def test_the_list_can_be_narrowed(terminal: Terminal) -> None:
    first, gathering = terminal.opens(), terminal.gathers()
    asked = {
        "overdue": ("--overdue",),
        "soon": ("--due-within", "1"),
        "police": ("--waiting-on", "Police Scotland"),
        "referral": ("--phase", "referral"),
        "review": ("--phase", "review"),
        "lead": ("--lead", "a. example"),
        "closed": ("--closed",),
        "all": ("--all",),
    }

    found = {name: [one["ref"] for one in terminal.asks("list", *words)["cases"]] for name, words in asked.items()}

    assert found == {
        "overdue": [],
        "soon": [first],
        "police": [gathering],
        "referral": [first, gathering],
        "review": [],
        "lead": [first, gathering],
        "closed": [],
        "all": [first, gathering],
    }


def test_the_list_says_how_many_more_there_are(terminal: Terminal) -> None:
    for _ in range(3):
        terminal.opens()

    assert terminal.asks("list", "--most", "2")["more"] == 1
    assert "1 more case: narrow the list, or show more with --most." in terminal.types("list", "--most", "2")
    assert "more case" not in terminal.types("list", "--most", "3")


def test_an_empty_list_says_what_to_do(terminal: Terminal) -> None:
    assert "cairn open begins one" in terminal.types("list")

    terminal.types("list", "--phase", "somewhere")
    assert terminal.code == 2


def test_a_closed_case_is_listed_apart_and_can_be_opened_again(staffed: Terminal) -> None:
    ref = closed(staffed)

    listed = staffed.types("list", "--closed")
    new = ("--field", "new_information=A witness came forward.", "--reason", "New information.")
    said = staffed.types("case", "reopen", ref, *new)
    staffed.types("case", "reopen", ref, *new)

    assert f"{ref}  Closed: no review" in listed
    assert "closed Wed 4 March 2026" in listed
    assert "Stands in  Initial case review under consideration (it stood in: Closed: no review)" in said
    assert staffed.code == 1
    assert "no step reopens it from here" in staffed.err


def test_the_history_tells_who_did_what(staffed: Terminal) -> None:
    ref = staffed.gathers()

    said = staffed.types("history", ref)

    assert "1  Mon 2 March 2026: Open a case with its notification form: Notified" in said
    assert "A. Example (holder of the authority to accept a notification); at" in said
    assert "- On the authority of: Child protection committee" in said
    assert "3  Mon 2 March 2026: Agency report for the initial case review asked of NHS Fife, Police Scotland" in said


def test_the_history_as_at_a_day_shows_only_what_was_recorded_by_then(staffed: Terminal) -> None:
    ref = staffed.gathers()
    staffed.now = "2026-03-09T10:00"
    staffed.types("request", "answer", ref, "NHS Fife", *REPORT, "--on", "2026-03-05")

    then = staffed.asks("history", ref, "--as-at", "2026-03-08")
    later = staffed.asks("history", ref, "--as-at", "2026-03-09")
    never = staffed.types("history", ref, "--as-at", "2026-03-01")

    assert [one["kind"] for one in then["entries"]] == ["opened", "advanced", "requested"]
    owed = {one["key"] for one in then["then"]["dates"]}
    assert {"agency_report/R1", "agency_report/R2"} <= owed
    assert len(later["entries"]) == 4
    assert "agency_report/R1" not in {one["key"] for one in later["then"]["dates"]}
    assert "Nothing had been recorded by then." in never
    assert "What the case added up to" in staffed.types("history", ref, "--as-at", "2026-03-08")


def test_the_children_of_a_case_are_kept_out_of_the_history(staffed: Terminal) -> None:
    ref = staffed.opens()

    said = staffed.types("case", "child", "add", ref, "--born", "2015-01-02", keys="Skye Invented\n")
    names = staffed.asks("case", "children", ref)
    staffed.types("case", "people", ref, "--deputy", "B. Other", "--reason", "Skye is known to the deputy.")

    assert "Child 1 entered" in said
    assert names == [{"number": 1, "name": "Skye Invented", "born": "2015-01-02", "identifiers": {}}]
    assert staffed.code == 1
    assert "The text seems to name child 1" in staffed.err
    assert "Skye" not in staffed.types("history", ref, "--json")


def test_erasing_the_names_leaves_the_history(staffed: Terminal) -> None:
    ref = staffed.opens()
    staffed.types("case", "child", "add", ref, keys="Skye Invented\n")

    erasing = ("case", "erase", ref, "--reason", "The time for keeping them is over.")

    shown = staffed.types(*erasing)
    assert (staffed.code, "child 1 go" in shown, "add --yes" in staffed.err) == (1, True, True)
    assert len(staffed.asks("case", "children", ref)) == 1
    assert "Skye" not in staffed.types(*erasing, "--yes")

    assert staffed.asks("case", "children", ref) == []
    assert "names erased" in staffed.types("show", ref)
    assert len(staffed.asks("history", ref)["entries"]) == 3


def test_a_child_without_a_name_or_a_number_without_a_kind_is_wrong_usage(terminal: Terminal) -> None:
    ref = terminal.opens()

    terminal.types("case", "child", "add", ref, keys="\n")
    assert terminal.code == 2

    terminal.types("case", "child", "add", ref, "--identifier", "0201151234", keys="Skye Invented\n")
    assert terminal.code == 2


def test_cases_are_linked_and_unlinked_on_both_sides(terminal: Terminal) -> None:
    one, other = terminal.opens(), terminal.opens()

    terminal.types("case", "link", one, other, "--kind", "follows")
    linked = terminal.asks("show", other)["links"]
    terminal.types("case", "unlink", one, other, "--reason", "Linked by mistake.")

    assert linked == {one: "followed_by"}
    assert terminal.asks("show", other)["links"] == {}


def test_an_earlier_entry_is_put_right_and_its_date_moves(terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", "--field", "lead_informed_on=2026-03-02", "--field", "others_safe=yes")

    said = terminal.types(
        "case", "correct", "SCR-2026-0001", "1", "--field", "lead_informed_on=2026-02-27", "--reason", "Misread."
    )

    assert "Entry 1 put right: “Date the lead was first informed” is Fri 27 February 2026" in said
    assert "Notification form: moves from Mon 9 March 2026 to Fri 6 March 2026, in 4 days" in said


def test_a_day_that_should_not_stand_is_left_empty_by_its_name(terminal: Terminal) -> None:
    day = "concern_recognised_on"
    terminal.types("open", "scotland-scr-2015", "--field", "lead_informed_on=2026-03-02", "--field", "others_safe=yes")
    put_right = ("case", "correct", "SCR-2026-0001", "1", "--reason", "Misread.")
    terminal.types(*put_right, "--emptied", day)
    assert "“Date the agency recognised a possible case” is empty: entry 1 recorded nothing there." in terminal.err
    terminal.types(*put_right, "--field", f"{day}=2026-02-27")

    said = terminal.types(*put_right, "--emptied", day)

    assert "“Date the agency recognised a possible case” should have been left empty (it was Fri 27 February" in said


def test_the_people_of_a_case_change(terminal: Terminal) -> None:
    ref = terminal.opens()

    said = terminal.types("case", "people", ref, "--lead", "B. Other", "--joined", "Fife Council", "--left", "NHS Fife")

    assert "lead officer: B. Other; Fife Council joined; NHS Fife left" in said
    assert terminal.asks("show", ref)["agencies"] == ["Police Scotland", "Fife Council"]


def test_who_holds_a_role_on_a_case_is_named_shown_and_asked_to_be_entered(staffed: Terminal) -> None:
    ref = staffed.opens()

    said = staffed.types("case", "people", ref, "--named", "lead_reviewer=R. One", "--named", "lead_reviewer=R. Two")

    assert "Lead reviewer: R. One, R. Two" in said
    assert "R. Two is named as Lead reviewer and is not entered: no letter goes to them (cairn contact add" in said
    assert "Lead reviewer  R. One, R. Two" in staffed.types("show", ref)
    staffed.types("case", "people", ref, "--named", "R. One")
    assert "write the role and the name as ROLE=NAME" in staffed.err


def test_a_move_to_another_edition_is_shown_before_it_is_done(terminal: Terminal) -> None:
    ref = terminal.opens()

    shown = terminal.types("case", "move", ref, "scotland-learning-review-2024", "--preview")
    untouched = terminal.asks("show", ref)
    said = terminal.types(
        "case", "move", ref, "scotland-learning-review-2024", "--yes", "--reason", "The new guidance is in force."
    )

    assert "What would change; nothing has been done yet" in shown
    assert (untouched["edition"], untouched["version"]) == ("scotland-scr-2015", 1)
    assert "Moved to the edition scotland-learning-review-2024" in said
    assert terminal.asks("show", ref)["edition"] == "scotland-learning-review-2024"
    assert terminal.asks("history", ref)["entries"][0]["says"].startswith("Open a case with its notification form")


MOVE = ("case", "move", "SCR-2026-0001", "scotland-learning-review-2024", "--reason", "The new guidance is in force.")


def test_a_move_that_nobody_can_be_asked_about_is_refused_after_it_was_shown(terminal: Terminal) -> None:
    terminal.opens()

    shown = terminal.types(*MOVE)

    assert terminal.code == 1
    assert "What would change; nothing has been done yet" in shown
    assert "--yes" in terminal.err
    assert "--yes" in terminal.asks(*MOVE)["refused"][0]
    assert terminal.asks("show", "SCR-2026-0001")["edition"] == "scotland-scr-2015"


def test_a_move_is_done_when_the_person_asked_says_yes_and_not_when_they_say_no(terminal: Terminal) -> None:
    terminal.opens()

    declined, first = at_a_screen(terminal, *MOVE, "--now", terminal.now, keys="n\n", TERM="dumb")
    untouched = terminal.asks("show", "SCR-2026-0001")["edition"]
    agreed, second = at_a_screen(terminal, *MOVE, "--now", terminal.now, keys="y\n", TERM="dumb")

    assert (declined, agreed) == (1, 0)
    assert "Move SCR-2026-0001 to scotland-learning-review-2024? [y/N]" in first
    assert "Nothing was done." in first
    assert untouched == "scotland-scr-2015"
    assert "Moved to the edition scotland-learning-review-2024" in second


def test_what_would_refuse_a_move_is_said_after_it_was_shown_and_before_anybody_is_asked(terminal: Terminal) -> None:
    terminal.opens()

    shown = terminal.types("case", "move", "SCR-2026-0001", "scotland-learning-review-2024")

    assert terminal.code == 1
    assert "What would change; nothing has been done yet" in shown
    assert terminal.err == '- Say why the case moves to another edition (--reason "...").\n'


def test_a_refusal_in_json_is_the_sentence_without_the_options_of_the_terminal(terminal: Terminal) -> None:
    terminal.opens()

    said = terminal.types("case", "move", "SCR-2026-0001", "scotland-learning-review-2024", "--json")

    assert json.loads(said) == {"refused": ["Say why the case moves to another edition."]}


@pytest.mark.parametrize(
    ("obstacle", "option"),
    [
        ("Say why: this step needs its reason.", '--reason "..."'),
        ("Say on whose authority this is done: one of committee (The committee).", "--authority NAME"),
        ("The chair may go on without them, giving the reason.", '--override "..."'),
    ],
)
def test_an_obstacle_at_the_terminal_ends_with_the_option_that_it_asks_for(obstacle: str, option: str) -> None:
    assert at_the_terminal(obstacle) == f"{obstacle[:-1]} ({option})."


def test_an_obstacle_that_names_its_option_or_needs_none_stays_as_it_is() -> None:
    for obstacle in ("Say why the messages are kept back (--reason).", "There is no case."):
        assert at_the_terminal(obstacle) == obstacle


def test_more_time_is_asked_for_and_granted(staffed: Terminal) -> None:
    ref = staffed.gathers()

    asked = staffed.types("extend", "ask", ref, "agency_report/R1", "3", "--reason", "Records are in the archive.")
    granted = staffed.types("extend", "grant", ref, "e1", "--as", "chair", "--name", "C. Chair")

    assert "3 more calendar days asked for Agency report (E1)" in asked
    taken = staffed.types("extend", "withdraw", ref, "E1", "--reason", "A mistake.", "--as", "chair")
    assert "moves from Mon 16 March 2026 to Thu 19 March 2026, in 17 days" in granted
    assert "NHS Fife (first contact): extension decided, by email" in granted
    assert "moves from Thu 19 March 2026 to Mon 16 March 2026" in taken


def test_more_time_is_refused_with_its_reason(staffed: Terminal) -> None:
    ref = staffed.gathers()
    staffed.types("extend", "ask", ref, "agency_report/R1", "3", "--reason", "Records are in the archive.")

    staffed.types("extend", "refuse", ref, "E1", "--as", "chair", "--name", "C. Chair")

    assert staffed.code == 1
    assert "needs its reason" in staffed.err


def test_a_promise_names_its_day_and_an_acknowledgement_after_the_date_is_sent_to_one(staffed: Terminal) -> None:
    ref = staffed.gathers()

    staffed.types("request", "promise", ref, "NHS Fife")
    dayless = (staffed.code, staffed.err)
    staffed.now = "2026-03-20T10:00"
    staffed.types("request", "acknowledge", ref, "NHS Fife")

    assert dayless[0] == 2
    assert "--until" in dayless[1]
    assert staffed.code == 1
    assert "has gone by. Say until when: record the day it promises (cairn request promise)." in staffed.err


def test_a_request_without_a_limit_is_acknowledged_and_named_no_day(staffed: Terminal) -> None:
    form = ("--of", "NHS Fife", "--field", "notification_form=file 26/1", "--field", "notified_criteria=harmed")
    opened = ("open", "scotland-learning-review-2024", "--step", "notify", *AGENCIES, *form)
    ref = str(staffed.asks(*opened)["ref"])
    scope = ("--field", "agencies_asked=NHS Fife", "--field", "information_scope=Six months")
    staffed.types("advance", ref, "request_info", "--as", "nominated_person", *scope)
    staffed.types("request", "send", ref, "information", "NHS Fife")

    said = staffed.types("request", "acknowledge", ref, "NHS Fife")

    assert f"{ref}  NHS Fife acknowledged the request\n" in said
    assert "acknowledged on Mon 2 March 2026" in staffed.types("show", ref)
    assert "NHS Fife acknowledged the request" in staffed.types("history", ref)


def test_requests_come_back_in_every_way(staffed: Terminal) -> None:
    ref = staffed.gathers()

    promised = staffed.types("request", "promise", ref, "NHS Fife", "--until", "2026-03-20")
    in_hand = staffed.types("request", "acknowledge", ref, "Police Scotland")
    declined = staffed.types("request", "decline", ref, "Police Scotland", "--reason", "Not known to us.")
    redirected = staffed.types("request", "redirect", ref, "NHS Fife", "NHS Tayside", "--reason", "Moved there.")
    staffed.types("request", "answer", ref, "nhs tayside", *REPORT)
    back = staffed.types("request", "back", ref, "NHS Tayside", "--reason", "The chronology is missing.")
    staffed.types("request", "send", ref, "icr_report", "Police Scotland")
    withdrawn = staffed.types("request", "withdraw", ref, "Police Scotland", "--reason", "Another force has it.")

    assert "NHS Fife promises it for Fri 20 March 2026" in promised
    assert "Police Scotland acknowledged the request: no reminder until Mon 16 March 2026" in in_hand
    assert "stays on Mon 16 March 2026; no reminder until Fri 20 March 2026" in promised
    assert "Agency report (Police Scotland): no longer owed" in declined
    assert "NHS Fife says it is for NHS Tayside, which is asked instead" in redirected
    assert "The answer of NHS Tayside was sent back; it is asked again" in back
    assert "Police Scotland is no longer asked: Agency report" in withdrawn
    assert "the request was withdrawn on Mon 2 March 2026: Another force has it." in staffed.types("show", ref)
    assert [(one["agency"], one["status"]) for one in staffed.asks("show", ref)["requests"]] == [
        ("NHS Fife", "redirected"),
        ("Police Scotland", "declined"),
        ("NHS Tayside", "open"),
        ("Police Scotland", "withdrawn"),
    ]


def test_an_agency_that_was_not_asked_cannot_answer(terminal: Terminal) -> None:
    ref = terminal.gathers()

    terminal.types("request", "answer", ref, "NHS Orkney", *REPORT)

    assert terminal.code == 1
    assert "NHS Orkney was not asked" in terminal.err


def test_a_hold_stops_its_clocks_and_says_so(staffed: Terminal) -> None:
    staffed.env["CAIRN_COMMITTEE"] = "example-committee"
    ref = staffed.gathers()
    ordered = ("--as", "chair", "--authority", "procurator_fiscal", "--reason", "Proceedings are under way.")

    held = staffed.types("pause", "order", ref, "parallel_proceedings", *ordered, "--stops", "icr_decision")
    listed = staffed.asks("list")["cases"][0]
    reviewed = staffed.types("pause", "review", ref, "P1", "--reason", "It goes on.", "--as", "chair")
    staffed.now = "2026-03-12T10:00"
    ended = staffed.types("pause", "end", ref, "p1", "--reason", "The proceedings are over.", "--as", "chair")

    assert "meanwhile no day is counted for “Decision on the initial case review”" in held
    assert "Decision on the initial case review: stands still: no date while it is held" in held
    assert "Hold for parallel proceedings" in listed["waiting_on"]
    assert "The hold P1 was looked at again: it stays" in reviewed
    assert "Decision on the initial case review: runs again: due" in ended


def test_an_outside_event_is_asked_after_and_recorded(staffed: Terminal) -> None:
    ref = staffed.opens()
    ordered = ("--as", "chair", "--authority", "procurator_fiscal", "--reason", "Proceedings are under way.")
    stops = ("--stops", "none", "--event", "proceedings_ended")
    staffed.types("pause", "order", ref, "parallel_proceedings", *ordered, *stops)

    asked = staffed.types("case", "asked-after", ref, "proceedings_ended", "--reason", "Still before the court.")
    came = staffed.types("case", "event", ref, "proceedings_ended", "--on", "2026-03-02")

    assert "it has not come yet" in asked
    assert "Recorded:" in came


def test_a_local_limit_that_gives_more_time_is_flagged_wherever_the_date_is_shown(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = terminal.folder / "local"
    local.mkdir()
    (local / "slow.toml").write_text(
        'committee = "A slow committee"\n[editions.scotland-scr-2015.timescales.agency_report]\nlimit = 28\n'
    )
    monkeypatch.setattr("config.settings.LOCAL", local)
    terminal.env["CAIRN_COMMITTEE"] = "slow"
    terminal.enters_everybody()
    ref = terminal.opens()
    terminal.types("advance", ref, "acknowledge_and_alert", *ALERTED)
    counted = ("due", "scotland-scr-2015", "agency_report", "--from", "2026-03-02")
    terminal.now = "2026-03-12T10:00"
    places = {
        "a verb's outcome": terminal.types("request", "send", ref, "icr_report", "NHS Fife", "--on", "2026-03-02"),
        "show": terminal.types("show", ref),
        "list": terminal.types("list"),
        "due": terminal.types(*counted),
        "ladder rehearse": terminal.types("ladder", "rehearse", ref),
        "history": terminal.types("history", ref, "--as-at", "2026-03-12"),
    }

    assert not [
        place for place, said in places.items() if "LONGER than this: the nation says 14 calendar days" not in said
    ]
    assert terminal.asks("list")["cases"][0]["loosened"]
    assert terminal.asks(*counted)["loosened"] == "LONGER than this: the nation says 14 calendar days"


def test_a_limit_as_the_nation_has_it_is_flagged_nowhere(terminal: Terminal) -> None:
    ref = terminal.gathers()

    said = terminal.types("show", ref) + terminal.types("list") + terminal.types("ladder", "rehearse", ref)

    assert "LONGER than this" not in said
    assert not terminal.asks("list")["cases"][0]["loosened"]


def test_a_moment_in_json_is_written_as_iso_with_its_zone(staffed: Terminal) -> None:
    ref = staffed.gathers()
    staffed.now = "2026-03-17T10:00"
    staffed.types("sweep")
    staffed.types("deliver")

    messages = staffed.asks("outbox", ref)
    tried = [each["at"] for one in messages for each in one["attempts"]]
    moments = [
        *(one[name] for one in messages for name in ("owed_at", "goes_at")),
        *tried,
        *(one["at"] for one in staffed.asks("ladder", "rehearse", ref)["rungs"]),
        *(one["recorded_at"] for one in staffed.asks("history", ref)["entries"]),
        *(one["created_at"] for one in staffed.asks("tasks")),
    ]

    assert tried
    assert all(ISO_MOMENT.fullmatch(one) for one in moments), moments


REGISTERS = {
    "actions": {
        "label": "Improvement actions",
        "prefix": "A",
        "kept_by": ["lead_officer"],
        "fields": [{"name": "action", "label": "What is to be done"}, {"name": "owner", "label": "By whom"}],
        "answer": [{"name": "response", "label": "Response"}],
        "answered_by": ["chair"],
        "update": [{"name": "progress", "label": "Progress"}],
        "updated_by": ["lead_officer"],
        "cite": ["S"],
    }
}


def test_the_lists_of_a_case_are_kept_at_the_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.installation.installation.edition", lambda *_: small_edition(registers=REGISTERS))
    ref = terminal.asks("open", "small-review", "--field", "informed_on=2026-03-02")["ref"]

    empty = terminal.types("item", "list", ref, clock=False)
    added = terminal.types(
        "item", "add", ref, "actions", "--field", "action=Write it down.", "--field", "owner=NHS Fife"
    )
    updated = terminal.types("item", "update", ref, "a1", "--field", "progress=Half of it.")
    answered = terminal.types("item", "respond", ref, "A1", "--field", "response=Accepted.", "--as", "chair")
    listed = terminal.types("item", "list", ref, clock=False)
    terminal.types("item", "update", ref, "A9", "--field", "progress=None.")

    assert "Nothing is entered yet." in empty
    assert "Improvement actions: A1 entered" in added
    assert "Improvement actions: A1 brought up to date" in updated
    assert "Improvement actions: A1 answered" in answered
    assert "A1: ended" in listed
    assert "Progress: Half of it." in listed
    assert "A1 (Improvement actions, ended)" in terminal.types("show", ref)
    assert terminal.code == 0


def test_a_list_shows_labels_and_dates_as_they_are_read(terminal: Terminal) -> None:
    terminal.types("open", "scotland-scr-2015", *FORM)
    rec = ("--field", "text=Visit.", "--field", "rationale=It helps.", "--field", "source=report")
    more = ("--field", "themes=babies", "--field", "level=single_agency", "--field", "addressee=NHS Fife")
    proposed = terminal.asks("recommendation", "propose", "SCR-2026-0001", *rec, *more)["ref"]
    looked = ("--field", "monitored_on=2026-03-01", "--field", "monitored_by=Lead", "--field", "method=case_sample")

    terminal.types(
        "item", "add", proposed, "monitoring", *looked, "--field", "result=It helps.", "--field", "confidence=low"
    )
    listed = terminal.types("item", "list", proposed, clock=False)

    assert "Date: Sun 1 March 2026; By whom (role): Lead; How: Sample of cases" in listed, terminal.err


def test_a_step_with_nothing_that_must_be_recorded_and_much_that_may_be_is_shown_in_short(terminal: Terminal) -> None:
    ref = terminal.asks("open", "scotland-learning-review-2024", "--step", "notify", *NOTIFIED_OF_2024)["ref"]

    page = terminal.types("show", ref)

    named = "cairn procedure show scotland-learning-review-2024 names them"
    assert f"if it applies: --field NAME=VALUE, any of its 9 fields ({named})" in page
    assert "age_band" not in page
    assert "age_band" in json.dumps(terminal.asks("show", ref)["can"])


def test_a_list_the_edition_does_not_keep_is_refused(terminal: Terminal) -> None:
    ref = terminal.opens()

    terminal.types("item", "add", ref, "nothing", "--field", "action=x")
    assert terminal.code == 1

    terminal.types("item", "update", ref, "A1", "--field", "progress=x")
    assert terminal.code == 1


def test_the_page_shows_holds_more_time_and_what_came_back(staffed: Terminal) -> None:
    staffed.env["CAIRN_COMMITTEE"] = "example-committee"
    ref = staffed.gathers()
    ordered = ("--as", "chair", "--authority", "procurator_fiscal", "--reason", "Proceedings are under way.")
    staffed.types("pause", "order", ref, "parallel_proceedings", *ordered, "--stops", "icr_decision")
    staffed.types("extend", "ask", ref, "agency_report/R1", "3", "--reason", "Records are in the archive.")
    staffed.types("extend", "grant", ref, "E1", "--as", "chair", "--name", "C. Chair")
    staffed.types("request", "answer", ref, "Police Scotland", *REPORT)
    staffed.types("request", "back", ref, "Police Scotland", "--reason", "The chronology is missing.")
    staffed.types("request", "promise", ref, "Police Scotland", "--until", "2026-03-12")

    said = staffed.types("show", ref)

    assert "P1 (runs): Hold for parallel proceedings, from Mon 2 March 2026 until further notice" in said
    assert "stops decision on the initial case review" in said
    assert "E1: 3 more calendar days for Agency report (NHS Fife), granted: Records are in the archive." in said
    assert "not answered yet, promised for Thu 12 March 2026, sent back once (R2)" in said
    assert "Held: Decision on the initial case review" in said
    assert "the clock stands still" in said
    assert "first date Mon 16 March 2026" in said


def test_a_whole_number_is_taken_as_one() -> None:
    fields = (Field(name="count", label="How many", kind="number"),)

    assert given(fields, ["count=3"]) == {"count": 3}
    with pytest.raises(BadParameter, match="count must be a whole number"):
        given(fields, ["count=many"])
