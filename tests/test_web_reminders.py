"""Reminding agencies by hand: of the dates chosen in My work, shown before it is done, on record, and verified."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records.cases import find
from records.database import reading
from records.outbox import MESSAGES
from states.errors import NotPossible
from states.moments import local_day
from tests.office import FIFE, POLICE
from workflows.messages.deliver import deliver, post_of
from workflows.verbs.remind import remind
from workflows.verbs.request import promise
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.desk import Committee


def reminders(desk: Committee) -> set[str]:
    with reading(desk.here.engine) as tx:
        chasing = MESSAGES.c.kind.in_(("reminder", "due_today", "overdue"))
        return set(tx.execute(select(MESSAGES.c.agency).where(chasing)).scalars())


def dates(desk: Committee, ref: str) -> list[str]:
    with reading(desk.here.engine) as tx:
        known = find(tx, ref, to_change=False).dossier.deadlines.values()
        return [f"{ref} {one.key}" for one in known if one.agency in (FIFE, POLICE)]


def test_agencies_are_reminded_of_the_dates_chosen_once_it_was_shown(desk: Committee) -> None:
    desk.enters_contacts()
    ref = desk.asks_agencies()
    desk.later(days=1)
    desk.acts("lead_officer", promise, ref, FIFE, local_day(desk.now + timedelta(days=5)))
    lead = desk.sign_in()
    assert "Remind the agencies chosen" in lead.get("/my-work").text

    shown = lead.send("/reminders", date=dates(desk, ref))
    assert "This is what will happen: 1 date" in shown.text
    assert "is left in peace until Sunday 8 March 2026" in shown.text
    assert reminders(desk) == set()
    done = lead.send("/reminders", confirmed="yes", why="The meeting is near.")

    assert "Reminded of 1 date" in done.text
    assert reminders(desk) == {POLICE}
    history = lead.get(f"/cases/{ref}/history").text
    assert "Reminded by hand: Agency report (Police Scotland)" in history
    assert "Reminded by hand" in lead.get(f"/cases/{ref}/chasing?agency=Police+Scotland").text
    deliver(desk.here.engine, post_of(desk.here.settings, desk.here.keys), desk.now)
    assert verify(desk.here.engine).ok


def test_nobody_is_reminded_of_what_has_not_left_yet(desk: Committee) -> None:
    desk.enters_contacts()
    desk.later(hours=8)
    ref = desk.asks_agencies()
    lead = desk.sign_in()
    lead.get("/my-work")

    shown = lead.send("/reminders", date=dates(desk, ref))

    assert "has not left yet: it leaves Tue 3 March 2026, 09:00" in shown.text
    assert "Nobody is reminded" in shown.text


def test_nobody_is_reminded_twice_a_day_or_of_a_date_no_agency_owes(desk: Committee) -> None:
    desk.enters_contacts()
    ref = desk.asks_agencies()
    _, _, key = dates(desk, ref)[0].partition(" ")
    desk.acts("lead_officer", remind, ref, key)

    with pytest.raises(NotPossible, match="written to about it today already"):
        desk.acts("lead_officer", remind, ref, key)
    with reading(desk.here.engine) as tx:
        known = find(tx, ref, to_change=False).dossier.deadlines.values()
    own = next(one.key for one in known if not one.agency)
    with pytest.raises(NotPossible, match="owed by no agency"):
        desk.acts("lead_officer", remind, ref, own)


def test_nothing_chosen_is_said_so(desk: Committee) -> None:
    lead = desk.sign_in()
    lead.get("/my-work")

    assert "Choose the dates" in lead.send("/reminders").text
