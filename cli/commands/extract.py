"""`cairn extract`: the reviews completed in a period, with their data items."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from typer import Option

from cli.files_out import contents, told, write
from cli.options import AsAt, day, look
from cli.paper_options import WORD, Docx, Xlsx, committee_name
from cli.session import Session

Csv = Annotated[Path | None, Option("--csv", metavar="FILE", help="Write it as a table (CSV).")]
Dictionary = Annotated[
    Path | None, Option("--dictionary", metavar="FILE", help="Write what each column is (JSON, a Table Schema).")
]
From = Annotated[date, Option("--completed-from", parser=day, metavar="DATE", help="The first day of the period.")]
To = Annotated[date, Option("--completed-to", parser=day, metavar="DATE", help="The last day of the period.")]


@look
def extract(
    session: Session,
    completed_from: From,
    completed_to: To,
    as_at: AsAt = None,
    docx: Docx = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    dictionary: Dictionary = None,
) -> None:
    """Extract the reviews completed in a period, with the data items that are analysed of them."""
    from workflows.papers.spreadsheet import csv_text
    from workflows.reports import extract as extracting
    from workflows.views.hidden_cases import check_extract

    with session.reading() as tx:
        found = extracting.extract(tx, completed_from, completed_to, session.today, as_at)
    session.reads(check_extract(found, session.hidden()))
    made = extracting.one_by_one(found, committee_name())
    files = contents(made, docx, None, None, WORD / "paper.docx")
    files += contents(extracting.paper(found, committee_name()), None, None, xlsx, WORD / "paper.docx")
    if csv:
        files.append((csv, csv_text(found.keys, found.table()).encode("utf-8-sig")))
    if dictionary:
        files.append((dictionary, json.dumps(found.dictionary(), ensure_ascii=False, indent=1).encode()))
    told(session, made, found.facts(), write(files))
