"""A register imported at the desk: sent, looked at, answered, made, and taken back; by those who keep cases."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from records.database import reading
from records.imports import imported_rows
from states.errors import StorageTrouble
from tests.importing import ROWS, table
from workflows.importing import kept_aside
from workflows.importing.kept_aside import KeptAside
from workflows.importing.questions_asked import Mapped
from workflows.importing.reading import read_packed, read_register
from workflows.timetable.rounds import audit
from workflows.verbs.import_register import import_reviews
from workflows.verbs.keep_to import keep_to

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Committee


def test_a_register_is_looked_at_answered_imported_and_taken_back(desk: Committee) -> None:
    lead = desk.sign_in()
    assert 'href="/imports"' in lead.get("/cases").text
    lead.get("/imports")
    looked = lead.send(files={"register": ("register.csv", table(*ROWS, ("", "", "", "", "Lost", "", "", "", "")))})

    assert "2 reviews, 4 recommendations and 3 actions would be made" in looked.text
    assert "Take what is proposed" in looked.text
    assert "Row 2: action: A form for views (NHS Fife), by 30 June 2026; in progress" in looked.text
    assert "Row 2: agency that is new to the register: NHS Fife" in looked.text
    assert ">Import it<" not in looked.text
    ready = lead.send(proposed="yes", **{"answer.1": "none"})
    assert "It has no reference of a review: nothing is made of it" in ready.text
    assert ">Import it<" in ready.text
    answers = dict(zip(*_answers(ready.text), strict=True))
    done = lead.send(button=("do", "yes"), **answers)

    assert "IMPORT-1" in done.text
    assert "It is imported." in done.text
    assert "LR-2026-0001" in lead.get("/cases").text
    assert "was LR-1" in lead.page.text
    assert "Before it was imported: SCR-9." in lead.get("/search?q=scr-9").text
    lead.get("/imports")
    assert "Taken back on" in lead.send("/imports/IMPORT-1/back", why="The wrong sheet.").text
    with reading(desk.here.engine) as tx:
        assert list(imported_rows(tx)) == []


def test_a_question_about_a_column_is_answered_though_a_browser_sends_what_each_is_taken_for(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/imports")
    content = table(("LR-1", "2024-03-12", "Jo Invented"), heads=("Ref", "Notified", "Name"))
    looked = lead.send(files={"register": ("register.csv", content)}).text
    assert "may name whom a review is about" in looked
    as_shown = {f"means.{at}": means for at, means in enumerate(("review.reference", "review.notified", "left_out"), 1)}

    again = lead.send(**as_shown).text
    assert "may name whom a review is about" in again
    assert "2 to be answered" in again
    answered = lead.send(**as_shown, **{"answer.1": "words"}).text
    assert '<option value="words" selected>' in answered
    assert (
        "review.lead"
        in lead.send(**{**as_shown, "means.3": "review.lead"}).text.partition('name="was.3" value="')[2][:12]
    )


def test_more_is_asked_than_a_page_holds_the_file_is_read_once_and_the_page_tells_how_far_it_is(
    desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"LR-{number}", *ROWS[0][1:7], "29/2/2031", "open") for number in range(120)]
    read = list[int]()
    monkeypatch.setattr(kept_aside, "read_packed", lambda content: read.append(1) or read_packed(content))
    lead = desk.sign_in()
    lead.get("/imports")
    looked = lead.send(files={"register": ("register.csv", table(*rows))}).text
    assert "Questions 1 to 100 of 122" in looked
    assert (looked.count('name="question.'), ">Import it<" in looked) == (100, False)
    first = re.search(r'name="question\.1" value="([^"]*)"', looked)
    assert first is not None

    sent = {"question.1": first[1], "answer.1": "27/11/2031"}
    second = lead.send(button=("turn", "2"), **sent).text
    assert "Questions 101 to 122 of 122" in second
    again = lead.send(button=("turn", "1")).text
    assert 'value="27/11/2031"' in again
    assert 'value="27/11/2031"' not in lead.send(**{**sent, "answer.1": ""}).text, "an answer is taken back"
    words = {f"answer.{number}": "words" for number in range(1, 101)}
    lead.send(button=("turn", "2"), **{**words, "answer.1": "27/11/2031"})
    ready = lead.send(**words, proposed="yes").text
    assert ">Import it<" in ready

    made, calls = import_reviews, list[int]()

    def broken(*what: Any) -> int:
        calls.append(1)
        if len(calls) == 3:
            raise StorageTrouble("The disk is full.")
        return made(*what)

    monkeypatch.setattr("web.pages.imports.import_reviews", broken)
    told = lead.send(button=("do", "yes"), proposed="yes", **words).text
    assert re.findall(r'<progress value="(\d+)" max="120"', told) == ["25", "50"]
    assert "The disk is full." in told
    assert "what was made stays made" in told
    assert "Not ended yet" in lead.get("/imports").text
    lead.send()
    told = lead.send(button=("do", "yes"), proposed="yes", **words).text
    assert re.findall(r'<progress value="(\d+)" max="70"', told) == ["25", "50", "70"]
    assert "IMPORT-1 is done." in told
    assert told.rstrip().endswith("</html>")
    with reading(desk.here.engine) as tx:
        assert len({one.ref for one in imported_rows(tx) if one.ref.startswith("LR")}) == 120
    assert read == [1]


def test_a_register_that_nobody_goes_on_with_is_gone_after_a_day_though_no_letter_is_opened(desk: Committee) -> None:
    lead, aside = desk.sign_in(), desk.here.settings.uploads
    lead.get("/imports")
    lead.send(files={"register": ("register.csv", table(*ROWS))})
    (folder,) = aside.iterdir()
    for hours, stays in ((23, True), (25, False)):
        sent = (desk.now - timedelta(hours=hours)).timestamp()
        os.utime(folder, (sent, sent))
        audit(desk.here, desk.now)
        assert ("register.csv was sent before" in lead.get("/imports").text, folder.exists()) == (stays, stays)


def test_what_was_read_of_a_file_is_taken_for_no_other(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(table(*ROWS))
    first = KeptAside(path)
    assert first.book() == KeptAside(path).book() == read_register(table(*ROWS))
    first.keep(Mapped("", {"Ref": "review.reference"}, {"q": "a"}))
    assert KeptAside(path).said().answers == {"q": "a"}

    path.write_bytes(table(*ROWS[1:]))
    assert KeptAside(path).book() == read_register(table(*ROWS[1:]))
    assert KeptAside(path).said() == Mapped()
    for kept in tmp_path.glob(".read-*"):
        kept.write_text("{")
    assert KeptAside(path).book() == read_register(table(*ROWS[1:]))


def _answers(html: str) -> tuple[list[str], list[str]]:
    """What is chosen in the lists of a page, by the names of the lists."""

    lists = re.findall(r'name="((?:answer|means)\.\d+)">(.*?)</select>', html, re.DOTALL)
    chosen = [(name, re.search(r'value="([^"]*)" selected', options)) for name, options in lists]
    return [name for name, one in chosen if one], [one[1] for _, one in chosen if one]


def test_importing_at_the_desk_is_for_those_who_keep_cases(desk: Committee) -> None:
    assert desk.sign_in("auditor").get("/imports").status_code == 403
    lead = desk.sign_in()
    lead.get("/imports")
    assert "Choose the file of the register first." in lead.send().text
    wrong = lead.send(files={"register": ("register.csv", b"<html><table></table></html>")})
    assert "web page" in wrong.text


def test_what_is_kept_to_named_people_is_added_to_and_taken_back_by_none_of_the_others(desk: Committee) -> None:
    named = [desk.numbers["lead_officer"]]
    lead, deputy = desk.sign_in(), desk.sign_in("deputy_lead_officer")
    lead.get("/imports")
    looked = lead.send(files={"register": ("register.csv", table(*ROWS))}, proposed="yes").text
    lead.send(button=("do", "yes"), proposed="yes", **dict(zip(*_answers(looked), strict=True)))
    more = (
        (*ROWS[0][:5], "Tell everybody of it", *ROWS[0][6:]),
        (*ROWS[2][:5], "Tell everybody of it", *ROWS[2][6:]),
        ("LR-2", *ROWS[0][1:]),
    )
    newer = {"register": ("newer.csv", table(*ROWS, *more))}

    def sees() -> str:
        deputy.get("/imports")
        return deputy.send(files=newer, proposed="yes").text

    desk.acts("lead_officer", keep_to, "REC-2026-0001", named, "A member knows the family.")
    looked = sees()
    assert "1 review, 1 recommendation and 2 actions would be made" in looked
    assert "Row 2: Its recommendation is kept to named people, and you are none of them" in looked
    desk.acts("lead_officer", keep_to, "LR-2026-0001", named, "A member knows the family.")
    looked = sees()
    assert "1 review, 1 recommendation and 1 action would be made" in looked
    assert "Row 2: Its review is kept to named people, and you are none of them" in looked
    deputy.send(button=("do", "yes"), proposed="yes", **dict(zip(*_answers(looked), strict=True)))
    with reading(desk.here.engine) as tx:
        assert {one.ref for one in imported_rows(tx) if one.run == "IMPORT-2"} == {"LR-2026-0002", "REC-2026-0004"}
    deputy.get("/imports")
    refused = deputy.send("/imports/IMPORT-1/back", why="The wrong sheet.").text
    assert "A case of this import is kept to named people" in refused
    assert not {"LR-2026-0001", "REC-2026-0001"} & set(re.findall(r"[A-Z]+-\d{4}-\d{4}", refused))
    lead.get("/imports")
    assert "Taken back on" in lead.send("/imports/IMPORT-1/back", why="The wrong sheet.").text
