"""Reminders and escalations: what a ladder says, what lies ahead, and the yes or no to what was drafted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.options import EditionName, Reason, Ref, act, look, read, story, verb
from cli.outcome import carry_out, told
from cli.output import answer, bullets, entries, heading, say, spoken
from cli.session import Session, guidance
from states.words import counted

if TYPE_CHECKING:
    from workflows.messages.confirmed import Confirmed
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.ladders import Forecast, LadderPage, Planned
    from workflows.views.outcome import LetterLine

app = story("Ladders of reminders and escalations, each message a rung: shown, rehearsed, confirmed.")

Name = Annotated[str, Argument(metavar="LADDER", help="One ladder of the edition; all if not said.")]
Case = Annotated[str, Argument(metavar="REF", help="One case; all open cases if not said.")]
Preview = Annotated[bool, Option("--preview", help="Only show to whom they would go, and what they say.")]
WOULD_SEND = "What a yes would send; nothing has been sent yet"
JUST_THIS = "With --seen {version} a yes is to just this: refused where it has changed."
Silent = Annotated[bool, Option("--silent", help="Only the rungs that would reach nobody.")]


@app.command()
@read
def show(session: Session, edition: EditionName, ladder: Name = "") -> None:
    """Show the ladders of an edition: who is told, when, with which message."""
    from workflows.views.ladders import ladders

    answer(ladders(guidance(edition), ladder), _tell_ladders, as_json=session.as_json)


@app.command()
@look
def rehearse(session: Session, ref: Case = "", silent: Silent = False) -> None:
    """List, for every date that runs, who would be told what and when, and which rungs reach nobody."""
    from workflows.messages.ladder_forecast import forecast

    with session.reading() as tx:
        found = forecast(tx, session.now, ref=ref, silent=silent, hidden=session.hidden())
    answer(found, _tell_forecast, as_json=session.as_json)


@app.command()
@verb
def confirm(session: Session, ref: Ref, preview: Preview = False) -> None:
    """Say yes to the messages that were drafted for a case: they go. Shows to whom, and what they say."""
    if preview:
        _show_first(session, ref)
        return
    with session.uow() as uow:
        done = _decided(uow, ref, session.seen)
        session.shows(done.seen)
    answer(done, _tell_decided, as_json=session.as_json)


def _show_first(session: Session, ref: str) -> None:
    """What a yes would send, and the version by which a yes is said to just that (--seen)."""
    from workflows.verbs.preview import tried

    session.check_said()
    found = session.preview(lambda uow: tried(uow, lambda: _decided(uow, ref), version_of=lambda done: done.seen))
    if found.refused is not None:
        raise found.refused
    shown, version = found.shown, found.version
    assert shown is not None
    facts = {"ref": shown.outcome.ref, "did": WOULD_SEND, "version": version, "letters": shown.letters}
    answer(facts, lambda _: _tell_letters(shown, version), as_json=session.as_json)


@app.command()
@act
def withhold(session: Session, ref: Ref, reason: Reason = "") -> None:
    """Keep the drafted messages of a case back, with the reason."""
    from workflows.messages import chase

    carry_out(session, ref, lambda uow: chase.confirm(uow, ref, withhold=reason)[0])


def _decided(uow: UnitOfWork, ref: str, seen: int | None = None) -> Confirmed:
    from config.settings import settings
    from workflows.messages.confirmed import confirm
    from workflows.messages.deliver import post_of

    return confirm(uow, ref, post_of(settings(), uow.keys), seen=seen)


def _tell_decided(done: Confirmed) -> None:
    told(replace(done.outcome, told=done.told))
    _tell_texts(done.letters)


def _tell_letters(shown: Confirmed, version: int) -> None:
    heading(f"{shown.outcome.ref}  {WOULD_SEND}")
    bullets(one.letter.words() for one in shown.letters)
    _tell_texts(shown.letters)
    say(JUST_THIS.format(version=version), "quiet")


def _tell_texts(letters: tuple[LetterLine, ...]) -> None:
    """What the letters say, each text once however many get it."""
    for text, subject in {one.text: one.subject for one in letters}.items():
        say()
        heading(subject)
        bullets(text.splitlines(), "quiet", lead="  ")


def _tell_ladders(found: tuple[LadderPage, ...]) -> None:
    for one in found:
        heading(f"{one.name}: {one.label}, at {one.at}")
        say(f"  For: {', '.join(one.of) or 'no time limit'}", "quiet")
        bullets(f"{line.when}: {line.rung.message.replace('_', ' ')} to {line.audience}" for line in one.rungs)
    if not found:
        say("This edition has no ladder.")


def _tell_forecast(found: Forecast) -> None:
    entries(_rung(one.planned) for one in found.rungs)
    nobody = found.reach_nobody
    say(f"{counted(found.ahead, 'rung')} ahead, {nobody} would reach nobody.", "bad" if nobody else "good")
    if nobody:
        say("Enter the missing contacts with cairn contact add; until then whoever leads the case gets a task instead.")


def _rung(one: Planned) -> tuple[str, str, str]:
    whose = f" ({one.agency})" if one.agency else ""
    late = ", late" if one.late else ""
    first = f"{spoken(one.day)}{late}: {one.ref}, {one.timescale}{whose}, due {spoken(one.due_on)}"
    parts = [words for words in (one.said, one.note) if words]
    parts += [f"{one.message.replace('_', ' ')} to {'; '.join(one.told) or 'NOBODY'}"]
    parts += [f"cannot be reached: {', '.join(one.unreachable)}"] if one.unreachable else []
    parts += [f"waits for the {one.confirm} to say yes"] if one.confirm else []
    return first, "; ".join(parts), "bad" if one.reaches_nobody else ""
