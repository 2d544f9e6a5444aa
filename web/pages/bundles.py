"""The bundle of a case for an inquiry or a court: asked for, looked at with its gaps, and handed out as a ZIP."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from records import cases
from records.files import passing_folder
from states.errors import NotPossible, Refused
from states.moments import local_day
from web.answers import Filled
from web.desk import Desk
from web.errors import refusal
from web.form_routes import form_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, Making
from workflows.bundle.bundle_request import EXAMPLES, KINDS, BundleRequest, bundle_request
from workflows.bundle.contents import Contents, Omission, contents_of
from workflows.bundle.grounds import GROUNDS, words_of
from workflows.bundle.package import make, name_of
from workflows.installation.invented import is_invented
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.bundles import check_bundle, record_bundle
from workflows.views.bundles_made import bundles_made
from workflows.views.question import Question

router = APIRouter()

ROWS, MORE = 4, 4
"""How many lines for what is left out a form has, and how many come when more are asked for."""
MOST_ROWS = 200
LONGEST_ONCE = 32

LARGEST = 20 << 20
"""Bytes of a bundle, packed, that a program is handed in an answer."""
TOO_LARGE = (
    "The bundle of {ref} has {size} MB, and a program is handed one of 20 MB at most: leave files out, or make it at "
    "the desk."
)

Row = tuple[str, str, str]
"""The kind of what is left out, what it is, and the ground."""
ASKED = (
    Question("recipient", "Whom it is for", help="Such as a court. It stays on record."),
    MAY_SAY_WHY,
    *(
        Question(kind, f"{label} to leave out, each with its ground", "people", ask="may", help=EXAMPLES[kind])
        for kind, label in KINDS.items()
    ),
)
"""What a program says of a bundle."""


@dataclass(frozen=True)
class Packed:
    """A bundle as a file: its name, and the ZIP in base64."""

    name: str
    content: str = field(repr=False)


@dataclass(frozen=True)
class Handed:
    """A bundle that was made for a program, or with trial would be.

    `left_out` says what of it was left out and on which ground, `unfound` what was named to be and stands nowhere: as
    long as there is any, none is made. `bundle` is null with trial.
    """

    ref: str
    entries: int
    letters: int
    files: int
    left_out: tuple[Omission, ...]
    unfound: tuple[str, ...]
    bundle: Packed | None


@router.get("/cases/{ref}/bundle", name="bundle")
def form(at: At, ref: str) -> Response:
    """Ask for whom a bundle is made and what is left out, and show those that were made."""
    return _form(at, ref)


@router.post("/cases/{ref}/bundle", name="bundle")
def bundle(at: At, ref: str) -> Response:
    """Show what would be in the bundle, and what would not; or hand it out, once that was seen."""
    if at.said("change") or at.said("more"):
        return _form(at, ref, more=bool(at.said("more")))
    try:
        asked = _asked(at)
        with at.uow() as uow:
            check_bundle(uow, ref, asked)
        if at.said("confirmed"):
            return _handed_out(at, ref, asked)
        found = _contents(at, ref, asked)
    except Refused as refused:
        return _form(at, ref, wrong=refused)
    once = token_hex(LONGEST_ONCE // 2)
    return at.page("bundle_preview.html", ref=found.case.ref, found=found, rows=_rows(at), words_of=words_of, once=once)


def _form(at: Desk, ref: str, *, wrong: Refused | None = None, more: bool = False) -> Response:
    with at.reading_case(ref) as tx:
        case = cases.find(tx, ref, to_change=False)
        made = bundles_made(tx, case.ref)
    rows = _rows(at)
    lines = min(max(ROWS, len(rows)) + (MORE if more else 0), MOST_ROWS)
    return at.page(
        "bundle.html",
        **refusal(wrong),
        ref=case.ref,
        made=made,
        rows=[*rows, *[("words", "", "")] * (lines - len(rows))],
        kinds=KINDS,
        grounds=GROUNDS,
        words_of=words_of,
    )


def _rows(at: Desk) -> list[Row]:
    """The lines of what is left out that somebody filled in."""
    told = zip(_several(at, "kind"), _several(at, "what"), _several(at, "ground"), strict=False)
    return [(kind if kind in KINDS else "words", what, ground) for kind, what, ground in told if what.strip()]


def _several(at: Desk, name: str) -> Iterable[str]:
    return (" ".join(one.split()) for one in at.form.getlist(name) if isinstance(one, str))


def _asked(at: Desk) -> BundleRequest:
    """What was asked for. Raises BadAnswer with every line that cannot be read."""
    given: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, what, ground in _rows(at):
        given[kind].append(f"{what} = {ground}")
    return bundle_request(at.said("recipient"), at.said("reason"), given, at.said("once")[:LONGEST_ONCE])


def _contents(at: Desk, ref: str, asked: BundleRequest) -> Contents:
    evidence = at.settings.evidence.absolute()
    with at.reading_case(ref) as tx:
        return contents_of(tx, cases.find(tx, ref, to_change=False), asked, evidence, at.now, only_clean=True)


def _handed_out(at: Desk, ref: str, asked: BundleRequest) -> Response:
    """Make the bundle, put it on record and send it; what lies on the disk meanwhile is taken away."""
    found = _contents(at, ref, asked)
    with ExitStack() as meanwhile:
        packed = _packed(at, found, meanwhile.enter_context(passing_folder("bundle")))
        gone = meanwhile.pop_all()
    headers = {"content-disposition": f'attachment; filename="{_name(at, found)}.zip"'}
    return FileResponse(packed, media_type="application/zip", headers=headers, background=BackgroundTask(gone.close))


def _name(at: Desk, found: Contents) -> str:
    return name_of(found, local_day(at.now))


def _packed(at: Desk, found: Contents, place: Path) -> str:
    """Make the bundle in a folder, pack it and put it on record; the path of the ZIP."""
    actor, name = at.signed_in.actor, _name(at, found)
    with at.reading() as tx:
        keys, committee = at.installation.keys, at.site.committee
        invented = at.site.example or is_invented(at.settings)
        made = make(tx, keys, found, place / name, by=actor, now=at.now, committee=committee, invented=invented)
    packed = shutil.make_archive(str(place / "made"), "zip", root_dir=place, base_dir=name)
    with at.uow() as uow:
        record_bundle(uow, made)
    return packed


@form_at("/cases/{ref}/bundle/made", "bundle_make", rule="bundle", gives=Handed)
def _making(at: Desk, ref: str) -> Making:
    """Make the bundle of a case for an inquiry or a court, with what is left out of it; with trial only look at it."""

    def do(uow: UnitOfWork, filled: Filled) -> Handed:
        given = {kind: filled.several(kind) for kind in KINDS}
        asked = bundle_request(filled.word("recipient"), filled.word("reason"), given)
        check_bundle(uow, ref, asked)
        found = _contents(at, ref, asked)
        files = sum(not one.ground for one in found.files)
        told = Handed(
            found.case.ref, len(found.entries), len(found.letters), files, found.omissions, found.unfound, None
        )
        return told if at.only_tried else replace(told, bundle=_for_program(at, found))

    return Making("Make a bundle for an inquiry", ASKED, do)


def _for_program(at: Desk, found: Contents) -> Packed:
    with passing_folder("bundle") as folder:
        packed = Path(_packed(at, found, folder))
        size = packed.stat().st_size
        if size > LARGEST:
            raise NotPossible(TOO_LARGE.format(ref=found.case.ref, size=-(-size >> 20)))
        return Packed(f"{_name(at, found)}.zip", b64encode(packed.read_bytes()).decode())
