"""A file that was recorded on the wrong case is taken back, and the history keeps that it was there."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from records.database import reading, transaction
from records.history import HISTORY
from records.kept_files import keep, keep_when_committed, missing_evidence, place_of, taken_back_to
from states.put_right import without
from tests.casework import asked, entries, refused
from tests.office import FIFE, staff
from tests.patience import AT_LENGTH
from tests.played import stories
from tests.test_web_deeds import YES, does, kept
from tests.test_web_evidence import STORY, begun, clamd, looked_at_by, sends  # noqa: F401  a fixture among them
from workflows.verbs.correct import correct
from workflows.verbs.request import answer, send_back
from workflows.verification.verify import verify
from workflows.views.case_documents import documents_of
from workflows.views.history import history_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from records.cases import Case
    from records.kept_files import KeptFile
    from states.entry import Entry
    from tests.clamd import Clamd
    from tests.desk import Committee
    from tests.office import Office
    from workflows.unit_of_work import UnitOfWork

WRONG = "It is of another case."
UNGUARDED = {
    "sqlite": "DROP TRIGGER history_refuses_update",
    "postgresql": "ALTER TABLE history DISABLE TRIGGER history_refuses_change",
}


@pytest.fixture
def paper(tmp_path: Path) -> KeptFile:
    (tmp_path / "report.pdf").write_bytes(STORY)
    return keep(tmp_path / "evidence", tmp_path / "report.pdf")


def answered(office: Office, paper: KeptFile) -> tuple[Case, int]:
    """A case on which an agency's answer came with a file, and the entry that says so."""
    case = office.do(answer, asked(office).ref, FIFE, files=(paper.written,))
    return case, entries(office, case)[-1].sequence


def taken_back(office: Office, case: Case, number: int, *files: str, folder: Path) -> Case:
    return office.do(correct, case.ref, number, WRONG, taken_back=files, evidence=folder / "evidence")


def files_of(office: Office, case: Case) -> list[tuple[str, bool]]:
    with reading(office.engine) as tx:
        found = documents_of(history_page(tx, office.case(case.ref)).entries)
    return [(one.name, bool(one.taken_back)) for one in found]


def test_a_file_taken_back_leaves_the_evidence_and_stays_in_the_history(
    office: Office, paper: KeptFile, tmp_path: Path
) -> None:
    case, number = answered(office, paper)

    taken_back(office, case, number, "report.pdf", folder=tmp_path)

    folder = tmp_path / "evidence"
    assert not place_of(folder, paper.sha256).exists()
    assert place_of(taken_back_to(folder), paper.sha256).read_bytes() == STORY
    assert files_of(office, case) == [("report.pdf", True)]
    assert paper.written in entries(office, case)[number - 1].data["files"]
    assert verify(office.engine, evidence=folder).places == ()


def test_a_file_that_another_case_names_stays_in_the_evidence(office: Office, paper: KeptFile, tmp_path: Path) -> None:
    wrong, number = answered(office, paper)
    right, _ = answered(office, paper)

    taken_back(office, wrong, number, paper.sha256[:12], folder=tmp_path)

    assert place_of(tmp_path / "evidence", paper.sha256).read_bytes() == STORY
    assert (files_of(office, wrong), files_of(office, right)) == ([("report.pdf", True)], [("report.pdf", False)])
    assert verify(office.engine, evidence=tmp_path / "evidence").places == ()


def test_a_file_that_is_there_no_more_without_being_taken_back_is_still_missed(
    office: Office, paper: KeptFile, tmp_path: Path
) -> None:
    wrong, number = answered(office, paper)
    right, _ = answered(office, paper)
    taken_back(office, wrong, number, "report.pdf", folder=tmp_path)
    place_of(tmp_path / "evidence", paper.sha256).unlink()

    (missed,) = verify(office.engine, evidence=tmp_path / "evidence").places
    assert (missed.ref, "'report.pdf'" in missed.what) == (right.ref, True)


def test_a_take_back_that_cannot_be_kept_leaves_the_file_where_it_was(
    office: Office, paper: KeptFile, tmp_path: Path
) -> None:
    case, number = answered(office, paper)

    def fails(_: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        office.do(_and_then(fails), case.ref, number, tmp_path)

    assert place_of(tmp_path / "evidence", paper.sha256).exists()
    assert files_of(office, case) == [("report.pdf", False)]


def _and_then(fails: Callable[[object], None]) -> Callable[..., Any]:
    def verb(uow: UnitOfWork, ref: str, number: int, folder: Path) -> tuple[Case, Entry]:
        done = correct(uow, ref, number, WRONG, taken_back=("report.pdf",), evidence=folder / "evidence")
        event.listen(uow.tx, "commit", fails)
        return done

    return verb


def test_what_is_no_file_of_the_entry_is_not_taken_back(office: Office, paper: KeptFile, tmp_path: Path) -> None:
    case, number = answered(office, paper)
    other = paper.written.replace(paper.sha256, "0" * 64)
    two = office.do(answer, asked(office).ref, FIFE, files=(paper.written, other))

    def says(where: Case, entry: int, file: str) -> str:
        return refused(office, correct, where.ref, entry, WRONG, taken_back=(file,), evidence=tmp_path / "evidence")

    known = f"its files are report.pdf ({paper.sha256[:12]})."
    assert says(case, number, "minutes.pdf") == f"Entry {number} names no file 'minutes.pdf': {known}"
    assert says(case, 1, "report.pdf").endswith("its files are none.")
    assert f"two files 'report.pdf': say which, {paper.sha256[:12]} or 000000000000." in says(two, number, "report.pdf")
    assert "Say why the entry is corrected." in refused(office, correct, case.ref, number, "", taken_back=("x",))
    taken_back(office, case, number, "report.pdf", folder=tmp_path)
    assert "was taken back already: it is no file of" in says(case, number, "report.pdf")


def test_a_file_that_belonged_here_after_all_is_recorded_again(office: Office, paper: KeptFile, tmp_path: Path) -> None:
    case, number = answered(office, paper)
    taken_back(office, case, number, "report.pdf", folder=tmp_path)
    keep(tmp_path / "evidence", tmp_path / "report.pdf")
    office.do(send_back, case.ref, FIFE, "It was the right one.")

    office.do(answer, case.ref, FIFE, files=(paper.written,))

    assert files_of(office, case) == [("report.pdf", False)]
    assert verify(office.engine, evidence=tmp_path / "evidence").places == ()


def test_a_file_is_taken_back_at_the_desk_and_handed_out_no_more(desk: Committee, clamd: Clamd) -> None:  # noqa: F811
    looked_at_by(desk, clamd.address)
    ref = begun(desk)
    lead = desk.sign_in()
    sends(lead, f"/cases/{ref}/steps/report_progress", STORY)
    lead.send(button=YES)
    (file,) = kept(desk, ref).dossier.fields["progress_files"]
    digest = file.split(":")[1]
    number = kept(desk, ref).dossier.sequence
    form = lead.get(f"/cases/{ref}/history/{number}/correction").text
    assert "Files that are none of this case" in form

    done = does(lead, f"/cases/{ref}/history/{number}/correction", reason=WRONG, taken_back=digest)

    assert "No file of evidence is kept." in done
    assert "minutes.pdf is no file of this case" in done
    assert "progress_files" not in kept(desk, ref).dossier.fields
    gone = lead.get(f"/cases/{ref}/evidence/{digest}")
    assert (gone.status_code, "takes it back, and says why" in gone.text) == (404, True)
    assert "Files that are none of this case" not in lead.get(f"/cases/{ref}/history/{number}/correction").text


def test_a_file_that_was_taken_back_stands_in_no_answer_whatever_its_kind(paper: KeptFile) -> None:
    said = {
        "files": [paper.written, "file 14"],
        "only": [paper.written],
        "where": paper.written,
        "measures": [{"indicator": "audits", "source": paper.written}],
        "empty": [],
        "note": "",
    }

    left = without(said, {paper.sha256})

    assert left == {"files": ["file 14"], "measures": [{"indicator": "audits", "source": ""}], "empty": [], "note": ""}


@pytest.fixture
def on_server(tmp_path: Path) -> Iterator[Office]:
    """An office on PostgreSQL, where two may write at once."""
    with stories().office_after(staff, "postgresql", tmp_path) as office:
        yield office


@pytest.mark.parametrize("kept_first", [True, False], ids=["kept before the move", "kept while the move waits"])
def test_a_file_that_another_case_records_while_it_is_taken_back_stays_in_the_evidence(
    on_server: Office, paper: KeptFile, tmp_path: Path, *, kept_first: bool
) -> None:
    wrong, number = answered(on_server, paper)
    right = asked(on_server).ref
    recorded, committing = Event(), Event()

    def records_it() -> None:
        with transaction(on_server.engine) as tx:
            keep_when_committed(tx, tmp_path / "evidence", tmp_path / "report.pdf")
            answer(on_server.uow(tx), right, FIFE, files=(paper.written,))
            recorded.set()
            assert kept_first or committing.wait(AT_LENGTH)

    def takes_back(uow: UnitOfWork) -> tuple[Case, Entry]:
        done = correct(uow, wrong.ref, number, WRONG, taken_back=("report.pdf",), evidence=tmp_path / "evidence")
        other.start()
        assert recorded.wait(AT_LENGTH)
        event.listen(uow.tx, "commit", lambda _: other.join() if kept_first else committing.set())
        return done

    other = Thread(target=records_it)
    on_server.do(takes_back)
    other.join()

    assert files_of(on_server, on_server.case(right)) == [("report.pdf", False)]
    assert verify(on_server.engine, evidence=tmp_path / "evidence").places == ()


@pytest.mark.parametrize(
    "body",
    ['["sha256:x"]', '{"data": ["sha256:x"]}', '{"data": {"taken_back": 5}}', '{"data": {"taken_back": [["x"]]}}'],
)
def test_an_entry_that_was_made_unreadable_keeps_nobody_from_finding_what_is_missing(
    office: Office, paper: KeptFile, tmp_path: Path, body: str
) -> None:
    damaged, number = answered(office, paper)
    right, named = answered(office, paper)
    rewritten = HISTORY.update().where(HISTORY.c.case_id == damaged.id, HISTORY.c.sequence == number)
    with transaction(office.engine) as tx:
        tx.execute(text(UNGUARDED[tx.dialect.name]))
        tx.execute(rewritten.values(body=body))
    place_of(tmp_path / "evidence", paper.sha256).unlink()

    with reading(office.engine) as tx:
        missing = list(missing_evidence(tx, tmp_path / "evidence"))

    assert [(one.ref, one.sequence) for one in missing] == [(right.ref, named)]
