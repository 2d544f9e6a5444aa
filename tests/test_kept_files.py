"""Evidence that nobody can exchange unnoticed: kept under what is in it, checked, and carried by backups."""

from __future__ import annotations

import os
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from records import kept_files, uploads
from records.backup import backup, restore
from records.database import connect, reading, transaction
from records.kept_files import check_held, keep, keep_when_committed, missing_evidence, place_of
from records.subset import Subset
from states.errors import BadAnswer, Refused, StorageTrouble
from tests.casework import refused, reviewing
from tests.test_recommend import accepted, proposed, step
from tests.walking import load
from workflows.verbs.advance import advance
from workflows.verbs.recommend import EDITION
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """A file somebody gives as evidence."""
    path = tmp_path / "Audit of records, March.pdf"
    path.write_bytes(b"%PDF nine in ten records")
    return path


def begun(office: Office) -> str:
    """A recommendation that is being carried out."""
    office.editions[EDITION] = load(EDITION)
    ref = proposed(office, reviewing(office).ref).case.ref
    accepted(office, ref)
    return step(office, ref, "start", answers={"started_on": "2026-03-02"}).ref


def with_files(*files: str) -> dict[str, object]:
    return {"progress": "on_course", "progress_note": "Nine in ten.", "progress_files": list(files)}


def test_a_file_is_kept_once_under_what_is_in_it_and_cannot_be_written_to(folder: Path, audit: Path) -> None:
    kept = keep(folder, audit)
    audit.rename(audit.with_name("the same.pdf"))
    again = keep(folder, audit.with_name("the same.pdf"))

    digest = sha256(b"%PDF nine in ten records").hexdigest()
    assert kept.written == f"sha256:{digest}:Audit of records, March.pdf"
    assert (again.sha256, again.name, again.size) == (kept.sha256, "the same.pdf", 24)
    (place,) = (path for path in folder.rglob("*") if path.is_file())
    assert place == place_of(folder, digest) == folder / digest[:2] / digest[2:]
    assert place.stat().st_mode & 0o777 == 0o400


def test_a_kept_file_that_was_damaged_is_put_right_by_giving_it_again(folder: Path, audit: Path) -> None:
    place = place_of(folder, keep(folder, audit).sha256)
    place.chmod(0o600)
    place.write_bytes(b"nothing")

    keep(folder, audit)

    assert place.read_bytes() == b"%PDF nine in ten records"


def test_what_cannot_be_kept_is_refused_in_a_sentence(
    folder: Path, audit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageTrouble, match=r"There is no .*missing\.pdf: check the name"):
        keep(folder, audit.with_name("missing.pdf"))
    with pytest.raises(BadAnswer, match="is not a file: name one file at a time"):
        keep(folder, audit.parent)
    audit.with_name("empty.txt").touch()
    with pytest.raises(BadAnswer, match=r"empty.txt is empty"):
        keep(folder, audit.with_name("empty.txt"))
    audit.with_name("two\nlines").write_text("a")
    with pytest.raises(BadAnswer, match="a character that cannot be read"):
        keep(folder, audit.with_name("two\nlines"))
    with audit.with_name("large.mp4").open("wb") as large:
        large.truncate(kept_files.LARGEST + 1)
    with pytest.raises(BadAnswer, match=r"large.mp4 has 262,144,001 bytes: a file of evidence has at most 262,144,000"):
        keep(folder, audit.with_name("large.mp4"))
    monkeypatch.setattr(kept_files, "chunks_of", lambda _: iter([os.urandom(8)]))
    with pytest.raises(StorageTrouble, match="was changed while it was read"):
        keep(folder, audit)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def reported(office: Office, ref: str, folder: Path, path: Path, **answers: str) -> None:
    """Report progress with a file of evidence, in one transaction."""
    with transaction(office.engine) as tx:
        kept = keep_when_committed(tx, folder, path)
        path.write_bytes(answers.pop("meanwhile", "").encode() or path.read_bytes())
        advance(office.uow(tx), ref, "report_progress", answers={**with_files(kept.written), **answers})


def test_a_file_is_kept_as_its_entry_is_and_a_refusal_leaves_none(office: Office, folder: Path, audit: Path) -> None:
    ref = begun(office)
    with pytest.raises(Refused):
        reported(office, ref, folder, audit, progress="never")
    assert not folder.exists()

    reported(office, ref, folder, audit)

    assert verify(office.engine, evidence=folder).places == ()
    assert [path.read_bytes() for path in folder.rglob("*") if path.is_file()] == [audit.read_bytes()]


def test_nothing_is_recorded_of_a_file_that_cannot_be_kept(office: Office, folder: Path, audit: Path) -> None:
    ref = begun(office)

    with pytest.raises(StorageTrouble, match="was changed while it was read"):
        reported(office, ref, folder, audit, meanwhile="eight in ten")

    assert office.case(ref).dossier.fields.get("progress_files") is None
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_history_names_the_file_and_verify_finds_it_changed_or_gone(
    office: Office, folder: Path, audit: Path
) -> None:
    ref, kept = begun(office), keep(folder, audit)

    entry = step(office, ref, "report_progress", answers=with_files(kept.written, "committee papers 2026-03, item 4"))

    assert verify(office.engine, evidence=folder).places == ()
    place = place_of(folder, kept.sha256)
    place.chmod(0o600)
    place.write_bytes(b"eight in ten")
    (changed,) = verify(office.engine, evidence=folder).places
    assert (changed.ref, changed.sequence) == (ref, entry.dossier.sequence)
    assert changed.what == (
        f"the evidence 'Audit of records, March.pdf' ({kept.sha256[:12]}) is not as it was when it was recorded"
    )
    place.unlink()
    (gone,) = verify(office.engine, ref=ref, evidence=folder).places
    assert gone.what.endswith("is missing")
    place.mkdir()
    with reading(office.engine) as tx:
        assert next(missing_evidence(tx, folder)).what.endswith("cannot be read (Is a directory)")
        other = office.case("TST-2026-0001").id
        assert list(missing_evidence(tx, folder, Subset(only=(other,)))) == []
    assert verify(office.engine).places == ()


def test_a_kept_file_must_be_named_in_full_and_a_paper_may_be_named_in_words(office: Office) -> None:
    ref = begun(office)

    said = refused(office, advance, ref, "report_progress", answers=with_files("sha256:abc:audit.pdf"))

    assert "Files of evidence: a kept file is written sha256:" in said
    step(office, ref, "report_progress", answers=with_files("committee papers 2026-03, item 4"))


def test_a_kept_file_is_named_only_where_it_is_held(folder: Path, audit: Path) -> None:
    kept = keep(folder, audit).written
    check_held(folder, {"evidence": [kept, "file 14"], "when": None, "measures": [{"source": f" {kept}"}]})
    for said in ("sha256:{}:x.pdf", " sha256:{}:x.pdf\n", ["file 14", "sha256:{}:x.pdf"]):
        typed = said.format("0" * 64) if isinstance(said, str) else [one.format("0" * 64) for one in said]
        with pytest.raises(BadAnswer, match=r"'x.pdf' is not kept here under the SHA-256 000000000000...: send the"):
            check_held(folder, {"evidence": typed})


def test_a_backup_carries_the_evidence(office: Office, folder: Path, audit: Path, tmp_path: Path) -> None:
    ref, kept = begun(office), keep(folder, audit)
    step(office, ref, "report_progress", answers=with_files(kept.written))
    backup(office.engine, tmp_path / "backup.zip", office.now, {"evidence": folder})
    other, there = connect(f"sqlite:///{tmp_path / 'other.db'}"), tmp_path / "there"

    restore(other, tmp_path / "backup.zip", office.now, {"evidence": there})

    assert verify(other, evidence=there).places == ()
    assert place_of(there, kept.sha256).read_bytes() == audit.read_bytes()
    other.dispose()


@pytest.mark.parametrize("name", ["", "/", "C:\\", "  "])
def test_a_file_that_is_sent_without_a_name_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadAnswer, match="has no name"):
        uploads.stage(tmp_path / "aside", name, BytesIO(b"minutes"))
    assert not (tmp_path / "aside").exists()
