"""More time for a date: asked for, granted, refused, taken back."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from cli.options import Reason, Ref, story, verb
from cli.outcome import carry_out
from cli.session import Door

app = story("More time for a date: asked for with a reason, and decided by whoever the edition names.")

DateName = Annotated[str, Argument(metavar="DATE", help="The date, as cairn show REF names it.")]
Count = Annotated[int, Argument(metavar="COUNT", help="How many more, in the days its limit is counted in.")]
Number = Annotated[str, Argument(metavar="ID", help="The extension, such as E1 (cairn show REF).")]


@app.command()
@verb
def ask(door: Door, ref: Ref, name: DateName, count: Count, reason: Reason = "") -> None:
    """Ask for more time on one date."""
    from workflows.verbs.extend import ask_extension

    carry_out(door, ref, lambda desk: ask_extension(desk, ref, name, count, reason, seen=door.seen)[0])


@app.command()
@verb
def grant(door: Door, ref: Ref, number: Number, reason: Reason = "") -> None:
    """Grant what was asked: the date moves, the first date stays beside it."""
    from workflows.verbs.extend import grant_extension

    carry_out(door, ref, lambda desk: grant_extension(desk, ref, number, reason, seen=door.seen)[0])


@app.command()
@verb
def refuse(door: Door, ref: Ref, number: Number, reason: Reason = "") -> None:
    """Refuse what was asked: the date stays."""
    from workflows.verbs.extend import refuse_extension

    carry_out(door, ref, lambda desk: refuse_extension(desk, ref, number, reason, seen=door.seen)[0])


@app.command()
@verb
def withdraw(door: Door, ref: Ref, number: Number, reason: Reason = "") -> None:
    """Take back an extension: exactly the date there was before is back."""
    from workflows.verbs.extend import withdraw_extension

    carry_out(door, ref, lambda desk: withdraw_extension(desk, ref, number, reason, seen=door.seen)[0])
