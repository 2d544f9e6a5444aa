"""Sweeps that climb many dates in one transaction, and several of them at once: each rung once, and none held up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from records.cases import CASES
from records.contacts import CONTACTS
from records.database import transaction
from states.errors import StorageTrouble
from tests.casework import asked, everything, gathering, messages, tasks
from tests.office import FIFE, POLICE
from workflows.messages import chase
from workflows.messages.chase import RUNGS, sweep
from workflows.verbs.request import request
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.office import Office

DAYS = 11
"""From the day a report is asked for to its reminder."""


def climbed(office: Office) -> list[tuple[int, str]]:
    return sorted((row.case_id, row.key) for row in office.rows(RUNGS.select()))


def test_four_sweeps_at_once_climb_each_rung_once_and_none_waits_in_vain(office: Office) -> None:
    cases = [asked(office, FIFE, POLICE) for _ in range(10)]
    now, together = office.later(days=DAYS), Barrier(4)

    def one_of_four(_: int) -> tuple[int, int]:
        together.wait()
        done = sweep(office.engine, now, at_once=3)
        return done.climbed, done.stuck

    with ThreadPoolExecutor(4) as four:
        done = list(four.map(one_of_four, range(4)))

    assert (sum(count for count, _ in done), sum(stuck for _, stuck in done)) == (20, 0)
    assert climbed(office) == [(case.id, key) for case in cases for key in ("report/R1", "report/R2")]
    assert len(messages(office, kind="reminder")) == 20
    office.deliver()
    assert verify(office.engine, now=now).ok


@pytest.mark.parametrize("damage", ["row", "contact"])
def test_a_case_that_cannot_be_dealt_with_holds_up_none_of_its_group_and_is_climbed_once_it_can_be(
    office: Office, damage: str
) -> None:
    office.add_contact("first", "Fife Council")
    bad = gathering(office)
    office.do(request, bad.ref, "report", ("Fife Council",))
    good = [asked(office) for _ in range(3)]
    row, contact = CASES.c.id == bad.id, CONTACTS.c.agency == "Fife Council"
    (whole,) = office.rows(CASES.select().where(row))
    spoil, mend = {
        "row": (update(CASES).where(row).values(dossier="{"), update(CASES).where(row).values(dossier=whole.dossier)),
        "contact": tuple(update(CONTACTS).where(contact).values(calendar=name) for name in ("nowhere", "scotland")),
    }[damage]
    with transaction(office.engine) as tx:
        tx.execute(spoil)

    office.later(days=DAYS)
    done = office.sweep()

    assert (done.looked_at, done.climbed, done.stuck) == (4, 3, 1)
    assert climbed(office) == [(case.id, "report/R1") for case in good]
    assert len(tasks(office)) == 1

    with transaction(office.engine) as tx:
        tx.execute(mend)
    assert office.sweep().climbed == 1
    assert (bad.id, "report/R1") in climbed(office)
    assert len(messages(office, kind="reminder")) == 4


def test_a_sweep_killed_in_the_middle_of_a_group_leaves_nothing_half(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        asked(office)
    before, plain, calls = everything(office), chase.letters_of_rung, [0]

    def killed(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] == 3:
            raise KeyboardInterrupt
        return plain(*arguments)

    office.later(days=DAYS)
    with monkeypatch.context() as patched:
        patched.setattr(chase, "letters_of_rung", killed)
        with pytest.raises(KeyboardInterrupt):
            office.sweep()
    assert everything(office) == before

    assert office.sweep().climbed == 3
    assert len(messages(office, kind="reminder")) == len(climbed(office)) == 3


def test_a_group_that_somebody_stands_in_the_way_of_is_climbed_one_by_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        asked(office)
    plain = chase._written

    def locked(tx: Any, climbs: Any) -> Any:
        done = plain(tx, climbs)
        if len(climbs) > 1:
            raise StorageTrouble("The database is busy with another change.")
        return done

    office.later(days=DAYS)
    monkeypatch.setattr(chase, "_written", locked)

    assert office.sweep().climbed == len(climbed(office)) == len(messages(office, kind="reminder")) == 3
