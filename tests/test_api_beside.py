"""What is done beside the steps of a case by programs: links, bundles, another edition, letters again, the register."""

from __future__ import annotations

import io
import subprocess
import sys
from base64 import b64decode
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from cli.app import VERSION
from config.procedures import load
from records import incoming
from records.audit_log import entries
from records.database import reading, transaction
from tests.agency import FIFE, post_room
from tests.desk import EDITION, NOON
from tests.program import program
from tests.test_api import problem
from tests.test_recommend import FACTS
from tests.test_web_deeds import gathering, kept
from workflows.verbs.agencies import rename_agency
from workflows.verbs.keep_to import keep_to
from workflows.verbs.recommend import propose

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Committee

WHY = {"reason": "They belong to the same family."}
COURT = {"recipient": "Sheriff Court", "reason": "Asked for by the clerk."}


def test_a_program_links_cases_and_parts_them_and_one_that_is_kept_to_others_is_not_there(desk: Committee) -> None:
    one, other, hidden = (desk.open_case() for _ in range(3))
    lead, deputy = program(desk), program(desk, "deputy_lead_officer")
    desk.acts("lead_officer", keep_to, hidden, [desk.numbers["lead_officer"]], "Named people only.")

    done = lead.post(f"/cases/{one}/links", {"other": other, "kind": "sibling", **WHY}, seen=1)
    assert (done.status_code, done.json()["kind"], done.headers["etag"]) == (200, "linked", '"2"')
    assert [kept(desk, ref).dossier.links for ref in (one, other)] == [{other: "sibling"}, {one: "sibling"}]
    problem(lead.post(f"/cases/{one}/links", {"other": other}, seen=1), 412, "stale")
    problem(lead.post(f"/cases/{one}/links", {"other": other, "kind": "friend"}, seen=2), 422, "bad-answer")
    problem(lead.post(f"/cases/{one}/links", {}, seen=2), 422, "bad-answer")
    secret = problem(deputy.post(f"/cases/{one}/links", {"other": hidden}, seen=2), 404, "not-found")
    absent = problem(deputy.post(f"/cases/{one}/links", {"other": "LR-2026-0999"}, seen=2), 404, "not-found")
    assert secret["detail"].replace(hidden, "") == absent["detail"].replace("LR-2026-0999", "")
    assert kept(desk, hidden).dossier.links == {}

    problem(lead.post(f"/cases/{one}/links/{hidden}/end", WHY, seen=2), 404, "not-found")
    problem(lead.post(f"/cases/{one}/links/{other}/end", {}, seen=2), 422, "bad-answer")
    assert lead.post(f"/cases/{one}/links/{other}/end", WHY, seen=2).json()["kind"] == "unlinked"
    assert kept(desk, other).dossier.links == {}


def test_a_program_is_handed_a_bundle_once_that_anybody_can_check(desk: Committee, tmp_path: Path) -> None:
    ref, lead = gathering(desk), program(desk)
    said = {**COURT, "entries": ["1 = family"]}
    made = f"/cases/{ref}/bundle/made"

    problem(lead.post(made, {"recipient": ""}), 422, "bad-answer")
    problem(lead.post(made, {**said, "entries": ["1 = whim"]}), 422, "bad-answer")
    looked = lead.post(made, {**said, "words": ["Nobody Here = staff"]}, trial="yes").json()
    assert (looked["bundle"], looked["unfound"], looked["entries"]) == (None, ["Nobody Here"], 2)
    assert {one["ground"] for one in looked["left_out"]} == {"family"}
    problem(lead.post(made, {**said, "words": ["Nobody Here = staff"]}), 422, "bad-answer")
    assert lead.get(f"/cases/{ref}/bundle").json() == []

    first, again = (lead.post(made, said, key="bundle") for _ in range(2))
    assert (again.headers["idempotent-replayed"], again.text) == ("true", first.text)
    ZipFile(io.BytesIO(b64decode(first.json()["bundle"]["content"]))).extractall(tmp_path / "bundle")
    (folder,) = (tmp_path / "bundle").iterdir()
    assert first.json()["bundle"]["name"] == f"{folder.name}.zip"
    proof = subprocess.run([sys.executable, folder / "verify.py"], capture_output=True, text=True, check=False)
    assert proof.returncode == 0, proof.stdout
    (on_record,) = lead.get(f"/cases/{ref}/bundle").json()
    assert (on_record["recipient"], on_record["entries"], [*on_record["grounds"]]) == ("Sheriff Court", 2, ["family"])
    problem(program(desk, "chair").post(made, said), 403, "out-of-scope")


def test_a_bundle_too_large_for_an_answer_is_refused_and_not_on_record(
    desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, lead = desk.open_case(), program(desk)
    monkeypatch.setattr("web.pages.bundles.LARGEST", 100)

    refused = problem(lead.post(f"/cases/{ref}/bundle/made", COURT), 409, "not-possible")

    assert "make it at the desk" in refused["detail"]
    with reading(desk.here.engine) as tx:
        assert entries(tx, "bundles") == ()


def test_a_program_lists_what_waits_for_an_agency_by_any_of_its_names(desk: Committee) -> None:
    ref = gathering(desk)
    lead = program(desk)
    lead.post(f"/cases/{ref}/requests", {"what": "information", "agencies": ["NHS Fife"]}, seen=2)
    desk.acts("administrator", rename_agency, "NHS Fife", "Fife Health Board", "It was renamed by order.")

    for name in ("NHS Fife", "fife health board"):
        assert [one["ref"] for one in lead.get("/cases", waiting_on=name).json()["items"]] == [ref]
    assert lead.get("/cases", waiting_on="Police Scotland").json()["items"] == []
    mistyped = problem(lead.get("/cases", waiting_on="NHS Fief"), 422, "bad-answer")
    assert "did you mean" in mistyped["detail"]


def test_a_program_says_that_every_agency_is_entered_and_takes_it_back(desk: Committee) -> None:
    lead = program(desk)

    problem(lead.post("/committee/agencies/complete", {}), 422, "bad-answer")
    done = lead.post("/committee/agencies/complete", {"complete": True, "reason": "All are there."})
    assert done.json() == {"did": "Names it does not know are refused."}
    problem(lead.post("/committee/agencies/complete", {"complete": "yes"}), 409, "not-possible")
    assert "entered again" in lead.post("/committee/agencies/complete", {"complete": False}).json()["did"]


def test_a_program_records_that_a_letter_came_back_sends_it_again_and_takes_its_link_back(desk: Committee) -> None:
    lead = program(desk)
    with post_room(desk) as room:
        room.enter(FIFE)
        ref = room.ask(FIFE)
        letter = lead.get("/outbox", ref=ref).json()["items"][0]["id"]

        problem(lead.post(f"/outbox/{letter}/bounced", {}), 422, "bad-answer")
        problem(lead.post(f"/outbox/{letter}/again", {}), 409, "not-possible")
        problem(lead.post("/outbox/none/again", {}), 404, "not-found")
        took = lead.post(f"/outbox/{letter}/link/end", {"reason": "It was forwarded."})
        assert took.json()["did"].endswith(f"The next letter to {FIFE} brings another.")
        problem(lead.post(f"/outbox/{letter}/link/end", {"reason": "It was forwarded."}), 409, "not-possible")
        came = lead.post(f"/outbox/{letter}/bounced", {"reason": "550 no such user"})
        assert came.json()["did"].startswith("The letter is recorded as come back")
        nobody = problem(lead.post(f"/outbox/{letter}/again"), 409, "not-possible")
        assert "enter an address first" in nobody["detail"]
        (number,) = (one["id"] for one in lead.get("/committee/contacts").json())
        there = {"channels": ["other@fife.example"]}
        assert lead.post(f"/committee/contacts/{number}/channels", there).status_code == 200
        again = lead.post(f"/outbox/{letter}/again", {"reason": "Try it"})
        assert again.json().get("did") == f"{ref}: it goes again.", again.text

        desk.acts("lead_officer", keep_to, ref, [desk.numbers["lead_officer"]], "Named people only.")
        deputy = program(desk, "deputy_lead_officer")
        for what in ("again", "bounced", "link/end"):
            problem(deputy.post(f"/outbox/{letter}/{what}", {"reason": "Look"}), 404, "not-found")


def test_a_program_looks_at_a_move_and_moves_a_case_to_the_new_settings_of_the_committee(
    desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, lead = desk.open_case(), program(desk)
    where, at = f"/cases/{ref}/edition", {"edition": EDITION}
    problem(lead.get(f"{where}/preview", **at), 409, "not-possible")
    settings = {"committee": "Example", "title": "As the committee has it now", "digest": "f" * 64}
    newer = {EDITION: load(EDITION).model_copy(update=settings)}
    monkeypatch.setattr("tests.desk.guidance", lambda name: newer[name])

    shown = lead.get(f"{where}/preview", **at).json()
    assert (shown["to_title"], shown["from_state"]) == ("As the committee has it now", shown["to_state"])
    problem(lead.post(where, at, seen=1), 422, "bad-answer")
    problem(lead.post(where, {**at, **WHY}), 428, "version-not-said")
    moved = lead.post(where, {**at, **WHY}, seen=1)
    assert (moved.json()["kind"], moved.headers["etag"]) == ("moved_edition", '"2"')


def test_a_program_counts_a_date_reads_papers_as_data_and_sees_what_was_done_about_an_agency(desk: Committee) -> None:
    ref, lead = desk.open_case(), program(desk)
    proposed = desk.acts("lead_officer", propose, ref, FACTS).case.ref
    edition = f"/committee/editions/{EDITION}"

    assert lead.get(f"{edition}/due/information", start="2026-03-02").json()["due"] is None
    counted = lead.get(f"{edition}/due/justice_incident", start="2026-03-02").json()
    assert (counted["due"], counted["calendar"], counted["counted"]) == ("2026-03-09", "scotland", 5)
    problem(lead.get(f"{edition}/due/justice_incident", start="2026-03-02", by="nowhere"), 409, "refused")
    problem(lead.get(f"{edition}/due/justice_incident", start="soon"), 422, "bad-answer")
    problem(lead.get(f"{edition}/due/colour", start="2026-03-02"), 404, "not-found")

    board = lead.get("/learning/board").json()
    assert [one["ref"] for one in board["recommendations"]] == [proposed]
    assert lead.get("/learning/papers/board").json()["title"]
    assert lead.get("/recommendations/similar", q=proposed, limit=5).json()["similar"] == []
    full = lead.get("/learning/years/2025-26/full").json()
    assert (full["made_on"], bool(full["tables"])) == ("2026-03-02", True)
    done = lead.get("/learning/extract", first="2025-04-01", last="2026-03-31").json()
    assert (done["reviews"], done["columns"][0]["key"]) == ([], "reference")
    problem(lead.get("/quality/time-limits/published", year="2024-25"), 404, "not-found")

    lead.post("/committee/agencies/new", {"agencies": ["The Trust"]})
    assert [one["kind"] for one in lead.get("/committee/agencies/history", agency="the trust").json()] == ["added"]
    assert lead.get("/inbox").json() == []
    problem(lead.post("/inbox/abc/done", {"did": "Told them."}), 404, "not-found")


def test_what_is_kept_to_others_is_no_gap_in_a_list_that_is_cut_off_and_is_not_told_of_by_its_number(
    desk: Committee,
) -> None:
    lead, deputy = program(desk), program(desk, "deputy_lead_officer")
    hidden, seen = (desk.open_case() for _ in range(2))
    proposed = [desk.acts("lead_officer", propose, ref, FACTS).case.ref for ref in (hidden, hidden, seen)]
    kept_one, _, seen_one = proposed
    desk.acts("lead_officer", keep_to, hidden, [desk.numbers["lead_officer"]], "Named people only.")
    mail = dict.fromkeys(("file", "reference", "code", "seen_to_by"), "") | dict.fromkeys(
        ("validity", "uid", "files"), 0
    )
    mail |= {"mailbox": "in", "size": 1, "doubtful": False, "forwarded": False, "read_at": NOON, "kind": "unsorted"}
    about = {"aa11": {"case_id": kept(desk, hidden).id}, "aa22": {"reference": hidden}, "aa33": {}}
    with transaction(desk.here.engine) as tx:
        for number, case in about.items():
            incoming.keep(tx, {**mail, "id": number, "case_id": None, **case})

    for program_of, first in ((lead, "aa11"), (deputy, "aa33")):
        for everything in ("yes", "no"):
            found = program_of.get("/inbox", everything=everything, limit=1).json()
            assert [one["id"] for one in found] == [first]
    for number in ("aa11", "aa22"):
        secret, absent = (
            problem(deputy.post(f"/inbox/{one}/done", {"did": "Told them."}), 404, "not-found")
            for one in (number, "bb44")
        )
        assert secret["detail"].replace(number, "bb44") == absent["detail"]
        words = ["inbox", "done", number, "--did", "Told them."]
        told = deputy.post("/commands", {"version": VERSION, "words": words}).text
        assert "is no mail that came back" in told
        assert hidden not in told
    assert deputy.post("/inbox/aa/done", {"did": "Told them."}).status_code == 200, "of those it sees there is one"
    assert lead.post("/inbox/aa11/done", {"did": "Told them."}).status_code == 200

    like_it = "/recommendations/similar"
    assert [one["ref"] for one in lead.get(like_it, q=FACTS["text"], limit=1).json()["similar"]] == [kept_one]
    assert [one["ref"] for one in deputy.get(like_it, q=FACTS["text"], limit=1).json()["similar"]] == [seen_one]
    assert [one["ref"] for one in lead.get(like_it, q=kept_one).json()["similar"]] == proposed[1:]
    secret, absent = (problem(deputy.get(like_it, q=one), 404, "not-found") for one in (kept_one, "REC-2026-0999"))
    assert secret["detail"].replace(kept_one, "REC-2026-0999") == absent["detail"]
    told = {one: deputy.get("/search", q=one).json() for one in (kept_one, seen_one, hidden)}
    assert [[len(some[what]) for what in ("cases", "recommendations")] for some in told.values()] == [
        [0, 0],
        [1, 0],
        [0, 0],
    ]

    listed = [program_of.get("/recommendations", limit=1).json() for program_of in (lead, deputy)]
    assert [[one["ref"] for one in some["items"]] for some in listed] == [[kept_one], [seen_one]]
    assert [some["next"] is None for some in listed] == [False, True]
