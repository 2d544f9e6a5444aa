"""Turns an entry of the history, or a rung of a ladder, into the messages owed to each recipient.

A message that can reach nobody becomes a task for the lead officer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Connection

from config.settings import calendar
from records import cases, contacts, outbox
from records.cases import Case
from records.contacts import Reach, ReachableContacts
from records.outbox import Letter, Owing
from records.role_holders import OnCase, on_case
from states.audiences import place_kind
from states.deadlines import due_on
from states.dossier import Deadline
from states.entry import Entry
from states.limits import Limit
from states.moments import UNITED_KINGDOM, local_day
from states.procedure import LEAD
from states.timescales import Ladder, Rung
from states.words import first_up, full_weekday
from workflows.messages import decisions
from workflows.messages.gathering import gathered
from workflows.messages.notices import PROMISE_BROKEN, case_facts, date_facts, notices
from workflows.messages.rung_words import rung_facts
from workflows.messages.unreachable import PLACE_OF, Gap, Unsent, note
from workflows.unit_of_work import UnitOfWork

TO_WHO_OWES = {
    "reminder": "silence",
    "due_today": "silence",
    "overdue": "silence",
    PROMISE_BROKEN: "promise_passed",
}
"""Messages worded for the agency that owes an answer, and what the committee reads in their place."""


OF_THE_AGENCY = frozenset({"agency_contact", "agency_senior"})
"""Audiences of the agency it is about; where it is about none, the lead officer is told."""


LAST_WORD = Rung(day=0, tell=("owner", "lead_officer"), message=PROMISE_BROKEN)
"""Who is told of a broken promise when no rung is left to say so: whoever owes the date, and the committee."""


ABOUT_A_DATE = frozenset({"chased", "reminded"})
"""The kinds of entry that owe a message about a date, from the ladder or by somebody's word."""


def by_hand(message: str) -> Rung:
    """A message about a date that goes by somebody's word, outside its ladder, to whoever owes it."""
    return Rung(day=0, tell=("owner",), message=message)


def rung_of(ladder: Ladder, number: int | None) -> Rung:
    """A rung of a ladder by its number; without one, word of a broken promise that no rung is left to tell of."""
    return LAST_WORD if number is None else ladder.rungs[number]


@dataclass(frozen=True)
class About:
    """What a message is about: the case and the entry, and the request or date it concerns."""

    case: Case
    sequence: int
    agency: str = ""
    deadline: Deadline | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    confirm_role: str = ""
    confirm_by: datetime | None = None
    beside: str = ""

    @cached_property
    def known(self) -> OnCase:
        """Who is on the case."""
        return on_case(self.case)

    @cached_property
    def of_case(self) -> Mapping[str, Any]:
        """What any message about the case may say."""
        return case_facts(self.case)

    def of(self, agency: str, facts: Mapping[str, Any]) -> About:
        """Another message of the entry: about the same, itself."""
        return self if agency == self.agency and facts is self.facts else replace(self, agency=agency, facts=facts)


Place = tuple[str, str]
"""An agency and its contact (`first`, `senior`), or no agency and a role of the committee."""


def recorded(uow: UnitOfWork, case: Case, entry: Entry) -> tuple[Case, Entry]:
    """A verb's entry, on the record of its case, with every message owed that it gives rise to."""
    case = cases.record(uow.tx, case, entry, uow.now)
    uow.written[case.id] = case.dossier.sequence, entry
    tell(uow.tx, case, entry, uow.now)
    return case, entry


def tell(tx: Connection, case: Case, entry: Entry, now: datetime) -> None:
    """Owe every message that an entry of the history gives rise to, and keep the tasks of whoever decides."""
    decisions.keep(tx, case, entry, now)
    told = list(notices(case, entry))
    if not told:
        return
    _, agency, facts = told[0]
    about = About(case, case.dossier.sequence, agency, facts=facts)
    due = [(about := about.of(agency, facts), notice) for notice, agency, facts in told]
    places = [place for about, notice in due for one in notice.tell for place in addressees(about, one)]
    reachable = due[0][0].known.reachable(tx, [*places, ("", LEAD)], local_day(now))
    owed: list[Letter] = []
    for about, notice in due:
        for audience in notice.tell:
            owed += _letters(tx, reachable, about, notice.message, audience, now)
    outbox.owe(tx, owed)


def tell_rung(
    tx: Connection, case: Case, deadline: Deadline, rung: Rung, facts: Mapping[str, Any], now: datetime
) -> None:
    """Owe the messages of a rung; where somebody must confirm, they are drafted and that person is asked."""
    outbox.owe(tx, letters_of_rung(tx, case, deadline, rung, facts, now, living(tx, now)))


def letters_of_rung(
    tx: Connection,
    case: Case,
    deadline: Deadline,
    rung: Rung,
    facts: Mapping[str, Any],
    now: datetime,
    reachable: ReachableContacts,
) -> list[Letter]:
    """The messages of a rung, to be owed to whoever is reachable; what reaches nobody, and a yes wanted, is a task."""
    about = _about_rung(case, case.dossier.sequence, deadline, rung, facts, now)
    owed = [letter for audience in rung.tell for letter in _letters(tx, reachable, about, rung, audience, now)]
    return [*owed, *_yes_to(tx, reachable, about, rung, owed, now)]


def tell_again(tx: Connection, this: Rung | str, about: About, place: Place, now: datetime) -> int:
    """Owe one message of an entry again, to whoever stands at its place now; how many letters. A rung as it was asked.

    `about` says of which entry it is and what is true now; its `beside` keeps it apart from what was owed before.
    """
    reachable = living(tx, now)
    owed = _to_place(reachable, about, this, place, now)
    yes = _yes_to(tx, reachable, about, this, owed, now) if isinstance(this, Rung) else []
    outbox.owe(tx, [*owed, *yes])
    return len(owed)


def owed_by(case: Case, entry: Entry) -> list[tuple[About, Rung | str, str]]:
    """What an entry of the history owes: about what, which message or rung, and to which audience.

    `case` includes the entry. Of a rung the facts are left out: they are of the day on which it is told.
    """
    if entry.kind not in ABOUT_A_DATE:
        told = (
            (About(case, entry.sequence, agency, facts=facts), notice) for notice, agency, facts in notices(case, entry)
        )
        return [(about, notice.message, audience) for about, notice in told for audience in notice.tell]
    deadline = case.dossier.deadlines[entry.data["key"]]
    about = About(case, entry.sequence, deadline.agency, deadline)
    if entry.kind == "reminded":
        return [(about, by_hand(entry.data["message"]), "owner")]
    ladder = case.procedure.ladders[case.procedure.timescales[deadline.timescale].ladder or ""]
    rung = rung_of(ladder, entry.data["rung"])
    rung = rung.model_copy(update={"message": PROMISE_BROKEN}) if "promise" in entry.data else rung
    return [(about, rung, audience) for audience in rung.tell]


def with_facts_of_today(about: About, rung: Rung, facts: Mapping[str, Any], now: datetime) -> About:
    """What a rung is about, as it stands today."""
    assert about.deadline is not None
    return _about_rung(about.case, about.sequence, about.deadline, rung, facts, now)


def living(tx: Connection, now: datetime) -> ReachableContacts:
    """Everybody who can be written to today."""
    return contacts.reachable(tx, local_day(now))


def _about_rung(
    case: Case, sequence: int, deadline: Deadline, rung: Rung, facts: Mapping[str, Any], now: datetime
) -> About:
    return About(
        case,
        sequence,
        deadline.agency,
        deadline,
        facts={**date_facts(case, deadline, local_day(now, deadline.zone)), **facts, **_of_its_day(rung)},
        confirm_role=rung.confirm or "",
        confirm_by=_confirm_by(case, deadline, rung, now),
    )


def _yes_to(
    tx: Connection, reachable: ReachableContacts, about: About, rung: Rung, owed: list[Letter], now: datetime
) -> list[Letter]:
    """What asks for the yes that drafted letters of a rung wait for."""
    if not rung.confirm or not any(letter["status"] == "held" for letter in owed):
        return []
    return _ask_for_yes(tx, reachable, about, _yes_wanted(about, rung), now)


def _of_its_day(rung: Rung) -> dict[str, Any]:
    """A draft may be read long after it was written: it counts no days to its own."""
    return {"days": None} if rung.confirm else {}


def _confirm_by(case: Case, deadline: Deadline, rung: Rung, now: datetime) -> datetime | None:
    """When a draft goes by itself: after so many days of its ladder, at the same time of day."""
    if rung.confirm is None or rung.confirm_within is None:
        return None
    ladder = case.procedure.ladders[case.procedure.timescales[deadline.timescale].ladder or ""]
    today, calendar = local_day(now, deadline.zone), case.calendars[ladder.calendar or case.procedure.calendar]
    last = due_on(today, Limit(rung.confirm_within, ladder.unit), calendar)
    return now + ((last or today) - today)


def _yes_wanted(about: About, rung: Rung) -> dict[str, Any]:
    """What a task to say yes says: to whom the message would go, about whom, and when it goes by itself."""
    procedure = about.case.procedure
    kinds = ((place_kind(procedure, one), one) for one in rung.tell)
    places = ("senior contact" if one == "agency_senior" else procedure.said(kind, one) for kind, one in kinds)
    told = " and the ".join(place.removeprefix("The ").removeprefix("the ") for place in places)
    whose = f", on an answer from {about.agency}," if about.agency else ""
    return {
        "problem": f"a message to the {told}{whose} waits for your yes",
        "confirm_role": procedure.label_of("roles", about.confirm_role),
        "until": full_weekday(about.confirm_by) if about.confirm_by else "",
        "due": "",
        "late": False,
        "passed": 0,
        "since": "",
        "items": [],
    }


def _letters(
    tx: Connection, reachable: ReachableContacts, about: About, this: Rung | str, audience: str, now: datetime
) -> list[Letter]:
    """A message to everybody an audience stands for, on the channels its rung asks for or on all they have."""
    owed: list[Letter] = []
    for agency, place in addressees(about, audience):
        mine = _to_place(reachable, about, this, (agency, place), now)
        if mine:
            owed += mine
        else:
            channels, message = (this.channels, this.message) if isinstance(this, Rung) else ((), this)
            gap = Gap(agency, place, channels, called(about.case, agency, place))
            owed += _nobody(tx, reachable, about, message, gap, now)
    return owed


def _to_place(reachable: ReachableContacts, about: About, this: Rung | str, to: Place, now: datetime) -> list[Letter]:
    """A message to whoever stands at a place; none where nobody can be reached there."""
    holders = about.known.holders(reachable, *to)
    return [letter for reach in holders for letter in _to_holder(about, this, to, reach, now)]


def _to_holder(about: About, this: Rung | str, to: Place, reach: Reach, now: datetime) -> list[Letter]:
    message, channels = (this, None) if isinstance(this, str) else (this.message, this.channels or None)
    kind = TO_WHO_OWES.get(message, message) if _only_to_know(about, reach) else message
    owing = _owing(about, kind, _facts(about, this, to, kind), to)
    owed = outbox.letters(owing, reach, calendar(reach.calendar), now, channels)
    return gathered(owed, about.case, about.sequence, about.agency, reach, now) if isinstance(this, str) else owed


def _facts(about: About, this: Rung | str, to: Place, kind: str) -> dict[str, Any]:
    case, (agency, place) = about.case, to
    facts = {**about.of_case, **about.facts, "agency": agency or about.agency}
    if about.confirm_role:
        facts["confirm_role"] = case.procedure.label_of("roles", about.confirm_role)
    if not isinstance(this, str) and about.deadline is not None:
        facts |= rung_facts(case, about.deadline, this, to, partial(addressees, about))
    return facts | _proof(kind, place)


def _proof(kind: str, place: str) -> dict[str, Any]:
    """Whoever owes an answer is not shown how often they were asked; a senior contact, who is to help, is."""
    return {"evidence": []} if kind == PROMISE_BROKEN and place != "senior" else {}


def recipients(reachable: ReachableContacts, about: About, audience: str) -> list[tuple[str, Reach | None]]:
    """Who an audience is today.

    Pairs of agency (empty for the committee) and contact, None where nobody can be reached.
    """
    places = addressees(about, audience)
    return [
        (agency, one) for agency, place in places for one in about.known.holders(reachable, agency, place) or (None,)
    ]


def addressees(about: About, audience: str) -> list[tuple[str, str]]:
    """Whom an audience stands for: pairs of agency and contact (`first`, `senior`), or no agency and a role.

    A case that somebody of the committee notified, for a practitioner or a parent, is answered by the lead officer.
    """
    agency = about.case.dossier.notifier if audience == "notifier" else about.agency
    if audience == "notifier" and not agency:
        return [("", "lead_officer")]
    if audience == "agencies":
        return [(one, "first") for one in about.case.dossier.agencies]
    if audience in OF_THE_AGENCY and not agency:  # an item that names none
        return [("", "lead_officer")]
    if audience in {"agency_contact", "notifier"} or (audience == "owner" and _owned_by_agency(about)):
        return [(agency, "first")]
    if audience == "agency_senior":
        return [(agency, "senior")]
    return [("", _owner_role(about) if audience == "owner" else audience)]


def _first(reachable: ReachableContacts, about: About, role: str) -> Reach | None:
    return next(iter(about.known.holders(reachable, "", role)), None)


def _nobody(
    tx: Connection, reachable: ReachableContacts, about: About, message: str, gap: Gap, now: datetime
) -> list[Letter]:
    """What reaches nobody is on record and in a task; the lead officer is written to of it, once a day."""
    lead = _first(reachable, about, LEAD)
    unsent = Unsent(about.case, about.sequence, message, about.deadline)
    task, facts = note(tx, unsent, gap, now, to_tell=lead is not None)
    return _of_task(about, task, facts, lead, now) if facts and lead else []


def _only_to_know(about: About, reach: Reach) -> bool:
    return about.agency not in ("", reach.agency)


def _owned_by_agency(about: About) -> bool:
    return about.deadline is not None and bool(about.deadline.agency)


def _owner_role(about: About) -> str:
    """The role that owes a date; where an edition from before tells the owner of what has none, the lead officer."""
    if about.deadline is None:
        return "lead_officer"
    owner = about.case.procedure.timescales[about.deadline.timescale].owner
    return "lead_officer" if owner == "agency" else owner


def _owing(about: About, message: str, facts: Mapping[str, Any], to: Place = ("", "")) -> Owing:
    """Why a message is owed, and to whose place: to none where it is a task."""
    agency, place = to
    deadline = about.deadline
    return Owing(
        about.case.id,
        about.case.ref,
        about.sequence,
        message,
        facts,
        deadline.key if deadline else "",
        deadline.due_on if deadline else None,
        about.confirm_role,
        about.confirm_by,
        about.beside,
        agency,
        place,
        about.case.procedure.zone_at(agency) if place else UNITED_KINGDOM,
    )


def _ask_for_yes(
    tx: Connection, reachable: ReachableContacts, about: About, facts: Mapping[str, Any], now: datetime
) -> list[Letter]:
    """Leave the task to say yes; what tells the person it is for, when they can be reached."""
    everything, about = {**case_facts(about.case), **about.facts, **facts}, replace(about, beside="")
    task = outbox.ask(tx, _owing(about, "confirm", everything), "confirm", about.confirm_role, now)
    found = _first(reachable, about, about.confirm_role)
    return _of_task(about, task, everything, found, now) if task and found else []


def _of_task(about: About, task: str, facts: Mapping[str, Any], to: Reach, now: datetime) -> list[Letter]:
    """A letter about a task, by its number."""
    place = PLACE_OF.get(to.role, to.role)
    owing = Owing(about.case.id, about.case.ref, about.sequence, "task", facts, beside=task, place=place)
    return outbox.letters(owing._replace(zone=about.case.procedure.time_zone), to, calendar(to.calendar), now)


def called(case: Case, agency: str, place: str) -> str:
    """What a place is called in a sentence."""
    if agency:
        return f"The {place} contact of {agency}"
    label = case.procedure.label_of("bodies" if place in case.procedure.bodies else "roles", place)
    named = on_case(case).named.get(place, ())
    return f"{first_up(label)} ({', '.join(named)})" if named else first_up(label)
