"""The base class of the values of a procedure: frozen, strict about unknown keys; and the types they share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]

Phase = Literal["referral", "decision", "review", "recommendation", "follow_through", "closed"]
Basis = Literal["statute", "guidance", "local", "assumption"]
CountedIn = Literal["calendar_days", "working_days", "clear_days", "hours", "weeks", "months", "fixed_date", "none"]

PHASES: tuple[Phase, ...] = ("referral", "decision", "review", "recommendation", "follow_through", "closed")


class Value(BaseModel):
    """A part of a procedure: it cannot be changed once read, and a word it does not know is a fault."""

    # Built when first used: a command pays for the parts it reads, not for all there are.
    model_config = ConfigDict(
        frozen=True, extra="forbid", ignored_types=(property,), defer_build=True, hide_input_in_errors=True
    )


class Source(Value):
    """A page the rules come from: what it is, where it is, how far it was read and when."""

    title: Sentence
    url: str = ""
    grade: str = ""
    checked_on: str = ""


class Cited(Value):
    """Anything that rests on a source says on which, and with what standing."""

    basis: Basis = "guidance"
    cite: tuple[str, ...] = ()
    note: str = ""
