"""The master key: made once, found again, never shown; what was sealed with another is told apart."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from records.keys import MasterKey, load_or_create, new_case_key
from states.errors import NotSetUp, StorageTrouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WRITTEN = "0f" * 32
WHOSE = "contact 1 email"
MASTER = MasterKey(bytes(range(32)))
OTHER = MasterKey(bytes(32))


def test_the_first_start_makes_a_key_that_only_we_may_read_and_asks_to_back_it_up(tmp_path: Path) -> None:
    path = tmp_path / "data" / "master.key"

    found = load_or_create(path, None)

    assert found.created
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert found.warnings[0].startswith(f"A new master key was made in {path}. Copy it to a safe place")
    assert list(path.parent.iterdir()) == [path]


def test_later_starts_find_the_same_key_and_say_nothing(tmp_path: Path) -> None:
    first = load_or_create(tmp_path / "master.key", None)

    later = load_or_create(tmp_path / "master.key", None)

    assert later.key.decrypt_text(first.key.encrypt_text("desk@agency.example", WHOSE), WHOSE) == "desk@agency.example"
    assert not later.created
    assert later.warnings == ()


def test_the_key_in_the_setting_goes_before_the_file_and_makes_none(tmp_path: Path) -> None:
    found = load_or_create(tmp_path / "master.key", f" {WRITTEN.upper()}\n")

    assert MasterKey(b"\x0f" * 32).decrypt_text(found.key.encrypt_text("a", WHOSE), WHOSE) == "a"
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize("written", ["", "0f" * 31, "0f" * 33, "0g" * 32, "swordfish"])
def test_a_malformed_key_is_refused_without_being_shown(tmp_path: Path, written: str) -> None:
    (tmp_path / "master.key").write_text(written)

    for given_one in (None, written):
        with pytest.raises(NotSetUp, match="is not a master key: it must be 64 digits") as refusal:
            load_or_create(tmp_path / "master.key", given_one)
        assert not written or written not in str(refusal.value)


def test_a_key_file_that_others_may_read_is_warned_about(tmp_path: Path) -> None:
    load_or_create(tmp_path / "master.key", None)
    (tmp_path / "master.key").chmod(0o640)

    found = load_or_create(tmp_path / "master.key", None)

    assert found.warnings == (
        f"The master key file {tmp_path / 'master.key'} may be read by other users: run chmod 600 on it.",
    )


def test_a_place_where_no_key_can_be_kept_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, where a folder should be")

    with pytest.raises(StorageTrouble, match="data"):
        load_or_create(tmp_path / "data" / "master.key", None)


def test_programs_started_at_the_same_moment_find_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from records.keys import load_or_create; sys.stdin.read(); "
        f"found = load_or_create(Path({str(tmp_path / 'master.key')!r}), None); "
        "print(found.created, found.key.signing_key().public_key().public_bytes_raw().hex())"
    )
    command = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(4)]

    for process in started:
        process.stdin.close()
    said = [process.stdout.read().split() for process in started]
    for process in started:
        process.stdout.close()
        process.wait()

    assert sorted(created for created, _ in said) == ["False"] * 3 + ["True"]
    assert len({key for _, key in said}) == 1


@given(some.binary(max_size=64), some.text(max_size=40))
def test_what_is_wrapped_for_a_case_is_unwrapped_for_it(key: bytes, ref: str) -> None:
    assert MASTER.unwrap(MASTER.wrap(key, ref), ref) == key


@given(some.text())
def test_what_is_encrypted_is_decrypted(plain: str) -> None:
    assert MASTER.decrypt_text(MASTER.encrypt_text(plain, WHOSE), WHOSE) == plain


def test_the_same_text_is_never_encrypted_alike() -> None:
    assert MASTER.encrypt_text("desk@agency.example", WHOSE) != MASTER.encrypt_text("desk@agency.example", WHOSE)


def changed(sealed: str) -> str:
    return ("B" if sealed[20] == "A" else "A").join((sealed[:20], sealed[21:]))


KEY = new_case_key()


@pytest.mark.parametrize(
    "reading",
    [
        lambda: OTHER.unwrap(MASTER.wrap(KEY, "LR-2026-0001"), "LR-2026-0001"),
        lambda: MASTER.unwrap(MASTER.wrap(KEY, "LR-2026-0001"), "LR-2026-0002"),
        lambda: MASTER.unwrap(changed(MASTER.wrap(KEY, "LR-2026-0001")), "LR-2026-0001"),
        lambda: MASTER.unwrap(MASTER.encrypt_text("a", WHOSE), WHOSE),
        lambda: OTHER.decrypt_text(MASTER.encrypt_text("a", WHOSE), WHOSE),
        lambda: MASTER.decrypt_text(MASTER.encrypt_text("a", WHOSE), "contact 2 email"),
    ],
    ids=["another key", "another case", "changed", "another purpose", "another key for a text", "another contact"],
)
def test_what_does_not_fit_the_key_is_refused(reading: Callable[[], object]) -> None:
    with pytest.raises(NotSetUp, match="put back the key that was in use") as refusal:
        reading()

    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("sealed", ["", "AAAA", "no base64 at all!", "é"])
def test_what_was_never_encrypted_is_refused(sealed: str) -> None:
    with pytest.raises(NotSetUp):
        MASTER.decrypt_text(sealed, WHOSE)


def test_checkpoints_are_signed_with_a_key_that_follows_from_the_master_key() -> None:
    signature = MASTER.signing_key().sign(b"checkpoint 1")

    MasterKey(bytes(range(32))).signing_key().public_key().verify(signature, b"checkpoint 1")

    assert MASTER.signing_key().public_key() != OTHER.signing_key().public_key()


def test_a_key_shows_nothing_of_itself() -> None:
    shown = f"{MASTER} {MASTER!r} {[MASTER]}"

    assert shown == "MasterKey(not shown) MasterKey(not shown) [MasterKey(not shown)]"
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copying(MASTER)


def test_the_key_file_is_not_left_half_written_when_making_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StorageTrouble, match="The disk is full"):
        load_or_create(tmp_path / "master.key", None)

    assert list(tmp_path.iterdir()) == []
