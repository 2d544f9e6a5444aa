"""The base class of the values of a procedure: frozen, strict about unknown keys; and the types they share."""

from __future__ import annotations

from typing import Annotated, Literal, Self

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


class Part(Value):
    """Something a history adds up to, or a line of it. Histories are long: a changed one is made without checking."""

    def but(self, **change: object) -> Self:
        """The same, with some of it different. What is given must be of the right kind: it is not checked."""
        fresh = object.__new__(type(self))
        put = object.__setattr__
        put(fresh, "__dict__", {**self.__dict__, **change})
        put(fresh, "__pydantic_fields_set__", self.__pydantic_fields_set__)
        put(fresh, "__pydantic_extra__", None)
        put(fresh, "__pydantic_private__", None)
        return fresh


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
