"""`cairn doctor`: what is well with the installation, what is wrong, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer import Exit

from cli.command_lines import worded
from cli.options import look
from cli.output import answer, entries, say
from cli.session import Session
from states.words import counted

if TYPE_CHECKING:
    from workflows.checks import Finding


@look
def doctor(session: Session) -> None:
    """Say what is well, what is wrong, and what to do about it. Ends with 1 when something is wrong."""
    from config.settings import settings
    from records.database import connect
    from workflows.installation.doctor import doctor as examine

    chosen = settings()
    engine = connect(chosen.database_url())
    try:
        found = examine(engine, chosen, session.now)
    finally:
        engine.dispose()
    answer(found, _tell_findings, as_json=session.as_json)
    if not all(one.ok for one in found):
        raise Exit(1)


def _tell_findings(found: tuple[Finding, ...]) -> None:
    entries((f"{_mark(one)} {one.sentence}", worded(one.remedy), _style(one)) for one in found)
    wrong = sum(not one.ok for one in found)
    say(f"{counted(wrong, 'thing')} to put right." if wrong else "All is well.", "bad" if wrong else "good")


def _mark(one: Finding) -> str:
    return "wrong:" if not one.ok else "advice:" if one.remedy.words else "well:"


def _style(one: Finding) -> str:
    return "bad" if not one.ok else "warn" if one.remedy.words else "good"
