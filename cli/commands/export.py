"""`cairn export`: the history written out as JSON, CSV, XES or OCEL."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from typer import Option, echo

from cli.errors import sentences
from cli.options import OneOrAll, look
from cli.output import answer_in_a_sentence
from cli.session import Session
from states.errors import DamagedRecord


class Format(StrEnum):
    """How the history is written out."""

    json = "json"
    csv = "csv"
    xes = "xes"
    ocel = "ocel"


class Of(StrEnum):
    """The kind of file that is written out."""

    case = "case"
    recommendation = "recommendation"
    committee = "committee"


FORMATS = "JSON, a table (CSV), XES 1.0 or OCEL 2.0 for process mining."
ONLY = "Only cases, recommendations or the committee's years. An XES log holds one kind: cases, where none is named."
As = Annotated[Format, Option("--format", help=FORMATS)]
OfKind = Annotated[Of | None, Option("--of", help=ONLY)]
Kinds = Annotated[
    list[str] | None, Option("--kind", metavar="KIND", help="Only entries of a kind, such as advanced; repeat it.")
]
Without = Annotated[
    list[str] | None, Option("--without", metavar="KIND", help="No entries of a kind, such as chased; repeat it.")
]
To = Annotated[Path | None, Option("--to", metavar="FILE", help="Write it to this new file instead of the screen.")]


def _say_left_out(damaged: DamagedRecord) -> None:
    echo("\n".join(f"- Left out: {sentence}" for sentence in sentences(damaged)), err=True)


@look
def export(
    session: Session,
    ref: OneOrAll = "",
    form: As = Format.json,
    to: To = None,
    of: OfKind = None,
    kind: Kinds = None,
    without: Without = None,
) -> None:
    """Write the history out, of one case or of all: no name of a child is in it.

    A case that cannot be read is named on the error channel and left out; the others are written.
    """
    from records.files import whole_file
    from workflows.reports import history_export as exporting

    with session.installation() as installation:
        only: dict[str, Any] = {"of": of.value if of else None, "kinds": kind or (), "without": without or ()}
        parts = exporting.parts(installation.engine, form.value, ref or None, **only, aside=_say_left_out)
        if to is None:
            for part in parts:
                echo(part, nl=False)
            return
        letters = "utf-8-sig" if form is Format.csv else "utf-8"
        with whole_file(to.absolute()) as draft, draft.open("w", encoding=letters, newline="") as file:
            file.writelines(parts)
    answer_in_a_sentence(f"The history is in {to}.", as_json=session.as_json, file=str(to))
