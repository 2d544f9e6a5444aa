"""What is done on a case at the desk: each thing has its form, is shown before it is written, and is then on record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from records import cases
from records.database import reading
from states.entry import Actor
from tests.desk import PEOPLE
from workflows.verbs.accounts import change_account
from workflows.verbs.advance import advance
from workflows.verbs.contacts import add_contact

if TYPE_CHECKING:
    from records.cases import Case
    from tests.desk import Browser, Committee

SCOPE = {"agencies_asked": ["NHS Fife"], "information_scope": "A first account."}
YES = ("confirmed", "yes")


def kept(desk: Committee, ref: str) -> Case:
    with reading(desk.here.engine) as tx:
        return cases.find(tx, ref, to_change=False)


def gathering(desk: Committee) -> str:
    """A case for which information is gathered."""
    ref = desk.open_case()
    actor = Actor(name=PEOPLE["nominated_person"], role="nominated_person")
    with desk.here.uow(actor, desk.now) as uow:
        advance(uow, ref, "request_info", answers=SCOPE)
    return ref


def does(browser: Browser, address: str, **typed: object) -> str:
    """Fill a form in, see what would happen, say yes; gives the page one then sees."""
    form = browser.get(address)
    assert form.status_code == 200, form.text
    shown = browser.send(**typed)
    assert "Nothing is written yet" in shown.text, shown.text
    done = browser.send(button=YES)
    assert done.status_code == 200, done.text
    return done.text


def test_an_agency_is_asked_answers_is_asked_again_and_says_it_is_for_another(desk: Committee) -> None:
    ref = gathering(desk)
    lead, root = desk.sign_in(), f"/cases/{ref}"

    assert "NHS Fife" in does(lead, f"{root}/requests", agencies="NHS Fife")
    assert "what=information" in str(lead.get(f"{root}/requests").url)
    does(lead, f"{root}/requests/R1/acknowledgement")
    does(lead, f"{root}/requests/R1/promise", until="5/3/2026")
    form = lead.get(f"{root}/requests/R1/answer").text
    assert "What NHS Fife answered" in form
    does(lead, f"{root}/requests/R1/answer", **answers(form))
    does(lead, f"{root}/requests/R1/return", reason="The dates are missing.")
    does(lead, f"{root}/requests/R1/redirection", other="Police Scotland", reason="Theirs.")
    does(lead, f"{root}/requests/R2/refusal", reason="No record.")
    does(lead, f"{root}/requests", agencies="NHS Fife")
    assert "NHS Fife is no longer asked" in lead.get(f"{root}/requests/R3/withdrawal").text
    done = does(lead, f"{root}/requests/R3/withdrawal", reason="Another board has the file.")
    assert "NHS Fife is no longer asked: Information for the decision" in done
    assert "The request was withdrawn on Mon 2 March 2026" in lead.get(f"{root}/dates/information/R3").text

    asked = kept(desk, ref).dossier.requests
    assert [(one.id, one.agency, one.status) for one in asked.values()] == [
        ("R1", "NHS Fife", "redirected"),
        ("R2", "Police Scotland", "declined"),
        ("R3", "NHS Fife", "withdrawn"),
    ]


def answers(form: str) -> dict[str, str]:
    """Something for each question that must be answered."""
    texts = re.findall(r'<textarea[^>]* name="([^"]+)"', form)
    days = re.findall(r'name="(\w+_on)"', form)
    ticked = re.findall(r'name="(\w+_given)" type="radio" value="yes"', form)
    return {
        **dict.fromkeys(texts, "As far as is known."),
        **dict.fromkeys(days, "2/3/2026"),
        **dict.fromkeys(ticked, "yes"),
    }


def test_what_is_confirmed_is_read_back_with_the_words_that_people_are_told(desk: Committee) -> None:
    ref = gathering(desk)
    with desk.here.uow(Actor(name=PEOPLE["lead_officer"], role="lead_officer"), desk.now) as uow:
        who = {"agency": "NHS Fife", "role": "first", "name": "Duty desk"}
        add_contact(uow, **who, channels=[("email", "duty@nhs.example")])
    lead = desk.sign_in()
    lead.get(f"/cases/{ref}/requests?what=information")

    shown = lead.send(agencies="NHS Fife").text

    assert "The agencies to ask" in shown
    assert f"The words: {ref}" in shown
    assert "NHS Fife (first contact)" in shown


def test_a_hold_is_ordered_looked_at_again_and_ended(desk: Committee) -> None:
    ref = gathering(desk)
    chair, root = desk.sign_in("chair"), f"/cases/{ref}"

    ordered = {"authority": "procurator_fiscal", "reason": "A trial is near.", "stops": ["decision"]}
    chair.get(f"{root}/holds?hold=parallel_proceedings")
    until = {"until": "1/5/2026", "event": "proceedings_ended"}
    both = chair.send(**ordered | until | {"stops": ["decision", "none"]})
    assert "leave out the one or the other" in both.text
    both = chair.send(**ordered | until)
    assert "Fri 1 May 2026" in both.text
    assert "Verdict, or end of the proceedings" in both.text
    back = chair.send(button=("change", "yes"))
    assert 'id="q-event-none" name="event" type="radio" value=""' in back.text

    does(chair, f"{root}/holds", **ordered, until="", event="")
    assert kept(desk, ref).dossier.pauses["P1"].ends is None
    does(chair, f"{root}/holds/P1/review", reason="The trial is set.", until="1/6/2026")
    does(chair, f"{root}/holds/P1/end", reason="The plea was guilty.")

    hold = kept(desk, ref).dossier.pauses["P1"]
    assert (hold.stops, hold.ended) == (("decision",), True)


def test_an_entry_is_put_right_with_what_stood_there_shown(desk: Committee) -> None:
    ref = desk.open_case()
    lead = desk.sign_in()

    form = lead.get(f"/cases/{ref}/history/1/correction")
    assert "Recorded is: file 14." in form.text
    done = does(lead, f"/cases/{ref}/history/1/correction", reason="Mistyped.", notification_form="file 15")

    assert "Entry 1 put right" in done
    assert kept(desk, ref).dossier.fields["notification_form"] == "file 15"
    assert "Recorded is: file 15." in lead.get(f"/cases/{ref}/history/1/correction").text


def test_a_death_recorded_on_the_wrong_case_is_left_empty_and_its_clocks_are_set_aside(desk: Committee) -> None:
    ref, died = desk.open_case(), "looked_after_death_on"
    lead, where = desk.sign_in(), f"/cases/{ref}/history/1/correction"
    assert "Should have been left empty" not in lead.get(where).text
    does(lead, where, reason="The form says so.", **{died: "2/2/2026"})
    assert kept(desk, ref).dossier.deadlines["looked_after_report"].open

    assert "Should have been left empty" in lead.get(where).text
    done = does(lead, where, reason="That was another child.", emptied=died)

    assert "should have been left empty (it was Mon 2 February 2026)" in done
    dossier = kept(desk, ref).dossier
    assert died not in dossier.fields
    assert {one.status for one in dossier.deadlines.values() if one.timescale.startswith("looked_after")} == {
        "cancelled"
    }


def test_put_right_stands_beside_each_entry_for_whoever_may_in_any_role_of_theirs(desk: Committee) -> None:
    ref = desk.open_case()
    desk.acts("administrator", change_account, desk.numbers["nominated_person"], roles=["nominated_person", "chair"])
    pages, right = (f"/cases/{ref}", f"/cases/{ref}/history"), f"/cases/{ref}/history/1/correction"

    lead, reviewer, nominated = (desk.sign_in(role) for role in ("lead_officer", "reviewer", "nominated_person"))

    assert all(f'<a href="{right}">Put right' in lead.get(page).text for page in pages)
    assert not any("Put right" in reviewer.get(page).text for page in pages)
    for page in pages:
        shown = nominated.get(page).text
        assert "Put right as chair" in shown
        assert f'name="then" value="{right}"' in shown
    assert "Recorded is: file 14." in nominated.send("/role", role="chair", then=right).text


def test_people_change_in_a_form_that_shows_who_is_there(desk: Committee) -> None:
    ref = desk.open_case()
    chair = desk.sign_in("chair")

    assert 'value="L. Officer"' in chair.get(f"/cases/{ref}/people").text
    who = {
        "lead": "L. Officer",
        "deputy": "",
        "named.reviewer.others": "R. Reviewer",
        "joined.others": "Police Scotland",
    }
    does(chair, f"/cases/{ref}/people", **who)

    dossier = kept(desk, ref).dossier
    assert (dossier.lead, dossier.named) == ("L. Officer", {"reviewer": ("R. Reviewer",)})
    assert dossier.agencies == ("NHS Fife", "Police Scotland")


def test_a_childs_name_is_shown_to_those_who_may_when_they_ask_and_that_is_on_record(desk: Committee) -> None:
    ref = desk.open_case()
    lead, address = desk.sign_in(), f"/cases/{ref}/children"

    does(lead, f"{address}/new", child="Wren Example", born="1/5/2019", **{"identifier.others": "CHI=0105191234"})
    before = lead.get(address).text
    assert ("Wren" in before, "Nobody." in before) == (False, True)
    shown = lead.send(f"{address}/names").text
    assert ("Wren Example" in shown, "CHI 0105191234" in shown, "L. Officer" in shown) == (True, True, True)

    auditor = desk.sign_in("auditor").get(address).text
    assert ("Show the names" in auditor, "L. Officer" in auditor) == (False, True)


def test_whoever_may_not_is_told_who_may_before_anything_is_typed(desk: Committee) -> None:
    ref = gathering(desk)

    shown = desk.sign_in("chief_officers_group").get(f"/cases/{ref}/requests")

    assert "nominated person or sub-group or lead officer" in shown.text
    assert "This is for somebody else" in shown.text


@pytest.mark.parametrize("path", ["extensions", "missed"])
def test_what_has_nothing_to_choose_from_says_so(path: str, desk: Committee) -> None:
    ref = desk.open_case()

    shown = desk.sign_in().get(f"/cases/{ref}/{path}")

    assert shown.status_code == 409
    assert "there is none to choose from as things stand" in shown.text


def test_a_case_is_linked_with_another_and_parted_from_it_on_its_page(desk: Committee) -> None:
    ref, other = desk.open_case(), desk.open_case()
    lead, root = desk.sign_in(), f"/cases/{ref}"

    page = does(lead, f"{root}/links", other=other, kind="sibling", reason="One family.")
    assert ('id="links"' in page, f'href="{root}/links/{other}/end"' in page) == (True, True)
    assert kept(desk, other).dossier.links == {ref: "sibling"}
    assert 'id="links"' not in does(lead, f"{root}/links/{other}/end", reason="Not of one family.")
    assert lead.get(f"{root}/links/{other}/end").status_code == 404


def test_whoever_asked_for_more_time_is_told_that_somebody_else_decides(desk: Committee) -> None:
    ref = desk.asks_agencies()
    lead, chair = desk.sign_in(), desk.sign_in("chair")
    lead.get(f"/cases/{ref}/extensions?name=agency_report/R1")
    lead.send(count="5", reason="Staff are away.")
    lead.send(button=YES)

    mine, theirs = lead.get(f"/cases/{ref}").text, chair.get(f"/cases/{ref}").text

    assert "You asked for it: somebody else decides." in mine
    beside = f'<a href="/cases/{ref}/extensions/E1/grant">Grant<span'
    assert (beside in mine, beside in theirs) == (False, True)


def test_what_is_asked_after_is_called_so(desk: Committee) -> None:
    page = desk.sign_in().get(f"/cases/{desk.asks_agencies()}/events/asked-after").text

    assert "What was asked after" in page
    assert "What has happened" not in page
