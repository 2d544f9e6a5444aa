"""A case that is kept to named people: for all others, whatever their role, it is as if there were no such case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from records import audit_log, cases, letter_links
from records.database import reading, transaction
from states.entry import CAIRN, Actor
from tests.agency import FIFE, post_room
from tests.test_web_policy import SAME, token_of
from web.policy import TABLE
from workflows.installation.doctor import doctor
from workflows.messages.open_for_agency import open_for_agency
from workflows.verbs.accounts import retire_account
from workflows.verbs.keep_to import keep_to
from workflows.verbs.people import change_people
from workflows.verification.verify import verify
from workflows.views.question import SaidSoFar
from workflows.views.question_parts import which_case
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.desk import Browser, Committee


@pytest.fixture
def kept(desk: Committee) -> tuple[Browser, str]:
    """Lend a case that its lead officer kept to themselves and the chair."""
    ref = desk.open_case()
    lead = desk.sign_in()
    lead.get(f"/cases/{ref}/need-to-know")
    people = [str(desk.numbers[role]) for role in ("lead_officer", "chair")]
    lead.send(people=people, reason="A member knows the family.")
    lead.send(button=("confirmed", "yes"))
    return lead, ref


def of_a_case() -> list[tuple[str, str, str]]:
    """The routes of cases and recommendations, with the reference still to be filled in."""
    from web.app import PAGES

    found = [(one.name, one.path, method) for page in PAGES for one in page.router.routes for method in one.methods]
    return [one for one in found if "{ref}" in one[1] and not TABLE[one[0]].public and one[2] in {"GET", "POST"}]


def test_every_route_of_a_case_asks_whether_somebody_is_named(desk: Committee, kept: tuple[Browser, str]) -> None:
    _, ref = kept
    others = {role: desk.sign_in(role) for role in ("deputy_lead_officer", "nominated_person", "auditor")}
    tokens = {role: token_of(one) for role, one in others.items()}
    asked = 0
    for role, one in others.items():
        for name, path, method in of_a_case():
            if not TABLE[name].lets(role, doing=method == "POST"):
                continue
            address = re.sub(r"\{[^}]*\}", "1", path.replace("{ref}", ref))
            sent = {"data": {"form_token": tokens[role]}, "headers": SAME} if method == "POST" else {}
            answer = one.client.request(method, address, **sent)
            assert (answer.status_code, "There is no case" in answer.text) == (404, True), (role, method, path)
            asked += 1
    assert asked > 20


def test_nobody_else_is_offered_it_where_a_case_is_to_be_chosen(desk: Committee, kept: tuple[Browser, str]) -> None:
    _, ref = kept
    offered = {}
    for role in ("lead_officer", "deputy_lead_officer"):
        viewer = Viewer(Actor(name=role, role=role, account=str(desk.numbers[role])), desk.now)
        with reading(desk.here.engine) as tx:
            (asked,) = which_case(SaidSoFar(tx, viewer, desk.here.guidance, {}))
        offered[role] = [name for name, _ in asked.answers]

    assert offered == {"lead_officer": [ref], "deputy_lead_officer": []}


def test_who_is_named_works_on_it_and_lists_hide_it_from_the_others(desk: Committee, kept: tuple[Browser, str]) -> None:
    lead, ref = kept
    chair, deputy = desk.sign_in("chair"), desk.sign_in("deputy_lead_officer")

    for one, sees in ((lead, True), (chair, True), (deputy, False)):
        assert (one.get(f"/cases/{ref}").status_code == 200) is sees
        assert (ref in one.get("/cases").text) is sees
        assert (ref in one.get("/my-work?whose=all").text) is sees


def test_what_is_done_to_several_cases_at_once_leaves_it_out(desk: Committee, kept: tuple[Browser, str]) -> None:
    """Its reference comes in a form there, and not in the address that the guard looks at."""
    lead, ref = kept
    deputy = desk.sign_in("deputy_lead_officer")
    shown = f"/handing-over?from=L.+Officer&since={desk.now:%Y-%m-%d}"

    assert ref in lead.get(shown).text
    assert ref not in deputy.get(shown).text
    for address, sent in (
        ("/handing-over", {"ref": ref, "to": "D. Deputy", "why": "On leave."}),
        ("/reminders", {"date": f"{ref} notification"}),
    ):
        for confirmed in ({}, {"confirmed": "yes"}):
            deputy.get("/my-work")
            answer = deputy.send(address, **sent, **confirmed)
            assert "There is no case" in answer.text
    assert "L. Officer" in lead.get(f"/cases/{ref}").text


def test_it_is_on_record_by_numbers_and_shown_to_the_auditor(desk: Committee, kept: tuple[Browser, str]) -> None:
    _, ref = kept
    page = desk.sign_in("auditor").get("/committee/readings").text

    assert "was kept to 2 people" in page
    assert "A member knows the family." in page
    assert "L. Officer, lead officer" in page
    with reading(desk.here.engine) as tx:
        (entry,) = audit_log.entries(tx, "need_to_know", subject=ref)
    assert entry.data == {"accounts": [desk.numbers["lead_officer"], desk.numbers["chair"]]}
    assert verify(desk.here.engine).places == ()


def test_a_letter_of_one_case_lists_no_other_that_is_kept_to_people(desk: Committee) -> None:
    with post_room(desk) as room:
        room.enter(FIFE)
        kept, other = room.ask(FIFE), room.ask(FIFE)
    desk.acts("lead_officer", keep_to, kept, [desk.numbers["lead_officer"]], "A member knows the family.")

    with reading(desk.here.engine) as tx:
        links = [letter_links.numbered(tx, one) for one in tx.execute(select(letter_links.LINKS.c.number)).scalars()]
        looks = Viewer(CAIRN, desk.now)
        listed = {
            cases.look(tx, one.case_id).ref: {
                line.ref for line in open_for_agency(tx, one.agency, looks, of_case=one.case_id)
            }
            for one in links
            if one
        }

    assert listed == {kept: {kept, other}, other: {other}}


def test_nobody_locks_themselves_out_and_it_can_be_opened_again(desk: Committee, kept: tuple[Browser, str]) -> None:
    lead, ref = kept
    lead.get(f"/cases/{ref}/need-to-know")
    refused = lead.send(people=[str(desk.numbers["chair"])], reason="Mistake.")
    assert "You would no longer see the case yourself" in refused.text

    lead.get(f"/cases/{ref}/need-to-know")
    lead.send(reason="No longer needed.")
    lead.send(button=("confirmed", "yes"))

    assert desk.sign_in("deputy_lead_officer").get(f"/cases/{ref}").status_code == 200


def test_the_address_of_every_case_calls_its_reference_ref() -> None:
    """The guard knows a case by that name: another would be a way past it."""
    from web.app import PAGES

    paths = {one.path for page in PAGES for one in page.router.routes}
    of_cases = [one for one in paths if one.startswith(("/cases/", "/recommendations/")) and "{" in one]
    assert [one for one in of_cases if "{ref}" not in one] == []


@pytest.mark.parametrize("change", ["DELETE FROM need_to_know", "UPDATE need_to_know SET account_id = {auditor}"])
def test_who_may_look_at_it_is_held_against_its_log(desk: Committee, kept: tuple[Browser, str], change: str) -> None:
    _, ref = kept
    with transaction(desk.here.engine) as tx:
        first = " WHERE account_id = (SELECT min(account_id) FROM need_to_know)"
        tx.execute(text(change.format(auditor=desk.numbers["auditor"]) + first))

    found = [place for place in verify(desk.here.engine).places if "who may look at it" in place.what]

    assert [place.ref for place in found] == [ref]


def test_a_kept_case_whose_lead_may_not_look_at_it_or_that_nobody_may_is_named(
    desk: Committee, kept: tuple[Browser, str]
) -> None:
    _, ref = kept

    def told() -> list[str]:
        findings = doctor(desk.here.engine, desk.here.settings, desk.now)
        return [one.sentence for one in findings if not one.ok and "kept to named people" in one.sentence]

    assert told() == []
    desk.acts("lead_officer", change_people, ref, lead="D. Deputy", why="On leave.")
    assert told() == [f"{ref} is kept to named people, and whoever leads it is not one of them."]
    for role in ("lead_officer", "chair"):
        desk.acts("administrator", retire_account, desk.numbers[role], "Left.")
    assert told() == [f"{ref} is kept to named people, and none of them has an account in use."]
