"""The bundle of a case: checked without Cairn, changed in any byte it says where, and what is left out stays out."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from records import audit_log, cases, scanned_files
from records.checkpoints import checkpoint
from records.database import reading
from records.kept_files import keep
from states.entry import Actor
from states.errors import BadAnswer, NotPossible, StaleVersion
from tests.desk import FORM_2015, PEOPLE
from workflows.bundle import bundle_check as verify
from workflows.bundle.bundle_request import BundleRequest, bundle_request
from workflows.bundle.contents import Contents, contents_of
from workflows.bundle.package import MadeBundle, make
from workflows.bundle.pieces import pieces_of, spans_of_entry
from workflows.installation.invented import is_invented, mark_invented
from workflows.messages.deliver import deliver
from workflows.verbs.advance import advance, record_missed
from workflows.verbs.bundles import record_bundle
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.keep_to import keep_to
from workflows.verbs.open import open_case
from workflows.verbs.request import request
from workflows.verification.verify import verify as verify_record

if TYPE_CHECKING:
    from tests.desk import Committee

LEAD = Actor(name=PEOPLE["lead_officer"], role="lead_officer")
AGENCIES = ("NHS Fife", "Police Scotland")
FOR = "Fatal Accident Inquiry"


def papers(desk: Committee, folder: Path) -> str:
    """A case with a file, letters that were handed over, and a checkpoint of the night in `folder`."""
    desk.enters_contacts()
    (folder / "Letter of N. Wyllie.pdf").write_bytes(b"%PDF-1.7 what the team wrote")
    kept = keep(desk.here.settings.evidence.absolute(), folder / "Letter of N. Wyllie.pdf")
    asked = {"answers": {**FORM_2015, "notification_form": kept.written}, "agencies": AGENCIES, "lead": LEAD.name}
    ref = str(desk.acts("lead_officer", open_case, "scotland-scr-2015", "submit_notification", **asked)[0].ref)
    alerted = {"acknowledged_on": "2026-03-02", "agencies_alerted": list(AGENCIES)}
    more = {"answers": alerted, "authority": "child_protection_committee", "reason": "As N. Wyllie asked: “at once”."}
    desk.acts("notification_acceptor", advance, ref, "acknowledge_and_alert", **more)
    desk.acts("lead_officer", request, ref, "icr_report", AGENCIES)
    deliver(desk.here.engine, desk.here.post, desk.now)
    with desk.here.uow(LEAD, desk.now) as uow:
        scanned_files.note_clean(uow.tx, kept.sha256, desk.now)
        checkpoint(uow.tx, desk.here.keys, folder, desk.now)
    return ref


def gathered(desk: Committee, ref: str, asked: BundleRequest) -> Contents:
    evidence = desk.here.settings.evidence.absolute()
    with reading(desk.here.engine) as tx:
        return contents_of(tx, cases.find(tx, ref, to_change=False), asked, evidence, desk.now, only_clean=True)


def made(desk: Committee, ref: str, folder: Path, **left_out: tuple[str, ...]) -> MadeBundle:
    found = gathered(desk, ref, bundle_request(FOR, "", left_out))
    with reading(desk.here.engine) as tx:
        return make(tx, desk.here.keys, found, folder, by=LEAD, now=desk.now, committee="Glen CPC")


def run(folder: Path, *more: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program of a bundle as anybody would, with nothing of ours beside it."""
    command = [sys.executable, "-I", "verify.py", *more]
    env = {"PATH": path or os.environ["PATH"]}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_a_whole_bundle_is_checked_without_cairn_and_against_a_checkpoint_somebody_kept(
    desk: Committee, tmp_path: Path
) -> None:
    ref = papers(desk, tmp_path)
    folder = made(desk, ref, tmp_path / "bundle").folder

    done = run(folder, ".", str(tmp_path / "000001.json"))

    assert done.returncode == 0, done.stdout
    assert "The signature of checkpoint.json fits (checked by openssl)." in done.stdout
    assert "000001.json saw the same first 3 entries on 2026-03-02." in done.stdout
    assert re.search(r"3 entries, the seals of [1-9] of \d+ letters", done.stdout), done.stdout
    assert done.stdout.startswith("All that was looked at is as it was.\n")
    assert "NOT PROVEN: that it is true" in done.stdout
    assert (folder / "files" / "001-Letter of N. Wyllie.pdf").read_bytes().startswith(b"%PDF")
    assert verify_record(desk.here.engine, against=folder / "checkpoint.json", keys=desk.here.keys).ok
    assert len((folder / "verify.py").read_text().splitlines()) < 150


def test_the_program_says_first_what_is_wrong_and_proves_nothing_then(desk: Committee, tmp_path: Path) -> None:
    folder = made(desk, papers(desk, tmp_path), tmp_path / "bundle").folder
    (folder / "history.html").write_text("Nothing happened.", "utf-8")
    (tmp_path / "empty").mkdir()

    done, nowhere = run(folder), run(folder, str(tmp_path / "empty"))

    assert done.stdout.startswith("WRONG, in 1 of what was looked at:\n- history.html was changed\n")
    assert "This folder is no bundle" in nowhere.stdout
    for one in (done, nowhere):
        assert (one.returncode, one.stderr) == (1, "")
        assert "PROVEN:" not in one.stdout
        assert "Error" not in one.stdout


def test_the_program_says_so_where_there_is_no_openssl(desk: Committee, tmp_path: Path) -> None:
    folder = made(desk, papers(desk, tmp_path), tmp_path / "bundle").folder
    (tmp_path / "empty").mkdir()

    done = run(folder, path=str(tmp_path / "empty"))

    assert done.returncode == 0
    assert "NOT CHECKED: the signature of checkpoint.json. There is no openssl command" in done.stdout


@pytest.mark.parametrize("left_out", [(), ("N. Wyllie = staff",)], ids=["whole", "words left out"])
def test_altered_in_any_byte_it_says_where(desk: Committee, tmp_path: Path, left_out: tuple[str, ...]) -> None:
    folder = made(desk, papers(desk, tmp_path), tmp_path / "bundle", words=left_out).folder
    assert verify.check(folder, "")[0] == []

    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        was = path.read_bytes()
        for at in sorted({0, len(was) // 2, len(was) - 1}):
            path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :])
            faults = verify.check(folder, "")[0]
            assert any(path.name in one for one in faults), (path, at, faults)
        path.write_bytes(was)

    entries = folder / "data" / "entries.json"
    entries.write_bytes(entries.read_bytes().replace(b"2026-03-02", b"2026-03-01", 1))
    assert any("entries.json, entry 1 is not as it was sealed" in one for one in verify.check(folder, "")[0])
    (folder / "files" / "more.pdf").write_bytes(b"more")
    (folder / "index.html").unlink()
    faults = verify.check(folder, "")[0]
    assert "files/more.pdf was not put there by Cairn" in faults
    assert "index.html is missing" in faults


def test_what_is_left_out_stands_nowhere_is_listed_with_its_ground_and_the_seals_hold(
    desk: Committee, tmp_path: Path
) -> None:
    ref = papers(desk, tmp_path)
    plain = made(desk, ref, tmp_path / "whole")
    letter = plain.contents.letters[0].id
    left_out = {"words": ("n. wyllie = staff", "NHS Fife = third_party", "Nobody Here = staff")}
    left_out |= {"entries": ("3 = proceedings",), "letters": (f"{letter[:10]} = confidence",)}

    cut = made(desk, ref, tmp_path / "cut", **left_out)

    everything = b"".join(one.read_bytes() for one in cut.folder.rglob("*") if one.is_file())
    names = " ".join(one.name for one in cut.folder.rglob("*"))
    for gone in (b"Wyllie", b"NHS Fife", b"icr_report", plain.contents.entries[-1].seal.encode()):
        assert gone not in everything, gone
    assert "Wyllie" not in names
    assert b"at once" in everything
    assert run(cut.folder).returncode == 0
    assert cut.contents.unfound == ("Nobody Here",)
    grounds = {(one.where, one.ground) for one in cut.contents.omissions}
    assert {("Entry 1", "staff"), ("Entry 2", "staff"), ("Entry 3", "proceedings")} <= grounds
    assert "Who a member of staff is" in (cut.folder / "left-out.html").read_text()
    told = run(cut.folder, ".", str(tmp_path / "000001.json")).stdout
    assert "NOT HELD AGAINST 000001.json" in told


def compared(whole: Path, cut: Path) -> subprocess.CompletedProcess[str]:
    """Hold one bundle against the whole one by the program that lies in it."""
    command = [sys.executable, "-I", "compare.py", str(whole)]
    return subprocess.run(command, cwd=cut, capture_output=True, text=True, check=False)


def test_a_bundle_with_words_left_out_is_shown_to_be_the_whole_one_without_them(
    desk: Committee, tmp_path: Path
) -> None:
    ref = papers(desk, tmp_path)
    plain = made(desk, ref, tmp_path / "whole")
    letter, file = plain.contents.letters[0].id, plain.contents.files[0].document.sha256
    left_out = {"words": ("N. Wyllie = staff", "NHS Fife = third_party"), "entries": ("3 = proceedings",)}
    more = {"letters": (f"{letter[:10]} = confidence",), "files": (f"{file[:10]} = staff",)}
    cut = made(desk, ref, tmp_path / "cut", **left_out, **more)

    done = compared(plain.folder, cut.folder)

    assert done.returncode == 0, done.stdout
    assert "Everything that was compared is the whole one" in done.stdout
    assert "Places left out of entry 3: 1 (proceedings)" in done.stdout
    assert f"A file ({file[:12]}) is left out" in done.stdout
    assert f"Letter {letter[:12]}: something of it is left out" in done.stdout
    assert "Wyllie" not in done.stdout
    assert compared(plain.folder, plain.folder).returncode == 0
    assert "words left out, too" in compared(cut.folder, cut.folder).stdout


def test_what_is_not_of_the_whole_bundle_is_named_though_it_was_signed(desk: Committee, tmp_path: Path) -> None:
    """Two bundles of one case, between which the case went on; and one whose words were changed before it was cut."""
    ref = papers(desk, tmp_path)
    plain = made(desk, ref, tmp_path / "whole")
    found = gathered(desk, ref, bundle_request(FOR, "", {"words": ("NHS Fife = third_party",)}))
    first = found.entries[0]
    spoilt = tuple(replace(one, text=one.text.replace("2026-03-02", "2026-03-01")) for one in first.pieces)
    false = replace(found, entries=(replace(first, pieces=spoilt), *found.entries[1:]), files=())
    with reading(desk.here.engine) as tx:
        made_false = make(tx, desk.here.keys, false, tmp_path / "false", by=LEAD, now=desk.now, committee="Glen CPC")
    assert run(made_false.folder).returncode == 0
    assert "entry 1 is not the whole one without what is left out" in compared(plain.folder, made_false.folder).stdout

    desk.acts("lead_officer", correct, ref, 1, "The day before.", answers={"lead_informed_on": "2026-03-01"})
    later = made(desk, ref, tmp_path / "later", words=("NHS Fife = third_party",))
    assert "the whole one has 3 entries, the other 4" in compared(plain.folder, later.folder).stdout


def test_up_to_its_first_gap_a_bundle_is_held_against_a_checkpoint_of_a_night(desk: Committee, tmp_path: Path) -> None:
    ref = papers(desk, tmp_path)
    desk.acts("lead_officer", correct, ref, 1, "N. Wyllie said so.", answers={"lead_informed_on": "2026-03-01"})
    kept, other = str(tmp_path / "000001.json"), tmp_path / "000002.json"
    with desk.here.uow(LEAD, desk.now) as uow:
        checkpoint(uow.tx, desk.here.keys, tmp_path, desk.now)

    cut = made(desk, ref, tmp_path / "cut", entries=("4 = staff",)).folder

    assert "000001.json saw the same first 3 entries on 2026-03-02." in run(cut, ".", kept).stdout
    assert "NOT HELD AGAINST 000002.json" in run(cut, ".", str(other)).stdout
    made_up = json.loads(Path(kept).read_text())
    made_up["checkpoint"]["heads"][ref] = [2, "0" * 64]
    other.write_text(json.dumps(made_up, sort_keys=True, separators=(",", ":")) + "\n")
    assert "000002.json saw another entry 2 on 2026-03-02" in run(cut, ".", str(other)).stdout


def test_what_was_due_when_is_in_it_with_how_it_was_counted_and_who_gave_more_time_and_its_gaps(
    desk: Committee, tmp_path: Path
) -> None:
    ref = papers(desk, tmp_path)
    with reading(desk.here.engine) as tx:
        key = next(one.key for one in cases.find(tx, ref, to_change=False).dossier.open_deadlines() if one.agency)
    desk.acts("lead_officer", ask_extension, ref, key, 7, "The team is ill.")
    desk.acts("chair", grant_extension, ref, "E1")
    desk.later(days=60)
    desk.acts("lead_officer", record_missed, ref, key, "Records of N. Wyllie were lost.")

    told = (made(desk, ref, tmp_path / "whole").folder / "dates.html").read_text("utf-8")
    for said in (
        "The team is ill.",
        "Granted by",
        "(at first ",
        "Owed and late",
        "1st day to ",
        "Written in",
        "were lost.",
    ):
        assert said in told, said
    assert "extension day 1 of 7 to extension day 7 of 7: granted by" in told
    cut = made(desk, ref, tmp_path / "cut", words=("N. Wyllie = staff",), entries=("5 = family", "3 = proceedings"))
    told = (cut.folder / "dates.html").read_text("utf-8")
    assert "A date that began with <a" in told
    for gone in ("Wyllie", "The team is ill", "extension day", "7 more", "lost", "at first"):
        assert gone not in told, gone
    assert "Date 4: all of it" in {one.where for one in cut.contents.omissions}
    assert run(cut.folder).returncode == 0
    more = made(desk, ref, tmp_path / "more", entries=("5 = family",))
    told = (more.folder / "dates.html").read_text("utf-8")
    assert "Granted by" in told
    assert "were lost." in told
    for gone in ("The team is ill", "extension day", "7 more", "at first"):
        assert gone not in told, gone


def test_a_bundle_is_on_record_and_refused_where_the_case_went_on_or_is_kept_to_others(
    desk: Committee, tmp_path: Path
) -> None:
    ref = papers(desk, tmp_path)
    one = made(desk, ref, tmp_path / "one", words=("N. Wyllie = staff",))
    desk.acts("auditor", record_bundle, one)
    with reading(desk.here.engine) as tx:
        entry = audit_log.entries(tx, "bundles", subject=ref)[-1]
    assert (entry.actor.name, entry.data["recipient"], entry.data["grounds"]) == ("A. Auditor", FOR, {"staff": 3})
    assert verify_record(desk.here.engine).ok

    with pytest.raises(NotPossible, match="whoever keeps the case, the deputy or the auditor"):
        desk.acts("chair", record_bundle, one)
    desk.acts("lead_officer", correct, ref, 1, "The day before.", answers={"lead_informed_on": "2026-03-01"})
    with pytest.raises(StaleVersion, match="went on while its bundle was made"):
        desk.acts("lead_officer", record_bundle, one)
    with pytest.raises(BadAnswer) as refused:
        bundle_request("", "", {"words": ("no ground", "A Name = because", "B Name =")})
    assert len(refused.value.obstacles) == 4
    assert "“A Name”: “because” is no ground." in refused.value.obstacles[2]
    assert "“B Name”: choose the ground" in refused.value.obstacles[3]
    assert "family (who the case is about, or a member of the family)" in refused.value.obstacles[3]
    with pytest.raises(BadAnswer, match="entry 99” is to be left out and stands nowhere"):
        desk.acts("auditor", record_bundle, made(desk, ref, tmp_path / "two", entries=("99 = family",)))


def test_a_bundle_of_invented_cases_says_so_on_every_page_and_one_of_a_committee_does_not(
    desk: Committee, tmp_path: Path
) -> None:
    ref = papers(desk, tmp_path)
    found = gathered(desk, ref, bundle_request(FOR, "", {}))
    for invented in (True, False):
        with reading(desk.here.engine) as tx:
            told = {"by": LEAD, "now": desk.now, "committee": "Glen CPC"}
            folder = make(tx, desk.here.keys, found, tmp_path / str(invented), **told, invented=invented).folder
        assert {"Invented." in one.read_text("utf-8") for one in folder.glob("*.html")} == {invented}
    assert not is_invented(desk.here.settings)
    mark_invented(desk.here.settings.data)
    assert is_invented(desk.here.settings)


def test_what_is_left_out_of_the_sealed_line_alone_is_said_so(desk: Committee, tmp_path: Path) -> None:
    found = gathered(desk, papers(desk, tmp_path), bundle_request(FOR, "", {"words": ("notification_form = staff",)}))

    (one,) = [one.where for one in found.omissions]
    assert one.startswith("Entry 1, as it was sealed")


def test_the_pieces_of_a_text_are_the_whole_text() -> None:
    body = '{"actor":{"name":"A"},"case":"X","data":{"reason":"why","who":"Eve \\"E\\""},"kind":"k","reason":"why"}'
    spans = spans_of_entry(body, "family")
    pieces = pieces_of(body, spans)
    assert "".join(one.text for one in pieces) == body
    assert [one.text for one in pieces if one.ground] == ['{"reason":"why","who":"Eve \\"E\\""}', '"why"']


def test_at_the_desk_it_is_looked_at_with_its_gaps_and_handed_out(desk: Committee, tmp_path: Path) -> None:
    ref = papers(desk, tmp_path)
    auditor = desk.sign_in("auditor")
    assert f"/cases/{ref}/bundle" in auditor.get(f"/cases/{ref}").text
    auditor.get(f"/cases/{ref}/bundle")
    refused = auditor.send(kind="words", what="N. Wyllie", ground="")
    assert refused.status_code == 422
    assert "Say whom the bundle is for." in refused.text
    assert 'value="N. Wyllie"' in refused.text

    shown = auditor.send(recipient=FOR, kind=["words", "entries"], what=["N. Wyllie", "99"], ground=["staff", "family"])
    assert "left out: who a member of staff is" in shown.text
    assert "<li>entry 99</li>" in shown.text
    assert "Make it</button>" not in shown.text
    refused = auditor.send(button=("confirmed", "yes"))
    assert (refused.status_code, "“entry 99” is to be left out and stands nowhere" in refused.text) == (422, True)
    shown = auditor.send(recipient=FOR, kind=["words"], what=["N. Wyllie"], ground=["staff"])
    assert all(f"<h3>{one}. " in shown.text for one in (1, 2, 3)), "each entry as it will read"
    sent = auditor.send(button=("confirmed", "yes"))

    assert sent.headers["content-type"] == "application/zip"
    assert f'filename="{ref}-bundle-redacted-2026-03-02.zip"' in sent.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(sent.content)) as packed:
        packed.extractall(tmp_path / "got")
    assert run(tmp_path / "got" / f"{ref}-bundle-redacted-2026-03-02").returncode == 0
    auditor.page = shown
    again = auditor.send(button=("confirmed", "yes"))
    assert (again.status_code, "was made already" in again.text) == (409, True)
    told = auditor.get(f"/cases/{ref}/bundle").text
    assert "Bundles made of this case (1)" in told
    assert "Who a member of staff is (3 places)" in told

    assert desk.sign_in("chair").get(f"/cases/{ref}/bundle").status_code == 403
    desk.acts("lead_officer", keep_to, ref, (desk.numbers["lead_officer"],), "It concerns a colleague.")
    assert auditor.get(f"/cases/{ref}/bundle").status_code == 404
