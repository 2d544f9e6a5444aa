"""A recorded answer as it is read: a choice by its label, a date in words, a kept file by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from states.answers import KEPT_FILE
from states.shared_labels import told_apart
from states.steps import Field, Register
from states.words import spoken


@dataclass(frozen=True)
class Recorded:
    """One answer that is on record: the name and label of its field, what was recorded, and how that is read."""

    field: str
    label: str
    value: Any
    words: str


def recorded(form: Mapping[str, Field], answers: Mapping[str, Any]) -> Iterator[Recorded]:
    """The answers that say something, each by the label of its field."""
    for name, value in answers.items():
        if value not in (None, "", []):
            label = form[name].label if name in form else name
            yield Recorded(name, label, value, in_words(form.get(name), value))


def form_of(rule: Register | None) -> dict[str, Field]:
    """All the fields of a list's items by their names: those of entering, of answering and of bringing up to date."""
    return by_name(rule.all_fields) if rule else {}


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """The fields of a form by their names, each with a label of its own."""
    return {field.name: field for field in told_apart(fields)}


def in_words(field: Field | None, value: Any) -> str:
    """An answer as the form words it: a choice by its label, a date as it is read."""
    if field is not None and field.kind == "date" and isinstance(value, str):
        return spoken(value)
    labels = {one.name: one.label for one in field.choices} if field is not None else {}
    if isinstance(value, list):
        return ", ".join(labels.get(one, shown(one)) if isinstance(one, str) else shown(one) for one in value)
    return labels.get(value, shown(value)) if isinstance(value, str) else shown(value)


def shown(value: Any) -> str:
    """A recorded answer as it is read, where no form says what it is."""
    if isinstance(value, dict) and "answer" not in value:
        return ", ".join(f"{name} {one}" for name, one in value.items() if one)
    if isinstance(value, dict):
        reason = f" ({value['reason']})" if value.get("reason") else ""
        return f"{value.get('answer', '')}{reason}"
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    return _of_evidence(str(value))


def _of_evidence(said: str) -> str:
    """A kept file by the name it was brought under; anything else as it is."""
    kept = KEPT_FILE.fullmatch(said)
    return kept[2] if kept else said
