"""What a case adds up to says of each date what it belongs to, and into which states the case came, in their order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

CASES = "SELECT id, dossier FROM case_file"
ENTRIES = "SELECT sequence, body FROM history WHERE case_id = :id ORDER BY sequence"
WRITE = "UPDATE case_file SET dossier = :dossier WHERE id = :id"
ENDS = {"answered", "declined", "redirected", "request_withdrawn"}
KEPT_IN = {"requests": "request", "pauses": "hold", "items": "item"}
"""Where what a date belongs to is kept, and what it is called there. Before, the first of that number was meant."""


def upgrade() -> None:
    tx = op.get_bind()
    for case_id, dossier in tx.execute(sa.text(CASES)).all():
        entries = tx.execute(sa.text(ENTRIES), {"id": case_id}).all()
        try:
            lines = [{**json.loads(body), "sequence": sequence} for sequence, body in entries]
            facts = brought_forward(json.loads(dossier), lines)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # a row that is damaged is told as that, and made again from its history
        tx.execute(sa.text(WRITE), {"id": case_id, "dossier": json.dumps(facts, separators=(",", ":"))})


def brought_forward(facts: dict[str, Any], entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a case adds up to, with the states it came into and the entries that asked, ended and entered."""
    stays: list[list[Any]] = []
    for entry in entries:
        kind, number, data = entry["kind"], entry.get("sequence", 0), entry.get("data", {})
        if kind in {"opened", "advanced"} and entry.get("dest", "") != entry.get("source", ""):
            stays.append([number, entry["dest"]])
        elif kind == "moved_edition":
            stays = [[0, entry["dest"]]]
        _asked(facts.get("requests", {}), kind, number, data)
        _ended(facts.get("items", {}), kind, number, data)
    for deadline in facts.get("deadlines", {}).values():
        subject = deadline.get("subject", "")
        about = next((word for kept, word in KEPT_IN.items() if subject and subject in facts.get(kept, {})), "")
        if about:
            deadline["about"] = about
    return {**facts, **({"stays": stays} if stays else {})}


def _asked(requests: dict[str, Any], kind: str, number: int, data: Mapping[str, Any]) -> None:
    if kind in ENDS:
        requests[data["id"]]["ended_by"] = number
    fresh = [one["id"] for one in data.get("asked", ())] if kind == "requested" else []
    fresh += [data["new_id"]] if kind == "redirected" else [data["id"]] if kind == "sent_back" else []
    for one in fresh:
        requests[one]["sequence"] = number
        requests[one].pop("ended_by", None)


def _ended(items: dict[str, Any], kind: str, number: int, data: Mapping[str, Any]) -> None:
    if kind not in {"item_added", "item_answered", "item_updated"} or data["id"] not in items:
        return
    item = items[data["id"]]
    if not data.get("ended", False):
        item.pop("ended_by", None)
    elif "ended_by" not in item:
        item["ended_by"] = number


def downgrade() -> None:
    """A row that says more than was asked of it is read all the same."""
