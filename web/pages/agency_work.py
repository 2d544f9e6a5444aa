"""What is open for an agency, for those who sign in for it: the same pages as by the links of its letters."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import NotFound
from web.desk import Desk
from web.guard import At
from web.other_committees import lists_beside, use_beside
from web.pages.answers import UNPROCESSABLE, WRONG_CODE
from web.visit import answer_address, with_visit
from workflows.messages.contact_mailboxes import mailbox_of_agency
from workflows.messages.own_list import OwnList, own_list
from workflows.verbs.choose_list import choose_list
from workflows.verbs.letter_link import give_page

router = APIRouter()

HERE = "/agency"
NOT_OPEN = "This is not open for your agency any more: go back, and load the page again."


@router.get(HERE, name="agency_work")
def everything(at: At, did: str = "") -> Response:
    """Show everything that is open for one's agency, over all its cases."""
    return _page(at, did=did)


@router.post(HERE, name="agency_work")
def go_on(at: At) -> Response:
    """Go on to the page of one thing that is open."""
    wanted = at.said("letter")
    if wanted not in {one.number for one in _own(at).lines if one.number}:
        raise NotFound(NOT_OPEN)
    with at.uow() as uow:
        give_page(uow, wanted)
    there = at.go_to(answer_address(wanted))
    return with_visit(there, at.installation.keys, wanted, at.now, account=at.signed_in.account)


@router.post(f"{HERE}/list", name="agency_list")
def choose(at: At) -> Response:
    """Choose when one's agency has its list by mail."""
    with at.uow() as uow:
        choose_list(uow, at.said("when"))
    return at.go_to(f"{HERE}?did=chosen")


@router.post(f"{HERE}/beside", name="agency_beside")
def beside(at: At) -> Response:
    """Ask the other committees for codes to the mailbox of one's agency, or show the list of the one whose it is."""
    agency, today = at.signed_in.account.agency, at.viewer.today
    done = use_beside(at, lambda tx: mailbox_of_agency(tx, at.installation.keys, agency, today), HERE, HERE)
    return done or _page(at, wrong=(WRONG_CODE,))


def _page(at: Desk, *, did: str = "", wrong: tuple[str, ...] = ()) -> Response:
    shown = {"own": _own(at), "number": "", "there": HERE, "did": did, "wrong": wrong, "others": lists_beside(at)}
    return at.page("agency/open.html", status=UNPROCESSABLE if wrong else 200, **shown)


def _own(at: Desk) -> OwnList:
    with at.reading() as tx:
        return own_list(tx, at.signed_in.account.agency, at.viewer.known_in(tx), old_links=True, unlinked=True)
