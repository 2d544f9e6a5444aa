"""Where something stands in a TOML file: its line, its place as it is written, the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.toml_places import hint, lines_of, open_sheet, shown
from states.errors import BadProcedure
from tests.harbour import written

TEXT = """
top = 1

[states."odd one"]
label = "x"

[[moves]]
name = "first"

[[moves]]
name = "second"

[[moves.fields]]
kind.of = "text"

[not a table]
"""


def test_every_table_and_key_knows_its_line() -> None:
    lines = lines_of(TEXT)

    assert lines["top",] == 2
    assert lines["states", "odd one", "label"] == 5
    assert lines["moves", 1, "name"] == 11
    assert lines["moves", 1, "fields", 0, "kind", "of"] == 14


def test_a_place_is_shown_as_it_is_written() -> None:
    data = {"transitions": [{"trigger": "decide"}, {}]}

    assert shown(("transitions", 0, "guards", 2), data) == "transitions[0] (decide).guards[2]"
    assert shown(("transitions", 1, "label"), data) == "transitions[1].label"
    assert shown(("states", "odd one"), data) == 'states."odd one"'


def test_a_name_is_answered_with_the_nearest_or_with_what_there_is() -> None:
    many = [f"name_{letter}" for letter in "abcdefghijklmnop"]

    assert hint("tld", ["told", "asking"]) == "Did you mean 'told'?"
    assert hint("x", ["told", "asking"]) == "Use one of: asking, told."
    assert hint("zzz", many).endswith("name_l and 4 more.")
    assert hint("x", []) == "None is defined in this edition: define it, or leave this out."


def test_a_fault_without_a_known_line_names_its_place_alone(tmp_path: Path) -> None:
    sheet = open_sheet(written(tmp_path, "a = 1\n"))

    assert sheet.says(("b", "c"), "it is missing.").endswith("harbour-review.toml, b.c: it is missing.")
    assert sheet.says((), "it is empty.").endswith("harbour-review.toml: it is empty.")


def test_tables_that_lie_too_deep_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadProcedure, match="too deep"):
        open_sheet(written(tmp_path, "a = " + "[" * 5000))
