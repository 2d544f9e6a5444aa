"""The questions an import asks before it begins: each once, with what is proposed and why, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflows.importing.days_in_words import written_day

AS_WORDS = "words"
"""The answer that a value is kept as the words it is, and means nothing by itself."""


@dataclass(frozen=True)
class ImportQuestion:
    """One question of a file. `key` names it, so that an answer can be kept; `places` are the cells it is about.

    `choices` are the answers there are, each with its words (none: a day, such as 2026-03-02, or `words`; where it is
    `free`, whatever the cell should say). `proposal` is the answer that is proposed; empty where none is.
    """

    key: str
    asks: str
    places: tuple[str, ...]
    proposal: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    free: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.answer

    def takes(self, answer: str) -> bool:
        """Whether an answer is one of those there are."""
        if self.choices:
            return answer in dict(self.choices)
        return self.free or answer == AS_WORDS or written_day(answer, "day_first").day is not None


@dataclass
class Asker:
    """Asks each question once, and remembers what was answered. With `as_proposed` what is proposed is taken."""

    answers: Mapping[str, str]
    as_proposed: bool = False
    asked: dict[str, ImportQuestion] = field(default_factory=dict)
    places: dict[str, dict[str, None]] = field(default_factory=dict)

    def ask(
        self,
        key: str,
        asks: str,
        place: str,
        proposal: str = "",
        choices: tuple[tuple[str, str], ...] = (),
        *,
        free: bool = False,
    ) -> str:
        """The answer to a question; what is proposed while it is open, so that a preview can show it."""
        self.places.setdefault(key, {})[place] = None
        known = self.asked.get(key)
        if known is None:
            given = self.answers.get(key, "")
            made = ImportQuestion(key, asks, (), proposal, choices, free=free)
            given = given if given and made.takes(given) else proposal if self.as_proposed else ""
            known = self.asked[key] = replace(made, answer=given)
        return known.answer or known.proposal

    @property
    def questions(self) -> tuple[ImportQuestion, ...]:
        """Everything that was asked, each question with all of its places."""
        return tuple(replace(one, places=tuple(self.places[key])) for key, one in self.asked.items())


@dataclass(frozen=True)
class Mapped:
    """How a committee reads its register: the sheet, what each column means, and the answers given.

    It is kept with each import, and taken again for the next version of the same register.
    """

    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        """As it is kept."""
        return {"sheet": self.sheet, "columns": dict(self.columns), "answers": dict(self.answers)}

    def over(self, other: Mapped) -> Mapped:
        """What is said here, and where nothing is, what the other says."""
        columns, answers = {**other.columns, **self.columns}, {**other.answers, **self.answers}
        return Mapped(self.sheet or other.sheet, columns, answers)
