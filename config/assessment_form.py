"""The form by which auditors assess a sampled case: the committee's own, or the default."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.toml_places import open_sheet
from states.errors import BadProcedure
from states.steps import Field, FieldKind

SHIPPED = Path(__file__).parent / "papers" / "assessment.toml"
KINDS: frozenset[FieldKind] = frozenset({"text", "choice", "choices", "yes_no", "number", "date"})
"""The kinds of question it may ask: none that names a person, or takes a file."""

COMPARED: frozenset[FieldKind] = frozenset({"choice", "yes_no"})
"""The kinds of which it can be said how far two readers agree."""


def assessment_form(local: Path | None = None) -> tuple[Field, ...]:
    """The questions asked of every case that was drawn, in the order of the file.

    Raises BadProcedure with every fault of a form in the committee's file.
    """
    own = open_sheet(local).data.get("assessment") if local is not None and local.is_file() else None
    if not own:
        return _shipped()
    faulty = [f"{local}: assessment, {' '.join(map(str, place))}: {what}" for place, what in form_faults(own)]
    if faulty:
        raise BadProcedure(*faulty)
    return tuple(map(Field.model_validate, own))


@lru_cache(maxsize=1)
def _shipped() -> tuple[Field, ...]:
    return tuple(map(Field.model_validate, tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["assessment"]))


def form_faults(given: Any) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """What is wrong with a form in a committee's file, with its place in it."""
    if not isinstance(given, list | tuple):
        yield (), "it is not a list of questions. Begin each of them with [[assessment]]."
        return
    names: set[str] = set()
    for number, one in enumerate(given):
        try:
            field = Field.model_validate(one)
        except ValidationError as wrong:
            yield from (((number, *fault["loc"]), f"{fault['msg']}.") for fault in wrong.errors())
            continue
        if field.kind not in KINDS:
            yield (number, "kind"), f"this form asks no {field.kind}. Use one of {', '.join(sorted(KINDS))}."
        if field.kind in {"choice", "choices"} and not field.choices:
            yield (number, "choices"), "it offers nothing to choose from. Give it its choices."
        if field.name in names:
            yield (number, "name"), f"{field.name!r} is asked twice. Give each question a name of its own."
        names.add(field.name)
