"""The committee's own file is edited from the desk whichever of TOML's ways of writing a table its author chose."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from config import committee_file
from config.committee_file import OwnLimit, Retention
from config.settings import edition
from states.errors import BadAnswer

EDITION = "scotland-learning-review-2024"
NAME = 'committee = "Examplewick Child Protection Committee"\n'
OWN = {"limit": 10, "unit": "working_days"}

# The same file in five ways of writing it: tomlkit 0.15.2 sets a heading between dotted keys, and none inside braces.
WAYS = {
    "headings": f"""# Ours.
{NAME}
[editions.{EDITION}.timescales.notification]
limit = 10
unit = "working_days"
[meetings.case_group]
quorum = 4 # by a vote
[retention]
years = 3
""",
    "dotted keys": f"""# Ours.
editions.{EDITION}.timescales.notification.limit = 10
editions.{EDITION}.timescales.notification.unit = "working_days"
meetings.case_group.quorum = 4 # by a vote
retention.years = 3
{NAME}""",
    "dotted keys under a heading": f"""# Ours.
{NAME}
[editions]
{EDITION}.timescales.notification.limit = 10
{EDITION}.timescales.notification.unit = "working_days"
[meetings]
case_group.quorum = 4 # by a vote
[retention]
years = 3
""",
    "dotted keys under the edition": f"""# Ours.
{NAME}
[editions.{EDITION}]
timescales.notification.limit = 10
timescales.notification.unit = "working_days"
[meetings]
case_group.quorum = 4 # by a vote
[retention]
years = 3
""",
    "braces": f"""# Ours.
editions = {{ {EDITION} = {{ timescales = {{ notification = {{ limit = 10, unit = "working_days" }} }} }} }}
meetings = {{ case_group = {{ quorum = 4 }} }} # by a vote
retention = {{ years = 3 }}
{NAME}""",
}
BEFORE = tomllib.loads(WAYS["headings"])


@pytest.fixture(params=list(WAYS))
def text(request: pytest.FixtureRequest) -> str:
    return WAYS[request.param]


def edited(text: str, edit: Callable[[str], str]) -> dict[str, object]:
    written = edit(text)
    assert "# Ours." in written, "what its author wrote beside the settings stays"
    assert "# by a vote" in written
    return tomllib.loads(written)


def limit(rule: str, chosen: OwnLimit | None, name: str = EDITION) -> Callable[[str], str]:
    return lambda text: committee_file.with_limit(text, name, edition(name, None).timescales[rule], rule, chosen)


def test_the_same_is_said_in_each_way(text: str) -> None:
    assert tomllib.loads(text) == BEFORE


def test_a_limit_of_another_rule_leaves_the_rest_as_it_was(text: str) -> None:
    found = edited(text, limit("information", OwnLimit(5, "working_days", "The committee.")))
    rules = {"notification": OWN, "information": {**OWN, "limit": 5, "note": "The committee."}}
    assert found == {**BEFORE, "editions": {EDITION: {"timescales": rules}}}


def test_a_limit_by_a_day_of_the_year_leaves_the_rest_as_it_was(text: str) -> None:
    found = edited(text, limit("information", OwnLimit(1, "fixed_date", "The committee.", on=(31, 7))))
    rule = {"limit": 1, "unit": "fixed_date", "on": {"month": 7, "day": 31}, "note": "The committee."}
    assert found == {**BEFORE, "editions": {EDITION: {"timescales": {"notification": OWN, "information": rule}}}}


def test_a_limit_of_another_edition_leaves_the_rest_as_it_was(text: str) -> None:
    other = "scotland-scr-2015"
    rule = next(
        name for name, one in edition(other, None).timescales.items() if one.repeat is None and one.kind != "duty"
    )
    found = edited(text, limit(rule, OwnLimit(5, "working_days", "The committee."), other))
    added = {other: {"timescales": {rule: {**OWN, "limit": 5, "note": "The committee."}}}}
    assert found == {**BEFORE, "editions": {**BEFORE["editions"], **added}}


def test_a_limit_is_taken_away_again(text: str) -> None:
    found = edited(text, limit("notification", None))
    assert "notification" not in str(found)
    assert {**found, "editions": BEFORE["editions"]} == BEFORE


def test_a_quorum_of_another_body_leaves_the_rest_as_it_was(text: str) -> None:
    found = edited(text, lambda text: committee_file.with_quorum(text, "sub_group", 3))
    assert found == {**BEFORE, "meetings": {"case_group": {"quorum": 4}, "sub_group": {"quorum": 3}}}


def test_another_name_leaves_the_rest_as_it_was(text: str) -> None:
    found = edited(text, lambda text: committee_file.with_name(text, "Another"))
    assert found == {**BEFORE, "committee": "Another"}


def test_a_quorum_is_taken_away_again(text: str) -> None:
    found = tomllib.loads(committee_file.with_quorum(text, "case_group", None))
    assert "quorum" not in str(found)
    assert {**found, "meetings": BEFORE["meetings"]} == BEFORE


def test_a_rule_of_erasing_takes_the_place_of_the_one_before(text: str) -> None:
    found = edited(text, lambda text: committee_file.with_retention(text, Retention(7, "The committee.")))
    assert found == {**BEFORE, "retention": {"years": 7, "note": "The committee."}}


def test_what_would_not_read_back_as_meant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomlkit.dumps", lambda _: NAME)
    with pytest.raises(BadAnswer, match="by hand"):
        committee_file.with_quorum(WAYS["headings"], "sub_group", 3)
