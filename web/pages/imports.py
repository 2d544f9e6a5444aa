"""A register out of a spreadsheet at the desk: sent, looked at, what is asked answered, made, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from records import uploads
from states.errors import BadAnswer, Refused
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from workflows.importing.questions_asked import Mapped
from workflows.importing.reading import read_register
from workflows.importing.register_plan import Plan, planned
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS
from workflows.verbs.import_register import (
    begin_import,
    finish_import,
    import_reviews,
    in_batches,
    kept_mapping,
    what_is_known,
)
from workflows.verbs.take_back_import import take_back
from workflows.views.import_lines import lines_of
from workflows.views.imports_made import imports_made

router = APIRouter()

HERE = "/imports"
AT_ONCE = 100
SHOWN = 300
"""So many of the lines of what would be made are shown; the rest is counted."""
MOST_ASKED = 200
CHOOSE = "Choose the file of the register first."
TOO_MANY = "More is asked of this file than a page can hold: import it at the terminal, with the answers in a file."
TARGET_WORDS = (
    *((name, f"{one.part.capitalize()}: {one.label}") for name, one in TARGETS.items()),
    (WORDS, "Kept as words"),
    (LEFT_OUT, "Left out"),
)


@router.get(HERE, name="imports")
def page(at: At) -> Response:
    """Ask for a register, and show what was imported."""
    return _start(at)


@router.post(HERE, name="imports")
def look(at: At) -> Response:
    """Show what a register would become, with all that is wrong or asked; or do it, once nothing is asked any more."""
    folder = _folder(at)
    try:
        if at.said("aside"):
            uploads.drop(folder)
            return at.go_to(HERE)
        _take(at, folder)
        path = _sent(folder)
        content = path.read_bytes()
        plan = _plan(at, content)
        if at.said("do") and not plan.open:
            return _done(at, folder, path.name, content, plan)
    except Refused as refused:
        return _start(at, refused)
    waits = BadAnswer("Answer what is asked first.") if at.said("do") else None
    return _preview(at, path.name, plan, waits)


@router.post(f"{HERE}/{{number}}/back", name="import_back")
def back(at: At, number: str) -> Response:
    """Take an import back as a whole."""
    try:
        with at.uow() as uow:
            take_back(uow, number, at.said("why"), at.kept_from_them())
    except Refused as refused:
        return _start(at, refused)
    return at.go_to(HERE, done=True)


def _start(at: Desk, refused: Refused | None = None) -> Response:
    with at.reading() as tx:
        made = imports_made(tx)
    held = [path.name for path in uploads.staged(_folder(at))]
    return at.page("imports.html", **refusal(refused), made=made, held=held, why=at.said("why"))


def _folder(at: Desk) -> Path:
    whose = f"{at.signed_in.account.id} {HERE}"
    return at.room.here.settings.uploads.absolute() / f"desk-{sha256(whose.encode()).hexdigest()[:32]}"


def _take(at: Desk, folder: Path) -> None:
    """Keep the file aside that was sent, in the place of one sent before."""
    here, sent = at.room.here.settings, at.form.get("register")
    if isinstance(sent, UploadFile) and sent.filename:
        uploads.drop(folder)
        uploads.stage(folder, sent.filename, sent.file, here.looks_for_harm, here.quarantine)


def _sent(folder: Path) -> Path:
    found = uploads.staged(folder)
    if not found:
        raise BadAnswer(CHOOSE)
    return found[0]


def _plan(at: Desk, content: bytes) -> Plan:
    book = read_register(content)
    with at.uow() as uow:
        mapped = _said(at).over(kept_mapping(uow, book))
        plan = planned(book, mapped, what_is_known(uow, at.kept_from_them()), as_proposed=bool(at.said("proposed")))
    if len(plan.open) > MOST_ASKED:
        raise BadAnswer(TOO_MANY)
    return plan


def _said(at: Desk) -> Mapped:
    """What was said of the columns, and answered, on the page before."""
    return Mapped(at.said("sheet"), _pairs(at, "column", "means"), _pairs(at, "question", "answer"))


def _pairs(at: Desk, name: str, value: str) -> Mapping[str, str]:
    """What was sent in two fields that belong together by their numbers."""
    numbers = (one.partition(".")[2] for one in at.form if one.startswith(f"{name}."))
    said = {at.said(f"{name}.{number}"): at.said(f"{value}.{number}") for number in numbers}
    return {key: one for key, one in said.items() if one}


def _preview(at: Desk, name: str, plan: Plan, refused: Refused | None) -> Response:
    lines = lines_of(plan)
    return at.page(
        "import_preview.html",
        **refusal(refused),
        file=name,
        plan=plan,
        lines=lines[:SHOWN],
        more=max(len(lines) - SHOWN, 0),
        targets=TARGET_WORDS,
    )


def _done(at: Desk, folder: Path, name: str, content: bytes, plan: Plan) -> Response:
    """Make the histories, so many at a time: one that is broken off goes on where it stopped, when it is sent again."""
    with at.uow() as uow:
        run = begin_import(uow, plan, name, sha256(content).hexdigest())
    for batch in in_batches(plan.reviews, AT_ONCE):
        with at.uow() as uow:
            import_reviews(uow, run, batch)
    with at.uow() as uow:
        finish_import(uow, run, plan)
    uploads.drop(folder)
    return at.go_to(HERE, done=True)
