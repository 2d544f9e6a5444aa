"""`cairn backup`: everything but the master key copied into one file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from typer import Argument

from cli.options import look
from cli.output import answer, say
from cli.session import Session

NewFile = Annotated[Path, Argument(metavar="FILE", help="The file to make; it must not exist yet.")]


@look
def backup(session: Session, file: NewFile) -> None:
    """Copy everything but the master key into one file, while Cairn goes on working."""
    from records import heartbeats
    from records.backup import backup as copy
    from records.database import transaction
    from workflows.installation.nightly_backup import folders

    with session.installation() as installation:
        report = copy(installation.engine, file.absolute(), session.now, folders(installation.settings))
        with transaction(installation.engine) as tx:
            heartbeats.beat(tx, "backup", session.now, f"{file.name}, {report.rows} rows")
    answer({**asdict(report), "did": report.sentence}, _tell_done, as_json=session.as_json)


def _tell_done(facts: dict[str, Any]) -> None:
    say(facts["did"], "good")
