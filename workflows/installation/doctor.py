"""`cairn doctor`: runs every check of an installation and says what is well, what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine

from config.settings import Settings
from records.database import reading, there_is, transaction
from records.upgrade import VERSIONS, version_of
from states.errors import Refused
from states.next_step import SAYS_IT, Advice, advice
from states.words import first_up
from workflows.checks import Finding, Look, fault, well
from workflows.installation import key_exchange, operation_checks, reach_checks, row_checks, setup_checks
from workflows.installation.installation import BEGIN_HERE, NOT_HERE

__all__ = ["Finding", "doctor"]

Given = TypeVar("Given")

OF_THE_MACHINE: tuple[Callable[[Settings], Iterable[Finding]], ...] = (
    setup_checks.settings_in_order,
    setup_checks.other_committees,
    setup_checks.master_key,
    setup_checks.room_on_disk,
    setup_checks.software,
    setup_checks.wordings,
    setup_checks.editions_readable,
    setup_checks.national_calendars,
)
OF_THE_RECORDS: tuple[Callable[[Look], Iterable[Finding]], ...] = (
    operation_checks.clock,
    operation_checks.triggers,
    operation_checks.row_level_security,
    key_exchange.key_fits,
    operation_checks.rounds,
    operation_checks.prefect_server,
    operation_checks.outbox_moves,
    row_checks.sending,
    operation_checks.channels,
    row_checks.damaged_rows,
    row_checks.damaged_addresses,
    row_checks.damaged_tasks,
    row_checks.damaged_registers,
    row_checks.kept_cases,
    reach_checks.people,
    reach_checks.registers,
    operation_checks.editions_in_use,
    operation_checks.search_finds,
)


def doctor(engine: Engine, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Look at everything, and change nothing. `now` is in UTC.

    The faults come first, then advice, each in the order in which it is best seen to; then what is well.
    """
    found = [finding for look in OF_THE_MACHINE for finding in _safely(look, settings)]
    if not there_is(engine):
        return _in_order([*found, fault(NOT_HERE.format(path=settings.data.absolute()), BEGIN_HERE)])
    found += _safely(_database, engine)
    found += _safely(partial(_records, settings=settings, now=now), engine)
    return _in_order(found)


def _in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _place(finding: Finding) -> tuple[bool, bool, int]:
    return finding.ok, not finding.remedy.words, finding.when


def _database(engine: Engine) -> Iterator[Finding]:
    with transaction(engine) as tx:
        found = version_of(tx)
    where = "SQLite" if engine.dialect.name == "sqlite" else "PostgreSQL"
    if found is None:
        yield fault("The database is empty.", advice("Set it up: {} makes what is missing.", "setup"))
    elif found != VERSIONS[-1]:
        yield fault(f"The database is of an older version ({found}).", "Start Cairn: it brings it forward.")
    else:
        yield well(f"The database ({where}, tables version {found}) may be written to.")


def _records(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    with reading(engine) as tx:
        if version_of(tx) == VERSIONS[-1]:
            this = Look(tx, settings, now)
            yield from (finding for look in OF_THE_RECORDS for finding in _safely(look, this))


def _safely(look: Callable[[Given], Iterable[Finding]], given: Given) -> list[Finding]:
    try:
        return list(look(given))
    except Refused as refused:
        return [fault(obstacle, _remedy(refused)) for obstacle in refused.obstacles]


def _remedy(refused: Refused) -> Advice:
    """What mends a refusal, as a sentence of its own."""
    return replace(refused.advice, words=first_up(refused.advice.words)) if refused.advice else SAYS_IT
