"""Recommendations that were taken up again show no proof of an earlier round."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

FILES = sa.text(
    "SELECT f.id, f.dossier, e.body FROM case_file f JOIN edition e ON e.digest = f.digest WHERE f.kind = 'recommendation'"
)
BLANK = {"fulfilled": "fulfilled", "impact_practice": "practice", "impact_outcomes": "outcomes"}
"""The answers that are proofs, and the columns they are listed in."""


def upgrade() -> None:
    tx = op.get_bind()
    for case_id, dossier, body in tx.execute(FILES).all():
        facts = json.loads(dossier)
        begun = taken_up(facts, json.loads(body)["transitions"])
        came_from = facts.get("recorded_by", {})
        for name, column in BLANK.items():
            if name in facts.get("fields", {}) and came_from.get(name, 0) <= begun:
                tx.execute(sa.text(f"UPDATE recommendation SET {column} = '' WHERE case_id = :id"), {"id": case_id})


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
