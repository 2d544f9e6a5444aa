"""Asking agencies for information, and recording what comes back from each."""

from __future__ import annotations

from fastapi import APIRouter

from records.cases import Case
from states.errors import NotFound
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import request
from workflows.verbs.advance import record_missed
from workflows.verbs.request import EVERYONE
from workflows.views.forms import newest_asked
from workflows.views.question import Question
from workflows.views.question_parts import NO_NAMES, ON

router = APIRouter()

NOT_ASKED = "On {ref} there is nothing that was asked under {asked!r}: its page lists what was asked of whom."
ONE = "/cases/{ref}/requests/{asked:path}"
WHY_MISSED = Question("late_reason", "Why its date was missed", ask="may", help=NO_NAMES)


@deed_at(router, "/cases/{ref}/requests", "requests")
def ask(_: Desk, ref: str) -> Deed:
    """Ask agencies, or every agency on the case."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        named = filled.several("agencies")
        asked = (EVERYONE,) if EVERYONE in named else named
        what, about, on = filled.word("what"), filled.word("about"), filled.day("on")
        why = filled.word("reason")
        return request.request(uow, ref, what, asked, about=about, why=why, on=on, seen=filled.seen)[0]

    given, back = {"ref": ref}, case_address(ref)
    return Deed("request send", "Ask agencies for information", "Continue", do, given, back, (ON,), ("what",))


@deed_at(router, f"{ONE}/answer", "request_answer")
def answer(at: Desk, ref: str, asked: str) -> Deed:
    """Record what an agency answered."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        late, on = filled.word("late_reason"), filled.day("on")
        return request.answer(uow, ref, asked, answers=filled.answers, late_reason=late, on=on, seen=filled.seen)[0]

    title = f"What {_agency(at, ref, asked)} answered"
    return Deed("request answer", title, "Continue", do, *_where(ref, asked), at_once=True)


@deed_at(router, f"{ONE}/acknowledgement", "request_acknowledge")
def acknowledge(at: Desk, ref: str, asked: str) -> Deed:
    """Record that an agency has it in hand."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        why, on = filled.word("reason"), filled.day("on")
        return request.promise(uow, ref, asked, why=why, on=on, seen=filled.seen)[0]

    title = f"{_agency(at, ref, asked)} has it in hand"
    return Deed("request acknowledge", title, "Continue", do, *_where(ref, asked), at_once=True)


@deed_at(router, f"{ONE}/promise", "request_promise")
def promise(at: Desk, ref: str, asked: str) -> Deed:
    """Record the day an agency promises; where its date was missed, why."""
    missed = _missed(at, ref, asked)

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        day, why, late = filled.day("until"), filled.word("reason"), filled.word(WHY_MISSED.name)
        case, _ = request.promise(uow, ref, asked, day, why=why, on=filled.day("on"), seen=filled.seen)
        return record_missed(uow, ref, missed, late)[0] if late and missed else case

    title, besides = f"{_agency(at, ref, asked)} promises a day", (WHY_MISSED,) if missed else ()
    return Deed("request promise", title, "Continue", do, *_where(ref, asked), besides, at_once=True)


@deed_at(router, f"{ONE}/return", "request_back")
def send_back(at: Desk, ref: str, asked: str) -> Deed:
    """Send an answer back because it is not enough."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return request.send_back(uow, ref, asked, filled.word("reason"), seen=filled.seen)[0]

    title = f"Send the answer of {_agency(at, ref, asked)} back"
    return Deed("request back", title, "Continue", do, *_where(ref, asked))


@deed_at(router, f"{ONE}/redirection", "request_redirect")
def redirect(at: Desk, ref: str, asked: str) -> Deed:
    """Record that it is for another agency, which is asked instead."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        other, why, on = filled.word("other"), filled.word("reason"), filled.day("on")
        return request.redirect(uow, ref, asked, other, why, on=on, seen=filled.seen)[0]

    title = f"{_agency(at, ref, asked)} says it is for another agency"
    return Deed("request redirect", title, "Continue", do, *_where(ref, asked))


@deed_at(router, f"{ONE}/refusal", "request_decline")
def decline(at: Desk, ref: str, asked: str) -> Deed:
    """Record that an agency says no, and why."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return request.decline(uow, ref, asked, filled.word("reason"), on=filled.day("on"), seen=filled.seen)[0]

    return Deed("request decline", f"{_agency(at, ref, asked)} says no", "Continue", do, *_where(ref, asked))


@deed_at(router, f"{ONE}/withdrawal", "request_withdraw")
def withdraw(at: Desk, ref: str, asked: str) -> Deed:
    """Withdraw what was asked: it is no longer wanted."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return request.withdraw(uow, ref, asked, filled.word("reason"), seen=filled.seen)[0]

    title = f"{_agency(at, ref, asked)} is no longer asked"
    return Deed("request withdraw", title, "Continue", do, *_where(ref, asked))


@deed_at(router, f"{ONE}/arrival", "request_reached")
def reached(at: Desk, ref: str, asked: str) -> Deed:
    """Record on which later day a request reached its agency."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        day = filled.day("on") or uow.today
        return request.request_reached(uow, ref, asked, day, filled.word("reason"), seen=filled.seen)[0]

    title = f"The day the request reached {_agency(at, ref, asked)}"
    return Deed("request reached", title, "Continue", do, *_where(ref, asked))


def _where(ref: str, asked: str) -> tuple[dict[str, str], str]:
    return {"ref": ref, "agency": asked}, case_address(ref)


def _agency(at: Desk, ref: str, asked: str) -> str:
    """The agency of a request, by its number or by any of its names."""
    with at.reading() as tx:
        found = newest_asked(tx, at.case(tx, ref), asked)
    if found is None:
        raise NotFound(NOT_ASKED.format(ref=ref, asked=asked[:60]))
    return found.agency


def _missed(at: Desk, ref: str, asked: str) -> str:
    """The date of a request that was missed and lacks its reason; empty where there is none."""
    with at.reading() as tx:
        case = at.case(tx, ref)
        found = newest_asked(tx, case, asked)
    dates = case.dossier.dates_of("request", found.id) if found else ()
    return next((one.key for one in dates if case.dossier.wants_reason(one, at.now)), "")
