"""`cairn calendar-feed`: the dates owed as a calendar, without names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from cli.files_out import keep
from cli.options import look
from cli.output import answer_in_a_sentence
from cli.session import Session

Feed = Annotated[Path, Argument(metavar="FILE", help="The calendar to write, such as dates.ics; it is replaced.")]


@look
def calendar_feed(session: Session, file: Feed) -> None:
    """Write the dates owed as a calendar (iCalendar): references and labels only, no names."""
    from config.settings import settings
    from workflows.papers.calendar_feed import calendar_feed as feed

    with session.reading() as tx:
        made = feed(tx, settings().sender_domain, session.now)
    keep(file, made, replace=True)
    answer_in_a_sentence(f"The dates owed are in {file}.", as_json=session.as_json, file=str(file))
