"""The files beside the pages, for ever: another file has another address."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.guard import At

router = APIRouter()

FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/static/{digest}/{name:path}", name="static")
def static(at: At, digest: str, name: str) -> Response:
    """Send a file, compressed where the browser takes it."""
    found = at.site.static.find(digest, name)
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": FOR_EVER, "vary": "Accept-Encoding"}
    if found.packed and "gzip" in at.request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers={**headers, "content-encoding": "gzip"})
    return Response(found.plain, media_type=found.kind, headers=headers)
