"""Turns a submitted form into a verb's arguments; what cannot be read is passed on for the verb to refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from states.answers import MEASURE, line_fault, text_fault
from states.errors import BadAnswer
from states.typed_days import LIKE, read_day
from states.words import spoken
from workflows.views.answer_words import in_words
from workflows.views.question import Question

OTHERS = ".others"
"""After the name of a question with boxes to tick: where more are written, one on each line."""
NOT_THERE = "“{label}”: {said!r} is not among what there is to choose from as things stand."
BULLET = re.compile(r"\s*[-*•·–—]\s+")  # noqa: RUF001  as lists begin that are pasted
PASTED = re.compile("[\u200b\u2060\ufeff\u200e\u200f\u202a\u202c]")
"""Signs nobody sees that come along with text out of Word, Teams or a path, and neither part words nor turn them."""
NO_DAY = f"“{{label}}”: write a day like {LIKE}, not {{typed!r}}."
REASON = ".reason"
"""After the name of a question of yes or no: where its reason is written."""
WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Filled:
    """What was filled in: the arguments of the verb, and the answers to the fields of its form."""

    said: Mapping[str, Any]
    answers: Mapping[str, Any] = field(default_factory=dict)
    seen: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def word(self, name: str) -> str:
        """An argument that is words; empty where nothing was said."""
        return str(self.said.get(name) or "")

    def day(self, name: str) -> date | None:
        """An argument that is a day."""
        found = self.said.get(name)
        return found if isinstance(found, date) else None

    def number(self, name: str) -> int:
        """An argument that is a whole number. Raises BadAnswer for anything else."""
        found = self.said.get(name)
        if not isinstance(found, int):
            raise BadAnswer(f"“{self.labels.get(name, name)}” is missing: write a whole number.")
        return found

    def several(self, name: str) -> tuple[str, ...]:
        """An argument that is several things."""
        return tuple(self.said.get(name) or ())


def days_typed(typed: Mapping[str, str]) -> tuple[list[date | None], tuple[str, ...]]:
    """The days typed into the filters of a list, by label: None for each without one; and what is wrong with them."""
    said = {label: day.strip() for label, day in typed.items()}
    days = {label: read_day(day) if day else None for label, day in said.items()}
    unread = [label for label, day in days.items() if said[label] and day is None]
    return list(days.values()), tuple(NO_DAY.format(label=label, typed=said[label][:40]) for label in unread)


def filled_in(asked: Iterable[Question], form: FormData, given: Mapping[str, Any]) -> Filled:
    """What was filled in for these questions, besides what the address says. Raises BadAnswer."""
    said: dict[str, Any] = dict(given)
    answers: dict[str, Any] = {}
    wrong: list[str] = []
    missing: list[str] = []
    labels: dict[str, str] = {}
    for one in asked:
        value, labels[one.name] = answer_to(one, form), one.label
        if value in (None, "", []):
            missing += [f"“{one.label}” is missing: fill it in."] if _always_wanted(one) else []
            continue
        fault = shape_fault(one, value)
        wrong += [fault] if fault else []
        (answers if one.into == "field" else said)[one.name] = _as_argument(one, value)
    if wrong:
        raise BadAnswer(*wrong, *missing)
    seen = _line(form, "seen")
    return Filled(said, answers, int(seen) if WHOLE.fullmatch(seen) else None, labels)


def _always_wanted(one: Question) -> bool:
    return one.field is not None and one.ask == "must" and one.field.required and one.field.when is None


def shape_fault(one: Question, value: Any) -> str:
    """Why an answer cannot be taken whatever it is about, in a sentence that names its question; empty when it can."""
    label = f"“{one.label}”"
    if one.kind == "date":
        return "" if read_day(str(value)) else f"{label}: write a date like {LIKE}, not {str(value)[:40]!r}."
    if one.kind == "number":
        return "" if isinstance(value, int) else f"{label}: write a whole number, not {value[:40]!r}."
    fault = text_fault if one.kind == "text" and one.into == "field" else line_fault
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return next((said for each in parts if isinstance(each, str) and (said := fault(label, each))), "")


def check_said(asked: Iterable[Question], form: FormData) -> None:
    """Raise BadAnswer, for all of them, where what must be said for the verb was left empty."""
    wanted = (one for one in asked if one.ask == "must" and one.into == "argument")
    missing = [f"“{one.label}” is missing: fill it in." for one in wanted if answer_to(one, form) in (None, "", [])]
    if missing:
        raise BadAnswer(*missing)


def check_chosen(asked: Iterable[Question], filled: Filled) -> None:
    """Raise BadAnswer for an answer that is none of those there are to choose from."""
    chosen = ((one, filled.said.get(one.name)) for one in asked if one.kind in {"choice", "choices"} and not one.free)
    wrong = [
        NOT_THERE.format(label=one.label, said=str(said)[:40])
        for one, value in chosen
        for said in (value if isinstance(value, list) else [value] if value else [])
        if said not in dict(one.answers)
    ]
    if wrong:
        raise BadAnswer(*wrong)


def read_back(asked: Iterable[Question], filled: Filled) -> tuple[tuple[str, str], ...]:
    """What was filled in, each with its question, as it is read."""
    found = ((one, (filled.answers if one.into == "field" else filled.said).get(one.name)) for one in asked)
    return tuple((one.label, _read(one, value)) for one, value in found if value not in (None, "", [], ()))


def _read(one: Question, value: Any) -> str:
    if one.field is not None:
        return in_words(one.field, value)
    if isinstance(value, date):
        return spoken(value)
    known = dict(one.answers)
    several = value if isinstance(value, list | tuple) else [value]
    return ", ".join(known.get(said) or str(said) for said in several)


def answer_to(one: Question, form: FormData) -> Any:
    """What was filled in for a question, as it is recorded."""
    if one.several:
        ticked = [value for value in form.getlist(one.name) if isinstance(value, str)]
        written = _text(form, f"{one.name}{OTHERS}").splitlines()
        lines = (BULLET.sub("", value, count=1) if BULLET.match(value) else value for value in written)
        return list(dict.fromkeys(value.strip() for value in (*ticked, *lines) if value.strip()))
    if one.kind == "measures":
        return _measures(one.name, form)
    text = _text(form, one.name).strip()
    if one.kind == "yes_no":
        reason = _text(form, f"{one.name}{REASON}").strip()
        return {"answer": text, "reason": reason} if text and reason else text
    if one.kind == "number":
        return int(text) if WHOLE.fullmatch(text) else text
    if one.kind == "date":
        found = read_day(text) if text else None
        return found.isoformat() if found else text
    return PASTED.sub("", text).strip() if one.kind == "text" else text


def _as_argument(one: Question, value: Any) -> Any:
    return read_day(str(value)) if one.kind == "date" and one.into != "field" else value


def _measures(name: str, form: FormData) -> list[dict[str, str]]:
    rows = sorted({key.split(".")[1] for key in form if key.startswith(f"{name}.") and key.count(".") == 2})  # noqa: PLR2004  name.row.part
    found = ({part: _line(form, f"{name}.{row}.{part}") for part in MEASURE} for row in rows)
    return [{part: said for part, said in one.items() if said} for one in found if any(one.values())]


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def _line(form: FormData, name: str) -> str:
    return " ".join(_text(form, name).split())
