"""The people Cairn writes to: their roles, channels, hours and leave; addresses are encrypted.

Contacts are of an agency (first, deputy, senior) or fill a role of the committee.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, insert, select, type_coerce, update

from records import agencies, children
from records.agencies import AGENCIES, Agencies
from records.hot_statements import Hot
from records.keys import WRONG_KEY, MasterKey
from records.metadata import table_of
from records.post_tables import Absence, Contact, MailRow
from states.answers import line_fault
from states.errors import BadAnswer, NotFound, NotSetUp
from states.identity import folded
from states.next_step import advice
from states.words import long_day

CONTACTS = table_of(Contact)
ABSENCES = table_of(Absence)
MAILS = table_of(MailRow)

GONE = select(ABSENCES.c.contact_id).where(
    ABSENCES.c.starts <= bindparam("today"), ABSENCES.c.ends >= bindparam("today")
)
ADDRESSED = CONTACTS.c.channels != "[]"
"""Those who have an address, on whatever channel."""

WHO = tuple(CONTACTS.c[name] for name in ("agency", "role", "id", "name", "channels", "hours", "calendar", "news"))
RENAMED = type_coerce(
    select(AGENCIES.c.id).where((AGENCIES.c.other_names != "[]") | (AGENCIES.c.merged_into > 0)).exists(), Integer
)
"""Whether any agency goes by more than one name (1 or 0): only then is the register read to find its contacts."""

LIVING = (
    select(*WHO, RENAMED)
    .where(CONTACTS.c.active, CONTACTS.c.trouble_since.is_(None), ADDRESSED, CONTACTS.c.id.not_in(GONE))
    .order_by(CONTACTS.c.id)
)
"""Those who can be written to on a day: still there, on some channel, not away, and not known to be unreachable."""
EVERYBODY = Hot(LIVING)

CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
LONGEST = {"agency": 200, "name": 200, "role": 60, "calendar": 80}
"""Characters of each of these."""

PLACES = ("first", "deputy", "senior")
"""The contacts of an agency, in the order in which they are told of the ordinary things."""


NEWS = ("weekly", "milestones", "each", "none")
"""How news that asks nothing may be wanted: in a note once a week or at milestones, each by itself, or not at all."""


@dataclass(frozen=True)
class Reach:
    """A contact as the outbox sees it: whose, in what role, on which channels, in which working hours. No address.

    `news` is how they chose to have news that asks nothing; empty where they chose nothing.
    """

    id: int
    agency: str
    role: str
    name: str
    channels: tuple[str, ...]
    hours: str
    calendar: str
    news: str = ""


def add(
    tx: Connection,
    keys: MasterKey,
    *,
    agency: str,
    role: str,
    name: str,
    channels: Sequence[tuple[str, str]],
    hours: str = "09:00-17:00",
    calendar: str = "scotland",
    news: str = "",
) -> int:
    """Enter a contact; `channels` are pairs such as ("email", "desk@agency.example"). Returns its number.

    Raises NotSetUp when what is encrypted was encrypted with another master key, BadAnswer for what cannot be kept.
    """
    if agency and role not in PLACES:
        raise BadAnswer(f"A contact of an agency is its {', '.join(PLACES)} contact, not {role!r}.")
    _check_hours(hours)
    _check_news(news)
    who = {"agency": agency, "role": role, "name": name, "calendar": calendar}
    _check_names(who)
    _check_key(tx, keys)
    values = {**who, "hours": hours, "active": True, "news": news, "channels": "[]"}
    key = tx.execute(insert(CONTACTS).values(**values)).inserted_primary_key
    assert key is not None
    contact_id = int(key[0])
    _keep_channels(tx, contact_id, _sealed(keys, contact_id, channels))
    return contact_id


def change_channels(tx: Connection, keys: MasterKey, contact_id: int, channels: Sequence[tuple[str, str]]) -> None:
    """Replace the channels of a contact, and take away the mark that it could not be reached.

    Letters that wait are tried at the new address in the next round.

    Raises NotSetUp when other addresses were kept with another master key.
    """
    _check_key(tx, keys, but=contact_id)
    values = {"channels": _sealed(keys, contact_id, channels), "trouble_since": None}
    _changed(tx, contact_id, values)
    waiting = (MAILS.c.contact_id == contact_id, MAILS.c.status == "waiting", MAILS.c.claimed_by == "")
    tx.execute(update(MAILS).where(*waiting).values(next_attempt_at=MAILS.c.created_at))


def change(tx: Connection, contact_id: int, values: Mapping[str, str]) -> None:
    """Replace the name, hours, calendar or choice of news of a contact. Raises BadAnswer for what cannot be kept."""
    _check_names({what: one for what, one in values.items() if what in LONGEST})
    if "hours" in values:
        _check_hours(values["hours"])
    _check_news(values.get("news", ""))
    _changed(tx, contact_id, values)


def retire(tx: Connection, contact_id: int) -> None:
    """Write to a contact no more; what was sent stays on record."""
    _changed(tx, contact_id, {"active": False})


def who(tx: Connection) -> dict[int, bool]:
    """Every contact there ever was, by number, and whether we still write to them."""
    return {row.id: bool(row.active) for row in tx.execute(select(CONTACTS.c.id, CONTACTS.c.active))}


def troubled(tx: Connection) -> frozenset[int]:
    """The contacts still written to whose mailbox refused mail, by number."""
    marked = select(CONTACTS.c.id).where(CONTACTS.c.active, CONTACTS.c.trouble_since.is_not(None))
    return frozenset(tx.execute(marked).scalars())


def trouble(tx: Connection, contact_id: int, since: datetime | None) -> None:
    """Mark that a contact could not be reached, or (None) that it can be again."""
    _changed(tx, contact_id, {"trouble_since": since})


def away(tx: Connection, contact_id: int, starts: date, ends: date) -> None:
    """Enter when a contact is away, first and last day included; a deputy is told meanwhile."""
    if ends < starts:
        raise BadAnswer(f"The absence would end on {long_day(ends)}, before it starts: check the dates.")
    get(tx, contact_id)
    tx.execute(delete(ABSENCES).where(ABSENCES.c.contact_id == contact_id, ABSENCES.c.starts == starts))
    tx.execute(insert(ABSENCES).values(contact_id=contact_id, starts=starts, ends=ends))


def get(tx: Connection, contact_id: int) -> Reach:
    """One contact by its number. Raises NotFound."""
    row = tx.execute(select(*WHO).where(CONTACTS.c.id == contact_id)).first()
    if row is None:
        raise NotFound(f"There is no contact number {contact_id}.", advice=advice("{} shows them.", "contact list"))
    return _reach(tuple(row))


def everybody(tx: Connection) -> tuple[Reach, ...]:
    """Every contact we still write to, by agency and role."""
    order = (CONTACTS.c.agency, CONTACTS.c.role, CONTACTS.c.id)
    return tuple(_reach(tuple(row)) for row in tx.execute(select(*WHO).where(CONTACTS.c.active).order_by(*order)))


NO_REGISTER = Agencies(())


@dataclass(frozen=True)
class ReachableContacts:
    """Everybody who can be written to on a day, read once for all the messages of an entry."""

    rows: Sequence[tuple[Any, ...]]
    register: Agencies = NO_REGISTER

    def of_agency(self, agency: str) -> Reach | None:
        """Who in an agency is told of ordinary things: the first contact, or the deputy while the first is away."""
        return self._of_agency(agency, "first", "deputy")

    def senior_of(self, agency: str) -> Reach | None:
        """The senior contact of an agency, if there is one who can be reached."""
        return self._of_agency(agency, "senior")

    def in_role(self, role: str, *, named: str = "", otherwise: str = "") -> Reach | None:
        """Who holds a role of the committee.

        The person `named` before any other, a holder of the role `otherwise` when nobody of the first can be reached.
        """
        return self._first(("", role), ("", otherwise), named=named)

    def of_committee(self) -> Iterator[Reach]:
        """Everybody of the committee, in the order in which they were entered."""
        return (one for row in self.rows if not row[0] and (one := _reach(row)).channels)

    def _of_agency(self, agency: str, *roles: str) -> Reach | None:
        """One entered under this name before those entered under another name of the agency."""
        own = self._first(*[(agency, role) for role in roles])
        return own or self._first(*[(name, role) for role in roles for name in self.register.names_of(agency)])

    def _first(self, *places: tuple[str, str], named: str = "") -> Reach | None:
        for place in places:
            found = [one for row in self.rows if row[:2] == place and (one := _reach(row)).channels]
            if found:
                wanted = folded(named) if named else ""
                return next((one for one in found if wanted and folded(one.name) == wanted), found[0])
        return None


def reachable(tx: Connection, today: date) -> ReachableContacts:
    """Everybody who can be written to on a day, by agency and place, or by role of the committee."""
    rows = EVERYBODY.rows(tx, {"today": today})
    several = any(row[-1] for row in rows)
    return ReachableContacts([row[:-1] for row in rows], agencies.read(tx) if several else NO_REGISTER)


def address(tx: Connection, keys: MasterKey, contact_id: int, channel: str) -> str:
    """Where a channel of a contact leads; for the moment of sending only, never for a log. Empty when it has gone."""
    raw = tx.execute(select(CONTACTS.c.channels).where(CONTACTS.c.id == contact_id)).scalar_one()
    sealed = next((one["sealed"] for one in kept_channels(raw) if one["channel"] == channel), "")
    return opened(keys, contact_id, channel, sealed) if sealed else ""


def readable_address(tx: Connection, keys: MasterKey, contact_id: int, channel: str) -> str:
    """Where a channel of a contact leads; empty as well where what is kept of it cannot be read."""
    try:
        return address(tx, keys, contact_id, channel)
    except NotSetUp:
        return ""


def kept_channels(raw: str) -> list[dict[str, str]]:
    """The channels of a contact as they are kept; none where they are damaged: nobody can be reached by those."""
    try:
        return [{"channel": str(one["channel"]), "sealed": str(one["sealed"])} for one in json.loads(raw)]
    except (ValueError, KeyError, TypeError):
        return []


def damaged(tx: Connection, keys: MasterKey) -> dict[int, str]:
    """The contacts we still write to with an address that cannot be read, and what each is called, by number."""
    rows = tx.execute(select(CONTACTS).where(CONTACTS.c.active, ADDRESSED).order_by(CONTACTS.c.id))
    found = {}
    for row in rows.mappings():
        channels = kept_channels(row["channels"])
        if not channels or not all(_reads(keys, row["id"], one) for one in channels):
            role = row["role"].replace("_", " ")
            found[int(row["id"])] = f"{role} contact of {row['agency']}" if row["agency"] else role
    return found


def fits(tx: Connection, keys: MasterKey, but: int = 0) -> bool:
    """Whether this master key is the one the addresses were encrypted with. True when there are none, `but` one's.

    One address that it reads is enough: another may be damaged.
    """
    wanted = select(CONTACTS.c.id, CONTACTS.c.channels).where(ADDRESSED, CONTACTS.c.id != but).order_by(CONTACTS.c.id)
    addresses = [(number, one) for number, raw in tx.execute(wanted) for one in kept_channels(raw)]
    return not addresses or any(_reads(keys, number, one) for number, one in addresses)


def how_many_addressed(tx: Connection) -> int:
    """How many contacts have an address, those no longer written to among them."""
    return int(tx.execute(select(func.count()).select_from(CONTACTS).where(ADDRESSED)).scalar_one())


def _check_key(tx: Connection, keys: MasterKey, but: int = 0) -> None:
    """Two master keys in one database could not be exchanged for one. A contact that is written anew does not count."""
    if not (fits(tx, keys, but) and children.fits(tx, keys)):
        raise NotSetUp(WRONG_KEY)


def rewrap(tx: Connection, keys: MasterKey, fresh: MasterKey) -> int:
    """Encrypt every address with a fresh master key instead; how many contacts have any.

    Raises NotSetUp for an address that cannot be read with the present one.
    """
    rows = tx.execute(select(CONTACTS.c.id, CONTACTS.c.channels).where(ADDRESSED)).all()
    for row in rows:
        rebind(tx, keys, fresh, row.id, row.channels)
    return len(rows)


def rebind(tx: Connection, keys: MasterKey, fresh: MasterKey, contact_id: int, kept: str) -> None:
    """Encrypt the addresses of one contact anew, each bound to the contact and the channel."""
    names = [one["channel"] for one in kept_channels(kept)]
    sealed = [one["sealed"] for one in kept_channels(kept)]
    plain = [(name, opened(keys, contact_id, name, one)) for name, one in zip(names, sealed, strict=True)]
    _keep_channels(tx, contact_id, _sealed(fresh, contact_id, plain))


def unbound(tx: Connection, keys: MasterKey) -> dict[int, str]:
    """Contacts with an address in the first storage form, not bound to its owner: number and channels."""
    rows = tx.execute(select(CONTACTS.c.id, CONTACTS.c.channels).where(ADDRESSED).order_by(CONTACTS.c.id))
    return {row.id: row.channels for row in rows if _is_unbound(keys, row.id, kept_channels(row.channels))}


def forget_unreadable(tx: Connection, keys: MasterKey) -> int:
    """Delete every address that this master key cannot read; from how many contacts one was deleted."""
    changed = 0
    for row in tx.execute(select(CONTACTS.c.id, CONTACTS.c.channels)).all():
        known = kept_channels(row.channels)
        left = [one for one in known if _reads(keys, row.id, one)]
        if left != known:
            changed += 1
            _keep_channels(tx, row.id, json.dumps(left))
    return changed


WHOSE_AT_FIRST = "contact"
"""What every address was bound to before each was bound to its own contact and channel."""


def _whose(contact_id: int, channel: str) -> str:
    return f"contact {contact_id} {channel}"


def opened(keys: MasterKey, contact_id: int, channel: str, sealed: str) -> str:
    """An address of this contact on this channel; one kept as they were at first is read until it is bound."""
    try:
        return keys.decrypt_text(sealed, _whose(contact_id, channel))
    except NotSetUp:
        return keys.decrypt_text(sealed, WHOSE_AT_FIRST)


def _reads(keys: MasterKey, contact_id: int, kept: Mapping[str, str]) -> bool:
    try:
        opened(keys, contact_id, kept["channel"], kept["sealed"])
    except NotSetUp:
        return False
    return True


def _is_unbound(keys: MasterKey, contact_id: int, kept: Sequence[Mapping[str, str]]) -> bool:
    """Whether all can be read, and one of them only as it was bound at first."""
    own = [_opens(keys, one["sealed"], _whose(contact_id, one["channel"])) for one in kept]
    return not all(own) and all(_reads(keys, contact_id, one) for one in kept)


def _opens(keys: MasterKey, sealed: str, whose: str) -> bool:
    try:
        keys.decrypt_text(sealed, whose)
    except NotSetUp:
        return False
    return True


def _keep_channels(tx: Connection, contact_id: int, channels: str) -> None:
    tx.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(channels=channels))


def _sealed(keys: MasterKey, contact_id: int, channels: Sequence[tuple[str, str]]) -> str:
    kept = [(name, keys.encrypt_text(where, _whose(contact_id, name))) for name, where in channels]
    return json.dumps([{"channel": name, "sealed": sealed} for name, sealed in kept])


def _changed(tx: Connection, contact_id: int, values: Mapping[str, object]) -> None:
    get(tx, contact_id)
    tx.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(**values))


def _check_names(who: Mapping[str, str]) -> None:
    unreadable = (line_fault(f"The {what}", one[: LONGEST[what]]) for what, one in who.items())
    faults = [fault for fault in unreadable if fault]
    too_long = [what for what, one in who.items() if len(one) > LONGEST[what]]
    faults += [f"The {what} is too long: it has at most {LONGEST[what]} characters." for what in too_long]
    if faults:
        raise BadAnswer(*faults)


def _check_hours(hours: str) -> None:
    start, _, end = hours.partition("-")
    if not CLOCK.fullmatch(start) or not (CLOCK.fullmatch(end) or end == "24:00") or start >= end:
        raise BadAnswer(f"Working hours are written like 09:00-17:00, not {hours[:20]!r}.")


def _check_news(news: str) -> None:
    if news and news not in NEWS:
        raise BadAnswer(f"News is sent {', '.join(NEWS[:-1])} or {NEWS[-1]}, not {news[:20]!r}.")


@lru_cache(maxsize=1024)
def _reach(row: tuple[Any, ...]) -> Reach:
    agency, role, number, name, channels, hours, calendar, news = row
    by = tuple(one["channel"] for one in kept_channels(channels))
    return Reach(number, agency, role, name, by, hours, calendar, news)
