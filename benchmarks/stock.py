"""Databases to measure on: cases opened through the verbs, and as many copies of one case as a question needs."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, text

from config import procedures
from config.settings import calendar
from records import contact_log, contacts
from records.cases import CASES
from records.database import connect, transaction
from records.diary import DEADLINES
from records.keys import MasterKey
from records.upgrade import upgrade
from states.entry import CAIRN, Actor
from states.procedure import Procedure
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.request import request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EDITION = "scotland-scr-2015"
KEYS = MasterKey(b"b" * 32)
AGENCIES = ("Health Board", "Police")
ANSWERS = {
    "notification_form": "papers 1",
    "notified_grounds": ["serious_harm"],
    "immediate_concerns": "no",
    "lead_informed_on": "2026-02-27",
}
ALERT = {"acknowledged_on": "2026-03-02", "agencies_alerted": list(AGENCIES)}


@dataclass(frozen=True)
class Stock:
    """A database with contacts in it, and the edition its cases are under."""

    engine: Engine
    keys: MasterKey
    procedure: Procedure

    @contextmanager
    def uow(self, role: str, now: datetime = NOW) -> Iterator[UnitOfWork]:
        """Somebody at work, in one transaction."""
        with transaction(self.engine) as tx:
            actor = Actor(name=role, role=role)
            yield UnitOfWork(tx, actor, now, self.keys, lambda _: self.procedure, calendar)

    def open(self, count: int) -> list[str]:
        """Open so many cases; their references."""
        refs = []
        for _ in range(count):
            with self.uow("lead_officer") as uow:
                case, _entry = open_case(uow, EDITION, "submit_notification", answers=ANSWERS, agencies=AGENCIES)
            refs.append(case.ref)
        return refs

    def alert(self, ref: str) -> None:
        """The step that is measured: accept the notification and alert the agencies."""
        with self.uow("notification_acceptor") as uow:
            advance(uow, ref, "acknowledge_and_alert", answers=ALERT, authority="delegated_group")

    def ask(self, ref: str, now: datetime = NOW) -> None:
        """Ask one agency for its report, so that a date with a ladder runs."""
        with self.uow("lead_officer", now) as uow:
            request(uow, ref, "icr_report", AGENCIES[:1])


def bare(procedure: Procedure) -> Procedure:
    """The edition with the same states and steps, but no dates and no messages: what the peers do, and no more."""
    whole = procedure.model_dump(by_alias=True)
    moves = [{**move, "notify": []} for move in whole["transitions"]]
    return Procedure.model_validate({**whole, "timescales": {}, "transitions": moves})


def stock(url: str, *, plain: bool = False) -> Stock:
    """An empty database brought up to date, with everybody in it who is to be written to."""
    engine, keys = connect(url), KEYS
    upgrade(engine, None, NOW)
    procedure = bare(procedures.load(EDITION)) if plain else procedures.load(EDITION)
    people = [(agency, role) for agency in AGENCIES for role in ("first", "senior")]
    people += [("", role) for role in (*procedure.roles, *procedure.bodies)]
    with transaction(engine) as tx:
        for agency, role in people:
            channels = [("email", f"{role}@{(agency or 'committee').replace(' ', '-').lower()}.example")]
            number = contacts.add(tx, keys, agency=agency, role=role, name=role, channels=channels)
            contact_log.note(tx, number, "added", CAIRN, NOW)
    return Stock(engine, keys, procedure)


def stocked(url: str) -> Stock:
    """A database that `stock` has filled already."""
    return Stock(connect(url), KEYS, procedures.load(EDITION))


def simulated(folder: Path, name: str, *words: str) -> Engine:
    """A database of that name in the folder, filled with a believable committee's work by `cairn simulate`."""
    url = f"sqlite:///{folder / name}"
    where = ("--database", url, "--folder", str(folder / "simulated"))
    command = [sys.executable, "-m", "cli.app", "simulate", *words, *where]
    subprocess.run(command, check=True, capture_output=True)
    return connect(url)


def copied(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The row of a case under another reference, which what it adds up to says as well."""
    ref = f"{row['ref']}-{number}"
    return {**row, "ref": ref, "dossier": json.dumps({**json.loads(row["dossier"]), "ref": ref})}


def copy_case(tx: Connection, ref: str, count: int, *, deadlines: bool) -> None:
    """Copies of one case under other references, with its dates pushed a year on when `deadlines`; for size alone."""
    row = dict(tx.execute(select(CASES).where(CASES.c.ref == ref)).mappings().one())
    case_id = row.pop("id")
    first = int(tx.execute(text("SELECT max(id) FROM case_file")).scalar_one()) + 1
    tx.execute(insert(CASES), [{**copied(row, number), "id": first + number} for number in range(count)])
    if not deadlines:
        return
    wanted = select(DEADLINES).where(DEADLINES.c.case_id == bindparam("of"), DEADLINES.c.next_action_at.is_not(None))
    dates = [dict(one) for one in tx.execute(wanted, {"of": case_id}).mappings()]
    later = [{**one, "next_action_at": one["next_action_at"] + timedelta(days=365)} for one in dates[:1]]
    tx.execute(insert(DEADLINES), [{**one, "case_id": first + number} for number in range(count) for one in later])
