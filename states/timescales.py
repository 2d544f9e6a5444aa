"""By when: the time limits of an edition, the ladders that remind and escalate, and how a limit may be extended."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Literal

from pydantic import Field as Setting

from states.deadlines import Limit, Unit
from states.limit_comparison import Longer
from states.limits import ROLLS, Counted, Roll
from states.steps import Condition
from states.values import Cited, CountedIn, Name, Sentence, Value


class Start(Value):
    """One thing a clock can start from: exactly one of these.

    A recorded date, entry to a state, a transition, a request sent, a pause ordered, an outside event recorded, an item
    of a register (`items`: from the date the register counts from; `entered`: from the day it was entered), another
    timescale's date, or the end of a period (`financial_year` ends on 31 March, `calendar_year` on 31 December).
    """

    field: Name | None = None
    state: Name | None = None
    trigger: Name | None = None
    request: Name | None = None
    pause: Name | None = None
    event: Name | None = None
    items: Name | None = None
    entered: Name | None = None
    timescale: Name | None = None
    period: Literal["financial_year", "calendar_year"] | None = None

    @property
    def register(self) -> str | None:
        """The register whose items each have a clock of their own; None where the clock is no item's."""
        return self.items or self.entered

    def given(self) -> dict[str, str]:
        """The parts that are set: one in order has exactly one."""
        return {key: given for key in Start.model_fields if (given := getattr(self, key)) is not None}


class Anchor(Start):
    """What a clock starts from: one thing, or the later or the earlier of several.

    The later of several is known once all are, the earlier once one is. With `each`, every agency that is asked for
    that request has its own clock on it, from the day it is asked.
    """

    later_of: tuple[Start, ...] = Setting(default=(), exclude_if=lambda given: not given)
    earlier_of: tuple[Start, ...] = Setting(default=(), exclude_if=lambda given: not given)
    each: Name | None = Setting(default=None, exclude_if=lambda given: given is None)

    @property
    def parts(self) -> tuple[Start, ...]:
        """The things it starts from: itself, or those of which it is the later or the earlier."""
        return self.later_of or self.earlier_of or (self,)

    @property
    def bases(self) -> tuple[str, ...]:
        """The timescales whose dates it hangs on."""
        return tuple(part.timescale for part in self.parts if part.timescale is not None)

    @property
    def follows(self) -> bool:
        """Whether its day is looked up after every entry, and not given once by the one that starts the clock."""
        return bool(self.later_of or self.earlier_of or self.each or self.timescale)


class Ending(Value):
    """What meets a clock, or sets it aside: transitions, answers to a request, outside events, a look at a hold.

    `items`: the item of a register the date belongs to has ended; `updates`: something was recorded about it. With
    `when` they do so only where the condition holds.
    """

    triggers: tuple[Name, ...] = ()
    requests: tuple[Name, ...] = ()
    events: tuple[Name, ...] = ()
    items: tuple[Name, ...] = ()
    updates: tuple[Name, ...] = ()
    contact: bool = False
    when: Condition | None = Setting(default=None, exclude_if=lambda given: given is None)


class FixedDate(Value):
    """A date that comes every year, such as 31 July."""

    month: int = Setting(ge=1, le=12)
    day: int = Setting(ge=1, le=31)


class Every(Value):
    """How often a duty comes round again: counted from the date before it, until one of these transitions."""

    count: int = Setting(gt=0)
    unit: Literal["calendar_days", "working_days", "weeks", "months"]
    until: tuple[Name, ...] = ()


class ExtensionRule(Cited):
    """Who may ask for more time, who may grant it, how often, and how much in all (in the limit's own days).

    With `when`, only where the condition holds when it is asked for and when it is granted; with `not_after`, only
    until that time limit of the case, or of the same agency or item, has gone by.
    """

    asked_by: tuple[Name, ...]
    granted_by: tuple[Name, ...]
    most: int = Setting(default=1, ge=1)
    longest: int | None = None
    when: Condition | None = Setting(default=None, exclude_if=lambda given: given is None)
    not_after: Name | None = Setting(default=None, exclude_if=lambda given: given is None)


class Timescale(Cited):
    """A time limit of the guidance: what starts it, how long, counted how, who owes it, and where it is written.

    With no `limit` the date is not known: the case shows that the committee must be asked. `kind` is `deadline`,
    `target` (a local aim), `chase` (an outside matter to ask after, never late), `duty` (comes round again) or `window`
    (what may be done until then: it lapses, and is never late). With `when` it starts only for cases (or items) of
    which the condition holds. The clock of a request that `starts` when it is `sent` counts from when its letter may
    leave, in the working hours of whoever it is for. `met_on` is the recorded date that says on which day it was met.
    `counted` says which of the first and the last day count, `roll` where a date moves that falls on a closed day.
    """

    label: Sentence
    kind: Literal["deadline", "target", "chase", "duty", "window"] = "deadline"
    anchor: Anchor
    starts: Literal["asked", "sent"] = Setting(default="asked", exclude_if=lambda given: given == "asked")
    limit: int | None = None
    unit: CountedIn = "calendar_days"
    counted: Counted = Setting(default="after_the_day", exclude_if=lambda given: given == "after_the_day")
    roll: Roll = Setting(default="", exclude_if=lambda given: not given)
    on: FixedDate | None = None
    calendar: str | None = None
    owner: Name
    met_by: Ending = Ending()
    met_on: Name | None = Setting(default=None, exclude_if=lambda given: given is None)
    cancelled_by: Ending = Ending()
    when: Condition | None = None
    while_in: tuple[Name, ...] = ()
    outlives_closing: bool = False
    repeat: Every | None = None
    ladder: Name | None = None
    extension: ExtensionRule | None = None
    wording: str = ""
    national: str = ""
    loosened: Longer = False

    @property
    def can_be_late(self) -> bool:
        """Whether anybody is late with it: nobody is with a right they may use, or with what is only asked after."""
        return self.kind not in ("chase", "window")

    def length(self) -> Limit | None:
        """The limit as the day counting takes it, or None where no limit is set."""
        if self.unit == "none":
            return None
        roll = self.roll if self.unit in ROLLS else ""
        if self.unit == "fixed_date":
            return _limit(self.limit or 1, "fixed_date", self.on, self.counted, roll) if self.on else None
        return None if self.limit is None else _limit(self.limit, self.unit, None, self.counted, roll)

    def interval(self, keeps_day: int = 0) -> Limit | None:
        """From one date to the next of a duty that comes round; None where it does not.

        It is counted after the day, however the first date is; where that one moves off closed days, so do they all.
        """
        if self.repeat is None:
            return None
        roll = self.roll if self.repeat.unit in ROLLS else ""
        return Limit(self.repeat.count, self.repeat.unit, day=keeps_day, roll=roll)


@lru_cache(maxsize=1024)
def _limit(count: int, unit: Unit, on: FixedDate | None, counted: Counted, roll: Roll) -> Limit:
    month, day = (on.month, on.day) if on else (0, 0)
    return Limit(count, unit, month, day, counted=counted, roll=roll)


class Rung(Value):
    """One step of a ladder.

    On which day before (-) or after (+) the date, who is told, how, and who must confirm first.

    `confirm` names the role that must say yes; with `confirm_within` (days) the message goes by itself after that.
    """

    day: int
    tell: tuple[str, ...]
    message: Name
    channels: tuple[Name, ...] = ()
    confirm: Name | None = None
    confirm_within: int | None = None


class Ladder(Value):
    """The reminders before a date and the escalations after it, counted in the days the ladder names."""

    label: Sentence
    unit: Literal["calendar_days", "working_days"] = "calendar_days"
    calendar: str | None = None
    at: str = "09:00"
    rungs: tuple[Rung, ...]

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The day of each rung, before (-) or after (+) the date."""
        return tuple(rung.day for rung in self.rungs)
