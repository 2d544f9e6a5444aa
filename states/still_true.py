"""Whether what an entry had to tell somebody is still true, when the case has moved on since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from states.calendars import Calendar
from states.chase_grounds import lost_ground
from states.dossier import Asked, Deadline, Dossier
from states.entry import Entry
from states.escalation import steps
from states.moments import local_day
from states.procedure import Procedure
from states.words import long_day

AUDIENCE = {"first": "agency_contact", "senior": "agency_senior"}
"""As what a ladder names the places of an agency."""


@dataclass(frozen=True)
class Outdated:
    """Why something is not true any more; `moot`: nothing need be said in its place."""

    why: str
    moot: bool = False


def outdated(
    procedure: Procedure, dossier: Dossier, entry: Entry, later: Sequence[Entry], *, agency: str = ""
) -> Outdated | None:
    """Why what an entry had to tell `agency` (or a role of the committee) is not true any more; None while it is.

    `later` are the entries after it. What was decided and then reopened or put right is for a person to tell; what was
    asked and then answered need not be told at all.
    """
    put_right = next((one for one in later if one.kind == "corrected" and one.data["sequence"] == entry.sequence), None)
    if put_right is not None:
        return Outdated(f"What it says was put right on {_day(put_right.happened_on)}.")
    judge = JUDGES.get(entry.kind)
    return judge(procedure, dossier, entry, later, agency) if judge else None


def outdated_chase(dossier: Dossier, entry: Entry, message: str, now: datetime) -> Outdated | None:
    """Why a reminder or escalation would be untrue now; None while it is true."""
    due_on = date.fromisoformat(entry.data["due_on"]) if entry.data["due_on"] else None
    key = entry.data["key"]
    why = lost_ground(dossier, key, due_on, entry.recorded_at, now)
    if not why and due_on is not None and is_past(message, due_on, local_day(now, dossier.deadlines[key].zone)):
        why = f"Its day has come: it was due on {_day(due_on)}."
    return Outdated(why, moot=True) if why else None


def is_past(message: str, due_on: date, today: date) -> bool:
    """Whether a message about days to come is too late: its day has come."""
    return (message == "reminder" and today >= due_on) or (message == "due_today" and today > due_on)


def followed(
    procedure: Procedure, calendars: Mapping[str, Calendar], deadline: Deadline, message: str, place: str, today: date
) -> str:
    """Why a reminder that could not leave on its day is dropped; "" while no later rung tells the same place.

    `place` is that of the reader: `first` or `senior` for an agency, else a role.
    """
    rule = procedure.timescales.get(deadline.timescale)
    ladder = procedure.ladders.get(rule.ladder or "") if rule else None
    if rule is None or ladder is None or deadline.due_on is None or not is_past(message, deadline.due_on, today):
        return ""
    audiences = {AUDIENCE.get(place, place), "owner" if place == ("first" if deadline.agency else rule.owner) else ""}
    least = 1 if message == "due_today" else 0
    for step in steps(deadline, ladder, calendars[ladder.calendar or procedure.calendar]):
        rung = ladder.rungs[step.rung]
        if rung.day >= least and step.day <= today and not rung.confirm and audiences & set(rung.tell):
            return f"Its day has come: it was due on {_day(deadline.due_on)}, and what follows says so."
    return ""


def _decided(procedure: Procedure, _: Dossier, entry: Entry, later: Sequence[Entry], __: str) -> Outdated | None:
    for one in later:
        move = procedure.moves.get((one.source, one.trigger)) if one.kind == "advanced" else None
        if move is not None and move.reopens:
            return Outdated(f"The case was reopened on {_day(one.happened_on)}.")
        if move is not None and one.trigger == entry.trigger:
            return Outdated(f"The same step was taken again on {_day(one.happened_on)}, and told then.", moot=True)
    return None


def _asked(_: Procedure, dossier: Dossier, entry: Entry, __: Sequence[Entry], agency: str) -> Outdated | None:
    asked = next((one for one in _requests(dossier, entry) if one.agency == agency), None)
    if asked is None or asked.status == "open":
        return None
    return Outdated(f"The request was {asked.status} on {_day(asked.ended_on)}.", moot=True)


def _requests(dossier: Dossier, entry: Entry) -> Iterable[Asked]:
    if entry.kind == "requested":
        return [dossier.requests[item["id"]] for item in entry.data["asked"]]
    return [dossier.requests[entry.data.get("new_id", entry.data["id"])]]


def _held(_: Procedure, dossier: Dossier, entry: Entry, __: Sequence[Entry], ___: str) -> Outdated | None:
    pause = dossier.pauses[entry.data["pause"]["id"]]
    return Outdated(f"The hold ended on {_day(pause.ends)}.") if pause.ended else None


def _entered(_: Procedure, dossier: Dossier, entry: Entry, __: Sequence[Entry], ___: str) -> Outdated | None:
    item = dossier.items.get(entry.data.get("id", ""))
    return Outdated("It has ended.", moot=True) if item is not None and item.ended else None


def _more_time(_: Procedure, dossier: Dossier, entry: Entry, __: Sequence[Entry], ___: str) -> Outdated | None:
    extension = dossier.extensions[entry.data["id"]]
    if entry.kind.removeprefix("extension_") == extension.status:
        return None
    return Outdated(f"The time asked for is {extension.status} now.")


def _day(day: date | None) -> str:
    return long_day(day) if day else "a day that is not known"


Judge = Callable[[Procedure, Dossier, Entry, Sequence[Entry], str], Outdated | None]
JUDGES: dict[str, Judge] = {
    "opened": _decided,
    "advanced": _decided,
    "requested": _asked,
    "redirected": _asked,
    "sent_back": _asked,
    "paused": _held,
    "item_added": _entered,
    "extension_granted": _more_time,
    "extension_refused": _more_time,
    "extension_withdrawn": _more_time,
}
"""What is looked at for each kind of entry; what the others tell stays true."""
