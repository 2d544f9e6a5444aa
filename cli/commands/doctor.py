"""`cairn doctor`: what is well with the installation, what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from typer import Exit

from cli.options import look
from cli.output import answer, entries, say
from cli.session import Session
from states.words import counted


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
    answer([asdict(one) for one in found], _tell_findings, as_json=session.as_json)
    if not all(one.ok for one in found):
        raise Exit(1)


def _tell_findings(found: list[dict[str, Any]]) -> None:
    entries((f"{_mark(one)} {one['sentence']}", one["remedy"], _style(one)) for one in found)
    wrong = sum(not one["ok"] for one in found)
    say(f"{counted(wrong, 'thing')} to put right." if wrong else "All is well.", "bad" if wrong else "good")


def _mark(one: dict[str, Any]) -> str:
    return "wrong:" if not one["ok"] else "advice:" if one["remedy"] else "well:"


def _style(one: dict[str, Any]) -> str:
    return "bad" if not one["ok"] else "warn" if one["remedy"] else "good"
