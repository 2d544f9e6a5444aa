"""Advancing a case: one step of its edition, with what the step must record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from records import cases
from records.cases import Case
from states.answers import tidy
from states.entry import Entry
from states.errors import BadAnswer, NotPossible
from states.guards import Facts
from states.machine import step
from workflows.messages.owe import recorded
from workflows.unit_of_work import (
    UnitOfWork,
    check_day,
    check_role,
    check_words,
    deadline_of,
    find,
    in_capacity,
    known_on,
)
from workflows.verbs.agencies import agency_answers, speaks_for
from workflows.verbs.people import keepers


def advance(
    uow: UnitOfWork,
    ref: str,
    trigger: str,
    *,
    answers: Mapping[str, Any] | None = None,
    reason: str = "",
    authority: str = "",
    override: str = "",
    late_reason: str = "",
    on: date | None = None,
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Take one step.

    `override` is the reason for going on without what a step waits for, `late_reason` why a date was missed (a missed
    date never blocks). Raises Refused with every obstacle; then nothing has been written.
    """
    case = find(uow, ref, seen)
    uow = known_on(uow, case)
    fields = [field for move in case.procedure.triggered.get(trigger, ()) for field in move.fields]
    answers = agency_answers(uow, fields, tidy(answers or {}))
    reason, override = tidy(reason), tidy(override)
    check_day(uow, on, case)
    check_words(uow, case, reason, override, late_reason, authority, answers=answers)
    facts = Facts(case.procedure, case.dossier, uow.actor, uow.today, answers, reason, authority, override, on)
    move = step(facts, trigger)
    final = case.procedure.states[move.dest].final
    data = {"fields": answers, "final": final, "override": override, "late_reason": tidy(late_reason)}
    entry = in_capacity(uow, case.procedure, move.roles).entry(
        "advanced",
        on=on,
        reason=reason,
        authority=authority,
        trigger=trigger,
        source=case.dossier.state,
        dest=move.dest,
        data={key: value for key, value in data.items() if value},
    )
    return recorded(uow, case, entry)


def record_missed(uow: UnitOfWork, ref: str, key: str, why: str, *, seen: int | None = None) -> tuple[Case, Entry]:
    """Record that a date was missed, and why: the guidance asks for the reason, and nothing is blocked by it."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    check_words(uow, case, why)
    deadline = deadline_of(case, key)
    rule = case.procedure.timescales.get(deadline.timescale)
    if not speaks_for(uow, deadline.agency):
        owner = (rule.owner,) if rule else ()  # none when the case has come under an edition without this date
        uow = check_role(uow, case, (*owner, *keepers(case)), "Recording why a date was missed")
    if not why.strip():
        raise BadAnswer("Say why the date was missed: the guidance asks for the reason.")
    overdue = rule is not None and rule.can_be_late and deadline.is_overdue(uow.now)
    if not deadline.late and not overdue:
        raise NotPossible(f"{key} has not been missed: there is no reason to record.")
    entry = uow.entry("missed", reason=why, data={"key": deadline.key})
    return cases.record(uow.tx, case, entry, uow.now), entry
