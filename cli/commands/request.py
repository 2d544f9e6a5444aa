"""Asking agencies for information, and recording what comes back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.fields import given
from cli.options import Agency, Fields, FieldsFile, Kind, LateReason, On, Reason, Ref, day, story, verb
from cli.outcome import carry_out
from cli.session import Door

if TYPE_CHECKING:
    from records.cases import Case
    from states.steps import Field
    from workflows.unit_of_work import Desk

app = story("Ask agencies for information, and record what comes back.")

What = Annotated[str, Argument(metavar="REQUEST", help="What is asked for (cairn show REF names it).")]
Whom = Annotated[list[str], Argument(metavar="AGENCY...", help='The agencies asked, such as "NHS Fife".')]
Instead = Annotated[str, Argument(metavar="OTHER", help="The agency it is for.")]

Promised = Annotated[date, Option("--until", parser=day, metavar="DATE", help="The day it promises.")]


@app.command()
@verb
def send(door: Door, ref: Ref, what: What, agencies: Whom, on: On = None) -> None:
    """Ask agencies: each has its own clock from today."""
    from workflows.verbs.request import request

    carry_out(door, ref, lambda desk: request(desk, ref, what, tuple(agencies), on=on, seen=door.seen)[0])


@app.command()
@verb
def answer(
    door: Door,
    ref: Ref,
    agency: Agency,
    kind: Kind = "",
    field: Fields = None,
    fields: FieldsFile = "",
    late_reason: LateReason = "",
    on: On = None,
) -> None:
    """Record what an agency answered."""
    from workflows.verbs import request

    def answering(desk: Desk) -> Case:
        answers = given(_fields(desk, ref, agency, kind), field, fields)
        return request.answer(
            desk, ref, agency, kind=kind, answers=answers, late_reason=late_reason, on=on, seen=door.seen
        )[0]

    carry_out(door, ref, answering)


@app.command()
@verb
def decline(door: Door, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "") -> None:
    """Record that an agency says no, and why."""
    from workflows.verbs import request

    carry_out(door, ref, lambda desk: request.decline(desk, ref, agency, reason, kind=kind, seen=door.seen)[0])


@app.command()
@verb
def redirect(door: Door, ref: Ref, agency: Agency, other: Instead, reason: Reason = "", kind: Kind = "") -> None:
    """Record that it is for another agency, which is asked instead."""
    from workflows.verbs import request

    carry_out(door, ref, lambda desk: request.redirect(desk, ref, agency, other, reason, kind=kind, seen=door.seen)[0])


@app.command()
@verb
def acknowledge(door: Door, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "") -> None:
    """Record that an agency has it in hand: reminders rest until its date."""
    from workflows.verbs import request

    carry_out(door, ref, lambda desk: request.promise(desk, ref, agency, kind=kind, why=reason, seen=door.seen)[0])


@app.command()
@verb
def promise(door: Door, ref: Ref, agency: Agency, until: Promised, reason: Reason = "", kind: Kind = "") -> None:
    """Record the day an agency promises: reminders rest until then. Where it names none: cairn request acknowledge."""
    from workflows.verbs import request

    carry_out(
        door, ref, lambda desk: request.promise(desk, ref, agency, until, kind=kind, why=reason, seen=door.seen)[0]
    )


@app.command()
@verb
def back(door: Door, ref: Ref, agency: Agency, reason: Reason = "", kind: Kind = "") -> None:
    """Send an answer back because it is not enough: the agency is asked again."""
    from workflows.verbs import request

    carry_out(door, ref, lambda desk: request.send_back(desk, ref, agency, reason, kind=kind, seen=door.seen)[0])


def _fields(desk: Desk, ref: str, agency: str, kind: str) -> tuple[Field, ...]:
    """The fields of the request an answer belongs to; none where the verb will say that nobody asked."""
    from records import cases

    case = cases.find(desk.tx, ref, to_change=False)
    wanted = agency.casefold()
    asked = [
        one
        for one in case.dossier.requests.values()
        if wanted in (one.agency.casefold(), one.id.casefold()) and kind in ("", one.request)
    ]
    newest = next((one for one in reversed(asked) if one.status == "open"), asked[-1] if asked else None)
    return case.procedure.requests[newest.request].fields if newest else ()
