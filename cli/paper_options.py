"""The options of every command that writes a paper: as which kinds of file, from which template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

WORD = Path(__file__).parents[1] / "config" / "papers"
Docx = Annotated[Path | None, Option("--docx", metavar="FILE", help="Write it as a Word document.")]
Pdf = Annotated[Path | None, Option("--pdf", metavar="FILE", help="Write it as a PDF that screen readers can read.")]
Xlsx = Annotated[Path | None, Option("--xlsx", metavar="FILE", help="Write it as a spreadsheet.")]


def committee_name() -> str:
    """What the committee is called on a paper."""
    from config import settings

    return settings.committee_name(settings.settings().local_file)
