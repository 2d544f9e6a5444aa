"""The register of agencies: entered from a list, renamed, given other names and a calendar, merged, retired."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, NotFound
from states.next_step import NextStep, advice
from web.answers import Filled
from web.desk import Desk
from web.form_routes import form_at, keeping_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, WHY, Keeping
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import agencies as verbs
from workflows.views.agency_list import AgencyLine, AgencyList, agency_list
from workflows.views.calendars import calendars
from workflows.views.question import Question

router = APIRouter()

BACK = "/committee/agencies"
SAY_WHETHER = "“Whether every agency is entered” is missing: say yes or no."
REFUSED, ENTERED = "Names it does not know are refused.", "Names it does not know are entered again."
NO_OTHER = advice("There is no other agency: {} it first.", NextStep("agency add"))


@router.get(BACK, name="agencies")
def agencies(at: At) -> Response:
    """Show the agencies there are, and pairs that may be one and the same."""
    return at.page("committee/agencies.html", register=_register(at))


@keeping_at(router, f"{BACK}/new", "agency_new")
def _entering(_: Desk) -> Keeping:
    """Enter agencies."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        made = [verbs.add_agency(uow, name).name for name in filled.several("agencies")]
        return "Entered are: " + ", ".join(made) if made else "No agency is named: nothing would be entered."

    hint = "One on each line. A list may be pasted."
    asked = (Question("agencies", "Agencies", "agencies", help=hint),)
    return Keeping("Enter agencies", "Continue", BACK, asked, do, "agencies", "Agencies")


@form_at(f"{BACK}/complete", "agencies_complete")
def _complete(_: Desk) -> Keeping:
    """Say that every agency is entered: from now on a name that is not known is refused. Or that it is no longer so."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        if filled.word("complete") not in {"yes", "no"}:
            raise BadAnswer(SAY_WHETHER)
        complete = filled.word("complete") == "yes"
        verbs.complete_register(uow, complete=complete, reason=filled.word("reason"))
        return REFUSED if complete else ENTERED

    asked = (Question("complete", "Whether every agency is entered", "yes_no"), MAY_SAY_WHY)
    return Keeping("The register of agencies", "Continue", BACK, asked, do, back_to="Agencies")


@keeping_at(router, f"{BACK}/{{number}}/{{what}}", "agency_change")
def _change(at: Desk, number: str, what: str) -> Keeping:
    """Change an agency: `what` is name, other-name, calendar, merge or retire."""
    register = _register(at)
    one = next((each for each in register.agencies if str(each.id) == number), None)
    if one is None or what not in CHANGES:
        raise NotFound("There is no such agency, or nothing like that to change about it.")
    return CHANGES[what](one, register)


def _renaming(one: AgencyLine, _: AgencyList) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        made = verbs.rename_agency(uow, one.name, filled.word("to"), filled.word("reason"))
        return f"{one.name} is called {made.name} from now on. The old name goes on being understood."

    asked = (Question("to", "New name"), MAY_SAY_WHY)
    return Keeping(f"Rename {one.name}", "Continue", BACK, asked, do, back_to="Agencies", is_now={"to": one.name})


def _naming_also(one: AgencyLine, _: AgencyList) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        made = verbs.name_agency_also(uow, one.name, filled.word("other"), filled.word("reason"))
        return f"{made.name} is also found as {', '.join(made.other_names)}."

    asked = (Question("other", "Another name", help="Such as a short one."), MAY_SAY_WHY)
    return Keeping(f"Another name of {one.name}", "Continue", BACK, asked, do, back_to="Agencies")


def _calendar(one: AgencyLine, _: AgencyList) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        verbs.set_agency_calendar(uow, one.name, filled.word("calendar"), filled.word("reason"))
        return f"Contacts of {one.name} that are entered from now on work by the calendar {filled.word('calendar')}."

    known = tuple((each.name, each.label) for each in calendars())
    asked = (Question("calendar", "Calendar of its working days", "choice", known), MAY_SAY_WHY)
    is_now = {"calendar": one.calendar}
    return Keeping(f"The calendar of {one.name}", "Continue", BACK, asked, do, back_to="Agencies", is_now=is_now)


def _merging(one: AgencyLine, register: AgencyList) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        other = verbs.merge_agencies(uow, one.name, filled.word("into"), filled.word("reason"))
        return f"{one.name} is read as {other.name} from now on, in histories and contacts too. This is not undone."

    others = tuple((each.name, "") for each in register.agencies if each.active and each.id != one.id)
    asked = (Question("into", "The agency it is, or became part of", "choice", others, none=NO_OTHER), WHY)
    return Keeping(f"Merge {one.name} into another", "Continue", BACK, asked, do, back_to="Agencies")


def _retiring(one: AgencyLine, _: AgencyList) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        verbs.retire_agency(uow, one.name, filled.word("reason"))
        return f"{one.name} is named on no case again. Cases that name it already keep it."

    return Keeping(f"Retire {one.name}", "Continue", BACK, (WHY,), do, "retired", "Agencies")


CHANGES: dict[str, Callable[[AgencyLine, AgencyList], Keeping]] = {
    "name": _renaming,
    "other-name": _naming_also,
    "calendar": _calendar,
    "merge": _merging,
    "retire": _retiring,
}
"""What can be changed about an agency, by the last word of its address."""


def _register(at: Desk) -> AgencyList:
    with at.reading() as tx:
        return agency_list(tx)
