"""Records that somebody read a case, for the auditor, until the committee's rule erases it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from config.committee_file import Retention
from records import need_to_know, reading_log
from states.entry import Actor
from states.errors import BadAnswer, NotPossible
from states.roles import KEEPERS
from workflows.unit_of_work import UnitOfWork, check_words
from workflows.views.retention import ripe_readings

ONE_READING = timedelta(minutes=30)
"""What somebody looks at of a part of a case within this time is one reading of it."""
NAMED = "named for the case"
"""The right of whoever reads a case that is kept to named people."""
NO_RULE = "No rule says when readings are erased: the committee sets how many years after a case closed."
NOTHING_RIPE = "No reading is of a case that was closed so long ago."


def is_on_record(tx: Connection, actor: Actor, ref: str, part: str, now: datetime) -> bool:
    """Whether it is on record that somebody is reading a part of a case just now."""
    return reading_log.was_noted(tx, ref.strip().upper(), actor, part, now - ONE_READING)


def record_reading(uow: UnitOfWork, ref: str, part: str) -> None:
    """Put on record that the actor reads a part of a case, and by what right; once within half an hour.

    Of a case that there is not nothing is kept.
    """
    ref = ref.strip().upper()
    named = reading_log.to_note(uow.tx, ref, uow.actor, part, uow.now - ONE_READING)
    if named is not None:
        reading_log.note(uow.tx, ref, uow.actor, part, NAMED if named else uow.actor.role, uow.now)


def erase_readings(uow: UnitOfWork, rule: Retention | None, why: str) -> int:
    """Erase the readings that the rule lets go, for good; how many. The log says so, and still verifies.

    Raises NotPossible without a rule, where nothing is to be erased, and for somebody who does not keep cases.
    """
    if uow.actor.role not in KEEPERS:
        raise NotPossible("Readings are erased by a lead officer, the deputy, the chair or the committee.")
    if rule is None:
        raise NotPossible(NO_RULE)
    check_words(uow, None, why)
    if not why.strip():
        raise BadAnswer("Say on what ground the readings are erased.")
    numbers = ripe_readings(uow.tx, rule, uow.today, need_to_know.hidden_from(uow.tx, uow.actor.account))
    if not numbers:
        raise NotPossible(NOTHING_RIPE)
    return reading_log.erase(uow.tx, numbers, uow.actor, uow.now, why.strip())
