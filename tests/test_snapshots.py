"""A long case is kept in two: together they say what its history does, every reader finds it whole, damage is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from records import snapshots
from records.case_columns import SNAPSHOTS
from records.case_list import CaseFilter
from records.case_rows import dossier_of
from records.cases import CASES
from records.database import reading, transaction
from states.dossier import Dossier, Item
from states.errors import DamagedRecord
from states.snapshot import beside, has_lost_any, size, whole
from tests.casework import asked, entries, refused
from tests.office import FIFE, POLICE
from workflows.reports.file_reading import files
from workflows.reports.history_export import parts
from workflows.verbs.pause import order_pause
from workflows.verbs.rebuild import rebuild_case
from workflows.verbs.request import answer, request
from workflows.verification.verify import verify
from workflows.views.agenda import items
from workflows.views.case_list import listing

if TYPE_CHECKING:
    from tests.office import Office

NUMBERS = ("F1", "F2", "F3", "F4")


def item(number: str, sequence: int) -> Item:
    said = {"id": number, "kept_in": "finding", "on": "2026-03-02", "by": "Robin Example", "sequence": sequence}
    return Item.model_validate(said)


@given(st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["entered", "changed", "gone", "snapshot"]))))
def test_what_stands_beside_a_snapshot_is_with_it_the_whole_in_its_order(story: list[tuple[str, str]]) -> None:
    now = taken = Dossier(ref="TST-2026-0001", edition="small", digest="0")
    for place, (number, what) in enumerate(story):
        if what == "snapshot" or has_lost_any(now, beside(now, taken), taken):
            taken = now
        elif what == "gone":
            now = now.but(items={key: one for key, one in now.items.items() if key != number})
        elif (number in now.items) == (what == "changed"):
            now = now.but(items={**now.items, number: item(number, place)})
        rest = beside(now, taken)

        assert has_lost_any(now, rest, taken) == bool(taken.items.keys() - now.items.keys())
        if not has_lost_any(now, rest, taken):
            assert list(whole(rest, taken).items.items()) == list(now.items.items())
            assert size(rest) == sum(taken.items.get(key) is not one for key, one in now.items.items())


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take snapshots often, and read each again whenever it is wanted, as a process does that has just begun."""
    monkeypatch.setattr(snapshots, "AT_MOST", 3)
    monkeypatch.setattr(snapshots, "HELD", 0)


def kept(office: Office, ref: str) -> dict[str, Any]:
    wanted = select(CASES.c.ref, CASES.c.dossier, CASES.c.snapshot).where(CASES.c.ref == ref)
    return dict(office.rows(wanted)[0]._mapping)


@pytest.mark.usefixtures("often")
def test_a_step_writes_as_much_of_a_long_case_as_of_a_short_one_and_two_snapshots_are_kept(office: Office) -> None:
    ref, written, before = asked(office, FIFE).ref, [], kept(office, asked(office, POLICE).ref)
    for _ in range(7):
        earlier = kept(office, ref)
        office.do(answer, ref, FIFE)
        office.do(request, ref, "report", (FIFE,))
        written.append(len(kept(office, ref)["dossier"]))
        assert len(office.rows(select(SNAPSHOTS.c.digest))) <= 2
        with reading(office.engine) as tx:  # whoever has read the row before can go on with it
            assert dossier_of(tx, earlier).sequence == office.case(ref).dossier.sequence - 2

    assert max(written[2:]) <= max(written[:2]) + 9, "only the numbers are longer"
    assert len(office.case(ref).dossier.requests) == 8
    assert before["snapshot"] == kept(office, before["ref"])["snapshot"]
    with reading(office.engine) as tx, pytest.raises(DamagedRecord):
        dossier_of(tx, {**before, "snapshot": "0" * 64})
    assert verify(office.engine, now=office.now).ok


def spoilt(office: Office, case_id: int, how: str) -> None:
    """What a bad block, or somebody who owns the database, does to a snapshot."""
    mine = SNAPSHOTS.c.case_id == case_id
    with transaction(office.engine) as tx:
        named = tx.execute(select(CASES.c.snapshot).where(CASES.c.id == case_id)).scalar_one()
        body = tx.execute(select(SNAPSHOTS.c.body).where(SNAPSHOTS.c.digest == named)).scalar_one()
        changed = body.replace('"agency":"NHS Fife"', '"agency":"Nobody"')
        assert changed != body
        if how == "gone":
            tx.execute(SNAPSHOTS.delete().where(mine))
        elif how == "changed":
            tx.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.digest == named).values(body=changed))
        else:
            digest = snapshots.fingerprint(changed)
            tx.execute(insert(SNAPSHOTS).values(case_id=case_id, digest=digest, body=changed))
            tx.execute(update(CASES).where(CASES.c.id == case_id).values(snapshot=digest))


@pytest.mark.usefixtures("often")
def test_a_damaged_snapshot_is_told_by_everybody_and_made_again(office: Office) -> None:
    case = asked(office, FIFE, POLICE)
    for how, what in (
        ("gone", "the snapshot that the case goes on from is gone"),
        ("changed", "the snapshot that the case goes on from is not as it was taken"),
        ("forged", "the case's dossier is not what its history adds up to"),
    ):
        spoilt(office, case.id, how)

        assert what in {place.what for place in verify(office.engine, now=office.now).places}
        if how != "forged":
            assert refused(office, request, case.ref, "report", (FIFE,)).startswith(f"The row of {case.ref} is damaged")
            with reading(office.engine) as tx:
                found = listing(tx, CaseFilter(), office.now, hidden=frozenset())
                assert [one.ref for one in found.damaged] == [case.ref]

        office.do(rebuild_case, case.ref, "A bad block.")
        assert entries(office, office.case(case.ref))[-1].data["columns"] == ["dossier"]
        assert verify(office.engine, now=office.now).ok


def test_a_damaged_snapshot_is_made_again_by_a_process_that_holds_it_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "AT_MOST", 3)
    case = asked(office, FIFE, POLICE)
    for how in ("gone", "changed"):
        spoilt(office, case.id, how)

        office.do(rebuild_case, case.ref, "A bad block.")
        assert verify(office.engine, now=office.now).ok


def seen(office: Office) -> list[object]:
    """What every reader of what cases add up to finds."""
    with reading(office.engine) as tx:
        asked = [CaseFilter(overdue_at=overdue) for overdue in (None, office.now)]
        lists = [listing(tx, one, office.now, hidden=frozenset()).lines for one in asked]
        told = [file.dossier for file in files(tx, "case")]
        places = verify(office.engine, now=office.now).places
        return [*lists, places, items(tx, office.now.date()), told, [*parts(office.engine, "json")]]


def test_every_reader_finds_a_case_that_is_kept_in_two_as_it_finds_it_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(office, FIFE, POLICE)
    office.do(order_pause, first.ref, "proceedings", "the fiscal", "trial", role="chair", stops=("decision",))
    office.later(days=30)
    office.do(answer, first.ref, FIFE)
    asked(office, FIFE)
    was = seen(office)
    assert len(was[1]) == 1  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "AT_MOST", 0)
    with transaction(office.engine) as tx:
        for number, ref in tx.execute(select(CASES.c.id, CASES.c.ref)).all():
            now = office.case(ref).dossier
            in_two = snapshots.keep(tx, number, snapshots.NOTHING, now)
            tx.execute(update(CASES).where(CASES.c.id == number).values(in_two.columns))
            assert '"requests"' not in in_two.columns["dossier"]

    assert seen(office) == was
