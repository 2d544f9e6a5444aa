"""`cairn pack`: what a form of the Care Inspectorate asks, what is missing, and that it was submitted."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from typer import BadParameter, Option

from cli.files_out import out
from cli.options import Ref, day, verb
from cli.output import answer, entries, heading, pairs, say, spoken
from cli.session import Session

if TYPE_CHECKING:
    from workflows.reports.inspectorate_pack import Pack, Part
from cli.paper_options import WORD, Docx, Pdf, Xlsx

Decision = Annotated[bool, Option("--decision", help="What goes with the decision (unless said otherwise).")]
Outcome = Annotated[bool, Option("--outcome", help="What goes with the outcome.")]
Alternative = Annotated[bool, Option("--alternative", help="What goes with learning in another way.")]
Submitted = Annotated[
    date | None, Option("--submitted", parser=day, metavar="DATE", help="Record that it was submitted.")
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
    docx: Docx = None,
    pdf: Pdf = None,
    xlsx: Xlsx = None,
) -> None:
    """Gather what a form of the Care Inspectorate asks, say what is missing, or record that it was submitted."""
    from workflows.reports import inspectorate_pack
    from workflows.verbs.submit_form import submitted as submitted_form

    part = _part(decision, outcome, alternative)
    if submitted is not None:
        with session.uow() as uow:
            submitted_form(uow, ref, part, submitted, reference, seen=session.seen)
    with session.reading() as tx:
        found = inspectorate_pack.pack(tx, ref, part, session.today)
    made = inspectorate_pack.paper(found)
    if docx or pdf or xlsx:
        out(session, made, docx, pdf, xlsx, WORD / "paper.docx")
    else:
        answer(_pack_facts(found), _tell_pack, as_json=session.as_json)


def _part(decision: bool, outcome: bool, alternative: bool) -> Part:
    if decision + outcome + alternative > 1:
        raise BadParameter("choose one of --decision, --outcome and --alternative.")
    return "outcome" if outcome else "alternative" if alternative else "decision"


def _pack_facts(found: Pack) -> dict[str, Any]:
    from dataclasses import asdict

    facts: dict[str, Any] = json.loads(json.dumps(asdict(found), default=str))
    return {**facts, "complete": found.complete}


def _tell_pack(facts: dict[str, Any]) -> None:
    heading(f"{facts['ref']}: {facts['part']}, for the Care Inspectorate")
    pairs(facts["items"])
    say()
    say(f"Due {spoken(facts['due_on'])}. {facts['limit']}" if facts["due_on"] else facts["limit"])
    if facts["submitted_on"]:
        say(f"Submitted {spoken(facts['submitted_on'])}, reference {facts['reference']}.", "good")
    if facts["still_owed"]:
        say(f"Its date is still open on the case; what ends it: {facts['still_owed']}", "warn")
    if facts["complete"]:
        say("Nothing that is needed is missing: the form can be opened.", "good")
    else:
        heading("Still missing, before anyone opens the form:")
        entries((label, f"recorded by: {how}", "bad") for label, how in facts["missing"])
