"""A checkpoint is read as JSON has it, whatever its text; of a long one no more is held than its text."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import example, given
from hypothesis import strategies as st

from records import checkpoint_heads
from records.checkpoint_heads import Heads
from records.checkpoints import SignedCheckpoint, read, read_text, signed, write
from records.database import reading
from records.keys import MasterKey
from records.seen_ends import SeenEnds
from states.canonical_json import canonical
from workflows.verification.since import cases_to_look_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.office import Office

MANY = 20_000
TEXTS = st.text(st.sampled_from('CP-0127"\\é'), max_size=5)
HEADS = st.dictionaries(TEXTS, st.tuples(st.integers(-1, 10**19), TEXTS), max_size=4)
DAMAGE = st.sampled_from(['"', "}", ",", "[", "0", " ", '"heads":{},', "\\u0041", "\n", "a"])
Told = tuple[dict[str, Any], "Mapping[str, tuple[int, str]]"]


def text_of(heads: Mapping[str, tuple[int, str]], number: int = 1) -> str:
    return canonical({"at": "2026-03-02T10:00:00Z", "heads": heads, "logs": {}, "number": number, "previous": ""})


def as_json(body: str) -> Told | None:
    try:
        data = json.loads(body)
        return data, checkpoint_heads.plain(data["heads"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def as_read(body: str) -> Told | None:
    try:
        return checkpoint_heads.read(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@given(HEADS, st.integers(0, 200), DAMAGE, st.integers(0, 3))
@example({"CP-1": (1, "a"), "CP-2": (2, "b")}, 0, "", 0)
@example({"CP-1": (1, "a"), "CP-2": (2, "b")}, 36, '"CP-7":[1,"a"],', 0)
def test_it_is_read_as_json_has_it_whatever_stands_there(
    heads: dict[str, tuple[int, str]], place: int, damage: str, without: int
) -> None:
    body = text_of(heads)
    body = body[:place] + damage + body[place + without :]

    found, expected = as_read(body), as_json(body)

    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found[1] == expected[1]
        assert list(found[1]) == list(expected[1])
        assert {**found[0], "heads": None} == {**expected[0], "heads": None}


def test_one_end_is_found_by_its_reference() -> None:
    _, heads = checkpoint_heads.read(text_of({"CP-1": (1, "a"), "CP-2": (2, "b")}))

    assert isinstance(heads, Heads)
    assert (heads["CP-2"], heads.get("CP-3"), len(heads), "CP-1" in heads) == ((2, "b"), None, 2, True)


def with_ends(count: int) -> SignedCheckpoint:
    return read_text(text_of({f"CP-2026-{number:07}": (number, f"{number:064x}") for number in range(count)}), "", "")


def noted(office: Office, body: str) -> int:
    """What is made of a checkpoint when all that came after it is looked at; how many ends it has."""
    one = read_text(body, "", "")
    with closing(SeenEnds()) as ends, reading(office.engine) as tx:
        ends.note(one.heads.items(), "the long one")
        assert list(cases_to_look_at(tx, one)) == []
    return len(one.heads)


def test_of_a_long_one_no_more_is_held_than_its_text(office: Office) -> None:
    body = with_ends(MANY).body
    noted(office, with_ends(1).body)
    tracemalloc.start()
    try:
        assert noted(office, body) == MANY
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert held < len(body) / 4


def test_its_file_is_read_as_it_was_written_or_as_any_json(tmp_path: Path) -> None:
    one, path = signed(MasterKey(b"k" * 32), with_ends(3).body), tmp_path / "000001.json"
    write(one, path)
    as_written = read(path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")), indent=1), "utf-8")

    assert isinstance(as_written.heads, Heads)
    assert as_written == one == read(path)
