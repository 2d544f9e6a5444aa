"""One question to answer before something is done, and the answers so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import Connection

from records import agencies, cases
from records.cases import Case
from states.answers import faults
from states.next_step import Advice, NextStep, advice
from states.procedure import Procedure
from states.steps import Field, FieldKind
from workflows.views.viewer import Viewer

MOST_BOXES = 8
"""Answers of which one is chosen that are shown side by side; more are a list to open."""
NONE_YET = Advice("There is nothing to choose from yet.")
NO_AGENCY = advice("No agency is entered yet: {} first.", NextStep("agency add"))
"""What is said where there is no answer to choose."""


@dataclass(frozen=True)
class Question:
    """One thing to be said.

    `into` is whether it is an argument of the verb, a field of its form, who acts, or (`aside`) what never stands on a
    command line, such as the name of a child.
    `must` is said or nothing can be done; `should` is asked and may be left empty; `may` is asked of whoever wants to
    say more. `answers` are those there are, each with its words; with `free` others are taken as well. `headings` are
    the names of answers with which another group of them begins, each with what that group is.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    answers: tuple[tuple[str, str], ...] = ()
    ask: Literal["must", "should", "may"] = "must"
    into: Literal["argument", "field", "who", "aside"] = "argument"
    help: str = ""
    free: bool = False
    field: Field | None = None
    none: Advice = NONE_YET
    headings: tuple[tuple[str, str], ...] = ()
    needed: str = ""
    """Where it must be said although it is not always asked for: "where “How it stands” is “Done”"."""

    @property
    def nothing_to_choose(self) -> bool:
        """Whether it is to be chosen from what there is, and there is nothing yet; `none` says so."""
        return self.kind in {"choice", "choices"} and not self.answers and not self.free

    @property
    def boxed(self) -> bool:
        """Whether each answer has a box of its own to press."""
        few = self.kind == "choice" and len(self.answers) <= MOST_BOXES and not self.free
        return self.kind == "yes_no" or bool(self.answers and (few or self.several))

    @property
    def several(self) -> bool:
        """Whether more than one answer may be given."""
        return self.kind in {"choices", "people", "agencies", "files"}


@dataclass(frozen=True)
class SaidSoFar:
    """What is said so far: arguments by name, answers by field; over a steady view of the database."""

    tx: Connection
    viewer: Viewer
    guidance: Callable[[str], Procedure]
    said: Mapping[str, Any]
    answers: Mapping[str, Any] = field(default_factory=dict)
    in_hand: Case | None = None
    """The case that is meant, where it was found already."""

    @cached_property
    def case(self) -> Case:
        """The case that is meant. Raises NotFound where there is none."""
        return self.in_hand or cases.find(self.tx, self.said["ref"], to_change=False)

    @property
    def today(self) -> date:
        """The date where the edition of the case is, once it was looked up; before that, in Scotland."""
        found = "case" in vars(self)
        return self.viewer.in_days_of(self.case.procedure).today if found else self.viewer.today

    def silent_about(self, one: Question) -> bool:
        """Whether nothing was said of it yet."""
        if one.into == "field":
            return one.name not in self.answers
        return self.said.get(one.name) in {None, "", ()}

    def fault(self, one: Question, value: Any) -> str:
        """Why an answer cannot be taken; empty when it can."""
        if one.kind in {"agency", "agencies"}:
            return _agency_fault(self.tx, value if isinstance(value, list) else [value])
        asked = one.field or Field(name="answer", label=one.label, kind=one.kind, future=True)
        if one.kind in {"choice", "choices"}:
            return ""
        return next(iter(faults((asked,), {asked.name: value}, {}, self.today)), "")


def _agency_fault(tx: Connection, names: list[str]) -> str:
    register = agencies.read(tx)
    for name in names:
        near = register.like(name) if register.find(name) is None else ()
        if near:
            return f"There is no agency {name[:80]}: did you mean {' or '.join(near)}?"
        if register.find(name) is None and agencies.is_complete(tx):
            return agencies.NOT_REGISTERED.format(name=name[:80])
    return ""
