"""Cases that belong together, linked and parted again; and a case that moves to another edition of its guidance."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from records.cases import Case
from states.errors import NotFound
from states.words import first_up, linked_as
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at, form_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.change_edition import move_edition
from workflows.verbs.link import KINDS, link, unlink
from workflows.views.question import Question
from workflows.views.question_parts import WHY

router = APIRouter()

HOW = Question(
    "kind",
    "How this case is to the other",
    "choice",
    ask="may",
    help="Related, if nothing is chosen. Duplicate of closes this case.",
)
EDITION = Question("edition", "The edition it moves to", help="Its name, such as scotland-learning-review-2024.")
STATE = Question("state", "The state it takes there, if the edition does not say", ask="may")
NOT_LINKED = "{ref} is not linked with {other}: it is with {known}."


@deed_at(router, "/cases/{ref}/links", "links")
def linking(at: Desk, ref: str) -> Deed:
    """Link a case with another: both histories say so."""
    with at.reading() as tx:
        subject = at.case(tx, ref).procedure.subject
    how = replace(HOW, answers=tuple((one, first_up(linked_as(one, subject))) for one in KINDS))

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        said = (filled.word("other"), filled.word("kind") or "related", filled.word("reason"))
        return link(uow, ref, *said, seen=filled.seen)[0]

    return Deed("case link", "Link with another case", "Continue", do, {"ref": ref}, case_address(ref), (how,))


@deed_at(router, "/cases/{ref}/links/{other}/end", "link_end")
def unlinking(at: Desk, ref: str, other: str) -> Deed:
    """Take the link of a case with another away, with the reason."""
    with at.reading() as tx:
        known = at.case(tx, ref).dossier.links
    if other.upper() not in known:
        raise NotFound(NOT_LINKED.format(ref=ref.upper(), other=other[:40], known=", ".join(known) or "none"))

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return unlink(uow, ref, other, filled.word("reason"), seen=filled.seen)[0]

    title, given = f"Take the link with {other.upper()} away", {"ref": ref, "other": other}
    return Deed("case unlink", title, "Continue", do, given, case_address(ref))


@form_at("/cases/{ref}/edition", "case_move")
def _moving(_: Desk, ref: str) -> Deed:
    """Move a case to another edition of the guidance, or to the committee's new settings."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        said = (filled.word("edition"), filled.word("reason"))
        return move_edition(uow, ref, *said, state=filled.word("state"), seen=filled.seen)[0]

    title = "Move a case to another edition"
    return Deed("case move", title, "Move it", do, {"ref": ref}, case_address(ref), (EDITION, STATE, WHY))
