"""Requests, holds and items of registers each have numbers of their own: what has the same number is never mixed up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from records.cases import CASES
from records.database import transaction
from records.letter_links import LetterLink
from states.dossier import Asked, Dossier, Item
from states.fold import replay
from tests.casework import asked, edited, opened
from tests.story import Story
from workflows.messages.link_in_letter import subject_of_date
from workflows.reports.history_events import instance_of

if TYPE_CHECKING:
    from states.procedure import Procedure
    from tests.office import Office

OWN_NUMBERS = import_module("records.migrations.versions.0025_own_numbers")
CITED = {"basis": "local"}
KEPT = {"kept_by": ["lead_officer"], "answered_by": ["lead_officer"], **CITED}
FIELDS = [{"name": "what", "label": "What"}, {"name": "agency", "label": "By whom", "kind": "agency"}]
ANSWER = [{"name": "so", "label": "Answer"}]


def alike() -> Procedure:
    """An edition whose registers are numbered as requests (R1) and holds (P1) are, each with a clock of its own."""
    registers = {
        name: {"label": name.title(), "prefix": prefix, "fields": FIELDS, "answer": ANSWER, **KEPT}
        for name, prefix in (("records", "R"), ("points", "P"))
    }
    clock = {"limit": 30, "owner": "lead_officer", **CITED}
    clocks = {
        "record": {"label": "Record", "anchor": {"items": "records"}, "met_by": {"items": ["records"]}, **clock},
        "point": {"label": "Point", "anchor": {"items": "points"}, "met_by": {"items": ["points"]}, **clock},
    }
    return edited(registers=registers, timescales=clocks)


def told() -> Story:
    story = Story(alike())
    story.open()
    story.step("gather", "gathering", "2026-03-02")
    story.ask("2026-03-03")
    story.hold("2026-03-03", "decision")
    for register, number in (("records", "R1"), ("points", "P1")):
        story.tell("item_added", "2026-03-04", id=number, register=register, fields={"agency": "Police Scotland"})
    return story


def ended(story: Story) -> Story:
    for register, number in (("records", "R1"), ("points", "P1")):
        story.tell("item_answered", "2026-03-05", id=number, register=register, fields={"so": "yes"}, ended=True)
    return story


def test_an_item_that_ends_leaves_the_request_and_the_hold_of_its_number_alone() -> None:
    story = ended(told())

    stand = {key: one.status for key, one in story.dossier.deadlines.items() if one.subject}
    assert stand == {"report/R1": "running", "hold_review/P1": "running", "record/R1": "met", "point/P1": "met"}
    assert story.again() == story.dossier

    story.answer("2026-03-06")
    story.tell("pause_reviewed", "2026-03-06", id="P1")
    assert (story.date("report/R1").status, story.date("hold_review/P1").status) == ("met", "met")
    assert [one.ended_on for one in map(story.date, ("record/R1", "point/P1"))] == [date(2026, 3, 5)] * 2


def test_a_promise_an_end_of_a_hold_and_a_withdrawal_leave_the_items_of_their_number_alone() -> None:
    story = told()
    story.tell("promised", "2026-03-05", id="R1", request="report", agency="NHS Fife", until="2026-03-20")
    story.tell("request_withdrawn", "2026-03-06", id="R1", reason="No longer wanted")
    story.tell("pause_ended", "2026-03-06", id="P1")

    stand = {key: (one.status, one.quiets) for key, one in story.dossier.deadlines.items() if one.about == "item"}
    assert stand == {"record/R1": ("running", ()), "point/P1": ("running", ())}
    assert (story.date("report/R1").status, story.date("hold_review/P1").status) == ("cancelled", "cancelled")


def test_a_history_from_before_gives_the_dates_it_gave() -> None:
    story = ended(told())
    before = [one.model_copy(update={"counting": 2}) for one in story.entries]

    found = replay(story.blank, before, story.papers).deadlines
    assert {found[key].status for key in ("report/R1", "hold_review/P1")} == {"cancelled"}


def test_what_a_date_belongs_to_is_found_by_its_kind() -> None:
    dossier = told().dossier
    dates = {one.timescale: one for one in dossier.deadlines.values() if one.subject}

    of = {name: (dossier.request_of(one), dossier.hold_of(one), dossier.item_of(one)) for name, one in dates.items()}
    assert {name: [type(one).__name__ for one in found if one] for name, found in of.items()} == {
        "report": ["Asked"],
        "hold_review": ["Paused"],
        "record": ["Item"],
        "point": ["Item"],
    }
    assert [one.key for one in dossier.dates_of("request", "R1")] == ["report/R1"]
    assert {name: subject_of_date(one) for name, one in dates.items()} == {
        "report": "R1",
        "hold_review": "",
        "record": "item/R1",
        "point": "item/P1",
    }


def test_a_link_leads_to_the_request_or_to_the_item_it_was_made_for() -> None:
    dossier, day = told().dossier, datetime(2026, 3, 9, tzinfo=UTC)

    def led_to(subject: str) -> list[str]:
        link = LetterLink("n", 1, 1, "NHS Fife", "reminder", subject, day, day)
        found: list[Asked | Item | None] = [link.request_in(dossier), link.item_in(dossier)]
        return [type(one).__name__ for one in found if one]

    subjects = ("R1", "item/R1", "item/P1", "P1", "")
    assert [led_to(one) for one in subjects] == [["Asked"], ["Item"], ["Item"], ["Item"], []]


def test_in_a_log_no_two_things_are_called_the_same() -> None:
    dossier = told().dossier

    called = [*dossier.requests, *dossier.pauses, *map(instance_of, dossier.items.values())]
    assert called == ["R1", "P1", "records/R1", "points/P1"]


def test_a_case_from_before_is_brought_forward_to_what_its_history_adds_up_to() -> None:
    story = ended(told())
    story.tell("redirected", "2026-03-06", id="R1", request="report", agency="NHS Fife", to="NHS Tayside", new_id="R2")
    story.answer("2026-03-07", "R2")
    story.tell("sent_back", "2026-03-09", id="R2", reason="More, please.")
    story.step("consider", "deciding", "2026-03-10")
    apart = story.dossier.but(items={})
    for whole in (story.dossier, apart):
        before = json.loads(whole.model_dump_json(exclude_defaults=True))
        before.pop("stays")
        for one in (*before["requests"].values(), *before.get("items", {}).values()):
            one.pop("sequence" if "request" in one else "", None)
            one.pop("ended_by", None)
        lines = [json.loads(one.model_dump_json(exclude_defaults=True)) for one in story.entries]
        after = Dossier.model_validate(OWN_NUMBERS.brought_forward(before, lines))

        assert (after.stays, after.requests, after.items) == (whole.stays, whole.requests, whole.items)
    assert {one.about for one in after.deadlines.values() if one.timescale == "report"} == {"request"}


def test_the_rows_of_cases_are_brought_forward_and_a_damaged_one_is_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, other = asked(office).ref, opened(office).ref
    rows = {row.ref: json.loads(row.dossier) for row in office.rows(CASES.select())}
    before = {**rows[ref], "stays": [], "requests": {"R1": {**rows[ref]["requests"]["R1"], "sequence": 0}}}
    with transaction(office.engine) as tx:
        tx.execute(CASES.update().where(CASES.c.ref == ref).values(dossier=json.dumps(before)))
        tx.execute(CASES.update().where(CASES.c.ref == other).values(dossier="[]"))
        monkeypatch.setattr(OWN_NUMBERS, "op", SimpleNamespace(get_bind=lambda: tx))
        OWN_NUMBERS.upgrade()

    after = {row.ref: row.dossier for row in office.rows(CASES.select())}
    assert (json.loads(after[ref]), after[other]) == (rows[ref], "[]")
