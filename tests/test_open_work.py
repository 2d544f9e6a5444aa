"""What open cases ask for is kept in memory, and is at every moment what it would be if it were read anew."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, update

from records.case_rows import dossier_of
from records.cases import CASES
from records.database import reading, transaction
from states.entry import Actor
from states.moments import local_day
from tests.casework import opened
from tests.office import FIFE, POLICE
from workflows.verbs.advance import advance
from workflows.verbs.people import change_people
from workflows.verbs.request import promise, request
from workflows.views import agenda
from workflows.views.agenda import grouped, items
from workflows.views.open_work import needed_by
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.office import Office

NOBODY = Actor(name="", role="")


class TakenBackError(Exception):
    """Something was only tried."""


def is_as_read_anew(office: Office) -> bool:
    with reading(office.engine) as tx:
        kept = needed_by(tx, Viewer(NOBODY, office.now), everybody=True)
        found = items(tx, Viewer(NOBODY, office.now).today, ahead=None)
        assert kept.agencies == {one.agency for one in found if one.agency}
        return kept.groups == grouped(found)


@pytest.fixture
def said(office: Office) -> list[str]:
    heard: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _k, statement, *_: heard.append(statement))
    return heard


def test_what_is_kept_follows_every_change_and_every_day(office: Office) -> None:
    ref = opened(office).ref
    assert is_as_read_anew(office)

    office.do(advance, ref, "gather")
    office.do(request, ref, "report", (FIFE, POLICE))
    assert is_as_read_anew(office)
    with reading(office.engine) as tx:
        assert needed_by(tx, Viewer(NOBODY, office.now)).agencies >= {FIFE, POLICE}

    with suppress(TakenBackError), transaction(office.engine) as tx:
        change_people(office.uow(tx), ref, lead="Somebody Else")
        needed_by(tx, Viewer(NOBODY, office.now))
        raise TakenBackError
    assert is_as_read_anew(office), "what was tried and taken back leaves nothing behind"

    office.later(days=40)
    opened(office)
    assert is_as_read_anew(office)


def test_what_cases_add_up_to_is_read_once_in_few_statements_and_taken_apart_only_where_it_says_more(
    office: Office, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart: list[str] = []
    monkeypatch.setattr(agenda, "dossier_of", lambda tx, row: taken_apart.append(row["ref"]) or dossier_of(tx, row))
    refs = [office.do(advance, opened(office).ref, "gather").ref for _ in range(4)]
    for ref in refs:
        office.do(request, ref, "report", (FIFE, POLICE))
    office.do(promise, refs[1], FIFE, local_day(office.now) + timedelta(days=30))
    office.later(days=40)

    said.clear()
    assert is_as_read_anew(office)
    assert set(taken_apart) == {refs[1]}
    with reading(office.engine) as tx:
        office.later(days=1)
        said.clear()
        needed_by(tx, Viewer(NOBODY, office.now))
    assert len([one for one in said if "dossier" in one]) == 1
    assert len(said) <= 8


def test_only_what_changed_is_read_again_and_a_damaged_case_each_time(office: Office, said: list[str]) -> None:
    for _ in range(2):
        office.do(advance, opened(office).ref, "gather")
    ref = opened(office).ref
    office.later(days=9)
    assert is_as_read_anew(office)

    with reading(office.engine) as tx:
        said.clear()
        needed_by(tx, Viewer(NOBODY, office.now))
    assert not [one for one in said if "dossier" in one]

    with transaction(office.engine) as tx:
        (whole,) = tx.execute(select(CASES.c.dossier).where(CASES.c.ref == ref)).one()
    for dossier in ('{"late":true', whole):
        with transaction(office.engine) as tx:
            tx.execute(update(CASES).where(CASES.c.ref == ref).values(head="0" * 64, dossier=dossier))
        assert is_as_read_anew(office)
