"""Each part of an edition by itself: a rule that cannot be kept is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harbour import HARBOUR, refusal

RULES = [
    (
        'states = ["asking"]\nmessage = "information_requested"',
        'states = ["asking"]\nmessage = "information_requested"\nper_item = "actons"',
        "requests.report.per_item: there is no register 'actons'. Did you mean 'actions'?",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { later_of = [{ request = "report" }, { items = "actions" }] }',
        "they have clocks of their own for different things (request 'report' and register 'actions'). Name parts of",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { earlier_of = [{ request = "report" }] }',
        "answer.anchor.earlier_of: earlier_of names one thing. Name two or more, or write it without earlier_of.",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { later_of = [{ field = "told_on" }, { field = "told_on" }], each = "report" }',
        "answer.anchor.later_of[1]: it is named twice. Leave one out.",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { request = "report", each = "report" }',
        "answer.anchor.each: each request 'report' has its own clock already. Remove each.",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { later_of = [{ field = "told_no" }, { request = "report" }] }',
        "answer.anchor.later_of[0].field: there is no date field 'told_no'. Did you mean 'told_on'?",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { earlier_of = [{ timescale = "answer" }, { request = "report" }] }',
        "answer.anchor: these hang on one another in a ring: answer > answer.",
    ),
    (
        'met_by = { triggers = ["decide"] }',
        'met_by = { triggers = ["decide"] }\nmet_on = "told_on"',
        "decision.met_on: the move 'decide' meets it, and does not record the date 'told_on'. Add that field there.",
    ),
    (
        'anchor = { request = "report" }\nlimit = 14',
        'anchor = { request = "report" }\nlimit = 14\nkind = "window"',
        "answer.ladder: a window lapses, and 'usual' has a rung on day 7. Name one that ends on its day.",
    ),
    (
        'dest = "asking"\nroles = ["chair"]\n',
        'dest = "asking"\nroles = ["chair"]\nguards = [{ name = "not_after", timescale = "decision" }]\n',
        "guards[0].timescale: 'decision' is set aside when the case is closed, so it never shuts this move.",
    ),
    (
        'name = "lead_named" }',
        'name = "not_after" }',
        "(ask).guards[0].timescale: the guard not_after needs timescale. Add it.",
    ),
    (
        'anchor = { items = "actions" }',
        'anchor = { items = "actions" }\nstarts = "sent"',
        "timescales.action.starts: only the clock of a request can start when its letter may leave. Remove it.",
    ),
    (
        'counts_from = "due_on"',
        'counts_from = "what"',
        "registers.actions.counts_from: the field 'what' is not a date.",
    ),
    ('kept_by = ["lead"]', "kept_by = []", "registers.actions.kept_by: nobody may enter an item."),
    ('updated_by = ["lead"]\n', "", "registers.actions.updated_by: nobody may fill in update."),
    (
        'ended_when = { field = "done", is = "yes" }',
        'ended_when = { field = "done", is = "done" }',
        "registers.actions.ended_when.is: 'done' is never the answer to 'done'.",
    ),
    (
        'name = "lead_named" }',
        'name = "items_entered" }',
        "(ask).guards[0].items: the guard items_entered needs items.",
    ),
    (
        'when = { field = "what", given = true }',
        'when = { field = "whta", given = true }',
        "timescales.action.when.field: there is no field 'whta'. Did you mean 'what'?",
    ),
    (
        'name = "lead_named" }',
        'name = "items_entered", items = "actions", where = [{ field = "donne", is = "yes" }] }',
        "(ask).guards[0].where[0].field: there is no field 'donne'. Did you mean 'done'?",
    ),
    (
        'name = "lead_named" }',
        'name = "items_entered", items = "actions", where = [{ field = "done", is = "yep" }] }',
        "(ask).guards[0].where[0].is: 'yep' is never the answer to 'done'.",
    ),
    (
        'name = "lead_named" }',
        'name = "items_entered", items = "actions", dated = "due_on" }',
        "(ask).guards[0].until: dated and until belong together. Give both, or neither.",
    ),
    (
        'name = "lead_named" }',
        'name = "items_entered", items = "actions", dated = "due_no", until = "told_on" }',
        "(ask).guards[0].dated: 'due_no' is no date of the items of 'actions'. Did you mean 'due_on'?",
    ),
    (
        'name = "lead_named" }',
        'name = "lead_named", when = { field = "urgnt", is = "yes" } }',
        "(ask).guards[0].when.field: there is no field 'urgnt'. Did you mean 'urgent'?",
    ),
    (
        'anchor = { items = "actions" }',
        'anchor = { entered = "action" }',
        "timescales.action.anchor.entered: there is no register 'action'. Did you mean 'actions'?",
    ),
    (
        '{ name = "agency", label = "By which agency", kind = "agency" },',
        "",
        "timescales.action.owner: nobody owns it: its anchor is no request, nor an item with a field named agency.",
    ),
    (
        'met_by = { items = ["actions"] }',
        'met_by = { requests = ["report"] }',
        "timescales.action.met_by: nothing meets this deadline.",
    ),
    ('phase = "closed"', 'phase = "review"', "states.shut.phase: a final state is in the phase closed, not review."),
    ('phase = "decision"', 'phase = "closed"', "states.asking.final: a state in the phase closed is final."),
    ('roles = ["lead", "council"]', "roles = []", "(tell).roles: nobody may make this move."),
    (
        'cite = ["G1"]\nguards = [{ name = "lead_named" }',
        'guards = [{ name = "lead_named" }',
        "(ask).cite: it rests on guidance but cites no source.",
    ),
    (
        'name = "answers_in", request = "report", ',
        'name = "answers_in", ',
        "(decide).guards[0].request: the guard answers_in needs request.",
    ),
    (
        'request = "report", override',
        'request = "report", join = "quorum", override',
        "guards[0].quorum: a quorum is at least 1.",
    ),
    (
        '"not_held", pause = "inquiry"',
        '"not_held"',
        "(ask).guards[1].pause: the guard not_held needs pause or trigger.",
    ),
    (
        'name = "lead_named" }',
        'name = "lead_named", least = 2 }',
        "(ask).guards[0].least: the guard lead_named does not look at least, only at says, when. Leave it out.",
    ),
    (
        'name = "answers_in", request = "report", ',
        'name = "answers_in", request = "report", event = "verdict", says = "Not yet.", ',
        "(decide).guards[0].says: the guard answers_in does not look at says, only at request, join, quorum,",
    ),
    (
        'name = "lead_named" }',
        'name = "items_ended", items = "actions", scope = "case" }',
        "(ask).guards[0].scope: the guard items_ended does not look at scope, only at items, where, dated,",
    ),
    ('field = "urgent", is = "yes"', 'field = "urgent"', "(ask).notify[0].when: it asks nothing."),
    (
        'field = "urgent", is = "yes"',
        'field = "urgent", is = true',
        "notify[0].when.is: True is never the answer to 'urgent'.",
    ),
    (
        'field = "urgent", is = "yes"',
        'field = "ground", in = ["storms"]',
        "when.in[0]: 'storms' is never the answer to 'ground'. Did you mean 'storm'?",
    ),
    (
        'field = "urgent", is = "yes"',
        'field = "urgent", within = { months = 6, before = "told_on" }',
        "within asks about a date, and 'urgent' is of kind yes_no.",
    ),
    (
        'kind = "choice"\nchoices = [{ name = "storm", label = "Storm" }, { name = "fire", label = "Fire" }]',
        'kind = "choice"',
        "(tell).fields[2].choices: a field of kind choice offers no choices.",
    ),
    ('kind = "choice"', 'kind = "text"', "(tell).fields[2].choices: a field of kind text takes no choices."),
    ('kind = "choice"', 'kind = "choices"\nleast = 3', "fields[2].least: it asks for 3 of 2 choices."),
    ('{ name = "fire"', '{ name = "storm"', "fields[2].choices: 'storm' is there 2 times."),
    ('name = "urgent"', 'name = "told_on"', "(tell).fields: 'told_on' is there 2 times."),
    ('kind = "yes_no"', 'kind = "text"', "fields[1].reason_when: only a yes_no field has it"),
    ('anchor = { request = "report" }', "anchor = {}", "timescales.answer.anchor: the clock starts from nothing."),
    (
        'anchor = { request = "report" }',
        'anchor = { state = "told", trigger = "ask" }',
        "timescales.answer.anchor: the clock starts from 2 things (state, trigger).",
    ),
    (
        'anchor = { request = "report" }',
        'anchor = { state = "told" }',
        "timescales.answer.owner: nobody owns it: its anchor is no request",
    ),
    ('met_by = { triggers = ["decide"] }\n', "", "timescales.decision.met_by: nothing meets this deadline."),
    (
        'met_by = { triggers = ["decide"] }',
        'met_by = { requests = ["report"] }',
        "timescales.decision.met_by: nothing meets this deadline.",
    ),
    (
        'met_by = { triggers = ["decide"] }\nwhile_in = ["told", "asking"]',
        'kind = "chase"',
        "timescales.decision.met_by: this chase never ends.",
    ),
    (
        "limit = 14",
        'limit = 14\nrepeat = { count = 1, unit = "months" }',
        "timescales.answer.repeat: a deadline comes once.",
    ),
    ("limit = 14", 'unit = "fixed_date"', "timescales.answer.on: a fixed date needs its day."),
    (
        "limit = 14",
        'unit = "fixed_date"\non = { month = 2, day = 30 }',
        "timescales.answer.on: day 30 of month 2 is not a date",
    ),
    (
        "limit = 14",
        "on = { month = 7, day = 31 }",
        "timescales.answer.on: only unit = fixed_date has a day of the year",
    ),
    ("limit = 14", 'limit = 14\nunit = "none"', "timescales.answer.limit: with unit = none there is nothing to count."),
    ("day = -2", "day = 9", "ladders.usual.rungs[1].day: day 7 stands after day 9."),
    ('tell = ["agency_contact"]', "tell = []", "ladders.usual.rungs[0].tell: this rung tells no one."),
    ('label = "Usual"', 'label = "Usual"\nat = "9 am"', "ladders.usual.at: '9 am' is no time of day."),
    ('confirm = "lead", ', "", "ladders.usual.rungs[1].confirm_within: nobody is asked to confirm it."),
    ("confirm_within = 3", "confirm_within = -3", "ladders.usual.rungs[1].confirm_within: -3 days is in the past."),
    (
        'may_stop = ["decision", "answer"]',
        'may_stop = ["answer"]',
        "pauses.inquiry.stops[0]: 'decision' is not among those it may stop.",
    ),
    (
        'coastguard = { label = "Coastguard" }',
        'chair = { label = "Chair" }',
        "bodies.chair: 'chair' is a role as well.",
    ),
]


@pytest.mark.parametrize(("before", "after", "sentence"), RULES)
def test_a_rule_that_cannot_be_kept_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refusal(tmp_path, (before, after))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles


def test_a_step_that_nobody_can_enter_is_refused(tmp_path: Path) -> None:
    obstacles = refusal(
        tmp_path, (', recorded_by = ["lead"] }', " }"), ('roles = ["lead", "council"]', 'roles = ["council"]')
    )

    assert "only outside roles may make it, and nobody enters it" in obstacles[0]


def test_items_that_never_end_cannot_be_waited_for(tmp_path: Path) -> None:
    obstacles = refusal(
        tmp_path,
        ('ended_when = { field = "done", is = "yes" }\n', ""),
        ('{ name = "lead_named" }', '{ name = "items_ended", items = "actions" }'),
    )

    assert "guards[0].items: the items of 'actions' never end." in obstacles[0]


def test_items_of_two_registers_are_not_numbered_alike(tmp_path: Path) -> None:
    start, end = HARBOUR.index("[registers.actions]"), HARBOUR.index("[timescales.action]")
    twin = HARBOUR[start:end].replace("registers.actions", "registers.findings")

    obstacles = refusal(tmp_path, ("[timescales.action]", twin + "[timescales.action]"))

    assert len(obstacles) == 1
    assert "registers.findings.prefix: the items of 'actions' are numbered with 'A' too." in obstacles[0]


def test_what_is_asked_about_each_item_has_agencies_to_ask_and_waits_for_all_of_them(tmp_path: Path) -> None:
    each = ('message = "information_requested"', 'message = "information_requested"\nper_item = "actions"')
    some = ('request = "report", override = "chair"', 'request = "report", join = "quorum", quorum = 1')
    nobody = (', kind = "agency" }', " }")

    obstacles = refusal(tmp_path, each, some, nobody)

    assert any("no item of 'actions' names an agency to ask. Add a field of kind agency." in one for one in obstacles)
    assert any("'report' is asked about each item, so no number is enough. Make it all." in one for one in obstacles)
