"""What may happen to a case: states, transitions, what each must record, what stands in its way and who is told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field as Setting

from states.limits import StandsStill
from states.values import Cited, Name, Phase, Sentence, Value

FieldKind = Literal[
    "text",
    "date",
    "choice",
    "choices",
    "yes_no",
    "number",
    "person",
    "people",
    "agency",
    "agencies",
    "files",
    "measures",
]


class Window(Value):
    """True when a recorded date lies in the months or days before another recorded date."""

    months: int = 0
    days: int = 0
    before: Name


class Condition(Value):
    """A question asked of what a case has recorded; every part that is given must hold."""

    field: Name
    equals: str | int | bool | None = Setting(default=None, alias="is")
    one_of: tuple[str, ...] = Setting(default=(), alias="in")
    given: bool | None = None
    within: Window | None = None


class Choice(Value):
    """One answer a field offers, with the words shown for it."""

    name: Name
    label: Sentence


class Field(Value):
    """Something a transition records: what it is called, what kind of answer it takes, and whether it may be left out.

    `reason_when` applies to yes_no fields: a yes or a no that must come with its reason. `least` is the smallest
    number of people, agencies or choices. `when` makes a field required only where the condition holds.
    """

    name: Name
    label: Sentence
    kind: FieldKind = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    reason_when: Literal["yes", "no", "always"] | None = None
    least: int = 1
    future: bool = False
    help: str = ""
    when: Condition | None = None


OF_THE_CASE = frozenset({"event_recorded"})
"""Guards that look at the whole case unless they say otherwise: what happened outside has happened."""


class Guard(Value):
    """A named obstacle from the vocabulary in `states/guards.py`, with what it is asked about.

    With `when` it stands in the way only where the condition holds of what is recorded; `where` says which items of a
    register are meant: those of which every one of the conditions holds; and with `dated` and `until` those whose date
    of that name is no later than the date recorded as `until`. `scope` says whether it looks at the present round of
    the case or at all of it.
    """

    name: Name
    request: Name | None = None
    join: Literal["all", "quorum"] = "all"
    quorum: int = 0
    override: Name | None = None
    trigger: Name | None = None
    event: Name | None = None
    pause: Name | None = None
    timescale: Name | None = None
    items: Name | None = None
    field: Name | None = None
    than: Name | None = None
    condition: Condition | None = None
    where: tuple[Condition, ...] = ()
    dated: Name | None = None
    until: Name | None = None
    when: Condition | None = None
    least: int = 1
    scope: Literal["round", "case"] | None = Setting(default=None, exclude_if=lambda given: given is None)
    says: str = ""

    @property
    def whole_case(self) -> bool:
        """Whether it looks at all that was ever done on the case, and not at its present round alone."""
        return (self.scope or ("case" if self.name in OF_THE_CASE else "round")) == "case"


class Notice(Value):
    """Who is told when a transition happens, with which message, and under which condition."""

    tell: tuple[str, ...]
    message: Name
    when: Condition | None = None


class State(Cited):
    """Where a case can stand: its label, its phase, and what standing there means."""

    label: Sentence
    phase: Phase
    meaning: str = ""
    final: bool = False
    waits_for: Name | None = None


class Transition(Cited):
    """One move: from which states to which, who may make it, what it records, what can prevent it, who is told.

    A transition with no `source` opens a case; in a file, one with no `dest` leaves the case where it stands. `act`
    keeps recommending, deciding and ratifying apart.
    """

    trigger: Name
    label: Sentence
    source: tuple[Name, ...] = ()
    dest: Name | Literal[""] = ""
    roles: tuple[Name, ...]
    act: Literal["do", "recommend", "decide", "ratify"] = "do"
    reason: Literal["required", "optional"] = "optional"
    authority: tuple[Name, ...] = ()
    outcome: str = ""
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    notify: tuple[Notice, ...] = ()
    reopens: bool = False


class Role(Value):
    """A part somebody plays. What an `external` role does happens elsewhere; the roles in `recorded_by` enter it.

    `acts_for` are the roles it may stand in for: whatever they may do, it may do in their place. `named_in` are the
    fields of a case that name who holds it there: that case tells them. The role that `keeps_cases` is the one the lead
    officer of a case has; without one it is the role called lead_officer.
    """

    label: Sentence
    external: bool = False
    recorded_by: tuple[Name, ...] = ()
    acts_for: tuple[Name, ...] = ()
    named_in: Annotated[tuple[Name, ...], Setting(exclude_if=lambda given: not given)] = ()
    keeps_cases: bool = Setting(default=False, exclude_if=lambda given: not given)


class Request(Cited):
    """Information asked of agencies: one request an agency, each with its own clock.

    With `per_item` it is asked about each item of that register, of the agencies that the item names.
    """

    label: Sentence
    asked_by: tuple[Name, ...]
    states: tuple[Name, ...]
    message: Name
    acknowledgement: Name | None = None
    per_item: Name | None = Setting(default=None, exclude_if=lambda given: given is None)
    fields: tuple[Field, ...] = ()


class Register(Cited):
    """A list kept on a file: findings, actions, learning points. Its items outlive the step in which they were entered.

    `fields` are filled in when an item is entered, `answer` when it is answered, `update` each time something is
    recorded about it. An item has ended when it is answered or when `ended_when` holds of what was last recorded.
    `counts_from` names the date field its clocks start from; without one they start on the day it is entered.
    """

    label: Sentence
    prefix: str
    kept_by: tuple[Name, ...]
    states: tuple[Name, ...] = ()
    fields: tuple[Field, ...]
    answer: tuple[Field, ...] = ()
    answered_by: tuple[Name, ...] = ()
    update: tuple[Field, ...] = ()
    updated_by: tuple[Name, ...] = ()
    ended_when: Condition | None = None
    counts_from: Name | None = None
    notify: tuple[Notice, ...] = ()

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Every field of an item, whenever it is filled in."""
        return (*self.fields, *self.answer, *self.update)


class Awaited(Cited):
    """Something outside the committee that a case waits for, such as a verdict; it has a chase, never a deadline."""

    label: Sentence
    recorded_by: tuple[Name, ...]


class PauseKind(Cited):
    """A hold: who may order one, on whose authority, which timescales it may stop, and how it can end.

    With `when`, it may be ordered only where the condition holds.
    `stops` is what is stopped when the order names nothing; `may_stop` is all it may name. `holds` are transitions
    that wait while it runs. `days` says whether the day it begins and the day it ends stand still with those between.
    """

    label: Sentence
    ordered_by: tuple[Name, ...]
    authorities: tuple[str, ...] = ()
    stops: tuple[Name, ...] = ()
    may_stop: tuple[Name, ...] = ()
    holds: tuple[Name, ...] = ()
    until: tuple[Literal["date", "event", "further_notice"], ...] = ("date", "event", "further_notice")
    days: StandsStill = Setting(default="with_first", exclude_if=lambda given: given == "with_first")
    events: tuple[Name, ...] = ()
    when: Condition | None = Setting(default=None, exclude_if=lambda given: given is None)
    notify: tuple[Notice, ...] = ()


def as_day(value: Any) -> date | None:
    """Read a recorded answer as a date; None where it is no date."""
    if not isinstance(value, str) or not value[:4].isdigit():
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
