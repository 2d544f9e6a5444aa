"""A request about each item of a register: an answer owed on each recommendation, by each agency it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.command_lines import command
from records import cases, history
from records.database import reading
from records.letter_links import subject_of
from states.entry import Actor
from states.guards import Facts, obstacle
from states.moments import local_day
from states.steps import Guard
from tests.agency import LINK
from tests.casework import date_of, edited, gathering, mailbox, messages, refused
from tests.desk import ORIGIN
from tests.office import FIFE, POLICE, Office
from workflows.messages.link_in_letter import subject_of_message
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.register_items import add_item, update_item
from workflows.verbs.request import answer, decline, redirect, request
from workflows.views.case_page import case_page
from workflows.views.sentences import sentence
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    import pytest

    from tests.agency import PostRoom

COUNCIL = "Fife Council"
LISTED = {
    "label": "Recommendations",
    "prefix": "C",
    "kept_by": ["lead_officer"],
    "cite": ["S"],
    "fields": [
        {"name": "text", "label": "What is recommended"},
        {"name": "whom", "label": "To whom", "kind": "agencies"},
    ],
    "updated_by": ["lead_officer"],
    "update": [{"name": "done", "label": "Done", "kind": "yes_no"}],
    "ended_when": {"field": "done", "is": "yes"},
}
ASKED = {
    "label": "Response",
    "asked_by": ["lead_officer"],
    "states": ["gathering"],
    "message": "information_requested",
    "acknowledgement": "information_received",
    "per_item": "recommendations",
    "cite": ["S"],
}
OWED = {
    "label": "Response",
    "anchor": {"request": "response"},
    "limit": 20,
    "owner": "agency",
    "met_by": {"requests": ["response"]},
    "ladder": "agency",
    "cite": ["S"],
}


def begun(office: Office) -> Any:
    """A case with two recommendations: the first to two agencies, the second to one of them."""
    parts = {"registers": {"recommendations": LISTED}, "requests": {"response": ASKED}}
    office.editions["small"] = edited(**parts, timescales={"response": OWED})
    case = gathering(office)
    for text, whom in (("Train supervisors.", [FIFE, POLICE]), ("Share records.", [FIFE])):
        case = office.do(add_item, case.ref, "recommendations", {"text": text, "whom": whom})
    return case


def waits(office: Office, case: Any) -> str | None:
    facts = Facts(case.procedure, case.dossier, Actor(name="Ann", role="lead_officer"), local_day(office.now))
    return obstacle(facts, Guard(name="answers_in", request="response"))


def test_each_agency_owes_an_answer_on_each_item_that_names_it_with_a_clock_of_its_own(office: Office) -> None:
    case = begun(office)
    assert waits(office, case) == "Nobody has been asked yet (Response): ask the agencies involved first."
    assert refused(office, request, case.ref, "response", (FIFE,)) == (
        "Response is asked about each item of “Recommendations”: name one of C1, C2."
    )
    assert refused(office, request, case.ref, "response", (POLICE,), about="C2") == (
        "C2 does not address Police Scotland: it addresses NHS Fife. Ask one of those."
    )
    assert refused(office, request, case.ref, "report", (FIFE,), about="C2") == (
        "Agency report is not asked about an item of a list: leave C2 out."
    )
    assert "has no item 'C9' in “Recommendations”: those open are C1, C2." in refused(
        office, request, case.ref, "response", (FIFE,), about="C9"
    )
    case = office.do(request, case.ref, "response", ("all",), about="c1")
    assert [(one.agency, one.item) for one in case.dossier.requests.values()] == [(FIFE, "C1"), (POLICE, "C1")]
    assert "Waiting for Response from NHS Fife (C1), Police Scotland (C1)" in (waits(office, case) or "")
    case = office.do(request, case.ref, "response", ("all",), about="C2")
    page = case_page_of(office, case)
    assert [one.label for one in page.requests] == ["Response C1", "Response C1", "Response C2"]
    assert "Response C2 (NHS Fife)" in [one.label for one in page.dates]

    office.deliver()
    letters = [mail.get_content() for mail in mailbox(office) if "Response C2" in mail.get_content()]
    assert len(letters) == 1
    first, second = letters[0].split("2 of 2:")
    assert ("Response C1" in first, "Train supervisors." in first, "Share records." in first) == (True, True, False)
    assert ("Response C2" in second, "Share records." in second) == (True, True)
    asking = [row._mapping for row in messages(office, kind="information_requested", agency=FIFE)]
    with reading(office.engine) as tx:
        of = [subject_of_message(tx, case, row, FIFE) for row in asking]
    assert of == [subject_of("request", "R1"), subject_of("request", "R3")]

    said = refused(office, answer, case.ref, FIFE)
    assert said == "NHS Fife is asked about more than one item: give the number, one of R1 (C1), R3 (C2)."
    case = office.do(answer, case.ref, "R3")
    assert sentence(case.procedure, last(office, case)) == "NHS Fife answered: Response C2"
    assert [date_of(case, f"response/{one}").status for one in ("R1", "R2", "R3")] == ["running", "running", "met"]
    case = office.do(decline, case.ref, FIFE, "Not ours to say.")
    case = office.do(redirect, case.ref, POLICE, COUNCIL, "Theirs.")
    assert waits(office, case) == "Waiting for Response from Fife Council (C1)."
    case = office.do(answer, case.ref, COUNCIL)
    assert waits(office, case) is None

    case = office.do(add_item, case.ref, "recommendations", {"text": "Write it down.", "whom": [POLICE]})
    assert waits(office, case) == "Response: not asked yet of Police Scotland (C3): ask them first."
    offered = [command(one) for one in case_page_of(office, case).others]
    assert f"cairn request send {case.ref} response all --about C3" in offered
    case = office.do(update_item, case.ref, "C3", {"done": "yes"})
    assert waits(office, case) is None
    assert refused(office, request, case.ref, "response", ("all",), about="C3") == (
        "C3 has ended: nothing is asked about it any more."
    )


def case_page_of(office: Office, case: Any) -> Any:
    with reading(office.engine) as tx:
        return case_page(tx, office.case(case.ref), Viewer(Actor(name="Ann", role="lead_officer"), office.now))


def last(office: Office, case: Any) -> Any:
    with reading(office.engine) as tx:
        return history.last(tx, case.id)


def test_it_is_asked_at_the_desk_about_an_item_and_answered_on_the_page_of_its_own_link(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {
        "registers": {"recommendations": LISTED},
        "requests": {"response": ASKED},
        "timescales": {"response": OWED},
    }
    monkeypatch.setattr("tests.desk.guidance", lambda _: edited(**parts))
    opening = {"answers": {"informed_on": local_day(room.committee.now).isoformat()}, "agencies": (FIFE,)}
    ref = room.do(open_case, "small-review", "notify", lead="L. Officer", **opening)[0].ref
    room.do(advance, ref, "gather")
    room.enter(FIFE)
    for text in ("Train supervisors.", "Share records."):
        room.do(add_item, ref, "recommendations", {"text": text, "whom": [FIFE]})
    lead = room.committee.sign_in()

    form = lead.get(f"/cases/{ref}/requests?what=response").text
    assert "The item it is asked about" in form
    assert "Share records." in form
    for about in ("C1", "C2"):
        lead.get(f"/cases/{ref}/requests?what=response")
        lead.send(about=about, agencies="all")
        lead.send(button=("confirmed", "yes"))
    assert "Response C2" in lead.get(f"/cases/{ref}").text
    room.deliver()
    links = [link for mail in room.mails(FIFE) for link in LINK.findall(mail.get_content())]
    reader = room.committee.browser()
    for link, about, other in ((links[-2], "Train supervisors.", "Share"), (links[-1], "Share records.", "Train")):
        reader.get(link.removeprefix(ORIGIN))
        page = reader.send().text
        assert (about in page, other in page) == (True, False)
    reader.get(f"{reader.page.url.path}/say/answer")
    reader.send(your_name="J. Nurse")

    with reading(room.committee.here.engine) as tx:
        asked = cases.find(tx, ref, to_change=False).dossier.requests
    assert {one.item: one.status for one in asked.values()} == {"C1": "open", "C2": "answered"}
