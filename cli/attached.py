"""Files of evidence given with an answer: kept first, then named in it by what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import BadParameter, Option

from cli.fields import given

if TYPE_CHECKING:
    from states.steps import Field

Files = Annotated[
    list[str] | None, Option("--file", metavar="[FIELD=]FILE", help="A file of evidence to keep; may be repeated.")
]
Typed = tuple[Iterable[str] | None, str, Iterable[str] | None]
"""What was typed for fields: `--field`, `--fields` and `--file`."""


def filled_in(fields: Iterable[Field], typed: Typed) -> dict[str, Any]:
    """The answers that were typed, with the files given kept and named in them. Wrong usage when none can be taken."""
    known = tuple(fields)
    pairs, file, files = typed
    answers = given(known, pairs, file)
    for one in files or ():
        place, path = _place(one, known)
        answers.setdefault(place, []).append(_kept(path))
    return answers


def _place(typed: str, fields: tuple[Field, ...]) -> tuple[str, Path]:
    """The field a file is for, and where the file is: a step with one field for files need not name it."""
    places = [field.name for field in fields if field.kind == "files"]
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


def _kept(path: Path) -> str:
    from config.settings import settings
    from records.kept_files import keep

    return keep(settings().evidence.absolute(), path).written
