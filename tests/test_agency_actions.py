"""What an agency says of a recommendation addressed to it, and of its own actions: done, with evidence, by its link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records import cases, letter_links
from records.database import reading
from states.procedure import Procedure
from tests.agency import FIFE
from tests.desk import guidance
from tests.filed import RECOMMENDATION
from tests.test_agency_page import prose_of
from tests.test_letters import OLDEST, age
from tests.test_recommend import FACTS, PLAN
from workflows.verbs.advance import advance
from workflows.verbs.recommend import propose
from workflows.verbs.register_items import add_item, update_item

if TYPE_CHECKING:
    from records.cases import Case
    from tests.agency import PostRoom
    from tests.desk import Browser

PDF = b"%PDF-1.7\n" + b"x" * 2000


def accepted(room: PostRoom) -> str:
    """A recommendation to NHS Fife that the committee has accepted."""
    source = room.committee.open_case()
    ref = room.do(propose, source, FACTS).case.ref
    by = {"by": "chair", "authority": "child_protection_committee"}
    room.do(advance, ref, "accept", answers={"decided_on": "2026-03-02", **PLAN}, **by)
    return str(ref)


def newest(room: PostRoom, subject: str) -> Browser:
    """Somebody who has opened the newest link about something, once all that waits for a note has gone."""
    room.committee.later(days=8)
    room.deliver()
    with reading(room.committee.here.engine) as tx:
        mine = select(letter_links.LINKS.c.number).where(letter_links.LINKS.c.subject == subject)
        number = tx.execute(mine.order_by(letter_links.LINKS.c.made_at.desc())).scalar()
    browser = room.committee.browser()
    browser.get(f"/letters/{room.committee.here.keys.link_word(str(number))}")
    browser.send()
    return browser


def is_plain(browser: Browser, here: str) -> dict[str, bool]:
    """Whether the form of each step can be read at the age of twelve, and what it says once it is sent empty."""
    names = re.findall(rf"{here}/say/(step-\w+)", browser.get(here).text)
    pages = [(name, browser.get(f"{here}/say/{name}").text, browser.send().text) for name in names]
    return {name: max(age(prose_of(text)) for text in (form, sent)) <= OLDEST for name, form, sent in pages}


def case_of(room: PostRoom, ref: str) -> Case:
    with reading(room.committee.here.engine) as tx:
        return cases.find(tx, ref, to_change=False)


def test_two_questions_of_one_name_about_an_action_are_told_apart(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = guidance(RECOMMENDATION).model_dump(mode="json", by_alias=True, exclude_unset=True)
    for one in shared["registers"]["action"]["update"]:
        one["label"] = {"evidence": "What was done, or why it was dropped"}.get(one["name"], one["label"])
    told = Procedure.model_validate(shared)
    monkeypatch.setattr("tests.desk.guidance", lambda name: told if name == RECOMMENDATION else guidance(name))
    ref = accepted(room)
    action = {"text": "Agree the form.", "owner": "Team lead", "agency": FIFE, "due_on": "2026-12-01"}
    room.do(add_item, ref, "action", action)
    browser = newest(room, "item/A1")

    form = browser.get(f"{browser.page.url.path}/say/update").text
    wrong = browser.send(status="done", note="Agreed by all.").text

    label = "What was done, or why it was dropped"
    assert [f"{label} ({place} of 2)" in form for place in (1, 2)] == [True, True]
    assert re.findall(rf'<a href="#([^"]+)">“{label} \(2 of 2\)” is missing', wrong) == ["q-evidence"]


def test_an_action_is_said_to_be_done_with_its_evidence(room: PostRoom) -> None:
    ref = accepted(room)
    action = {"text": "Agree the form.", "owner": "Team lead", "agency": FIFE, "due_on": "2026-12-01"}
    room.do(add_item, ref, "action", action)
    browser = newest(room, "item/A1")
    assert "Agree the form." in browser.page.text
    assert age(prose_of(browser.page.text)) <= OLDEST

    here = browser.page.url.path
    form = browser.get(f"{here}/say/update").text
    assert "Needed where “How it stands” is “Done”." in form
    assert age(prose_of(browser.page.text)) <= OLDEST
    assert "Needed where “How it stands” is" in room.committee.sign_in().get(f"/cases/{ref}/items/A1/update").text
    assert age(prose_of(browser.send(status="done").text)) <= OLDEST
    said = {"status": "done", "note": "Agreed by all.", "evidence": "The form."}
    thanks = browser.send(files={"files": ("form.pdf", PDF)}, **said)

    assert "Thank you" in thanks.text
    item = case_of(room, ref).dossier.items["A1"]
    assert item.ended
    over = browser.get(f"{here}/say/update").text
    assert ("This has ended. To add something" in over, "<form" in over.partition("<main")[2]) == (True, False)
    assert item.fields["evidence_files"][0].endswith(":form.pdf")
    assert item.fields["evidence_files"][0].split(":")[1] in thanks.text


def test_a_recommendation_is_begun_and_said_to_be_done_and_the_committee_looks_at_the_evidence(room: PostRoom) -> None:
    ref = accepted(room)
    browser = newest(room, "")
    here = browser.page.url.path
    assert "one shared chronology" in browser.page.text
    told = is_plain(browser, here)

    browser.get(f"{here}/say/step-start")
    begun = browser.send(started_on="3 March 2026").text
    assert ("Thank you" in begun, "It is still open" in begun, "Nothing more is to be done" in begun) == (
        True,
        True,
        False,
    )
    assert "Whom it is about" not in begun
    told |= is_plain(browser, here)
    assert told == dict.fromkeys(("step-start", "step-report_progress", "step-block", "step-claim_complete"), True)
    browser.get(f"{here}/say/step-claim_complete")
    browser.send(files={"files": ("audit.pdf", PDF)}, done_on="5 March 2026", done_evidence="The audit of March.")

    case = case_of(room, ref)
    assert case.dossier.state == "claimed_complete"
    assert case.dossier.fields["done_files"][0].endswith(":audit.pdf")
    page = browser.get(here).text
    assert "It now stands at: Said to be done." in page
    assert "Record how far it was fulfilled" not in page
    assert browser.get(f"{here}/say/step-verify").status_code == 404


def test_who_said_it_was_done_is_told_by_when_which_evidence_is_wanted_and_why(room: PostRoom) -> None:
    ref = accepted(room)
    action = {"text": "Agree the form.", "owner": "A lead", "agency": "Fife Council", "due_on": "2026-12-01"}
    room.do(add_item, ref, "action", action)
    browser = newest(room, "")
    here = browser.page.url.path
    browser.get(f"{here}/say/step-start")
    browser.send(started_on="3 March 2026")
    assert "Not yet. Actions: still open are A1." in " ".join(browser.get(here).text.split())
    assert "/say/step-claim_complete" not in browser.page.text
    room.do(update_item, ref, "A1", {"status": "dropped", "note": "Another form is used."})
    browser.get(f"{here}/say/step-claim_complete")
    browser.send(done_on="5 March 2026", done_evidence="The audit of one ward.")

    wanted = {"answers": {"evidence_wanted": "The audit of all wards"}, "reason": "One ward is not all"}
    room.do(advance, ref, "send_back", **wanted, by="chair")
    room.deliver()

    letter = " ".join(room.mails(FIFE)[-1].get_content().split())
    assert "More evidence is wanted. The reason: One ward is not all. What: Evidence wanted when" in letter
    said = (
        "By: Tuesday 7 April 2026 ",
        "- What evidence is wanted: The audit of all wards",
        "Please see to it by then",
    )
    assert [one for one in said if one not in letter] == []
    assert "asks nothing of you" not in letter
    assert "What evidence is wanted: The audit of all wards" in browser.get(here).text
