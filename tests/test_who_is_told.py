"""Every audience and every message at every place: refused by the check, or really worded and owed."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from config import telling_checks
from config.procedure_checks import checks, faults
from notifications.grammar import FACTS
from notifications.texts import TEMPLATES, kinds, needs
from notifications.wording import Message, letter
from records.database import transaction
from states.timescales import Rung
from tests.casework import edited, messages, tasks, transitions
from tests.office import FIFE
from workflows.messages.owe import tell_rung
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.register_items import add_item
from workflows.verbs.request import answer, request

if TYPE_CHECKING:
    from states.procedure import Procedure
    from tests.office import Office

AUDIENCES = ("owner", "agency_contact", "agency_senior", "agencies", "notifier", "lead_officer", "inspectorate")
MESSAGES = sorted(kinds())
EVERY = [{"tell": [audience], "message": message} for audience, message in product(AUDIENCES, MESSAGES)]
AGENCYS = [{"name": "agency", "label": "By whom", "kind": "agency", "required": False}]
WHAT = [{"name": "what", "label": "What"}]
DAYS = (-2, 0, 3)


def everywhere(of: dict[str, Any]) -> Procedure:
    """The small edition with these notices at every place; ladders hang on dates of agencies, of roles, of holds."""
    kept = {"prefix": "A", "kept_by": ["lead_officer"], "answered_by": ["lead_officer"], "basis": "local"}
    listed = {"answer": WHAT, **kept}
    registers = {
        "actions": {**listed, "label": "Actions", "fields": [*WHAT, *AGENCYS], "notify": of["actions"]},
        "notes": {**listed, "label": "Notes", "prefix": "N", "fields": WHAT, "notify": of["notes"]},
    }
    whole = edited().model_dump(mode="json", by_alias=True)
    clocks = {name: {**rule, "ladder": name} for name, rule in whole["timescales"].items() if name in LADDERS}
    ladders = {name: {"label": name, "rungs": of[name] or [RUNG]} for name in LADDERS}
    parts = {
        "bodies": {"inspectorate": {"label": "Inspectorate", "external": True}},
        "registers": registers,
        "timescales": clocks,
        "ladders": ladders,
        "transitions": transitions(gather={"notify": of["gather"]}, decide_review={"notify": of["decide_review"]}),
        "pauses": {"proceedings": {**whole["pauses"]["proceedings"], "notify": of["proceedings"]}},
    }
    return edited(**parts)


LADDERS = ("report", "decision", "hold_review", "chase_verdict")
RUNG = {"day": 0, "tell": ["lead_officer"], "message": "due_today"}
PLACES = ("gather", "decide_review", "actions", "notes", "proceedings", *LADDERS)
RUNGS = [{"day": day, **notice} for day in DAYS for notice in EVERY]
ASKED_OF_PLACE = {place: RUNGS if place in LADDERS else EVERY for place in PLACES}


def place_of(procedure: Procedure, where: tuple[Any, ...]) -> tuple[str, int] | None:
    """Which of the places a fault is about, and which notice of it."""
    if where[0] == "transitions" and "notify" in where:
        return procedure.transitions[where[1]].trigger, where[3]
    return (where[1], where[3]) if where[0] in {"registers", "pauses", "ladders"} and len(where) > 3 else None


def accepted() -> dict[str, list[dict[str, Any]]]:
    """What the check lets stand at each place."""
    whole = everywhere(ASKED_OF_PLACE)
    refused = defaultdict(set)
    for where, what in (fault for check in checks(whole, frozenset({"scotland"}), None) for fault in check):
        found = place_of(whole, where)
        if found is not None:
            assert what.count(". ") >= 1, what  # what is wrong, and what to do
            refused[found[0]].add(found[1])
    return {
        place: [one for number, one in enumerate(asked) if number not in refused[place]]
        for place, asked in ASKED_OF_PLACE.items()
    }


@pytest.fixture(scope="module")
def left() -> dict[str, list[dict[str, Any]]]:
    return accepted()


def said(notices: list[dict[str, Any]], key: str) -> set[str]:
    return {one["tell"][0] if key == "tell" else one[key] for one in notices}


def test_what_has_no_meaning_at_a_place_is_refused(left: dict[str, list[dict[str, Any]]]) -> None:
    assert {place: set(AUDIENCES) - said(left[place], "tell") for place in PLACES} == {
        "gather": {"owner", "agency_contact", "agency_senior"},
        "decide_review": {"owner", "agency_contact", "agency_senior"},
        "actions": {"owner"},
        "notes": {"owner", "agency_contact", "agency_senior"},
        "proceedings": {"owner", "agency_contact", "agency_senior"},
        "report": set(),
        **{ladder: {"agency_contact", "agency_senior"} for ladder in ("decision", "hold_review", "chase_verdict")},
    }
    dates = {"reminder", "due_today", "overdue", "escalation", "silence", "duty_due"}
    assert {place: said(left[place], "message") for place in LADDERS} == {
        "report": dates,
        "decision": dates,
        "hold_review": dates | {"hold_review"},
        "chase_verdict": dates - {"overdue", "escalation"} | {"chase_outside"},
    }
    assert said(left["proceedings"], "message") == {"hold_ordered", "hold_ended"}
    assert said(left["decide_review"], "message") - said(left["gather"], "message") == {"decision_made"}
    assert not said([one for one in left["report"] if one["day"] < 0], "message") & {"overdue", "due_today"}


def test_what_asks_an_agency_asks_and_what_thanks_it_thanks() -> None:
    asked = edited().model_dump(mode="json", by_alias=True)["requests"]["report"]
    each = {name: {**asked, "message": name, "acknowledgement": name} for name in MESSAGES}
    refused = {where[1:] for where, _ in faults(edited(requests=each), calendars=frozenset({"scotland"}))}

    assert {(name, key) for name in MESSAGES for key in ("message", "acknowledgement")} - refused == {
        ("information_requested", "message"),
        ("information_received", "acknowledgement"),
    }


def test_what_is_left_is_worded_and_owed(left: dict[str, list[dict[str, Any]]], office: Office) -> None:
    office.editions["small"] = everywhere(left)
    assert not faults(office.editions["small"], calendars=frozenset({"scotland"}))
    office.add_contact("inspectorate")
    ref = office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE,)).ref
    owed = {"gather": _owed_by(office, advance, ref, "gather")}
    for more in ({}, {"agency": FIFE}):
        owed["actions"] = _owed_by(office, add_item, ref, "actions", {"what": "Agree it", **more})
    owed["notes"] = _owed_by(office, add_item, ref, "notes", {"what": "Noted"})
    office.do(request, ref, "report", (FIFE,))
    begun = _owed_by(office, order_pause, ref, "proceedings", "Fiscal", "Asked for", role="chair")
    _ladders(office, ref, left)
    owed["proceedings"] = begun | _owed_by(office, end_pause, ref, "P1", "Over", role="chair")
    office.do(answer, ref, FIFE)
    office.do(advance, ref, "consider")
    owed["decide_review"] = _owed_by(
        office, advance, ref, "decide_review", answers={}, reason="Much to learn.", role="chair"
    )

    assert {place: said(left[place], "message") for place in owed} == owed
    for row in messages(office):
        letter([Message(row.kind, json.loads(row.facts))])
    assert office.deliver().failed == 0


def _owed_by(office: Office, verb: Any, ref: str, *arguments: Any, **more: Any) -> set[str]:
    office.do(verb, ref, *arguments, **more)
    version = office.case(ref).dossier.sequence
    return {row.kind for row in messages(office) if row.sequence == version} - {"task", "information_requested"}


def _ladders(office: Office, ref: str, left: dict[str, list[dict[str, Any]]]) -> None:
    """Every rung that is left, told of a date that hangs on its ladder."""
    case = office.case(ref)
    dates = {one.timescale: one for one in case.dossier.deadlines.values()}
    for name in ("report", "hold_review"):
        with transaction(office.engine) as tx:
            for one in left[name]:
                rung, facts = Rung.model_validate(one), {"late": False, "passed": 0}
                tell_rung(tx, case, dates[name], rung, facts, office.now)
        kinds_owed = {row.kind for row in messages(office) if row.deadline_key == dates[name].key}
        assert said(left[name], "message") <= kinds_owed
    assert tasks(office) == []


def test_what_each_wording_needs_is_declared_beside_it() -> None:
    declared = telling_checks.needs()

    assert declared.keys() == kinds()
    assert {name: needs(name, TEMPLATES) - {"ref"} - declared[name] for name in declared} == dict.fromkeys(
        declared, frozenset()
    )
    assert {need for every in declared.values() for need in every} <= FACTS | telling_checks.WORDS.keys()
