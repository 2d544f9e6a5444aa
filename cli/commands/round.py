"""`cairn round`: one of the regular rounds done by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter

from cli.options import look
from cli.output import answer, bullets, say
from cli.session import Session

if TYPE_CHECKING:
    from workflows.timetable.round_reports import RoundReport

RoundName = Annotated[
    str,
    Argument(metavar="ROUND", help="sweep, deliver, inbox, digest, canary, yearly, audit, rehearsal, backup or alarm."),
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
    answer(report, _tell, as_json=session.as_json)


def tell_report(report: RoundReport) -> None:
    """Tell what a round did, in the words in which the timetable reports it."""
    first, *more = report.lines or (f"{report.headline}.",)
    say(first, report.weights.get(first, ""))
    for line in more:
        bullets([line], report.weights.get(line, ""), lead="  ")


def _tell(report: RoundReport) -> None:
    say(f"{report.headline}.")
    bullets(report.lines)
