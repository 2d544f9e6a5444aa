"""Opening a case, and taking it a step further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.attached import Files, filled_in
from cli.fields import given
from cli.options import Agencies, Authority, EditionName, Fields, FieldsFile, LateReason, On, Reason, Ref, act, verb
from cli.outcome import carry_out
from cli.session import Door

if TYPE_CHECKING:
    from records.cases import Case
    from states.steps import Transition
    from workflows.unit_of_work import Desk

Step = Annotated[str, Argument(metavar="STEP", help="The step to take (cairn show REF lists them).")]
FirstStep = Annotated[str, Option("--step", metavar="STEP", help="The step that opens it; else the edition's first.")]
Lead = Annotated[str, Option("--lead", metavar="NAME", help="The lead officer of the case; you, if that is your role.")]
Deputy = Annotated[str, Option("--deputy", metavar="NAME", help="Who stands in for the lead officer.")]
Override = Annotated[str, Option("--override", metavar="TEXT", help="Why you go on without what the step waits for.")]


@act
def open_(
    door: Door,
    edition: EditionName,
    step: FirstStep = "",
    field: Fields = None,
    fields: FieldsFile = "",
    agency: Agencies = None,
    lead: Lead = "",
    deputy: Deputy = "",
    on: On = None,
    reason: Reason = "",
    authority: Authority = "",
) -> None:
    """Open a case under an edition of the guidance, which it keeps."""
    from workflows.verbs.open import open_case

    def opening(desk: Desk) -> Case:
        openings = desk.guidance(edition).openings
        first = next((move for move in openings if move.trigger == step), openings[0] if openings else None)
        with _naming_the_others(openings, step):
            return open_case(
                desk,
                edition,
                step,
                answers=given(first.fields if first else (), field, fields),
                agencies=tuple(agency or ()),
                lead=lead or (door.name if door.role == "lead_officer" else ""),
                deputy=deputy,
                reason=reason,
                authority=authority,
                on=on,
            )[0]

    carry_out(door, "", opening)


@contextmanager
def _naming_the_others(openings: Sequence[Transition], step: str) -> Iterator[None]:
    """Whoever did not say how the case opens, and is refused, is told the ways there are."""
    from states.errors import Refused

    try:
        yield
    except Refused as refused:
        if step or len(openings) < 2:  # noqa: PLR2004  one way needs no choosing
            raise
        ways = "; ".join(f"--step {move.trigger} ({move.label})" for move in openings)
        tried = f"This was tried as {openings[0].trigger}, the first of the ways a case opens here: {ways}."
        raise type(refused)(*refused.obstacles, tried) from None


@verb
def advance(
    door: Door,
    ref: Ref,
    step: Step,
    field: Fields = None,
    fields: FieldsFile = "",
    file: Files = None,
    on: On = None,
    reason: Reason = "",
    authority: Authority = "",
    override: Override = "",
    late_reason: LateReason = "",
) -> None:
    """Take the next step of a case, with what the step must record."""
    from workflows.verbs import advance as advancing

    words = {"reason": reason, "authority": authority, "override": override, "late_reason": late_reason}

    def taking(desk: Desk) -> Case:
        from records import cases

        case = cases.find(desk.tx, ref, to_change=False)
        move = case.procedure.moves.get((case.dossier.state, step))
        answers = filled_in(move.fields if move else (), (field, fields, file))
        return advancing.advance(desk, ref, step, answers=answers, on=on, seen=door.seen, **words)[0]

    carry_out(door, ref, taking)
