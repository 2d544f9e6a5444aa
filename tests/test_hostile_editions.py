"""Editions spoilt in hundreds of ways: each is refused with the place and the remedy of every fault, or can be used."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from config import procedures
from config.procedure_schema import shaped
from config.procedures import calendars, checked
from config.repair import legible
from config.toml_places import TomlFile
from states.errors import BadProcedure
from states.procedure import Procedure
from tests import hostile
from tests.hostile import RICH_EDITION, Hostile, refused, rich
from tests.hostile_walker import Walker
from tests.office import staff
from tests.played import stories

ALL = os.environ.get("HOSTILE") == "all"
SEED = 12
SAMPLES = {"small": 200, "rich": 220}
WALKS = {"small": 8, "rich": 10}
"""How many of those that are accepted are walked, unless HOSTILE=all asks for every one of every edition."""


@cache
def editions(name: str) -> tuple[Hostile, ...]:
    found = list(hostile.hostile(name))
    return tuple(found if ALL else hostile.some(found, SAMPLES[name], SEED))


@cache
def judgements(name: str) -> tuple[tuple[Hostile, Procedure | None, tuple[str, ...]], ...]:
    return tuple((one, *judged(one)) for one in editions(name))


def judged(one: Hostile) -> tuple[Procedure | None, tuple[str, ...]]:
    """What `check` makes of an edition: the edition, or every fault as it is shown."""
    data = one.data
    found = legible(data)
    faulty, _ = checked(found, calendars())
    sheet = TomlFile(Path(f"{one.base}.toml"), data)
    return found.procedure if not faulty else None, tuple(sheet.says(*fault) for fault in faulty)


def test_the_editions_that_others_are_made_from_are_in_order() -> None:
    for name in SAMPLES:
        procedure, faulty = judged(Hostile(name, (), "as it is"))
        assert (procedure is not None, faulty) == (True, ())


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_what_is_refused_is_told_with_its_place_and_its_remedy(name: str) -> None:
    found = judgements(name)
    wrong = [f"{one.name}\n    {told}" for one, edition, said in found for told in unclear(edition, said)]

    assert wrong == []
    assert sum(1 for _, edition, _ in found if edition is None) > 100


def unclear(procedure: Procedure | None, said: tuple[str, ...]) -> Iterator[str]:
    """What is missing in a judgement: an edition or a fault, and in each fault its place, what is wrong, what to do."""
    if procedure is None and not said:
        yield "neither refused nor read"
    for sentence in said:
        where, _, what = sentence.partition(": ")
        has_remedy = re.search(r"[.:] \S", what)
        if ", " not in where or not has_remedy or what[-1:] not in ".?" or "\n" in what:
            yield sentence


def test_an_editor_is_told_by_the_json_schema_just_what_is_refused_for_its_form() -> None:
    """A file with a fault of form is one that the schema refuses, and no other is."""
    schema = Draft202012Validator(procedures.schema())
    wrong = []
    for one in (each for name in SAMPLES for each in editions(name)[: None if ALL else 100]):
        data = one.data
        misshapen = bool(shaped(data)[1])
        if schema.is_valid(json.loads(json.dumps(data, default=str))) == misshapen:
            wrong.append(one.name)

    assert wrong == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_what_is_accepted_can_be_walked_to_each_final_state(tmp_path: Path, name: str) -> None:
    accepted = [(one, procedure) for one, procedure, _ in judgements(name) if procedure is not None]
    wrong: dict[str, str] = {}
    for number, (one, procedure) in enumerate(accepted if ALL else accepted[: WALKS[name]]):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        with stories().office_after(staff, "sqlite", folder) as office:
            try:
                Walker(office, procedure, random.Random(SEED)).walk()  # noqa: S311
            except Exception as trouble:  # noqa: BLE001  whatever it is, it is told with the edition
                wrong[one.name] = f"{type(trouble).__name__}: {trouble}"
        shutil.rmtree(folder)

    assert wrong == {}


UNREASONABLE = [
    ("issued_on = 2020-01-31", 'issued_on = "2026-13-45"', "issued_on: '2026-13-45' is no date."),
    ("issued_on = 2020-01-31", 'issued_on = "soon"', "issued_on: 'soon' is no date."),
    (
        "issued_on = 2020-01-31",
        "issued_on = 2020-01-31\nwithdrawn_on = 2019-12-31",
        "withdrawn_on: it was withdrawn before it was issued",
    ),
    ("checked_on = 2026-01-01", 'checked_on = "2026-02-30"', "sources.S.checked_on: '2026-02-30' is no date."),
    ('url = "https://example.org/1"', 'url = "page 1"', "sources.S.url: 'page 1' is no address."),
    ("on = { month = 7, day = 31 }", "on = { month = 2, day = 31 }", "timescales.yearly.on: day 31 of month 2 is not"),
    ("least = 1 }, { name", "least = -2 }, { name", "(gather).guards[0].least: -2 is out of all reason."),
    ('kind = "people", least = 1', 'kind = "people", least = -2', "fields[0].least: -2 is out of all reason."),
    ("limit = 7", "limit = 99999999999", "timescales.form.limit: 99999999999 calendar days is out of all reason."),
    ("longest = 20", "longest = -20", "timescales.answer.extension.longest: -20 is out of all reason."),
    ("count = 12", "count = 99999", "timescales.yearly.repeat.count: 99999 months is out of all reason."),
    ("day = 14, tell", "day = 99999, tell", "ladders.agency.rungs[4].day: 99999 is out of all reason."),
    ('report", override', 'report", quorum = 2, override', "(consider).guards[0].join: a quorum counts only with join"),
    (
        'tell = ["agency_senior"]',
        'channels = ["emial"], tell = ["agency_senior"]',
        "ladders.agency.rungs[3].channels[0]: there is no channel 'emial'. Did you mean 'email'?",
    ),
    ('prefix = "RICH"', 'prefix = "Rich 1"', "prefix: 'Rich 1' is no prefix. Use one to eight capital letters."),
    ('prefix = "A"', 'prefix = "a"', "registers.actions.prefix: 'a' is no prefix."),
    ('prefix = "A"', 'prefix = "A1"', "registers.actions.prefix: 'A1' is no prefix."),
    ('prefix = "A"', 'prefix = ""', "registers.actions.prefix: '' is no prefix."),
    ('label = "Told"', 'label = "   "', "states.told.label: it holds blanks and nothing else."),
    ('committee = "The committee"', 'committee = " "', "authorities.committee: it holds blanks and nothing else."),
    (
        'subject = "child"',
        'subject = "child"\nreplaces = "rich-review"',
        "replaces: an edition does not replace itself.",
    ),
    ('migrations."rich-review-2019"]', 'migrations."rich-review"]', "no case comes to an edition from itself."),
]


@pytest.mark.parametrize(("before", "after", "sentence"), UNREASONABLE)
def test_words_dates_and_numbers_out_of_all_reason_are_refused(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refused(tmp_path, rich((before, after)))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles


@pytest.mark.parametrize(
    "deep",
    [
        f"deep = {'[' * 400}{']' * 400}",
        f"deep = {'[' * 90_000}{']' * 90_000}",
        f"{'a.' * 400}a = 1",
        f"[{'a.' * 400}a]",
        f"deep = {'{ a = ' * 200}1{' }' * 200}",
    ],
    ids=["lists", "very deep lists", "keys", "tables", "tables in tables"],
)
def test_a_file_nested_hundreds_deep_is_refused(tmp_path: Path, deep: str) -> None:
    (fault,) = refused(tmp_path, f"{deep}\n")

    assert fault.endswith("its tables lie too deep in one another. Write it flatter.")


def step(number: int, unless: str = "") -> str:
    """A state, the move to it and the move from it, and a time limit, with much to read beside them."""
    before = f"s{number - 1}" if number else "reviewing"
    return f"""
[states.s{number}]
label = "State {number}"
phase = "review"
cite = ["S"]
note = "{"n" * 2_000}"

[[transitions]]
trigger = "go{number}"
label = "Go {number}"
source = ["{before}{unless}"]
dest = "s{number}"
roles = ["chair"]
cite = ["S"]
guards = [{{ name = "recorded", trigger = "gather", scope = "case" }}]
fields = [{{ name = "f{number}", label = "Field", when = {{ field = "words{unless}", given = true }} }}]

[[transitions]]
trigger = "back{number}"
label = "Back {number}"
source = ["s{number}"]
dest = "following"
roles = ["chair"]
cite = ["S"]

[timescales.t{number}]
label = "Time limit {number}"
anchor = {{ state = "s{number}" }}
limit = 7
owner = "chair{unless}"
met_by = {{ triggers = ["back{number}"] }}
ladder = "officer{unless}"
cite = ["S"]
note = "{"n" * 2_800}"
"""


MANY = "entries, and none may have more than 400."
WHOLE: dict[str, tuple[int, Callable[[int], str], str]] = {
    "in order": (180, lambda many: "".join(map(step, range(many))), ""),
    "faulty": (
        180,
        lambda many: "".join(step(number, "x") for number in range(many)),
        "was not checked. Put those right, then check",
    ),
    "too long a table": (450, lambda many: "".join(map(step, range(many))), MANY),
    "keys": (70_000, lambda many: "".join(f"key{number} = [1]\n" for number in range(many)), MANY),
    "no edition": (1_000_000, lambda many: "x" * many, "it is not TOML"),
}
"""How many of what make a file of a megabyte, their text, and what is said of it."""


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_file_of_a_megabyte_takes_a_second_at_most(tmp_path: Path, kind: str) -> None:
    many, text, sentence = WHOLE[kind]
    whole, quarter = (RICH_EDITION + text(one) for one in (many, many // 4))
    for _ in range(3):  # a busy machine slows one of two, but not each time
        _, beside = reading(tmp_path, quarter)
        told, takes = reading(tmp_path, whole)
        if is_quick(takes, beside):
            break
    else:
        pytest.fail(f"It takes {takes:.2f} seconds, where a quarter of it takes {beside:.2f}.")

    assert any(sentence in one for one in told) if sentence else told == ()


def reading(folder: Path, text: str) -> tuple[tuple[str, ...], float]:
    """Every fault of an edition with that text, and how many seconds of processor time they take to find."""
    path = folder / "rich-review.toml"
    path.write_text(text, encoding="utf-8")
    told: tuple[str, ...] = ()
    began = time.process_time()
    try:
        procedures.read(path)
    except BadProcedure as faulty:
        told = faulty.obstacles
    return told, time.process_time() - began


def is_quick(takes: float, beside: float) -> bool:
    """Whether a file takes a second of the fastest machine at most, and no square of its size shows beside a quarter.

    What grows with the square takes sixteen times as long for all of a file, what looks at all of it once four times.
    """
    return takes < 6 * beside and (takes < 1 or takes < A_SECOND * known_work())


A_SECOND = 2.2
"""How many times the fastest machine does the known piece of work in a second."""


def known_work() -> float:
    """Seconds of processor time in which the text with the most keys is read as TOML, and no more."""
    many, text, _ = WHOLE["keys"]
    began = time.process_time()
    tomllib.loads(text(many))
    return time.process_time() - began
