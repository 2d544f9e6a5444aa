"""`cairn case bundle`: the papers of a case for an inquiry or a court, in a folder that anybody can check."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import BadParameter, Option

from cli.command_output import is_remote
from cli.options import Reason, Ref, act
from cli.output import answer, bullets, heading, say, table
from cli.paper_options import committee_name
from cli.session import Session
from states.words import counted

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from workflows.bundle.contents import Contents
    from workflows.bundle.package import MadeBundle
    from workflows.unit_of_work import UnitOfWork

For = Annotated[str, Option("--for", metavar="WHOM", help="Whom it is made for, such as a court. It stays on record.")]
To = Annotated[Path | None, Option("--to", metavar="FOLDER", help="The new folder it is written into.")]
Look = Annotated[bool, Option("--preview", help="Only show what would be left out; nothing is made.")]
LeaveOut = Annotated[
    list[str] | None,
    Option("--leave-out", metavar="WORDS=GROUND", help="Words to leave out wherever they stand; repeat it."),
]
OfEntry = Annotated[
    list[str] | None,
    Option("--leave-out-entry", metavar="NUMBER=GROUND", help="An entry: what was recorded in it; repeat it."),
]
OfLetter = Annotated[
    list[str] | None,
    Option("--leave-out-letter", metavar="ID=GROUND", help="The subject and text of a letter; repeat it."),
]
OfFile = Annotated[
    list[str] | None,
    Option("--leave-out-file", metavar="SHA256=GROUND", help="A file, by the beginning of its SHA-256; repeat it."),
]


@act
def bundle(
    session: Session,
    ref: Ref,
    recipient: For = "",
    to: To = None,
    reason: Reason = "",
    leave_out: LeaveOut = None,
    leave_out_entry: OfEntry = None,
    leave_out_letter: OfLetter = None,
    leave_out_file: OfFile = None,
    preview: Look = False,
) -> None:
    """Make the bundle of a case for an inquiry or a court: its papers, and how anybody checks them without Cairn."""
    from config.settings import settings
    from records import cases
    from records.files import whole_folder
    from workflows.bundle.bundle_request import bundle_request
    from workflows.bundle.contents import contents_of
    from workflows.verbs.bundles import check_bundle, record_bundle

    given = {"words": leave_out, "entries": leave_out_entry, "letters": leave_out_letter, "files": leave_out_file}
    asked = bundle_request(recipient, reason, {kind: lines or () for kind, lines in given.items()})
    if to is None and not preview:
        raise BadParameter("name the new folder with --to, or look at it first with --preview.")
    with session.uow() as uow:
        check_bundle(uow, ref, asked)
        who = uow
    with nullcontext() if preview or to is None else whole_folder(to.absolute()) as draft:
        with session.reading() as tx:
            case, kept = cases.find(tx, ref, to_change=False), settings().evidence.absolute()
            found = contents_of(tx, case, asked, kept, session.now, only_clean=is_remote())
            made = _made(tx, who, found, draft) if draft else None
        if made is not None:
            with session.uow() as uow:
                record_bundle(uow, made)
    answer(
        _as_json(found, None if preview else to),
        lambda _: _tell(found, None if preview else to),
        as_json=session.as_json,
    )


def _made(tx: Connection, who: UnitOfWork, found: Contents, folder: Path) -> MadeBundle:
    from config.settings import settings
    from workflows.bundle.package import make
    from workflows.installation.invented import is_invented

    name, invented = committee_name(), is_invented(settings())
    return make(tx, who.keys, found, folder, by=who.actor, now=who.now, committee=name, invented=invented)


def _as_json(found: Contents, to: Path | None) -> dict[str, object]:
    return {
        "ref": found.case.ref,
        "folder": to.absolute() if to else None,
        "entries": len(found.entries),
        "letters": len(found.letters),
        "files": sum(not one.ground for one in found.files),
        "left_out": found.omissions,
        "unfound": found.unfound,
    }


def _tell(found: Contents, to: Path | None) -> None:
    from workflows.bundle.grounds import words_of

    heading(f"{found.case.ref}  Bundle for {found.wanted.recipient}")
    files = sum(not one.ground for one in found.files)
    parts = ((len(found.entries), "entry"), (len(found.letters), "letter"), (files, "file"))
    say(", ".join(counted(number, word) for number, word in parts))
    if found.omissions:
        rows = [(one.where, counted(one.places, "place"), words_of(one.ground)) for one in found.omissions]
        table(("Left out", "", "Ground"), rows)
    nowhere = "“{}” is to be left out and stands nowhere: no bundle is made before it is written as it stands."
    bullets((nowhere.format(one) for one in found.unfound), "warn")
    if to is None:
        say("Nothing has been made yet: name the new folder with --to.")
    else:
        say(f"Made in {to.absolute()}: open index.html. Whoever gets it checks it with: python verify.py", "good")
