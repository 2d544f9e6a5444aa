"""Cases walked through their editions by the pure engine, filed in a real database: what is counted across cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from records import history
from records.cases import CASES, columns_of
from records.database import transaction
from records.editions import pin_calendar, pin_edition
from records.snapshots import written
from tests.walking import CALENDARS, Walk, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Engine

NHS = "NHS Tayside"
LEARNING_REVIEW, SCR, RECOMMENDATION = "scotland-learning-review-2024", "scotland-scr-2015", "recommendation-2026"


def keep(tx: Connection, one: Walk, ref: str, **facts: Any) -> str:
    """File a walk under a reference; `facts` change what its dossier says."""
    dossier = one.dossier.but(ref=ref, **facts)
    pin_edition(tx, one.edition)
    row = {**columns_of(dossier, one.edition), "ref": ref, "kind": one.edition.kind, "dossier": written(dossier)}
    case_id = tx.execute(CASES.insert(), {**row, "head": "0" * 64}).inserted_primary_key[0]
    _history(tx, one, case_id, ref)
    return ref


def _history(tx: Connection, one: Walk, case_id: int, ref: str) -> None:
    """What happened on a walk, entry by entry; a walk that was given its dossier has none."""
    if [entry.sequence for entry in one.entries] == list(range(1, one.sequence + 1)):
        for entry in one.entries:
            history.append(tx, case_id, ref, "0" * 64, entry)
        for calendar in CALENDARS.values():
            pin_calendar(tx, calendar)


def kept(engine: Engine, walks: Iterable[tuple[str, Walk]]) -> None:
    """File walks, each under its reference."""
    with transaction(engine) as tx:
        for ref, one in walks:
            keep(tx, one, ref)


def decided(trigger: str, *, opened: str = "2025-05-01", on: str = "2025-06-20", **given: Any) -> Walk:
    """A learning review that was decided: proceed, do_not_proceed or other_route."""
    one = walk(LEARNING_REVIEW).go("notify", opened).go("request_info", opened).ask("information", opened, NHS)
    one.answer("information", on, NHS).go("draft_recommendation", on).go("submit", on)
    return one.go(trigger, on, decided_on=on, **given)


PLAN = {
    "responsible": "Head of children's services",
    "significance": "Children were not heard in two reviews.",
    "urgency": "urgent",
    "urgency_reason": "The same practice goes on today.",
    "expected_change": "Every plan carries the child's own view.",
    "measures": [{"indicator": "Plans with the child's view", "baseline": "40 %", "target": "90 %", "source": "Audit"}],
    "case_for_change": "Two reviews found it.",
    "learning_orientation": "Teams try it and tell each other what worked.",
    "evidence": "F1, F3",
    "review_on": "2026-09-01",
}


def recommended(level: str = "single_agency", opened: str = "2025-07-01", **given: Any) -> Walk:
    """A recommendation that was proposed."""
    return walk(RECOMMENDATION).go("propose", opened, level=level, **given)


def assessed(opened: str = "2025-07-01", **impact: Any) -> Walk:
    """A recommendation that was carried out, verified and assessed, all in the year it was proposed."""
    one = recommended(opened=opened, addressee=NHS).go("accept", "2025-07-10", **PLAN).go("start", "2025-07-11")
    one.go("claim_complete", "2025-09-01", done_on="2025-08-30", by="Owner")
    one.go("verify", "2025-10-01", fulfilled="partly", evidence_on="2025-09-20", by="Somebody else")
    return one.go(
        "assess_impact", "2026-01-15", **{"impact_practice": "clear", "impact_outcomes": "emerging", **impact}
    )


def reviewed(**given: Any) -> Walk:
    """A learning review whose report the committee agreed on 10 January 2026 and the chief officers ratified."""
    one = decided("proceed").go("start_review", "2025-07-01").go("draft_report", "2025-12-01")
    one.enter("finding", "2025-12-02", statement="Nobody asked the child.", themes=["childs_voice"])
    one.respond("F1", "2026-01-10").go("agree_report", "2026-01-10", agreed_on="2026-01-10", **given)
    return one
