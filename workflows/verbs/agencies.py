"""The register of agencies: entered, renamed, merged, retired; and every name of an agency found in it.

A merge or a new name is a rule of reading: what histories, and the list of contacts, recorded stays as it was written,
and is read as the agency it now is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from records import agencies, audit_log
from records.agencies import Agencies, Agency
from states.answers import tidy
from states.errors import BadAnswer, NotFound, NotPossible
from states.identity import folded
from states.steps import Field
from workflows.unit_of_work import UnitOfWork, check_words, plain_names


def named_agencies(uow: UnitOfWork, *given: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of agencies as the register has them, whatever their spelling; `known` are those of the committee's file.

    A name that is like none of the register is entered in it, unless the register was said to be complete. Raises
    BadAnswer for one that seems mistyped, NotFound for one that a complete register does not have.
    """
    names = plain_names(*given)
    if not any(names):
        return names
    own = agencies.own_names(uow.tx, [name for name in names if name])
    if all(name in own for name in names if name):
        return tuple(own.get(name, "") for name in names)
    register = agencies.read(uow.tx)
    found: list[str] = []
    for name in names:
        one = _found(uow, register, name, known) if name else ""
        register = agencies.read(uow.tx) if one and register.find(one) is None else register
        found.append(one)
    return tuple(found)


def agency_answers(uow: UnitOfWork, fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, with every agency named in it as the register has it."""
    kinds = {field.name: field.kind for field in fields if field.kind in {"agency", "agencies"}}
    found = dict(answers)
    for name in kinds.keys() & answers.keys():
        value = answers[name]
        if isinstance(value, str) and kinds[name] == "agency":
            found[name] = named_agencies(uow, value)[0]
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            found[name] = list(dict.fromkeys(named_agencies(uow, *value)))
    return found


def agency_called(uow: UnitOfWork, name: str) -> Agency:
    """One agency of the register by any of its names. Raises NotFound, with those that may be meant."""
    register = agencies.read(uow.tx)
    return _known(register, *plain_names(name))


def add_agency(
    uow: UnitOfWork, name: str, other_names: Sequence[str] = (), calendar: str = "", reason: str = ""
) -> Agency:
    """Enter an agency, with other names it goes by and the calendar of its working days."""
    (name, *others) = plain_names(name, *other_names)
    check_words(uow, None, reason)
    if not name or not all(others):
        raise BadAnswer("Name the agency.")
    agencies.hold(uow.tx)
    _check_free(agencies.read(uow.tx), 0, name, *others)
    _check_calendar(uow, calendar)
    return agencies.add(uow.tx, Agency(0, name, tuple(others), calendar), uow.actor, uow.now, reason)


def rename_agency(uow: UnitOfWork, name: str, to: str, reason: str = "") -> Agency:
    """Give an agency another name; the old one goes on being understood, and histories keep what they recorded."""
    agencies.hold(uow.tx)
    one = agency_called(uow, name)
    (new,) = plain_names(to)
    check_words(uow, None, reason)
    if not new or new == one.name:
        raise BadAnswer("Say what the agency is called from now on.")
    _check_free(agencies.read(uow.tx), one.id, new)
    others = [each for each in dict.fromkeys((*one.other_names, one.name)) if folded(each) != folded(new)]
    renamed = replace(one, name=new, other_names=tuple(others))
    agencies.change(uow.tx, renamed, "renamed", uow.actor, uow.now, reason)
    return renamed


def merge_agencies(uow: UnitOfWork, name: str, into: str, reason: str) -> Agency:
    """Record that an agency is another one, or became part of it: its names and contacts are that one's from then."""
    agencies.hold(uow.tx)
    one, other = agency_called(uow, name), agency_called(uow, into)
    _check_reason(uow, reason)
    if one.id == other.id:
        raise NotPossible(f"{name} and {into} are one agency already: {other.name}.")
    agencies.change(uow.tx, replace(one, merged_into=other.id, active=False), "merged", uow.actor, uow.now, reason)
    return other


def set_agency_calendar(uow: UnitOfWork, name: str, calendar: str, reason: str = "") -> Agency:
    """Say by which calendar an agency works: contacts entered from now on have it, unless another is named."""
    agencies.hold(uow.tx)
    one = replace(agency_called(uow, name), calendar=calendar)
    check_words(uow, None, reason)
    _check_calendar(uow, calendar)
    agencies.change(uow.tx, one, "calendar_set", uow.actor, uow.now, reason)
    return one


def name_agency_also(uow: UnitOfWork, name: str, other: str, reason: str = "") -> Agency:
    """Add a name an agency goes by, such as a short one."""
    agencies.hold(uow.tx)
    one = agency_called(uow, name)
    (also,) = plain_names(other)
    check_words(uow, None, reason)
    if not also:
        raise BadAnswer("Say the other name.")
    _check_free(agencies.read(uow.tx), 0, also)
    named = replace(one, other_names=(*one.other_names, also))
    agencies.change(uow.tx, named, "named_also", uow.actor, uow.now, reason)
    return named


def retire_agency(uow: UnitOfWork, name: str, reason: str) -> Agency:
    """Record that there is no such agency any more: it is named on no case again. What names it already stays."""
    agencies.hold(uow.tx)
    one = agency_called(uow, name)
    _check_reason(uow, reason)
    if not one.active:
        raise NotPossible(f"{one.name} is retired already.")
    agencies.change(uow.tx, replace(one, active=False), "retired", uow.actor, uow.now, reason)
    return replace(one, active=False)


def complete_register(uow: UnitOfWork, *, complete: bool = True, reason: str = "") -> None:
    """Say that every agency there is has been entered: from now on a name the register does not know is refused."""
    check_words(uow, None, reason)
    if agencies.is_complete(uow.tx) == complete:
        raise NotPossible(f"The register of agencies is {'complete' if complete else 'open'} already.")
    kind = "completed" if complete else "reopened"
    audit_log.append(uow.tx, agencies.LOG, agencies.REGISTER, kind, uow.actor, uow.now, reason=reason)


def speaks_for(uow: UnitOfWork, agency: str) -> bool:
    """Whether who acts speaks for this agency, by any of its names."""
    if not uow.actor.agency or not agency:
        return False
    return uow.actor.agency == agency or agencies.read(uow.tx).is_same(uow.actor.agency, agency)


def _found(uow: UnitOfWork, register: Agencies, name: str, known: Sequence[str]) -> str:
    one = register.find(name)
    if one is not None and one.active:
        return one.name
    if one is not None:
        raise BadAnswer(f"{one.name} is retired: name the agency that does its work now.")
    own = next((each for each in known if folded(each) == folded(name)), None)
    register.check_not_mistyped(name)
    if own is None and agencies.is_complete(uow.tx):
        raise NotFound(agencies.NOT_REGISTERED.format(name=name))
    return agencies.first_named(uow.tx, own or name, uow.actor, uow.now).name


def _known(register: Agencies, name: str) -> Agency:
    one = register.find(name)
    if one is not None:
        return one
    register.check_not_mistyped(name)
    names = ", ".join(each.name for each in register.all if each.active) or "none"
    raise NotFound(f"{name[:80] or 'That'} is not in the register of agencies: it has {names}.")


def _check_free(register: Agencies, own: int, *names: str) -> None:
    """A name belongs to one agency only; `own` is the number of the agency that may have had it before."""
    for name in names:
        taken = register.find(name)
        if taken is not None and taken.id != own:
            raise BadAnswer(f"{name} is a name of {taken.name} already: leave it out.")


def _check_calendar(uow: UnitOfWork, name: str) -> None:
    if name:
        uow.calendar(name)


def _check_reason(uow: UnitOfWork, reason: str) -> None:
    check_words(uow, None, reason)
    if not tidy(reason):
        raise BadAnswer("Say why: this needs its reason.")
