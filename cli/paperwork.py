"""What comes out: the year's summary, packs for the Care Inspectorate, the board, papers, the dates as a calendar."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option

from cli.door import Door, guidance
from cli.options import Ref, day, look, verb
from cli.shown import answer, bullets, entries, heading, pairs, say, spoken, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from workflows.inspectorate import Pack, Part
    from workflows.papers import Paper, Table

WORD = Path(__file__).parents[1] / "config" / "papers"

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
    from workflows.summary import summary_of
    from workflows.summary_tables import paper
    from workflows.year_rows import year_of

    wanted = year_of(year)
    with door.reading() as tx:
        made = paper(summary_of(tx, wanted, door.today), _committee(), full=full)
    _out(door, made, docx, pdf, xlsx, template or WORD / "summary.docx")


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
    from workflows import inspectorate

    part = _part(decision, outcome, alternative)
    if submitted is not None:
        with door.desk() as desk:
            inspectorate.submitted(desk, ref, part, submitted, reference, seen=door.seen)
    with door.reading() as tx:
        found = inspectorate.pack(tx, ref, part, door.today)
    made = inspectorate.paper(found)
    if docx or pdf or xlsx:
        _out(door, made, docx, pdf, xlsx, WORD / "paper.docx")
    else:
        answer(_pack_facts(found), _tell_pack, as_json=door.as_json)


@look
def extract(
    door: Door, completed_from: From, completed_to: To, docx: Docx = None, xlsx: Xlsx = None, csv: Csv = None
) -> None:
    """Extract the reviews completed in a period, with the data items that are analysed of them."""
    from workflows import extract as extracting
    from workflows.papers_sheet import csv_text

    with door.reading() as tx:
        found = extracting.extract(tx, completed_from, completed_to, door.today)
    if csv:
        _keep(csv, csv_text(found.columns, found.rows).encode("utf-8-sig"))
    if door.as_json:
        answer(found.facts(), lambda _: None, as_json=True)
    elif csv and not (docx or xlsx):
        say(f"Written: {csv}")
    else:
        _out(door, extracting.paper(found, _committee()), docx, None, xlsx, WORD / "paper.docx")


@look
def board(door: Door, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Show the follow-through board: for each recommendation what was promised, what is proven, what it changed."""
    from workflows import board as boards

    with door.reading() as tx:
        found = boards.board(tx, door.today)
    if door.as_json:
        answer(found.facts(), lambda _: None, as_json=True)
    else:
        _out(door, boards.paper(found, _committee()), docx, pdf, xlsx, WORD / "paper.docx")


@look
def forum_paper(door: Door, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Write the paper for the chairs' forum: what is put forward, and what earlier items changed."""
    from workflows.forum import forum_paper as paper_of

    with door.reading() as tx:
        made = paper_of(tx, _committee(), door.today)
    _out(door, made, docx, pdf, xlsx, WORD / "paper.docx")


@look
def calendar_feed(door: Door, file: Feed) -> None:
    """Write the dates owed as a calendar (iCalendar): references and labels only, no names."""
    from config.settings import settings
    from workflows.papers_calendar import calendar_feed as feed

    with door.reading() as tx:
        made = feed(tx, settings().sender_domain, door.now)
    _keep(file, made, replace=True)
    answer({"file": str(file)}, lambda _: say(f"The dates owed are in {file}."), as_json=door.as_json)


def _part(decision: bool, outcome: bool, alternative: bool) -> Part:
    if decision + outcome + alternative > 1:
        raise BadParameter("choose one of --decision, --outcome and --alternative.")
    return "outcome" if outcome else "alternative" if alternative else "decision"


def _committee() -> str:
    from config import procedures

    return guidance(procedures.names()[0]).committee or "Child Protection Committee"


def _out(door: Door, made: Paper, docx: Path | None, pdf: Path | None, xlsx: Path | None, template: Path) -> None:
    """Write a paper as it is asked for; as words on the screen, or JSON, where no file is named."""
    files = _files(made, docx, pdf, xlsx, template)
    for path, content in [(path, write()) for path, write in files]:  # nothing is written until all of it can be
        _keep(path, content)
    if door.as_json:
        answer(made.facts(), lambda _: None, as_json=True)
    elif files:
        bullets((f"Written: {path}" for path, _ in files), lead="")
    else:
        _tell(made)


def _files(
    made: Paper, docx: Path | None, pdf: Path | None, xlsx: Path | None, template: Path
) -> list[tuple[Path, Callable[[], bytes]]]:
    from workflows import papers_pdf, papers_sheet, papers_word

    wanted: list[tuple[Path | None, Callable[[], bytes]]] = [
        (docx, lambda: papers_word.word(made, template)),
        (pdf, lambda: papers_pdf.pdf(made)),
        (xlsx, lambda: papers_sheet.spreadsheet(made)),
    ]
    return [(path.absolute(), write) for path, write in wanted if path is not None]


def _keep(path: Path, content: bytes, *, replace: bool = False) -> None:
    from records.files import plainly_about, whole_file

    path = path.absolute()
    if path.exists() and not path.is_file():
        raise BadParameter(f"{path} is not a file that can be written over: give another name.")
    target = path.with_name(f"{path.name}.new") if replace else path
    if replace:
        target.unlink(missing_ok=True)
    with whole_file(target) as draft:
        draft.write_bytes(content)
    if replace:
        with plainly_about(path):
            target.replace(path)


def _tell(made: Paper) -> None:
    from workflows.papers import HEADINGS, grouped

    heading(made.title)
    say(f"{made.committee}. {made.about}.", "quiet")
    if made.warning:
        say(made.warning, "warn")
    bullets(made.opening, lead="")
    for one in made.tables.values():
        _tell_table(one)
    for name, told in made.told.items():
        if told:
            say()
            heading(HEADINGS.get(name, name.replace("_", " ").capitalize()))
        for under, all_of_it in grouped(told):
            say(under)
            bullets(f"{one.text} ({one.more})" if one.more else one.text for one in all_of_it)


def _tell_table(one: Table) -> None:
    if not one.rows:
        return
    say()
    heading(one.caption)
    table(one.columns, [(row.label, *row.shown) for row in one.rows])
    if one.note:
        say(one.note, "quiet")


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
    if facts["complete"]:
        say("Nothing that is needed is missing: the form can be opened.", "good")
    else:
        heading("Still missing, before anyone opens the form:")
        entries((label, f"recorded by: {how}", "bad") for label, how in facts["missing"])
