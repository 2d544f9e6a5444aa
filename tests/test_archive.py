"""The file of a backup: what is damaged, cut short or reaches outside its folders is refused, and nothing written."""

from __future__ import annotations

import io
import json
import random
import zipfile
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from records import archive
from records.backup import backup, restore
from records.database import connect, transaction
from records.upgrade import upgrade
from states.errors import StorageTrouble
from tests.samples import METADATA, NOW, fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> Path:
    engine = connect(f"sqlite:///{tmp_path / 'cairn.db'}")
    upgrade(engine, None, NOW)
    with transaction(engine) as tx:
        fill(tx)
    backup(engine, tmp_path / "cairn.backup", NOW, {})
    engine.dispose()
    return tmp_path / "cairn.backup"


def rewritten(made: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(made) as parts:
        held = {name: parts.read(name) for name in parts.namelist()}
    change(held)
    with zipfile.ZipFile(made, "w") as parts:
        for name, content in held.items():
            parts.writestr(name, content)


def with_manifest(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change(held: dict[str, bytes]) -> None:
        held["manifest.json"] = json.dumps(json.loads(held["manifest.json"]) | changes).encode()

    return change


def with_fewer_rows(held: dict[str, bytes]) -> None:
    """The rows of a table are left out, and the digest is made right again: only the count is not."""
    manifest = json.loads(held["manifest.json"])
    table = next(one for one in manifest["tables"] if one["name"] == "history")
    held["tables/history.jsonl"] = b"".join(
        held["tables/history.jsonl"].splitlines(keepends=True)[: table["rows"] // 2]
    )
    manifest["digests"]["tables/history.jsonl"] = sha256(held["tables/history.jsonl"]).hexdigest()
    held["manifest.json"] = json.dumps(manifest).encode()


def without_a_table(held: dict[str, bytes]) -> None:
    manifest = json.loads(held["manifest.json"])
    manifest["tables"] = [one for one in manifest["tables"] if one["name"] != "history"]
    del manifest["digests"]["tables/history.jsonl"], held["tables/history.jsonl"]
    held["manifest.json"] = json.dumps(manifest).encode()


def with_a_long_manifest(held: dict[str, bytes]) -> None:
    held["manifest.json"] += b" " * archive.LONGEST_MANIFEST


FAULTS: dict[str, tuple[Callable[[dict[str, bytes]], Any], str]] = {
    "a row changed": (lambda held: held.update({"tables/history.jsonl": b"[]"}), r"damaged \(its part tables/history"),
    "a part removed": (lambda held: held.pop("tables/history.jsonl"), r"damaged \(its part tables/history"),
    "a part added": (lambda held: held.update({"tables/x.jsonl": b""}), r"damaged \(its part tables/x"),
    "no manifest": (lambda held: held.pop("manifest.json"), "not a backup of Cairn"),
    "another format": (with_manifest(format="something-else"), "not a backup of Cairn"),
    "fewer rows than it says": (with_fewer_rows, r"says that it holds \d+ rows of history, and there are \d+"),
    "a table less": (without_a_table, r"damaged \(its part tables/history"),
    "a manifest without end": (with_a_long_manifest, "more than 33,554,432 bytes: it is no backup of Cairn"),
    "a newer Cairn": (with_manifest(version="0999"), "made by a newer Cairn"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_backup_that_is_not_what_it_was_is_refused_and_nothing_written(
    tmp_path: Path, made: Path, fault: str
) -> None:
    change, sentence = FAULTS[fault]
    target = connect(f"sqlite:///{tmp_path / 'restored.db'}")
    rewritten(made, change)

    with pytest.raises(StorageTrouble, match=sentence) as refusal:
        restore(target, made, NOW, {})

    assert len(refusal.value.obstacles) == 1
    assert not (tmp_path / "restored.db").exists()


def test_a_backup_that_reaches_outside_its_folders_is_refused(tmp_path: Path, made: Path) -> None:
    digest = archive.digest_of([b"x"])

    def reach_out(held: dict[str, bytes]) -> None:
        manifest = json.loads(held["manifest.json"])
        manifest["digests"]["files/evidence/../../escaped"] = digest
        held |= {"files/evidence/../../escaped": b"x", "manifest.json": json.dumps(manifest).encode()}

    rewritten(made, reach_out)

    with pytest.raises(StorageTrouble, match="damaged"):
        restore(connect(f"sqlite:///{tmp_path / 'new.db'}"), made, NOW, {"evidence": tmp_path / "a" / "b"})


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    target = connect(f"sqlite:///{tmp_path / 'restored.db'}")
    (tmp_path / "letter.txt").write_text("Dear committee")

    with pytest.raises(StorageTrouble, match="is not a backup of Cairn, or it is cut short"):
        restore(target, tmp_path / "letter.txt", NOW, {})
    with pytest.raises(StorageTrouble, match=r"There is no .*nowhere"):
        restore(target, tmp_path / "nowhere", NOW, {})
    with pytest.raises(StorageTrouble, match="cannot be used"):
        restore(target, tmp_path, NOW, {})


def test_a_backup_cut_short_or_with_a_bit_turned_is_refused_wherever_it_is(made: Path) -> None:
    whole = made.read_bytes()
    chance = random.Random(7)  # noqa: S311 (the same damage every time)
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        held = {name: parts.read(name) for name in parts.namelist()}
    damaged = [whole[: chance.randrange(len(whole))] for _ in range(40)]
    for place in chance.sample(range(len(whole)), 300):
        turned = whole[place] ^ (1 << chance.randrange(8))
        damaged.append(whole[:place] + bytes([turned]) + whole[place + 1 :])

    for content in damaged:
        made.write_bytes(content)
        with suppress(StorageTrouble), archive.opened(made) as (parts, manifest):
            # The bit meant nothing, such as one of the ZIP's own dates: then what it holds is whole.
            assert {name: parts.read(name) for name in manifest.digests}.items() <= held.items()
            assert len(manifest.digests) == len(METADATA.tables)
