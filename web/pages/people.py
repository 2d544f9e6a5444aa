"""Who is on a case: lead officer, deputy, agencies, who holds a role; and its children, whose names are kept apart."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from records import cases, children
from records.cases import Case
from records.children import ChildDetails
from records.role_holders import ALWAYS_HELD
from states.errors import BadAnswer
from states.words import first_up, many, one_of
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at
from web.guard import At
from web.links import case_address
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.people import add_child, change_people, names_of
from workflows.views.name_readings import NameReading, name_readings
from workflows.views.question import Question

router = APIRouter()

NAMED = "named."
"""Before the name of a role, in a form."""
NO_NUMBER = "Write each number as what it is and the number, such as CHI=0105191234."


@deed_at(router, "/cases/{ref}/people", "people")
def change(at: Desk, ref: str) -> Deed:
    """Say who is on a case; the form shows who is now."""
    with at.reading() as tx:
        case = at.case(tx, ref)
    roles = tuple(role for role in case.procedure.roles if role not in ALWAYS_HELD)

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        lead, deputy = filled.word("lead"), filled.word("deputy")
        return change_people(
            uow,
            ref,
            lead=lead if lead != case.dossier.lead else None,
            deputy=deputy if deputy != case.dossier.deputy else None,
            joined=filled.several("joined"),
            left=filled.several("left"),
            named=_renamed(case, roles, filled),
            why=filled.word("reason"),
            seen=filled.seen,
        )[0]

    asked = tuple(_who_is(case, role) for role in roles)
    back = case_address(ref)
    return Deed(
        "case people", "Who is on the case", "Continue", do, {"ref": ref}, back, asked, filled=_now(case, roles)
    )


def _who_is(case: Case, role: str) -> Question:
    label = f"{case.procedure.label_of('roles', role)} on this case"
    return Question(f"{NAMED}{role}", label, "people", ask="may", help="One name on each line.")


def _now(case: Case, roles: tuple[str, ...]) -> FormData:
    """The form as the people of the case are now."""
    held = [(f"{NAMED}{role}.others", "\n".join(case.dossier.named.get(role, ()))) for role in roles]
    return FormData([("lead", case.dossier.lead), ("deputy", case.dossier.deputy), *held])


def _renamed(case: Case, roles: tuple[str, ...], filled: Filled) -> dict[str, tuple[str, ...]]:
    """The roles that somebody else is named for than before."""
    said = {role: filled.several(f"{NAMED}{role}") for role in roles}
    return {role: names for role, names in said.items() if names != tuple(case.dossier.named.get(role, ()))}


@router.get("/cases/{ref}/children", name="children")
def of_case(at: At, ref: str) -> Response:
    """Show how many children are on record, and who has read their names; no name is shown."""
    with at.reading_case(ref) as tx:
        case = cases.find(tx, ref, to_change=False)
        numbers, read = children.kept_numbers(tx, case.id), name_readings(tx, case.ref)
    return _page(at, case, numbers, read, None)


@router.post("/cases/{ref}/children/names", name="children_names")
def names(at: At, ref: str) -> Response:
    """Show the names, once; that they were read is put on record."""
    with at.uow() as uow:
        found = names_of(uow, ref)
    with at.reading_case(ref) as tx:
        case, read = cases.find(tx, ref, to_change=False), name_readings(tx, ref)
    numbers = tuple(one.number for one in found)
    return _page(at, case, numbers, read, found)


def _page(
    at: Desk, case: Case, numbers: Sequence[int], read: Sequence[NameReading], names: Sequence[ChildDetails] | None
) -> Response:
    """Whom a case is about, in the words of its edition."""
    subject = case.procedure.subject
    return at.page(
        "children.html",
        ref=case.ref,
        erased=case.dossier.erased,
        subject=subject,
        whom=first_up(many(subject, 2)),
        numbers=numbers,
        read=read,
        names=names,
    )


@deed_at(router, "/cases/{ref}/children/new", "child_new")
def enter(at: Desk, ref: str) -> Deed:
    """Enter a child, or whomever else a case of its edition is about."""
    with at.reading() as tx:
        subject = at.case(tx, ref).procedure.subject

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        numbers = dict(map(_identifier, filled.several("identifier")))
        return add_child(uow, ref, ChildDetails(filled.word("child"), filled.day("born"), numbers), seen=filled.seen)[0]

    back = f"{case_address(ref)}/children"
    return Deed("case child add", f"Enter {one_of(subject)}", "Continue", do, {"ref": ref}, back, keeps_drafts=False)


def _identifier(written: str) -> tuple[str, str]:
    kind, sign, value = written.partition("=")
    if not sign or not kind.strip() or not value.strip():
        raise BadAnswer(NO_NUMBER)
    return kind.strip(), value.strip()
