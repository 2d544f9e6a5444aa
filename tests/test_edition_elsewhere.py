"""Two regimes of other nations, a coroner's report and a request for information, with the dates of their laws."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from config.bodies import body_of, heading
from config.settings import A_COMMITTEE
from records import cases
from records.database import reading, transaction
from states.entry import Actor
from states.errors import NotPossible
from states.words import first_up
from tests.filed import kept
from tests.office import FIFE, POLICE
from tests.terminal import ROOT
from tests.walking import CALENDARS, Walk, load, walk
from workflows.messages.letter_book import SampleOffice as Letterhead
from workflows.messages.letter_book import of_edition
from workflows.papers.paper import Paper
from workflows.reports.annual_summary import summary_of
from workflows.reports.annual_summary_paper import paper
from workflows.reports.case_files import year_of
from workflows.verbs.agencies import set_agency_calendar
from workflows.verbs.contacts import add_contact
from workflows.views.case_page import case_page
from workflows.views.case_paper import case_paper
from workflows.views.history import history_page
from workflows.views.outcome import unset_words
from workflows.views.viewer import Viewer
from workflows.views.ways_to_open import nations_here, ways_to_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desk import Browser, Committee
    from tests.office import Office

CORONER = "england-wales-future-deaths-2013"
REQUEST = "new-zealand-official-information-1982"


def granted(case: Walk, deadline: str, count: int, day: str) -> Walk:
    """More time, asked for and granted on one day."""
    case.record(
        "extension_asked", day, {"extension": {"id": "E1", "deadline": deadline, "count": count}}, reason="Why."
    )
    return case.record("extension_granted", day, {"id": "E1"})


# ---------------------------------------------------------------- England and Wales: a coroner's report


def sent(day: str = "2026-05-18") -> Walk:
    case = walk(CORONER).go("raise_concern", "2026-05-01").go("decide_to_report", "2026-05-11")
    return case.go("send_report", day, report_sent_on=day).ask("response", day, "NHS Tayside", "Highways")


def test_each_addressee_has_56_days_from_the_day_the_report_is_sent_and_holidays_count() -> None:
    case = sent()

    assert case.due("response/NHS Tayside") == "2026-07-13"  # the Spring bank holiday, 25 May, is among the 56
    assert case.due("response/Highways") == "2026-07-13"
    assert not case.answer("response", "2026-07-13", "NHS Tayside").deadline("response/NHS Tayside").late
    assert sent("2026-12-01").due("response/Highways") == "2027-01-26"


def test_the_coroner_may_extend_even_after_the_time_has_run_out() -> None:
    case = granted(sent(), "response/Highways", 28, "2026-07-20")

    assert case.due("response/Highways") == "2026-08-10"
    assert case.due("response/NHS Tayside") == "2026-07-13"  # the time of one addressee alone is moved
    assert not case.answer("response", "2026-08-10", "Highways").deadline("response/Highways").late


def test_no_report_before_everything_is_considered_and_nobody_is_chased_after_the_time() -> None:
    case = walk(CORONER).go("raise_concern", "05-01")
    with pytest.raises(NotPossible, match="until all that is relevant has been considered"):
        case.go("decide_to_report", "05-11", all_considered={"answer": "no"})

    after = [rung for rung in case.edition.ladders["response"].rungs if rung.day > 0]
    assert {who for rung in after for who in rung.tell} == {"coroners_officer", "coroner"}


def test_the_file_ends_with_every_response_or_by_going_on_without_one() -> None:
    case = sent().answer("response", "2026-07-01", "NHS Tayside")
    with pytest.raises(NotPossible):
        case.go("end_of_responses", "2026-07-14")

    case.go("end_of_responses", "2026-07-14", override="None came", role="coroner").go("tell_of_breach", "2026-07-15")
    case.go("copy_responses", "2026-07-16").go("late_response", "2026-08-01")

    assert (case.state, case.edition.states[case.state].final) == ("completed", True)
    assert walk(CORONER).go("raise_concern", "05-01").go("decide_no_report", "05-11").state == "no_report"


def test_an_addressee_is_told_of_a_duty_and_an_agency_that_is_only_consulted_is_asked() -> None:
    def asked(name: str) -> list[str]:
        every = of_edition(load(name), Letterhead())
        return [" ".join(one.written.body.split()) for one in every if one.kind == "information_requested"]

    duty = "is under a duty to respond to a report to prevent future deaths. Please do so by"
    assert all(duty in said and "If you hold nothing" not in said for said in asked(CORONER))
    assert all("is asked for information" in said and "duty" not in said for said in asked(REQUEST))


def test_where_no_committee_decides_nobody_is_sent_to_one_for_a_limit() -> None:
    said = {name: unset_words(load(name)) for name in (CORONER, REQUEST, "scotland-scr-2007")}

    assert said == {
        CORONER: "no limit set",
        REQUEST: "no limit set",
        "scotland-scr-2007": "no limit set: ask your committee",
    }


# ---------------------------------------------------------------- New Zealand: a request for official information


def received(day: str) -> Walk:
    return walk(REQUEST).go("receive", day, received_on=day)


@pytest.mark.parametrize(
    ("day", "decision", "transfer"),
    [
        ("2019-01-03", "2019-02-13", "2019-01-29"),  # published: none before 16 January counts, nor Waitangi Day
        ("2017-04-16", "2017-05-16", "2017-05-02"),  # published: Easter Monday and Anzac Day
        ("2022-11-25", "2022-12-23", "2022-12-09"),  # the last day that the holiday time does not reach
        ("2022-11-28", "2023-01-16", "2022-12-12"),  # the first that it does, as the Ombudsman says
        ("2026-06-12", "2026-07-13", "2026-06-26"),  # Matariki, 10 July
        ("2027-01-15", "2027-02-15", "2027-01-29"),  # Waitangi Day falls on a Saturday: 8 February
        ("2013-04-22", "2013-05-21", "2013-05-07"),  # Anzac Day on a Thursday
        ("2012-10-12", "2012-11-12", "2012-10-29"),  # Labour Day, the fourth Monday of October
    ],
)
def test_twenty_working_days_to_decide_and_ten_to_transfer_as_the_act_counts_them(
    day: str, decision: str, transfer: str
) -> None:
    case = received(day)

    assert (case.due("decision"), case.due("transfer")) == (decision, transfer)


def test_an_extension_of_twelve_working_days_as_one_was_published() -> None:
    case = received("2019-04-12")
    assert case.due("decision") == "2019-05-15"

    assert granted(case, "decision", 12, "2019-05-13").due("decision") == "2019-05-31"


def test_a_changed_request_counts_as_new_unless_the_change_was_asked_for_too_late() -> None:
    case = received("2019-01-03")
    with pytest.raises(NotPossible, match="7 working days"):
        case.go("amend", "2019-02-01", asked_here={"answer": "yes"}, asked_in_time={"answer": "no"})

    case.go("amend", "2019-02-01", received_on="2019-02-01", asked_here={"answer": "no"})

    assert case.due("decision") == "2019-03-04"
    assert case.due("transfer") == "2019-02-18"


ONWARD = {
    "transfer": ([], "transferred"),
    "withdraw": ([], "withdrawn"),
    "grant": (["release"], "released"),
    "grant_in_part": (["complaint", "release", "review_begins", "required", "complied"], "with_ombudsman"),
    "refuse": (["review_begins"], "with_ombudsman"),
}


@pytest.mark.parametrize("decision", ONWARD)
def test_every_outcome_of_a_request_ends_it_and_the_ombudsman_may_open_it_again(decision: str) -> None:
    case = received("2026-03-02").go(decision, "2026-03-13")
    assert case.deadline("decision").status in {"met", "cancelled"}
    steps, state = ONWARD[decision]
    for trigger in steps:
        case.go(trigger, "2026-04-13", **({"required_on": "2026-04-13"} if trigger == "required" else {}))
    assert case.state == state

    if state == "with_ombudsman":
        with pytest.raises(NotPossible, match=r"Opinion of the Ombudsman|Waiting for"):
            case.go("recommend", "2026-05-01")
        case.event("opinion", "2026-05-01").go("recommend", "2026-05-01", recommended_on="2026-05-01")
        assert case.due("observe") == "2026-05-29"
        assert case.go("observe", "2026-05-29").state == "reviewed"
    assert case.edition.states[case.state].final


def test_what_the_ombudsman_requires_is_owed_in_twenty_working_days() -> None:
    case = received("2026-03-02").go("refuse", "2026-03-10").go("review_begins", "2026-12-01")

    assert case.go("required", "2026-12-14", required_on="2026-12-14").due("requirement") == "2027-02-02"


def test_the_calendar_of_the_act_closes_each_day_from_25_december_to_15_january_and_no_regional_one() -> None:
    calendar = CALENDARS[load(REQUEST).calendar]

    assert not any(calendar.is_working(date(2026, 12, day)) for day in range(25, 32))
    assert not any(calendar.is_working(date(2027, 1, day)) for day in range(1, 16))
    assert calendar.is_working(date(2027, 1, 18))
    assert calendar.is_working(date(2027, 1, 25))  # the anniversary day of Wellington, and
    assert calendar.is_working(date(2027, 2, 1))  # that of Auckland


# ---------------------------------------------------------------- Whom they are offered to


def test_the_law_of_other_nations_is_kept_apart_until_a_case_here_is_under_it(office: Office) -> None:
    with reading(office.engine) as tx:
        before = {one.edition: one.why_apart for one in ways_to_open(tx, load)}
    kept(office.engine, (("PFD-2026-0001", sent()),))
    with reading(office.engine) as tx:
        after = {one.edition: one.why_apart for one in ways_to_open(tx, load)}
        home = nations_here(tx, load)

    assert before[REQUEST] == "The law of another nation: New Zealand."
    assert before[CORONER] == "The law of another nation: England and Wales."
    assert (before["scotland-learning-review-2024"], after[CORONER], after[REQUEST]) == ("", "", before[REQUEST])
    assert home == {"Scotland", "England and Wales"}


def working_days_of(office: Office, role: str, agency: str = "") -> str:
    with transaction(office.engine) as tx:
        who = {"role": role, "agency": agency, "name": "Desk"}
        number = add_contact(office.uow(tx), channels=[("email", "desk@office.example")], **who)
    (row,) = office.rows(text(f"SELECT calendar FROM contact WHERE id = {number}"))
    return str(row[0])


def test_whoever_is_written_to_works_on_the_days_of_the_nation_whose_law_is_kept_to(office: Office) -> None:
    assert working_days_of(office, "coroner") == "england"  # a role of that edition alone, before its first case
    assert working_days_of(office, "first", FIFE) == "scotland"
    assert working_days_of(office, "lead_officer") == "scotland"

    kept(office.engine, (("PFD-2026-0001", sent()),))

    assert working_days_of(office, "first", POLICE) == "england"
    office.do(set_agency_calendar, FIFE, "scotland")
    assert working_days_of(office, "deputy", FIFE) == "scotland"


# ---------------------------------------------------------------- Read as the edition says


OFFICES = {CORONER: "coroner's officer", REQUEST: "official information officer"}
NOT_SAID = re.compile(
    r"\b(child\w*|committees?|lead officers?|scot\w*|famil\w+|adults?|learning review|care inspectorate)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", OFFICES)
def test_no_letter_of_another_regime_speaks_of_a_committee_its_lead_officer_or_a_child(name: str) -> None:
    told = [one.written for one in of_edition(load(name), Letterhead())]
    said = "\n".join(f"{one.subject}\n{one.body}" for one in told).replace("@committee.example", "")

    assert NOT_SAID.findall(said) == []
    assert all(f"says nothing about any {load(name).subject}. Please keep it so" in one.body for one in told)
    assert f"L. Officer, {OFFICES[name]}, " in " ".join(said.split())


def words_on(made: Paper) -> str:
    """Every word of a paper."""
    tables = [(one.caption, one.columns, one.note, one.rows) for one in made.tables.values()]
    return " ".join(map(str, (made.title, made.committee, made.about, made.warning, made.opening, tables)))


@pytest.mark.parametrize("name", OFFICES)
def test_no_page_or_paper_of_another_regime_speaks_of_a_committee_its_lead_officer_or_a_child(
    name: str, office: Office
) -> None:
    case = sent() if name == CORONER else received("2026-05-18")
    kept(office.engine, (("X-2026-0001", case),))
    with reading(office.engine) as tx:
        found, viewer = cases.look(tx, 1), Viewer(Actor(name="L. Officer", role="lead_officer"), office.now)
        page, entries = case_page(tx, found, viewer), history_page(tx, found).entries
        papers = [case_paper(page, entries, heading(A_COMMITTEE, body_of(found.procedure)), viewer)]
        summed = summary_of(tx, year_of("2026-27"), date(2026, 6, 1))
        papers += [paper(summed, A_COMMITTEE, full=full) for full in (True, False)]

    said = "\n".join(map(words_on, papers))
    steps = "\n".join(f"{one.label} {one.who} {one.obstacles} {one.asks}" for one in (*page.can, *page.cannot))
    assert NOT_SAID.findall(f"{said}\n{steps}\n{page.whom}") == []
    assert "For the office only, not for publication" in said
    assert f"{first_up(OFFICES[name])}: " in said
    assert first_up(OFFICES[name]) in steps


ON_A_PAGE = re.compile(r"\b(child|children|lead officers?)\b", re.IGNORECASE)
"""What no page says that is for whatever regime: that it is at work on a child, led by a lead officer."""
OF_OTHERS = ("case.pdf", "need-to-know", "recommendations")
"""A paper; the accounts of this office, each with its role; and what the edition of recommendations asks."""
TAG, OF_JINJA = re.compile(r"<[^>]*>"), re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
PAPERS_AND_PAGES = (ROOT / "web" / "templates", ROOT / "config" / "papers" / "bundle")


def seen(html: str) -> str:
    """What a reader sees of a page, below the head that says who is signed in, in which role."""
    return unescape(TAG.sub(" ", html.partition("<main")[2]))


def pages_of(browser: Browser, first: str) -> Iterator[tuple[str, str]]:
    """The page of a case, and all that are one step from it."""
    start = browser.get(first).text
    yield first, start
    for address in sorted(set(re.findall(rf'href="({first}/[^"#?]*)"', start))):
        if address.rpartition("/")[2] not in OF_OTHERS:
            yield address, browser.get(address).text


def test_no_page_of_the_desk_on_a_case_of_another_regime_speaks_of_a_child_or_a_lead_officer(desk: Committee) -> None:
    desk.now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    kept(desk.here.engine, (("PFD-2026-0001", sent()), ("OIA-2026-0001", received("2026-05-18"))))
    browser = desk.sign_in()
    pages = [page for ref in ("PFD-2026-0001", "OIA-2026-0001") for page in pages_of(browser, f"/cases/{ref}")]
    pages += [(address, browser.get(address).text) for address in ("/cases", "/search?q=OIA", "/my-work")]

    said = [
        f"{address}: {seen(html)[max(one.start() - 60, 0) : one.end()]}"
        for address, html in pages
        for one in ON_A_PAGE.finditer(seen(html))
    ]
    assert "\n".join(said) == ""
    assert len(pages) > 20
    assert [word for _, html in pages for word in re.findall("Name nobody", seen(html))] != []


def test_no_template_for_every_regime_speaks_of_a_child_or_a_lead_officer() -> None:
    templates = [path for folder in PAPERS_AND_PAGES for path in sorted(folder.rglob("*.html"))]
    told = {path.name: ON_A_PAGE.findall(TAG.sub(" ", OF_JINJA.sub(" ", path.read_text()))) for path in templates}

    assert {name: words for name, words in told.items() if words} == {}
