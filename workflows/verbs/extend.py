"""More time: asked for with a reason, granted or refused by whoever the edition names; the first date is never lost."""

from __future__ import annotations

from datetime import date

from config.printing_steps import condition_words
from records import history
from records.cases import Case
from states.answers import holds
from states.dossier import Extension
from states.entry import Entry, EntryKind
from states.errors import BadAnswer, NotFound, NotPossible
from states.identity import is_same_person
from states.timescales import ExtensionRule
from states.words import long_day
from workflows.messages.owe import recorded
from workflows.unit_of_work import UnitOfWork, check_day, check_role, check_words, deadline_of, find
from workflows.verbs.agencies import speaks_for

LONGEST = 3_653
"""Days: more time than this, ten years, is a slip of the pen."""


def ask_extension(
    uow: UnitOfWork, ref: str, key: str, count: int, why: str, *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Ask for more time on one date, in the days its limit is counted in."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    deadline = deadline_of(case, key)
    rule = _rule(case, deadline.timescale)
    check_day(uow, on, case)
    check_words(uow, case, why)
    obstacles = cannot_extend(case, deadline.key, rule, count, why, on or uow.today)
    if not deadline.open:
        obstacles.append(f"{deadline.key} is no longer owed: there is nothing to extend.")
    if not speaks_for(uow, deadline.agency):
        uow = check_role(uow, case, rule.asked_by, "Asking for more time")
    if obstacles:
        raise NotPossible(*obstacles)
    number = f"E{len(case.dossier.extensions) + 1}"
    data = {"extension": {"id": number, "deadline": deadline.key, "count": count}}
    entry = uow.entry("extension_asked", on=on, reason=why, data=data)
    return recorded(uow, case, entry)


def grant_extension(
    uow: UnitOfWork, ref: str, number: str, why: str = "", *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Grant what was asked: the date moves, the first date stays beside it. One for a date since met has lapsed."""
    return _decide(uow, ref, number, why, "extension_granted", on, seen)


def refuse_extension(
    uow: UnitOfWork, ref: str, number: str, why: str, *, on: date | None = None, seen: int | None = None
) -> tuple[Case, Entry]:
    """Refuse what was asked, with the reason: the date stays, and a day promised after it counts no more."""
    if not why.strip():
        raise BadAnswer("Say why: refusing more time needs its reason.")
    return _decide(uow, ref, number, why, "extension_refused", on, seen)


def withdraw_extension(
    uow: UnitOfWork, ref: str, number: str, why: str, *, seen: int | None = None
) -> tuple[Case, Entry]:
    """Take back an extension that was granted: exactly the date there was before is back."""
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    extension = _named(case, number, "granted")
    uow = check_role(uow, case, _rule_of(case, extension).granted_by, "Taking back an extension")
    check_words(uow, case, why)
    if not why.strip():
        raise BadAnswer("Say why: taking time back needs its reason.")
    entry = uow.entry("extension_withdrawn", reason=why, data={"id": extension.id})
    return recorded(uow, case, entry)


def ask_no_longer(uow: UnitOfWork, ref: str, number: str, why: str) -> tuple[Case, Entry]:
    """Take back an extension one's own agency asked for that nobody has decided; no letter is sent about it."""
    case = find(uow, ref)
    uow = uow.in_days_of(case.procedure)
    extension = _named(case, number, "asked")
    if not speaks_for(uow, case.dossier.deadlines[extension.deadline].agency):
        raise NotPossible("Only the agency that asked for more time can take back what it asked.")
    entry = uow.entry("extension_withdrawn", reason=why, data={"id": extension.id, "undecided": True})
    return recorded(uow, case, entry)


def _decide(
    uow: UnitOfWork, ref: str, number: str, why: str, kind: EntryKind, on: date | None, seen: int | None
) -> tuple[Case, Entry]:
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    extension = _named(case, number, "asked")
    uow = check_role(uow, case, _rule_of(case, extension).granted_by, "Deciding on more time")
    _check_decided_on(uow, case, extension, on)
    check_words(uow, case, why)
    if is_same_person(uow.actor, extension.asked_by, extension.asked_account):
        raise NotPossible(f"{uow.actor.name} asked for this extension: somebody else must decide on it.")
    if lapsed := case.dossier.lapsed(extension):
        raise NotPossible(f"The extension {extension.id} has lapsed: {lapsed}. There is nothing left to decide.")
    here = (case, extension.deadline, _rule_of(case, extension), on or uow.today)
    if kind == "extension_granted" and (obstacles := _not_here(*here)):
        raise NotPossible(*obstacles)
    promised = case.dossier.deadlines[extension.deadline].promised_beyond(uow.today, on or uow.today)
    ends = {"promise_ends": promised.isoformat()} if promised and kind == "extension_refused" else {}
    entry = uow.entry(kind, on=on, reason=why, data={"id": extension.id, **ends})
    return recorded(uow, case, entry)


def _check_decided_on(uow: UnitOfWork, case: Case, extension: Extension, on: date | None) -> None:
    """Refuse a day on which more time cannot have been decided: one to come, or before it was asked for."""
    check_day(uow, on, case)
    asked = history.of_kinds(uow.tx, case.id, ("extension_asked",)) if on is not None else ()
    asked_on = next((one.happened_on for one in asked if one.data["extension"]["id"] == extension.id), None)
    if on is not None and asked_on is not None and on < asked_on:
        raise BadAnswer(f"{long_day(on)} is before more time was asked for ({long_day(asked_on)}).")


def _rule(case: Case, timescale: str) -> ExtensionRule:
    known = case.procedure.timescales.get(timescale)
    if known is None:
        raise NotPossible(f"{timescale!r} is no date under this edition any more: there is nothing to extend.")
    rule = known.extension
    if rule is None:
        label = known.label
        raise NotPossible(
            f"{label}: this date cannot be extended under this edition; record the reason if it is missed."
        )
    return rule


def _rule_of(case: Case, extension: Extension) -> ExtensionRule:
    return _rule(case, case.dossier.deadlines[extension.deadline].timescale)


def _named(case: Case, number: str, status: str) -> Extension:
    extension = case.dossier.extensions.get(number.upper())
    if extension is None:
        known = ", ".join(case.dossier.extensions) or "none"
        raise NotFound(f"{case.ref} has no extension {number[:20]!r}: it has {known}.")
    if extension.status != status:
        raise NotPossible(f"The extension {extension.id} was {extension.status} already.")
    return extension


def cannot_extend(case: Case, key: str, rule: ExtensionRule, count: int, why: str, today: date) -> list[str]:
    """What stands in the way of asking for more time on a date today, each in a sentence."""
    of_date = [one for one in case.dossier.extensions.values() if one.deadline == key]
    granted = [one for one in of_date if one.status == "granted"]
    obstacles = []
    if count < 1:
        obstacles.append("Ask for at least one day.")
    if count > LONGEST:
        obstacles.append(f"Ask for no more than {LONGEST:,} days: ten years is no extension.")
    if not why.strip():
        obstacles.append("Say why more time is needed.")
    if any(one.status == "asked" for one in of_date):
        obstacles.append("More time has been asked for already and is not decided yet.")
    if len(granted) >= rule.most:
        obstacles.append(f"This date has been extended {len(granted)} times, which is as often as it may be.")
    longest = rule.longest
    if longest is not None and sum(one.count for one in granted) + count > longest:
        obstacles.append(f"No more than {longest} days in all may be granted on this date.")
    return [*obstacles, *_not_here(case, key, rule, today)]


def _not_here(case: Case, key: str, rule: ExtensionRule, today: date) -> list[str]:
    """That more time is not for this case, where a condition of the edition does not hold; or not any more."""
    obstacles = []
    if rule.when is not None and not holds(rule.when, case.dossier.answers_about(case.dossier.deadlines[key])):
        only = condition_words(case.procedure, rule.when)
        obstacles.append(f"More time is given only where {only}: record that first, if it is so.")
    last = case.dossier.last_for_more(rule.not_after, key)
    if last is not None and today > last:
        until = case.procedure.label_of("timescales", rule.not_after or "")
        obstacles.append(f"More time could be given until {long_day(last)} ({until}): say why the date is missed.")
    return obstacles
