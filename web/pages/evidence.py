"""Handing out a file of evidence: one that the case names, and that the scanner found clean."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from records import cases, scanned_files
from records.kept_files import place_of
from states.errors import NotFound, NotPossible
from web.guard import At
from workflows.views.case_documents import documents_of
from workflows.views.history import history_page

router = APIRouter()

NONE = "No file of that kind is named by {ref}."
TAKEN_BACK = "{name} is no file of {ref}: entry {entry} of its history takes it back, and says why."
NOT_CLEAN = (
    "{name} is kept as evidence and is not handed out here: it was not looked at for harmful content. Whoever looks "
    "after Cairn finds it in the folder of evidence, under {sha256}."
)


@router.get("/cases/{ref}/evidence/{sha256}", name="evidence")
def file(at: At, ref: str, sha256: str) -> Response:
    """Send a file of evidence to be saved; it is never shown in the page."""
    with at.reading_case(ref, f"evidence {sha256[:12]}") as tx:
        found = cases.find(tx, ref, to_change=False)
        named = documents_of(history_page(tx, found).entries)
        clean = scanned_files.is_clean(tx, sha256)
    one = next((one for one in named if one.sha256 == sha256), None)
    if one is None:
        raise NotFound(NONE.format(ref=found.ref))
    if one.taken_back:
        raise NotFound(TAKEN_BACK.format(name=one.name, ref=found.ref, entry=one.taken_back))
    if not clean:
        raise NotPossible(NOT_CLEAN.format(name=one.name, sha256=sha256[:16]))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(one.name)}"}
    place = place_of(at.settings.evidence.absolute(), sha256)
    return FileResponse(place, media_type="application/octet-stream", headers=headers)
