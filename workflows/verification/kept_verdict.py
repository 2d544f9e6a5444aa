"""The last verdict of a full verification, kept for the first page of quality assurance."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, Engine

from records import quality_figures
from records.database import transaction
from states.errors import StorageTrouble
from workflows.reports.quality import VERIFICATION
from workflows.verification.verify import Verdict


def keep_if_it_can(engine: Engine, verdict: Verdict, now: datetime) -> None:
    """Keep what was found; a database that takes nothing just now was verified all the same."""
    with suppress(StorageTrouble), transaction(engine) as tx:
        keep_verdict(tx, verdict, now)


def keep_verdict(tx: Connection, verdict: Verdict, now: datetime) -> None:
    """Keep what was found, in the place of what was found before."""
    counts = {name: getattr(verdict, name) for name in ("cases", "entries", "rungs", "messages", "logged")}
    facts = {**counts, "causes": [str(one) for one in verdict.causes], "notes": list(verdict.notes)}
    quality_figures.keep(tx, {VERIFICATION: facts}, now)
