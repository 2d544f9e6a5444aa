"""What an edition says of how its cases are counted: which steps decide, what they lead to, and who decides."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Setting

from states.values import Name, Sentence, Value


class Figures(Value):
    """How the year's summary counts the cases of an edition.

    `reviewed`, `other_learning` and `not_reviewed` are the steps that decide what becomes of a case, by what they lead
    to; without any, they are found by the phases of the states. `body` is who decides, as it is called at the head of
    a paper; `led_to` and `led_to_none` are the words for the two groups of cases in a paper that tells no more of them.
    """

    body: Annotated[Sentence | None, Setting(exclude_if=lambda given: given is None)] = None
    reviewed: Annotated[tuple[Name, ...], Setting(exclude_if=lambda given: not given)] = ()
    other_learning: Annotated[tuple[Name, ...], Setting(exclude_if=lambda given: not given)] = ()
    not_reviewed: Annotated[tuple[Name, ...], Setting(exclude_if=lambda given: not given)] = ()
    led_to: Annotated[Sentence | None, Setting(exclude_if=lambda given: given is None)] = None
    led_to_none: Annotated[Sentence | None, Setting(exclude_if=lambda given: given is None)] = None

    @property
    def leading_on(self) -> tuple[str, ...]:
        """The steps after which a review, or other learning, follows."""
        return (*self.reviewed, *self.other_learning)

    @property
    def deciding(self) -> tuple[str, ...]:
        """Every step that decides what becomes of a case; none where the edition does not say."""
        return (*self.leading_on, *self.not_reviewed)


UNSAID = Figures()
"""What an edition says that says nothing of it."""
