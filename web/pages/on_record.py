"""Putting an entry right, recording what happened outside the committee, and why a date was missed."""

from __future__ import annotations

from fastapi import APIRouter

from records.cases import Case
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.advance import record_missed
from workflows.verbs.correct import correct
from workflows.verbs.outside_events import ask_after, record_event

router = APIRouter()


@deed_at(router, "/cases/{ref}/history/{entry}/correction", "correction")
def put_right(at: Desk, ref: str, entry: str) -> Deed:
    """Put an earlier entry right with a new one."""
    number = int(entry) if entry.isdecimal() else 0

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return correct(
            uow,
            ref,
            number,
            filled.word("reason"),
            answers=filled.answers,
            happened_on=filled.day("happened_on"),
            taken_back=filled.several("taken_back"),
            evidence=at.settings.evidence.absolute(),
            emptied=filled.several("emptied"),
            seen=filled.seen,
        )[0]

    given, back = {"ref": ref, "entry": entry}, f"{case_address(ref)}/history#entry-{entry}"
    return Deed("case correct", f"Put entry {entry} right", "Continue", do, given, back)


@deed_at(router, "/cases/{ref}/events", "events")
def event(_: Desk, ref: str) -> Deed:
    """Record that something outside the committee has happened."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        note, on = filled.word("note"), filled.day("on")
        return record_event(uow, ref, filled.word("what"), note=note, on=on, seen=filled.seen)[0]

    title, back = "Record what happened elsewhere", case_address(ref)
    return Deed("case event", title, "Continue", do, {"ref": ref}, back, first=("what",))


@deed_at(router, "/cases/{ref}/events/asked-after", "asked_after")
def asked(_: Desk, ref: str) -> Deed:
    """Record that somebody asked after it, and it has not come yet."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        note, on = filled.word("note"), filled.day("on")
        return ask_after(uow, ref, filled.word("event"), note, on=on, seen=filled.seen)[0]

    title, back = "Record that it was asked after", case_address(ref)
    return Deed("case asked-after", title, "Continue", do, {"ref": ref}, back, first=("event",), at_once=True)


@deed_at(router, "/cases/{ref}/missed", "missed")
def missed(_: Desk, ref: str) -> Deed:
    """Record why a date was missed."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return record_missed(uow, ref, filled.word("name"), filled.word("reason"), seen=filled.seen)[0]

    title, back = "Say why a date was missed", case_address(ref)
    return Deed("case missed", title, "Continue", do, {"ref": ref}, back, first=("name",), at_once=True)
