"""Holding a case for proceedings elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from typer import Argument, Option

from cli.options import Authority, On, Reason, Ref, Until, day, story, verb
from cli.outcome import carry_out
from cli.session import Session

app = story("Hold a case for proceedings elsewhere: which clocks stop, on whose authority, until when.")

Hold = Annotated[str, Argument(metavar="HOLD", help="The kind of hold (cairn show REF names them).")]
Number = Annotated[str, Argument(metavar="ID", help="The hold, such as P1 (cairn show REF).")]
Event = Annotated[
    str,
    Option("--event", metavar="EVENT", help="Until this event outside the committee (cairn procedure show EDITION)."),
]
Stops = Annotated[
    list[str] | None,
    Option(
        "--stops",
        metavar="TIMESCALE",
        help="A time limit whose clock stops; repeat it, or say none. Else those the edition names.",
    ),
]
From = Annotated[date | None, Option("--from", parser=day, metavar="DATE", help="From this day, if not today.")]


@app.command()
@verb
def order(
    session: Session,
    ref: Ref,
    hold: Hold,
    authority: Authority = "",
    reason: Reason = "",
    starts: From = None,
    until: Until = None,
    event: Event = "",
    stops: Stops = None,
) -> None:
    """Order a hold: until a day, until something happens, or until further notice."""
    from workflows.verbs.pause import clocks_named, order_pause

    named = clocks_named(stops)
    carry_out(
        session,
        ref,
        lambda uow: order_pause(
            uow, ref, hold, authority, reason, starts=starts, ends=until, event=event, stops=named, seen=session.seen
        )[0],
    )


@app.command()
@verb
def review(session: Session, ref: Ref, number: Number, reason: Reason = "", until: Until = None, on: On = None) -> None:
    """Record that a hold was looked at again: it stays, or its end is now known."""
    from workflows.verbs.pause import review_pause

    carry_out(session, ref, lambda uow: review_pause(uow, ref, number, reason, ends=until, on=on, seen=session.seen)[0])


@app.command()
@verb
def end(session: Session, ref: Ref, number: Number, reason: Reason = "", on: On = None) -> None:
    """End a hold: its clocks run again, with the days that had been left."""
    from workflows.verbs.pause import end_pause

    carry_out(session, ref, lambda uow: end_pause(uow, ref, number, reason, on=on, seen=session.seen)[0])
