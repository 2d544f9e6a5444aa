"""Delivers webhook calls: a reference, a kind, a number and a link, under an identity that stays the same."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine, RowMapping

from notifications.webhook_post import call
from records import webhooks
from records.database import reading, transaction
from records.keys import MasterKey
from states.errors import NotSetUp
from workflows.messages.sending_trouble import tell_of

MOST = 20
"""So many calls are taken up at a time."""
ROUNDS = 50
"""So many times in one round of delivery."""
TYPE = "cairn.entry"


@dataclass(frozen=True)
class WebhookSetup:
    """Where webhooks find a case (`site`), which hosts of one's own are meant, and who is told of trouble."""

    keys: MasterKey
    site: str = ""
    own: Collection[str] = ()
    alarm_roles: Sequence[str] = ("lead_officer",)


def tell_webhooks(engine: Engine, told: WebhookSetup, now: datetime) -> Counter[str]:
    """Send every call that is owed and may go now; how many were sent, stay owed, and were given up.

    Killed at any line, the next round goes on: a call whose fate is not known is made again under the same identity.
    """
    tally, name = Counter[str](), f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:12]}"
    with reading(engine) as tx:
        if not webhooks.read(tx):
            return tally
    for _ in range(ROUNDS):
        with transaction(engine) as tx:
            found = webhooks.claim(tx, now, name, MOST)
        for one in found:
            tally[_call(engine, told, one, now)] += 1
        if not found:
            break
    return tally


def identity_of(one: RowMapping) -> str:
    """What a call is known by, however often it is made."""
    return f"entry_{one['webhook_id']}_{one['ref']}_{one['sequence']}"


def _call(engine: Engine, told: WebhookSetup, one: RowMapping, now: datetime) -> str:
    data = {"ref": one["ref"], "kind": one["kind"], "sequence": one["sequence"]}
    link = f"{told.site.rstrip('/')}/api/v1/cases/{one['ref']}"
    said = {"type": TYPE, "timestamp": one["owed_at"].isoformat(), "data": {**data, "link": link}}
    try:
        secret = webhooks.secret_of(told.keys, one["webhook_id"], one["secret"])
    except NotSetUp as wrong:
        taken, detail = False, wrong.obstacles[0]
    else:
        answer = call(
            one["address"], secret, identity_of(one), int(now.timestamp()), json.dumps(said).encode(), told.own
        )
        taken, detail = answer.taken, answer.detail
    with transaction(engine) as tx:
        status = webhooks.answered(tx, one, taken=taken, detail=detail, now=now)
        if status == "failed":
            way, problem = f"webhook {one['webhook_id']}", f"calls of webhook {one['webhook_id']} were given up"
            tell_of(tx, way, problem, detail, told.alarm_roles, now, since=one["owed_at"])
    return status
