"""A made-up edition of the guidance, small and complete, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from states.errors import BadProcedure

HARBOUR = """
name = "harbour-review"
title = "Harbour review"
regime = "harbours"
nation = "Scotland"
review = "harbour review"
prefix = "HR"
calendar = "scotland"
issued_on = 2020-01-31
sources.G1 = { title = "Harbour guidance, page 1", url = "https://example.org/1" }

[roles]
lead = { label = "Lead officer", keeps_cases = true }
chair = { label = "Chair" }
council = { label = "Harbour council", external = true, recorded_by = ["lead"] }

[bodies]
coastguard = { label = "Coastguard" }

[authorities]
board = "Harbour board"

[states.told]
label = "Told"
phase = "referral"
cite = ["G1"]

[states.asking]
label = "Asking"
phase = "decision"
cite = ["G1"]
waits_for = "verdict"

[states.shut]
label = "Closed"
phase = "closed"
final = true
cite = ["G1"]

[[transitions]]
trigger = "tell"
label = "Tell the board"
dest = "told"
roles = ["lead", "council"]
cite = ["G1"]

[[transitions.fields]]
name = "told_on"
label = "Day it was told"
kind = "date"

[[transitions.fields]]
name = "urgent"
label = "Is it urgent?"
kind = "yes_no"
reason_when = "yes"

[[transitions.fields]]
name = "ground"
label = "Ground"
kind = "choice"
choices = [{ name = "storm", label = "Storm" }, { name = "fire", label = "Fire" }]

[[transitions]]
trigger = "ask"
label = "Ask the agencies"
source = ["told"]
dest = "asking"
roles = ["lead"]
cite = ["G1"]
guards = [{ name = "lead_named" }, { name = "not_held", pause = "inquiry" }]
notify = [{ tell = ["agencies", "coastguard"], message = "told", when = { field = "urgent", is = "yes" } }]

[[transitions]]
trigger = "decide"
label = "Decide"
source = ["asking"]
dest = "shut"
roles = ["chair"]
act = "decide"
authority = ["board"]
cite = ["G1"]
guards = [{ name = "answers_in", request = "report", override = "chair" }]

[[transitions]]
trigger = "reopen"
label = "Reopen"
source = ["shut"]
dest = "asking"
roles = ["chair"]
reopens = true
cite = ["G1"]

[timescales.answer]
label = "Report"
anchor = { request = "report" }
limit = 14
owner = "agency"
met_by = { requests = ["report"] }
ladder = "usual"
cite = ["G1"]
extension = { asked_by = ["council"], granted_by = ["chair"], cite = ["G1"] }

[timescales.decision]
label = "Decision"
anchor = { field = "told_on" }
owner = "chair"
met_by = { triggers = ["decide"] }
while_in = ["told", "asking"]
cite = ["G1"]

[ladders.usual]
label = "Usual"
rungs = [
    { day = -2, tell = ["agency_contact"], message = "reminder" },
    { day = 7, tell = ["chair"], message = "escalation", confirm = "lead", confirm_within = 3 },
]

[requests.report]
label = "Report"
asked_by = ["lead"]
states = ["asking"]
message = "information_requested"
cite = ["G1"]
fields = [{ name = "filed", label = "Where it is filed" }]

[registers.actions]
label = "Actions"
prefix = "A"
kept_by = ["lead"]
cite = ["G1"]
counts_from = "due_on"
fields = [
    { name = "what", label = "What is to be done" },
    { name = "agency", label = "By which agency", kind = "agency" },
    { name = "due_on", label = "By when", kind = "date", future = true },
]
updated_by = ["lead"]
update = [{ name = "done", label = "Is it done?", kind = "yes_no" }]
ended_when = { field = "done", is = "yes" }

[timescales.action]
label = "Action"
anchor = { items = "actions" }
limit = 0
owner = "agency"
met_by = { items = ["actions"] }
when = { field = "what", given = true }
cite = ["G1"]

[pauses.inquiry]
label = "Hold"
ordered_by = ["chair"]
stops = ["decision"]
may_stop = ["decision", "answer"]
events = ["verdict"]
cite = ["G1"]

[events.verdict]
label = "Verdict"
recorded_by = ["lead"]
cite = ["G1"]

[migrations."harbour-review-2019".states]
old = "told"
"""


def written(folder: Path, text: str, name: str = "harbour-review") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(*changes: tuple[str, str], text: str = HARBOUR) -> str:
    """The text of an edition, this one unless another is given, with some of it written otherwise."""
    for before, after in changes:
        assert before in text, f"{before!r} is not in the edition under test"
        text = text.replace(before, after, 1)
    return text


def refusal(folder: Path, *changes: tuple[str, str]) -> tuple[str, ...]:
    with pytest.raises(BadProcedure) as refused:
        procedures.read(written(folder, changed(*changes)))
    return refused.value.obstacles


def move(trigger: str, source: str, dest: str) -> str:
    """A move more, as it stands in the file."""
    lines = (
        "[[transitions]]",
        f'trigger = "{trigger}"',
        f'label = "{trigger.capitalize()}"',
        f'source = ["{source}"]',
        f'dest = "{dest}"',
        'roles = ["lead"]',
        'cite = ["G1"]',
    )
    return "\n".join(lines) + "\n\n"
