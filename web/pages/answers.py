"""The pages of a letter, for whoever came by its link: what is asked, and everything an agency can say to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Lock

from fastapi import APIRouter
from markupsafe import escape
from starlette.responses import Response

from records import scanned_files, uploads
from records.children import ChildDetails
from records.kept_files import KeptFile, check_held, keep_own_when_committed, looked_at
from states.entry import Actor
from states.errors import BadAnswer, Refused
from states.words import spoken
from web.agency_forms import NAME, AgencyForm, form_named
from web.answers import Filled, check_said, filled_in
from web.deed import place_of
from web.desk import Desk
from web.errors import status_of
from web.guard import At
from web.links import sentences
from web.other_committees import lists_beside, use_beside
from web.sent_form import files_in, fingerprint_of
from web.visit import BY_CODE, BY_MAIL, Visit, answer_address, folder_of, with_mark, with_visit
from workflows.messages import learning
from workflows.messages.agency_page import LinkSubject, about, agency_page, how_told, stands
from workflows.messages.contact_mailboxes import mailbox_of
from workflows.messages.own_list import OwnList, own_list
from workflows.messages.return_address import lead_of
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import answer_by_link as say
from workflows.verbs.choose_list import choose_list
from workflows.verbs.letter_link import (
    actor_of,
    children_by_link,
    is_right_code,
    is_sent_anew,
    letter_numbered,
    send_code,
)
from workflows.views.viewer import Viewer

router = APIRouter()

UNPROCESSABLE = 422
TURNS = tuple(Lock() for _ in range(64))
"""What is said to one letter is taken one after the other: a form that was sent twice must not meet itself."""
AFTER_CODE = {"open": "/open", "letter": ""}
"""Where somebody goes once they typed the code, by what they came for; for anything else to whom the case is about."""
WRONG_CODE = "This is not the code of our last mail, or it is too old. Type its six figures, or ask for a new one."


class FilesNotTaken(BadAnswer):
    """Some of the files that were sent are not taken; the others are kept aside."""


@router.get("/answers/{number}", name="answer")
def answer(at: At, number: str, done: str = "") -> Response:
    """Show what is asked, by when and why, what was sent before, and what the agency can say."""
    visit, here = _visit(at), at.installation
    with at.reading() as tx:
        shown = agency_page(tx, here.post, visit.link, _viewer(at).known_in(tx), proven=visit.proven)
    return at.page("agency/asked.html", asked=shown, number=number, done=done)


@router.post("/answers/{number}/received", name="answer_received")
def received(at: At, number: str) -> Response:
    """Record that it has arrived and is in hand."""
    with at.uow(_actor(at)) as uow:
        if is_sent_anew(uow, _visit(at).link, fingerprint_of(at.form)):
            say.received(uow, _about(at, uow))
    return at.go_to(f"{answer_address(number)}?done=received", done=True)


@router.get("/answers/{number}/say/{choice}", name="answer_form")
def form(at: At, number: str, choice: str) -> Response:
    """Show the form of one thing that can be said."""
    return _form(at, number, choice, ())


@router.post("/answers/{number}/say/{choice}", name="answer_form")
def send(at: At, number: str, choice: str) -> Response:
    """Record what the agency says; files that were sent stay here, whatever is still to be mended."""
    try:
        with TURNS[hash(number) % len(TURNS)]:
            _record(at, choice, folder_of(at.installation, _visit(at)))
    except Refused as refused:
        files = isinstance(refused, FilesNotTaken)
        return _form(at, number, choice, sentences(refused), status=status_of(refused), of_files=files)
    return at.go_to(f"{answer_address(number)}?done={choice}", done=True)


def _record(at: Desk, choice: str, folder: Path) -> None:
    """Record a form and keep its files; one that comes again, because its button was pressed twice, changes nothing."""
    visit = _visit(at)
    uploads.drop(folder, tuple(one for one in at.form.getlist("leave_out") if isinstance(one, str)))
    _keep_aside(at, folder)
    waiting = tuple((path, looked_at(path)) for path in uploads.staged(folder))
    with at.uow(_actor(at, at.said("your_name"))) as uow:
        if is_sent_anew(uow, visit.link, fingerprint_of(at.form)):
            this = _about(at, uow)
            found = _for(visit, form_named(this, choice))
            found.do(uow, this, _filled(at, found), _kept(at, uow, waiting if found.takes_files else ()))
    uploads.drop(folder)


def _keep_aside(at: Desk, folder: Path) -> None:
    """Keep aside what was sent: one file that is not taken keeps none of the others out. Raises FilesNotTaken."""
    wrong: list[str] = []
    for one in files_in(at.form):
        try:
            uploads.check_room(folder)
            uploads.stage(folder, one.filename or "", one.file, at.settings.looks_for_harm, at.settings.quarantine)
        except BadAnswer as bad:
            wrong += sentences(bad)
    if wrong:
        raise FilesNotTaken(*dict.fromkeys(wrong))


@router.get("/answers/{number}/code", name="answer_code")
def code(at: At, number: str) -> Response:
    """Show whom the case is about, once a code was typed; before that, ask for one."""
    return _code_page(at, number)


@router.post("/answers/{number}/code", name="answer_code")
def use_code(at: At, number: str) -> Response:
    """Send a code to the mailbox of the letter, or look at the one that was typed."""
    link = _visit(at).link
    if at.said("send"):
        with at.uow() as uow:
            send_code(uow, link)
        then = at.said("then") if at.said("then") in AFTER_CODE else ""
        return at.go_to(f"{answer_address(number)}/code?sent=yes{f'&then={then}' if then else ''}", done=True)
    with at.uow() as uow:
        right = is_right_code(uow, link, at.said("code"))
    if not right:
        return _code_page(at, number, (WRONG_CODE,), status=UNPROCESSABLE)
    there = at.go_to(f"{answer_address(number)}{AFTER_CODE.get(at.said('then'), '/code')}")
    proof = BY_CODE if _visit(at).needs_link else BY_MAIL
    return with_visit(there, at.installation.keys, number, at.now, proof=proof)


@router.get("/answers/{number}/enter", name="answer_enter")
def by_mail(at: At, number: str, sent: str = "", then: str = "") -> Response:
    """Show how somebody comes to the page of a letter whose link they have not at hand: by a code to its mailbox."""
    return _enter(at, number, sent=sent, then=then)


@router.post("/answers/{number}/enter", name="answer_enter")
def come_by_mail(at: At, number: str) -> Response:
    """Send a code to the mailbox of the letter, or let in whoever typed it."""
    then, here = at.said("then") if at.said("then") in AFTER_CODE else "", answer_address(number)
    with at.reading() as tx:
        link = letter_numbered(tx, number)
    if at.said("send"):
        with at.uow() as uow:
            send_code(uow, link)
        return at.go_to(f"{here}/enter?sent=yes{f'&then={then}' if then else ''}", done=True)
    with at.uow() as uow:
        right = is_right_code(uow, link, at.said("code"))
    if not right:
        return _enter(at, number, then=then, wrong=(WRONG_CODE,), status=UNPROCESSABLE)
    return with_visit(
        at.go_to(f"{here}{AFTER_CODE.get(then, '')}"), at.installation.keys, number, at.now, proof=BY_MAIL
    )


@router.get("/answers/{number}/open", name="answer_open")
def everything(at: At, number: str, did: str = "") -> Response:
    """Show everything that is open for the agency, over all its cases."""
    if not _visit(at).proven:
        return at.go_to(f"{answer_address(number)}/code?then=open")
    return _open_page(at, number, did=did)


@router.post("/answers/{number}/open", name="answer_open")
def go_on(at: At, number: str) -> Response:
    """Go on to another of the agency's letters."""
    visit, wanted = _visit(at), at.said("letter")
    known = {one.number for one in _own(at).lines if one.number}
    if not visit.proven or wanted not in known:
        return at.go_to(f"{answer_address(number)}/open")
    there = at.go_to(answer_address(wanted))
    return with_visit(there, at.installation.keys, wanted, at.now, proof=visit.proof)


@router.post("/answers/{number}/beside", name="answer_beside")
def beside(at: At, number: str) -> Response:
    """Ask the other committees for codes to the mailbox of the letter, or show the list of the one whose code it is."""
    visit, there = _visit(at), answer_address(number)
    if not visit.proven:
        return at.go_to(f"{there}/code?then=open")
    done = use_beside(
        at, lambda tx: mailbox_of(tx, at.installation.keys, visit.link.contact_id), there, f"{there}/open"
    )
    return done or _open_page(at, number, wrong=(WRONG_CODE,))


@router.post("/answers/{number}/list", name="answer_list")
def choose(at: At, number: str) -> Response:
    """Choose when the agency has its list by mail: for whoever has shown whose mailbox it is."""
    if not _visit(at).proven:
        return at.go_to(f"{answer_address(number)}/code?then=open")
    with at.uow(_actor(at)) as uow:
        choose_list(uow, at.said("when"))
    return at.go_to(f"{answer_address(number)}/open?did=chosen")


def _visit(at: Desk) -> Visit:
    assert at.visit is not None
    return at.visit


def _actor(at: Desk, name: str = "") -> Actor:
    visit = _visit(at)
    return actor_of(visit.link, name, visit.account)


def _viewer(at: Desk) -> Viewer:
    return Viewer(_actor(at), at.now)


def _about(at: Desk, uow: UnitOfWork) -> LinkSubject:
    return about(uow.tx, _visit(at).link, _viewer(at).known_in(uow.tx))


def _form(
    at: Desk, number: str, choice: str, wrong: tuple[str, ...], *, status: int = 200, of_files: bool = False
) -> Response:
    with at.reading() as tx:
        this = about(tx, _visit(at).link, _viewer(at).known_in(tx))
        found = _for(_visit(at), form_named(this, choice))
    ended = this.asked.status != "open" if this.asked is not None else this.item is not None and this.item.ended
    over = stands(this) if ended else ""
    faults = {one.name: said for one in found.asked for said in wrong if escape(one.label) in said}
    places = {faults[one.name]: place_of(one) for one in found.asked if one.name in faults}
    places |= dict.fromkeys(wrong, "files") if of_files else {}
    shown = {
        "found": found,
        "number": number,
        "wrong": wrong,
        "faults": faults,
        "places": places,
        "ref": this.case.ref,
        "over": over,
        "of_files": wrong if of_files else (),
    }
    if found.takes_files:
        folder = folder_of(at.installation, _visit(at))
        shown |= {"here": uploads.staged(folder), "elsewhere": uploads.waiting_elsewhere(folder)}
    page = at.page("agency/form.html", status=status, typed=at.form, types=uploads.TYPES, **shown)
    return with_mark(page, at.installation.keys, _visit(at)) if found.takes_files else page


def _own(at: Desk) -> OwnList:
    """Everything that is open for the agency of whoever came."""
    visit = _visit(at)
    with at.reading() as tx:
        return own_list(tx, visit.link.agency, _viewer(at), of_case=visit.link.case_id, old_links=not visit.needs_link)


def _open_page(at: Desk, number: str, *, did: str = "", wrong: tuple[str, ...] = ()) -> Response:
    there, status = answer_address(number), UNPROCESSABLE if wrong else 200
    shown = {"own": _own(at), "number": number, "there": there, "did": did, "wrong": wrong, "others": lists_beside(at)}
    return at.page("agency/open.html", status=status, **shown)


def _enter(
    at: Desk, number: str, *, sent: str = "", then: str = "", wrong: tuple[str, ...] = (), status: int = 200
) -> Response:
    with at.reading() as tx:
        agency = letter_numbered(tx, number).agency
    shown = {"number": number, "agency": agency, "sent": sent, "then": then, "wrong": wrong}
    return at.page("agency/enter.html", status=status, **shown)


def _for(visit: Visit, found: AgencyForm) -> AgencyForm:
    """A form as somebody is asked it: who signed in has a name already."""
    return replace(found, asked=tuple(one for one in found.asked if one is not NAME)) if visit.account else found


def _filled(at: Desk, found: AgencyForm) -> Filled:
    check_said(found.asked, at.form)
    filled = filled_in(found.asked, at.form, {})
    check_held(at.settings.evidence.absolute(), filled.answers)
    return filled


def _kept(at: Desk, uow: UnitOfWork, waiting: tuple[tuple[Path, KeptFile], ...]) -> tuple[str, ...]:
    """The files that wait, kept as evidence when what is said is recorded, and not before."""
    evidence = at.settings.evidence.absolute()
    for path, one in waiting:
        keep_own_when_committed(uow.tx, evidence, path, one)
        if at.settings.looks_for_harm:
            scanned_files.note_clean(uow.tx, one.sha256, uow.now)
    return tuple(one.written for _, one in waiting)


def _code_page(at: Desk, number: str, wrong: tuple[str, ...] = (), *, status: int = 200) -> Response:
    visit, sent = _visit(at), at.request.query_params.get("sent", "")
    then = at.request.query_params.get("then", "") or at.said("then")
    shows, learn = _learning(at, visit)
    people = _children(at, visit) if visit.proven and shows else ()
    words = [(one.name, spoken(one.born) if one.born else "") for one in people]
    shown = {"number": number, "people": words, "sent": sent, "then": then, "shows": shows, "wrong": wrong}
    return at.page("agency/code.html", status=status, proven=visit.proven, learn=learn, **shown)


def _learning(at: Desk, visit: Visit) -> tuple[bool, str]:
    """Whether this page may say whom the case of a letter is about, and how else the agency learns it."""
    office = at.installation.post
    with at.reading() as tx:
        case = about(tx, visit.link, _viewer(at).known_in(tx)).case
        return learning.is_shown(tx, case.ref, office), how_told(tx, office, case, lead_of(tx, office, case, at.now))


def _children(at: Desk, visit: Visit) -> tuple[ChildDetails, ...]:
    with at.uow(_actor(at)) as uow:
        return children_by_link(uow, visit.link)
