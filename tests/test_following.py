"""Dates that follow others: the later and the earlier of things, one for each agency, and what hangs on a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from records.database import reading
from states.dossier import Deadline
from states.due_dates import receipt
from states.entry import Actor
from states.moments import local_day
from tests.casework import asked, edited, part, transitions
from tests.office import FIFE
from tests.story import SCOTLAND, Story
from workflows.verbs.advance import advance
from workflows.verbs.pause import order_pause
from workflows.verbs.request import decline
from workflows.views.agenda import items
from workflows.views.date_receipt import date_receipt
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.office import Office

DATES = [
    {"name": name, "label": name, "kind": "date", "future": True, "required": False}
    for name in ("heard_on", "served_on")
]
NOTE = {
    "trigger": "note",
    "label": "Note a date",
    "source": ["notified", "gathering", "deciding", "reviewing"],
    "roles": ["lead_officer"],
    "cite": ["S"],
    "fields": DATES,
}
FIRST = date(2026, 3, 2)


def told(**rules: dict[str, Any]) -> Story:
    """A story, opened, under the small edition with dates that can be noted and these time limits besides."""
    known = {"label": "A limit", "limit": 10, "owner": "chair", "met_by": {"triggers": ["publish"]}, "cite": ["S"]}
    limits = {name: {**known, **rule} for name, rule in rules.items()}
    story = Story(edited(timescales=limits, transitions=[*transitions(), NOTE]))
    story.open()
    return story


def note(story: Story, day: str, **dates: str) -> None:
    story.step("note", story.dossier.state, day, fields=dates)


def stands(story: Story, key: str) -> tuple[str, str]:
    one = story.date(key)
    return one.status, one.due_on.isoformat() if one.due_on else ""


def slowly(story: Story, which: Any, every: int) -> date | None:
    """The day a clock of two noted dates and a step counts from, worked out from the entries alone."""
    said: dict[int, dict[str, date]] = {}
    for entry in story.entries:
        fields = {name: date.fromisoformat(day) for name, day in entry.data.get("fields", {}).items()}
        if entry.kind == "corrected":
            said[entry.data["sequence"]].update(fields)
            for name in entry.emptied:
                del said[entry.data["sequence"]][name]
        else:
            said[entry.sequence] = {**fields, **({"gather": entry.happened_on} if entry.trigger == "gather" else {})}
    newest: dict[str, date] = {}
    for number in sorted(said):
        newest.update(said[number])
    found = [newest[name] for name in ("heard_on", "served_on", "gather") if name in newest]
    return which(found) if len(found) >= every else None


def test_the_later_and_the_earlier_are_as_counted_slowly_whatever_comes_when() -> None:
    parts = [{"field": "heard_on"}, {"field": "served_on"}, {"trigger": "gather"}]
    for seed in range(60):
        dice = Random(seed)  # noqa: S311 (the same story each time)
        story = told(later={"anchor": {"later_of": parts}}, earlier={"anchor": {"earlier_of": parts}})
        noted: list[tuple[int, str]] = []
        for step in range(dice.randint(3, 9)):
            day = (FIRST + timedelta(days=step)).isoformat()
            some = (FIRST + timedelta(days=dice.randint(-20, 40))).isoformat()
            name = dice.choice(["heard_on", "served_on"])
            newest = {name: number for number, name in noted}
            if story.dossier.state == "notified" and dice.random() < 0.3:
                story.step("gather", "gathering", day)
            elif newest and dice.random() < 0.3:
                name, number = dice.choice(sorted(newest.items()))
                right = {"fields": {name: some}}
                if name not in story.dossier.fields:
                    right["filled"] = [name]
                elif (
                    noted.count((number, name)) == len([one for one in noted if one[1] == name]) and dice.random() < 0.4
                ):
                    right = {"emptied": [name]}  # what no other entry recorded
                story.tell("corrected", day, sequence=number, **right, reason="It was wrong.")
            else:
                note(story, day, **{name: some})
                noted.append((story.dossier.sequence, name))
            for key, which, every in (("later", max, 3), ("earlier", min, 1)):
                expected = slowly(story, which, every)
                row = [one for one in story.dossier.deadlines.values() if one.timescale == key]
                found = row[-1] if row and row[-1].status != "cancelled" else None
                assert (found.anchor_on if found else None) == expected, (seed, key)
                assert found is None or found.due_on == found.anchor_on + timedelta(days=10)
        assert story.again() == story.dossier


def test_a_date_that_was_met_stays_unless_what_it_was_counted_from_is_put_right() -> None:
    story = told(
        later={
            "anchor": {"later_of": [{"field": "heard_on"}, {"trigger": "gather"}]},
            "met_by": {"events": ["verdict"]},
        }
    )
    note(story, "2026-03-03", heard_on="2026-03-20")
    story.step("gather", "gathering", "2026-03-04")
    story.tell("event_recorded", "2026-04-01", event="verdict")
    assert (stands(story, "later"), story.date("later").late) == (("met", "2026-03-30"), True)

    story.tell("corrected", "2026-04-02", sequence=2, fields={"heard_on": "2026-03-25"}, reason="Misread.")
    assert (stands(story, "later"), story.date("later").late) == (("met", "2026-04-04"), False)

    note(story, "2026-04-03", heard_on="2026-05-01")

    assert stands(story, "later") == ("met", "2026-04-04")
    assert stands(story, "later#2") == ("running", "2026-05-11")


def each(**more: Any) -> Story:
    rule = {"anchor": {"field": "heard_on", "each": "report"}, "limit": -14, "owner": "agency"}
    return told(statement={**rule, "met_by": {"requests": ["report"]}, **more})


def test_every_agency_has_its_own_clock_before_the_hearing_and_all_move_with_it() -> None:
    story = each()
    story.step("gather", "gathering", "2026-03-02")
    story.ask("2026-03-03")
    assert "statement/R1" not in story.dossier.deadlines
    note(story, "2026-03-04", heard_on="2026-05-15")
    story.ask("2026-03-05", "Police Scotland")
    assert [stands(story, f"statement/{one}") for one in ("R1", "R2")] == [("running", "2026-05-01")] * 2
    assert story.date("statement/R2").agency == "Police Scotland"

    story.answer("2026-03-10")
    note(story, "2026-03-12", heard_on="2026-05-22")

    assert [stands(story, f"statement/{one}") for one in ("R1", "R2")] == [
        ("met", "2026-05-01"),
        ("running", "2026-05-08"),
    ]
    story.tell("corrected", "2026-03-13", sequence=7, fields={"heard_on": "2026-05-21"}, reason="Misread.")
    assert stands(story, "statement/R2") == ("running", "2026-05-07")
    story.tell("declined", "2026-03-14", id="R2", reason="No records.")
    assert stands(story, "statement/R2")[0] == "cancelled"
    story.tell("sent_back", "2026-03-15", id="R1", reason="Too short.")
    assert stands(story, "statement/R1#2") == ("running", "2026-05-07")
    assert story.again() == story.dossier


def hanging(counting: int = 3) -> Story:
    hangs = part("timescales", "review", anchor={"timescale": "report"}, limit=5, met_by={"triggers": ["publish"]})
    story = Story(edited(timescales=hangs), counting)
    story.open()
    story.step("gather", "gathering", "2026-03-02")
    story.ask("2026-03-02")
    story.ask("2026-03-04", "Police Scotland")
    return story


def test_what_hangs_on_a_date_of_each_agency_has_one_for_each_and_stands_and_falls_with_it() -> None:
    story = hanging()
    assert [stands(story, f"review/{one}") for one in ("R1", "R2")] == [
        ("running", "2026-03-21"),
        ("running", "2026-03-23"),
    ]
    assert story.date("review/R2").agency == "Police Scotland"

    story.hold("2026-03-05", "report")
    assert [stands(story, f"review/{one}") for one in ("R1", "R2")] == [("held", ""), ("held", "")]
    (procedure,) = story.papers.procedures.values()
    counted = receipt(procedure, {"scotland": SCOTLAND}, story.dossier, story.date("review/R1"), date(2026, 3, 6))
    assert counted is None, "nothing is counted from a day that nobody knows"

    story.tell("pause_ended", "2026-03-10", id="P1")
    assert stands(story, "review/R1") == ("running", "2026-03-26")
    story.tell("declined", "2026-03-11", id="R1", reason="No records.")
    assert stands(story, "review/R1")[0] == "cancelled"
    story.answer("2026-03-12", "R2")
    assert stands(story, "review/R2") == ("running", "2026-03-28"), "it follows what was owed, not when it was done"
    story.step("consider", "deciding", "2026-03-13")
    story.step("decide_none", "closed", "2026-03-13", final=True)
    assert stands(story, "review/R2")[0] == "cancelled"
    assert story.again() == story.dossier


def test_a_history_from_before_dates_followed_one_another_gives_the_dates_it_gave() -> None:
    story = hanging(counting=2)
    assert stands(story, "review") == ("running", "2026-03-21"), "of the first agency alone"
    assert not any(key.startswith("review/") for key in story.dossier.deadlines)

    story.hold("2026-03-05", "report")

    assert stands(story, "review") == ("unset", "")


def happens(story: Story, dice: Random, on: str, number: int) -> None:
    """Something that bears on the dates of agencies, as the dice have it."""
    waiting = [one.id for one in story.dossier.requests.values() if one.status == "open"]
    if not waiting:
        story.ask(on, f"Agency {number}")
        return
    held = [one.id for one in story.dossier.pauses.values() if not one.ended]
    about = {"id": dice.choice(waiting), "request": "report", "agency": "NHS Fife", "fields": {}}
    more = {"id": f"E{number}", "deadline": f"report/{waiting[0]}", "count": 3}
    chosen = dice.choice(["ask", "answered", "declined", "hold", "end", "more", "correct"])
    if chosen == "ask":
        story.ask(on, f"Agency {number}")
    elif chosen == "answered":
        story.tell("answered", on, **about)
    elif chosen == "declined":
        story.tell("declined", on, reason="It is so.", **about)
    elif chosen == "hold" and not held:
        story.hold(on, "report", ends=dice.choice([None, "2026-03-30"]))
    elif chosen == "end" and held:
        story.tell("pause_ended", on, id=held[0])
    elif chosen == "more":
        story.tell("extension_asked", on, extension=more, reason="Leave.")
        story.tell("extension_granted", on, id=f"E{number}")
    elif chosen == "correct":
        data = {"sequence": 3, "was": "2026-03-02", "ids": ["R1"]}
        story.tell("corrected", on, happened_on="2026-02-27", reason="Misread.", **data)


def test_whatever_happens_what_hangs_on_a_date_stands_as_that_does() -> None:
    for seed in range(40):
        dice = Random(seed)  # noqa: S311 (the same story each time)
        story = hanging()
        for number in range(1, 12):
            happens(story, dice, (FIRST + timedelta(days=2 + number)).isoformat(), number)
            for one in (one for one in story.dossier.deadlines.values() if one.timescale == "review"):
                base = story.date(one.base)
                due = base.due_on + timedelta(days=5) if base.due_on else None
                fell = base.status == "cancelled"
                assert (base.timescale, base.subject, one.open) == ("report", one.subject, not fell), (seed, number)
                assert fell or (one.due_on, one.status) == (due, "running" if due else "held"), (seed, number)
        assert story.again() == story.dossier


def test_a_duty_that_comes_round_gives_each_round_what_hangs_on_it() -> None:
    report = {"kind": "duty", "anchor": {"trigger": "gather"}, "repeat": {"count": 12, "unit": "months"}}
    story = told(
        yearly={**report, "met_by": {"triggers": ["note"]}},
        notice={"anchor": {"timescale": "yearly"}, "limit": 14},
        reply={"anchor": {"timescale": "notice"}, "limit": 1, "unit": "months"},
    )
    story.step("gather", "gathering", "2026-03-02")
    assert (stands(story, "notice"), stands(story, "reply")) == (("running", "2026-03-26"), ("running", "2026-04-26"))

    note(story, "2026-03-10")

    assert stands(story, "notice") == ("running", "2026-03-26"), "the notice of this year is still owed"
    assert stands(story, "notice#2") == ("running", "2027-03-26")
    assert stands(story, "reply#2") == ("running", "2027-04-26")
    assert story.again() == story.dossier


def test_an_extension_of_one_date_moves_what_hangs_on_it_and_no_other() -> None:
    story = hanging()
    more = {"id": "E1", "deadline": "report/R1", "count": 7}
    story.tell("extension_asked", "2026-03-05", extension=more, reason="Leave.")
    story.tell("extension_granted", "2026-03-05", id="E1")

    assert [stands(story, f"review/{one}")[1] for one in ("R1", "R2")] == ["2026-03-28", "2026-03-23"]


@pytest.mark.parametrize(("on", "late"), [("2026-03-08", False), ("2026-03-09", True)])
def test_the_day_a_duty_was_met_is_the_one_recorded_for_it(on: str, late: bool) -> None:
    sent = [{"name": "sent_on", "label": "Sent on", "kind": "date", "required": False}]
    limits = part("timescales", "form", met_on="sent_on")
    story = Story(edited(timescales=limits, transitions=transitions(gather={"fields": sent})))
    story.open()
    story.step("gather", "gathering", "2026-03-10", fields={"sent_on": on})
    assert (story.date("form").ended_on, story.date("form").late) == (date.fromisoformat(on), late)

    story.tell("corrected", "2026-03-11", sequence=2, fields={"sent_on": "2026-03-09"}, reason="Misread.")
    assert (story.date("form").ended_on, story.date("form").late) == (date(2026, 3, 9), True)
    story.tell("corrected", "2026-03-11", sequence=2, happened_on="2026-03-08", was="2026-03-10")
    assert story.date("form").ended_on == date(2026, 3, 9), "the day recorded for it goes before the day of the step"
    story.tell("corrected", "2026-03-12", sequence=2, fields={"sent_on": "2026-03-07"}, reason="Misread.")
    assert (story.date("form").ended_on, story.date("form").late) == (date(2026, 3, 7), False)


def test_a_right_lapses_and_is_never_late_or_overdue() -> None:
    story = told(appeal={"kind": "window", "anchor": {"trigger": "gather"}, "met_by": {"triggers": ["note"]}})
    story.step("gather", "gathering", "2026-03-02")
    right: Deadline = story.date("appeal")
    midnight = datetime(2026, 3, 13, tzinfo=UTC)
    assert not right.has_lapsed(midnight - timedelta(seconds=1))
    assert right.has_lapsed(midnight)
    assert not right.is_overdue(midnight)
    assert right.row_status == "window"

    note(story, "2026-03-20")

    assert (story.date("appeal").status, story.date("appeal").late) == ("met", False)


def test_the_receipt_says_which_of_several_things_decided_and_the_page_with_what_a_date_waits(office: Office) -> None:
    several = {"later_of": [{"field": "heard_on"}, {"state": "gathering"}]}
    known = {"limit": 10, "owner": "chair", "met_by": {"triggers": ["publish"]}, "cite": ["S"]}
    appeal = {"label": "Appeal", "kind": "window", "anchor": {"state": "gathering"}, "limit": 3}
    rules = {
        "later": {**known, "label": "Reply", "anchor": several},
        "hangs": {**known, "label": "Thanks", "anchor": {"timescale": "report"}},
        "appeal": {**known, **appeal},
    }
    holds = part("pauses", "proceedings", stops=["report"], may_stop=["report", "decision", "review"])
    office.editions["small"] = edited(timescales=rules, transitions=[*transitions(), NOTE], pauses=holds)
    case = asked(office)
    case = office.do(advance, case.ref, "note", answers={"heard_on": "2026-03-20"})
    office.do(order_pause, case.ref, "proceedings", "fiscal", "A trial is near.", stops=("report",), role="chair")
    office.later(days=4)
    case = office.case(case.ref)
    viewer = Viewer(Actor(name="Ann", role="lead_officer"), office.now)
    receipts = {key: date_receipt(case, key, viewer) for key in ("later", "hangs/R1", "appeal")}

    assert receipts["later"].anchor == (
        "the later of the date recorded as “heard_on”: Fri 20 March 2026 (it counts from this);"
        " entry to “Gathering reports”: Mon 2 March 2026"
    )
    assert receipts["hangs/R1"].anchor == "the date of “Agency report (NHS Fife)”: held, no date is known"
    waits = receipts["hangs/R1"].line
    assert (waits.status, waits.due) == ("held", None)
    assert "it counts from “Agency report (NHS Fife)”, whose clock stands still" in waits.notes
    lapsed = receipts["appeal"].line
    assert (lapsed.status, lapsed.open, lapsed.overdue, lapsed.ended_on) == ("lapsed", False, False, date(2026, 3, 5))
    case = office.do(decline, case.ref, FIFE, "No records.")
    fell = date_receipt(case, "hangs/R1", viewer).line
    assert "it counted from “Agency report (NHS Fife)”, which is no longer owed" in fell.notes
    with reading(office.engine) as tx:
        assert not [one.words for one in items(tx, local_day(office.now), ahead=None) if "Appeal" in one.words]
