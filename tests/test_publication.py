"""What was published is kept as it was printed, and a year is not printed again so that the difference tells of few."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from records import audit_log
from records.database import reading
from states.errors import NotPossible
from tests.filed import decided, kept, recommended
from workflows.reports.annual_summary import summary_of
from workflows.reports.case_files import year_of
from workflows.reports.publication import LOG, is_close, known_at, paper_of, printings, published, to_publish
from workflows.verbs.publish_summary import check_against, publish_summary

if TYPE_CHECKING:
    from tests.office import Office
    from tests.terminal import Terminal
    from tests.walking import Walk
    from workflows.papers.paper import Paper

YEAR = year_of("2025-26")


def at(office: Office, day: str) -> Office:
    office.now = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=UTC)
    return office


def publish(office: Office) -> Paper:
    found: Paper = office.do(publish_summary, YEAR, "Here")
    return found


def filed(office: Office, *walks: Walk, first: int = 1) -> None:
    kept(office.engine, ((f"X-{number:04}", one) for number, one in enumerate(walks, first)))


def thirty(office: Office) -> None:
    filed(office, *(decided("do_not_proceed") for _ in range(24)), *(decided("proceed") for _ in range(6)))


def test_what_was_published_is_kept_sealed_and_printed_again_to_the_letter(office: Office) -> None:
    thirty(office)
    made = publish(at(office, "2026-04-20"))

    again = publish(at(office, "2026-05-20"))

    with reading(office.engine) as tx:
        (entry,) = audit_log.entries(tx, LOG)
        seals = [(line.sequence, len(line.seal)) for line in audit_log.lines(tx, LOG)]
    assert paper_of(entry).facts() == made.facts()
    assert paper_of(entry).charts == made.charts
    assert again.facts() | {"made_on": ""} == made.facts() | {"made_on": ""}
    assert seals == [(1, 64)]


@pytest.mark.parametrize("late", [1, 4])
def test_a_reprint_that_differs_by_one_to_four_is_refused_and_writes_nothing(office: Office, late: int) -> None:
    thirty(office)
    publish(at(office, "2026-04-20"))
    filed(office, *(decided("do_not_proceed") for _ in range(late)), first=900)

    with pytest.raises(NotPossible) as refused:
        publish(at(office, "2026-05-20"))

    assert "was published on 20 April 2026" in str(refused.value)
    assert "::" not in str(refused.value)
    assert refused.value.remedy is not None
    assert refused.value.remedy.verb == "summary --published"
    with reading(office.engine) as tx:
        assert len(audit_log.entries(tx, LOG)) == 1


def test_a_reprint_in_which_every_count_changed_by_five_or_more_is_kept_beside_the_first(office: Office) -> None:
    thirty(office)
    publish(at(office, "2026-04-20"))
    filed(office, *(decided("do_not_proceed") for _ in range(7)), first=900)

    made = publish(at(office, "2026-05-20"))

    assert made.opening[0].startswith("37 cases")
    with reading(office.engine) as tx:
        newest = published(tx, YEAR)
    assert newest is not None
    assert (newest.sequence, paper_of(newest).facts()) == (2, made.facts())


def test_what_was_kept_back_is_not_shown_by_a_reprint(office: Office) -> None:
    filed(office, *(decided("do_not_proceed") for _ in range(26)), *(decided("other_route") for _ in range(3)))
    before = publish(at(office, "2026-04-20"))
    filed(office, *(decided("other_route") for _ in range(6)), first=900)

    with pytest.raises(NotPossible):
        publish(at(office, "2026-05-20"))

    assert [row.label for row in before.tables["decisions"].rows] == ["All cases considered"]


def test_a_reprint_as_it_was_known_on_the_day_is_the_paper_of_the_day(office: Office) -> None:
    thirty(office)
    made = publish(at(office, "2026-04-20"))
    late = decided("do_not_proceed")
    late.entries = [one.model_copy(update={"recorded_at": datetime(2026, 5, 1, tzinfo=UTC)}) for one in late.entries]
    filed(office, late, first=900)

    with reading(office.engine) as tx:
        now, then = (to_publish(tx, YEAR, "Here", date(2026, 5, 20), day) for day in (None, date(2026, 4, 20)))

    assert now.opening[0] != made.opening[0]
    assert then.facts() | {"made_on": ""} == made.facts() | {"made_on": ""}


def test_words_or_days_that_changed_alone_are_refused_too() -> None:
    blank: dict[str, Any] = {"opening": ["30 cases."], "tables": {}, "told": {}, "made_on": "2026-04-20"}

    assert not is_close(blank, {**blank, "made_on": "2026-05-20"})
    assert is_close(blank, {**blank, "told": {"learning": [{"under": "", "text": "New.", "more": ""}]}})
    assert is_close(blank, {**blank, "opening": ["31 cases."]})
    assert not is_close(blank, {**blank, "opening": ["35 cases."]})
    assert is_close(blank, {**blank, "opening": ["Fewer than five cases."]})


def test_the_terminal_keeps_what_leaves_and_calls_a_year_that_runs_a_draft(terminal: Terminal) -> None:
    early = terminal.asks("summary", "--year", "2025-26")
    later = replace(terminal, now="2026-04-20T10:00")
    printed = later.asks("summary", "--year", "2025-26")

    assert early["warning"] == "The year is not over: this is a draft, not for publication."
    assert printed["warning"] == ""
    assert replace(terminal, now="2027-04-20T10:00").asks("summary", "--year", "2025-26", "--published") == printed


def test_recommendations_of_a_published_year_count_as_well(office: Office) -> None:
    thirty(office)
    publish(at(office, "2026-04-20"))
    filed(office, recommended(), first=900)

    with pytest.raises(NotPossible):
        publish(at(office, "2026-05-20"))


def recorded_after(office: Office, *walks: Walk) -> None:
    """File cases that were recorded an hour after something was published, on the same day."""
    for walk in walks:
        after = office.now + timedelta(hours=1)
        walk.entries = [one.model_copy(update={"recorded_at": after}) for one in walk.entries]
    filed(office, *walks, first=900)


def test_what_was_recorded_later_on_the_day_of_printing_is_in_no_paper_beside_it(office: Office) -> None:
    thirty(office)
    publish(at(office, "2026-04-20"))
    with reading(office.engine) as tx:
        kept = published(tx, YEAR)
        assert kept is not None
        before = summary_of(tx, YEAR, date(2026, 4, 20), known_at(kept))
    recorded_after(office, decided("do_not_proceed"))

    with reading(office.engine) as tx:
        after = summary_of(tx, YEAR, date(2026, 5, 20), known_at(kept))

    assert (len(after.cases), len(after.steps)) == (len(before.cases), len(before.steps))


def test_a_paper_as_it_was_known_on_an_earlier_day_is_known_until_then(office: Office) -> None:
    thirty(office)
    at(office, "2026-05-20").do(publish_summary, YEAR, "Here", date(2026, 4, 30))

    with reading(office.engine) as tx:
        kept = published(tx, YEAR)

    assert kept is not None
    assert known_at(kept) == datetime(2026, 4, 30, 23, tzinfo=UTC)


def test_a_third_printing_is_held_against_the_first_too(office: Office) -> None:
    thirty(office)
    first = publish(at(office, "2026-04-20"))
    filed(office, *(decided("do_not_proceed") for _ in range(7)), first=900)
    publish(at(office, "2026-05-20"))
    third = replace(first, opening=tuple(one.replace("30 cases", "31 cases") for one in first.opening))

    with reading(office.engine) as tx:
        before = printings(tx, YEAR)

    check_against(before[1:], YEAR, third)
    with pytest.raises(NotPossible, match="published on 20 April 2026"):
        check_against(before, YEAR, third)
