"""An edition is refused for every name that leads nowhere, all faults at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from config.procedure_checks import faults, known_messages
from tests.harbour import HARBOUR, changed, refusal, written

MESSAGES = frozenset({"told", "reminder", "escalation", "information_requested"})

UNKNOWN_NAMES = [
    (
        'source = ["told"]',
        'source = ["tolled"]',
        "transitions[1] (ask).source[0]: there is no state 'tolled'. Did you mean 'told'?",
    ),
    ('dest = "told"', 'dest = "tod"', "transitions[0] (tell).dest: there is no state 'tod'"),
    (
        'roles = ["lead", "council"]',
        'roles = ["led"]',
        "transitions[0] (tell).roles[0]: there is no role 'led'. Did you mean 'lead'?",
    ),
    ('authority = ["board"]', 'authority = ["bord"]', "(decide).authority[0]: there is no authority 'bord'"),
    (
        'name = "lead_named"',
        'name = "lead_nmed"',
        "(ask).guards[0].name: there is no guard 'lead_nmed'. Did you mean 'lead_named'?",
    ),
    ('override = "chair"', 'override = "chairr"', "(decide).guards[0].override: there is no role 'chairr'"),
    ('request = "report", o', 'request = "repot", o', "(decide).guards[0].request: there is no request 'repot'"),
    ('pause = "inquiry"', 'pause = "enquiry"', "(ask).guards[1].pause: there is no pause 'enquiry'"),
    (
        'when = { field = "urgent"',
        'when = { field = "urgnt"',
        "(ask).notify[0].when.field: there is no field 'urgnt'. Did you mean 'urgent'?",
    ),
    (
        '"agencies", "coastguard"',
        '"agencies", "costguard"',
        "(ask).notify[0].tell[1]: 'costguard' is neither a role, a body",
    ),
    (
        'waits_for = "verdict"',
        'waits_for = "ruling"',
        "states.asking.waits_for: there is no event 'ruling'. Use one of: verdict.",
    ),
    (
        'calendar = "scotland"',
        'calendar = "scotlnd"',
        "calendar: there is no calendar 'scotlnd'. Did you mean 'scotland'?",
    ),
    ("limit = 14", 'limit = 14\ncalendar = "Mars"', "timescales.answer.calendar: there is no calendar 'Mars'"),
    ('ladder = "usual"', 'ladder = "usul"', "timescales.answer.ladder: there is no ladder 'usul'"),
    (
        'owner = "chair"',
        'owner = "nobody"',
        "timescales.decision.owner: nobody owns it: 'nobody' is neither a role nor agency.",
    ),
    (
        'triggers = ["decide"]',
        'triggers = ["decyde"]',
        "timescales.decision.met_by.triggers[0]: there is no transition 'decyde'",
    ),
    ('while_in = ["told", "asking"]', 'while_in = ["tld"]', "timescales.decision.while_in[0]: there is no state 'tld'"),
    (
        'anchor = { field = "told_on" }',
        'anchor = { field = "tld_on" }',
        "timescales.decision.anchor.field: there is no date field 'tld_on'",
    ),
    ('anchor = { field = "told_on" }', 'anchor = { field = "urgent" }', "the field 'urgent' is not a date."),
    (
        'tell = ["agency_contact"]',
        'tell = ["agency_contract"]',
        "ladders.usual.rungs[0].tell[0]: 'agency_contract' is neither",
    ),
    ('confirm = "lead"', 'confirm = "boss"', "ladders.usual.rungs[1].confirm: there is no role 'boss'"),
    ('stops = ["decision"]', 'stops = ["decission"]', "pauses.inquiry.stops[0]: there is no timescale 'decission'"),
    (
        'events = ["verdict"]',
        'events = ["verdct"]\nholds = ["x"]',
        "pauses.inquiry.holds[0]: there is no transition 'x'",
    ),
    (
        'granted_by = ["chair"]',
        'granted_by = ["char"]',
        "timescales.answer.extension.granted_by[0]: there is no role 'char'",
    ),
    (
        'waits_for = "verdict"',
        'cites = ["G1"]',
        "states.asking.cites: nothing of this name is known here. Did you mean 'cite'?",
    ),
    (
        'recorded_by = ["lead"]\ncite = ["G1"]',
        'recorded_by = ["lead"]\ncite = ["G2"]',
        "events.verdict.cite[0]: there is no source 'G2'",
    ),
    ('old = "told"', 'old = "tolt"', "migrations.harbour-review-2019.states.old: there is no state 'tolt'"),
]


@pytest.mark.parametrize(("before", "after", "sentence"), UNKNOWN_NAMES)
def test_a_name_that_leads_nowhere_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refusal(tmp_path, (before, after))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles


def test_a_message_without_wording_is_refused(tmp_path: Path) -> None:
    procedure = procedures.read(written(tmp_path, HARBOUR))

    found = faults(procedure, calendars=frozenset({"scotland"}), messages=MESSAGES - {"reminder"})

    ((place, sentence),) = found
    assert place == ("ladders", "usual", "rungs", 0, "message")
    assert "no wording for the message 'reminder' in notifications/templates" in sentence
    assert sentence.endswith("Use one of: escalation, information_requested, told.")


def test_messages_are_not_checked_where_there_are_no_templates(tmp_path: Path) -> None:
    procedure = procedures.read(written(tmp_path, HARBOUR))

    assert faults(procedure, calendars=frozenset({"scotland"}), messages=frozenset()) == ()
    assert known_messages(tmp_path) == frozenset()
    (tmp_path / "told.txt.j2").write_text("x")
    assert known_messages(tmp_path) == {"told"}


def test_every_fault_is_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    obstacles = refusal(tmp_path, ('dest = "told"', 'dest = "tolled"'), ("limit = 14", 'limit = 14\ncalendar = "mars"'))

    lines = changed(('dest = "told"', 'dest = "tolled"'), ("limit = 14", 'limit = 14\ncalendar = "mars"')).splitlines()
    assert len(obstacles) == 2
    dest, calendar = lines.index('dest = "tolled"') + 1, lines.index('calendar = "mars"') + 1
    assert f"line {dest}, transitions[0] (tell).dest: " in obstacles[0]
    assert f"line {calendar}, timescales.answer.calendar: " in obstacles[1]


def test_a_request_may_ask_about_its_own_answers(tmp_path: Path) -> None:
    fields = '{ name = "filed", label = "Where it is filed" }'
    when = ', { name = "page", label = "Page", when = { field = "filed", given = true } }'

    procedure = procedures.read(written(tmp_path, changed((fields, fields + when))))

    assert procedure.requests["report"].fields[1].when is not None


def test_a_ladder_without_rungs_tells_no_one(tmp_path: Path) -> None:
    start = HARBOUR.index("rungs = [")
    rungs = HARBOUR[start : HARBOUR.index("]\n\n[requests")]

    obstacles = refusal(tmp_path, (rungs, "rungs = ["))

    assert obstacles[0].endswith(
        "ladders.usual.rungs: this ladder tells no one: it has no rungs. Add one, or remove the ladder."
    )
