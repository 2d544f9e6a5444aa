"""The people Cairn writes to: entered, put right, away, reached by other channels, gone. Each change is on record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from config import procedures
from config.settings import settings
from records import agencies, contact_log, contacts
from states.answers import tidy
from states.errors import BadAnswer
from states.identity import folded
from states.next_step import NextStep, advice
from workflows.messages.channel_check import ROLE as CHECKED
from workflows.messages.gathering import chosen_anew
from workflows.unit_of_work import BLANKS, UnitOfWork, check_ahead, check_words, plain_names
from workflows.verbs.agencies import named_agencies
from workflows.views.contact_places import contact_places, national_calendar

Channels = Sequence[tuple[str, str]]
"""Pairs such as ("email", "desk@agency.example")."""

HOURS = "09:00-17:00"
NAMED = re.compile(r"[\w-]+")
LEAD = "lead_officer"


def add_contact(
    uow: UnitOfWork,
    *,
    role: str,
    name: str,
    channels: Channels,
    agency: str = "",
    hours: str = HOURS,
    calendar: str = "",
    news: str = "",
) -> int:
    """Enter somebody Cairn writes to, of an agency or in a role of the committee. Returns the number of the contact.

    Without a calendar it is the agency's, or else that of the nation whose law is kept to here. Raises BadAnswer for
    what cannot be kept, for a role that no edition writes to, and for an address that would prove nothing.
    """
    (agency,) = named_agencies(uow, agency)
    role, name = tidy(role), BLANKS.sub(" ", tidy(name))
    if not name:
        raise BadAnswer("The name is missing: give that of the person or desk.")
    if not agency:
        check_committee_role(uow, role, settings().alarm_roles)
    _check_addresses(channels)
    known = agencies.read(uow.tx).find(agency) if agency and not calendar else None
    working = calendar or (known.calendar if known else "")
    working = working or national_calendar(uow.tx, uow.guidance, uow.today, role)
    uow.calendar(working)
    who = {"agency": agency, "role": role, "name": name, "calendar": working}
    number = contacts.add(uow.tx, uow.keys, channels=channels, hours=hours, news=news, **who)
    contact_log.note(uow.tx, number, "added", uow.actor, uow.now)
    return number


def channels_written(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Channels as they are typed, one on each line: an e-mail address, or CHANNEL=ADDRESS. Raises BadAnswer."""
    found = [channel_written(line) for line in lines]
    _check_addresses(found)
    return found


def channel_written(line: str) -> tuple[str, str]:
    """One channel as it is typed: CHANNEL=ADDRESS, or an address alone, whose channel is called as it begins."""
    name, sign, address = line.partition("=")
    channel, where = (name, address) if sign and NAMED.fullmatch(name.strip()) else (_by_itself(line), line)
    return channel.strip(), where.strip()


def _by_itself(line: str) -> str:
    """What a channel is called of which only the address was typed: as its address begins, or else e-mail."""
    begins, sign, _ = line.strip().partition("://")
    return begins.lower() if sign and begins.isalnum() else "email"


def _check_addresses(channels: Channels) -> None:
    """Refuse addresses at which a letter would prove nothing, that are none, or of another kind than their channel."""
    from notifications.channels import check_channel

    for channel, where in channels:
        fault = check_channel(channel, where) if where.strip() else f"Say where the channel {channel!r} leads."
        if fault:
            raise BadAnswer(fault)


def check_committee_role(uow: UnitOfWork, role: str, also: Sequence[str] = ()) -> None:
    """Refuse a role of the committee that no edition writes to: a slip of the pen. `also` are roles that are told."""
    known = {CHECKED, *also}
    for edition in procedures.in_order(uow.guidance):  # seldom more than one has to be read
        if role in known:
            return
        known |= {*edition.roles, *edition.bodies}
    if role in contacts.PLACES and role not in known:
        raise BadAnswer(f"A {role} contact is somebody of an agency: say of which agency.")
    if role not in known:
        places, near = contact_places(uow.tx, uow.guidance, uow.today), get_close_matches(role, known, n=1)
        nearly = f"did you mean {near[0]!r}? If not, " if near else ""
        named = ", ".join((*(one.name for one in places if one.edition and one.name in known), CHECKED))
        raise BadAnswer(f"No edition writes to a role {role[:40]!r}: {nearly}those in use write to {named}.")


def check_lead(uow: UnitOfWork, name: str, keeper: str = LEAD) -> None:
    """Refuse a lead officer who is not among the lead officers there are: the letters would go to another in silence.

    Any name will do where no lead officer is entered yet, where the role has an address of its own (a contact called as
    the role is), and for a lead officer who names themselves. `keeper` is the role
    that keeps the case under its edition. Raises BadAnswer naming those there are.
    """
    keeping = {LEAD, keeper}
    if uow.actor.role in keeping and folded(name) == folded(uow.actor.name):
        return
    known = sorted({one.name for one in contacts.everybody(uow.tx) if one.role in keeping})
    of_the_role = any(folded(one.replace("_", " ")) == folded(LEAD.replace("_", " ")) for one in known)
    if name.strip() and known and not of_the_role and folded(name) not in map(folded, known):
        enter = NextStep("contact add", {"role_of": (LEAD,), "name": (name[:80],)})
        raise BadAnswer(
            f"{name[:80]!r} is no lead officer whom Cairn can write to: there is {', '.join(known)}.",
            advice=advice("Name one of them, or enter the contact first ({}).", enter),
        )


def change_contact(
    uow: UnitOfWork,
    number: int,
    *,
    name: str = "",
    hours: str = "",
    calendar: str = "",
    news: str = "",
    reason: str = "",
) -> None:
    """Put right the name, hours or calendar of a contact, or how news is wanted; what is not said stays.

    `news`: `weekly`, `milestones`, `each` or `none`, for what asks nothing of them. News that waits follows the choice.
    """
    check_words(uow, None, reason)
    given = {"name": plain_names(name)[0], "hours": hours, "calendar": calendar, "news": news}
    changed = {what: value for what, value in given.items() if value}
    if not changed:
        raise BadAnswer("Nothing was changed: say the name, the hours, the calendar or how news is wanted.")
    if calendar:
        uow.calendar(calendar)
    contacts.change(uow.tx, number, changed)
    if news:
        chosen_anew(uow.tx, contacts.get(uow.tx, number), uow.now)
    _note(uow, number, "changed", reason, changed=sorted(changed))


def change_channels(uow: UnitOfWork, number: int, channels: Channels) -> None:
    """Replace the channels of a contact; a mark that it could not be reached is taken away."""
    if not channels:
        raise BadAnswer("Say where messages go.")
    _check_addresses(channels)
    contacts.change_channels(uow.tx, uow.keys, number, channels)
    _note(uow, number, "channels_changed")


def set_away(uow: UnitOfWork, number: int, starts: date, ends: date) -> None:
    """Enter when a contact is away, first and last day included: a deputy is told meanwhile."""
    for label, day in (("The first day away", starts), ("The last day away", ends)):
        check_ahead(uow, label, day)
    contacts.away(uow.tx, number, starts, ends)
    _note(uow, number, "away", **{"from": starts.isoformat(), "to": ends.isoformat()})


def retire_contact(uow: UnitOfWork, number: int, reason: str = "") -> None:
    """Write to a contact no more; what was sent stays on record."""
    check_words(uow, None, reason)
    contacts.retire(uow.tx, number)
    _note(uow, number, "retired", reason)


def _note(uow: UnitOfWork, number: int, kind: str, reason: str = "", **about: Any) -> None:
    contact_log.note(uow.tx, number, kind, uow.actor, uow.now, reason=reason, about=about)
