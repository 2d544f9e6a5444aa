"""Histories that were shown last are kept in memory, and are at every moment what they would be if told anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from records import cases
from records.database import reading
from states.moments import local_day
from tests.casework import opened
from workflows.verbs.advance import advance
from workflows.verbs.people import change_people
from workflows.views.history import HistoryPage, ShownLast, history_page
from workflows.views.sentences import PLAIN, Marks

if TYPE_CHECKING:
    from tests.office import Office


def shown(office: Office, ref: str, marks: Marks = PLAIN) -> HistoryPage:
    with reading(office.engine) as tx:
        return history_page(tx, cases.find(tx, ref, to_change=False), marks=marks)


def told_anew(office: Office, ref: str, marks: Marks = PLAIN) -> HistoryPage:
    """What was known by the end of today is told each time it is asked for."""
    with reading(office.engine) as tx:
        return history_page(tx, cases.find(tx, ref, to_change=False), local_day(office.now), marks)


def test_a_history_is_as_if_told_anew_after_every_change_and_for_each_interface(office: Office) -> None:
    ref, loud = opened(office).ref, Marks(name=str.upper)
    assert shown(office, ref).entries == told_anew(office, ref).entries

    office.do(advance, ref, "gather")
    office.do(change_people, ref, deputy="D. Deputy")
    for marks in (PLAIN, loud, PLAIN):
        page = shown(office, ref, marks)
        assert page.entries == told_anew(office, ref, marks).entries
        assert page.then == told_anew(office, ref, marks).then
    assert shown(office, ref).entries[-1].says != shown(office, ref, loud).entries[-1].says


def test_a_history_that_has_not_grown_is_not_read_again(office: Office) -> None:
    ref, said = opened(office).ref, list[str]()
    first = shown(office, ref)
    event.listen(office.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    assert shown(office, ref) is first
    assert not [one for one in said if "history" in one]


def test_those_shown_longest_ago_make_room(office: Office) -> None:
    ref = opened(office).ref
    page = shown(office, ref)
    kept, told = ShownLast(2 * len(page.entries)), list[str]()

    def tell(name: str) -> None:
        def anew() -> HistoryPage:
            told.append(name)
            return page

        assert kept.page((name, "", PLAIN), anew) is page

    for name in ("first", "second", "first", "third", "first", "second"):
        tell(name)
    assert told == ["first", "second", "third", "second"]
