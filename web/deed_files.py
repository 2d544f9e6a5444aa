"""Files sent with a desk form: held until the form is done, then kept as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import UploadFile

from records import scanned_files, uploads
from records.kept_files import keep_when_committed, looked_at
from web.desk import Desk
from web.form_drafts import address_of
from workflows.unit_of_work import UnitOfWork
from workflows.views.question import Question

SENT, LEFT_OUT = ".upload", ".leave"
"""After the name of a question for files: where they are sent, and the names of those that are left out again."""

Aside = Mapping[str, tuple[Path, ...]]
"""The files kept aside, by the name of the question they answer."""


def take_aside(desk: Desk, asked: Iterable[Question]) -> None:
    """Keep aside what was sent. Raises BadAnswer for what is not taken, StorageTrouble where it cannot be looked at."""
    here = desk.settings
    for one in _for_files(asked):
        folder = _folder(desk, one)
        leave = tuple(name for name in desk.form.getlist(f"{one.name}{LEFT_OUT}") if isinstance(name, str))
        uploads.drop(folder, leave)
        for sent in desk.form.getlist(f"{one.name}{SENT}"):
            if isinstance(sent, UploadFile) and sent.filename:
                uploads.stage(folder, sent.filename, sent.file, here.looks_for_harm, here.quarantine)


def aside(desk: Desk, asked: Iterable[Question]) -> Aside:
    """What is kept aside for a form."""
    return {one.name: uploads.staged(_folder(desk, one)) for one in _for_files(asked)}


def named(found: Aside) -> dict[str, list[str]]:
    """The files as an entry would name them; none is kept yet."""
    return {name: [looked_at(path).written for path in paths] for name, paths in found.items() if paths}


def kept(uow: UnitOfWork, desk: Desk, found: Aside) -> dict[str, list[str]]:
    """The files as the entry names them: each is kept as evidence once that is written."""
    here = desk.settings
    told: dict[str, list[str]] = {}
    for name, paths in found.items():
        for path in paths:
            one = keep_when_committed(uow.tx, here.evidence.absolute(), path)
            if here.looks_for_harm:
                scanned_files.note_clean(uow.tx, one.sha256, uow.now)
            told.setdefault(name, []).append(one.written)
    return told


def drop(desk: Desk, asked: Iterable[Question]) -> None:
    """Take away what was kept aside: it is evidence now."""
    for one in _for_files(asked):
        uploads.drop(_folder(desk, one))


def _for_files(asked: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(one for one in asked if one.kind == "files")


def _folder(desk: Desk, one: Question) -> Path:
    whose = f"{desk.signed_in.account.id} {address_of(desk)} {one.name}"
    return desk.settings.uploads.absolute() / f"desk-{sha256(whose.encode()).hexdigest()[:32]}"
