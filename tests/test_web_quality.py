"""Quality assurance at the desk: what an auditor sees and does, and that every figure leads to the cases behind it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from config.assessment_form import assessment_form
from records import audit_log, credentials
from records.database import reading, transaction
from records.quality_figures import FIGURES
from states.entry import Actor
from states.errors import BadProcedure, NotPossible
from tests.desk import AGENCIES, SECRET, hashed
from tests.screen import NEEDS, Screen, chromium, served
from workflows.timetable.rounds import audit
from workflows.verbs.accounts import add_account
from workflows.verbs.advance import record_missed
from workflows.verbs.request import answer
from workflows.verbs.samples import SampleWanted, assess, draw_sample
from workflows.verification.kept_verdict import keep_verdict
from workflows.verification.replay import Discrepancy
from workflows.verification.verify import Verdict, verify
from workflows.views.hidden_cases import KEPT

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

    from tests.desk import Browser, Committee

__all__ = ["chromium"]

PARTS = ("/quality/time-limits", "/quality/conformance", "/quality/map", "/quality/samples")
REPORT = {"report_file": "file 3", "summary_given": "yes", "background_given": "yes", "key_issues_given": "yes"}
FULLY = {"procedure_followed": "fully", "decisions_reasoned": "yes", "delays_explained": "yes"}


def gone_by(desk: Committee) -> list[str]:
    """Three cases a while ago: of two the agencies were asked for reports, which one of them gave late."""
    refs = [desk.asks_agencies(), desk.asks_agencies(), desk.open_case()]
    desk.later(days=20)
    desk.acts("lead_officer", answer, refs[0], AGENCIES[0], answers=REPORT)
    desk.acts("lead_officer", record_missed, refs[0], "agency_report/R1", "Records were fetched from elsewhere.")
    desk.later(days=200)
    return refs


def links(browser: Browser, beginning: str) -> list[str]:
    assert browser.page is not None
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', browser.page.text) if one.startswith(beginning)]


def test_an_auditor_is_told_whether_the_record_is_whole_and_as_at_when(desk: Committee) -> None:
    gone_by(desk)
    auditor = desk.sign_in("auditor")

    before = auditor.get("/quality").text
    assert "The record was not verified yet" in before
    assert "Worked out just now" in before
    audit(desk.here, desk.now)
    after = auditor.get("/quality").text

    assert "The record is whole" in after
    assert "As they were worked out on" in after
    assert ">Fits<" in after
    with reading(desk.here.engine) as tx:
        assert len(tx.execute(FIGURES.select()).all()) > 1


def test_every_figure_leads_to_the_cases_behind_it(desk: Committee) -> None:
    refs = gone_by(desk)
    auditor = desk.sign_in("auditor")
    years = re.findall(r'<option value="(\d{4}-\d\d)"', auditor.get("/quality/time-limits").text)

    followed = 0
    for year in years:
        auditor.get(f"/quality/time-limits?year={year}")
        for address in dict.fromkeys(links(auditor, "/quality/time-limits/steps")):
            behind = auditor.get(address).text
            assert any(f">{ref}</a>" in behind for ref in refs), address
            followed += 1
        found = auditor.get(f"/quality/conformance?year={year}").text
        for address in links(auditor, "/cases/"):
            assert auditor.get(address).status_code == 200, address
        assert "Rule: " in found or "Nothing deviated" in found
        assert year != "2025-26" or re.search(r"as at \w*,? ?31 March 2026", found)
        auditor.get(f"/quality/map?year={year}")
        for address in links(auditor, "/quality/map?year="):
            assert any(f">{ref}</a>" in auditor.get(address).text for ref in refs), address
            followed += 1
    assert followed > 5
    assert auditor.get("/quality/time-limits?year=1990-91").status_code == 404


def read(browser: Browser, sample: str, ref: str, **answers: str) -> str:
    form = browser.get(f"/quality/samples/{sample}/cases/{ref}").text
    assert all(f'href="/cases/{ref}{part}"' in form for part in ("/history", "#dates", "#documents"))
    shown = browser.send(**{**FULLY, **answers})
    assert "cannot be corrected afterwards" in shown.text
    assert "Nothing is written yet" in shown.text, shown.text
    return browser.send(button=("confirmed", "yes")).text


def drawn_of(desk: Committee, sample: str) -> list[dict[str, list[str]]]:
    with reading(desk.here.engine) as tx:
        found: list[dict[str, list[str]]] = audit_log.entries(tx, "samples", subject=sample)[0].data["strata"]
    return found


def second_auditor(desk: Committee) -> Browser:
    made = desk.acts("administrator", add_account, "B. Auditor", "second", ["auditor"])
    with transaction(desk.here.engine) as tx:
        credentials.keep(tx, desk.here.keys, made.id, hashed(), SECRET, 0)
    return desk.sign_in("second")


def test_a_sample_is_drawn_again_from_its_record_and_read_twice_without_seeing_the_other(desk: Committee) -> None:
    refs = gone_by(desk)
    first, second = desk.sign_in("auditor"), second_auditor(desk)
    first.get("/quality/samples/new")
    drawn = first.send(count="3", by="outcome", seed="as agreed", reason="The yearly audit.")
    assert all(ref in drawn.text for ref in refs)
    assert "The strata are the same" in first.get("/quality/samples/S1?again=true").text

    mine = read(first, "S1", refs[0], remarks="Entry 2 says why it was late.")
    assert "Entry 2 says why it was late." in mine
    assert "Entry 2 says why" not in second.get("/quality/samples/S1").text
    assert first.get(f"/quality/samples/S1/cases/{refs[0]}").status_code == 422
    both = read(second, "S1", refs[0], procedure_followed="not")
    assert "Entry 2 says why it was late." in both
    assert "Read by two others" not in both
    for ref in refs[1:]:
        read(first, "S1", ref)
        read(second, "S1", ref)
    told = first.get("/quality/samples/S1").text
    assert "67%" in told
    assert re.search(r">[^<]*: 5<br>[^<]*: 1<", told), "how often each answer was given"
    desk.acts("auditor", draw_sample, SampleWanted(1, seed="again"), assessment_form(None))
    (ref,) = (one for stratum in drawn_of(desk, "S2") for one in stratum["drawn"])
    by_hand = Actor(name="a.  auditor", role="auditor")
    with desk.here.uow(by_hand, desk.now) as uow:
        assess(uow, "S2", ref, FULLY)
    with pytest.raises(NotPossible, match="You have read"):
        desk.acts("auditor", assess, "S2", ref, FULLY)

    with reading(desk.here.engine) as tx:
        kinds = [one.kind for one in audit_log.entries(tx, "samples", subject="S1")]
    assert kinds == ["drawn", *["assessed"] * 6]
    assert verify(desk.here.engine).ok


def test_what_cannot_be_drawn_or_kept_comes_back_with_what_was_typed(desk: Committee) -> None:
    ref = desk.open_case()
    auditor = desk.sign_in("auditor")
    auditor.get("/quality/samples/new")

    refused = auditor.send(count="3", by="outcome", reason="Too soon.")
    assert (refused.status_code, "There is no case to draw from" in refused.text) == (422, True)
    assert 'value="Too soon."' in refused.text
    desk.later(days=1)
    auditor = desk.sign_in("auditor")
    auditor.get("/quality/samples/new")
    assert "3 were asked for and 1 drawn: there was no more than 1 case." in auditor.send(count="3", by="none").text
    auditor.get(f"/quality/samples/S1/cases/{ref}")
    assert "is missing" in auditor.send(procedure_followed="fully").text
    assert auditor.get("/quality/samples/S9").status_code == 404
    assert desk.sign_in("lead_officer").get("/quality/samples").status_code == 403


def test_a_case_kept_to_named_people_is_in_the_figures_and_named_nowhere(desk: Committee) -> None:
    refs = gone_by(desk)
    lead = desk.sign_in()
    lead.get(f"/cases/{refs[0]}/need-to-know")
    lead.send(people=[str(desk.numbers["lead_officer"])], reason="A member knows the family.")
    lead.send(button=("confirmed", "yes"))
    auditor = desk.sign_in("auditor")
    auditor.get("/quality/samples/new")
    auditor.send(count="3", by="none")

    seen = [auditor.get(one).text for one in (*PARTS, "/quality/samples/S1", "/quality/time-limits/steps?year=2025-26")]
    assert not any(refs[0] in one for one in seen)
    assert all(ref in seen[-2] for ref in refs[1:])
    deviated = "/quality/conformance?year=2025-26"
    assert "Nothing deviated." not in auditor.get(deviated).text
    assert "Nothing deviated." in auditor.get(f"{deviated}&ref={refs[0]}").text, "of a case by its name nothing is told"
    places = (
        Discrepancy(refs[0], 2, "the hold P7 has no end"),
        *(Discrepancy(ref, 3, "the entry is damaged") for ref in refs),
    )
    with transaction(desk.here.engine) as tx:
        keep_verdict(tx, Verdict(places, 3, 9, 0, 0), desk.now)
    found = auditor.get("/quality").text
    assert KEPT in found
    assert f"3 places (a case kept to named people; {refs[1]}, entry 3; {refs[2]}, entry 3)" in found
    assert refs[0] not in found
    assert "P7" not in found


def test_a_committee_asks_its_own_questions_and_a_faulty_form_is_told(desk: Committee) -> None:
    own = desk.here.settings.own_file
    asked = '[[assessment]]\nname = "voice"\nlabel = "Is the child heard?"\nkind = "yes_no"\n'
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(f'committee = "Glen"\n{asked}', "utf-8")
    assert [one.label for one in assessment_form(own)] == ["Is the child heard?"]
    own.write_text(f'committee = "Glen"\n{asked}{asked.replace("yes_no", "person")}', "utf-8")
    with pytest.raises(BadProcedure, match=r"asks no person.*\n?.*asked twice"):
        assessment_form(own)
    assert next(one.name for one in assessment_form(None)) == "procedure_followed"


def reads_without_script(screen: Screen, ref: str) -> None:
    """Draw a sample of three, read one of it and hand its papers on, by nothing but links and forms."""
    page = screen.page
    page.goto("/quality")
    page.get_by_role("heading", name="Quality assurance").wait_for()
    for address in PARTS:
        page.goto(address)
        page.get_by_role("heading", level=1).wait_for()
    page.get_by_role("link", name="Draw a sample").click()
    screen.fill({"How many cases": "3", "Seed": "as agreed"})
    screen.press("Draw")
    page.get_by_role("link", name=f"Read it ({ref})").click()
    for name, said in FULLY.items():
        page.locator(f"[name={name}][value={said}]").check(force=True)
    screen.press("Continue")
    screen.press("Confirm")
    page.get_by_role("heading", name="What was found").wait_for()
    page.get_by_role("link", name="Draw it again from the cases of that day").click()
    page.get_by_text("The strata are the same").wait_for()
    page.goto("/quality/map?year=2025-26")
    page.locator("main table a").first.click()
    page.get_by_role("link", name=re.compile("LR-|SCR-")).first.wait_for()
    page.goto(f"/cases/{ref}/bundle")
    screen.fill({"Whom it is for": "Sheriff Court"})
    screen.press("See what would be in it")
    with page.expect_download() as got:
        screen.press("Make it")
    assert re.fullmatch(rf"{ref}-bundle-\d{{4}}-\d\d-\d\d\.zip", got.value.suggested_filename)


@NEEDS
def test_the_pages_hold_wide_and_narrow_in_forced_colours_and_without_a_script(
    desk: Committee, chromium: Chromium
) -> None:
    refs = gone_by(desk)
    with served(desk) as address:
        plain, screen = Screen(chromium, desk, address, java_script_enabled=False), Screen(chromium, desk, address)
        for one in (plain, screen):
            one.acts_as("auditor")
        reads_without_script(plain, refs[0])
        for place in ("/quality", *PARTS, "/quality/samples/new", "/quality/samples/S1", f"/cases/{refs[0]}/bundle"):
            screen.page.goto(place)
            screen.check()
            screen.check_forced()
        for one in (plain, screen):
            one.context.close()
    assert plain.faults + screen.faults == []
