"""Files appear whole or not at all, for our own user alone, and what the system says about them is told plainly."""

from __future__ import annotations

import fcntl
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest

from config.durable import replacing
from records.files import AlreadyThere, passing_folder, plainly_about, replaced_file, whole_file, whole_folder
from states.errors import StorageTrouble
from tests.patience import AT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path


def test_a_file_appears_only_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "list.json"

    with whole_file(path) as draft:
        draft.write_text("all of it")
        early = path.exists()

    assert not early
    assert path.read_text() == "all of it"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_left_when_the_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "list.json"):
        raise ZeroDivisionError

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_between_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "list.json"

    with pytest.raises(AlreadyThere, match=r"list\.json: choose another name"), whole_file(path):
        path.write_text("theirs")

    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (OSError(28, "No space left on device"), "The disk is full"),
        (PermissionError(13, "Permission denied"), "may not read or write .*list.json: give Cairn's user permission"),
        (OSError(30, "Read-only file system"), "may not read or write .*list.json"),
        (FileNotFoundError(2, "No such file"), "There is no .*list.json: check the name"),
        (OSError(5, "Input/output error"), r"list.json cannot be used \(Input/output error\)"),
        (PermissionError(13, "Permission denied", "/srv/evidence/1.pdf"), "may not read or write /srv/evidence/1.pdf"),
        (PermissionError(13, "Permission denied", "/srv/.list.json.1f.part"), "may not read or write .*/list.json:"),
    ],
)
def test_what_the_system_says_is_told_plainly(tmp_path: Path, trouble: OSError, sentence: str) -> None:
    with pytest.raises(StorageTrouble, match=sentence), plainly_about(tmp_path / "list.json"):
        raise trouble


def test_a_file_that_is_replaced_keeps_who_may_read_it_and_a_link_stays_a_link(tmp_path: Path) -> None:
    shared, link = tmp_path / "shared" / "dates.ics", tmp_path / "dates.ics"
    shared.parent.mkdir()
    shared.write_text("old")
    shared.chmod(0o644)
    link.symlink_to(shared)

    with replaced_file(link) as draft:
        draft.write_text("new")

    assert (link.is_symlink(), shared.read_text(), shared.stat().st_mode & 0o777) == (True, "new", 0o644)
    assert sorted(path.name for path in shared.parent.iterdir()) == ["dates.ics"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "dates.ics"
    path.write_text("old")

    with pytest.raises(StorageTrouble), replaced_file(path) as draft:
        draft.write_bytes(draft.read_bytes() + (tmp_path / "none").read_bytes())

    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_a_file_that_was_not_there_is_ours_alone(tmp_path: Path) -> None:
    with replaced_file(tmp_path / "new") as draft:
        draft.write_text("x")

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_program_left_is_removed_and_what_somebody_writes_is_not(tmp_path: Path) -> None:
    abandoned, held, other = (tmp_path / f".{name}.part" for name in ("a.0a1b2c3d", "b.0a1b2c3e", "x"))
    for path in (abandoned, held, other):
        path.write_text("half")
    (tmp_path / ".c.0a1b2c3f.part" / "c").mkdir(parents=True)
    with held.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        with whole_file(tmp_path / "new") as draft:
            draft.write_text("whole")

    assert sorted(tmp_path.iterdir()) == sorted([held, other, tmp_path / "new"])


@pytest.mark.parametrize("of", [whole_file, whole_folder])
def test_a_draft_that_another_removed_before_it_was_held_is_begun_anew(
    of: Callable[[Path], AbstractContextManager[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fcntl.flock
    taken: list[Path] = []

    def flock(handle: int, how: int) -> None:
        if not taken:
            taken.extend(tmp_path.iterdir())
            with whole_file(tmp_path / "other") as draft:
                draft.write_text("other")
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with of(tmp_path / "new") as draft:
        draft.mkdir() if of is whole_folder else draft.write_text("whole")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "other"]
    assert not taken[0].exists()


def test_a_folder_that_another_removed_before_it_was_opened_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = opened_when_gone(monkeypatch, lambda path: path)

    with whole_folder(tmp_path / "new") as draft:
        draft.mkdir()

    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert len(taken) == 1


def test_a_file_whose_folder_goes_away_as_it_is_begun_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_when_gone(monkeypatch, lambda path: path.parent)

    with pytest.raises(StorageTrouble, match=r"There is no .*new: check the name"), whole_file(tmp_path / "in" / "new"):
        pass


def opened_when_gone(monkeypatch: pytest.MonkeyPatch, gone: Callable[[Path], Path]) -> list[Path]:
    """Have a folder removed just before the first draft is opened; gives which it was."""
    real = os.open
    taken: list[Path] = []

    def opening(path: Path, *how: int, **more: int | None) -> int:
        if not taken:
            taken.append(gone(path))
            taken[0].rmdir()
        return real(path, *how, **more)

    monkeypatch.setattr(os, "open", opening)
    return taken


def test_a_folder_appears_only_when_all_of_it_is_made_and_takes_nothing_s_place(tmp_path: Path) -> None:
    with pytest.raises(StorageTrouble), whole_folder(tmp_path / "new") as draft:
        (draft / "one").write_text("1")
    assert list(tmp_path.iterdir()) == []

    with whole_folder(tmp_path / "new") as draft:
        draft.mkdir()
        (draft / "one").write_text("1")
    with pytest.raises(AlreadyThere), whole_folder(tmp_path / "new"):
        pass
    assert [path.name for path in tmp_path.rglob("*")] == ["new", "one"]


def test_a_passing_folder_that_a_killed_program_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    theirs, left = tmp_path / ".theirs.0a1b2c3d.part", tmp_path / ".cairn-bundle.0a1b2c3d.part"
    for path in (theirs, left):
        path.mkdir()
        (path / "papers").write_text("")

    with passing_folder("bundle") as slow, passing_folder("papers") as quick:
        assert sorted(tmp_path.iterdir()) == sorted([theirs, slow, quick])

    assert list(tmp_path.iterdir()) == [theirs]


def test_what_a_killed_program_left_of_a_replaced_file_is_written_over(tmp_path: Path) -> None:
    target, left = tmp_path / "letter.eml", tmp_path / ".letter.eml.part"
    left.write_text("a longer half of it")

    with replacing(target) as part:
        part.write(b"whole")
    with pytest.raises(ZeroDivisionError), replacing(target):
        raise ZeroDivisionError

    assert (list(tmp_path.iterdir()), target.read_text()) == ([target], "whole")


def test_two_who_replace_a_file_at_once_do_so_one_after_the_other(tmp_path: Path) -> None:
    target, began = tmp_path / "letter.eml", Event()

    def write() -> None:
        began.set()
        with replacing(target) as part:
            part.write(b"second")

    with ThreadPoolExecutor(1) as other:
        with replacing(target) as part:
            second = other.submit(write)
            assert began.wait(AT_LENGTH)
            part.write(b"first")
        second.result(AT_LENGTH)

    assert (list(tmp_path.iterdir()), target.read_text()) == ([target], "second")


def test_a_draft_is_held_while_it_is_written(tmp_path: Path) -> None:
    with whole_file(tmp_path / "slow") as draft:
        os.utime(draft, (1, 1))
        with whole_file(tmp_path / "quick") as other:
            other.write_text("quick")
        draft.write_text("slow")

    assert (tmp_path / "slow").read_text() == "slow"
