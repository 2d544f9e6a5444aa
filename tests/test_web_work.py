"""My work and the list of cases at the desk: grouped, narrowed by the address, kept as views of one's own."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from records.database import reading
from records.saved_views import of_account
from web.warm_up import warm_up

if TYPE_CHECKING:
    from tests.desk import Committee


def test_my_work_counts_link_to_the_lists_behind_them(desk: Committee) -> None:
    ref = desk.asks_agencies()
    desk.later(days=30)
    lead = desk.sign_in()

    whole = lead.get("/my-work")
    assert 'href="/my-work?group=overdue"' in whole.text
    assert f'href="/cases/{ref}"' in whole.text
    assert " asked of NHS Fife, Police Scotland, Mon 2 March 2026" in whole.text

    alone = lead.get("/my-work?group=overdue&agency=NHS+Fife")
    assert '<h2 id="overdue">Overdue (1)</h2>' in alone.text
    assert '<h2 id="tasks">' not in alone.text
    assert "Show all groups" in alone.text


def test_what_my_work_shows_is_worked_out_before_anybody_asks(desk: Committee) -> None:
    lead, stopped, said = desk.sign_in(), Event(), list[str]()
    ref = desk.asks_agencies()
    stopped.set()

    warm_up((desk.app.state.site,), stopped)
    event.listen(desk.here.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))

    assert ref in lead.get("/my-work").text
    assert said
    assert not [one for one in said if "dossier" in one]


def test_my_work_is_ones_own_unless_everybodys_is_asked_for(desk: Committee) -> None:
    ref = desk.open_case()
    desk.later(days=30)
    chair = desk.sign_in("chair")

    assert ref not in chair.get("/my-work").text
    assert ref in chair.get("/my-work?whose=all").text
    nothing = chair.get("/my-work?whose=all&phase=review")
    assert "Nothing like that needs anybody" in nothing.text


def test_a_view_is_saved_shown_by_its_name_and_removed_and_is_nobody_elses(desk: Committee) -> None:
    desk.open_case()
    lead = desk.sign_in()
    lead.get("/my-work?whose=all&phase=referral")
    saved = lead.send("/my-work/views", query="whose=all&phase=referral&nonsense=1", name="Referrals")

    assert '<a href="/my-work?whose=all&amp;phase=referral" aria-current="true">Referrals</a>' in saved.text
    assert "Referrals" not in desk.sign_in("chair").get("/my-work").text
    with reading(desk.here.engine) as tx:
        (view,) = of_account(tx, desk.numbers["lead_officer"], "my-work")
    assert desk.sign_in("chair").get("/my-work").status_code == 200
    other = desk.sign_in("chair")
    other.get("/my-work")
    assert other.send(f"/my-work/views/{view.id}/remove").status_code == 404
    lead.get("/my-work")
    assert "Referrals" not in lead.send(f"/my-work/views/{view.id}/remove").text


def test_a_view_without_a_name_is_refused(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/cases")

    assert "Give the view a name" in lead.send("/cases/views", name=" ").text


def test_the_list_of_cases_is_narrowed_by_its_address(desk: Committee) -> None:
    ref = desk.asks_agencies()
    lead = desk.sign_in()

    assert ref in lead.get("/cases?lead=L.+Officer&agency=NHS+Fife&which=all").text
    assert "No open case is led by Nobody" in lead.get("/cases?lead=Nobody").text
    assert "No open case is overdue" in lead.get("/cases?due=overdue").text
    assert "There is no closed case" in lead.get("/cases?which=closed").text


def test_a_long_list_has_pages(desk: Committee, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [desk.open_case(), desk.open_case(), desk.asks_agencies()]
    lead = desk.sign_in()
    monkeypatch.setattr("web.pages.case_list.MOST", 1)

    pages = [lead.get(f"/cases?page={number}").text for number in (1, 2, 3)]

    assert [next(ref for ref in refs if f"<strong>{ref}</strong>" in text) for text in pages] == [
        *refs[:1:-1],
        *refs[1::-1],
    ]
    assert "Page 2 of 3" in pages[1]
