"""`cairn open`: opening a case under an edition of the guidance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli.form_input import given
from cli.options import Agencies, Authority, EditionName, Fields, FieldsFile, On, Reason, act
from cli.outcome import carry_out
from cli.session import Session

if TYPE_CHECKING:
    from records.cases import Case
    from states.steps import Transition
    from workflows.unit_of_work import UnitOfWork
FirstStep = Annotated[str, Option("--step", metavar="STEP", help="The step that opens it; else the edition's first.")]
Lead = Annotated[str, Option("--lead", metavar="NAME", help="Who leads the case; you, if that is your role.")]
Deputy = Annotated[str, Option("--deputy", metavar="NAME", help="Who stands in for whoever leads it.")]


@act
def open_(
    session: Session,
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
    from workflows.verbs.people import who_leads
    from workflows.views.forms import opening_form

    def opening(uow: UnitOfWork) -> Case:
        procedure = uow.guidance(edition)
        with _naming_the_others(procedure.openings, step):
            return open_case(
                uow,
                edition,
                step,
                answers=given(opening_form(procedure, step), field, fields),
                agencies=tuple(agency or ()),
                lead=who_leads(uow, lead, edition),
                deputy=deputy,
                reason=reason,
                authority=authority,
                on=on,
            )[0]

    carry_out(replace(session, makes=True), "", opening)


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
        raise type(refused)(*refused.obstacles, tried, advice=refused.advice) from None
