"""`cairn export`: the history written out as JSON, CSV or XES."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, echo

from cli.options import look
from cli.output import answer, say
from cli.session import Session


class Format(StrEnum):
    """How the history is written out."""

    json = "json"
    csv = "csv"
    xes = "xes"


Case = Annotated[str, Argument(metavar="REF", help="One case; all of them if not said.")]
As = Annotated[Format, Option("--format", help="JSON, a table (CSV), or XES 1.0 for process mining.")]
To = Annotated[Path | None, Option("--to", metavar="FILE", help="Write it to this new file instead of the screen.")]


@look
def export(session: Session, ref: Case = "", form: As = Format.json, to: To = None) -> None:
    """Write the history out, of one case or of all: no name of a child is in it."""
    from records.files import whole_file
    from workflows.reports import history_export as exporting

    with session.installation() as installation:
        parts = exporting.parts(installation.engine, form.value, ref or None)
        if to is None:
            for part in parts:
                echo(part, nl=False)
            return
        with whole_file(to.absolute()) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)
    answer({"file": str(to)}, lambda _: say(f"The history is in {to}."), as_json=session.as_json)
