"""`cairn pack`: what a form of the Care Inspectorate asks, what is missing, and that it was submitted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import BadParameter, Option

from cli.command_lines import worded
from cli.files_out import out
from cli.form_input import given
from cli.options import AsAt, Fields, Reason, Ref, day, verb
from cli.output import answer, entries, heading, pairs, say, spoken
from cli.session import Session

if TYPE_CHECKING:
    from workflows.reports.inspectorate_pack import Part
    from workflows.views.pack import PackPage
from cli.paper_options import WORD, Docx, Pdf, Xlsx

Decision = Annotated[bool, Option("--decision", help="What goes with the decision (unless said otherwise).")]
Outcome = Annotated[bool, Option("--outcome", help="What goes with the outcome.")]
Alternative = Annotated[bool, Option("--alternative", help="What goes with learning in another way.")]
Submitted = Annotated[
    date | None, Option("--submitted", parser=day, metavar="DATE", help="Record that it was submitted.")
]
Step = Annotated[
    str, Option("--step", metavar="STEP", help="The step that is taken with it, where several record that it was sent.")
]
Reference = Annotated[str, Option("--reference", metavar="TEXT", help="The reference the form was given.")]


@verb
def pack(
    session: Session,
    ref: Ref,
    decision: Decision = False,
    outcome: Outcome = False,
    alternative: Alternative = False,
    submitted: Submitted = None,
    reference: Reference = "",
    field: Fields = None,
    step: Step = "",
    reason: Reason = "",
    as_at: AsAt = None,
    docx: Docx = None,
    pdf: Pdf = None,
    xlsx: Xlsx = None,
) -> None:
    """Gather what a form of the Care Inspectorate asks, say what is missing, or record that it was submitted."""
    from workflows.reports import inspectorate_pack
    from workflows.verbs.submit_form import fields_asked
    from workflows.verbs.submit_form import submitted as submitted_form
    from workflows.views.pack import PackPage

    part = _part(decision, outcome, alternative)
    if submitted is not None:
        with session.uow() as uow:
            answers = given(fields_asked(uow, ref, part), field)
            more = {"step": step, "reason": reason}
            submitted_form(uow, ref, part, submitted, reference, answers=answers, seen=session.seen, **more)
    with session.reading() as tx:
        found = inspectorate_pack.pack(tx, ref, part, session.today, as_at)
    if docx or pdf or xlsx:
        out(session, inspectorate_pack.paper(found, worded), docx, pdf, xlsx, WORD / "paper.docx")
    else:
        answer(PackPage.of(found), _tell_pack, as_json=session.as_json)


def _part(decision: bool, outcome: bool, alternative: bool) -> Part:
    if decision + outcome + alternative > 1:
        raise BadParameter("choose one of --decision, --outcome and --alternative.")
    return "outcome" if outcome else "alternative" if alternative else "decision"


def _tell_pack(page: PackPage) -> None:
    found = page.pack
    heading(f"{found.ref}: {found.part}, for the Care Inspectorate")
    pairs(found.items)
    say()
    if page.note:
        say(page.note, "warn")
    say(f"Due {spoken(found.due_on)}. {found.limit}" if found.due_on else found.limit)
    if page.submitted:
        say(page.submitted, "good")
    if found.still_owed.words:
        say(f"Its date is still open on the case; what ends it: {worded(found.still_owed)}", "warn")
    if page.complete:
        say("Nothing that is needed is missing: the form can be opened.", "good")
    else:
        heading("Still missing, before anyone opens the form:")
        entries((label, f"recorded by: {worded(how)}", "bad") for label, how in found.missing)
