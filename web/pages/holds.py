"""Holding a case for proceedings elsewhere: ordered, looked at again, ended."""

from __future__ import annotations

from fastapi import APIRouter

from records.cases import Case
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.pause import clocks_named, end_pause, order_pause, review_pause

router = APIRouter()


@deed_at(router, "/cases/{ref}/holds", "holds")
def order(_: Desk, ref: str) -> Deed:
    """Order a hold."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return order_pause(
            uow,
            ref,
            filled.word("hold"),
            filled.word("authority"),
            filled.word("reason"),
            starts=filled.day("starts"),
            ends=filled.day("until"),
            event=filled.word("event"),
            stops=clocks_named(filled.several("stops")),
            seen=filled.seen,
        )[0]

    return Deed("pause order", "Order a hold", "Continue", do, {"ref": ref}, case_address(ref), first=("hold",))


@deed_at(router, "/cases/{ref}/holds/{number}/review", "hold_review")
def review(_: Desk, ref: str, number: str) -> Deed:
    """Record that a hold was looked at again."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        found, ends, on = filled.word("reason"), filled.day("until"), filled.day("on")
        return review_pause(uow, ref, number, found, ends=ends, on=on, seen=filled.seen)[0]

    return Deed("pause review", f"Review hold {number}", "Continue", do, *_where(ref, number))


@deed_at(router, "/cases/{ref}/holds/{number}/end", "hold_end")
def end(_: Desk, ref: str, number: str) -> Deed:
    """End a hold."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return end_pause(uow, ref, number, filled.word("reason"), on=filled.day("on"), seen=filled.seen)[0]

    return Deed("pause end", f"End hold {number}", "Continue", do, *_where(ref, number))


def _where(ref: str, number: str) -> tuple[dict[str, str], str]:
    return {"ref": ref, "number": number}, case_address(ref)
