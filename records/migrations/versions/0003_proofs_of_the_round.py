"""Recommendations that were taken up again show no proof of an earlier round."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

FILES = """
SELECT f.id, f.dossier, e.body FROM case_file f JOIN edition e ON e.digest = f.digest WHERE f.kind = 'recommendation'
"""
LISTED = sa.table("recommendation", *map(sa.column, ("case_id", "fulfilled", "practice", "outcomes")))
COLUMNS = {"fulfilled": "fulfilled", "impact_practice": "practice", "impact_outcomes": "outcomes"}
"""The answers that are proofs, and the columns they are listed in."""


def upgrade() -> None:
    tx = op.get_bind()
    for case_id, dossier, body in tx.execute(sa.text(FILES)).all():
        facts = json.loads(dossier)
        begun, came_from = taken_up(facts, json.loads(body)["transitions"]), facts.get("recorded_by", {})
        gone = {column: "" for name, column in COLUMNS.items() if 0 < came_from.get(name, 0) <= begun}
        if gone:
            tx.execute(sa.update(LISTED).where(LISTED.c.case_id == case_id).values(gone))


def taken_up(facts: dict[str, Any], moves: list[dict[str, Any]]) -> int:
    """The entry with which the work was last taken up, as the listing counts it from now on."""
    claims = [move for move in moves if any(field["name"] == "done_on" for field in move["fields"])]
    states = {state for move in claims for state in move["source"]}
    again = {move["trigger"] for move in moves if move["reopens"]}
    entered = [mark["sequence"] for state, mark in facts.get("entered", {}).items() if state in states]
    return max(
        [*entered, *(mark["sequence"] for name, mark in facts.get("done", {}).items() if name in again)], default=0
    )


def downgrade() -> None:
    """What was listed of earlier rounds is in their histories: nothing is put back."""
