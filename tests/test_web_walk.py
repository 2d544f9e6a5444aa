"""Every page there is, walked in a real browser: no fault found by axe-core, and nothing wider than its screen.

Each is looked at on a narrow screen and on a wide one. A page of the policy that is not walked fails. The forms of
deeds share one template, and axe-core looks at some of them; with WALK=all at each. With SHOTS=folder each page is also
written there as a picture.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from config.meetings import COMMITTEE
from records import outbox, sessions
from records.database import transaction
from records.outbox import Owing
from states.moments import local_day
from tests.importing import ROWS, table
from tests.screen import NARROW, NEEDS, WIDE, Screen, served
from tests.test_recommend import FACTS
from tests.test_web_deeds import does, gathering
from web.app import PAGES
from workflows.verbs.meetings import add_item, call_meeting
from workflows.verbs.recommend import propose
from workflows.verbs.tokens import make_token
from workflows.verbs.webhooks import make_webhook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.desk import Committee

pytestmark = NEEDS

WALKED_ELSEWHERE = {
    "sign_in": "test_web_browser",
    "invitation": "test_web_walk (below, without a session)",
    "letter": "test_agency_browser",
    "answer": "test_agency_browser",
    "answer_form": "test_agency_browser",
    "answer_code": "test_agency_browser",
    "answer_enter": "test_agency_browser",
    "answer_open": "test_agency_browser",
    "meeting_step": "test_meeting_browser",
    "compliance_published": "test_web_quality",
    "sample": "test_web_quality",
    "assessment": "test_web_quality",
}
NO_PAGES = {"static", "home", "elsewhere", "elsewhere_back", "calendar_feed", "case_pdf", "evidence", "edition_drawing"}
NO_PAGES |= {"learning_paper_file", "pack_file", "year_file", "extract_file", "meeting_paper", "meeting_packs"}
"""What is asked for and is no page: files, and what leads on at once."""

OF_ALL: dict[str, str] = {
    "my_work": "/my-work?whose=all",
    "drafts": "/drafts",
    "yes_wanted": "/yes",
    "tasks": "/tasks?whose=all",
    "outbox": "/outbox",
    "cases": "/cases",
    "handing_over": "/handing-over",
    "imports": "/imports",
    "search": "/search?q=fife",
    "shortcuts": "/shortcuts",
    "calendar": "/calendar",
    "passkeys": "/passkeys",
    "password": "/password",
    "sessions": "/sessions",
    "case_new": "/cases/new",
    "recommendations": "/recommendations",
    "committee": "/committee",
    "health": "/committee/health",
    "committee_name": "/committee/name",
    "accounts": "/committee/accounts",
    "account_new": "/committee/accounts/new",
    "account_change": "/committee/accounts/1/roles",
    "programs": "/committee/programs",
    "token_new": "/committee/programs/new",
    "token_revoke": "/committee/programs/1/revoke",
    "webhook_new": "/committee/programs/webhooks/new",
    "webhook_change": "/committee/programs/webhooks/1/end",
    "agencies": "/committee/agencies",
    "agency_new": "/committee/agencies/new",
    "agency_change": "/committee/agencies/1/name",
    "contacts": "/committee/contacts",
    "contact_new": "/committee/contacts/new",
    "contact_change": "/committee/contacts/1/away",
    "quorums": "/committee/quorums",
    "quorum": "/committee/quorums/committee",
    "limits": "/committee/limits",
    "edition_limits": "/committee/limits/scotland-learning-review-2024",
    "calendars": "/committee/calendars",
    "working_calendar": "/committee/calendars/scotland",
    "editions": "/committee/editions",
    "edition": "/committee/editions/scotland-learning-review-2024",
    "channels": "/committee/channels",
    "ladders": "/committee/ladders",
    "retention": "/committee/retention",
    "retention_rule": "/committee/retention/rule",
    "readings": "/committee/readings",
    "refusals": "/committee/refusals",
    "readings_erasing": "/committee/retention/readings",
    "quality": "/quality",
    "compliance": "/quality/time-limits",
    "compliance_steps": "/quality/time-limits/steps",
    "conformance": "/quality/conformance",
    "process_map": "/quality/map",
    "samples": "/quality/samples",
    "sample_new": "/quality/samples/new",
    "agency_work": "/agency",
    "learning": "/learning",
    "learning_paper": "/learning/papers/board",
    "packs": "/learning/packs",
    "years": "/learning/years",
    "year": "/learning/years/2025-26/full",
    "extract": "/learning/extract?first=1+April+2025&last=31+March+2026",
}
"""The pages of no case, by their names in the policy."""

AT_A_MEETING: dict[str, str] = {
    "meetings": "",
    "meeting_new": "/new",
    "meeting": "/1",
    "meeting_item_new": "/1/items/new",
    "meeting_item_out": "/1/items/1/out",
    "meeting_sending": "/1/sending",
    "meeting_attendance": "/1/attendance",
    "meeting_interest": "/1/items/1/interest",
    "meeting_interest_lift": "/1/items/1/lifting",
    "meeting_hold": "/1/items/1/hold",
    "meeting_noted": "/1/items/1/noted",
    "meeting_put_off": "/1/items/1/put-off",
    "meeting_closing": "/1/closing",
}
"""The pages of the meetings; the form of a decision is looked at where one is taken."""

OF_A_CASE: dict[str, str] = {
    "case": "",
    "case_history": "/history",
    "case_as_it_was": "/as-it-was?day=2/3/2026",
    "case_date": "/dates/decision",
    "chasing": "/chasing",
    "step": "/steps/draft_recommendation",
    "requests": "/requests?what=information",
    "request_answer": "/requests/R1/answer",
    "request_acknowledge": "/requests/R1/acknowledgement",
    "request_promise": "/requests/R1/promise",
    "request_back": "/requests/R1/return",
    "request_redirect": "/requests/R1/redirection",
    "request_decline": "/requests/R1/refusal",
    "request_reached": "/requests/R1/arrival",
    "request_withdraw": "/requests/R1/withdrawal",
    "holds": "/holds?hold=parallel_proceedings",
    "hold_review": "/holds/P1/review",
    "hold_end": "/holds/P1/end",
    "correction": "/history/1/correction",
    "events": "/events",
    "asked_after": "/events/asked-after",
    "missed": "/missed",
    "extensions": "/extensions",
    "extension_grant": "/extensions/E1/grant",
    "extension_refuse": "/extensions/E1/refusal",
    "extension_withdraw": "/extensions/E1/withdrawal",
    "people": "/people",
    "links": "/links",
    "link_end": "/links/LR-2026-0002/end",
    "children": "/children",
    "child_new": "/children/new",
    "items": "/lists",
    "item_answer": "/items/F1/answer",
    "item_update": "/items/F1/update",
    "proposals": "/recommendations",
    "need_to_know": "/need-to-know",
    "erasing": "/erasing",
    "agencies_learn": "/agencies-learn",
    "bundle": "/bundle",
    "pack": "/packs/decision",
}
"""The pages of a case, by what stands behind its address; the form of something that is not there says so plainly."""

LIKE_OTHERS = frozenset(
    {
        *("request_acknowledge", "request_promise", "request_back", "request_redirect", "request_decline"),
        *("request_reached", "request_withdraw", "hold_review", "hold_end", "events", "asked_after", "missed"),
        *("extensions", "quorum", "meeting_interest_lift", "links", "link_end"),
        *("extension_grant", "extension_refuse", "extension_withdraw", "items", "item_answer", "item_update"),
        *(
            "token_new",
            "webhook_new",
            "webhook_change",
            "token_revoke",
            "account_new",
            "account_change",
            "agency_change",
            "contact_change",
            "committee_name",
            "retention_rule",
        ),
        *(
            "meeting_item_out",
            "meeting_item_new",
            "meeting_hold",
            "meeting_noted",
            "meeting_put_off",
            "meeting_closing",
        ),
    }
)
"""Pages with the template of another, and no kind of question that it has not."""

ROLE = {
    "programs": "administrator",
    "token_new": "administrator",
    "token_revoke": "administrator",
    "webhook_new": "administrator",
    "webhook_change": "administrator",
    "readings": "auditor",
    "refusals": "auditor",
    "holds": "chair",
    "hold_review": "chair",
    "hold_end": "chair",
}


def walked(desk: Committee) -> Iterator[tuple[str, str]]:
    """Every page with an address of its own, in a committee where there is something on each."""
    ref, silent = gathering(desk), desk.drafts_letters()
    lead, chair = desk.sign_in(), desk.sign_in("chair")
    does(lead, f"/cases/{ref}/requests", agencies="NHS Fife")
    does(chair, f"/cases/{ref}/holds", authority="procurator_fiscal", reason="A trial is near.", stops=["decision"])
    lead.get(f"/cases/{ref}/history/1/correction")
    lead.send(button=("keep", "later"), reason="Mistyped.")
    desk.sign_in("administrator").get("/my-work")
    with transaction(desk.here.engine) as tx:
        owing = Owing(None, "", 0, "unreachable", {"problem": "The senior contact of NHS Fife cannot be reached"})
        session = sessions.of_account(tx, desk.numbers["lead_officer"], desk.now)[0].number
        task = outbox.ask(tx, owing, "unreachable", "lead_officer", desk.now)
    desk.acts("lead_officer", call_meeting, COMMITTEE, local_day(desk.now))
    desk.acts("lead_officer", add_item, COMMITTEE, 1, "Budget for training", "Asked for by the chair.", ref=ref)
    known = frozenset(("requests",))
    desk.acts("administrator", make_token, desk.numbers["lead_officer"], "lead_officer", "Case system", known=known)
    desk.acts("administrator", make_webhook, "https://system.example/cairn", ("opened",), ())
    proposed = desk.acts("lead_officer", propose, ref, FACTS).case.ref
    yield from OF_ALL.items()
    yield from ((name, f"/meetings{path}") for name, path in AT_A_MEETING.items())
    yield from ((name, f"/cases/{ref}{path}") for name, path in OF_A_CASE.items())
    yield "yes", f"/yes/{silent}"
    yield "chasing", f"/cases/{silent}/chasing"
    yield "task", f"/tasks/{task}"
    yield "session_end", f"/sessions/{session}/end"
    yield "recommendation", f"/recommendations/{proposed}"


def test_every_page_is_walked() -> None:
    routes = [route for page in PAGES for route in page.router.routes]
    pages = {route.name for route in routes if "GET" in route.methods}

    here = {*OF_ALL, *OF_A_CASE, *AT_A_MEETING, "yes", "task", "recommendation", "session_end"}
    assert pages - NO_PAGES - set(WALKED_ELSEWHERE) == here


def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_a_phone(desk: Committee, chromium: Browser) -> None:
    shots = os.environ.get("SHOTS", "")
    faulty = list[str]()
    pages = list(walked(desk))
    with served(desk) as address:
        screen = Screen(chromium, desk, address, viewport={"width": NARROW, "height": 900})
        acting = ""
        for name, path in pages:
            if acting != (acting := ROLE.get(name, "lead_officer")):
                screen.acts_as(acting)
            screen.page.goto(path)
            for width in (NARROW, WIDE):
                screen.page.set_viewport_size({"width": width, "height": 900})
                if name not in LIKE_OTHERS or os.environ.get("WALK") == "all":
                    faulty += [f"{name} at {width}: {one}" for one in screen.violations()]
                faulty += [f"{name} scrolls sideways at {width}"] if screen.scrolls_sideways() else []
            if shots:
                take(screen, shots, name)
        screen.context.close()
    assert faulty == []
    assert [one for one in screen.faults if "status of 4" not in one] == []


def test_the_pages_of_an_import_have_no_fault_that_axe_finds(desk: Committee, chromium: Browser) -> None:
    """They stand at no address of their own: what a file would become, with what is asked and wrong; how far it is."""
    rows, lost = (*ROWS, *((f"LR-7{n}", *ROWS[0][1:]) for n in range(30))), ("", "", "", "", "Lost", "", "", "", "")
    asked = (
        ("LR-8", *ROWS[0][1:7], "29/2/2031", "open"),
        *((f"LR-9{n}", *ROWS[0][1:7], "31/2/2031", "") for n in (1, 2)),
    )
    faulty = list[str]()
    with served(desk) as address:
        screen = Screen(chromium, desk, address, viewport={"width": NARROW, "height": 900})
        screen.acts_as("lead_officer")
        for content, then in ((table(*rows, lost, *asked), ""), (table(*rows), "Import it")):
            screen.page.goto("/imports")
            register = {"name": "register.csv", "mimeType": "text/csv", "buffer": content}
            screen.page.get_by_label("The file of the register").set_input_files(register)  # type: ignore[arg-type]
            screen.page.get_by_role("button", name="Look at it").click()
            screen.page.get_by_role("heading", name="What it would become").wait_for()
            if then:
                screen.page.get_by_text("Take what is proposed").click()
                screen.page.get_by_role("button", name="Look again").click()
                screen.page.get_by_role("button", name=then).click()
                screen.page.get_by_text("IMPORT-1 is done.").wait_for()
            for width in (NARROW, WIDE):
                screen.page.set_viewport_size({"width": width, "height": 900})
                faulty += [f"{then or 'Look'} at {width}: {one}" for one in screen.violations()]
                faulty += [f"{then or 'Look'} scrolls sideways at {width}"] if screen.scrolls_sideways() else []
        screen.context.close()
    assert faulty == []
    assert screen.faults == []


def take(screen: Screen, folder: str | Path, name: str) -> None:
    """Write a page as pictures, wide and narrow."""
    for width in (NARROW, WIDE):
        screen.page.set_viewport_size({"width": width, "height": 900})
        screen.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
