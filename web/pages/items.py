"""The lists kept on a case: findings, actions and others are entered, answered, brought up to date."""

from __future__ import annotations

from fastapi import APIRouter

from records.cases import Case
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.register_items import add_item, answer_item, update_item
from workflows.views.question_parts import ON

router = APIRouter()


@deed_at(router, "/cases/{ref}/lists", "items")
def enter(at: Desk, ref: str) -> Deed:
    """Enter an item in one of the lists of a case."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return add_item(uow, ref, filled.word("register"), filled.answers, on=filled.day("on"), seen=filled.seen)[0]

    label = _list_label(at, ref, at.request.query_params.get("register", ""))
    title = f"Enter in: {label}" if label else "Enter something in a list"
    return Deed("item add", title, "Continue", do, {"ref": ref}, case_address(ref), (ON,), ("register",))


@deed_at(router, "/cases/{ref}/items/{item}/answer", "item_answer")
def answer(_: Desk, ref: str, item: str) -> Deed:
    """Answer an item, such as what the committee made of a finding."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return answer_item(uow, ref, item, filled.answers, on=filled.day("on"), seen=filled.seen)[0]

    given = {"ref": ref, "item": item}
    return Deed("item respond", f"Respond to {item}", "Continue", do, given, case_address(ref), (ON,))


@deed_at(router, "/cases/{ref}/items/{item}/update", "item_update")
def update(_: Desk, ref: str, item: str) -> Deed:
    """Record something about an item, such as progress on an action."""

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return update_item(uow, ref, item, filled.answers, on=filled.day("on"), seen=filled.seen)[0]

    given = {"ref": ref, "item": item}
    return Deed("item update", f"Record about {item}", "Continue", do, given, case_address(ref), (ON,))


def _list_label(at: Desk, ref: str, name: str) -> str:
    """What a list of a case is called; empty where it keeps no such list."""
    if not name:
        return ""
    with at.reading() as tx:
        rule = at.case(tx, ref).procedure.registers.get(name)
    return rule.label if rule else ""
