"""The shape of an edition: each wrong key or kind of value is refused in plain words."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from config import procedures
from config.overlay import ADDS, CHANGES
from config.procedure_keys import MEANINGS
from config.procedure_schema import keys_of, shaped
from states.errors import BadProcedure
from states.guards import GUARDS
from states.procedure import Procedure
from tests.harbour import HARBOUR, refusal, written

DOCUMENTATION = Path(procedures.__file__).parent.parent / "docs" / "procedure-format.md"

WRONG_SHAPES = [
    ('title = "Harbour review"\n', "", "title: it is missing. Add it: the title shown to people."),
    (
        "limit = 14",
        'limit = "14"',
        "timescales.answer.limit: '14' is not a whole number. Write it without quotation marks, as 14.",
    ),
    ("limit = 14", "limit = true", "timescales.answer.limit: true is not a whole number."),
    ('prefix = "HR"', 'prefix = ["HR"]', "prefix: a list is not text."),
    (
        "[states.told]",
        "[states]\ntold = 3\n[states.held]",
        "states.told: 3 is not a table. Write it in braces, as { basis = ... }.",
    ),
    ("limit = 14", "limt = 14", "timescales.answer.limt: nothing of this name is known here. Did you mean 'limit'?"),
    ("final = true", 'final = "yes"', "states.shut.final: 'yes' is neither true nor false."),
    (
        'phase = "decision"',
        'phase = "decison"',
        "states.asking.phase: 'decison' is not known here. Did you mean 'decision'?",
    ),
    ('source = ["told"]', 'source = "told"', "transitions[1] (ask).source: 'told' is not a list."),
    ('prefix = "HR"', "prefix = 7", "prefix: 7 is not text. Write it in quotation marks."),
    ('title = "Harbour review"', 'title = ""', "title: it is empty."),
    ("[states.told]", '[states."To ld"]', "states.\"To ld\": 'To ld' is no name. Use small letters"),
    ('anchor = { request = "report" }', 'anchor = "report"', "timescales.answer.anchor: 'report' is not a table."),
    (
        'cite = ["G1"]\nguards = [{ name = "lead_named" }',
        'cite = ["G1"]\nguards = ["lead_named"',
        "(ask).guards[0]: 'lead_named' is not a table.",
    ),
    ('is = "yes"', "is = 2.5", "(ask).notify[0].when.is: 2.5"),
    ('label = "Told"', f'label = "{"o" * 2001}"', "states.told.label: it is longer than 2000 characters."),
    (
        "limit = 14",
        'limit = 14\nrepeat = { count = 0, unit = "weeks" }',
        "timescales.answer.repeat.count: 0 is out of range: give a number above 0.",
    ),
    (
        "limit = 14",
        "on = { month = 13, day = 1 }",
        "timescales.answer.on.month: 13 is out of range: give a number of at most 12.",
    ),
]


@pytest.mark.parametrize(("before", "after", "sentence"), WRONG_SHAPES)
def test_a_key_of_the_wrong_kind_is_refused_in_plain_words(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    obstacles = refusal(tmp_path, (before, after))

    assert any(sentence in obstacle for obstacle in obstacles), obstacles
    assert not any("Input should" in obstacle or "pydantic" in obstacle for obstacle in obstacles)


def test_transitions_that_are_no_list_of_tables_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, HARBOUR.replace("[[transitions", "[[moves"))

    with pytest.raises(BadProcedure) as refused:
        procedures.read(path)

    assert any("transitions: it is missing" in obstacle for obstacle in refused.value.obstacles)
    _, found = shaped({"transitions": 3})
    assert (("transitions",), "it is not a list of tables. Begin each entry with [[transitions]].") in found


def test_the_schema_says_what_every_key_means() -> None:
    schema = procedures.schema()

    text = json.dumps(schema)
    assert schema["title"] == "An edition of the guidance"
    assert '"is"' in text
    assert '"in"' in text
    assert "What the clock starts from: exactly one of the parts below." in text


def test_every_key_of_the_models_has_its_meaning_and_no_other() -> None:
    models = {"Procedure": Procedure.model_json_schema(by_alias=True)}
    models |= models["Procedure"]["$defs"]

    for name, model in models.items():
        assert set(MEANINGS[name]) == set(model["properties"]), name
    assert set(MEANINGS) == set(models)
    assert keys_of(("transitions", 0, "guards", 0))[0] == "name"
    assert keys_of(("states",)) == keys_of(("name", "of")) == keys_of(("nothing", 0)) == ()


def test_the_documentation_names_every_key_with_its_meaning() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")

    for keys in MEANINGS.values():
        for key, meaning in keys.items():
            assert f"| `{key}` | {meaning.replace('|', chr(92) + '|')} |" in text


def test_the_documentation_lists_every_guard_and_all_a_local_file_may_change() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")

    assert all(f"| `{guard}` | " in text for guard in GUARDS)
    local = text.partition("## What a committee changes")[2].splitlines()
    for kind, keys in CHANGES.items():
        row = next(line for line in local if line.startswith(f"| `{kind}`"))
        assert {key for key in keys if f"`{key}`" in row} == keys
        assert ("yes" in row) == (kind in ADDS)


def test_the_examples_of_the_documentation_are_toml_and_the_first_is_an_edition(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)

    assert all(tomllib.loads(example) for example in examples)
    assert procedures.read(written(tmp_path, examples[0], "harbour-review-2026")).prefix == "HR"
