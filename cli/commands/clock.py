"""`cairn clock`: a person says that the clock of this machine is right, after it jumped."""

from __future__ import annotations

from cli.confirm import Yes, ask, must_ask
from cli.options import act
from cli.output import answer_in_a_sentence
from cli.session import Session

CONFIRMED = "The clock is confirmed: sweeps and deliveries go on."
AGREES = "The clock agrees with when Cairn last worked: there is nothing to confirm."


@act
def clock(session: Session, yes: Yes = False) -> None:
    """Say that the clock of this machine is right: after a jump nothing is sent before a person has said so."""
    from records.database import reading
    from states.words import day_and_time
    from workflows.installation.clock_jump import confirm, jump

    session.check_said()
    with session.installation() as installation:
        with reading(installation.engine) as tx:
            actor = session.acting(tx, session.said())
        ahead = jump(installation, session.now)
        if ahead is not None and must_ask(yes=yes, as_json=session.as_json):
            ask(f"This machine's clock says {day_and_time(session.now)}. Is that right?")
        if ahead is not None:
            confirm(installation, actor, session.now)
    said, style = (AGREES, "") if ahead is None else (CONFIRMED, "good")
    answer_in_a_sentence(said, style, as_json=session.as_json, now=session.now, jumped=ahead is not None)
