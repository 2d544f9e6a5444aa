"""A meeting as what was recorded of it adds up to: its agenda, who was there, interests, what became of each item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from states.values import Value

Body = Literal["committee", "sub_group", "chief_officers"]
ItemKind = Literal["minute", "decision", "report", "recommendation", "hold", "late", "other"]
Outcome = Literal["", "decided", "noted", "put_off", "not_reached"]
Status = Literal["draft", "sent", "held", "closed"]
Facts = Mapping[str, Any]

AGAIN: frozenset[Outcome] = frozenset({"put_off", "not_reached"})
"""What comes back on the next agenda."""


class Interest(Value):
    """An interest that somebody declared in an item: who (the number of an account, or words), and what it is.

    `lifted_on` is the day on which it was found to be none, `lifted` why.
    """

    who: str
    reason: str
    lifted_on: date | None = None
    lifted: str = ""


class AgendaLine(Value):
    """One item of an agenda, and what became of it.

    `ref` is the case it is about, `about` the hold, the request or the earlier meeting; `back` says at which meeting it
    was put off or not reached, and `left_out` why it is not on the agenda. Of a decision: `step` is what was done,
    `entry` its number in the history of the case, `counted` how many members were there who had declared no interest,
    and `quorum` how many the committee asks for (None where it has set none).
    """

    id: str
    kind: ItemKind
    title: str
    ref: str = ""
    about: str = ""
    added: str = ""
    back: int = 0
    back_as: Outcome = ""
    back_why: str = ""
    left_out: str = ""
    outcome: Outcome = ""
    note: str = ""
    step: str = ""
    entry: int = 0
    counted: int = 0
    quorum: int | None = None
    interests: tuple[Interest, ...] = ()

    @property
    def away(self) -> frozenset[str]:
        """Who has an interest in it that stands."""
        return frozenset(one.who for one in self.interests if one.lifted_on is None)


class Paper(Value):
    """An agenda that went out: on which day, to how many people, and the fingerprint of its text (SHA-256)."""

    on: date
    to: int
    fingerprint: str


class Meeting(Value):
    """A meeting of one of the bodies that decide, on a day. `version` is the number of its last entry in the log.

    People are numbers of accounts, or words where somebody has none. `present` are members; `attending` are not.
    """

    number: int
    body: Body
    on: date
    place: str = ""
    status: Status = "draft"
    items: tuple[AgendaLine, ...] = ()
    present: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()
    attending: tuple[str, ...] = ()
    attendance: bool = False
    sent: tuple[Paper, ...] = ()
    closed_on: date | None = None
    version: int = 0

    @property
    def agenda(self) -> tuple[AgendaLine, ...]:
        """What is on the agenda, in its order."""
        return tuple(one for one in self.items if not one.left_out)

    def item(self, number: str) -> AgendaLine | None:
        """One item by its number."""
        return next((one for one in self.items if one.id == number), None)

    def counted_for(self, item: AgendaLine) -> tuple[str, ...]:
        """The members who are there and have declared no interest in an item."""
        return tuple(one for one in self.present if one not in item.away)


def after(meeting: Meeting | None, number: int, sequence: int, kind: str, said: Facts, on: date) -> Meeting:
    """A meeting after one more entry of the log: its number there, its kind, what it says, the day it is of.

    Raises KeyError for a kind that no meeting knows, ValueError for one before the meeting was called.
    """
    if meeting is None:
        if kind != "called":
            raise ValueError(f"meeting {number} was never called")
        meeting = Meeting(number=number, body=said["body"], on=said["on"], place=said.get("place", ""))
    return FOLDS[kind](meeting, said, on).model_copy(update={"version": sequence})


def _with_items(meeting: Meeting, said: Facts, _: date) -> Meeting:
    more = tuple(AgendaLine.model_validate(one) for one in said.get("items", ()))
    return meeting.model_copy(update={"items": (*meeting.items, *more)})


def _moved(meeting: Meeting, said: Facts, _: date) -> Meeting:
    return meeting.model_copy(update={"on": date.fromisoformat(said["on"]), "place": said.get("place", "")})


def _ordered(meeting: Meeting, said: Facts, _: date) -> Meeting:
    place = {one: number for number, one in enumerate(said["order"])}
    items = sorted(meeting.items, key=lambda one: place.get(one.id, len(place)))
    return meeting.model_copy(update={"items": tuple(items)})


def _sent(meeting: Meeting, said: Facts, on: date) -> Meeting:
    paper = Paper(on=on, to=said["to"], fingerprint=said["fingerprint"])
    status = "sent" if meeting.status == "draft" else meeting.status
    return meeting.model_copy(update={"sent": (*meeting.sent, paper), "status": status})


def _attended(meeting: Meeting, said: Facts, _: date) -> Meeting:
    who = {part: tuple(said.get(part, ())) for part in ("present", "apologies", "attending")}
    return meeting.model_copy(update={**who, "attendance": True, "status": "held"})


def _closed(meeting: Meeting, said: Facts, on: date) -> Meeting:
    gone = frozenset(said.get("not_reached", ()))
    items = tuple(one.model_copy(update={"outcome": "not_reached"}) if one.id in gone else one for one in meeting.items)
    return meeting.model_copy(update={"items": items, "status": "closed", "closed_on": on})


def _lifted(meeting: Meeting, said: Facts, on: date) -> Meeting:
    def lift(one: Interest) -> Interest:
        stands = one.who == said["who"] and one.lifted_on is None
        return one.model_copy(update={"lifted_on": on, "lifted": said["reason"]}) if stands else one

    def change(item: AgendaLine, _: Facts) -> Facts:
        return {"interests": tuple(map(lift, item.interests))}

    return _on_item(change)(meeting, said, on)


def _on_item(change: Callable[[AgendaLine, Facts], Facts]) -> Callable[[Meeting, Facts, date], Meeting]:
    def fold(meeting: Meeting, said: Facts, _: date) -> Meeting:
        items = tuple(
            one.model_copy(update=dict(change(one, said))) if one.id == said["item"] else one for one in meeting.items
        )
        return meeting.model_copy(update={"items": items})

    return fold


def _interest(item: AgendaLine, said: Facts) -> Facts:
    return {"interests": (*item.interests, Interest(who=said["who"], reason=said["reason"]))}


def _decided(_: AgendaLine, said: Facts) -> Facts:
    kept = {part: said[part] for part in ("step", "entry", "counted")}
    return {**kept, "quorum": said.get("quorum"), "outcome": "decided"}


FOLDS: Mapping[str, Callable[[Meeting, Facts, date], Meeting]] = {
    "called": _with_items,
    "brought_up_to_date": _with_items,
    "item_added": _with_items,
    "moved": _moved,
    "ordered": _ordered,
    "left_out": _on_item(lambda _, said: {"left_out": said["reason"]}),
    "brought_back": _on_item(lambda *_: {"left_out": ""}),
    "agenda_sent": _sent,
    "attended": _attended,
    "interest_declared": _on_item(_interest),
    "interest_lifted": _lifted,
    "decided": _on_item(_decided),
    "noted": _on_item(lambda _, said: {"outcome": "noted", "note": said["reason"]}),
    "put_off": _on_item(lambda _, said: {"outcome": "put_off", "note": said["reason"]}),
    "closed": _closed,
}
"""What each kind of entry of the log does to a meeting."""
