"""What comes out: the year's summary, packs for the Care Inspectorate, the board, papers, the dates as a calendar."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option

from cli.files_out import keep, out, told, write
from cli.options import Ref, day, look, verb
from cli.output import answer, entries, heading, pairs, say, spoken
from cli.session import Door, guidance

if TYPE_CHECKING:
    from workflows.reports.inspectorate_pack import Pack, Part

WORD = Path(__file__).parents[2] / "config" / "papers"

Written = Annotated[str, Option("--year", metavar="YEAR", help="The financial year, such as 2025-26.")]
Full = Annotated[bool, Option("--full", help="For the committee only: every case, and every count in full.")]
Docx = Annotated[Path | None, Option("--docx", metavar="FILE", help="Write it as a Word document.")]
Pdf = Annotated[Path | None, Option("--pdf", metavar="FILE", help="Write it as a PDF that screen readers can read.")]
Xlsx = Annotated[Path | None, Option("--xlsx", metavar="FILE", help="Write it as a spreadsheet.")]
Csv = Annotated[Path | None, Option("--csv", metavar="FILE", help="Write it as a table (CSV).")]
Template = Annotated[Path | None, Option("--template", metavar="FILE", help="Your own Word template.")]
From = Annotated[date, Option("--completed-from", parser=day, metavar="DATE", help="The first day of the period.")]
To = Annotated[date, Option("--completed-to", parser=day, metavar="DATE", help="The last day of the period.")]
Decision = Annotated[bool, Option("--decision", help="What goes with the decision (unless said otherwise).")]
Outcome = Annotated[bool, Option("--outcome", help="What goes with the outcome.")]
Alternative = Annotated[bool, Option("--alternative", help="What goes with learning in another way.")]
Submitted = Annotated[
    date | None, Option("--submitted", parser=day, metavar="DATE", help="Record that it was submitted.")
]
Reference = Annotated[str, Option("--reference", metavar="TEXT", help="The reference the form was given.")]
Feed = Annotated[Path, Argument(metavar="FILE", help="The calendar to write, such as dates.ics; it is replaced.")]


@look
def summary(
    door: Door,
    year: Written,
    full: Full = False,
    docx: Docx = None,
    pdf: Pdf = None,
    xlsx: Xlsx = None,
    template: Template = None,
) -> None:
    """Sum up a year: every case considered, whether or not a review followed, and what was learned."""
    from workflows.reports.annual_summary import summary_of
    from workflows.reports.annual_summary_paper import paper
    from workflows.reports.case_files import year_of

    wanted = year_of(year)
    with door.reading() as tx:
        made = paper(summary_of(tx, wanted, door.today), _committee(), full=full)
    out(door, made, docx, pdf, xlsx, template or WORD / "summary.docx")


@verb
def pack(
    door: Door,
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

    part = _part(decision, outcome, alternative)
    if submitted is not None:
        with door.desk() as desk:
            inspectorate_pack.submitted(desk, ref, part, submitted, reference, seen=door.seen)
    with door.reading() as tx:
        found = inspectorate_pack.pack(tx, ref, part, door.today)
    made = inspectorate_pack.paper(found)
    if docx or pdf or xlsx:
        out(door, made, docx, pdf, xlsx, WORD / "paper.docx")
    else:
        answer(_pack_facts(found), _tell_pack, as_json=door.as_json)


@look
def extract(
    door: Door, completed_from: From, completed_to: To, docx: Docx = None, xlsx: Xlsx = None, csv: Csv = None
) -> None:
    """Extract the reviews completed in a period, with the data items that are analysed of them."""
    from workflows.papers.spreadsheet import csv_text
    from workflows.reports import extract as extracting

    with door.reading() as tx:
        found = extracting.extract(tx, completed_from, completed_to, door.today)
    made = extracting.one_by_one(found, _committee())
    files = write(made, docx, None, None, WORD / "paper.docx")
    files += write(extracting.paper(found, _committee()), None, None, xlsx, WORD / "paper.docx")
    if csv:
        keep(csv, csv_text(found.columns, found.rows).encode("utf-8-sig"))
    told(door, made, found.facts(), [*files, *([csv] if csv else [])])


@look
def board(door: Door, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Show the follow-through board: for each recommendation what was promised, what is proven, what it changed."""
    from workflows.reports import follow_through_board as boards

    with door.reading() as tx:
        found = boards.board(tx, door.today)
    made = boards.paper(found, _committee())
    told(door, made, found.facts(), write(made, docx, pdf, xlsx, WORD / "paper.docx"))


@look
def forum_paper(door: Door, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Write the paper for the chairs' forum: what is put forward, and what earlier items changed."""
    from workflows.reports.forum_paper import forum_paper as paper_of

    with door.reading() as tx:
        made = paper_of(tx, _committee(), door.today)
    out(door, made, docx, pdf, xlsx, WORD / "paper.docx")


@look
def calendar_feed(door: Door, file: Feed) -> None:
    """Write the dates owed as a calendar (iCalendar): references and labels only, no names."""
    from config.settings import settings
    from workflows.papers.calendar_feed import calendar_feed as feed

    with door.reading() as tx:
        made = feed(tx, settings().sender_domain, door.now)
    keep(file, made, replace=True)
    answer({"file": str(file)}, lambda _: say(f"The dates owed are in {file}."), as_json=door.as_json)


def _part(decision: bool, outcome: bool, alternative: bool) -> Part:
    if decision + outcome + alternative > 1:
        raise BadParameter("choose one of --decision, --outcome and --alternative.")
    return "outcome" if outcome else "alternative" if alternative else "decision"


def _committee() -> str:
    from config import procedures

    return guidance(procedures.names()[0]).committee or "Child Protection Committee"


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
