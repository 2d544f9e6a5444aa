"""An edition as a whole: what strands a case, cannot be reached or waits in a ring is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from states.errors import BadProcedure
from tests.harbour import changed, move, refusal, written
from tests.office import SMALL_EDITION

RULES = [
    ('dest = "asking"\nroles = ["lead"]', 'dest = "told"\nroles = ["lead"]', "states.told: nothing leads out of it."),
    ('source = ["told"]\ndest = "asking"', 'dest = "asking"', "states.told: nothing leads out of it."),
    ("reopens = true\n", "", "(reopen).source: it leaves the final state 'shut'. Write reopens = true"),
    (
        'dest = "told"\nroles',
        'source = ["shut"]\ndest = "told"\nreopens = true\nroles',
        "transitions: no move opens a case.",
    ),
    ("final = true\n", "", "states: no state is final"),
    (
        '[[transitions]]\ntrigger = "decide"',
        move("ask", "told", "asking") + '[[transitions]]\ntrigger = "decide"',
        "transitions[2] (ask).trigger: 'ask' is there twice from the state 'told'.",
    ),
    (
        'authority = ["board"]',
        'authority = ["board"]\nfields = [{ name = "told_on", label = "x" }]',
        "(decide).fields[0].kind: 'told_on' is of kind date in tell, and text here.",
    ),
]


@pytest.mark.parametrize(("before", "after", "sentence"), RULES)
def test_an_edition_that_strands_a_case_is_refused_with_the_place(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refusal(tmp_path, (before, after))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles


def test_a_state_no_case_can_reach_and_one_that_never_closes_are_refused(tmp_path: Path) -> None:
    island = '[states.island]\nlabel = "Island"\nphase = "review"\ncite = ["G1"]\n\n[states.shut]'
    skerry = island.replace("island", "skerry").replace("Island", "Skerry")
    loop = move("out", "island", "skerry") + move("home", "skerry", "island")

    obstacles = refusal(
        tmp_path,
        ("[states.shut]", island),
        ("[states.shut]", skerry),
        ("[timescales.answer]", loop + "[timescales.answer]"),
    )

    assert any("states.island: no case can reach it from an opening." in obstacle for obstacle in obstacles)
    assert any("states.skerry: no final state can be reached from it." in obstacle for obstacle in obstacles)


def test_time_limits_that_hang_on_one_another_in_a_ring_are_told_once(tmp_path: Path) -> None:
    third = (
        '[timescales.third]\nlabel = "Third"\nanchor = { timescale = "decision" }\nowner = "chair"\n'
        'met_by = { triggers = ["ask"] }\ncite = ["G1"]\n\n'
    )

    obstacles = refusal(
        tmp_path,
        ('anchor = { field = "told_on" }', 'anchor = { timescale = "third" }'),
        ("[ladders.usual]", third + "[ladders.usual]"),
    )

    assert len(obstacles) == 1
    assert "in a ring: decision > third > decision" in obstacles[0]


def test_a_committee_year_needs_no_opening_and_no_end(tmp_path: Path) -> None:
    text = changed(
        ('prefix = "HR"', 'prefix = "HR"\nkind = "committee"'),
        ("final = true\n", ""),
        ('phase = "closed"', 'phase = "review"'),
    )

    assert procedures.read(written(tmp_path, text)).kind == "committee"


def test_a_state_in_which_a_case_could_neither_go_on_nor_do_what_it_waits_for_is_refused(tmp_path: Path) -> None:
    """A request that is sent only before: whoever goes on without it can never ask, and no override helps."""
    refused, small = tmp_path / "refused", SMALL_EDITION
    refused.mkdir()
    before = small.replace('states = ["gathering", "deciding"]', 'states = ["notified", "deciding"]')

    with pytest.raises(BadProcedure) as faulty:
        procedures.read(written(refused, before, "small-review"))

    assert any(
        "(consider).guards[0]: a case that comes to 'gathering' without it can never do it there" in one
        for one in faulty.value.obstacles
    )
    for either in (small, before.replace('request = "report", override', 'request = "report", least = 0, override')):
        assert procedures.read(written(tmp_path, either, "small-review")).name == "small-review"
