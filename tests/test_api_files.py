"""A program sends a file with an answer; and what is done on a page of the desk is an operation or says why not."""

from __future__ import annotations

import shutil
from base64 import b64encode
from typing import TYPE_CHECKING

from config import calendar_files
from config.settings import calendar
from tests.program import program
from tests.test_api import problem
from tests.test_web_evidence import STORY, begun
from web.api.operations import NOT_FOR_PROGRAMS, operations
from web.app import PAGES
from web.pages.committee import guidance

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.desk import Committee


def test_a_file_is_kept_with_what_it_was_sent_with_and_not_where_that_was_refused(desk: Committee) -> None:
    ref, lead = begun(desk), program(desk)
    version = lead.get(f"/cases/{ref}/steps/report_progress").json()["version"]
    address, file = f"/cases/{ref}/steps/report_progress", {"name": "minutes.pdf", "content": b64encode(STORY).decode()}
    said = {"progress": "on_course", "progress_note": "Two teams have begun.", "progress_files": ["file 3", file]}

    problem(lead.post(address, {**said, "progress_files": [{**file, "content": "%"}]}, seen=version), 422, "bad-answer")
    problem(
        lead.post(address, {**said, "progress_files": [{**file, "name": "a.exe"}]}, seen=version), 422, "bad-answer"
    )
    unheld = lead.post(address, {**said, "progress_files": [f"sha256:{'0' * 64}:x.pdf"]}, seen=version)
    assert "'x.pdf' is not kept here" in problem(unheld, 422, "bad-answer")["detail"]
    problem(lead.post("/tasks/x/settled", {"did": [file]}), 422, "bad-answer")
    problem(lead.post(address, said, seen=version - 1), 412, "stale")
    tried = lead.post(address, said, seen=version, trial="yes")
    assert not desk.here.settings.evidence.exists()
    assert lead.post(address, said, seen=version, key="a file").json() == tried.json()
    assert lead.post(address, said, seen=version, key="a file").headers["idempotent-replayed"] == "true"

    entry = lead.get(f"/cases/{ref}/history", limit=50).json()["items"][-1]
    kept = entry["data"]["fields"]["progress_files"]
    assert (kept[0], kept[1].split(":")[2]) == ("file 3", "minutes.pdf")
    assert [one.read_bytes() for one in desk.here.settings.evidence.rglob("*") if one.is_file()] == [STORY]
    assert not any(desk.here.settings.uploads.glob("program-*"))
    assert lead.post(address, {**said, "progress_files": kept}, seen=version + 1).status_code == 200


def test_an_administrator_sets_a_limit_by_program_and_tries_a_holiday(
    desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(calendar_files.NATIONAL, tmp_path / "calendars")
    monkeypatch.setattr(calendar_files, "NATIONAL", tmp_path / "calendars")
    keeper, edition = program(desk, "administrator"), "scotland-learning-review-2024"
    form = {one["name"]: one for one in keeper.get(f"/committee/limits/{edition}/set").json()["questions"]}
    limit = form["limit"]["answers"][0]["value"]
    said = {"limit": limit, "number": "21", "unit": "calendar_days", "note": "Decided in March.", "reason": "Agreed."}

    problem(keeper.post(f"/committee/limits/{edition}/set", {**said, "note": ""}), 422, "bad-answer")
    tried = keeper.post(f"/committee/limits/{edition}/set", said, trial="yes").json()
    assert not desk.here.settings.own_file.exists()
    assert keeper.post(f"/committee/limits/{edition}/set", said).json() == tried
    assert "Decided in March." in desk.here.settings.own_file.read_text()

    day = {"day": "2026-03-04", "called": "A day of mourning", "reason": "Announced."}
    before = calendar("scotland").digest
    tried = keeper.post("/committee/calendars/scotland/holidays", day, trial="yes").json()
    assert tried["did"].endswith("is a holiday of scotland. Dates of open cases that move: 0.")
    calendar.cache_clear()
    assert calendar("scotland").digest == before, "nothing is written by what is tried"
    problem(keeper.post("/committee/calendars/scotland/holidays", {**day, "day": "2026-03-07"}), 422, "bad-answer")
    problem(keeper.post("/committee/calendars/nowhere/holidays", day), 404, "not-found")
    written: list[str] = []  # the nation's own file is not written by a test
    monkeypatch.setattr(guidance, "add_holiday", lambda _uow, name, *_: written.append(name) or ())
    keeper.post("/committee/calendars/scotland/holidays", day, trial="no")
    assert written == ["scotland"], "tried is only what is asked to be tried"


def test_whatever_is_done_on_a_page_is_an_operation_or_says_why_not() -> None:
    routes = [route for page in PAGES for route in page.router.routes]
    posted = {route.name for route in routes if "POST" in route.methods}
    looked = {route.name for route in routes if "GET" in route.methods}
    done = {one.policy for one in operations() if one.method == "POST"}
    shown = {one.policy for one in operations() if one.method == "GET"} - looked

    assert {"children_names"} <= shown - done
    assert posted - done - shown == {name for name in NOT_FOR_PROGRAMS if name in posted} - done
    assert set(NOT_FOR_PROGRAMS) <= posted
    assert all(reason.endswith(".") for reason in NOT_FOR_PROGRAMS.values())
