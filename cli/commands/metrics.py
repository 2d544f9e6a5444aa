"""`cairn metrics`: how the installation does, as numbers a monitoring system reads."""

from __future__ import annotations

from typer import echo

from cli.options import look
from cli.output import answer
from cli.session import Session


@look
def metrics(session: Session) -> None:
    """Show how Cairn does as Prometheus text: rounds, the oldest message that waits, failures, tasks."""
    from workflows.timetable.metrics import measured

    with session.reading() as tx:
        found = measured(tx, session.now)
    facts = {one.name: [{"labels": labels, "value": number} for labels, number in one.samples] for one in found}

    lines = "\n".join(line for one in found for line in one.lines())
    answer(facts, lambda _: echo(lines), as_json=session.as_json)
