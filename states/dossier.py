"""What a case's history adds up to: where it stands, what was recorded, who is asked, what is held, which dates run."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from operator import not_
from typing import Any, Literal

from pydantic import Field as Setting

from states.limits import Allowance, StandsStill, Stop, standing_still
from states.moments import UNITED_KINGDOM, local_day
from states.values import Part

DUPLICATE_OF = "duplicate_of"
"""How a case is linked with the one it is a duplicate of: it is closed with that, without a decision."""

OF_ITS_ENDS: dict[StandsStill, str] = {
    "with_first": "",
    "with_first_and_last": " (the day it begins and the day it ends stand still)",
    "with_last": " (the day it begins counts, the day it ends stands still)",
    "between": " (the day it begins and the day it ends count)",
}
"""What stands beside a hold in a receipt, where it is not the day it begins that stands still and the day it ends that
counts."""


class Mark(Part):
    """When something happened, in which entry, by whom and for which account (empty: none was kept then)."""

    on: date
    at: datetime | None = None
    sequence: int
    by: str = ""
    account: str = ""


class Asked(Part):
    """A request to one agency for information, and its outcome.

    One that is no longer wanted, or waited when its case was closed as a duplicate, is `withdrawn`. `promised_on` is
    the day it was promised for; one that was only acknowledged has none. No reminder goes before `quiet_until` has
    passed. `leaves_at` is when its letter could leave, where a clock counts from that; `leaves_on` is the day
    it then is at the agency, where that is in another time zone than the United Kingdom. `sequence` is the entry
    that asked last, `ended_by` the one that ended it; `item` is the item it is about.
    """

    id: str
    request: str
    agency: str
    asked_on: date
    status: Literal["open", "answered", "declined", "redirected", "withdrawn"] = "open"
    acknowledged_on: date | None = None
    promised_on: date | None = None
    quiet_until: date | None = None
    ended_on: date | None = None
    redirected_to: str = ""
    reason: str = ""
    returns: int = 0
    leaves_at: datetime | None = None
    leaves_on: date | None = None
    sequence: int = 0
    ended_by: int = 0
    item: str = Setting(default="", exclude_if=not_)

    @property
    def counts_from(self) -> date:
        """The day from which its clock counts at the earliest."""
        if self.leaves_at is None:
            return self.asked_on
        return max(self.asked_on, self.leaves_on or local_day(self.leaves_at))

    @property
    def unwanted(self) -> bool:
        """Whether it was withdrawn on its own, and not because the case was closed."""
        return self.status == "withdrawn" and bool(self.reason)


class Paused(Part):
    """A hold on a case: from when, on whose authority, what it stops, how it may end and when it is looked at again.

    `days` says whether its first and its last day are counted by the clocks it stops.
    """

    id: str
    kind: str
    authority: str
    starts: date
    ends: date | None = None
    until: Literal["date", "event", "further_notice"] = "further_notice"
    event: str = ""
    stops: tuple[str, ...] = ()
    label: str = ""
    reason: str = ""
    ended: bool = False
    days: StandsStill = "with_first"

    def runs_on(self, day: date) -> bool:
        """Whether the hold covers a day: its first day counts, its last does not."""
        return self.starts <= day and (self.ends is None or day < self.ends)

    def span(self) -> tuple[date, date | None, StandsStill]:
        """From when to when it holds, and which of its first and its last day stand still."""
        return self.starts, self.ends, self.days


class Extension(Part):
    """More time for one date: asked for, then granted or refused. `count` is in the days of the limit itself."""

    id: str
    deadline: str
    count: int
    reason: str
    asked_by: str
    asked_account: str = ""
    status: Literal["asked", "granted", "refused", "withdrawn"] = "asked"
    decided_by: str = ""


class Item(Part):
    """An item of a register (a finding, an action, a learning point) with the newest of what was recorded about it."""

    id: str
    kept_in: str
    on: date
    by: str
    sequence: int
    fields: dict[str, Any] = Setting(default_factory=dict)
    answered_on: date | None = None
    updated_on: date | None = None
    updates: int = 0
    ended: bool = False
    ended_by: int = 0


class Quiet(Part):
    """A stretch in which the ladder of a date is silent, because an agency acknowledged it or promised a day.

    `due_on` is the date as it then stood, `by` the role that recorded it where that was not the agency itself. `told`
    once a message has said that the promise was broken. `ends_on` where it ends before its day, because the more time
    it was promised with was refused.
    """

    start: date
    until: date
    acknowledged: bool = False
    due_on: date | None = None
    by: str = ""
    told: bool = False
    ends_on: date | None = Setting(default=None, exclude_if=not_)

    @property
    def lasts_until(self) -> date:
        """The last day on which the ladder is silent."""
        return self.until if self.ends_on is None else min(self.ends_on, self.until)

    @property
    def is_promise(self) -> bool:
        """Whether it names a day that counts."""
        return not self.acknowledged and self.ends_on is None


class Climbed(Part):
    """A rung of a ladder that was climbed, or passed over for a higher one: `due_on` says for which date.

    `promise` is the broken promise it told of; `withdrawn` when its draft was withdrawn before anybody said yes, so
    that it is to be climbed again if it is due.
    """

    due_on: date
    rung: int
    passed: bool = False
    promise: date | None = None
    withdrawn: bool = False


About = Literal["", "request", "hold", "item"]
"""What a date belongs to: the case as a whole, or one request, one hold, one item of a register."""


STILL_OWED = frozenset({"running", "held", "unset"})
"""How a date stands that has neither been met nor set aside."""


class Deadline(Part):
    """One date on a case. `key` names it: the timescale, and the request, hold or item it belongs to.

    `about` says which of these `subject` is the number of: a request and an item may both be called R1.
    `keeps_day` is the day of the month of a date that comes round, where the one before it fell on a shorter month.
    `base` is the key of the date it is counted from, where it hangs on one; `lapses` for a right, which nobody owes;
    `item` is the item its request is about, `by_condition` where it was set aside as not for this case.
    Its days begin at midnight in `zone`, a time zone by its name.
    """

    key: str
    timescale: str
    subject: str = ""
    about: About = ""
    agency: str = ""
    anchor_on: date
    anchor_at: datetime | None = None
    since: int
    round: int = 0
    keeps_day: int = 0
    base: str = Setting(default="", exclude_if=not_)
    lapses: bool = Setting(default=False, exclude_if=not_)
    item: str = Setting(default="", exclude_if=not_)
    by_condition: bool = Setting(default=False, exclude_if=not_)
    opened_on: date
    zone: str = UNITED_KINGDOM
    status: Literal["running", "held", "unset", "met", "cancelled"] = "running"
    due_on: date | None = None
    due_at: datetime | None = None
    original_on: date | None = None
    ended_on: date | None = None
    ended_at: datetime | None = None
    ended_by: int = 0
    late: bool = False
    late_reason: str = ""
    quiets: tuple[Quiet, ...] = ()
    climbed: tuple[Climbed, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the date is still owed."""
        return self.status in STILL_OWED

    def promised_beyond(self, today: date, by: date) -> date | None:
        """The day after its due day that was promised `by` a day, stands and has not gone by; None where none does."""
        last = next((one for one in reversed(self.quiets) if not one.acknowledged), None)
        stands = last is not None and last.is_promise and last.start <= by and last.until >= today
        return last.until if last and stands and self.due_on is not None and last.until > self.due_on else None

    @property
    def row_status(self) -> str:
        """How it stands in the diary: a right is a window there, so that nobody is asked for it as for what is owed."""
        return "window" if self.lapses and self.status == "running" else self.status

    def is_overdue(self, now: datetime) -> bool:
        """Whether the date has gone by, and somebody owes it: a right that was not used is not overdue.

        Whether a hold stops its clock that day is for the dossier to say (Dossier.is_overdue).
        """
        return not self.lapses and self._has_gone_by(now)

    def has_lapsed(self, now: datetime) -> bool:
        """Whether it is a right that can be used no more."""
        return self.lapses and self._has_gone_by(now)

    def _has_gone_by(self, now: datetime) -> bool:
        """The due day itself is still in time, to its last second in its time zone."""
        if self.status != "running" or self.due_on is None:
            return False
        return now > self.due_at if self.due_at is not None else local_day(now, self.zone) > self.due_on


class Dossier(Part):
    """The state of a case after one entry of its history. Folding the entries gives it; nothing else may change it.

    A case that came out of a spreadsheet says from where in `imported`; `known` are the days that the sheet gave of it.
    `stays` are the states it came into, one after another, each with the entry that led there.
    """

    ref: str
    edition: str
    digest: str
    calendars: dict[str, str] = Setting(default_factory=dict)
    state: str = ""
    version: int = 0
    sequence: int = 0
    opened_on: date | None = None
    closed_on: date | None = None
    lead: str = ""
    deputy: str = ""
    notifier: str = ""
    agencies: tuple[str, ...] = ()
    named: dict[str, tuple[str, ...]] = Setting(default_factory=dict)
    children: int = 0
    erased: bool = False
    fields: dict[str, Any] = Setting(default_factory=dict)
    recorded_by: dict[str, int] = Setting(default_factory=dict)
    entered: dict[str, Mark] = Setting(default_factory=dict)
    stays: tuple[tuple[int, str], ...] = ()
    done: dict[str, Mark] = Setting(default_factory=dict)
    events: dict[str, Mark] = Setting(default_factory=dict)
    requests: dict[str, Asked] = Setting(default_factory=dict)
    pauses: dict[str, Paused] = Setting(default_factory=dict)
    extensions: dict[str, Extension] = Setting(default_factory=dict)
    links: dict[str, str] = Setting(default_factory=dict)
    items: dict[str, Item] = Setting(default_factory=dict)
    deadlines: dict[str, Deadline] = Setting(default_factory=dict)
    known: dict[str, Mark] = Setting(default_factory=dict)
    imported: str = ""
    taken_back: bool = False

    @property
    def duplicate_of(self) -> str:
        """The case this one is a duplicate of, and is closed as; empty for any other."""
        return next((ref for ref, link in self.links.items() if link == DUPLICATE_OF), "")

    @property
    def closed_as(self) -> str:
        """How it stands, in words, where its state does not say so: a duplicate of another, or an import taken back."""
        if self.taken_back:
            return "Taken back with the import it came from"
        return f"Closed as a duplicate of {self.duplicate_of}" if self.duplicate_of else ""

    def stops_for(self, timescale: str) -> tuple[Stop, ...]:
        """The holds that stop the clock of a timescale, as the day counting takes them."""
        if not self.pauses:
            return ()
        found = (_stop(*one.span(), one.authority, one.label) for one in self.pauses.values() if timescale in one.stops)
        return tuple(stop for stop in found if stop.ends != stop.starts)

    def is_stopped(self, deadline: Deadline, day: date) -> bool:
        """Whether a hold stops the clock of a date on a day: what was missed before waits with it."""
        return any(stop.covers(day) for stop in self.stops_for(deadline.timescale))

    def is_overdue(self, deadline: Deadline, now: datetime) -> bool:
        """Whether a date has gone by, and its clock runs: under a hold nothing is overdue."""
        return deadline.is_overdue(now) and not self.is_stopped(deadline, local_day(now, deadline.zone))

    def wants_reason(self, deadline: Deadline, now: datetime) -> bool:
        """Whether the guidance asks for the reason of a delay that nobody has recorded yet; not while a hold lasts."""
        return not deadline.late_reason and (deadline.late or self.is_overdue(deadline, now))

    def request_of(self, deadline: Deadline) -> Asked | None:
        """The request a date belongs to; None for a date of anything else."""
        return self.requests.get(deadline.subject) if deadline.about == "request" else None

    def hold_of(self, deadline: Deadline) -> Paused | None:
        """The hold a date belongs to; None for a date of anything else."""
        return self.pauses.get(deadline.subject) if deadline.about == "hold" else None

    def item_of(self, deadline: Deadline) -> Item | None:
        """The item of a register a date belongs to; None for a date of anything else."""
        return self.items.get(deadline.subject) if deadline.about == "item" else None

    def answers_about(self, deadline: Deadline) -> dict[str, Any]:
        """The answers a condition on a date is evaluated against: the case's, and those of the item it belongs to."""
        return self.answers_with(self.item_of(deadline))

    def answers_with(self, item: Item | None) -> dict[str, Any]:
        """What the case recorded, with what an item of a register says."""
        return {**self.fields, **item.fields} if item else self.fields

    def item_called(self, number: str) -> Item | None:
        """The item of that number, however its letters are written; None where there is none."""
        wanted = number.strip().casefold()
        return self.items.get(number) or next((one for one in self.items.values() if one.id.casefold() == wanted), None)

    def dates_of(self, about: About, number: str) -> tuple[Deadline, ...]:
        """The dates that belong to one request, hold or item, in the order they began."""
        return tuple(one for one in self.deadlines.values() if one.subject == number and one.about == about)

    def undecided(self) -> tuple[Extension, ...]:
        """Extensions that were asked for and wait for a decision; not those for a date no longer owed."""
        return tuple(one for one in self.extensions.values() if one.status == "asked" and not self.lapsed(one))

    def lapsed(self, extension: Extension) -> str:
        """Why an undecided extension has lapsed, such as "the date was met"; empty while it can be decided."""
        date_of = self.deadlines[extension.deadline]
        if extension.status != "asked" or date_of.open:
            return ""
        return "the date was met" if date_of.status == "met" else "the date is no longer owed"

    def last_for_more(self, timescale: str | None, key: str) -> date | None:
        """The last day on which a date can be given more time, where that is until a time limit; None for no end.

        The newest date of that time limit counts, of the case or of the same agency or item.
        """
        subject = self.deadlines[key].subject
        mine = (one for one in self.deadlines.values() if one.timescale == timescale and one.subject in ("", subject))
        days = [one.due_on for one in mine if one.status != "cancelled"]
        return days[-1] if days else None

    def allowances_for(self, key: str) -> tuple[Allowance, ...]:
        """The extensions granted on one date."""
        if not self.extensions:
            return ()
        return tuple(
            Allowance(extension.count, extension.reason, extension.decided_by)
            for extension in self.extensions.values()
            if extension.deadline == key and extension.status == "granted"
        )

    def open_deadlines(self) -> tuple[Deadline, ...]:
        """The dates still owed, soonest first; those without a date last."""
        owed = (deadline for deadline in self.deadlines.values() if deadline.open)
        return tuple(sorted(owed, key=lambda deadline: (deadline.due_on or date.max, deadline.key)))


@lru_cache(maxsize=4096)
def _stop(starts: date, ends: date | None, days: StandsStill, authority: str, label: str) -> Stop:
    return Stop(*standing_still(starts, ends, days), authority, f"{label}{OF_ITS_ENDS[days]}")
