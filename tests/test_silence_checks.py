"""Where a case can stand with no date is known of every edition, and a case that does is named to its lead officer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from config import procedures
from config.silence_checks import silences
from records.database import reading
from states.moments import local_day
from states.procedure import Procedure
from tests.casework import gathering
from tests.walking import Walk
from workflows.messages.digest import lists

if TYPE_CHECKING:
    from tests.office import Office


def test_a_state_whose_clocks_all_end_on_the_way_there_is_named_with_the_way() -> None:
    found = {one.state: one.steps for one in silences(procedures.load("scotland-learning-review-2024"))}

    assert found["recommendation"] == ("discuss", "drop_concern", "reopen")
    assert "set_up" not in found


def test_a_date_recorded_again_runs_again_though_the_first_was_met() -> None:
    told = {"name": "heard_on", "label": "Day of the hearing", "kind": "date"}
    moves: list[dict[str, object]] = [
        {"trigger": "tell", "label": "Tell", "dest": "told", "fields": [told]},
        {"trigger": "hear", "label": "Hear", "source": ["told"], "dest": "heard"},
        {"trigger": "hear_more", "label": "Hear more", "source": ["heard"], "dest": "told", "fields": [told]},
    ]
    moves = [{"roles": ["lead"], **move} for move in moves]
    hearing = {"label": "Hearing", "anchor": {"field": "heard_on"}, "limit": 0, "met_by": {"triggers": ["hear"]}}

    assert silent(moves, hearing=hearing) == ["heard"]


def silent(moves: list[dict[str, object]], **limits: dict[str, object]) -> list[str]:
    """The states that are named of an edition with these steps and time limits."""
    states = {name: {"label": name, "phase": "review"} for name in ("told", "heard")}
    named = {"name": "a", "title": "A", "regime": "a", "nation": "Scotland", "review": "inquiry", "prefix": "A"}
    timescales = {name: {"label": name, "limit": 5, **limit, **OWED} for name, limit in limits.items()}
    rest = {"calendar": "scotland", "sources": {}, "roles": {}, "states": states, "transitions": moves}
    return [one.state for one in silences(Procedure.model_validate({**named, **rest, "timescales": timescales}))]


def test_a_date_that_waits_for_several_things_or_hangs_on_others_runs_once_all_have_come_about() -> None:
    day = {"name": "heard_on", "label": "Day of the hearing", "kind": "date"}
    tell = {"trigger": "tell", "label": "Tell", "dest": "told"}
    hear = {"trigger": "hear", "label": "Hear", "source": ["told"], "dest": "heard", "fields": [day]}
    moves: list[dict[str, object]] = [{"roles": ["lead"], **move} for move in (tell, hear)]
    several = {"anchor": {"later_of": [{"trigger": "tell"}, {"field": "heard_on"}]}}
    chain = {"last": {"anchor": {"timescale": "next"}}, "next": {"anchor": {"timescale": "first"}}}
    first = {"anchor": {"state": "told"}, "met_by": {"triggers": ["hear"]}}
    dropped = {"anchor": {"state": "told"}, "cancelled_by": {"triggers": ["hear"]}}

    assert silent(moves, several=several) == ["told"]
    assert silent(moves, either={"anchor": {"earlier_of": several["anchor"]["later_of"]}}) == []
    assert silent(moves, first=first) == ["heard"]
    assert silent(moves, first=first, **chain) == []
    assert silent(moves, first=dropped, **chain) == ["heard"]


OWED = {"unit": "calendar_days", "owner": "lead", "basis": "assumption"}


@pytest.mark.parametrize("name", procedures.names())
def test_what_is_named_is_an_open_state_to_which_its_steps_lead_and_no_date_runs_there(name: str) -> None:
    procedure = procedures.load(name)

    for silence in silences(procedure):
        case = Walk(procedure)
        for number, trigger in enumerate(silence.steps):
            case.only(trigger, (date(2026, 3, 2) + timedelta(days=number)).isoformat())
        runs = [
            one.key for one in case.dossier.open_deadlines() if procedure.timescales[one.timescale].kind != "window"
        ]
        assert (case.state, runs) == (silence.state, []), silence
        assert not procedure.states[case.state].final


def test_a_case_that_no_date_reminds_of_is_on_its_lead_officers_list_after_a_week(office: Office) -> None:
    case = gathering(office)
    assert office.case(case.ref).dossier.open_deadlines() == ()

    said = {days: named(office, days) for days in (6, 7, 30)}

    assert [any("no date runs on it" in one for one in said[days]) for days in (6, 7, 30)] == [False, True, True]


def named(office: Office, days: int) -> list[str]:
    with reading(office.engine) as tx:
        today = local_day(office.now) + timedelta(days=days)
        return [line.words for reach, lines in lists(tx, today) if reach.role == "lead_officer" for line in lines]
