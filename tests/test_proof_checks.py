"""What `check` proves of an edition: clocks start and can be met, guards can pass, conditions can be true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile import refused, rich

NEVER = [
    (
        'while_in = ["deciding"]',
        'while_in = ["told"]',
        "timescales.decision.anchor: the clock never starts: it would in deciding, and while_in leaves that out.",
    ),
    (
        'met_by = { triggers = ["reopen"] }\noutlives_closing = true',
        'met_by = { triggers = ["reopen"] }',
        "timescales.unknown.anchor: the clock never starts: the case is closed by then (shut).",
    ),
    (
        'triggers = ["decide_review", "decide_none"] }\nwhile_in',
        'triggers = ["gather", "tell"] }\nwhile_in',
        "timescales.decision.met_by.triggers: none of these moves can be made while the clock runs.",
    ),
    (
        'owner = "reviewer"\nmet_by = { triggers = ["report"] }',
        'owner = "reviewer"\nmet_by = { triggers = ["decide_review"] }',
        "timescales.review.met_by: what starts this clock ends it at once.",
    ),
    (
        'met_by = { triggers = ["gather"] }',
        'met_by = { triggers = ["gather"] }\ncancelled_by = { triggers = ["tell"] }',
        "timescales.form.cancelled_by: what starts this clock ends it at once.",
    ),
    (
        'met_by = { triggers = ["report", "finish"] }',
        'met_by = { events = ["verdict"] }',
        "timescales.after_verdict.met_by: what starts this clock ends it at once.",
    ),
    (
        'unit = "weeks"\nowner = "lead_officer"\nmet_by = { triggers = ["report"] }',
        'unit = "weeks"\nowner = "lead_officer"\nmet_by = { triggers = ["decide_review"] }',
        "timescales.publication.met_by: what starts this clock ends it at once.",
    ),
    (
        'met_by = { items = ["actions"] }',
        'met_by = { items = ["contacts"] }',
        "timescales.action.met_by.items: the clock hangs on 'actions', and only what it hangs on ends it.",
    ),
    (
        'anchor = { items = "actions" }\nlimit = 0\nowner = "agency"',
        'anchor = { items = "contacts" }\nlimit = 0\nowner = "chair"',
        "timescales.action.met_by.items: the clock hangs on 'contacts', and only what it hangs on ends it.",
    ),
    (
        '{ name = "recorded", trigger = "gather", scope = "case" }',
        '{ name = "recorded", trigger = "finish", scope = "case" }',
        "(consider).guards[1]: 'finish' can never have been made before it.",
    ),
    (
        'roles = ["lead_officer", "reviewer"]\ncite = ["S"]',
        'roles = ["lead_officer", "reviewer"]\ncite = ["S"]\nguards = [{ name = "recorded", trigger = "gather" }]',
        "(tell).guards[0]: nothing comes before a move that opens a case, so 'gather' cannot.",
    ),
    (
        '"not_recorded", trigger = "decide_review"',
        '"not_recorded", trigger = "consider"',
        "(decide_none).guards[0]: every way here goes through 'consider', so it never passes.",
    ),
    (
        'states = ["gathering", "deciding"]\nmessage',
        'states = ["deciding"]\nmessage',
        "(consider).guards[0]: 'report' can never be asked before it.",
    ),
    (
        '{ name = "date_met", timescale = "minute" }',
        '{ name = "items_entered", items = "contacts" }, { name = "recorded", trigger = "finish" }',
        "(report).guards[4]: 'finish' can never have been made before it.",
    ),
    (
        '{ name = "date_met", timescale = "minute" }',
        '{ name = "recorded", trigger = "decide_none" }',
        "(report).guards[3]: between 'decide_none' and this the case is closed and opened again, so it never passes.",
    ),
    (
        '{ name = "agencies_named", least = 1 }',
        '{ name = "condition", condition = { field = "reported_on", given = true }, says = "Report first." }',
        "(gather).guards[0]: 'reported_on' is never recorded before it.",
    ),
    (
        '{ name = "date_met", timescale = "minute" }',
        '{ name = "date_met", timescale = "review" }',
        "(report).guards[3]: only this move meets 'review', so it waits for itself.",
    ),
    ('than = "died_on"', 'than = "reported_on"', "(report).guards[2]: 'reported_on' is never later than itself."),
    (
        'external = true, recorded_by = ["lead_officer"]',
        'external = true, recorded_by = ["reviewer"]',
        "roles.reviewer.recorded_by: nobody of the committee enters what this outside role does.",
    ),
    (
        'until = ["date", "event", "further_notice"]',
        'until = ["date", "further_notice"]',
        "pauses.proceedings.events: it does not end by an event.",
    ),
    (
        'when = { field = "urgent", is = "yes" }',
        'when = { field = "urgent", is = "yes", in = ["no"] }',
        "fields[4].when.in: is and in contradict each other: 'yes' is not among them.",
    ),
    (
        'when = { field = "urgent", is = "yes" }',
        'when = { field = "urgent", is = "yes", given = false }',
        "fields[4].when.given: what was not given has no answer to ask about.",
    ),
    (
        'when = { field = "urgent", is = "yes" }',
        'when = { field = "why_urgent", given = false }',
        "fields[4].when.field: the field asks about its own answer.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "themes", is = "voice" }',
        "(tell).notify[1].when.is: the answer is a list (choices) and never one word.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "how_many", is = "3" }',
        "(tell).notify[1].when.is: the answer is a number, and never '3'.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "how_many", in = ["3"] }',
        "(tell).notify[1].when.in: the answer is a number and stands in no list of words.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "told_on", is = "2026-13-45" }',
        "(tell).notify[1].when.is: '2026-13-45' is no date, so it is never the answer.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "words", is = true }',
        "(tell).notify[1].when.is: an answer is never true.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "words", is = 3 }',
        "(tell).notify[1].when.is: the answer is words, and never the number 3.",
    ),
    (
        'when = { field = "ground", in = ["death"] }',
        'when = { field = "words", in = [""] }',
        "(tell).notify[1].when.in[0]: an answer is never empty.",
    ),
    (
        'where = [{ field = "about", is = "report" }]',
        'where = [{ field = "about", is = "report" }, { field = "about", in = ["else"] }]',
        "(report).guards[1].where[1]: no item has both this and another answer to 'about'.",
    ),
    (
        'anchor = { timescale = "review" }\nlimit = -5',
        'anchor = { trigger = "decide_review" }\nlimit = -5',
        "timescales.minute.limit: it runs out before it begins.",
    ),
    (
        'anchor = { field = "told_on" }\nlimit = 7',
        'anchor = { field = "told_on" }\nlimit = -7',
        "timescales.form.limit: it runs out before it begins.",
    ),
    (
        'met_by = { triggers = ["gather"] }',
        'met_by = { triggers = ["gather"], requests = ["report"] }',
        "timescales.form.met_by.requests: the clock hangs on none of these, and only what it hangs on ends it.",
    ),
    (
        'cancelled_by = { triggers = ["decide_none"] }',
        'cancelled_by = { items = ["actions"] }',
        "timescales.answer.cancelled_by.items: the clock hangs on none of these",
    ),
    (
        'counts_from = "due_on"',
        'counts_from = "told_on"',
        "registers.actions.counts_from: its items have no date 'told_on'",
    ),
    (
        'label = "Why", required',
        'label = "Why", least = 3, required',
        "fields[4].least: a field of kind text holds one",
    ),
    (
        'label = "Why", required',
        'label = "Why", future = true, required',
        "fields[4].future: only a date may lie ahead",
    ),
]


@pytest.mark.parametrize(("before", "after", "sentence"), NEVER)
def test_what_can_never_come_about_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refused(tmp_path, rich((before, after)))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles
