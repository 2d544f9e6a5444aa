"""The master key: exchanged for a new one, or given up when it is lost for good."""

from __future__ import annotations

import os
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import BadParameter, Option, echo

from cli.confirm import Yes, ask, must_ask
from cli.options import Reason, act, story
from cli.output import answer, say
from cli.session import Session
from states.errors import Refused
from states.words import counted

if TYPE_CHECKING:
    from config.settings import Settings
    from records.keys import KeyAtHand
    from workflows.installation.key_exchange import Changed
    from workflows.unit_of_work import UnitOfWork

app = story("The master key: exchanged for a new one, or lost for good.")

New = Annotated[Path, Option("--new", metavar="FILE", help="The file of the new key; it is made if it is not there.")]
Forget = Annotated[
    bool, Option("--forget-names", help="Accept that the names which only the lost key could read are gone.")
]
NewKeyGone = Annotated[
    bool,
    Option("--new-key-gone", help="After an exchange that was broken off: accept that the new key is gone as well."),
]
SET_IT = "CAIRN_MASTER_KEY still holds the old key: set it to the new one before anything else is done."
STOP_IT = "stop it first, so that nothing is encrypted with the other key meanwhile"
ELSEWHERE = (
    "Other machines may use this database too, and cannot be seen from here: stop every worker and every command of "
    "Cairn there first. Whoever goes on with the key there is now would encrypt what nobody can read any more."
)
ENTER_AGAIN = "Enter the addresses again: cairn contact channels ID --channel ..."


@app.command()
@act
def exchange(session: Session, new: New, reason: Reason = "", *, yes: Yes = False) -> None:
    """Put everything that is encrypted under a new master key. Stop Cairn first; older backups need the old key."""
    from config.settings import settings
    from records.keys import load_or_create
    from workflows.installation.held_folder import alone

    chosen = settings()
    session.check_said()
    if new.absolute() == chosen.key_file.absolute():
        raise BadParameter("--new names the file of the key in use: name another.")
    _ask_of_others(session, chosen, "Exchange the master key now?", yes=yes)
    with alone(chosen, STOP_IT):
        fresh = load_or_create(new, None)
        with session.uow() as uow:
            done = _exchanged(uow, fresh, new, reason, chosen)
        _write_checkpoints(session, chosen)
        kept = "" if chosen.master_key is not None else _put_in_place(chosen, new, f"{session.today}")
    facts = {**asdict(done), "new": str(new), "old_kept_in": kept}
    answer(facts, lambda _: _tell_exchanged(done, new, kept), as_json=session.as_json)
    if chosen.master_key is not None:
        echo(SET_IT, err=True)


def _exchanged(uow: UnitOfWork, fresh: KeyAtHand, new: Path, reason: str, chosen: Settings) -> Changed:
    """Exchange the key, or find that an exchange to it was broken off; a key made for a refused one is removed."""
    from workflows.installation.key_exchange import exchange_key, exchanged_already

    try:
        done = exchanged_already(uow.tx, fresh.key)
        return done or exchange_key(uow, fresh.key, reason, chosen.data / "checkpoints")
    except Refused:
        if fresh.created:
            new.unlink(missing_ok=True)
        raise


def _write_checkpoints(session: Session, chosen: Settings) -> None:
    """The files of the checkpoints that tell of the change, now that it is kept."""
    from records.checkpoints import write_kept
    from records.database import reading

    with session.installation() as installation, reading(installation.engine) as tx:
        write_kept(tx, chosen.data / "checkpoints")


@app.command()
@act
def lost(
    session: Session,
    *,
    forget_names: Forget = False,
    new_key_gone: NewKeyGone = False,
    reason: Reason = "",
    yes: Yes = False,
) -> None:
    """Go on without a master key that is lost for good: names are erased and recorded as lost. Look for it first."""
    from config.settings import settings
    from records.keys import load_or_create
    from workflows.installation.held_folder import alone
    from workflows.installation.key_exchange import give_up_lost_key, given_up_already

    chosen = settings()
    session.check_said()
    if not forget_names or not reason.strip():
        raise BadParameter("say --forget-names, and with --reason how the key was lost and where it was looked for.")
    given = chosen.master_key.get_secret_value() if chosen.master_key else None
    _ask_of_others(session, chosen, "Give the lost key up now?", yes=yes)
    with alone(chosen, STOP_IT):
        for warning in load_or_create(chosen.key_file, given).warnings:
            echo(warning, err=True)
        with session.uow() as uow:
            folder = chosen.data / "checkpoints"
            done = given_up_already(uow.tx, uow.keys) or give_up_lost_key(
                uow, reason, folder, new_key_gone=new_key_gone
            )
        _write_checkpoints(session, chosen)
    answer(done, _tell_lost, as_json=session.as_json)


def _ask_of_others(session: Session, chosen: Settings, question: str, *, yes: bool) -> None:
    """The folder, made if it is not there yet, is ours to lock; whoever shares a database server is asked after."""
    from workflows.installation.installation import make_folder

    make_folder(chosen)
    if not chosen.database or chosen.database.get_secret_value().startswith("sqlite"):
        return
    echo(ELSEWHERE, err=True)
    if must_ask(yes=yes, as_json=session.as_json):
        ask(question)


def _put_in_place(chosen: Settings, new: Path, day: str) -> str:
    """Let the new key be the one in use, whole or not at all; gives where the old one is kept, empty when it was."""
    from config.durable import OURS_ALONE
    from records.files import plainly_about, replaced_file

    key_file = chosen.key_file
    with plainly_about(key_file):
        written = new.read_text("ascii")
        if key_file.read_text("ascii") == written:
            return ""
        kept = _kept_beside(key_file, f"{key_file.name}.until-{day}")
        with replaced_file(key_file) as draft:
            draft.write_text(written, "ascii")
        key_file.chmod(OURS_ALONE)
    return str(kept)


def _kept_beside(key_file: Path, name: str) -> Path:
    """The old key under a name of its own: a key kept there by an earlier exchange of that day is not lost."""
    for number in count(1):
        kept = key_file.with_name(name if number == 1 else f"{name}-{number}")
        if not kept.exists():
            os.link(key_file, kept)
        if kept.read_bytes() == key_file.read_bytes():
            return kept
    raise AssertionError("there is always another number")


def _tell_exchanged(done: Changed, new: Path, old_kept_in: str) -> None:
    under = f"{counted(done.cases, 'case')} and {counted(done.contacts, 'contact')}"
    say(f"The new master key is in use: {under} are under it.", "good")
    say(f"Copy {new} to a safe place away from this machine, then remove it here.")
    if old_kept_in:
        say(f"The old key is kept in {old_kept_in}: backups made until now need it.")


def _tell_lost(done: Changed) -> None:
    say(f"The master key is recorded as lost: the names of {counted(done.cases, 'case')} are gone.", "warn")
    if done.contacts:
        say(f"{counted(done.contacts, 'contact')} lost their addresses. {ENTER_AGAIN}")
