"""Cases at the desk: opened, taken a step, shown before it is written; nothing typed is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from records.contacts import CONTACTS
from records.database import reading
from tests.desk import EDITION
from web.sent_form import LARGEST_FORM
from workflows.views.readings import ReadingsWanted, readings

if TYPE_CHECKING:
    from tests.desk import Committee

FORM = {"notification_form": "file 14", "notified_criteria": ["died", "harmed"], "agency.others": "NHS Fife"}


def test_a_case_is_opened_taken_a_step_and_its_history_read(desk: Committee) -> None:
    lead = desk.sign_in()
    assert f'href="/cases/new?edition={EDITION}&amp;step=notify"' in lead.get("/cases/new").text

    lead.get(f"/cases/new?edition={EDITION}&step=notify")
    shown = lead.send(**FORM)
    assert "Nothing is written yet" in shown.text
    assert ("CAIRN_" in shown.text, "Limits that the nation leaves open are not set yet" in shown.text) == (False, True)
    assert "There is no open case." in desk.sign_in("chair").get("/cases").text
    opened = lead.send(button=("confirmed", "yes"))
    assert opened.status_code == 200
    assert "/cases/LR-2026-0001" in str(opened.url)
    assert "Begin to gather information" in opened.text

    person = desk.sign_in("nominated_person")
    form = person.get("/cases/LR-2026-0001/steps/request_info")
    assert "What the decision needs, and no more" in form.text
    refused = person.send(**{"agencies_asked.others": "NHS Fife"})
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert "NHS Fife" in refused.text
    person.send(**{"agencies_asked.others": "NHS Fife", "information_scope": "A first account."})
    done = person.send(button=("confirmed", "yes"))
    assert "Gathering information" in done.text
    history = person.get("/cases/LR-2026-0001/history").text
    assert "Begin to gather information from the agencies" in history
    assert "N. Person (nominated person or sub-group)" in history


def test_the_second_of_two_is_told_what_changed_and_loses_nothing(desk: Committee) -> None:
    ref = desk.open_case()
    first, second = desk.sign_in("nominated_person"), desk.sign_in("nominated_person")
    address = f"/cases/{ref}/steps/request_info"
    answers = {"agencies_asked.others": "NHS Fife", "information_scope": "A first account."}
    for one in (first, second):
        one.get(address)
        one.send(**answers)

    first.send(button=("confirmed", "yes"))
    told = second.send(button=("confirmed", "yes"))

    assert told.status_code == 409
    assert "has changed since you read it" in told.text
    assert "Begin to gather information from the agencies" in told.text
    assert "A first account." in told.text


def test_a_case_that_is_read_is_on_record_once_a_reading(desk: Committee) -> None:
    ref = desk.open_case()
    auditor = desk.sign_in("auditor")
    for _ in range(2):
        auditor.get(f"/cases/{ref}")
        auditor.get(f"/cases/{ref}/history")
    desk.later(minutes=40)
    auditor.get(f"/cases/{ref}")

    with reading(desk.here.engine) as tx:
        found = readings(tx, ReadingsWanted(ref)).lines
    parts = ["case", "case_history", "case"]
    assert [(one.person, one.by_right, one.part) for one in found] == [("A. Auditor", "auditor", one) for one in parts]


def test_a_date_says_why_it_is_the_day_it_is(desk: Committee) -> None:
    ref = desk.open_case()
    lead = desk.sign_in()
    page = lead.get(f"/cases/{ref}")
    address = page.text.partition(f'href="/cases/{ref}/dates/')[2].partition('"')[0]

    shown = lead.get(f"/cases/{ref}/dates/{address}")

    assert shown.status_code == 200
    assert "Why this date" in shown.text


def test_what_is_not_there_is_said_in_a_page_with_the_way_on(desk: Committee) -> None:
    lead = desk.sign_in()

    missing = lead.get("/cases/LR-2026-0099")

    assert missing.status_code == 404
    assert "There is no case" in missing.text
    assert '<a href="/cases">the list of cases</a>' in missing.text
    assert lead.get("/nowhere").status_code == 404


def test_a_step_that_cannot_be_taken_says_why_instead_of_asking(desk: Committee) -> None:
    ref = desk.open_case()
    lead, person = desk.sign_in(), desk.sign_in("nominated_person")
    person.get(f"/cases/{ref}/steps/request_info")
    person.send(**{"agencies_asked.others": "NHS Fife", "information_scope": "A first account."})
    person.send(button=("confirmed", "yes"))

    waits = person.get(f"/cases/{ref}/steps/draft_recommendation")
    assert waits.status_code == 409
    assert "Nobody has been asked yet" in waits.text
    assert person.get(f"/cases/{ref}/steps/nonsense").status_code == 404
    theirs = lead.get(f"/cases/{ref}/steps/ask_more")
    assert theirs.status_code == 404
    assert f'<a href="/cases/{ref}">' in theirs.text


def test_a_form_larger_than_any_of_ours_is_not_read(desk: Committee) -> None:
    answer = desk.browser().client.post(
        "/sign-in", data={"name": "x" * (LARGEST_FORM + 1)}, headers={"sec-fetch-site": "same-origin"}
    )

    assert answer.status_code == 413


def test_a_form_that_is_gone_back_to_and_confirmed_again_is_done_once(
    desk: Committee,
) -> None:
    lead = desk.sign_in()
    lead.get(f"/cases/new?edition={EDITION}&step=notify")
    form = lead.page
    assert "Nothing is written yet" in lead.send(**FORM).text
    looked_at = lead.page
    assert "This is what will happen" in lead.get(str(looked_at.url)).text
    assert "file 14" in lead.get(f"/cases/new?edition={EDITION}&step=notify").text
    lead.page = looked_at
    opened = lead.send(button=("confirmed", "yes"))
    gone_back = lead.get(str(looked_at.url))
    assert (gone_back.url.path, "It was recorded already" in gone_back.text) == (opened.url.path, True)
    for page, button in ((looked_at, ("confirmed", "yes")), (form, ("confirmed", "yes")), (form, None)):
        lead.page = page
        again = lead.send(button=button, **FORM)
        assert (again.status_code, again.url.path) == (200, opened.url.path)
        assert "It was recorded already" in again.text
    assert "LR-2026-0002" not in lead.get("/cases").text
    lead.get(f"/cases/new?edition={EDITION}&step=notify")
    lead.send(**FORM)
    assert "LR-2026-0002" in str(lead.send(button=("confirmed", "yes")).url)


def test_a_form_gone_back_to_and_filled_in_otherwise_is_not_said_to_be_recorded(desk: Committee) -> None:
    keeper = desk.sign_in("administrator")
    typed = {"role": "chair", "name": "Desk", "channels.others": "email=a@fife.example"}
    form = keeper.get("/committee/contacts/new")
    keeper.send(**typed)

    keeper.page = form
    told = keeper.send(**{**typed, "name": "Second desk"})

    assert "This form was sent before with other answers" in told.text
    assert "Second desk" in told.text
    assert "Second desk" in keeper.send(**{**typed, "name": "Second desk"}).text
    with reading(desk.here.engine) as tx:
        assert len(tx.execute(CONTACTS.select()).all()) == 2


def test_a_case_form_gone_back_to_and_filled_in_otherwise_opens_another_once_it_is_sent_again(desk: Committee) -> None:
    lead, other = desk.sign_in(), {**FORM, "notification_form": "file 15"}
    form = lead.get(f"/cases/new?edition={EDITION}&step=notify")
    lead.send(**FORM)
    lead.send(button=("confirmed", "yes"))

    lead.page = form
    told = lead.send(**other)

    assert (told.status_code, "What stands in it now is not" in told.text) == (409, True)
    lead.send(**other)
    assert "LR-2026-0002" in str(lead.send(button=("confirmed", "yes")).url)


def test_what_word_and_teams_paste_along_unseen_is_left_out_of_a_text_and_what_turns_it_is_refused(
    desk: Committee,
) -> None:
    lead = desk.sign_in()
    lead.get(f"/cases/new?edition={EDITION}&step=notify")
    pasted = "\u202aS:\\Reviews\\A\u202c\n\n\ufeffSecond\u200b paragraph"

    turned = lead.send(**{**FORM, "notification_form": f"{pasted}\u202e"})
    shown = lead.send(**{**FORM, "notification_form": pasted})

    assert "cannot be seen (U+202E)" in turned.text
    assert "S:\\Reviews\\A\n\nSecond paragraph</dd>" in shown.text


def test_all_that_cannot_be_read_is_told_at_once_and_a_huge_text_keeps_its_form(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get(f"/cases/new?edition={EDITION}&step=notify")

    typed = {**FORM, "on": "soon", "notification_form": "\u4e00" * 240_000, "agency.others": "NHS\u200b Fife"}
    refused = lead.send(**typed)

    assert refused.status_code == 422
    for said in ("is 240,000 characters long", "write a date like", "holds a sign that cannot be seen"):
        assert re.search(f"“[^”]+”:? {said}", refused.text), said
    assert "\u4e00" * 240_000 in refused.text
