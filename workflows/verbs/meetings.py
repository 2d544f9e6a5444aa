"""The agenda of a meeting: drafted from what is before the body, put in order, added to, and sent to its members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from config.meetings import BodyRule
from config.settings import calendar
from records import cases, contacts, meetings, need_to_know, outbox
from records.contacts import Reach
from records.outbox import Letter, Owing
from states.errors import BadAnswer, NotFound, NotPossible
from states.meetings import AGAIN, AgendaLine, Meeting
from states.next_step import NextStep, advice
from states.words import full_weekday, long_day
from workflows.messages.refused import untold
from workflows.unit_of_work import UnitOfWork, check_ahead, check_words, plain_names
from workflows.views.before_a_body import KINDS, Before, before
from workflows.views.meeting_page import FIRST_ITEMS
from workflows.views.meeting_papers import approved_at
from workflows.views.meeting_people import PREPARES, may_prepare
from workflows.views.viewer import Viewer

LONGEST_TITLE = 200


def call_meeting(uow: UnitOfWork, rule: BodyRule, on: date, place: str = "") -> Meeting:
    """Draft the agenda of a meeting of a body on a day, from what is before it then.

    Raises NotPossible for somebody who does not prepare its meetings, BadAnswer for a day that has gone by or has one.
    """
    check_prepares(uow, rule)
    check_ahead(uow, "The day of the meeting", on)
    (place,) = plain_names(place)
    if on < uow.today:
        raise BadAnswer(f"{long_day(on)} has gone by: give the day of the meeting.")
    meetings.hold(uow.tx)
    known = meetings.every(uow.tx, rule.name)
    if any(one.on == on and one.status != "closed" for one in known):
        raise BadAnswer(f"There is a meeting on {long_day(on)} already: bring its agenda up to date instead.")
    items = _numbered((), _drafted(uow, rule, on, known, ()))
    said = {"body": rule.name, "on": on.isoformat(), "items": items}
    return meetings.call(uow.tx, {**said, "place": place} if place else said, uow.actor, uow.now)


def bring_up_to_date(uow: UnitOfWork, rule: BodyRule, number: int) -> Meeting:
    """Put on an agenda whatever has come before the body since it was drafted. Nothing is taken off.

    Raises NotPossible where there is nothing new.
    """
    meeting = open_meeting(uow, rule, number)
    known = meetings.every(uow.tx, rule.name)
    items = _numbered(meeting.items, _drafted(uow, rule, meeting.on, known, meeting.items))
    if not items:
        raise NotPossible("Nothing new has come before this body: the agenda is up to date.")
    return meetings.record(uow.tx, meeting, "brought_up_to_date", uow.actor, uow.now, {"items": items})


def add_item(uow: UnitOfWork, rule: BodyRule, number: int, title: str, why: str, *, ref: str = "") -> Meeting:
    """Put an item of one's own on an agenda, with the reason; it may be about a case, whose papers then go with it."""
    meeting = open_meeting(uow, rule, number)
    case = cases.find(uow.tx, ref, to_change=False) if ref else None
    if case is not None:
        need_to_know.check_named(uow.tx, case.ref, uow.actor.account)
    title, why = title.strip(), why.strip()
    check_words(uow, case, title, why)
    if not title or len(title) > LONGEST_TITLE:
        raise BadAnswer(f"Say what the item is, in at most {LONGEST_TITLE} characters.")
    if not why:
        raise BadAnswer("Say why it is put on the agenda: this needs its reason.")
    item = {"kind": "other", "title": title, "added": why, **({"ref": case.ref} if case else {})}
    said = {"items": _numbered(meeting.items, (item,))}
    return meetings.record(uow.tx, meeting, "item_added", uow.actor, uow.now, said, why)


def leave_out(uow: UnitOfWork, rule: BodyRule, number: int, item: str, why: str) -> Meeting:
    """Leave an item out of an agenda, with the reason. It is on record, and comes before the body again."""
    meeting = open_meeting(uow, rule, number)
    one = item_of(meeting, item)
    check_words(uow, None, why)
    if not why.strip():
        raise BadAnswer("Say why it is left out: this needs its reason.")
    if one.left_out or one.outcome:
        raise NotPossible(f"Item {one.id} is left out already, or was taken: nothing was changed.")
    return meetings.record(uow.tx, meeting, "left_out", uow.actor, uow.now, {"item": one.id}, why.strip())


def bring_back(uow: UnitOfWork, rule: BodyRule, number: int, item: str) -> Meeting:
    """Put an item that was left out on the agenda again."""
    meeting = open_meeting(uow, rule, number)
    one = item_of(meeting, item)
    if not one.left_out:
        raise NotPossible(f"Item {one.id} is on the agenda.")
    return meetings.record(uow.tx, meeting, "brought_back", uow.actor, uow.now, {"item": one.id})


def put_in_order(
    uow: UnitOfWork, rule: BodyRule, number: int, order: Sequence[str], *, seen: int | None = None
) -> Meeting:
    """Put the items of an agenda in an order; those not named come after, as they were."""
    meeting = open_meeting(uow, rule, number, seen)
    for one in order:
        item_of(meeting, one)
    rest = [one.id for one in meeting.items if one.id not in set(order)]
    said = {"order": [*dict.fromkeys(order), *rest]}
    return meetings.record(uow.tx, meeting, "ordered", uow.actor, uow.now, said)


def move_item(uow: UnitOfWork, rule: BodyRule, number: int, item: str, by: int, *, seen: int | None = None) -> Meeting:
    """Move an item of an agenda up (`by` -1) or down (1) by one place; at either end it stays."""
    meeting = open_meeting(uow, rule, number, seen)
    order = [one.id for one in meeting.agenda]
    place = order.index(item_of(meeting, item).id) if item in order else 0
    other = place + by
    if not 0 <= other < len(order):
        return meeting
    order[place], order[other] = order[other], order[place]
    return put_in_order(uow, rule, number, order)


def send_agenda(
    uow: UnitOfWork, rule: BodyRule, number: int, fingerprint: str, link: str = ""
) -> tuple[Meeting, tuple[str, ...]]:
    """Send the agenda: each member who can be written to is told where it lies with its papers; who is told, by name.

    The papers are read at the desk, so that they can be shut to a member who declares an interest. `fingerprint` is
    that of the agenda as it is. Raises NotPossible where nobody can be written to.
    """
    meeting = open_meeting(uow, rule, number)
    if not meeting.agenda:
        add = NextStep("meeting add", {"meeting": (str(number),), "title": ()})
        raise NotPossible("There is nothing on the agenda.", advice=advice("add an item first ({}).", add))
    reached = [one for one in contacts.reachable(uow.tx, uow.today).of_committee() if one.role in rule.members]
    if not reached:
        nobody = f"Nobody of the {rule.label[:1].lower()}{rule.label[1:]} can be written to."
        raise NotPossible(nobody, advice=advice("enter them as contacts first ({}).", "contact add"))
    owed = [letter for one in reached for letter in _letter(uow, meeting, rule, one, link)]
    outbox.owe(uow.tx, owed)
    for role in sorted(rule.members - {one.role for one in reached}):
        untold(uow.tx, rule.label, meeting.on, role, uow.now)
    said = {"to": len(reached), "fingerprint": fingerprint}
    made = meetings.record(uow.tx, meeting, "agenda_sent", uow.actor, uow.now, said)
    return made, tuple(one.name for one in reached)


def open_meeting(uow: UnitOfWork, rule: BodyRule, number: int, seen: int | None = None) -> Meeting:
    """A meeting that can still be written to, for somebody who prepares it. Raises NotPossible for any other."""
    meeting = meetings.find(uow.tx, number, seen=seen, to_change=True)
    check_prepares(uow, rule)
    if meeting.status == "closed":
        raise NotPossible("The meeting is closed: what was not reached comes back on the next agenda.")
    return meeting


def check_prepares(uow: UnitOfWork, rule: BodyRule) -> None:
    """Raise NotPossible for somebody who does not prepare the meetings of a body."""
    if not may_prepare(rule.name, uow.actor.role):
        who = ", ".join(sorted(role.replace("_", " ") for role in PREPARES[rule.name]))
        raise NotPossible(f"Meetings of the {rule.label} are prepared by the roles {who}.")


def item_of(meeting: Meeting, number: str) -> AgendaLine:
    """One item of a meeting. Raises NotFound."""
    found = meeting.item(number.strip())
    if found is None:
        known = ", ".join(one.id for one in meeting.items) or "none"
        raise NotFound(f"There is no item {number[:20]!r} at this meeting: there are {known}.")
    return found


def _drafted(
    uow: UnitOfWork, rule: BodyRule, on: date, known: tuple[Meeting, ...], there: tuple[AgendaLine, ...]
) -> list[dict[str, Any]]:
    """What an agenda is drafted from, without what is on it already (`there`).

    Minutes to approve, what is before the body, and what was added by hand and not come to.
    """
    closed = [one for one in known if one.status == "closed"]
    last = closed[0] if closed else None
    again = {(one.kind, one.ref, one.about): one for one in (last.agenda if last else ()) if one.outcome in AGAIN}
    found = before(uow.tx, rule, on, Viewer(uow.actor, uow.now), frozenset(again))
    minutes = [_minute(one) for one in reversed(closed) if approved_at(uow.tx, one) is None]
    by_hand = [one for one in (last.agenda if last else ()) if one.kind == "other" and one.outcome in AGAIN]
    items = [*minutes, *(_item(one) for one in found), *(_by_hand(one) for one in by_hand)]
    on_it = {(one.kind, one.ref, one.about, one.title if one.kind == "other" else "") for one in there}
    return [_back(item, again, last) for item in items if _key(item) not in on_it]


def _key(item: dict[str, Any]) -> tuple[str, str, str, str]:
    title = item["title"] if item["kind"] == "other" else ""
    return (item["kind"], item.get("ref", ""), item.get("about", ""), title)


def _minute(one: Meeting) -> dict[str, Any]:
    return {"kind": "minute", "title": f"Minute of the meeting of {long_day(one.on)}", "about": str(one.number)}


def _item(one: Before) -> dict[str, Any]:
    return {"kind": one.kind, "title": one.title, "ref": one.ref, "about": one.about}


def _by_hand(one: AgendaLine) -> dict[str, Any]:
    kept = {"kind": one.kind, "title": one.title, "added": one.added}
    return {**kept, "ref": one.ref} if one.ref else kept


def _back(item: dict[str, Any], again: dict[Any, AgendaLine], last: Meeting | None) -> dict[str, Any]:
    was = again.get((item["kind"], item.get("ref", ""), item.get("about", "")))
    if was is None or last is None:
        return item
    why = {"back_why": was.note} if was.note else {}
    return {**item, "back": last.number, "back_as": was.outcome, **why}


def _numbered(there: Iterable[AgendaLine], items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items with the numbers they keep, whatever place they are put in."""
    last = max((int(one.id) for one in there), default=0)
    return [{"id": str(last + number), **item} for number, item in enumerate(items, start=1)]


def _letter(uow: UnitOfWork, meeting: Meeting, rule: BodyRule, to: Reach, link: str) -> list[Letter]:
    facts: dict[str, Any] = {
        "meeting": rule.label,
        "due": full_weekday(meeting.on),
        "items": [f"{words}: {count}" for words, count in _counts(meeting)],
        "count": len(FIRST_ITEMS) + len(meeting.agenda),
    }
    facts |= {"place": meeting.place} if meeting.place else {}
    facts |= {"link": link} if link else {}
    again = str(len(meeting.sent)) if meeting.sent else ""
    name = f"meeting {meeting.number}"
    owing = Owing(None, name, 0, "agenda", facts, deadline_due_on=meeting.on, beside=again, place=to.role)
    return outbox.letters(owing, to, calendar(to.calendar), uow.now)


def _counts(meeting: Meeting) -> list[tuple[str, int]]:
    found = [(words, sum(one.kind == kind for one in meeting.agenda)) for kind, words in KINDS.items()]
    return [(words, count) for words, count in found if count]
