"""`cairn backup`: everything but the master key copied into one file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from typer import Argument

from cli.options import keep
from cli.output import answer_in_a_sentence
from cli.session import Session

NewFile = Annotated[Path, Argument(metavar="FILE", help="The file to make; it must not exist yet.")]


@keep
def backup(session: Session, file: NewFile) -> None:
    """Copy everything but the master key into one file, while Cairn goes on working."""
    from records.database import reading
    from workflows.installation.nightly_backup import folders
    from workflows.verbs.backup import back_up

    with session.installation() as installation:
        with reading(installation.engine) as tx:
            actor = session.acting(tx, session.said(), keeps=True)
        report = back_up(installation.engine, file.absolute(), actor, session.now, folders(installation.settings))
    answer_in_a_sentence(report.sentence, "good", as_json=session.as_json, **asdict(report), did=report.sentence)
