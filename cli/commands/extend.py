"""More time for a date: asked for, granted, refused, taken back."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from cli.options import DateName, On, Reason, Ref, story, verb
from cli.outcome import carry_out
from cli.session import Session

app = story("More time for a date: asked for with a reason, and decided by whoever the edition names.")

Count = Annotated[int, Argument(metavar="COUNT", help="How many more, in the days its limit is counted in.")]
Number = Annotated[str, Argument(metavar="ID", help="The extension, such as E1 (cairn show REF).")]


@app.command()
@verb
def ask(session: Session, ref: Ref, name: DateName, count: Count, reason: Reason = "", on: On = None) -> None:
    """Ask for more time on one date."""
    from workflows.verbs.extend import ask_extension

    carry_out(session, ref, lambda uow: ask_extension(uow, ref, name, count, reason, on=on, seen=session.seen)[0])


@app.command()
@verb
def grant(session: Session, ref: Ref, number: Number, reason: Reason = "", on: On = None) -> None:
    """Grant what was asked: the date moves, the first date stays beside it."""
    from workflows.verbs.extend import grant_extension

    carry_out(session, ref, lambda uow: grant_extension(uow, ref, number, reason, on=on, seen=session.seen)[0])


@app.command()
@verb
def refuse(session: Session, ref: Ref, number: Number, reason: Reason = "", on: On = None) -> None:
    """Refuse what was asked: the date stays."""
    from workflows.verbs.extend import refuse_extension

    carry_out(session, ref, lambda uow: refuse_extension(uow, ref, number, reason, on=on, seen=session.seen)[0])


@app.command()
@verb
def withdraw(session: Session, ref: Ref, number: Number, reason: Reason = "") -> None:
    """Take back an extension: exactly the date there was before is back."""
    from workflows.verbs.extend import withdraw_extension

    carry_out(session, ref, lambda uow: withdraw_extension(uow, ref, number, reason, seen=session.seen)[0])
