"""`cairn inbox`: what came back by mail: reports about letters, answers, and what nothing ties to a letter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.commands.round import tell_report
from cli.options import Most, act, look, story
from cli.output import answer, answer_in_a_sentence, entries, pairs, say
from cli.session import Session
from states.words import counted, day_and_time, long_day

if TYPE_CHECKING:
    from notifications.incoming_mail import IncomingMail
    from workflows.views.inbox import CameBack

MailNumber = Annotated[str, Argument(metavar="ID", help="The mail, or the first letters of its number.")]
Everything = Annotated[bool, Option("--all", help="What asks nothing or was seen to as well.")]
Did = Annotated[str, Option("--did", metavar="TEXT", help="What was done with it.")]
Into = Annotated[Path, Option("--to", metavar="FOLDER", help="The folder to write its files into.")]

app = story("What came back by mail: reports about letters, answers, and what nothing ties to a letter.")


@app.command("list")
@look
def list_(session: Session, everything: Everything = False, most: Most = 100) -> None:
    """List the mails that wait for a person, the oldest first; with --all, everything that came back."""
    from workflows.views.inbox import came_back

    with session.reading() as tx:
        found = came_back(tx, everything=everything, most=most, hidden=session.hidden())
    answer(found, _tell, as_json=session.as_json)


@app.command()
@look
def read(session: Session) -> None:
    """Read the mailboxes now; Cairn does it by itself every ten minutes."""
    from workflows.timetable.rounds import inbox

    with session.installation() as installation:
        report = inbox(installation, session.now)
    answer(report, tell_report, as_json=session.as_json)


@app.command()
@act
def show(session: Session, number: MailNumber) -> None:
    """Open a mail where it lies. It may name somebody whom a case is about: who opened it is on record."""
    mail = _opened(session, number)
    facts = {
        "from": mail.sender,
        "subject": mail.subject,
        "sent_at": mail.sent_at,
        "text": mail.text,
        "files": [{"name": one.name, "kind": one.kind, "size": len(one.content)} for one in mail.attachments],
    }
    answer(facts, lambda _: _tell_mail(mail), as_json=session.as_json)


@app.command()
@act
def save(session: Session, number: MailNumber, to: Into) -> None:
    """Write the files that came with a mail into a folder; then --file keeps one as evidence, where you say so."""
    from cli.files_out import write

    mail = _opened(session, number)
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    named = (f"{at}-{Path(one.name).name.lstrip('.') or 'file'}" for at, one in enumerate(mail.attachments, 1))
    files = [(to / name, one.content) for name, one in zip(named, mail.attachments, strict=True)]
    write(files)
    written = [str(path) for path, _ in files]
    words = f"{counted(len(written), 'file')} written into {to}." if written else "No file came with it."
    answer_in_a_sentence(words, as_json=session.as_json, files=written)


@app.command()
@act
def done(session: Session, number: MailNumber, did: Did = "") -> None:
    """Mark a mail as seen to, and say what was done with it."""
    from workflows.verbs.incoming_mail import settle_mail

    with session.uow() as uow:
        settled = settle_mail(uow, number, did)
    words = "The mail is seen to." if settled else "The mail was seen to before."
    answer_in_a_sentence(words, as_json=session.as_json, settled=settled)


def _opened(session: Session, number: str) -> IncomingMail:
    from config.settings import settings
    from workflows.verbs.incoming_mail import fetch_mail, find_mail, open_mail

    session.check_said()
    with session.reading() as tx:
        found = find_mail(tx, number, session.acting(tx, session.said()).account)
    fetched = fetch_mail(found, settings().mailboxes)
    with session.uow() as uow:
        return open_mail(uow, fetched).mail


def _tell(found: list[CameBack]) -> None:
    entries(_line(one) for one in found)
    if not found:
        say("Nothing that came back waits for a person.", "good")


def _line(one: CameBack) -> tuple[str, str, str]:
    letter = f"the letter of {long_day(one.letter_on)} to {one.agency or one.role}" if one.letter_on else "a mail"
    doubts = [
        one.code,
        "another answer in it says otherwise: ask before an address is retired" if one.doubtful else "",
        "of an address the reader forwards to" if one.forwarded else "",
        counted(one.files, "file") if one.files else "",
        f"read {day_and_time(one.read_at)}",
        f"seen to by {one.seen_to_by}" if one.seen_to_by else "",
    ]
    said = f"{one.id[:8]}  {f'{one.ref}: ' if one.ref else ''}{letter}: {one.what}"
    return said, "; ".join(filter(None, doubts)), "" if one.seen_to else "warn"


def _tell_mail(mail: IncomingMail) -> None:
    pairs([("From", mail.sender), ("Subject", mail.subject)])
    say()
    say(mail.text)
    entries((one.name, f"{one.kind}, {len(one.content):,} bytes", "") for one in mail.attachments)
