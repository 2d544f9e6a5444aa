"""An edition that was checked is not checked again, and nothing stale, cut short or forged is ever used."""

from __future__ import annotations

import shutil
import stat
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from config import edition_cache, procedures
from config.edition_cache import EditionCache, fingerprint, without_examples
from config.settings import Settings
from states.errors import BadProcedure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from states.procedure import Procedure

NAME = "scotland-learning-review-2024"
LOCAL = """
committee = "Kinlochbervie Child Protection Committee"
[editions.scotland-learning-review-2024.timescales.notification]
limit = 7
unit = "calendar_days"
"""


CHECKED: dict[str, Procedure] = {}


class Checked:
    """Checks an edition for real when the committee's file says something new, and counts how often it is asked to."""

    def __init__(self, local: Path | None) -> None:
        self.local, self.times = local, 0

    def __call__(self) -> Procedure:
        self.times += 1
        says = self.local.read_text() if self.local else ""
        if says not in CHECKED:
            CHECKED[says] = procedures.load(NAME, self.local, folder=edition_cache.GUIDANCE)
        return CHECKED[says]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EditionCache:
    """Lend a cache over copies of everything an edition rests on, so that each can be changed."""
    for name in ("GUIDANCE", "CALENDARS"):
        shutil.copytree(getattr(edition_cache, name), tmp_path / name.lower())
        monkeypatch.setattr(edition_cache, name, tmp_path / name.lower())
    code = tmp_path / "code"
    code.mkdir()
    (code / "guards.py").write_text("ONE = 1\n")
    monkeypatch.setattr(edition_cache, "CODE", (code,))
    (tmp_path / "local" / "calendars").mkdir(parents=True)
    (tmp_path / "local" / "ours.toml").write_text(LOCAL)
    (tmp_path / "data").mkdir()
    return EditionCache(tmp_path / "data" / "editions", b"secret")


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return tmp_path / "local" / "ours.toml"


def kept(cache: EditionCache) -> Path:
    (found,) = cache.folder.glob("*.json")
    return found


def test_it_is_checked_once_and_comes_back_the_same_for_our_user_alone(cache: EditionCache, local: Path) -> None:
    check = Checked(local)

    first, second = (cache.edition(NAME, local, check) for _ in range(2))

    assert check.times == 1
    assert (first, first.digest) == (second, second.digest)
    assert [*second.states] == [*first.states]
    assert second.timescales["notification"].limit == 7
    assert stat.S_IMODE(kept(cache).stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700


def test_it_comes_without_its_examples_and_they_are_in_its_file(cache: EditionCache, local: Path) -> None:
    check = Checked(local)

    checked, read = (cache.edition(NAME, local, check) for _ in range(2))

    assert check().examples == procedures.examples_of(NAME, local, folder=edition_cache.GUIDANCE) != ()
    assert (checked.examples, read.examples) == ((), ())
    assert checked == check().model_copy(update={"examples": ()})


def one_byte_more(path: Path) -> None:
    path.write_text(path.read_text() + "#")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a byte of the edition": lambda folder: one_byte_more(folder / "guidance" / f"{NAME}.toml"),
    "a byte of the local file": lambda folder: one_byte_more(folder / "local" / "ours.toml"),
    "a byte of a calendar": lambda folder: one_byte_more(folder / "calendars" / "scotland.toml"),
    "a calendar of the committee's": lambda folder: (folder / "local" / "calendars" / "fife.toml").write_text("x = 1"),
    "another edition": lambda folder: (folder / "guidance" / "another.toml").write_text("x = 1"),
    "an edition taken away": lambda folder: (folder / "guidance" / "recommendation-2026.toml").unlink(),
    "a byte of the code": lambda folder: (folder / "code" / "guards.py").write_text("ONE = 2\n"),
    "another file of code": lambda folder: (folder / "code" / "more.py").write_text(""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_it_rests_on_is_changed_it_is_checked_anew(
    cache: EditionCache, local: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    check = Checked(local)
    cache.edition(NAME, local, check)

    change(tmp_path)
    cache.edition(NAME, local, check)

    assert check.times == 2
    cache.edition(NAME, local, check)
    assert check.times == 2


def test_another_version_of_the_code_or_of_what_runs_it_checks_anew(
    cache: EditionCache, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Checked(local)
    cache.edition(NAME, local, check)

    monkeypatch.setattr(edition_cache.pydantic, "VERSION", "9.9")
    cache.edition(NAME, local, check)

    assert check.times == 2


def test_all_the_code_that_gives_a_file_its_meaning_counts() -> None:
    watched = {path for folder in edition_cache.CODE for path in folder.rglob("*.py")}

    assert {"states/guards.py", "states/timescales.py", "config/overlay.py", "config/procedure_checks.py"} <= {
        f"{path.parent.name}/{path.name}" for path in watched
    }


def test_an_edition_with_and_without_the_committees_file_are_two(cache: EditionCache, local: Path) -> None:
    cache.edition(NAME, local, Checked(local))

    assert cache.edition(NAME, None, Checked(None)).timescales["notification"].limit is None


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda body: body[:-200],
    "cut to its head": lambda body: body[:70],
    "one limit changed": lambda body: body.replace(b'"limit":7', b'"limit":9'),
    "one byte flipped": lambda body: body[:5000] + bytes([body[5000] ^ 1]) + body[5001:],
    "no text": lambda _: b"\x80\x04\x95" * 100,
    "longer": lambda body: body + b" ",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_what_was_kept_and_is_not_whole_is_not_used(
    cache: EditionCache, local: Path, spoil: Callable[[bytes], bytes]
) -> None:
    check = Checked(local)
    rightly = cache.edition(NAME, local, check)
    file = kept(cache)
    file.write_bytes(spoil(file.read_bytes()))

    assert cache.edition(NAME, local, check) == rightly
    assert check.times == 2


def test_what_somebody_without_the_master_key_wrote_is_not_used(cache: EditionCache, local: Path) -> None:
    check = Checked(local)
    rightly = cache.edition(NAME, local, check)
    rule = rightly.timescales["notification"].model_copy(update={"limit": 90})
    forged = rightly.model_copy(update={"timescales": {**rightly.timescales, "notification": rule}})
    stranger = replace(cache, secret=b"guessed")
    stranger.edition(NAME, local, lambda: forged)

    assert cache.edition(NAME, local, check) == rightly
    assert check.times == 2


def test_a_file_that_changes_while_it_is_checked_is_not_kept(cache: EditionCache, local: Path) -> None:
    def slowly() -> Procedure:
        found = procedures.load(NAME, local, folder=edition_cache.GUIDANCE)
        local.write_text(LOCAL.replace("limit = 7", "limit = 5"))
        return found

    assert cache.edition(NAME, local, slowly).timescales["notification"].limit == 7

    assert cache.edition(NAME, local, Checked(local)).timescales["notification"].limit == 5


def test_many_writers_at_once_leave_one_whole_edition(cache: EditionCache, local: Path) -> None:
    checked = procedures.load(NAME, local, folder=edition_cache.GUIDANCE)
    rests_on = fingerprint(NAME, local)
    writers = [threading.Thread(target=cache._keep, args=(NAME, rests_on, checked)) for _ in range(8)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    check = Checked(local)

    assert cache.edition(NAME, local, check) == without_examples(checked)
    assert check.times == 0
    assert [path.name for path in cache.folder.iterdir()] == [f"{NAME}.json"]


def test_a_folder_that_cannot_be_used_costs_time_and_nothing_else(cache: EditionCache, local: Path) -> None:
    cache.folder.write_text("a file where the folder should be")
    check = Checked(local)

    found = [cache.edition(NAME, local, check) for _ in range(2)]

    assert check.times == 2
    assert found[0] == found[1]


def test_a_faulty_edition_is_never_kept(cache: EditionCache, local: Path) -> None:
    local.write_text(LOCAL.replace("limit = 7", 'limit = "soon"'))

    for _ in range(2):
        with pytest.raises(BadProcedure, match="limit"):
            cache.edition(NAME, local, Checked(local))

    assert not cache.folder.exists()


def test_without_a_cairn_nothing_is_kept(tmp_path: Path) -> None:
    assert Settings(data=tmp_path / "data").edition_cache() is None
    (tmp_path / "data").mkdir()
    assert Settings(data=tmp_path / "data").edition_cache() is None
    (tmp_path / "data" / "master.key").write_text("no key\n")
    assert Settings(data=tmp_path / "data").edition_cache() is None
    (tmp_path / "data" / "master.key").write_text("ab" * 32 + "\n")
    found = Settings(data=tmp_path / "data").edition_cache()
    assert found is not None
    assert "secret" not in repr(found)
