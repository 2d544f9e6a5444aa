"""The page of a case: what is drawn on it, its history narrowed down, as it was on a day, and as a PDF."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from records.cases import find
from records.database import reading
from states.entry import Actor
from tests.desk import EDITION
from tests.test_web_deeds import gathering
from workflows.verbs.open import open_case
from workflows.views.case_page import case_page
from workflows.views.case_paper import case_paper
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.desk import Committee


def test_the_page_shows_dates_states_and_what_else_can_be_done(desk: Committee) -> None:
    ref = gathering(desk)

    page = desk.sign_in().get(f"/cases/{ref}").text

    assert "Now: Gathering" in page
    assert f'href="/cases/{ref}/requests?what=information"' in page
    assert f'href="/cases/{ref}/recommendations"' in page
    auditor = desk.sign_in("auditor").get(f"/cases/{ref}").text
    assert "What else can be done" not in auditor


def test_the_page_of_what_is_about_no_person_offers_nobody_to_enter(desk: Committee) -> None:
    ref, lead = desk.open_case(), desk.sign_in()
    year, _ = desk.acts("lead_officer", open_case, "scotland-committee-year")

    assert f'href="/cases/{ref}/children">Children (0)' in lead.get(f"/cases/{ref}").text
    assert "/children" not in lead.get(f"/cases/{year.ref}").text
    with reading(desk.here.engine) as tx:
        page = case_page(
            tx, find(tx, year.ref, to_change=False), Viewer(Actor(name="L", role="lead_officer"), desk.now)
        )
    assert page.whom == ""


def test_a_step_that_leaves_a_case_where_it_stands_says_when_it_was_recorded_and_that_it_can_be_again(
    desk: Committee,
) -> None:
    ref, lead = gathering(desk), desk.sign_in()
    assert "and can be again" not in lead.get(f"/cases/{ref}").text

    lead.get(f"/cases/{ref}/steps/describe")
    lead.send(age_band="under_1", abuse_type="neglect")
    assert "confirmed" in lead.page.text
    lead.send(button=("confirmed", "yes"))

    assert "Recorded on Mon 2 March 2026, and can be again" in lead.get(f"/cases/{ref}").text


def test_a_date_leads_to_what_meets_it_and_a_day_before_the_opening_to_the_entry_that_says_it(desk: Committee) -> None:
    ref, lead = desk.open_case(), desk.sign_in()
    lead.get(f"/cases/{ref}/history/1/correction")
    lead.send(reason="It was left out.", looked_after_death_on="1/3/2026")
    lead.send(button=("confirmed", "yes"))

    page = lead.get(f"/cases/{ref}/dates/looked_after_report").text
    assert f'href="/cases/{ref}/events?what=looked_after_report_sent"' in page
    assert ">Full report on a looked-after child&#39;s death sent to the Care Inspectorate</a>" in page
    assert "Record the decision to proceed" in lead.get(f"/cases/{ref}/dates/decision").text

    lead.get(f"/cases/{ref}/steps/describe")
    refused = lead.send(age_band="under_1", abuse_type="neglect", on="1/3/2026").text
    assert "1 March 2026 is before the case was opened (2 March 2026): check the date." in refused
    assert f'href="/cases/{ref}/history/1/correction"' in refused


def test_what_an_address_names_is_there_or_the_page_is_not(desk: Committee) -> None:
    root, lead = f"/cases/{gathering(desk)}", desk.sign_in()

    numbered = "requests/R99/answer holds/H9/end extensions/E9/grant items/F9/update history/99/correction"
    chosen = "missed?name=x lists?register=x requests?what=x events?what=x extensions?name=x holds?hold=x"
    beside = ("/cases/new?edition=x", f"/cases/new?edition={EDITION}&step=x", "/committee/editions/x")
    for nothing in (*(f"{root}/{one}" for one in f"{numbered} {chosen}".split()), *beside):
        assert lead.get(nothing).status_code == 404, nothing


def test_entries_are_numbered_and_a_date_says_when_it_was_met_and_by_which(desk: Committee) -> None:
    ref = desk.asks_agencies()
    auditor = desk.sign_in("auditor")

    assert '<a href="#entry-2">Entry 2</a>' in auditor.get(f"/cases/{ref}/history").text
    page, met = auditor.get(f"/cases/{ref}").text, f'Met <a href="/cases/{ref}/history#entry-2">Mon 2 March 2026</a>'
    assert met in page, re.findall(r"app-due.*", page)
    assert ">met 2 Mar 2026</text>" in page
    dates = set(re.findall(rf'href="(/cases/{ref}/dates/[^"]+)"', page))
    assert any(met in auditor.get(one).text for one in dates)
    with reading(desk.here.engine) as tx:
        viewer = Viewer(Actor(name="A. Auditor", role="auditor"), desk.now)
        paper = case_paper(case_page(tx, find(tx, ref, to_change=False), viewer), (), "A committee", viewer)
    assert any("2 March 2026 (entry 2)" in cell for row in paper.tables["case_dates"].rows for cell in row.shown)
    assert "may not do it" not in page
    assert page.count("As auditor you read the case") == 1


def test_the_history_is_narrowed_by_what_who_and_when_in_the_address(desk: Committee) -> None:
    ref = gathering(desk)
    auditor, address = desk.sign_in("auditor"), f"/cases/{ref}/history"

    assert "2 entries, the newest first" in auditor.get(address).text
    assert "1 entry of 2" in auditor.get(f"{address}?kind=opened").text
    assert "1 entry of 2" in auditor.get(f"{address}?who=N.+Person").text
    assert "0 entries of 2" in auditor.get(f"{address}?from=3%2F3%2F2026").text
    wrong = auditor.get(f"{address}?to=soon")
    assert (wrong.status_code, "write a day like" in wrong.text) == (422, True)


def test_a_case_is_shown_as_it_was_known_on_a_day(desk: Committee) -> None:
    desk.later(days=-2)
    ref = desk.open_case()
    desk.later(days=2)
    lead = desk.sign_in()

    assert "It stood in" not in lead.get(f"/cases/{ref}/as-it-was").text
    then = lead.get(f"/cases/{ref}/as-it-was?day=1/3/2026").text
    assert ("Notified" in then, "file 14" in then) == (True, True)
    assert "Nothing had been recorded by that day" in lead.get(f"/cases/{ref}/as-it-was?day=1/2/2026").text
    assert lead.get(f"/cases/{ref}/as-it-was?day=then").status_code == 422


def test_a_case_is_saved_as_a_pdf(desk: Committee) -> None:
    ref = gathering(desk)

    sent = desk.sign_in().get(f"/cases/{ref}/case.pdf")

    assert sent.content.startswith(b"%PDF-")
    assert sent.headers["content-disposition"] == f'attachment; filename="{ref}.pdf"'
