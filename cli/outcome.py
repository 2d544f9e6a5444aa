"""Runs a verb in a transaction and prints what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cli.command_lines import worded
from cli.output import answer, bullets, heading, pairs, say, spoken

if TYPE_CHECKING:
    from cli.session import Session
    from records.cases import Case
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.outcome import Outcome


def carry_out(session: Session, ref: str, verb: Callable[[UnitOfWork], Case]) -> None:
    """Do a verb in one transaction, and when it is kept, tell what it did. `ref` is empty for a case that is new."""
    from workflows.unit_of_work import look_at
    from workflows.views.outcome import outcome

    with session.uow() as uow:
        before = look_at(uow, ref) if ref else None
        done = outcome(uow, before, verb(uow))
    session.done.append(done.ref)
    answer(done, teller(session), as_json=session.as_json)


def teller(session: Session) -> Callable[[Outcome], None]:
    """How what was done is told: in one line to whoever has just seen all of it and said yes."""
    return _written if session.shown else told


def _written(done: Outcome) -> None:
    say(f"Written: {done.ref}, version {done.version}.", "good")


def told(done: Outcome) -> None:
    """Tell a person what a verb did."""
    heading(f"{done.ref}  {done.did}")
    moved = f" (it stood in: {done.was})" if done.was not in {"", done.stands} else ""
    closed = f", closed on {spoken(done.closed_on)}" if done.closed_on else ""
    pairs([("Stands in", f"{done.stands}{moved}{closed}"), ("Version", str(done.version))])
    if done.dates:
        say("Dates")
        bullets(f"{one.label}: {one.change}" for one in done.dates)
    if done.told:
        say("Will be told")
        bullets(one.words() for one in done.told)
    if done.tasks:
        say("Waits for a person (cairn tasks)", "warn")
        bullets((f"{one.who}: {one.what}" for one in done.tasks), "warn")
    for warning in done.warnings:
        say(warning if isinstance(warning, str) else worded(warning), "warn")
    for one in done.dates:
        if one.wants_reason:
            say(f'A date was missed: record why (cairn case missed {done.ref} {one.key} --reason "...")', "warn")
