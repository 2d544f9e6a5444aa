"""Forms kept at the desk: what was typed is there again, encrypted meanwhile, for one person, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from records.database import reading
from records.form_drafts import DRAFTS
from tests.test_web_deeds import YES, does, gathering

if TYPE_CHECKING:
    from tests.desk import Committee

TYPED = {"authority": "procurator_fiscal", "reason": "A trial is near."}


def rows(desk: Committee) -> list[str]:
    with reading(desk.here.engine) as tx:
        return list(tx.execute(select(DRAFTS.c.sealed)).scalars())


def test_a_form_saved_for_later_is_there_again_and_gone_once_it_is_done(desk: Committee) -> None:
    address = f"/cases/{gathering(desk)}/holds?hold=parallel_proceedings"
    chair = desk.sign_in("chair")
    chair.get(address)
    assert "Kept for you" in chair.send(button=("keep", "later"), **TYPED).text
    assert [("A trial" in one) for one in rows(desk)] == [False]

    again = desk.sign_in("chair").get(address).text
    assert ('value="A trial is near."' in again, "Begin afresh" in again) == (True, True)
    assert "A trial is near." not in desk.sign_in("committee").get(address).text

    does(chair, address, **TYPED, stops=["decision"])
    assert rows(desk) == []


def test_a_form_is_kept_as_somebody_types_and_begun_afresh(desk: Committee) -> None:
    address = f"/cases/{gathering(desk)}/holds?hold=parallel_proceedings"
    chair = desk.sign_in("chair")
    chair.get(address)

    said = chair.send(button=("keep", "by itself"), **TYPED)
    assert (said.text.startswith("Kept for you at "), said.headers["content-type"][:10]) == (True, "text/plain")
    chair.get(address)
    assert "A trial is near." not in chair.send(button=("afresh", "yes")).text
    assert rows(desk) == []


def test_whoever_comes_back_to_a_form_is_told_what_happened_since(desk: Committee) -> None:
    ref = gathering(desk)
    address = f"/cases/{ref}/holds?hold=parallel_proceedings"
    chair = desk.sign_in("chair")
    chair.get(address)
    chair.send(button=("keep", "later"), **TYPED)
    does(desk.sign_in(), f"/cases/{ref}/requests", agencies="NHS Fife")

    again = chair.get(address).text

    assert "What happened since you opened this page" in again
    assert "Information for the decision asked of NHS Fife" in again
    chair.send(**TYPED, stops=["decision"])
    assert chair.send(button=YES).status_code == 200


def test_what_nobody_touched_for_two_weeks_is_forgotten(desk: Committee) -> None:
    address = f"/cases/{gathering(desk)}/holds?hold=parallel_proceedings"
    chair = desk.sign_in("chair")
    chair.get(address)
    chair.send(button=("keep", "later"), **TYPED)
    desk.later(days=15)

    assert "A trial is near." not in desk.sign_in("chair").get(address).text


def test_the_name_of_a_child_is_never_kept(desk: Committee) -> None:
    ref = gathering(desk)
    lead = desk.sign_in()
    form = lead.get(f"/cases/{ref}/children/new").text
    assert "Save for later" not in form
    assert form.count("Name of the child") == 1
    lead.send(button=("keep", "by itself"), child="Wren Example")

    assert rows(desk) == []


def test_forms_that_were_begun_are_listed_for_whoever_began_them_and_forgotten(desk: Committee) -> None:
    ref = gathering(desk)
    chair = desk.sign_in("chair")
    chair.get(f"/cases/{ref}/holds?hold=parallel_proceedings")
    chair.send(button=("keep", "later"), **TYPED)

    assert "1 form you began" in chair.get("/my-work").text
    listed = chair.get("/drafts").text
    assert (f'href="/cases/{ref}/holds?hold=parallel_proceedings"' in listed, "Order a hold" in listed) == (True, True)
    assert "You have begun no form" in desk.sign_in().get("/drafts").text

    chair.get("/drafts")
    assert "You have begun no form" in chair.send().text
    assert rows(desk) == []
