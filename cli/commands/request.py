"""Asking agencies for information, and recording what comes back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

from cli.form_input import given
from cli.options import Agency, Fields, FieldsFile, Kind, LateReason, On, Reason, Ref, day, story, verb
from cli.outcome import carry_out
from cli.session import Session

if TYPE_CHECKING:
    from records.cases import Case
    from workflows.unit_of_work import UnitOfWork

app = story("Ask agencies for information, and record what comes back.")

What = Annotated[str, Argument(metavar="REQUEST", help="What is asked for (cairn show REF names it).")]
Whom = Annotated[
    list[str] | None, Argument(metavar="AGENCY...", help='The agencies asked, such as "NHS Fife"; or all.')
]
AgenciesAsked = Annotated[
    list[str] | None,
    Option("--agency", "--agencies", metavar="AGENCY", help="An agency asked, or all; may be repeated."),
]
AboutItem = Annotated[
    str, Option("--about", metavar="ITEM", help="The item it is asked about, where it is asked about each, such as R2.")
]
AskedAgain = Annotated[str, Option("--reason", metavar="TEXT", help="Why it is asked again, where it has replied.")]
Instead = Annotated[str, Argument(metavar="OTHER", help="The agency it is for.")]

Promised = Annotated[date, Option("--until", parser=day, metavar="DATE", help="The day it promises.")]


@app.command()
@verb
def send(
    session: Session,
    ref: Ref,
    what: What,
    agencies: Whom = None,
    agency: AgenciesAsked = None,
    about: AboutItem = "",
    on: On = None,
    reason: AskedAgain = "",
) -> None:
    """Ask agencies, or all on the case (or of the item it is about): each has its own clock from today."""
    from workflows.verbs.request import request

    asked = (*(agencies or ()), *(agency or ()))
    if not asked:
        raise BadParameter('name the agencies to ask, such as "NHS Fife", or all.')
    carry_out(
        session, ref, lambda uow: request(uow, ref, what, asked, about=about, why=reason, on=on, seen=session.seen)[0]
    )


@app.command()
@verb
def answer(
    session: Session,
    ref: Ref,
    agency: Agency,
    kind: Kind = "",
    field: Fields = None,
    fields: FieldsFile = "",
    late_reason: LateReason = "",
    on: On = None,
) -> None:
    """Record what an agency answered."""
    from records import cases
    from workflows.verbs import request
    from workflows.views.forms import answer_form

    def answering(uow: UnitOfWork) -> Case:
        case = cases.find(uow.tx, ref, to_change=False)
        answers = given(answer_form(uow.tx, case, agency, kind), field, fields)
        return request.answer(
            uow, ref, agency, kind=kind, answers=answers, late_reason=late_reason, on=on, seen=session.seen
        )[0]

    carry_out(session, ref, answering)


@app.command()
@verb
def decline(session: Session, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "", on: On = None) -> None:
    """Record that an agency says no, and why."""
    from workflows.verbs import request

    carry_out(
        session, ref, lambda uow: request.decline(uow, ref, agency, reason, kind=kind, on=on, seen=session.seen)[0]
    )


@app.command()
@verb
def redirect(
    session: Session,
    ref: Ref,
    agency: Agency,
    other: Instead,
    reason: Reason = "",
    kind: Kind = "",
    on: On = None,
) -> None:
    """Record that it is for another agency, which is asked instead."""
    from workflows.verbs import request

    carry_out(
        session,
        ref,
        lambda uow: request.redirect(uow, ref, agency, other, reason, kind=kind, on=on, seen=session.seen)[0],
    )


@app.command()
@verb
def acknowledge(
    session: Session, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "", on: On = None
) -> None:
    """Record that an agency has it in hand: reminders rest until its date."""
    from workflows.verbs import request

    carry_out(
        session, ref, lambda uow: request.promise(uow, ref, agency, kind=kind, why=reason, on=on, seen=session.seen)[0]
    )


@app.command()
@verb
def promise(
    session: Session,
    ref: Ref,
    agency: Agency,
    until: Promised,
    reason: Reason = "",
    kind: Kind = "",
    on: On = None,
) -> None:
    """Record the day an agency promises: reminders rest until then. Where it names none: cairn request acknowledge."""
    from workflows.verbs import request

    carry_out(
        session,
        ref,
        lambda uow: request.promise(uow, ref, agency, until, kind=kind, why=reason, on=on, seen=session.seen)[0],
    )


@app.command()
@verb
def back(session: Session, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "") -> None:
    """Send an answer back because it is not enough: the agency is asked again."""
    from workflows.verbs import request

    carry_out(session, ref, lambda uow: request.send_back(uow, ref, agency, reason, kind=kind, seen=session.seen)[0])


@app.command()
@verb
def withdraw(session: Session, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "") -> None:
    """Withdraw what was asked: the agency is told, and its date is owed no longer."""
    from workflows.verbs import request

    carry_out(session, ref, lambda uow: request.withdraw(uow, ref, agency, reason, kind=kind, seen=session.seen)[0])


@app.command()
@verb
def reached(session: Session, ref: Ref, agency: Agency, on: On = None, reason: Reason = "", kind: Kind = "") -> None:
    """Record on which later day a request reached its agency: its clock counts from then."""
    from workflows.verbs import request

    day = on or session.today
    carry_out(
        session,
        ref,
        lambda uow: request.request_reached(uow, ref, agency, day, reason, kind=kind, seen=session.seen)[0],
    )
