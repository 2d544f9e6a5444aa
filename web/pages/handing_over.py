"""Handing over: what is somebody's and what changed on it, moved to another lead officer once it was shown."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, Refused
from states.typed_days import LIKE, read_day
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from workflows.verbs.hand_over import hand_over, try_to_hand_over
from workflows.views.handing_over import handover

router = APIRouter()

NO_DAY = "Write the day since when like {like}."


@router.get("/handing-over", name="handing_over")
def form(at: At) -> Response:
    """Show everything that is an officer's, or the cases that were chosen; and what changed since a day."""
    return _shown(at)


@router.post("/handing-over", name="handing_over")
def hand(at: At) -> Response:
    """Show what handing over would do, or do it once that was seen."""
    refs, to, why, of = _chosen(at), at.said("to"), at.said("why"), at.said("from")
    if at.said("change"):
        return _shown(at)
    try:
        if at.said("confirmed"):
            return _done(at, refs, to, why, of)
        with at.uow() as uow:
            found = try_to_hand_over(uow, refs, to, why, of=of)
    except Refused as refused:
        return _shown(at, refused)
    if isinstance(found, Refused):
        return _shown(at, found)
    return at.page("handing_over_confirm.html", found=found, refs=refs, to=to, why=why, of=of)


def _done(at: Desk, refs: list[str], to: str, why: str, of: str) -> Response:
    seen = dict(zip(refs, (int(one) if one.isdecimal() else 0 for one in _several(at, "seen")), strict=False))
    with at.uow() as uow:
        found = hand_over(uow, refs, to, why, seen, of=of)
    return at.page_done("handing_over_done.html", found=found, to=to)


def _chosen(at: Desk) -> list[str]:
    return list(dict.fromkeys(one.strip().upper() for one in _several(at, "ref")))


def _several(at: Desk, name: str) -> list[str]:
    return [one for one in at.form.getlist(name) if isinstance(one, str)]


def _shown(at: Desk, refused: Refused | None = None) -> Response:
    asked = at.request.query_params
    day = asked.get("since", "").strip()
    since = read_day(day) if day else None
    wrong: Refused | None = refused or (BadAnswer(NO_DAY.format(like=LIKE)) if day and since is None else None)
    refs = [one for one in asked.getlist("ref") if one.strip()] or _chosen(at)
    with at.reading() as tx:
        shown = handover(tx, at.viewer, asked.get("from", "").strip() or at.said("from"), refs, since)
    return at.page(
        "handing_over.html",
        **refusal(wrong),
        shown=shown,
        chosen=_chosen(at),
        day=day,
    )
