"""Turns what was typed for the fields of a form into answers; files of evidence are kept and named."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import BadParameter, Option

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from states.steps import Field

Files = Annotated[
    list[str] | None, Option("--file", metavar="[FIELD=]FILE", help="A file of evidence to keep; may be repeated.")
]
Typed = tuple[Iterable[str] | None, str, Iterable[str] | None]
"""What was typed for fields: `--field`, `--fields` and `--file`."""

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
    answers = {name: _as_recorded(known.get(name), value) for name, value in answers.items()}
    answers |= {name: answer_of(known.get(name), name, values) for name, values in several.items()}
    _check_held(answers)
    return answers


def _check_held(answers: dict[str, Any]) -> None:
    """Raise BadAnswer where a kept file is named that is not among the evidence."""
    from config.settings import settings
    from records.kept_files import check_held

    check_held(settings().evidence.absolute(), answers)


def _as_recorded(field: Field | None, value: Any) -> Any:
    """An answer out of a file of JSON; a day that cannot be read is left for the step to refuse."""
    from states.typed_days import read_day

    is_day = field is not None and field.kind == "date" and isinstance(value, str)
    found = read_day(value) if is_day else None
    return found.isoformat() if found else value


def _day(name: str, written: str) -> str:
    """A day as it is recorded. Wrong usage, that names the field, where it cannot be read."""
    from states.typed_days import LIKE, read_day

    found = read_day(written)
    if found is None and written.strip():
        raise BadParameter(f"{name}: write a date like {LIKE}, not {written[:40]!r}.")
    return found.isoformat() if found else written


def answer_of(field: Field | None, name: str, values: list[str]) -> Any:
    """The answer to a field, from the words typed for it. Wrong usage when they cannot be read."""
    if field is not None and field.kind in MANY:
        return values
    if len(values) > 1:
        raise BadParameter(f"{name} is given twice: it takes one answer.")
    kind = field.kind if field is not None else "text"
    if kind == "yes_no":
        return _yes_no(values[0])
    if kind == "number":
        return _number(name, values[0])
    if kind == "measures":
        return _measures(name, values[0])
    if kind == "date":
        return _day(name, values[0])
    return values[0]


def _yes_no(value: str) -> Any:
    said, colon, reason = value.partition(":")
    answer = said.strip().lower()
    return {"answer": answer, "reason": reason.strip()} if colon else answer


def _measures(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise BadParameter(f'{name} is a list in JSON, such as [{{"indicator": ...}}].') from None


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


def by_role(pairs: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Who is named for which role, from pairs such as reviewer=NAME; a role with nobody is a role named alone."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs or ():
        role, sign, name = pair.partition("=")
        if not sign:
            raise BadParameter(f"write the role and the name as ROLE=NAME, not {pair[:40]!r}.")
        found[role.strip()] = (*found.get(role.strip(), ()), *([name.strip()] if name.strip() else []))
    return found


def filled_in(tx: Connection, fields: Iterable[Field], typed: Typed) -> dict[str, Any]:
    """The answers that were typed, with the files given named in them; those are kept when the transaction is.

    Wrong usage when one cannot be taken.
    """
    known = tuple(fields)
    pairs, file, files = typed
    answers = given(known, pairs, file)
    for one in files or ():
        place, path = _place(one, known)
        answers.setdefault(place, []).append(_kept(tx, path))
    return answers


def _place(typed: str, fields: tuple[Field, ...]) -> tuple[str, Path]:
    """The field a file is for, and where the file is: a step with one field for files need not name it."""
    from workflows.views.forms import file_fields

    places = file_fields(fields)
    name, sign, rest = typed.partition("=")
    if sign and name in places:
        return name, Path(rest)
    other = next((field for field in fields if sign and field.name == name), None)
    if other is not None:
        takes = "text, not a file" if other.kind == "text" else "no file"
        files = f"files go to --file {places[0]}=FILE" if places else "no file is recorded here"
        raise BadParameter(f"{name} takes {takes}: write --field {name}=...; {files}.")
    if not places:
        raise BadParameter("no file is recorded here: leave --file out, or say in words where it is filed.")
    if len(places) > 1:
        raise BadParameter(f"say which field the file is for: --file {places[0]}=FILE (or {', '.join(places[1:])}).")
    return places[0], Path(typed)


def _kept(tx: Connection, path: Path) -> str:
    from config.settings import settings
    from records.kept_files import keep_when_committed

    return keep_when_committed(tx, settings().evidence.absolute(), path).written
