"""The page an agency answers on: from the letter in its mailbox to the thanks."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records import cases, contacts, heartbeats, history, letter_links
from records.children import ChildDetails
from records.database import reading, transaction
from records.outbox import MESSAGES
from states.words import spoken
from tests.agency import FIFE, LINK, post_room
from tests.desk import ORIGIN, Browser, hidden
from tests.test_letters import age
from tests.test_web_policy import SAME
from web.visit import LASTS
from workflows.verbs.contacts import retire_contact
from workflows.verbs.letter_link import follow, take_back_link
from workflows.verbs.people import add_child, erase_personal_data
from workflows.verbs.request import request, send_back, withdraw
from workflows.verification.verify import verify
from workflows.views.due_date import citation
from workflows.views.name_readings import name_readings
from workflows.views.tasks import tasks

if TYPE_CHECKING:
    from datetime import datetime

    from httpx2 import Response

    from records.cases import Case
    from records.letter_links import LetterLink
    from states.entry import Entry
    from tests.agency import PostRoom
    from tests.desk import Committee

LATE_PROMISE = (
    "NHS Fife promises its answer for Tuesday 20 March 2040, and it is due on Monday 16 March 2026: more time cannot "
    "be asked for it, and no reminder comes before the day promised. Speak to them, or record another day."
)
PDF = b"%PDF-1.7\n" + b"x" * 2000


def case_of(room: PostRoom, ref: str) -> tuple[Case, list[Entry]]:
    with reading(room.committee.here.engine) as tx:
        case = cases.find(tx, ref, to_change=False)
        return case, list(history.entries(tx, case.id))


def test_an_agency_answers_with_a_file_in_four_page_loads_and_is_thanked(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.committee.browser()

    shown = browser.get(room.link(FIFE))
    page = browser.send()
    assert (shown.status_code, page.status_code) == (200, 200)
    assert "A first account of what was done." in page.text
    browser.get(f"{page.url.path}/say/answer")
    sent = {"account_given": "yes", "reflection_given": "yes", "your_name": "J. Nurse, lead for child protection"}
    thanks = browser.send(files={"files": ("report.pdf", PDF, "application/pdf")}, **sent)

    assert thanks.status_code == 200
    assert "Thank you" in thanks.text
    case, entries = case_of(room, ref)
    (asked,) = case.dossier.requests.values()
    assert asked.status == "answered"
    last = entries[-1]
    assert last.actor.name.startswith("J. Nurse, lead for child protection, by the link of letter ")
    assert last.actor.agency == FIFE
    assert last.data["files"][0].endswith(":report.pdf")
    assert last.data["files"][0].split(":")[1] in thanks.text
    assert next(one for one in case.dossier.deadlines.values() if one.subject == asked.id).status == "met"
    room.deliver()
    assert "has arrived, thank you" in room.mails(FIFE)[-1]["Subject"]


def test_a_form_whose_button_was_pressed_twice_is_recorded_once_and_thanked_twice(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path
    browser.send(f"{here}/received")
    form = hidden(browser.get(f"{here}/say/answer").text)
    assert "Where the information is filed</label>" in browser.page.text
    refused = browser.send(account_given="yes").text
    assert "say where it is filed, or send it here as a file" in refused
    assert "“Does it give a first reflection on practice and decisions?” is missing" in refused
    said = {**form, "account_given": "yes", "reflection_given": "yes"}

    def press(_: int) -> Response:
        files = {"files": ("report.pdf", PDF, "application/pdf")}
        return browser.client.post(f"{here}/say/answer", data=said, files=files, headers=SAME)

    with ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(press, range(3)))

    assert [(one.status_code, "Thank you" in one.text) for one in pages] == [(200, True)] * 3
    assert [one.kind for one in case_of(room, ref)[1]].count("answered") == 1
    changed = browser.client.post(f"{here}/say/answer", data={**said, "your_name": "Another"}, headers=SAME)
    assert (changed.status_code, "Thank you" in changed.text) == (409, False)
    assert not list(room.committee.here.settings.uploads.rglob("*.pdf"))


def test_an_answer_whose_files_take_long_to_arrive_is_not_taken_for_one_of_a_clock_set_back(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    begun, looks = room.committee.now, [0]

    def slow() -> datetime:
        """The first look is as the form begins to arrive; the next when it is here, five minutes later."""
        looks[0] += 1
        return begun if looks[0] == 1 else begun + timedelta(minutes=5)

    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/answer")
    with transaction(room.committee.here.engine) as tx:
        heartbeats.beat(tx, "sweep", begun + timedelta(minutes=4))
    browser.client.app.state.site = replace(browser.client.app.state.site, clock=slow)
    thanks = browser.send(files={"files": ("report.pdf", PDF)}, account_given="yes", reflection_given="yes")

    assert "Thank you" in thanks.text
    assert case_of(room, ref)[1][-1].recorded_at == begun + timedelta(minutes=5)


def test_what_is_withdrawn_is_no_longer_asked_on_the_page_of_either_letter(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    first, opened = room.link(FIFE), room.opened()
    opened.get(f"{opened.page.url.path}/say/answer")
    room.do(withdraw, ref, FIFE, "Another board has the file")
    room.deliver()

    assert "no longer asked" in room.mails(FIFE)[-1]["Subject"]
    assert room.link(FIFE) != first
    for link in (first, room.link(FIFE)):
        browser = room.committee.browser()
        browser.get(link)
        page = browser.send()
        assert "You are no longer asked for this" in page.text
        assert "The reason: Another board has the file." in page.text
        assert "Here is our answer" not in page.text
        over = browser.get(f"{page.url.path}/say/answer").text
        assert ("You are no longer asked for this" in over, "<form" in over.partition("<main")[2]) == (True, False)
    refused = opened.send(account_given="yes", reflection_given="yes", your_name="J. Nurse")
    assert "is not asked any more: its request was withdrawn" in refused.text
    assert 'value="J. Nurse"' in refused.text


def test_opening_a_link_changes_nothing_and_only_the_button_goes_on(room: PostRoom) -> None:
    room.ask(FIFE)
    scanner = room.committee.browser()

    for _ in range(3):
        assert scanner.get(room.link(FIFE)).status_code == 200

    assert link_row(room).uses == 0
    assert scanner.get(f"/answers/{number_of(room)}").status_code == 404
    assert scanner.get(room.link(FIFE)).headers["referrer-policy"] == "no-referrer"
    scanner.send()
    assert link_row(room).uses == 1
    (cookie,) = [one for one in scanner.client.cookies.jar if one.name == "__Secure-letter"]
    assert (cookie.path, cookie.secure) == (f"/answers/{number_of(room)}", True)


def test_the_page_says_what_is_asked_by_when_and_why_who_asks_and_what_was_sent_before(room: PostRoom) -> None:
    room.enter("Police Scotland")
    case, _ = case_of(room, room.committee.asks_agencies())
    room.deliver()
    asked = next(one for one in case.dossier.requests.values() if one.agency == FIFE)
    due = next(one for one in case.dossier.deadlines.values() if one.subject == asked.id)
    rule = case.procedure.timescales[due.timescale]
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", room.opened().page.text)).split())

    assert due.due_on is not None
    wanted = [spoken(due.due_on), "Why this date", citation(case.procedure, rule), "You can reach L. Officer"]
    wanted += [one.label for one in case.procedure.requests[asked.request].fields if one.kind != "files"]
    wanted += [
        f"to tell you in a safe way, and give the reference {case.ref}.",
        "What was sent before Monday 2 March 2026",
    ]
    assert [one for one in wanted if one not in text] == []
    choices = ("Here is our answer", "We have it", "We need longer", "We hold nothing on this", "It is not for us")
    assert [one for one in choices if one not in text] == []


def test_a_day_after_the_date_is_a_promise_and_asks_for_more_time_where_the_edition_lets_an_agency_ask(
    room: PostRoom,
) -> None:
    room.enter("Police Scotland")
    ref = room.committee.asks_agencies()
    room.deliver()
    browser = room.opened()
    here = browser.page.url.path
    for until in ("12 March 2026", "20 March 2026"):
        browser.get(f"{here}/say/later")
        thanks = browser.send(until=until, why="Half of the team is ill.").text

    assert "4 more calendar days asked for Agency report." in thanks
    assert "(E1)" not in thanks
    case, entries = case_of(room, ref)
    (asked,) = [one for one in case.dossier.requests.values() if one.agency == FIFE]
    assert [one.kind for one in entries[-3:]] == ["promised", "promised", "extension_asked"]
    assert (asked.promised_on, entries[-1].actor.agency) == (date(2026, 3, 20), FIFE)
    assert "This is not decided yet." in browser.get(here).text

    browser.get(f"{here}/say/later")
    thanks = browser.send(until="19 March 2026", why="We typed the wrong day.").text
    assert "Your answer is still to come" in thanks
    assert ("This was taken back" in thanks, thanks.count("This is not decided yet.")) == (False, 1)
    case, entries = case_of(room, ref)
    assert [one.kind for one in entries[-3:]] == ["promised", "extension_withdrawn", "extension_asked"]
    assert [(one.count, one.status) for one in case.dossier.extensions.values()] == [(4, "withdrawn"), (3, "asked")]
    room.deliver()
    assert [one["Subject"] for one in room.mails(FIFE) if "more time" in one["Subject"]] == []

    browser.get(f"{here}/say/answer")
    given = dict.fromkeys(("summary_given", "background_given", "key_issues_given"), "yes")
    answered = browser.send(report_file="file 3", **given)
    assert ("Thank you" in answered.text, "This is not decided yet." in answered.text) == (True, False)


def test_a_day_on_which_nobody_decides_is_a_task_for_the_lead_officer(room: PostRoom) -> None:
    room.enter("Police Scotland")
    ref = room.committee.asks_agencies()
    room.deliver()
    browser = room.opened()
    here = browser.page.url.path
    for until in ("12 March 2026", "20 March 2026", "20 March 2040"):
        browser.get(f"{here}/say/later")
        browser.send(until=until, why="Half of the team is ill.")

    with reading(room.committee.here.engine) as tx:
        told = [one for one in tasks(tx, "lead_officer").tasks if one.kind == "late_promise"]
    assert [(one.ref, one.what) for one in told] == [(ref, LATE_PROMISE)]


def test_a_visit_ends_after_two_hours_and_is_good_for_the_pages_of_its_own_link(room: PostRoom) -> None:
    room.enter("Police Scotland")
    room.ask(FIFE, "Police Scotland")
    browser, other = room.opened(), room.opened("Police Scotland")
    here, there = browser.page.url.path, other.page.url.path
    token = next(one.value for one in browser.client.cookies.jar if one.name == "__Secure-letter")

    crossed = room.committee.browser()
    crossed.client.cookies.set("__Secure-letter", str(token))
    assert [crossed.get(one).status_code for one in (here, there)] == [200, 404]
    room.committee.later(hours=2, seconds=-30)
    assert browser.get(here).status_code == 200
    room.committee.later(seconds=31)
    closed = browser.get(here)
    assert (closed.status_code, "Open the link in your letter again" in closed.text) == (404, True)
    assert "Here is our answer" in room.opened().page.text


def test_a_visit_that_an_earlier_version_let_in_goes_on(room: PostRoom) -> None:
    room.ask(FIFE)
    here = room.opened().page.url.path
    said = f"{int((room.committee.now + LASTS).timestamp())}.link"
    signed = room.committee.here.keys.proof_of(f"visit {here.rpartition('/')[2]} {said}")
    browser = room.committee.browser()
    browser.client.cookies.set("__Secure-letter", f"{said}.{signed}")

    assert "Here is our answer" in browser.get(here).text


def test_one_link_is_used_and_codes_are_sent_only_so_often(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()
    here, word = browser.page.url.path, room.link(FIFE).rpartition("/")[2]
    for _ in range(59):
        room.do(follow, word)
    browser.get(f"/letters/{word}")
    assert browser.send().status_code == 429
    browser.get(f"{here}/code")
    sent = []
    for _ in range(4):
        room.committee.later(seconds=1)
        sent.append(browser.send(f"{here}/code", send="yes").status_code)
    assert sent == [200, 200, 200, 429]
    room.committee.later(minutes=16)
    assert "Here is our answer" in room.opened().page.text


def test_a_code_that_could_not_leave_while_it_was_good_is_not_sent(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path
    browser.get(f"{here}/code")
    browser.send(f"{here}/code", send="yes")
    room.server.refuse_sender = "451 4.3.0 Not now"
    room.deliver()
    room.server.refuse_sender = ""
    room.committee.later(minutes=31)
    before = len(room.mails(FIFE))

    room.deliver()

    assert len(room.mails(FIFE)) == before
    with reading(room.committee.here.engine) as tx:
        wanted = select(MESSAGES.c.status, MESSAGES.c.reason).where(MESSAGES.c.kind == "one_time_code")
        (code,) = tx.execute(wanted).all()
    assert (code.status, "no longer good" in code.reason) == ("overtaken", True)


def test_what_stands_in_the_letter_is_kept_nowhere(room: PostRoom) -> None:
    room.ask(FIFE)
    word = room.link(FIFE).rpartition("/")[2]
    room.opened()

    kept = [path for path in room.committee.here.settings.data.rglob("*") if path.is_file()]

    assert len(word) == 32
    assert not [path.name for path in kept if word.encode() in path.read_bytes()]
    assert room.link(FIFE) == f"/letters/{room.committee.here.keys.link_word(number_of(room))}"


@pytest.mark.parametrize("word", ["x", "A" * 32, "../../etc/passwd", "kept-" + "0" * 40])
def test_a_link_that_is_none_is_not_found_however_it_is_asked(room: PostRoom, word: str) -> None:
    room.ask(FIFE)
    stranger = room.committee.browser()

    assert stranger.get(f"/letters/{word}").status_code == 404
    assert stranger.send(f"/letters/{word}").status_code == 404
    assert stranger.send(f"/letters/{word}/again").status_code == 404
    if str(stranger.page.url.path).startswith("/letters/"):  # a path with dots in it leads elsewhere
        assert "please turn to whoever wrote to you" in stranger.page.text
        assert 'href="/">' not in stranger.page.text.partition("<main")[2]


def test_an_address_that_tries_too_many_links_has_to_wait(room: PostRoom) -> None:
    stranger = room.committee.browser()
    stranger.get("/letters/x")

    answers = [stranger.send(f"/letters/{place}").status_code for place in range(32)]

    assert answers[0] == 404
    assert answers[-1] == 429


def test_an_old_link_says_so_and_a_new_one_goes_to_the_same_mailbox_once_a_day(room: PostRoom) -> None:
    room.ask(FIFE)
    old, before = room.link(FIFE), len(room.mails(FIFE))
    room.committee.later(days=46)
    browser = room.committee.browser()

    shown = browser.get(old)
    assert shown.status_code == 410
    assert "This link is old" in shown.text
    assert browser.send().status_code == 410
    for _ in range(3):
        assert "on its way" in browser.send(f"{old}/again").text
        room.deliver()

    fresh = [mail for mail in room.mails(FIFE)[before:] if "a new link" in mail["Subject"]]
    assert len(fresh) == 1
    link = LINK.findall(fresh[0].get_content())[0].removeprefix(ORIGIN)
    browser.get(link)
    assert "Here is our answer" in browser.send().text


def test_a_forwarded_link_shows_no_name_and_no_other_case_without_the_code_of_the_mailbox(desk: Committee) -> None:
    with post_room(desk, agencies_see_child=True) as room:
        room.enter(FIFE)
        first, second = room.ask(FIFE), room.ask(FIFE)
        room.do(add_child, first, ChildDetails("Ailsa Invented"))
        stranger = room.committee.browser()
        stranger.get(next(link for link in map(room.link_of, room.mails(FIFE)) if link))
        page = stranger.send()
        here = page.url.path

        asked = stranger.get(f"{here}/open")
        assert second not in page.text + asked.text
        assert "Ailsa" not in page.text + asked.text
        for code in ("000000", "", "1", "123456", "654321", "999999"):
            assert stranger.send(f"{here}/code", code=code).status_code == 422
        stranger.get(f"{here}/code")
        stranger.send(f"{here}/code", send="yes")
        room.deliver()
        code = room.mails(FIFE)[-1].get_content().partition("Code:")[2].split()[0]
        shown = stranger.send(f"{here}/code", code=code)
        assert "Ailsa Invented" in shown.text
        everything = stranger.get(f"{here}/open").text
        assert first in everything
        assert second in everything
        with reading(desk.here.engine) as tx:
            (read,) = name_readings(tx, first)
        assert read.right == "link of a letter, with a code by mail"


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("answer", {"account_given": "yes", "reflection_given": "yes", "your_name": "about {}"}),
        ("later", {"until": "20 March 2026", "why": "{} is away."}),
        ("nothing", {"why": "We know no {}."}),
        ("other", {"to": "The school of {}", "why": "{} went there."}),
    ],
)
def test_whoever_has_the_link_cannot_find_out_a_name_by_trying_some(
    desk: Committee, choice: str, said: dict[str, str]
) -> None:
    with post_room(desk) as room:
        room.enter(FIFE)
        right, wrong = room.ask(FIFE), room.ask(FIFE)
        for ref in (right, wrong):
            room.do(add_child, ref, ChildDetails("Ailsa Invented"))
        links = [link for link in map(room.link_of, room.mails(FIFE)) if link]
        pages = [tried(room, link, choice, said, name) for link, name in zip(links, ("Ailsa", "Morag"), strict=True)]

        assert pages[0] == pages[1]
        last = case_of(room, right)[1][-1]
        assert "Ailsa" not in last.model_dump_json()
        assert "child 1" in last.model_dump_json()
        assert "Morag" in case_of(room, wrong)[1][-1].model_dump_json()
        with reading(desk.here.engine) as tx:
            told = [one for one in tasks(tx, "lead_officer").tasks if "named a child" in one.what]
        assert [one.ref for one in told] == [right]


def tried(room: PostRoom, link: str, choice: str, said: dict[str, str], name: str) -> tuple[str, str]:
    """What somebody sees who types a name on the page of a link, whatever differs from case to case put aside."""
    browser = room.committee.browser()
    browser.get(link)
    here = browser.send().url.path
    browser.get(f"{here}/say/{choice}")
    files = {"files": (f"{name}.pdf", PDF)} if choice == "answer" else None
    thanks = browser.send(files=files, **{field: one.format(name) for field, one in said.items()})
    again = browser.get(here)
    assert (thanks.status_code, again.status_code) == (200, 200)
    return plain_of(thanks.text), plain_of(again.text)


def plain_of(html: str) -> str:
    return re.sub(r"LR-2026-\d{4}|[0-9a-f]{40}|form_token\" value=\"[^\"]+", "", html.partition("<main")[2])


def test_what_an_agency_wrote_is_read_again_with_a_code_by_mail(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path
    browser.get(f"{here}/say/answer")
    said = {"account_given": "yes", "reflection_given": "yes"}
    assert "report.pdf" not in browser.send(files={"files": ("report.pdf", PDF)}, **said).text

    page = typed_code(room, browser, "letter")

    assert page.url.path == here
    assert "report.pdf" in page.text


def typed_code(room: PostRoom, browser: Browser, then: str) -> Response:
    """Ask for a code by mail, and type it."""
    here = "/".join(browser.page.url.path.split("/")[:3])
    browser.get(f"{here}/code?then={then}")
    browser.send(f"{here}/code", send="yes", then=then)
    room.deliver()
    code = room.mails(FIFE)[-1].get_content().partition("Code:")[2].split()[0]
    return browser.send(f"{here}/code", code=code)


def test_the_lead_officer_says_for_a_case_how_agencies_learn_whom_it_is_about(desk: Committee) -> None:
    with post_room(desk) as room:
        room.enter(FIFE)
        ref = room.ask(FIFE)
        room.do(add_child, ref, ChildDetails("Ailsa Invented"))
        browser = room.opened()
        assert "to tell you in a safe way, and give the reference" in browser.page.text
        assert "with a code that we send" not in " ".join(room.mails(FIFE)[-1].get_content().split())

        lead = desk.sign_in()
        lead.get(f"/cases/{ref}/agencies-learn")
        lead.send(way="page")
        assert lead.send(confirmed="yes").url.path == f"/cases/{ref}"

        assert "See whom it is about" in browser.get(browser.page.url.path).text
        assert "Ailsa Invented" in typed_code(room, browser, "").text
        room.enter("Police Scotland")
        room.do(request, ref, "information", ("Police Scotland",))
        room.deliver()
        assert "with a code that we send" in " ".join(room.mails("Police Scotland")[-1].get_content().split())


def test_the_link_of_a_case_since_erased_opens_nothing(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    room.do(add_child, ref, ChildDetails("Ailsa Invented"))
    browser = room.opened()
    assert browser.page is not None
    here = browser.page.url.path

    room.do(erase_personal_data, ref, "The time of keeping is over.")

    assert browser.get(here).status_code == 404
    assert browser.send(f"{here}/received").status_code in {403, 404}


def test_what_is_not_for_an_agency_is_passed_on_and_its_page_says_so(room: PostRoom) -> None:
    room.enter("Police Scotland")
    ref = room.ask(FIFE)
    browser = room.opened()
    assert browser.page is not None
    here = browser.page.url.path
    browser.get(f"{here}/say/other")

    shown = browser.send(to="police scotland", why="They were called out.")

    assert "passed on to Police Scotland" in shown.text
    case, entries = case_of(room, ref)
    assert [one.agency for one in case.dossier.requests.values()] == [FIFE, "Police Scotland"]
    assert entries[-1].actor.name.startswith("By the link of letter ")
    room.deliver()
    assert "Here is our answer" in room.opened("Police Scotland").page.text


def test_whom_nobody_knows_is_named_to_the_lead_officer(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/other")

    browser.send(to="The dentist in the High Street")

    case, entries = case_of(room, ref)
    assert entries[-1].kind == "declined"
    assert "The dentist in the High Street" in entries[-1].reason
    assert len(case.dossier.requests) == 1


def test_an_agency_that_names_itself_as_whom_to_ask_instead_is_told_so(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/other")

    again = browser.send(to=" nhs  fife ")

    assert again.status_code == 422
    assert "“Who to ask instead”: NHS Fife is your own agency." in again.text
    assert case_of(room, ref)[1][-1].kind == "requested"


def test_who_names_an_agency_that_is_asked_already_has_said_so_and_learns_nothing_of_it(room: PostRoom) -> None:
    room.enter("Police Scotland")
    ref = room.ask(FIFE, "Police Scotland")
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/other")

    thanks = browser.send(to="Police Scotland", why="They hold the file.").text

    case, entries = case_of(room, ref)
    assert ("Thank you" in thanks, "asked already" in thanks) == (True, False)
    assert (entries[-1].kind, len(case.dossier.requests)) == ("declined", 2)
    assert entries[-1].reason == "Not for NHS Fife. They say to ask Police Scotland. They hold the file."


def test_what_looks_like_html_stands_on_every_page_as_it_was_written(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/other")
    pages = [browser.send(to="<em>The dentist</em>")]

    desk = room.committee.sign_in()
    pages += [desk.get(f"/cases/{ref}{page}") for page in ("", "/history", "/chasing")]

    assert [page.status_code for page in pages] == [200] * 4
    assert not [page.url.path for page in pages if "<em>" in page.text]
    assert [page.url.path for page in pages[1:] if "&lt;em&gt;" not in page.text] == []


def test_an_agency_says_that_it_has_it_needs_longer_or_holds_nothing(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path

    assert "Thank you" in browser.send(f"{here}/received").text
    browser.get(f"{here}/say/later")
    assert browser.send(why="Somebody is away.").status_code == 422
    assert "Somebody is away." in browser.page.text
    browser.send(until="20 March 2026", why="Somebody is away.")
    browser.get(f"{here}/say/nothing")
    browser.send(why="We looked through the records.")

    case, entries = case_of(room, ref)
    assert [one.kind for one in entries[-3:]] == ["promised", "promised", "declined"]
    assert {one.actor.agency for one in entries[-3:]} == {FIFE}
    (asked,) = case.dossier.requests.values()
    assert asked.status == "declined"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("report.exe", b"MZ", "is not taken"),
        ("report.pdf", b"MZ not a pdf", "is not what its name says"),
        ("report.docx", b"PK\x03\x04 broken", "is not what its name says"),
        ("slides.odp", b"PK\x03\x04 broken", "is not what its name says"),
        ("report.pdf.exe", b"%PDF-", "is not taken"),
        ("report.docx", b"\xd0\xcf\x11\xe0 locked", "is locked with a password"),
        ("report.pdf", b"", "is empty"),
        ("re\u202efdp.exe", b"MZ", "holds a sign that cannot be seen (U+202E): give the file another name."),
        (f"{'long' * 63}.pdf", PDF, "is too long: give the file a shorter one"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_nothing_is_kept(
    room: PostRoom, name: str, content: bytes, said: str
) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/answer")

    shown = browser.send(files={"files": (name, content)}, account_given="yes", reflection_given="yes")

    assert shown.status_code == 422
    assert said in shown.text
    assert said in re.findall(r'<a href="#files">(.*?)</a>', shown.text)[0]
    assert case_of(room, ref)[1][-1].kind == "requested"
    assert not room.committee.here.settings.evidence.exists()
    assert not list(room.committee.here.settings.uploads.rglob("*.*"))


def test_files_of_one_name_are_all_kept_and_the_same_one_once(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/answer")

    pictures = [b"\xff\xd8\xff one", b"\xff\xd8\xff two", b"\xff\xd8\xff one"]
    again = browser.send(files=[("files", ("image.jpg", one)) for one in pictures], account_given="yes")
    assert re.findall("Leave out ([^<]*)", again.text) == ["image (2).jpg", "image.jpg"]
    browser.send(files={"files": ("image.jpg", b"\xff\xd8\xff three")}, account_given="yes", reflection_given="yes")

    sent = case_of(room, ref)[1][-1].data["files"]
    assert [one.rpartition(":")[2] for one in sent] == ["image (2).jpg", "image (3).jpg", "image.jpg"]


def test_one_file_too_many_or_of_no_use_keeps_none_of_the_others_out_and_no_word_is_lost(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/answer")
    several = [("tool.exe", b"MZ"), *((f"part {number}.pdf", PDF + bytes([number])) for number in range(11))]

    typed = {"account_given": "no", "account_given.reason": "It is in our own file, in four parts.", "your_name": "J."}
    shown = browser.send(files=[("files", one) for one in several], **typed)

    assert shown.status_code == 422
    wrong = re.findall(r'<a href="#files">(.*?)</a>', shown.text)
    assert [one.partition(":")[0] for one in wrong] == ["tool.exe is not taken", "part 10.pdf is left out"]
    assert shown.text.count("Leave out part ") == 10
    assert "It is in our own file, in four parts." in shown.text
    assert case_of(room, ref)[1][-1].kind == "requested"


def test_what_is_too_large_to_be_read_says_how_large_files_may_be(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()

    large = {**SAME, "content-length": str(300 << 20)}
    refused = browser.client.post(f"{browser.page.url.path}/say/answer", content=b"x", headers=large)

    assert (refused.status_code, "the files of one form have 250 MB together" in refused.text) == (413, True)


def test_what_was_typed_is_not_lost_when_the_page_had_closed_and_is_sent_again_by_a_press(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    here = f"{browser.page.url.path}/say/answer"
    form = hidden(browser.get(here).text)
    typed = {"information_file": "Our own archive, <shelf> 12.", "account_given": "yes", "reflection_given": "yes"}
    room.committee.later(hours=2, seconds=1)

    closed = browser.send(files={"files": ("", b"")}, **typed)
    assert (closed.status_code, "<title>This page has closed" in closed.text) == (404, True)
    assert "Our own archive, &lt;shelf&gt; 12.</textarea>" in closed.text
    still = browser.send(files={"files": ("", b"")})
    assert (still.status_code, "Our own archive" in still.text) == (404, True)
    other = Browser(browser.client)
    other.get(room.link(FIFE))
    other.send()
    assert "Thank you" in browser.send(here).text
    assert case_of(room, ref)[1][-1].data["fields"]["information_file"] == "Our own archive, <shelf> 12."

    with_file = browser.client.post(here, data={**form, **typed}, files={"files": ("a.pdf", PDF)}, headers=SAME)
    assert with_file.status_code == 409
    room.committee.later(hours=2, seconds=1)
    with_file = browser.client.post(here, data={**form, **typed}, files={"files": ("a.pdf", PDF)}, headers=SAME)
    assert ("Our own archive" in with_file.text, "Send it again" in with_file.text) == (True, False)
    elsewhere = browser.client.post(here, data={**form, **typed}, headers={"sec-fetch-site": "cross-site"})
    assert (elsewhere.status_code, "Our own archive" in elsewhere.text) == (403, False)


def test_a_form_is_still_taken_when_its_link_was_opened_once_more_meanwhile(room: PostRoom) -> None:
    room.ask(FIFE)
    first = room.opened()
    first.get(f"{first.page.url.path}/say/nothing")
    second = Browser(first.client)
    second.get(room.link(FIFE))
    second.send()

    assert "Thank you" in first.send(why="We looked through the records.").text


def test_all_that_is_missing_or_wrong_in_a_form_leads_to_its_field(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path
    found = {}
    for form, typed in (
        ("say/answer", {}),
        ("say/later", {}),
        ("say/later", {"until": "1 March 2026", "why": "x"}),
        ("say/other", {}),
        ("code", {}),
    ):
        browser.get(f"{here}/{form}")
        found[form, *typed] = re.findall(r'<a href="#([^"]*)">', browser.send(**typed).text)
        places = found[form, *typed]
        assert places
        assert [one for one in places if f'id="{one}"' not in browser.page.text] == []
        assert browser.page.text.count('aria-invalid="true"') >= len([one for one in places if not one.endswith("-1")])
        assert "<title>Error: " in browser.page.text

    assert found == {
        ("say/answer",): ["q-information_file", "q-account_given-1", "q-reflection_given-1"],
        ("say/later",): ["q-until", "q-why"],
        ("say/later", "until", "why"): ["q-until"],
        ("say/other",): ["q-to"],
        ("code",): ["code"],
    }


def test_nothing_is_offered_that_would_be_refused_and_the_form_says_by_when_it_is_due(room: PostRoom) -> None:
    room.enter("Police Scotland")
    room.committee.asks_agencies()
    room.deliver()
    browser = room.opened()
    here = browser.page.url.path
    assert "No reminder comes before Monday 16 March 2026." in browser.page.text
    assert "It is due on Monday 16 March 2026." in browser.get(f"{here}/say/later").text

    room.committee.later(days=15)
    late = room.opened()
    assert "We have it" not in late.page.text
    refused = late.send(f"{here}/received", form_token=hidden(late.get(f"{here}/say/later").text)["form_token"])
    assert (refused.status_code, f'<a href="{here}" class="ds_back-link">' in refused.text) == (422, True)
    late.get(f"{here}/say/later")
    assert "You said that it comes by Friday 20 March 2026." in late.send(until="20/3/2026", why="Illness.").text
    assert "No reminder comes before Friday 20 March 2026." in late.page.text


def test_a_page_says_why_an_answer_was_sent_back_or_who_was_asked_first(room: PostRoom) -> None:
    room.enter("Police Scotland")
    ref = room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path
    browser.get(f"{here}/say/answer")
    browser.send(information_file="file 1", account_given="yes", reflection_given="yes")
    room.do(send_back, ref, FIFE, "The dates are missing")

    assert "Your answer was read and is not enough yet. The reason: The dates are missing." in browser.get(here).text
    browser.get(f"{here}/say/other")
    assert "not enough yet" not in browser.send(to="Police Scotland", why="They keep the dates.").text
    room.deliver()
    passed_on = room.opened("Police Scotland").page.text
    assert "NHS Fife was asked first, and says: They keep the dates." in passed_on


def test_a_date_that_falls_on_a_holiday_says_so_in_the_letter_and_on_its_page(room: PostRoom) -> None:
    room.committee.later(days=49)
    room.enter("Police Scotland")
    room.committee.asks_agencies()
    room.deliver()

    assert "4 May 2026; that day is a holiday, Early May" in " ".join(room.mails(FIFE)[-1].get_content().split())
    assert "That day is a holiday: Early May bank holiday (Scotland)." in room.opened().page.text
    room.committee.later(days=15)
    assert "That day is a holiday" not in room.opened().page.text


def test_no_page_shows_an_agency_what_was_only_drafted(desk: Committee) -> None:
    with post_room(desk) as room:
        desk.drafts_letters()
        room.deliver()
        mails = [one.mail for one in room.server.messages if "first.nhsfife@example.org" in one.recipients]
        browser = desk.browser()
        browser.get(room.link_of(mails[-1]))
        shown = browser.send().text

    assert "call for help to the senior contact of NHS Fife" in shown
    assert ("the chair" in shown, "waiting for a yes" in shown) == (False, False)


def test_the_page_of_an_older_letter_says_that_the_agency_was_asked_again(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path
    browser.get(f"{here}/say/nothing")
    assert "To add something, or to put something right, please turn to whoever asks." in browser.send().text

    room.do(request, ref, "information", (FIFE,))

    assert "You were asked again on Monday 2 March 2026: the link in that letter" in browser.get(here).text
    over = browser.get(f"{here}/say/answer").text
    assert ("You were asked again" in over, "<form" in over.partition("<main")[2]) == (True, False)


def test_a_page_says_that_its_agency_is_asked_again_and_shows_none_of_what_it_wrote(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    first = room.opened()
    first.get(f"{first.page.url.path}/say/nothing")
    first.send(why="We looked in the old archive.")
    room.do(request, ref, "information", (FIFE,), why="A clinic has written to us.")
    room.deliver()

    page = room.opened().page.text
    letter = " ".join(room.mails(FIFE)[-1].get_content().split())

    assert "that no answer comes. You are asked again. The reason: A clinic has written to us." in page
    assert "old archive" not in page
    assert "that no answer comes: We looked in the old archive. You are asked again." in letter


def test_a_form_sent_after_the_answer_of_another_window_says_so_and_offers_nothing_that_would_be_refused_again(
    room: PostRoom,
) -> None:
    room.ask(FIFE)
    first = room.opened()
    here = first.page.url.path
    second = room.opened()
    second.get(f"{here}/say/answer")
    first.get(f"{here}/say/nothing")
    first.send()

    typed = {"account_given": "yes", "reflection_given": "yes", "information_file": "Our archive, shelf 12."}
    late = second.send(files={"files": ("report.pdf", PDF)}, **typed)

    main = late.text.partition("<main")[2]
    assert late.status_code == 409
    assert "To add something, or to put something right, please turn to whoever asks." in main
    assert "What you typed here was not recorded and can be sent no more." in main
    assert "Our archive, shelf 12." in main
    assert [one for one in ("Leave out", 'type="submit"', 'type="file"') if one in main] == []


def test_whoever_has_no_cookie_is_told_how_the_page_stays_open(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()
    browser.client.cookies.clear()

    closed = browser.get(browser.page.url.path)

    assert (closed.status_code, "your browser keeps no cookies: allow them for this page" in closed.text) == (404, True)


def test_a_file_need_not_be_sent_again_when_the_form_comes_back(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.opened()
    browser.get(f"{browser.page.url.path}/say/answer")

    again = browser.send(files={"files": ("report.pdf", PDF)}, account_given="yes")
    assert again.status_code == 422
    assert "Leave out report.pdf" in again.text
    browser.send(files={"files": ("", b"")}, account_given="yes", reflection_given="yes")

    assert case_of(room, ref)[1][-1].data["files"][0].endswith(":report.pdf")
    assert not list(room.committee.here.settings.uploads.rglob("*.pdf"))


def test_a_program_that_finds_harm_keeps_a_file_out(desk: Committee) -> None:
    with post_room(desk, scanner="grep -vqc EICAR") as room:
        room.enter(FIFE)
        room.ask(FIFE)
        browser = room.opened()
        browser.get(f"{browser.page.url.path}/say/answer")
        shown = browser.send(files={"files": ("note.txt", b"EICAR")}, account_given="yes", reflection_given="yes")
        assert "found something in it" in shown.text


def test_ten_agencies_answer_at_once_and_each_has_its_own(desk: Committee) -> None:
    with post_room(desk) as room:
        names = [f"Agency {letter}" for letter in "ABCDEFGHIJ"]
        for name in names:
            room.enter(name)
        ref = room.ask(*names)
        browsers = {name: room.opened(name) for name in names}

        def say(name: str) -> int:
            one = browsers[name]
            one.get(f"{one.page.url.path}/say/answer")
            sent = {"account_given": "yes", "reflection_given": "yes", "your_name": name}
            return one.send(files={"files": (f"{name}.pdf", PDF + name.encode())}, **sent).status_code

        with ThreadPoolExecutor(10) as pool:
            assert list(pool.map(say, names)) == [200] * 10

        case, entries = case_of(room, ref)
        assert {one.status for one in case.dossier.requests.values()} == {"answered"}
        assert [one.data["files"][0].rpartition(":")[2] for one in entries if one.kind == "answered"]
        kept = desk.here.settings.evidence
        assert verify(desk.here.engine, keys=desk.here.keys, now=desk.now, evidence=kept).places == ()


def test_a_link_that_was_taken_back_opens_nothing_and_is_not_replaced(room: PostRoom) -> None:
    room.ask(FIFE)
    browser = room.opened()
    here = browser.page.url.path

    room.do(take_back_link, number_of(room)[:12], "It went to the wrong reader.")

    assert browser.get(here).status_code == 410
    assert browser.get(room.link(FIFE)).status_code == 410
    assert "Send me a new link" not in browser.page.text


def test_the_link_of_somebody_who_is_written_to_no_more_says_so(room: PostRoom) -> None:
    room.ask(FIFE)
    link = room.link(FIFE)
    with reading(room.committee.here.engine) as tx:
        (one,) = [one.id for one in contacts.everybody(tx) if one.agency == FIFE]
    room.do(retire_contact, one, "They have left.")

    gone = room.committee.browser().get(link)

    assert (gone.status_code, "<title>This link can be used no more" in gone.text) == (410, True)
    assert "Whom this letter went to is written to no more" in gone.text


PAGES = ("", "/say/answer", "/say/later", "/say/nothing", "/say/other", "/code", "/code?sent=yes", "/open")


def test_every_page_can_be_read_at_the_age_of_twelve(desk: Committee) -> None:
    with post_room(desk, agencies_see_child=True) as room:
        room.enter(FIFE)
        texts = every_page(room)

    ages = {text: age(prose_of(text)) for text in texts}

    assert {prose_of(text)[:60]: found for text, found in ages.items() if found > 12} == {}


def every_page(room: PostRoom) -> list[str]:
    """The pages that somebody of an agency comes to, before and after the code, and once the link is old or gone."""
    ref = room.ask(FIFE)
    room.do(add_child, ref, ChildDetails("Ailsa Invented"))
    browser = room.committee.browser()
    texts = [browser.get(room.link(FIFE)).text]
    here = browser.send().url.path
    texts += [browser.get(f"{here}{page}").text for page in PAGES]
    browser.get(here)
    texts.append(browser.send(f"{here}/received").text)
    texts.append(typed_code(room, browser, "").text)
    assert "Ailsa" in texts[-1]
    texts += [browser.get(f"{here}/open?did=chosen").text, browser.get(f"/answers/{'0' * 40}").text]
    room.committee.later(days=46)
    link = room.link(FIFE)
    texts += [browser.get(link).text, browser.send(f"{link}/again").text]
    room.do(take_back_link, number_of(room)[:12], "It went to the wrong reader.")
    return [*texts, browser.get(link).text]


def prose_of(html: str) -> str:
    """What a page says in sentences of ours: no labels of the edition, no facts."""
    main = html.partition('<main id="main-content">')[2].partition("</main>")[0]
    main = re.sub(r"<(dl|details|legend|option|li)\b.*?</\1>", " ", main, flags=re.DOTALL)
    said = [
        unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in re.findall(r"<p\b[^>]*>(.*?)</p>", main, re.DOTALL)
    ]
    return " ".join(re.sub(r"[A-Z]{2,3}-\d{4}-\d{4}|[A-Z]\. Officer|NHS Fife", "it", one) for one in said)


def link_row(room: PostRoom) -> LetterLink:
    with reading(room.committee.here.engine) as tx:
        found = letter_links.numbered(tx, number_of(room))
    assert found is not None
    return found


def test_a_code_by_mail_is_good_once_for_half_an_hour_and_for_five_tries(room: PostRoom) -> None:
    room.ask(FIFE)
    number, now = number_of(room), room.committee.now
    with transaction(room.committee.here.engine) as tx:
        letter_links.keep_code(tx, number, "123456", now)
        assert not letter_links.use_code(tx, number, "123456", now + letter_links.CODE_FOR)
        assert [letter_links.use_code(tx, number, code, now) for code in ("123450", "123456", "123456")] == [
            False, True, False,
        ]  # fmt: skip
        letter_links.keep_code(tx, number, "123456", now)
        assert [letter_links.use_code(tx, number, code, now) for code in [*["000000"] * 5, "123456"]] == [False] * 6
        letter_links.keep_code(tx, number, "123456", now)
        assert [letter_links.use_code(tx, number, code, now) for code in [*["000000"] * 4, "123456"]][-1]


def number_of(room: PostRoom) -> str:
    """The number of the newest link."""
    with reading(room.committee.here.engine) as tx:
        newest = select(letter_links.LINKS.c.number).order_by(letter_links.LINKS.c.made_at.desc())
        return str(tx.execute(newest).scalar())
