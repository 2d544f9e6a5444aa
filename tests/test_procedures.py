"""Editions as files: found by name, read whole, and refused with the nearest name where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import procedures
from states.errors import BadProcedure
from states.procedure import Procedure
from tests.harbour import HARBOUR, move, refusal, written
from tests.office import small_edition

NATIONAL_ONLY = [
    ('prefix = "HR"', 'prefix = "HR"\ncommittee = "Leith"', "committee: a national edition has no committee."),
    ("limit = 14", "limit = 14\nloosened = true", "timescales.answer.loosened: Cairn writes this itself"),
    (
        'name = "harbour-review"',
        'name = "harbour"',
        "name: the file is called 'harbour-review', the edition 'harbour'.",
    ),
]


def test_a_sound_edition_is_read_whole(tmp_path: Path) -> None:
    path = written(tmp_path, HARBOUR)

    procedure = procedures.read(path)

    assert [move.trigger for move in procedure.openings] == ["tell"]
    assert procedure.timescales["answer"].limit == 14
    assert procedure.issued_on == "2020-01-31"


def test_an_edition_is_found_by_its_name_in_its_folder(tmp_path: Path) -> None:
    written(tmp_path, HARBOUR)

    assert procedures.names(tmp_path) == ("harbour-review",)
    assert procedures.load("harbour-review", folder=tmp_path).title == "Harbour review"


def test_an_edition_that_is_not_there_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    written(tmp_path, HARBOUR)

    with pytest.raises(BadProcedure, match=r"Did you mean 'harbour-review'\?"):
        procedures.load("harbor-review", folder=tmp_path)


@pytest.mark.parametrize("name", procedures.names())
def test_every_edition_that_ships_is_without_fault(name: str) -> None:
    procedure = procedures.load(name)

    assert procedure.name == name


@pytest.mark.parametrize(("before", "after", "sentence"), NATIONAL_ONLY)
def test_a_national_file_says_nothing_that_is_for_a_local_one(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refusal(tmp_path, (before, after))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadProcedure) as refused:
        procedures.read(written(tmp_path, "name = 'x'\ntitle = = 3\n"))

    assert refused.value.obstacles[0].endswith(
        "it is not TOML: line 2: Invalid value (column 9). Correct it there and try again."
    )


def test_a_file_that_ends_too_soon_is_refused_with_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(BadProcedure, match=r"it is not TOML: the last line \(2\)"):
        procedures.read(written(tmp_path, "name = 'x'\nroles = ["))


def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "caf\xe9"'.encode("latin-1"))

    for path, words in (
        (tmp_path / "none.toml", "there is no such file"),
        (tmp_path, "it is a folder"),
        (latin, "it is not text in UTF-8"),
        (tmp_path / ("x" * 300), "it cannot be read"),
        (tmp_path / "a\0b", "it cannot be read"),
    ):
        with pytest.raises(BadProcedure, match=words) as refused:
            procedures.read(path)
        assert len(refused.value.obstacles) == 1


def test_a_move_without_dest_is_checked_where_it_stands_in_the_file(tmp_path: Path) -> None:
    note = move("note", "asking", "").replace('dest = ""\n', "").replace('["asking"]', '["asking", "tld"]')

    obstacles = refusal(
        tmp_path,
        (
            '[[transitions]]\ntrigger = "reopen"',
            note.replace('"lead"', '"led"') + '[[transitions]]\ntrigger = "reopen"',
        ),
        ("reopens = true\n", ""),
    )

    assert [obstacle.partition(", transitions")[2].partition(":")[0] for obstacle in obstacles] == [
        "[3] (note).roles[0]",
        "[3] (note).source[1]",
        "[4] (reopen).source",
    ]


def test_a_move_with_neither_source_nor_dest_is_refused(tmp_path: Path) -> None:
    obstacles = refusal(tmp_path, ('dest = "told"\n', ""))

    assert "transitions[0] (tell).dest: it neither opens a case nor leaves one where it is." in obstacles[0]


def test_a_faulty_edition_hides_no_other_unless_all_are_at_fault() -> None:
    """What the desk offers is every edition that can be used; what is wrong with all of them is told."""

    def one_is_faulty(name: str) -> Procedure:
        if name == procedures.names()[0]:
            raise BadProcedure("It is at fault.")
        return small_edition(name=name)

    def all_are_faulty(name: str) -> Procedure:
        raise BadProcedure(f"{name} is at fault.")

    assert tuple(one.name for one in procedures.in_order(one_is_faulty)) == procedures.names()[1:]
    with pytest.raises(BadProcedure, match=procedures.names()[0]):
        list(procedures.in_order(all_are_faulty))
