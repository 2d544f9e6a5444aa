"""A register out of a spreadsheet at the desk: sent, looked at, what is asked answered, made, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from traceback import format_exc

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from records import uploads
from states.errors import BadAnswer, Refused
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.links import sentences
from web.progress_stream import Tell, stream_progress
from workflows.importing.kept_aside import KeptAside
from workflows.importing.questions_asked import Mapped
from workflows.importing.register_plan import ImportPlan, planned
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS
from workflows.installation.error_log import unexpected
from workflows.verbs.import_register import (
    Run,
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
PROGRESS = "<!-- progress -->"
"""Where the page of an import is told how far it is."""
SHOWN = 300
"""So many of the lines of what would be made, or is wrong, are shown; the rest is counted."""
A_PAGE = 100
"""Questions on one page; what was answered on the others is kept."""
CHOOSE = "Choose the file of the register first."
BROKEN_OFF = "It was broken off: what was made stays made. Go on with it, and it makes the rest."
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
        aside = _sent(folder)
        plan = _plan(at, aside)
        if at.said("do") and not plan.open:
            return _done(at, aside, plan)
    except Refused as refused:
        return _start(at, refused)
    waits = BadAnswer("Answer what is asked first.") if at.said("do") else None
    return _preview(at, aside.path.name, plan, waits)


@router.post(f"{HERE}/{{number}}/back", name="import_back")
def back(at: At, number: str) -> Response:
    """Take an import back as a whole."""
    try:
        with at.uow() as uow:
            take_back(uow, number, at.said("why"), at.kept_from_them())
    except Refused as refused:
        return _start(at, refused)
    return at.go_to(f"{HERE}?did=taken_back", done=True)


def _start(at: Desk, refused: Refused | None = None) -> Response:
    with at.reading() as tx:
        made = imports_made(tx)
    held = [path.name for path in uploads.staged(_folder(at))]
    return at.page("imports.html", **refusal(refused), made=made, held=held, why=at.said("why"))


def _folder(at: Desk) -> Path:
    whose = f"{at.signed_in.account.id} {HERE}"
    return at.settings.uploads.absolute() / f"desk-{sha256(whose.encode()).hexdigest()[:32]}"


def _take(at: Desk, folder: Path) -> None:
    """Keep the file aside that was sent, in the place of one sent before."""
    here, sent = at.settings, at.form.get("register")
    if isinstance(sent, UploadFile) and sent.filename:
        uploads.drop(folder)
        uploads.stage(folder, sent.filename, sent.file, here.looks_for_harm, here.quarantine)


def _sent(folder: Path) -> KeptAside:
    found = uploads.staged(folder)
    if not found:
        raise BadAnswer(CHOOSE)
    return KeptAside(found[0])


def _plan(at: Desk, aside: KeptAside) -> ImportPlan:
    """What would be made, with all that was said on this page and on those before; that is kept for the next."""
    book, said = aside.book(), _said(at, aside.said())
    with at.uow() as uow:
        mapped = said.over(kept_mapping(uow, book))
        plan = planned(book, mapped, what_is_known(uow, at.kept_from_them()), as_proposed=bool(at.said("proposed")))
    aside.keep(plan.mapped if at.said("proposed") else said)
    return plan


def _said(at: Desk, before: Mapped) -> Mapped:
    """What was said of the columns and answered, on the page before and on the others; an answer may be taken back."""
    asked = {at.said(one) for one in at.form if one.startswith("question.")}
    answers = {key: said for key, said in before.answers.items() if key not in asked}
    as_shown = _pairs(at, "column", "was")
    chosen = {name: means for name, means in _pairs(at, "column", "means").items() if means != as_shown.get(name)}
    columns = {**before.columns, **chosen}
    return Mapped(at.said("sheet") or before.sheet, columns, {**answers, **_pairs(at, "question", "answer")})


def _pairs(at: Desk, name: str, value: str) -> Mapping[str, str]:
    """What was sent in two fields that belong together by their numbers."""
    numbers = (one.partition(".")[2] for one in at.form if one.startswith(f"{name}."))
    said = {at.said(f"{name}.{number}"): at.said(f"{value}.{number}") for number in numbers}
    return {key: one for key, one in said.items() if one}


def _preview(at: Desk, name: str, plan: ImportPlan, refused: Refused | None) -> Response:
    lines, asked = lines_of(plan), len(plan.questions)
    pages = max(-(-asked // A_PAGE), 1)
    here = min(_page(at), pages)
    return at.page(
        "import_preview.html",
        **refusal(refused),
        file=name,
        plan=plan,
        questions=plan.questions[A_PAGE * (here - 1) : A_PAGE * here],
        here=here,
        pages=pages,
        first=A_PAGE * (here - 1) + 1,
        lines=lines[:SHOWN],
        more=max(len(lines) - SHOWN, 0),
        shown=SHOWN,
        targets=TARGET_WORDS,
    )


def _page(at: Desk) -> int:
    """Which page of what is asked was chosen; the first where none was."""
    said = at.said("turn") or at.said("page")
    return max(int(said), 1) if said.isdecimal() and len(said) < 7 else 1  # noqa: PLR2004  digits


def _done(at: Desk, aside: KeptAside, plan: ImportPlan) -> Response:
    """Make the histories, so many at a time: one that is broken off goes on where it stopped, when it is sent again.

    What is done in one step is done at once; of more, the page tells how far it is, without anything running in it.
    """
    with at.uow() as uow:
        run = begin_import(uow, plan, aside.path.name, aside.digest)
    batches = in_batches(plan.reviews)
    if len(batches) <= 1:
        for _ in _made(at, aside, plan, run):
            pass
        return at.go_to(f"{HERE}?did=imported", done=True)
    begins, between, ends = at.text("import_running.html", file=aside.path.name, run=run).partition(PROGRESS)
    assert between

    def work(tell: Tell) -> None:
        tell(begins.encode())
        wrong: tuple[str, ...] = ()
        try:
            for made in _made(at, aside, plan, run):
                tell(at.text("import_progress.html", made=made, all=len(plan.reviews)).encode())
            said = f"{run.id} is done."
        except Refused as refused:
            said, wrong = BROKEN_OFF, tuple(map(str, sentences(refused)))
        except Exception:  # noqa: BLE001  whatever it is, whoever waits gets a sentence and the file gets the rest
            said, wrong = BROKEN_OFF, (unexpected(at.settings.data, format_exc(), at.now),)
        tell(at.text("import_ended.html", said=said, wrong=wrong).encode())
        tell(ends.encode())

    return stream_progress(work, "text/html; charset=utf-8", at.sends())


def _made(at: Desk, aside: KeptAside, plan: ImportPlan, run: Run) -> Iterator[int]:
    """Make the reviews batch by batch: how many there are after each; then say that it is done, and drop the file."""
    made = 0
    for batch in in_batches(plan.reviews):
        with at.uow() as uow:
            import_reviews(uow, run, batch)
        made += len(batch)
        yield made
    with at.uow() as uow:
        finish_import(uow, run, plan)
    uploads.drop(aside.path.parent)
