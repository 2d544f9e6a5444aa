"""What is typed for a field, turned into the kind of answer the field takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer import BadParameter

if TYPE_CHECKING:
    from states.steps import Field

MANY = frozenset({"choices", "people", "agencies", "files"})


def given(fields: Iterable[Field], typed: Iterable[str] | None, file: str = "") -> dict[str, Any]:
    """The answers, from `name=value` pairs and a file of JSON. Wrong usage when they cannot be read."""
    known = {field.name: field for field in fields}
    answers = _from_file(file) if file else {}
    several: dict[str, list[str]] = {}
    for pair in typed or ():
        name, sign, value = pair.partition("=")
        if not sign:
            raise BadParameter(f"write a field as name=value, not {pair[:60]!r}.")
        several.setdefault(name.strip(), []).append(value)
    return answers | {name: _answer(known.get(name), name, values) for name, values in several.items()}


def _answer(field: Field | None, name: str, values: list[str]) -> Any:
    if field is not None and field.kind in MANY:
        return values
    if len(values) > 1:
        raise BadParameter(f"{name} is given twice: it takes one answer.")
    kind = field.kind if field is not None else "text"
    if kind == "yes_no":
        return _yes_no(values[0])
    if kind == "number":
        return _number(name, values[0])
    if kind == "date" and values[0]:
        from cli.options import day

        return day(values[0]).isoformat()
    return values[0]


def _yes_no(value: str) -> Any:
    said, colon, reason = value.partition(":")
    answer = said.strip().lower()
    return {"answer": answer, "reason": reason.strip()} if colon else answer


def _number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise BadParameter(f"{name} must be a whole number, not {value[:40]!r}.") from None


def _from_file(file: str) -> dict[str, Any]:
    from cli.session import text_of

    try:
        found = json.loads(sys.stdin.read() if file == "-" else text_of(Path(file)))
    except (ValueError, RecursionError) as fault:
        raise BadParameter(f"{'standard input' if file == '-' else file} is not JSON ({fault}).") from None
    if not isinstance(found, dict):
        raise BadParameter('the fields must be one object, such as {"informed_on": "2026-03-02"}.')
    return found
