"""The link in a letter. Opening it shows a page and changes nothing: programs that look at mail open links too."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import uploads
from states.errors import NotFound, OldLink
from web.desk import Desk
from web.guard import At
from web.visit import answer_address, with_visit
from workflows.verbs.letter_link import ask_for_fresh_link, count_wrong, follow, look_up

router = APIRouter()

GONE = 410
TO_NOBODY = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}


@router.get("/letters/{word}", name="letter")
def letter(at: At, word: str) -> Response:
    """Show whose link it is, with the button that goes on."""
    try:
        with at.reading() as tx:
            link = look_up(tx, word, at.now)
    except OldLink as old:
        return _private(at.page("letter_old.html", status=GONE, old=old, word=word))
    return _private(at.page("letter.html", link=link))


@router.post("/letters/{word}", name="letter")
def go_on(at: At, word: str) -> Response:
    """Go on to the page where the agency answers."""
    try:
        with at.uow() as uow:
            link = follow(uow, word)
    except OldLink as old:
        return _private(at.page("letter_old.html", status=GONE, old=old, word=word))
    except NotFound:
        _wrong(at)
        raise
    uploads.forget_old(at.settings.uploads, at.now)
    return _private(with_visit(at.go_to(answer_address(link.number)), at.installation.keys, link.number, at.now))


@router.post("/letters/{word}/again", name="letter_again")
def again(at: At, word: str) -> Response:
    """Send a new link to the address that the letter went to."""
    try:
        with at.uow() as uow:
            ask_for_fresh_link(uow, word)
    except NotFound:
        _wrong(at)
        raise
    return _private(at.page_done("letter_again.html"))


def _wrong(at: Desk) -> None:
    with at.uow() as uow:
        count_wrong(uow, at.address)


def _private(answer: Response) -> Response:
    """The address of these pages is told to no other page."""
    answer.headers.update(TO_NOBODY)
    return answer
