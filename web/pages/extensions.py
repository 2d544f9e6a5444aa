"""More time for a date: asked for, granted, refused, taken back."""

from __future__ import annotations

from fastapi import APIRouter

from records.cases import Case
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.extend import ask_extension, grant_extension, refuse_extension, withdraw_extension

router = APIRouter()


@deed_at(router, "/cases/{ref}/extensions", "extensions")
def ask(_: Desk, ref: str) -> Deed:
    """Ask for more time on one date."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        name, count, on = filled.word("name"), filled.number("count"), filled.day("on")
        return ask_extension(uow, ref, name, count, filled.word("reason"), on=on, seen=filled.seen)[0]

    return Deed("extend ask", "Ask for more time", "Continue", do, {"ref": ref}, case_address(ref), first=("name",))


@deed_at(router, "/cases/{ref}/extensions/{number}/grant", "extension_grant")
def grant(_: Desk, ref: str, number: str) -> Deed:
    """Grant what was asked."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return grant_extension(uow, ref, number, filled.word("reason"), on=filled.day("on"), seen=filled.seen)[0]

    return Deed("extend grant", f"Grant more time ({number})", "Continue", do, *_where(ref, number))


@deed_at(router, "/cases/{ref}/extensions/{number}/refusal", "extension_refuse")
def refuse(_: Desk, ref: str, number: str) -> Deed:
    """Refuse what was asked, with the reason."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return refuse_extension(uow, ref, number, filled.word("reason"), on=filled.day("on"), seen=filled.seen)[0]

    return Deed("extend refuse", f"Refuse more time ({number})", "Continue", do, *_where(ref, number))


@deed_at(router, "/cases/{ref}/extensions/{number}/withdrawal", "extension_withdraw")
def withdraw(_: Desk, ref: str, number: str) -> Deed:
    """Take back an extension that was granted."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return withdraw_extension(uow, ref, number, filled.word("reason"), seen=filled.seen)[0]

    return Deed("extend withdraw", f"Take back more time ({number})", "Continue", do, *_where(ref, number))


def _where(ref: str, number: str) -> tuple[dict[str, str], str]:
    return {"ref": ref, "number": number}, case_address(ref)
