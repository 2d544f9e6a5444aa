"""A line of the record: who did what to a case, in what role, on what authority, when it happened, when it was told."""

from __future__ import annotations

from datetime import date, datetime
from operator import not_
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator
from pydantic import Field as Setting

from states.moments import as_utc
from states.values import Part, Value

EntryKind = Literal[
    "opened",
    "advanced",
    "requested",
    "answered",
    "declined",
    "redirected",
    "promised",
    "sent_back",
    "paused",
    "pause_reviewed",
    "pause_ended",
    "extension_asked",
    "extension_granted",
    "extension_refused",
    "extension_withdrawn",
    "missed",
    "linked",
    "unlinked",
    "corrected",
    "moved_edition",
    "people_changed",
    "event_recorded",
    "asked_after",
    "calendar_changed",
    "child_added",
    "personal_data_erased",
    "key_exchanged",
    "chased",
    "reminded",
    "item_added",
    "item_answered",
    "item_updated",
    "confirmed",
    "withheld",
    "withdrawn",
    "task_done",
    "sent_again",
    "bounced",
    "request_reached",
    "request_withdrawn",
    "rebuilt",
    "imported",
    "import_taken_back",
]
KINDS: tuple[str, ...] = get_args(EntryKind)

BY_THE_CLOCK: frozenset[str] = frozenset({"chased", "withdrawn"})
"""Entries the sweep makes: they are history like any other, but do not make a coordinator's page stale."""


OF_A_REQUEST: frozenset[str] = frozenset(
    {"answered", "declined", "redirected", "promised", "sent_back", "request_reached", "request_withdrawn"}
)
"""Entries about one request, whose number they name."""

ENDED_BY_WORD: frozenset[str] = frozenset({"answered", "declined", "redirected"})
"""Entries by which a request ends, on the day its agency said something."""

DATED: frozenset[str] = frozenset({"opened", "advanced", "event_recorded", "requested"}) | ENDED_BY_WORD
"""The kinds of entries whose day can be put right; so can that of an imported one that says when it was known."""

OF_AN_ITEM: frozenset[str] = frozenset({"item_added", "item_answered", "item_updated"})
"""Entries about one item of a register, whose number they name."""


class Actor(Value):
    """Who acts: a name, the role they act in, and the agency they speak for (empty for the committee).

    `acting_for` is the role in whose place they acted, where their own would not have done. `account` is the number of
    the account they acted for; entries from before there were accounts have none. `program` is the number of the token
    by which a program acted for that account; empty where the person did.
    """

    name: str
    role: str
    agency: str = ""
    acting_for: str = ""
    account: str = ""
    program: str = Setting(default="", exclude_if=not_)


CAIRN = Actor(name="Cairn", role="system")


COUNTING = 3
"""The rules by which dates are counted.

- In rules 1 a row of months keeps its day of the month.
- In rules 2 what is said again of an item that has ended starts no date.
- In rules 3 a request, a hold and an item of one number are kept apart: a date is started and ended by its own alone.
  A guard looks at the present round of a case alone.
  A date that hangs on another follows it: one for each item, agency and round, held with it and set aside with it.
  Nobody acts in the role of somebody outside: what those did is entered by the roles named for it.
"""

OWN_NUMBERS = 3
"""The first rules in which requests, holds and items each have numbers of their own."""

INSIDE_ALONE = 3
"""The first rules in which nobody acts in the role of somebody outside."""

FOLLOWING = 3
"""The first rules in which dates follow those they hang on, and guards tell a held clock from one that runs."""


ROUNDS = 3
"""The first rules in which guards look at the present round of a case alone."""


class Entry(Part):
    """What one verb did to one case. `happened_on` is a date where the edition is, `recorded_at` an instant in UTC.

    `counting` names the rules of counting in force when it was recorded (0: before they were numbered), so that a
    history always gives the dates that people were told.
    """

    kind: EntryKind
    actor: Actor
    happened_on: date
    happened_at: datetime | None = None
    recorded_at: Annotated[datetime, AfterValidator(as_utc)]
    sequence: int = 0
    counting: int = COUNTING
    authority: str = ""
    trigger: str = ""
    source: str = ""
    dest: str = ""
    reason: str = ""
    data: dict[str, Any] = Setting(default_factory=dict)

    @property
    def emptied(self) -> frozenset[str]:
        """The fields that a correction says should have been left empty."""
        return frozenset(self.data.get("emptied", ()))

    @property
    def filled(self) -> frozenset[str]:
        """The fields that a correction fills in where nothing stood."""
        return frozenset(self.data.get("filled", ()))

    @property
    def dated(self) -> bool:
        """Whether its day can be put right."""
        return self.kind in DATED or (self.kind == "imported" and "known" in self.data)

    @property
    def taken_back(self) -> frozenset[str]:
        """The files, by their SHA-256, of which a correction says that they are none of this case."""
        return frozenset(self.data.get("taken_back", ()))

    @property
    def fields_said(self) -> frozenset[str]:
        """The fields of which something is said: what was recorded, and what is to stand empty."""
        return frozenset(self.data.get("fields", {})) | self.emptied

    @property
    def by_number_alone(self) -> bool:
        """Whether it was recorded when a date was found by a number alone, whatever that is the number of."""
        return self.counting < OWN_NUMBERS

    @property
    def dates_follow(self) -> bool:
        """Whether it was recorded when dates follow those they hang on."""
        return self.counting >= FOLLOWING
