"""Faults of form and of reference are told at once, and no fault is told that only follows from another."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from config import procedures
from config.procedures import UNCHECKED
from config.repair import PartlyRead, ReadableEdition, UnreadName, UnreadPart, legible
from states.errors import BadProcedure
from tests.harbour import HARBOUR, refusal, written
from tests.test_procedure_checks import UNKNOWN_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.toml_places import Place

TEN = (
    ('prefix = "HR"', "prefix = 7", "prefix: 7 is not text."),
    ('phase = "decision"', 'phase = "decison"', "states.asking.phase: 'decison' is not known here."),
    ('waits_for = "verdict"', 'waits_for = "ruling"', "states.asking.waits_for: there is no event 'ruling'."),
    ('roles = ["lead", "council"]', 'roles = ["led", 3]', "(tell).roles[0]: there is no role 'led'."),
    ('kind = "choice"', 'kind = "chioce"', "(tell).fields[2].kind: 'chioce' is not known here."),
    ('name = "lead_named"', 'name = "lead_nmed"', "(ask).guards[0].name: there is no guard 'lead_nmed'."),
    ("limit = 14", "limt = 14", "timescales.answer.limt: nothing of this name is known here."),
    ('owner = "chair"', 'owner = "nobody"', "timescales.decision.owner: nobody owns it: 'nobody'"),
    ("day = 7", 'day = "7"', "ladders.usual.rungs[1].day: '7' is not a whole number."),
    ('old = "told"', 'old = "tolled"', "states.old: there is no state 'tolled'. Did you mean 'told'?"),
)
STRANDED = '\n[states.adrift]\nlabel = 3\nphase = "decision"\ncite = ["G1"]\n'


def test_ten_faults_of_both_kinds_are_told_at_once(tmp_path: Path) -> None:
    obstacles = refusal(tmp_path, *((before, after) for before, after, _ in TEN))

    assert [said for _, _, said in TEN if not any(said in one for one in obstacles)] == []
    assert "(tell).roles[1]: 3 is not text." in "\n".join(obstacles)
    assert len(obstacles) == len(TEN) + 2
    assert obstacles[-1] == f"{tmp_path / 'harbour-review.toml'}: {UNCHECKED}"


def test_a_state_that_cannot_be_reached_is_told_beside_a_fault_of_its_form(tmp_path: Path) -> None:
    with pytest.raises(BadProcedure) as refused:
        procedures.read(written(tmp_path, HARBOUR + STRANDED))

    label, reached, left = (one.split(": ", 1)[1] for one in refused.value.obstacles)
    assert label.startswith("3 is not text.")
    assert reached.startswith("no case can reach it from an opening.")
    assert left.startswith("nothing leads out of it.")


@pytest.mark.parametrize("broken", ["told = 3\n", 'told = { label = "Told", phase = "Told", cite = ["G1"] }\n'])
def test_a_state_whose_table_cannot_be_read_is_a_known_name_all_the_same(tmp_path: Path, broken: str) -> None:
    text = HARBOUR.replace('[states.told]\nlabel = "Told"\nphase = "referral"\ncite = ["G1"]\n', f"[states]\n{broken}")
    with pytest.raises(BadProcedure) as refused:
        procedures.read(written(tmp_path, text))

    assert [one for one in refused.value.obstacles if "no state" in one or "reach" in one] == []
    assert "states.told" in refused.value.obstacles[0]


@pytest.mark.parametrize(("before", "after", "sentence"), UNKNOWN_NAMES[:12])
def test_a_name_that_leads_nowhere_is_told_beside_a_fault_of_form(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refusal(tmp_path, (before, after), ('prefix = "HR"', "prefix = 7"))

    assert any(sentence in one for one in obstacles), obstacles
    assert any("prefix: 7 is not text" in one for one in obstacles)


def test_whatever_is_spoilt_nothing_is_invented() -> None:
    sound = tomllib.loads(HARBOUR)
    sound["transitions"].append({**deepcopy(sound["transitions"][1]), "trigger": "note", "source": ["told", "asking"]})
    del sound["transitions"][-1]["dest"]

    invented = [(place, *new) for place, spoilt in spoilings(sound) if (new := told_besides(legible(spoilt)))]

    assert invented == []


def test_a_committees_own_file_is_checked_as_far_too(tmp_path: Path) -> None:
    (tmp_path / "guidance").mkdir()
    written(tmp_path / "guidance", HARBOUR)
    own = '[editions.harbour-review.timescales.answer]\nlimit = "10"\nladder = "usul"\nlabl = "Report"\n'
    local = written(tmp_path, 'committee = "Leith"\n' + own, "leith")

    with pytest.raises(BadProcedure) as refused:
        procedures.load("harbour-review", local, folder=tmp_path / "guidance")

    told = "\n".join(refused.value.obstacles)
    assert (
        "leith.toml, line 5, editions.harbour-review.timescales.answer.labl: a local file cannot change this." in told
    )
    assert "leith.toml, line 3, editions.harbour-review.timescales.answer.limit: '10' is not a whole number." in told
    assert "leith.toml, line 4, editions.harbour-review.timescales.answer.ladder: there is no ladder 'usul'." in told


def test_what_could_not_be_read_is_neither_there_nor_not_there() -> None:
    some = PartlyRead(told=1)

    assert "told" in some
    assert some.get("told") == 1
    assert some.read() == [("told", 1)]
    for asked in (lambda: "tolled" in some, lambda: [*some], some.items, lambda: {UnreadName()}):
        with pytest.raises(UnreadPart):
            asked()
    with pytest.raises(UnreadPart):
        assert UnreadName("one") == "one"


def told_besides(found: ReadableEdition) -> list[Any]:
    """What is told of a file besides its faults of form; nothing where its form is right."""
    told, _ = procedures.checked(found, procedures.calendars())
    return [one for one in told if one not in found.misshapen] if found.misshapen else []


def spoilings(sound: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The edition with one entry of another kind, left out, or under another name: each entry in turn."""
    for number, place in enumerate(places(sound)):
        *above, key = place
        for change in (number % 4, 4, 5):
            spoilt = deepcopy(sound)
            table: Any = spoilt
            for one in above:
                table = table[one]
            if change < 4:
                table[key] = (3, "3 x!", [3], True)[change]
            elif isinstance(table, dict):
                held = table.pop(key)
                table |= {} if change == 4 else {(f"{key}s", "Bad Key", "quite_other")[number % 3]: held}
            yield place, spoilt


def places(inner: Any, above: Place = ()) -> Iterator[Place]:
    """Every place of a file."""
    for key, one in inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ():
        yield (*above, key)
        yield from places(one, (*above, key))
