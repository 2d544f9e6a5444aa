"""Importing a register: histories that say where they came from, made once, chasing nobody, taken back as a whole."""

from __future__ import annotations

import os
import signal
from datetime import date
from threading import Event, Thread
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from records import children, history, recommendations
from records.case_list import CaseFilter
from records.cases import CASES
from records.database import reading, transaction
from records.outbox import MESSAGES
from records.references import whole_reference
from states.errors import NotFound, NotPossible
from tests.casework import opened
from tests.importing import HEADS, ROWS, brought_in, plan_of, table
from tests.office import staff
from tests.patience import AT_LENGTH
from tests.played import stories
from workflows.reports.annual_summary import summary_of
from workflows.reports.case_files import year_of
from workflows.reports.extract import extract
from workflows.verbs import import_register
from workflows.verbs.correct import correct
from workflows.verbs.import_register import begin_import, import_reviews
from workflows.verbs.register_items import update_item
from workflows.verbs.take_back_import import take_back
from workflows.verification.verify import verify
from workflows.views.case_list import listing
from workflows.views.imports_made import NOT_ENDED, imports_made
from workflows.views.search import search_everything
from workflows.views.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from states.dossier import Dossier
    from tests.conftest import OfficeAfter
    from tests.office import Office
    from tests.terminal import Terminal

REGISTER = table(*ROWS)


def registered(office: Office) -> None:
    """The register as it came in."""
    brought_in(office, REGISTER)


@pytest.fixture
def imported(office_after: OfficeAfter) -> Office:
    """Lend an office in which the register came in."""
    return office_after(registered)


@pytest.fixture
def with_it(tmp_path: Path) -> Iterator[Office]:
    """Lend the same on one kind of database, where the kind makes no difference."""
    with stories().office_after(registered, "sqlite", tmp_path) as office:
        yield office


@pytest.fixture
def without_it(tmp_path: Path) -> Iterator[Office]:
    """Lend an office on one kind of database, where nothing came in."""
    with stories().office_after(staff, "sqlite", tmp_path) as office:
        yield office


NEW, OLD, FIRST = "LR-2026-0001", "SCR-2026-0001", "REC-2026-0001"


def told(office: Office, ref: str) -> list[str]:
    with reading(office.engine) as tx:
        case = office.case(ref)
        return [sentence(case.procedure, one) for one in history.entries(tx, case.id)]


def standing(dossier: Dossier) -> list[tuple[str, str]]:
    return [(key, one.status) for key, one in dossier.deadlines.items()]


def whole(office: Office) -> bool:
    found = verify(office.engine)
    assert found.places == ()
    return found.ok


def test_what_a_sheet_knows_becomes_histories_that_say_where_it_came_from(imported: Office) -> None:
    review, recommendation = imported.case(NEW).dossier, imported.case(FIRST).dossier

    besides = "(the sheet says besides: Reference: LR-1)"

    assert told(imported, NEW)[:2] == [
        f"Imported from register.csv, row 2: notified to the committee on this day {besides}",
        "Imported from register.csv, row 2: the report complete on this day",
    ]
    assert (review.opened_on, review.edition) == (date(2024, 11, 4), "scotland-learning-review-2024")
    assert review.agencies == ("NHS Fife", "Police Scotland")
    assert recommendation.fields == {"text": "Hear the child", "from_case": NEW}
    assert {key: one.fields["text"] for key, one in recommendation.items.items()} == {
        "A1": "A form for views",
        "A2": "Train staff",
    }
    assert recommendation.opened_on == imported.now.date()
    assert [state for _, state in review.stays] == list(review.entered)
    with reading(imported.engine) as tx:
        assert [one.text for one in recommendations.of_case(tx, NEW)] == ["Hear the child", "Share what is known"]
    assert whole(imported)


def test_a_review_is_listed_with_the_reference_it_had_and_found_by_it(imported: Office) -> None:
    with reading(imported.engine) as tx:
        lines = listing(tx, CaseFilter(which="all"), imported.now, hidden=frozenset()).lines
        found = [(one.ref, one.came_as) for one in search_everything(tx, "scr-9", hidden=frozenset()).cases]
        typed = [whole_reference(tx, one, "all", frozenset()) for one in ("SCR-9", "scr-9", "LR-1", "LR/7")]
        hidden = whole_reference(tx, "SCR-9", "all", frozenset({OLD}))

    assert {one.ref: one.came_as for one in lines} == {NEW: "LR-1", OLD: "SCR-9"}
    assert found == [(OLD, "SCR-9")]
    assert typed == [OLD, OLD, NEW, "LR/7"]
    assert hidden == "SCR-9"
    again = table(*((name, "2026-01-05", *[""] * 7) for name in ("LR-7", "LR-8", "LR-3")))
    brought_in(imported, again, "second.csv")
    with reading(imported.engine) as tx, pytest.raises(NotFound, match="'LR-3' may be LR-2026-0003 or LR-2026-0004"):
        whole_reference(tx, "LR-3", "all", frozenset())
    brought_in(imported, table(("LR-2024-0003", "2026-01-05", *[""] * 7)), "third.csv")
    with reading(imported.engine) as tx:
        typed = [
            whole_reference(tx, one, "all", frozenset()) for one in ("LR-2024-0003", "LR-2026-0003", "LR-2024-0004")
        ]
    assert typed == ["LR-2026-0005", "LR-2026-0003", "LR-2024-0004"]


def test_nobody_is_written_to_and_only_a_date_that_lies_ahead_runs(with_it: Office) -> None:
    dates = with_it.case(FIRST).dossier.deadlines

    assert [(key, one.due_on) for key, one in dates.items()] == [("action/A1", date(2026, 6, 30))]
    assert with_it.case(NEW).dossier.deadlines == {}
    assert with_it.rows(select(MESSAGES)) == []
    with_it.later(days=60)
    with_it.sweep()
    assert with_it.rows(select(MESSAGES)) == []
    with_it.later(days=55)
    with_it.sweep()
    assert {one.kind for one in with_it.rows(select(MESSAGES))} == {"reminder"}
    assert whole(with_it)


def test_an_action_that_is_over_its_day_is_owed_once_somebody_works_on_it(with_it: Office) -> None:
    update_it = {"status": "in_progress", "note": "Half of the staff."}

    case = with_it.do(update_item, FIRST, "A2", update_it)

    assert case.dossier.deadlines["action/A2"].due_on == date(2025, 12, 1)
    assert whole(with_it)


def test_an_action_with_a_day_ahead_is_owed_no_more_once_it_is_done(with_it: Office) -> None:
    done = {"status": "done", "note": "The form is in use.", "evidence": "Minutes of May."}

    case = with_it.do(update_item, FIRST, "A1", done)

    assert standing(case.dossier) == [("action/A1", "met")]
    assert whole(with_it)


def test_run_twice_it_makes_nothing_twice_and_of_a_newer_sheet_only_what_is_new(imported: Office) -> None:
    again = brought_in(imported, REGISTER)
    changed = ("LR-1", "", "", "1", "Hear every child", "A form for the views", "NHS Fife", "2026-07-31", "done")
    more = ("LR-1", "", "", "2", "Share what is known", "Tell everybody", "NHS Fife", "", "open")
    too = (*ROWS[1][:4], "Hear every child", *ROWS[1][5:])
    newer = brought_in(imported, table(changed, too, *ROWS[2:], more, ("LR-2", *ROWS[0][1:])), "newer.csv")

    assert (again.counts, again.there) == ((0, 0, 0), 8)
    assert newer.counts == (1, 1, 2)
    assert [(one.row, one.what.partition(" which is ")[2]) for one in newer.changed] == [
        (2, f"{which}: bring that up to date there") for which in (FIRST, f"{FIRST}, A1", NEW)
    ]
    assert [one.fields["text"] for one in imported.case("REC-2026-0002").dossier.items.values()] == [
        "Agree a protocol",
        "Tell everybody",
    ]
    assert whole(imported)


def test_what_a_newer_sheet_no_longer_has_of_a_review_is_told(with_it: Office) -> None:
    newer = with_it.do(plan_of, table(ROWS[0], ROWS[3]))
    reviews_alone = with_it.do(plan_of, table(*(row[:3] for row in ROWS), heads=HEADS[:3]))

    assert [(one.row, one.what) for one in newer.changed] == [
        (2, f"No row says any more what row {row} of register.csv said, which is {which}: look what became of it")
        for row, which in ((3, f"{FIRST}, A2"), (4, "REC-2026-0002"))
    ]
    assert reviews_alone.changed == ()


def test_an_import_is_taken_back_as_a_whole_and_can_come_in_again(imported: Office) -> None:
    brought_in(imported, table(*ROWS, (*ROWS[2][:5], "Tell everybody", ROWS[2][6], "2026-07-31", "open")), "newer.csv")
    assert standing(imported.case("REC-2026-0002").dossier) == [("action/A2", "running")]

    with pytest.raises(NotPossible, match="Something else was done on 1 case of IMPORT-1"):
        imported.do(take_back, "IMPORT-1", "The wrong sheet.", hidden=())
    assert imported.do(take_back, "import-2", "The wrong sheet.", hidden=()) == ()
    assert list(imported.case("REC-2026-0002").dossier.items) == ["A1"]
    assert standing(imported.case("REC-2026-0002").dossier) == [("action/A2", "cancelled")]
    gone = imported.do(take_back, "IMPORT-1", "The wrong sheet.", hidden=())
    assert sorted(gone) == [NEW, *[f"REC-2026-000{number}" for number in (1, 2, 3)], OLD]

    case = imported.case(NEW).dossier
    assert (case.closed_as, case.fields, case.links) == ("Taken back with the import it came from", {}, {})
    with reading(imported.engine) as tx:
        assert extract(tx, date(2012, 4, 1), date(2026, 3, 31), imported.now.date()).rows == ()
        assert recommendations.of_case(tx, NEW) == ()
        assert [one.stands[:10] for one in imports_made(tx)] == ["taken back", "taken back"]
    with pytest.raises(NotPossible, match="taken back already"):
        imported.do(take_back, "IMPORT-1", "Again.", hidden=())
    with pytest.raises(NotFound, match="no import"):
        imported.do(take_back, "IMPORT-9", "Which?", hidden=())
    with pytest.raises(NotFound):
        imported.do(update_item, FIRST, "A1", {"status": "done", "note": "x", "evidence": "x"})
    assert brought_in(imported, REGISTER).counts == (2, 3, 3)
    assert whole(imported)


def test_an_import_is_not_taken_back_once_something_was_done_on_a_case(with_it: Office) -> None:
    with_it.do(update_item, FIRST, "A2", {"status": "in_progress", "note": "Half of the staff."})

    with pytest.raises(NotPossible, match=rf"on 1 case of IMPORT-1 since \({FIRST}\)"):
        with_it.do(take_back, "IMPORT-1", "The wrong sheet.", hidden=())


def test_an_import_that_was_broken_off_goes_on_and_makes_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = office.do(plan_of, REGISTER)
    run = office.do(begin_import, plan, "register.csv", "the same content")
    office.do(import_reviews, run, plan.reviews[1:])
    with monkeypatch.context() as broken:
        broken.setattr(import_register, "_add_action", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            office.do(import_reviews, run, plan.reviews[:1])

    assert len(office.rows(select(CASES.c.id))) == 2
    rest = office.do(plan_of, REGISTER)
    again = office.do(begin_import, rest, "register.csv", "the same content")
    assert (again.id, [one.reference for one in rest.reviews]) == (run.id, ["LR-1"])
    assert office.do(import_reviews, again, plan.reviews) == 10
    assert office.do(import_reviews, again, plan.reviews) == 0
    assert whole(office)


def test_two_imports_that_begin_at_once_are_two(office: Office) -> None:
    plan, begins, found = office.do(plan_of, REGISTER), Event(), list[str]()

    def another() -> None:
        begins.set()
        found.append(office.do(begin_import, plan, "other.csv", "other content").id)

    beside = Thread(target=another)
    with transaction(office.engine) as tx:
        found.append(begin_import(office.uow(tx, "lead_officer"), plan, "register.csv", "content").id)
        beside.start()
        assert begins.wait(AT_LENGTH)
        sleep(0.2)  # for it to come as far as it can: whichever comes later is the second all the same
    beside.join()

    assert found == ["IMPORT-1", "IMPORT-2"]
    assert whole(office)


def test_an_import_that_is_killed_leaves_whole_what_was_made_and_nothing_of_the_rest(
    without_it: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = without_it.do(plan_of, REGISTER)
    run = without_it.do(begin_import, plan, "register.csv", "the same content")
    if not (child := os.fork()):
        try:
            without_it.engine.dispose(close=False)
            without_it.do(import_reviews, run, plan.reviews[1:])
            monkeypatch.setattr(import_register, "_add_action", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            without_it.do(import_reviews, run, plan.reviews[:1])
        finally:
            os._exit(1)

    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert [one for (one,) in without_it.rows(select(CASES.c.ref).order_by(CASES.c.id))] == [OLD, FIRST]
    with reading(without_it.engine) as tx:
        assert [one.stands for one in imports_made(tx)] == [NOT_ENDED]
    assert whole(without_it)
    rest = without_it.do(plan_of, REGISTER)
    again = without_it.do(begin_import, rest, "register.csv", "the same content")
    assert (again.id, rest.counts) == (run.id, (1, 2, 3))
    without_it.do(import_reviews, again, rest.reviews)
    assert whole(without_it)


def test_a_review_of_the_retrospective_period_stands_in_the_extract_with_what_is_known(with_it: Office) -> None:
    with reading(with_it.engine) as tx:
        (found,) = extract(tx, date(2012, 4, 1), date(2015, 3, 31), with_it.now.date()).facts()

    assert (found["reference"], found["completed_on"]) == (OLD, "2013-03-14")
    assert (found["opened_on"], found["days_taken"]) == (None, None)
    assert found["recommendations_made"] == 1
    with reading(with_it.engine) as tx:
        for year in ("2012-13", "2013-14", "2025-26"):
            assert OLD not in {one.ref for one in summary_of(tx, year_of(year), with_it.now.date()).cases}


def test_a_decision_whose_day_alone_is_known_is_in_no_summary_as_undecided_and_a_sheet_gives_no_stages(
    without_it: Office,
) -> None:
    heads = ("Ref", "Notified", "Decided", "Decision", "Completed")
    row = ("LR-1", "2024-01-12", "2024-02-20", "A thematic look", "2024-11-13")
    brought_in(
        without_it, table(row, heads=heads), answers={"decision:scotland-learning-review-2024:a thematic look": "words"}
    )

    with reading(without_it.engine) as tx:
        years = [summary_of(tx, year_of(one), without_it.now.date()) for one in ("2023-24", "2024-25")]

    assert [[*one.cases] for one in years] == [[], []]
    assert [one.stage_timings() for one in years] == [[], []]


def test_the_name_of_a_child_goes_where_names_are_kept_or_nowhere(without_it: Office) -> None:
    heads = (*HEADS, "Child")
    rows = ((*ROWS[3][:4], "Hear Morag Example", *ROWS[3][5:], "Morag Example"),)
    plan = without_it.do(plan_of, table(*rows, heads=heads))

    assert plan.reviews[0].children == ()
    kept = {"columns": {"Child": "review.child"}}
    named = without_it.do(plan_of, table(*rows, heads=heads), **kept)
    assert (named.reviews, [one.row for one in named.problems]) == ((), [2])
    brought_in(without_it, table((*ROWS[3], "Morag Example"), heads=heads), **kept)
    case = without_it.case(OLD)
    with reading(without_it.engine) as tx:
        assert [one.name for one in children.names(tx, without_it.keys, case.id, OLD)] == ["Morag Example"]
        assert "Morag" not in "".join(line.body for line in history.rows(tx, case.id))
    without_it.do(take_back, "IMPORT-1", "The wrong sheet.", hidden=())
    assert without_it.case(OLD).dossier.erased


def test_a_review_that_is_a_case_here_already_is_asked_about_and_made_no_second_time(without_it: Office) -> None:
    case = opened(without_it)
    other, same = ("LR-9", *ROWS[0][1:]), (case.ref.lower(), *ROWS[0][1:])
    plan = brought_in(without_it, table(same, other))

    assert [(one.key, one.proposal) for one in plan.questions if "here:" in one.key] == [(f"here:{case.ref}", "here")]
    assert [(one.row, case.ref in one.what) for one in plan.problems] == [(2, True)]
    assert [one.reference for one in plan.reviews] == ["LR-9"]
    ref = next(iter(came_as(without_it)))
    again = without_it.do(plan_of, table((ref, *ROWS[0][1:])))
    assert [one.key for one in again.open] == [f"here:{ref}"]
    assert without_it.do(plan_of, table(other)).reviews == ()
    new = without_it.do(plan_of, table(same), answers={f"here:{case.ref}": "new"})
    assert [one.reference for one in new.reviews] == [case.ref.lower()]


def came_as(office: Office) -> dict[str, str]:
    with reading(office.engine) as tx:
        return {
            one.ref: one.came_as
            for one in listing(tx, CaseFilter(which="all"), office.now, hidden=frozenset()).lines
            if one.came_as
        }


def test_what_is_asked_keeps_an_import_waiting_and_what_holds_nothing_is_none(without_it: Office) -> None:
    unclear = ("LR-1", "2024-11-04", "31/06/2025", *ROWS[0][3:])
    plan = without_it.do(plan_of, table(unclear))

    assert [one.key for one in plan.open] == ["cell:C2=31/06/2025"]
    with pytest.raises(NotPossible, match="1 of what is asked is not answered"):
        without_it.do(begin_import, plan, "register.csv", "content")
    for empty in (table(), table(("", *ROWS[0][1:]))):
        with pytest.raises(NotPossible, match="Nothing would be made of this file"):
            without_it.do(begin_import, without_it.do(plan_of, empty), "register.csv", "content")
    answered = without_it.do(plan_of, table(unclear), answers={"cell:C2=31/06/2025": "30/06/2025"})
    assert answered.reviews[0].days["completed"] == date(2025, 6, 30)


def test_the_day_and_the_words_of_an_imported_entry_are_put_right_like_any_other(with_it: Office) -> None:
    case = with_it.do(correct, OLD, 1, "It was a month later.", happened_on=date(2013, 4, 14))
    assert (case.dossier.known["completed"].on, case.dossier.opened_on) == (date(2013, 4, 14), date(2013, 4, 14))
    case = with_it.do(correct, FIRST, 1, "As it was agreed.", answers={"text": "Hear every child"})
    assert case.dossier.fields["text"] == "Hear every child"
    with reading(with_it.engine) as tx:
        assert extract(tx, date(2013, 4, 1), date(2013, 4, 30), with_it.now.date()).facts()[0]["reference"] == OLD
    assert whole(with_it)


def test_importing_is_for_those_who_keep_cases(without_it: Office) -> None:
    plan = without_it.do(plan_of, REGISTER)

    with pytest.raises(NotPossible, match="Importing is for"):
        without_it.do(begin_import, plan, "register.csv", "content", role="auditor")


def test_a_register_is_imported_at_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_bytes(REGISTER)
    looked = terminal.asks("import", "register.csv", "--dry-run", "--save-mapping", "mapping.toml")

    assert looked["counts"] == {"reviews": 2, "recommendations": 3, "actions": 3}
    assert looked["entries_made"] == 0
    terminal.types("import", "register.csv", "--mapping", "mapping.toml", "--yes")
    assert "is not answered" in terminal.err
    terminal.types("import", "register.csv", "--as-proposed")
    assert "nobody is there to be asked" in terminal.err
    assert terminal.asks("import", "list") == []
    done = terminal.asks("import", "register.csv", "--mapping", "mapping.toml", "--as-proposed", "--yes")
    assert done["entries_made"] > 10
    assert "IMPORT-1" in terminal.types("import", "list")
    (tmp_path / "older.csv").write_bytes(table(("LR-2019-0007", "2026-01-05", *[""] * 7)))
    terminal.asks("import", "older.csv", "--as-proposed", "--yes")
    assert terminal.asks("show", "LR-2019-0007")["ref"].startswith("LR-2026-")
    terminal.types("show", "LR-2019-0008")
    assert "LR-2019-0008" in terminal.err
    assert "taken back: 5 cases" in terminal.types("import", "take-back", "IMPORT-1", "--reason", "The wrong sheet.")
