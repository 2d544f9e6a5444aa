"""Checkpoints are signed, numbered and chained; each is one file that anybody can check without us."""

from __future__ import annotations

import errno
import hashlib
import json
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from records import checkpoints, heartbeats
from records.checkpoints import SignedCheckpoint, checkpoint, read, stored, write_kept
from records.database import reading, transaction
from records.keys import MasterKey
from states.errors import BadCheckpoint, StorageTrouble
from tests.office import FIFE
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office


def made(office: Office, folder: Path | None) -> SignedCheckpoint:
    with transaction(office.engine) as tx:
        return checkpoint(tx, office.keys, folder, office.now)


def opened(office: Office) -> str:
    return str(office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE,)).ref)


def test_it_says_where_every_history_ends(office: Office, tmp_path: Path) -> None:
    first, second = opened(office), opened(office)
    office.do(advance, first, "gather")

    one = made(office, tmp_path / "checkpoints")

    assert one.number == 1
    assert one.at == office.now
    assert one.heads == {ref: (office.case(ref).dossier.sequence, office.case(ref).head) for ref in (first, second)}
    assert one.heads[first][0] == 2
    assert one.is_as_signed()


def test_its_file_can_be_checked_without_us(office: Office, tmp_path: Path) -> None:
    opened(office)

    one = made(office, tmp_path)

    whole = json.loads((tmp_path / "000001.json").read_text("utf-8"))
    canonical = json.dumps(whole["checkpoint"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(b64decode(whole["public_key"])).verify(b64decode(whole["signature"]), canonical)
    assert read(tmp_path / "000001.json") == one


def test_each_carries_the_fingerprint_of_the_one_before(office: Office, tmp_path: Path) -> None:
    opened(office)

    one = made(office, tmp_path)
    office.later(days=1)
    two = made(office, tmp_path)

    assert (one.previous, two.previous) == ("", hashlib.sha256(one.body.encode()).hexdigest())
    with reading(office.engine) as tx:
        assert list(stored(tx)) == [two, one]
        assert list(stored(tx, newest=1)) == [two]
        assert heartbeats.last(tx)["checkpoint"] == (office.now, "number 2, 1 case")


def test_a_file_that_was_left_by_a_checkpoint_never_kept_is_not_written_over(office: Office, tmp_path: Path) -> None:
    with transaction(office.engine) as tx:
        lost = checkpoint(tx, office.keys, None, office.now)
        tx.rollback()
    checkpoints.write(lost, tmp_path / "000001.json")

    one = made(office, tmp_path)

    assert one.number == 2
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["000001.json", "000002.json"]


def test_nothing_is_kept_when_the_file_cannot_be_written(office: Office, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no folder")

    with pytest.raises(StorageTrouble):
        made(office, tmp_path / "taken")

    with reading(office.engine) as tx:
        assert list(stored(tx)) == []


def test_one_that_is_not_kept_after_all_leaves_no_file_that_would_tell_of_a_database_put_back(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "checkpoints"

    def full(_: object) -> None:
        assert [path.suffix for path in folder.iterdir()] == [".part"], "it is on the disk before it is kept"
        raise OSError(errno.ENOSPC, "No space left on device")

    event.listen(office.engine, "commit", full)
    with pytest.raises(StorageTrouble, match="The disk is full"):
        made(office, folder)
    event.remove(office.engine, "commit", full)

    assert list(folder.iterdir()) == []
    assert verify(office.engine, checkpoint_files=folder).places == ()


def test_one_that_was_kept_when_a_kill_came_before_its_file_is_written_by_the_next_night(
    office: Office, tmp_path: Path
) -> None:
    for _ in range(2):
        made(office, tmp_path)
    (tmp_path / "000002.json").unlink()

    verdict = verify(office.engine, checkpoint_files=tmp_path)

    assert verdict.places == ()
    assert "The file of checkpoint 2, the newest, is not in" in verdict.notes[0]
    with transaction(office.engine) as tx:
        write_kept(tx, tmp_path)
    assert verify(office.engine, checkpoint_files=tmp_path).notes == ()


@pytest.mark.parametrize("statement", ["UPDATE checkpoint SET body = ''", "DELETE FROM checkpoint"])
def test_a_checkpoint_is_never_changed_or_removed(office: Office, statement: str) -> None:
    made(office, None)

    with pytest.raises(DBAPIError, match="append-only"), office.engine.begin() as tx:
        tx.execute(text(statement))


@pytest.mark.parametrize("part", ["checkpoint", "signature", "public_key"])
def test_any_change_of_its_file_is_refused(office: Office, tmp_path: Path, part: str) -> None:
    opened(office)
    made(office, tmp_path)
    path = tmp_path / "000001.json"
    whole = json.loads(path.read_text())
    other = checkpoints.signed(MasterKey(b"o" * 32), checkpoints.read(path).body)
    changes = {"checkpoint": {**whole["checkpoint"], "number": 7}, "signature": other.signature}
    whole[part] = {**changes, "public_key": other.public_key}[part]
    path.write_text(json.dumps(whole))

    with pytest.raises(BadCheckpoint, match="not as it was signed"):
        read(path)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"{}", b"null", b"[" * 100_000, b'{"checkpoint": {}, "x": 1}'])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "damaged.json").write_bytes(damage)

    with pytest.raises(BadCheckpoint, match="is not a checkpoint, or is damaged"):
        read(tmp_path / "damaged.json")


def test_a_signature_that_is_no_base64_does_not_fit() -> None:
    body = '{"at":"2026-03-02T10:00:00Z","heads":{},"number":1,"previous":""}'

    assert not checkpoints.read_text(body, "not base 64", "neither").is_as_signed()
