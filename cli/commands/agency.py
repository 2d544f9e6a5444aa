"""The register of agencies: one name for each, whatever is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.options import Reason, keep, look, story
from cli.output import answer, answer_in_a_sentence, bullets, entries, say
from cli.register_lines import tell_history
from cli.session import Session

if TYPE_CHECKING:
    from workflows.views.agency_list import AgencyLine, AgencyList

app = story("The register of agencies: entered, given other names, merged, retired.")

Name = Annotated[str, Argument(metavar="AGENCY", help="An agency, by any of its names.")]
NewName = Annotated[str, Argument(metavar="NAME", help="What the agency is called.")]
To = Annotated[str, Argument(metavar="NAME", help="What it is called from now on.")]
Into = Annotated[str, Argument(metavar="OTHER", help="The agency it is one with, or has become part of.")]
Other = Annotated[str, Argument(metavar="OTHER_NAME", help="Another name it goes by.")]
Others = Annotated[list[str] | None, Option("--also", metavar="NAME", help="Another name it goes by; repeat it.")]
Calendar = Annotated[str, Option("--calendar", metavar="NAME", help="The calendar of its working days.")]
WhichCalendar = Annotated[str, Argument(metavar="CALENDAR", help="The calendar of its working days.")]
OneAgency = Annotated[str, Argument(metavar="AGENCY", help="One agency; all of them if not said.", show_default=False)]
Undo = Annotated[bool, Option("--undo", help="Let names that the register does not know be entered by themselves.")]


@app.command("list")
@look
def list_(session: Session) -> None:
    """List the agencies with their other names, who is written to there, and those that may be one and the same."""
    from workflows.views.agency_list import agency_list

    with session.reading() as tx:
        found = agency_list(tx)
    answer(found, _tell, as_json=session.as_json)


@app.command()
@look
def history(session: Session, name: OneAgency = "") -> None:
    """Show what was done about an agency (about all of them), when, by whom and why."""
    from workflows.views.agency_list import agency_history

    with session.reading() as tx:
        tell_history(session, tx, agency_history(tx, name))


@app.command()
@keep
def add(session: Session, name: NewName, also: Others = None, calendar: Calendar = "", reason: Reason = "") -> None:
    """Enter an agency, with other names it goes by and the calendar of its working days."""
    from workflows.verbs.agencies import add_agency

    with session.uow(keeps=True) as uow:
        made = add_agency(uow, name, also or (), calendar, reason)
    _done(session, made.name, f"{made.name} is in the register of agencies.")


@app.command()
@keep
def rename(session: Session, name: Name, to: To, reason: Reason = "") -> None:
    """Give an agency another name. The old one is still understood, and histories keep what they recorded."""
    from workflows.verbs.agencies import rename_agency

    with session.uow(keeps=True) as uow:
        made = rename_agency(uow, name, to, reason)
    _done(session, made.name, f"It is called {made.name} from now on.")


@app.command()
@keep
def merge(session: Session, name: Name, into: Into, reason: Reason = "") -> None:
    """Record that an agency is one with another: its names and its contacts are the other's from now on."""
    from workflows.verbs.agencies import merge_agencies

    with session.uow(keeps=True) as uow:
        other = merge_agencies(uow, name, into, reason)
    _done(session, other.name, f"{name.strip()} is {other.name} from now on.")


@app.command()
@keep
def also(session: Session, name: Name, other: Other, reason: Reason = "") -> None:
    """Add a name that an agency goes by, such as a short one."""
    from workflows.verbs.agencies import name_agency_also

    with session.uow(keeps=True) as uow:
        made = name_agency_also(uow, name, other, reason)
    _done(session, made.name, f"{made.name} is also called {made.other_names[-1]}.")


@app.command()
@keep
def calendar(session: Session, name: Name, which: WhichCalendar, reason: Reason = "") -> None:
    """Say by which calendar an agency works: contacts entered from now on have it."""
    from workflows.verbs.agencies import set_agency_calendar

    with session.uow(keeps=True) as uow:
        made = set_agency_calendar(uow, name, which, reason)
    _done(session, made.name, f"{made.name} works by the calendar {made.calendar}.")


@app.command()
@keep
def retire(session: Session, name: Name, reason: Reason = "") -> None:
    """Record that there is no such agency any more: it can be named on no case again."""
    from workflows.verbs.agencies import retire_agency

    with session.uow(keeps=True) as uow:
        made = retire_agency(uow, name, reason)
    _done(session, made.name, f"{made.name} is retired.")


@app.command()
@keep
def complete(session: Session, *, undo: Undo = False, reason: Reason = "") -> None:
    """Say that the register is complete: from now on a name it does not know is refused, and not entered by itself."""
    from workflows.verbs.agencies import complete_register

    with session.uow(keeps=True) as uow:
        complete_register(uow, complete=not undo, reason=reason)
    _done(session, "", "Names it does not know are entered again." if undo else "Names it does not know are refused.")


def _done(session: Session, name: str, sentence: str) -> None:
    answer_in_a_sentence(sentence, as_json=session.as_json, agency=name, did=sentence)


def _tell(found: AgencyList) -> None:
    entries(_agency(one) for one in found.agencies)
    if not found.agencies:
        say("No agency is entered yet: one is entered when it is first named, or by cairn agency add.")
    bullets((f"{one} and {other} may be one agency: cairn agency merge." for one, other in found.doubles), "warn")


def _agency(one: AgencyLine) -> tuple[str, str, str]:
    also = f"also {', '.join(one.other_names)}" if one.other_names else ""
    written = f"contacts: {', '.join(one.contacts)}" if one.contacts else "nobody is written to there"
    calendar = f"calendar {one.calendar}" if one.calendar else ""
    became = f"now {one.now}" if one.now else "" if one.active else "retired"
    return one.name, "; ".join(filter(None, (also, calendar, became or written))), ""
