"""Handing over: what is somebody's and what changed on it, moved to another lead officer once it was shown."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, Refused
from states.typed_days import LIKE, read_day
from web.answers import Filled
from web.desk import Desk
from web.errors import refusal
from web.form_routes import form_at
from web.guard import At
from web.keeping import Keeping
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.hand_over import hand_over, try_to_hand_over
from workflows.views.handing_over import handover
from workflows.views.question import Question

router = APIRouter()

LONGEST_VERSION = 9

NO_DAY = "Write the day since when like {like}."
EACH = "The reference of the case and its version as it was seen, such as LR-2026-0007 12."
NO_VERSION = "{said!r}: write the reference of a case and its version as it was seen, such as LR-2026-0007 12."
CASES = Question("ref", "The cases, each with the version that was seen", "choices", help=EACH, free=True)
TO = Question("to", "Who leads them from now on")
WHY = Question("why", "Why", help="It stays on record.")
OF = Question("from", "Whose they are", ask="may", help="Where that is the deputy, another deputy is named.")


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


@form_at("/handing-over", "handing_over")
def _handing(_: Desk) -> Keeping:
    """Name another lead officer, or another deputy, on several cases at once: on all of them, or on none."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        seen, to = dict(map(_seen, filled.several("ref"))), filled.word("to")
        found = hand_over(uow, list(seen), to, filled.word("why"), seen, of=filled.word("from"))
        theirs = f" Theirs already: {', '.join(found.skipped)}." if found.skipped else ""
        return f"Handed over to {to}: {', '.join(one.ref for one in found.outcomes)}.{theirs}"

    return Keeping("Hand cases over", "Hand over", "/my-work", (CASES, TO, WHY, OF), do)


def _seen(said: str) -> tuple[str, int]:
    """A case and the version of it that was seen. Raises BadAnswer."""
    ref, _, version = said.partition(" ")
    if not (version.isascii() and version.isdecimal() and len(version) <= LONGEST_VERSION):
        raise BadAnswer(NO_VERSION.format(said=said[:40]))
    return ref.upper(), int(version)


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
