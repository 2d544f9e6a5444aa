"""`cairn round`: one of the regular rounds done by hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from typer import Argument, BadParameter

from cli.options import look
from cli.output import answer, bullets, say
from cli.session import Session

RoundName = Annotated[
    str, Argument(metavar="ROUND", help="sweep, deliver, digest, canary, yearly, audit, rehearsal, backup or alarm.")
]


@look
def round_(session: Session, name: RoundName) -> None:
    """Do one of the regular rounds by hand, where no Prefect does it by the clock.

    What each round does stands in docs/operations.md.
    """
    from workflows.timetable.rounds import ROUNDS

    if name not in ROUNDS:
        raise BadParameter(f"a round is one of {', '.join(ROUNDS)}, not {name[:40]!r}.")
    with session.installation() as installation:
        report = ROUNDS[name](installation, session.now)
    answer(asdict(report), _tell_round, as_json=session.as_json)


def _tell_round(one: dict[str, Any]) -> None:
    say(f"{one['headline']}.")
    bullets(one["lines"])
