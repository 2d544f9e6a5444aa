"""Fills in plainly whatever a form asks for and a line of an example leaves out, so that a story can be short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from states.answers import holds
from states.examples import ExampleStep
from states.steps import Field

WORDS = "As the example tells."
"""What is filled in where words or a reason are asked for, and the story gives none."""

Stock = Callable[[Field, date, tuple[str, ...]], Any]


def filled_in(
    step: ExampleStep, fields: Iterable[Field], recorded: Mapping[str, Any], today: date, agencies: tuple[str, ...]
) -> dict[str, Any]:
    """What the line says, and for whatever else must be filled in: the first answer offered, or the day itself.

    What stands in its `without` is left out.
    """
    answers = dict(step.fields)
    for field in fields:
        wanted = field.required and (field.when is None or holds(field.when, {**recorded, **answers}))
        if wanted and field.name not in answers and field.name not in step.without:
            answers[field.name] = STOCK[field.kind](field, today, agencies)
        elif _wants_reason(field, answers.get(field.name)) and "reason" not in step.without:
            answers[field.name] = {"answer": answers[field.name], "reason": WORDS}
    return answers


def _wants_reason(field: Field, answer: Any) -> bool:
    """Whether a yes or a no stands there alone, and must come with its reason."""
    return answer in ("yes", "no") and field.reason_when in (answer, "always")


def _yes_no(field: Field, _: date, __: tuple[str, ...]) -> Any:
    return {"answer": "yes", "reason": WORDS} if field.reason_when in {"yes", "always"} else "yes"


def _agencies(field: Field, _: date, agencies: tuple[str, ...]) -> Any:
    return list(agencies) if len(agencies) >= field.least else [f"Agency {one + 1}" for one in range(field.least)]


STOCK: dict[str, Stock] = {
    "text": lambda *_: WORDS,
    "date": lambda _field, today, _agencies: today.isoformat(),
    "choice": lambda field, *_: field.choices[0].name,
    "choices": lambda field, *_: [one.name for one in field.choices[: max(1, field.least)]],
    "yes_no": _yes_no,
    "number": lambda *_: 1,
    "person": lambda *_: "A person",
    "people": lambda field, *_: [f"Person {one + 1}" for one in range(max(1, field.least))],
    "agency": lambda _field, _today, agencies: agencies[0] if agencies else "Agency 1",
    "agencies": _agencies,
    "files": lambda field, *_: [f"Document {one + 1}" for one in range(max(1, field.least))],
    "measures": lambda field, *_: [
        {"indicator": WORDS, "target": WORDS, "source": WORDS} for _ in range(max(1, field.least))
    ],
}
"""What is filled in, by the kind of field."""
