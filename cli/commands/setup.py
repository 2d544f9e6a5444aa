"""`cairn setup`: what is missing of an installation made, and its database brought forward."""

from __future__ import annotations

from dataclasses import replace

from cli.options import look
from cli.output import answer_in_a_sentence
from cli.session import Session


@look
def setup(session: Session) -> None:
    """Set up what is missing here: the data folder, the master key, the database. What is there already stays."""
    with replace(session, makes=True).installation() as installation:
        folder = str(installation.settings.data.absolute())
    answer_in_a_sentence(f"Cairn is set up in {folder}.", "good", as_json=session.as_json, data=folder)
