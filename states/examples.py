"""Examples an edition carries: a story in a few lines, and what must come of it, so that the edition proves itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Setting

from states.values import Name, Sentence, Value

HAPPENINGS = (
    "trigger",
    "request",
    "answered",
    "declined",
    "redirected",
    "promised",
    "sent_back",
    "withdrawn",
    "pause",
    "pause_ended",
    "extension",
    "extension_granted",
    "extension_refused",
    "item",
    "item_answered",
    "item_updated",
    "event",
    "asked_after",
    "corrected",
)
"""What can happen in a line of an example: one of these, or nothing, where the day is only looked at."""

EXPECTATIONS = ("state", "dates", "receipts", "told", "drafted", "refused")
"""What can be said to come of it."""


class ExampleStep(Value):
    """One line of an example: the day, what happens on it (nothing, where it is only looked at), what must come of it.

    `on` and `until` are days (2026-03-02), `at` a time of day; `corrected` is the number of the line that is put right.
    """

    on: str
    at: str = "12:00"
    trigger: Name | None = None
    request: Name | None = None
    answered: Name | None = None
    declined: Name | None = None
    redirected: Name | None = None
    promised: Name | None = None
    sent_back: Name | None = None
    withdrawn: Name | None = None
    pause: Name | None = None
    pause_ended: Name | None = None
    extension: Name | None = None
    extension_granted: Name | None = None
    extension_refused: Name | None = None
    item: Name | None = None
    item_answered: str | None = None
    item_updated: str | None = None
    event: Name | None = None
    asked_after: Name | None = None
    corrected: int | None = Setting(default=None, ge=1)
    by: Name | None = None
    person: str = ""
    agency: str = ""
    agencies: tuple[str, ...] = ()
    about: str = Setting(default="", exclude_if=lambda given: not given)
    lead: str = ""
    children: int = Setting(default=0, ge=0, le=99)
    fields: dict[Name, Any] = {}
    without: tuple[str, ...] = ()
    reason: str = ""
    authority: str = ""
    override: str = ""
    to: str = ""
    until: str = ""
    until_event: Name | None = None
    stops: tuple[Name, ...] | None = None
    count: int = Setting(default=0, ge=0)
    happened: str = ""
    state: Name | None = None
    dates: dict[str, str] = {}
    receipts: dict[str, str] = {}
    told: dict[Name, tuple[str, ...]] | None = None
    drafted: dict[Name, tuple[str, ...]] = {}
    refused: str = ""

    @property
    def happening(self) -> str:
        """What happens in this line, by its key; "" where the day is only looked at."""
        return next((key for key in HAPPENINGS if getattr(self, key) is not None), "")

    @property
    def expects(self) -> bool:
        """Whether anything is said to come of it."""
        return any(
            getattr(self, key) not in (None, "", {}) or (key == "told" and self.told == {}) for key in EXPECTATIONS
        )


class Example(Value):
    """A story and what must come of it. `days` says whether its days are the source's own figures, or made up."""

    title: Sentence
    cite: tuple[str, ...] = ()
    days: Literal["source", "invented"] = "invented"
    note: str = ""
    steps: tuple[ExampleStep, ...]
