"""Files sent with a form: looked at by ClamAV, kept as evidence once the form is done, handed out when clean."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from records import clamav, scanned_files
from records.database import transaction
from states.entry import Actor
from tests.clamd import EICAR, Clamd
from tests.desk import PEOPLE
from tests.test_recommend import CHAIR, FACTS, PLAN
from tests.test_web_deeds import YES, does, gathering
from workflows.verbs.advance import advance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response

    from tests.desk import Browser, Committee
    from tests.office import Office

STORY = b"%PDF-1.7 the minutes of the team"


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    with Clamd(tmp_path) as server:
        yield server


def begun(desk: Committee) -> str:
    """A recommendation that is carried out; it was proposed at the desk."""
    ref = gathering(desk)
    proposed = {name: said for name, said in FACTS.items() if name != "themes"}
    page = does(desk.sign_in(), f"/cases/{ref}/recommendations", themes=FACTS["themes"], **proposed)
    found = re.search(r"REC-2026-\d+", page)
    assert found is not None
    desk.later(days=1)
    for trigger, answers, more in (
        ("accept", {"decided_on": "2026-03-02", **PLAN}, CHAIR),
        ("start", {"started_on": "2026-03-02"}, {"role": "lead_officer"}),
    ):
        role = str(more["role"])
        with desk.here.uow(Actor(name=PEOPLE[role], role=role), desk.now) as uow:
            advance(uow, found[0], trigger, answers=answers, authority=more.get("authority", ""))
    return found[0]


def looked_at_by(desk: Committee, address: str) -> None:
    here = desk.here
    desk.here = replace(here, settings=here.settings.model_copy(update={"clamav": address}))


def sends(browser: Browser, address: str, content: bytes, name: str = "minutes.pdf") -> Response:
    browser.get(address)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', browser.page.text))  # type: ignore[union-attr]
    typed = {**hidden, "progress": "on_course", "progress_note": "Two teams have begun."}
    files = {"progress_files.upload": (name, content)}
    browser.page = browser.client.post(address, data=typed, files=files, headers={"sec-fetch-site": "same-origin"})
    return browser.page


def test_a_file_that_is_clean_becomes_evidence_and_is_handed_out(desk: Committee, clamd: Clamd) -> None:
    looked_at_by(desk, clamd.address)
    ref = begun(desk)
    lead = desk.sign_in()

    shown = sends(lead, f"/cases/{ref}/steps/report_progress", STORY)
    assert "Nothing is written yet" in shown.text
    assert not desk.here.settings.evidence.exists()
    done = lead.send(button=YES).text

    link = re.search(rf'href="(/cases/{ref}/evidence/\w+)">minutes.pdf', done)
    assert link is not None
    sent = lead.get(link[1])
    assert (sent.content, sent.headers["content-disposition"][:10]) == (STORY, "attachment")
    assert clamd.server.heard == [STORY]


@pytest.mark.parametrize(
    ("content", "says"),
    [(EICAR, "found something in it"), (STORY, "could not be looked at")],
    ids=["infected", "unscanned"],
)
def test_an_infected_or_unscanned_file_is_kept_apart_and_never_handed_out(
    desk: Committee, clamd: Clamd, content: bytes, says: str
) -> None:
    looked_at_by(desk, clamd.address)
    clamd.server.answer = b"" if content == EICAR else b"INSTREAM size limit exceeded. ERROR\0"
    ref = begun(desk)

    refused = sends(
        desk.sign_in(),
        f"/cases/{ref}/steps/report_progress",
        content,
        "minutes.txt" if content == EICAR else "minutes.pdf",
    )

    assert (refused.status_code, says in refused.text, "Two teams have begun." in refused.text) == (422, True, True)
    (apart,) = desk.here.settings.quarantine.iterdir()
    assert apart.read_bytes() == content
    assert not desk.here.settings.evidence.exists()


def test_what_nobody_looked_at_is_kept_and_not_handed_out(desk: Committee) -> None:
    ref = begun(desk)
    lead = desk.sign_in()
    sends(lead, f"/cases/{ref}/steps/report_progress", STORY)
    done = lead.send(button=YES).text

    assert f"/cases/{ref}/evidence/" not in done
    assert "it was not looked at for harmful content" in done
    refused = lead.get(f"/cases/{ref}/evidence/{sha256(STORY).hexdigest()}")
    assert (refused.status_code, "not looked at for harmful content" in refused.text) == (409, True)
    assert lead.get(f"/cases/{ref}/evidence/{'0' * 64}").status_code == 404


def test_only_of_the_files_that_are_named_it_is_read_which_are_clean(office: Office) -> None:
    mine, of_another, unknown = (sign * 64 for sign in "abc")
    with transaction(office.engine) as tx:
        for one in (mine, of_another):
            scanned_files.note_clean(tx, one, office.now)

        assert scanned_files.clean_of(tx, [mine, unknown]) == {mine}
        assert scanned_files.clean_of(tx, []) == frozenset()


def test_a_file_of_another_kind_is_refused_and_what_was_typed_stays(desk: Committee) -> None:
    ref = begun(desk)

    lead = desk.sign_in()
    refused = sends(lead, f"/cases/{ref}/steps/report_progress", b"MZ", "tool.exe")

    assert (refused.status_code, "is not taken" in refused.text) == (422, True)
    named = lead.send(**{"progress_files.others": f"file 3\nsha256:{'0' * 64}:x.pdf"})
    assert (named.status_code, "x.pdf&#39; is not kept here" in named.text) == (422, True)


def test_nobody_at_the_address_of_clamav_is_a_fault_of_ours(tmp_path: Path) -> None:
    for address in (str(tmp_path / "nobody"), "nowhere", "127.0.0.1:9"):
        with pytest.raises(OSError, match=r".+"):
            clamav.look_at(address, tmp_path)


def test_the_board_and_the_page_of_a_recommendation_show_its_three_facts(desk: Committee) -> None:
    ref = begun(desk)
    auditor = desk.sign_in("auditor")

    board = auditor.get("/recommendations?which=all").text
    assert (f"/recommendations/{ref}" in board, "Not verified" in board) == (True, True)
    assert ref not in auditor.get("/recommendations?which=closed").text
    page = auditor.get(f"/cases/{ref}")
    assert str(page.url).endswith(f"/recommendations/{ref}")
    for said in ("Three facts", "Not verified yet", "Not assessed yet", "Earlier ones like it", "Now: In progress"):
        assert said in page.text
