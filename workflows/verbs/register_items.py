"""The lists kept on a file: entering an item, answering it, recording something about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from records.cases import Case
from states.answers import faults, holds, tidy
from states.dossier import Item
from states.entry import Entry
from states.errors import BadAnswer, NotFound, NotPossible
from states.steps import Field, Register
from states.words import long_day
from workflows.messages.owe import recorded
from workflows.unit_of_work import UnitOfWork, check_day, check_role, check_words, find
from workflows.verbs.agencies import agency_answers

Given = Mapping[str, Any]


def add_item(
    uow: UnitOfWork, ref: str, register: str, answers: Given, *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Enter an item in a register of a file, such as a finding or an action. It gets a number of its own (F1, A2)."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    rule = _rule(case, register)
    uow = check_role(uow, case, rule.kept_by, f"Entering in {rule.label}")
    check_day(uow, on, case)
    if rule.states and case.dossier.state not in rule.states:
        where = ", ".join(case.procedure.label_of("states", state) for state in rule.states)
        raise NotPossible(f"{rule.label}: items are entered only in: {where}.")
    fields = _checked(uow, case, rule.fields, answers, {})
    number = next_number(case, register, rule.prefix)
    data = {"register": register, "id": number, "fields": fields, **what_of_item(rule, fields)}
    return recorded(uow, case, uow.entry("item_added", on=on, data=data))


def answer_item(
    uow: UnitOfWork, ref: str, item_id: str, answers: Given, *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Answer an item, such as the committee's response to a finding. It is answered once; corrections are entries."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    item, rule = _item(case, item_id)
    uow = check_role(uow, case, rule.answered_by, f"Answering in {rule.label}")
    check_day(uow, on, case)
    if not rule.answer:
        raise NotPossible(f"{rule.label}: its items are not answered.")
    if item.answered_on is not None:
        raise NotPossible(
            f"{item.id} was answered on {long_day(item.answered_on)}: correct that entry if it was wrong."
        )
    fields = _checked(uow, case, rule.answer, answers, item.fields)
    data = {"register": item.kept_in, "id": item.id, "fields": fields, "ended": True}
    return recorded(uow, case, uow.entry("item_answered", on=on, data=data))


def update_item(
    uow: UnitOfWork, ref: str, item_id: str, answers: Given, *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Record something about an item, such as progress on an action; what was recorded before stays in the history."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    item, rule = _item(case, item_id)
    uow = check_role(uow, case, rule.updated_by, f"Recording in {rule.label}")
    check_day(uow, on, case)
    if not rule.update:
        raise NotPossible(f"{rule.label}: nothing is recorded about its items after they are entered.")
    fields = _checked(uow, case, rule.update, answers, item.fields)
    data = {"register": item.kept_in, "id": item.id, "fields": fields, **what_of_item(rule, {**item.fields, **fields})}
    return recorded(uow, case, uow.entry("item_updated", on=on, data=data))


def _rule(case: Case, register: str) -> Register:
    rule = case.procedure.registers.get(register)
    if rule is None:
        known = ", ".join(case.procedure.registers) or "none"
        raise NotFound(f"{case.ref} keeps no register {register[:60]!r}: its registers are {known}.")
    return rule


def next_number(case: Case, register: str, prefix: str) -> str:
    """The number of the next item: one that no item has, in a register of another name under an earlier edition too."""
    there = sum(item.kept_in == register for item in case.dossier.items.values())
    numbers, taken = (f"{prefix}{number}" for number in count(there + 1)), set(map(str.casefold, case.dossier.items))
    return next(one for one in numbers if one.casefold() not in taken)


def _item(case: Case, item_id: str) -> tuple[Item, Register]:
    item = case.dossier.item_called(item_id)
    if item is None:
        known = ", ".join(case.dossier.items) or "none"
        raise NotFound(f"{case.ref} has no item {item_id[:20]!r}: it has {known}.")
    return item, _rule(case, item.kept_in)


def _checked(uow: UnitOfWork, case: Case, fields: tuple[Field, ...], answers: Given, recorded: Given) -> dict[str, Any]:
    given = agency_answers(uow, fields, tidy(answers))
    check_words(uow, case, answers=given)
    wrong = faults(fields, given, recorded, uow.today)
    if wrong:
        raise BadAnswer(*wrong)
    return given


def what_of_item(rule: Register, fields: Given) -> dict[str, Any]:
    """What an entry says of an item besides its fields: from which date its clocks start, and whether it has ended."""
    ended = rule.ended_when is not None and holds(rule.ended_when, fields)
    return {"counts_from": rule.counts_from or "", "ended": ended}
