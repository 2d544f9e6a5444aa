"""An edition printed for reading: every rule with what it rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from config.printing import markdown
from states.procedure import Procedure
from tests.harbour import HARBOUR, changed, move, written


def harbour(folder: Path, *changes: tuple[str, str]) -> Procedure:
    return procedures.read(written(folder, changed(*changes) if changes else HARBOUR))


def test_an_edition_is_printed_with_what_every_rule_rests_on(tmp_path: Path) -> None:
    page = markdown(harbour(tmp_path))

    assert page.startswith("# Harbour review\n")
    assert "- **Told** (`told`). (guidance: [G1])" in page
    assert "- [G1] Harbour guidance, page 1" in page
    assert "\n[G1]: https://example.org/1" in page


def test_a_limit_that_is_not_known_says_so(tmp_path: Path) -> None:
    page = markdown(harbour(tmp_path))

    assert "| Decision | deadline | *no limit set* | the date recorded as “Day it was told” | Chair | Decide |" in page
    assert "| Report | deadline | 14 calendar days; more time up to once from Chair |" in page


def test_a_step_tells_who_what_and_whom(tmp_path: Path) -> None:
    page = markdown(harbour(tmp_path))

    assert "`ask` from “Told” to “Asking”." in page
    assert "`tell` opens a case, at “Told”." in page
    assert "`reopen` from “Closed” to “Asking”. It opens the case again." in page
    assert "- Who: Chair decides" in page
    assert "- Records: on whose authority: Harbour board" in page
    assert "- Records: Is it urgent? (yes or no; a yes with its reason)" in page
    assert "- Records: Ground (Storm or Fire)" in page
    assert "- Needs: answers to “Report” from everybody asked, or Chair says why not" in page
    assert "- Tells: every agency on the case, Coastguard (told), where “Is it urgent?” is yes" in page


def test_ladders_holds_and_requests_are_printed(tmp_path: Path) -> None:
    page = markdown(harbour(tmp_path))

    assert "| 2 calendar days before | the agency's first contact | reminder | - |" in page
    assert "| 7 calendar days after | Chair | escalation | Lead officer, or goes by itself after 3 days |" in page
    assert "- May stop: Decision; Report" in page
    assert "Asked by Lead officer, while the case stands at: Asking." in page
    assert "- Records: Where it is filed (text)" in page
    assert "- Entered by: Lead officer\n- Records: What is to be done (text)" in page
    assert "- Each time records: Is it done? (yes or no)\n- Ends when: “Is it done?” is yes" in page
    assert "| “By when” of each item of “Actions”, where “What is to be done” is filled in | the agency asked |" in page


WORDS = [
    (
        '{ name = "lead_named" }',
        '{ name = "items_ended", items = "actions" }',
        "- Needs: everything in “Actions” has ended",
    ),
    (
        'guards = [{ name = "lead_named" }',
        """fields = [{ name = "asked_on", label = "Day of asking", kind = "date" }]
        guards = [{ name = "later_than", field = "asked_on", than = "told_on", says = "x" }""",
        "- Needs: “Day of asking” is later than “Day it was told”",
    ),
    ('counts_from = "due_on"\n', "", "| each item of “Actions” being entered, where"),
    ('met_by = { items = ["actions"] }', 'met_by = { updates = ["actions"] }', "| news of the item in “Actions” |"),
    ("limit = 14", 'limit = 1\nunit = "months"', "| 1 month;"),
    ("limit = 14", "limit = -7", "| 7 calendar days before;"),
    ("limit = 14", "limit = 0", "| on that day;"),
    ("limit = 14", 'unit = "fixed_date"\non = { month = 7, day = 31 }', "| by 31 July each year;"),
    ("limit = 14", 'kind = "duty"\nrepeat = { count = 1, unit = "weeks" }', "*no limit set*, then every week;"),
    ("limit = 14", 'limit = 14\nwording = "a fortnight"', "- **Report**: “a fortnight”."),
    ('anchor = { field = "told_on" }', 'anchor = { period = "financial_year" }', "| the end of the financial year |"),
    ('anchor = { field = "told_on" }', 'anchor = { state = "asking" }', "| entry to “Asking” |"),
    ('anchor = { field = "told_on" }', 'anchor = { trigger = "ask" }', "| the step “Ask the agencies” |"),
    ('anchor = { field = "told_on" }', 'anchor = { pause = "inquiry" }', "| the hold “Hold” being ordered |"),
    ('anchor = { field = "told_on" }', 'anchor = { event = "verdict" }', "| “Verdict” being recorded |"),
    ('anchor = { field = "told_on" }', 'anchor = { timescale = "answer" }', "| the date of “Report” |"),
    (
        'anchor = { field = "told_on" }',
        'anchor = { later_of = [{ field = "told_on" }, { trigger = "ask" }] }',
        "| the later of the date recorded as “Day it was told” and the step “Ask the agencies” |",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { earlier_of = [{ field = "told_on" }, { state = "asking" }], each = "report" }',
        "and entry to “Asking”, for each agency asked for “Report” |",
    ),
    (
        'triggers = ["decide"] }',
        'triggers = ["decide"], when = { field = "ground", is = "fire" } }',
        "| Decide, where “Ground”",
    ),
    (
        'granted_by = ["chair"], cite',
        'granted_by = ["chair"], when = { field = "urgent", is = "no" }, cite',
        "; more time up to once from Chair, where “Is it urgent?” is no",
    ),
    (
        'events = ["verdict"]\ncite',
        'events = ["verdict"]\nwhen = { field = "urgent", is = "no" }\ncite',
        "- Ordered by: Chair, where “Is it urgent?” is no",
    ),
    (
        'message = "information_requested"',
        'message = "information_requested"\nper_item = "actions"',
        "It is asked about each item of “Actions”, of the agencies the item names.",
    ),
    (
        '{ name = "lead_named" }',
        '{ name = "not_after", timescale = "decision", override = "chair" }',
        "- Needs: “Decision” has not gone by, or Chair says why it may be taken all the same",
    ),
    (
        'triggers = ["decide"]',
        'events = ["verdict"], contact = true',
        "| Verdict; asking after it |",
    ),
    ("day = -2", "day = 0", "| on the day | the agency's first contact |"),
    ("confirm_within = 3", "confirm_within = 1", "goes by itself after 1 day |"),
    (', override = "chair"', ', join = "quorum", quorum = 2', "answers to “Report” from at least 2 of those asked"),
    ('name = "lead_named"', 'name = "children_known"', "- Needs: child entered on the case (at least 1)"),
    ('{ name = "lead_named" }', '{ name = "date_met", timescale = "answer" }', "- Needs: “Report” is met"),
    ('{ name = "lead_named" }', '{ name = "event_recorded", event = "verdict" }', "- Needs: recorded: Verdict"),
    ('{ name = "lead_named" }', '{ name = "by_another", trigger = "tell" }', "took the step “Tell the board”"),
    (
        '{ name = "lead_named" }',
        '{ name = "condition", says = "x", condition = { field = "ground", in = ["storm", "fire"] } }',
        "- Needs: “Ground” is “Storm” or “Fire”",
    ),
    ('field = "urgent", is = "yes"', 'field = "urgent", given = false', "where “Is it urgent?” is left out"),
    (
        'field = "urgent", is = "yes"',
        'field = "told_on", within = { months = 6, before = "told_on" }',
        "lies in the 6 months before “Day it was told”",
    ),
    ('kind = "choice"', 'kind = "choice"\nrequired = false', "- Records: Ground (Storm or Fire; may be left out)"),
    (
        'kind = "choice"',
        'kind = "choice"\nwhen = { field = "urgent", is = "no" }',
        "needed where “Is it urgent?” is no)",
    ),
    ('reason_when = "yes"', 'reason_when = "always"', "(yes or no; with the reason)"),
    ('act = "decide"', 'act = "decide"\nreason = "required"\noutcome = "shut"', "- Records: the reason"),
    (
        'source = ["told"]\ndest = "asking"',
        'source = ["asking", "told"]\ndest = "asking"',
        "`ask` from “Asking”, “Told” to “Asking”.",
    ),
]


@pytest.mark.parametrize(("before", "after", "words"), WORDS)
def test_each_kind_of_rule_has_its_words(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert words in markdown(harbour(tmp_path, (before, after)))


def test_a_move_that_stays_says_so(tmp_path: Path) -> None:
    note = move("note", "asking", "asking")

    page = markdown(harbour(tmp_path, ("[timescales.answer]", note + "[timescales.answer]")))

    assert "`note` at “Asking”; the case stays there." in page


def test_an_edition_without_time_limits_says_so(tmp_path: Path) -> None:
    procedure = harbour(tmp_path).model_copy(update={"timescales": {}, "pauses": {}})

    assert "## Time limits\n\nNone.\n" in markdown(procedure)


def test_what_is_recorded_in_several_states_is_told_once(tmp_path: Path) -> None:
    note = move("note", "asking", "").replace('dest = ""\n', "").replace('["asking"]', '["asking", "told"]')

    page = markdown(harbour(tmp_path, ("[timescales.answer]", note + "[timescales.answer]")))

    assert "`note` at “Asking”, “Told”; the case stays there." in page
    assert page.count("`note`") == 1


def test_a_local_limit_is_printed_beside_the_national_one(tmp_path: Path) -> None:
    local = written(
        tmp_path,
        'committee = "Leith"\n[editions.harbour-review.timescales.answer]\nlimit = 21\n',
        "leith",
    )

    page = markdown(procedures.read(written(tmp_path, HARBOUR), local))

    assert "- With local changes of: Leith" in page
    assert "21 calendar days (the nation says 14 calendar days; more time than that)" in page


def test_text_that_markdown_would_read_otherwise_is_printed_as_it_is(tmp_path: Path) -> None:
    page = markdown(harbour(tmp_path, ('label = "Decision"\nanchor', 'label = "A | <b> *"\nanchor')))

    assert "| A \\| &lt;b> \\* | deadline |" in page


@pytest.mark.parametrize("name", procedures.names())
def test_the_printed_editions_are_the_same_each_time_and_name_every_state(name: str) -> None:
    procedure = procedures.load(name)

    page = markdown(procedure)

    assert page == markdown(procedures.load(name))
    assert all(f"(`{state}`)" in page for state in procedure.states)
    assert page.count("\n### ") >= len({move.trigger for move in procedure.transitions})
