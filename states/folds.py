"""What each kind of entry changes in a case's facts, by name of the fact. Dates are updated after that (clocks)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from states.dossier import DUPLICATE_OF, Asked, Dossier, Extension, Item, Mark, Paused
from states.entry import Entry
from states.steps import as_day

Change = dict[str, Any]

UNMARKED = Mark(on=date.min, sequence=0)
UNASKED = Asked(id="", request="", agency="", asked_on=date.min)


def nothing(_: Dossier, __: Entry) -> Change:
    """Entries that change no fact: what they say of a date is for the clocks."""
    return {}


def opened(dossier: Dossier, entry: Entry) -> Change:
    """The first entry: the edition and calendars the case goes by, where it begins, and who is on it."""
    data = entry.data
    return {
        "edition": data.get("edition", dossier.edition),
        "digest": data.get("digest", dossier.digest),
        "lead": data.get("lead", ""),
        "deputy": data.get("deputy", ""),
        "opened_on": entry.happened_on,
        "calendars": dict(data["calendars"]),
        "notifier": data.get("notifier", ""),
        "agencies": tuple(data.get("agencies", ())),
        **advanced(dossier, entry),
    }


def advanced(dossier: Dossier, entry: Entry) -> Change:
    """A step: the state it leads to, and what it recorded."""
    mark, final = mark_of(entry), entry.data.get("final", False)
    change = {
        "state": entry.dest,
        "done": {**dossier.done, entry.trigger: mark},
        "closed_on": (dossier.closed_on or entry.happened_on) if final else None,
        **recorded(dossier, entry),
    }
    change |= came_to(dossier, entry, mark)
    if final and dossier.pauses:  # a hold does not outlast the case it was ordered on
        change["pauses"] = {pause.id: _let_go(pause, entry.happened_on) for pause in dossier.pauses.values()}
    return change


def came_to(dossier: Dossier, entry: Entry, mark: Mark) -> Change:
    """When the case came to a state it was not in before."""
    if entry.dest == entry.source:
        return {}
    stays = (*dossier.stays, (entry.sequence, entry.dest))
    return {"entered": {**dossier.entered, entry.dest: mark}, "stays": stays}


def requested(dossier: Dossier, entry: Entry) -> Change:
    """Agencies are asked for information, each by itself."""
    kind = entry.data["request"]
    asked = {item["id"]: _asking(item["id"], kind, item["agency"], entry, item) for item in entry.data["asked"]}
    known = (*dossier.agencies, *(one.agency for one in asked.values()))
    return {"requests": {**dossier.requests, **asked}, "agencies": tuple(dict.fromkeys(known))}


def answered(dossier: Dossier, entry: Entry) -> Change:
    """An agency's answer is in."""
    return _asked(dossier, entry, status="answered", reason=entry.reason, **_ended(entry))


def declined(dossier: Dossier, entry: Entry) -> Change:
    """An agency said no."""
    return _asked(dossier, entry, status="declined", reason=entry.reason, **_ended(entry))


def redirected(dossier: Dossier, entry: Entry) -> Change:
    """It is for another agency, which is asked instead."""
    was, onward = dossier.requests[entry.data["id"]], entry.data["to"]
    ended = was.but(status="redirected", redirected_to=onward, reason=entry.reason, **_ended(entry))
    new = _asking(entry.data["new_id"], was.request, onward, entry, entry.data).but(item=was.item)
    agencies = tuple(dict.fromkeys((*dossier.agencies, onward)))
    return {"requests": {**dossier.requests, was.id: ended, new.id: new}, "agencies": agencies}


def promised(dossier: Dossier, entry: Entry) -> Change:
    """An agency said that it has the request, or by when it will answer."""
    if entry.data.get("id", "") not in dossier.requests:
        return {}
    until = as_day(entry.data.get("until"))
    said = {"acknowledged_on": entry.happened_on} if entry.data.get("acknowledged") else {"promised_on": until}
    return _asked(dossier, entry, quiet_until=until, **said)


def request_reached(dossier: Dossier, entry: Entry) -> Change:
    """A request reached its agency later than it was asked: it counts from the day it did."""
    return _asked(dossier, entry, asked_on=entry.happened_on, leaves_at=None, leaves_on=None)


def request_withdrawn(dossier: Dossier, entry: Entry) -> Change:
    """What was asked is no longer wanted."""
    return _asked(dossier, entry, status="withdrawn", reason=entry.reason, **_ended(entry))


def sent_back(dossier: Dossier, entry: Entry) -> Change:
    """An answer was not enough: the agency is asked again."""
    returns = dossier.requests[entry.data["id"]].returns + 1
    day = entry.happened_on
    anew = dict.fromkeys(("ended_on", "acknowledged_on", "promised_on", "quiet_until"))
    again = {**anew, **_leaving(entry.data), "sequence": entry.sequence, "ended_by": 0}
    return _asked(dossier, entry, status="open", asked_on=day, returns=returns, **again)


def paused(dossier: Dossier, entry: Entry) -> Change:
    """A hold begins."""
    pause = Paused.model_validate({**entry.data["pause"], "starts": entry.happened_on, "reason": entry.reason})
    return {"pauses": {**dossier.pauses, pause.id: pause}}


def pause_ended(dossier: Dossier, entry: Entry) -> Change:
    """A hold ends."""
    pause = dossier.pauses[entry.data["id"]].but(ends=entry.happened_on, ended=True)
    return {"pauses": {**dossier.pauses, pause.id: pause}}


def pause_reviewed(dossier: Dossier, entry: Entry) -> Change:
    """A hold was looked at again, and its end may now be known."""
    if "ends" not in entry.data:
        return {}
    pause = dossier.pauses[entry.data["id"]].but(ends=date.fromisoformat(entry.data["ends"]))
    return {"pauses": {**dossier.pauses, pause.id: pause}}


def event_recorded(dossier: Dossier, entry: Entry) -> Change:
    """Something outside happened; the holds that waited for it end."""
    name = entry.data["event"]
    waiting = (pause for pause in dossier.pauses.values() if pause.event == name)
    ended = {pause.id: _let_go(pause, entry.happened_on) for pause in waiting}
    return {"events": {**dossier.events, name: mark_of(entry)}, "pauses": {**dossier.pauses, **ended}}


def extension_asked(dossier: Dossier, entry: Entry) -> Change:
    """More time was asked for."""
    extension = Extension.model_validate(
        {
            **entry.data["extension"],
            "reason": entry.reason,
            "asked_by": entry.actor.name,
            "asked_account": entry.actor.account,
        }
    )
    return {"extensions": {**dossier.extensions, extension.id: extension}}


def extension_granted(dossier: Dossier, entry: Entry) -> Change:
    """More time was granted."""
    return _extension(dossier, entry, "granted")


def extension_refused(dossier: Dossier, entry: Entry) -> Change:
    """More time was refused; with it the day that was promised after the due day counts no more."""
    change = _extension(dossier, entry, "refused")
    deadline = dossier.deadlines.get(dossier.extensions[entry.data["id"]].deadline)
    asked = dossier.request_of(deadline) if deadline is not None else None
    if "promise_ends" not in entry.data or deadline is None or asked is None:
        return change
    rests = deadline.due_on if asked.acknowledged_on else None
    return {**change, "requests": {**dossier.requests, asked.id: asked.but(promised_on=None, quiet_until=rests)}}


def extension_withdrawn(dossier: Dossier, entry: Entry) -> Change:
    """More time that had been granted was taken back."""
    return _extension(dossier, entry, "withdrawn")


def linked(dossier: Dossier, entry: Entry) -> Change:
    """The case belongs with another; as a duplicate of it, it is closed, its holds end, nobody is asked any more."""
    change: Change = {"links": {**dossier.links, entry.data["ref"]: entry.data["link"]}}
    if entry.data["link"] == DUPLICATE_OF:
        change["closed_on"] = dossier.closed_on or entry.happened_on
        asked = {key: dossier.requests[key] for key in entry.data.get("withdrawn", ())}
        ended = {key: one.but(status="withdrawn", ended_on=entry.happened_on) for key, one in asked.items()}
        change["requests"] = {**dossier.requests, **ended}
        change["pauses"] = {pause.id: _let_go(pause, entry.happened_on) for pause in dossier.pauses.values()}
    return change


def unlinked(dossier: Dossier, entry: Entry) -> Change:
    """The case does not belong with the other any more; one that was no duplicate after all is open again.

    What was withdrawn for a reason of its own stays withdrawn.
    """
    links = {ref: link for ref, link in dossier.links.items() if ref != entry.data["ref"]}
    if dossier.links.get(entry.data["ref"]) == DUPLICATE_OF:
        ended = {key: one for key, one in dossier.requests.items() if one.status == "withdrawn" and not one.unwanted}
        asked = {key: one.but(status="open", ended_on=None) for key, one in ended.items()}
        return {"links": links, "closed_on": None, "requests": {**dossier.requests, **asked}}
    return {"links": links}


def moved_edition(dossier: Dossier, entry: Entry) -> Change:
    """The case comes under another edition, in the state that corresponds."""
    entered = {**dossier.entered, entry.dest: dossier.entered.get(entry.source, mark_of(entry))}
    triggers, kinds = entry.data.get("triggers", {}), entry.data.get("requests", {})
    taken = {triggers[name]: mark for name, mark in dossier.done.items() if name in triggers}
    asked = dossier.requests.items()
    return {
        "done": {**dossier.done, **taken},
        "requests": {key: one.but(request=kinds.get(one.request, one.request)) for key, one in asked},
        "edition": entry.data["edition"],
        "digest": entry.data["digest"],
        "calendars": dict(entry.data["calendars"]),
        "state": entry.dest,
        "entered": entered,
        "stays": ((0, entry.dest),),  # what was done before it came under this edition is of the round it comes in
    }


def people_changed(dossier: Dossier, entry: Entry) -> Change:
    """Another lead officer or deputy; agencies that joined or left; who holds a role on this case."""
    people: Change = {name: entry.data[name] for name in ("lead", "deputy") if name in entry.data}
    left = set(entry.data.get("agencies_left", ()))
    agencies = (*dossier.agencies, *entry.data.get("agencies_joined", ()))
    if "named" in entry.data:
        said = {role: tuple(names) for role, names in entry.data["named"].items()}
        people["named"] = {role: names for role, names in {**dossier.named, **said}.items() if names}
    return {**people, "agencies": tuple(dict.fromkeys(agency for agency in agencies if agency not in left))}


def calendar_changed(dossier: Dossier, entry: Entry) -> Change:
    """Days are counted by a newer version of a calendar."""
    return {"calendars": {**dossier.calendars, entry.data["calendar"]: entry.data["digest"]}}


def child_added(dossier: Dossier, _: Entry) -> Change:
    """One more child; the name is kept elsewhere."""
    return {"children": dossier.children + 1}


def erased(_: Dossier, __: Entry) -> Change:
    """The personal data is gone for good."""
    return {"erased": True}


def mark_of(entry: Entry) -> Mark:
    """When something happened, by the entry that says so."""
    who = {"by": entry.actor.name, "account": entry.actor.account}
    return UNMARKED.but(on=entry.happened_on, at=entry.happened_at, sequence=entry.sequence, **who)


def _asking(number: str, kind: str, agency: str, entry: Entry, said: Mapping[str, Any]) -> Asked:
    day = as_day(said.get("asked_on")) or entry.happened_on
    when = {"asked_on": day, "sequence": entry.sequence, **_leaving(said)}
    return UNASKED.but(id=number, request=kind, agency=agency, item=str(entry.data.get("item", "")), **when)


def _ended(entry: Entry) -> Change:
    """On which day, and with which entry, something ended."""
    return {"ended_on": entry.happened_on, "ended_by": entry.sequence}


def _leaving(said: Mapping[str, Any]) -> Change:
    """When the letter of a request could leave, and on which day where its agency is."""
    at, on = said.get("leaves_at"), said.get("leaves_on")
    return {
        "leaves_at": datetime.fromisoformat(at) if at else None,
        "leaves_on": date.fromisoformat(on) if on else None,
    }


def _let_go(pause: Paused, day: date) -> Paused:
    """A hold that ends on a day, or earlier where its end was known before."""
    if pause.ended:
        return pause
    return pause.but(ends=day if pause.ends is None else min(pause.ends, max(day, pause.starts)), ended=True)


def recorded(dossier: Dossier, entry: Entry, source: int | None = None) -> Change:
    """What the case has recorded once the entry is in, each answer with the entry it came from."""
    fields: Mapping[str, Any] = entry.data.get("fields", {})
    if not fields:
        return {}
    sources = dict.fromkeys(fields, source or entry.sequence)
    return {"fields": {**dossier.fields, **fields}, "recorded_by": {**dossier.recorded_by, **sources}}


def _asked(dossier: Dossier, entry: Entry, **change: object) -> Change:
    asked = dossier.requests[entry.data["id"]].but(**change)
    return {"requests": {**dossier.requests, asked.id: asked}}


def _extension(dossier: Dossier, entry: Entry, status: str) -> Change:
    extension = dossier.extensions[entry.data["id"]].but(status=status, decided_by=entry.actor.name)
    return {"extensions": {**dossier.extensions, extension.id: extension}}


def item_added(dossier: Dossier, entry: Entry) -> Change:
    """An item is entered in a register."""
    return with_item(dossier, item_entered(entry, entry.data))


def item_entered(entry: Entry, said: Mapping[str, Any]) -> Item:
    """The item of a register that an entry enters, by what the entry says of it."""
    ended = said.get("ended", False)
    return Item(
        id=said["id"],
        kept_in=said["register"],
        on=entry.happened_on,
        by=entry.actor.name,
        sequence=entry.sequence,
        fields=said["fields"],
        ended=ended,
        ended_by=entry.sequence if ended else 0,
    )


def item_answered(dossier: Dossier, entry: Entry) -> Change:
    """An item is answered: what was answered stands beside what was entered."""
    item = dossier.items[entry.data["id"]]
    fields = {**item.fields, **entry.data["fields"]}
    end = {"answered_on": entry.happened_on, "ended": True, "ended_by": _ended_by(entry, item)}
    return with_item(dossier, item.but(fields=fields, **end))


def item_updated(dossier: Dossier, entry: Entry) -> Change:
    """Something is recorded about an item: the newest of each field stands, the older ones stay in the history."""
    item = dossier.items[entry.data["id"]]
    return with_item(
        dossier,
        item.but(
            fields={**item.fields, **entry.data["fields"]},
            updated_on=entry.happened_on,
            updates=item.updates + 1,
            ended=entry.data.get("ended", False),
            ended_by=_ended_by(entry, item),
        ),
    )


def _ended_by(entry: Entry, was: Item) -> int:
    """The entry that ended an item, which stays the first that did; 0 while it is open."""
    if not entry.data.get("ended", False):
        return 0
    return was.ended_by if was.ended else entry.sequence


def with_item(dossier: Dossier, item: Item) -> Change:
    """The items of a case with one more, or with one as it is now."""
    return {"items": {**dossier.items, item.id: item}}
