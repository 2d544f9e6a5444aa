"""The retrospective extract at the desk: the reviews completed in a period, looked at and saved in every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from states.errors import BadAnswer, Refused
from states.typed_days import read_day
from web.answers import NO_DAY
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.pages.learning_pages import sent
from workflows.papers.kinds import KINDS
from workflows.papers.paper import Paper
from workflows.papers.spreadsheet import csv_text
from workflows.reports.extract import Extract, extract, one_by_one, paper
from workflows.verbs.record_reading import record_reading
from workflows.views.hidden_cases import check_extract

router = APIRouter()

HERE = "/learning/extract"
FOR_MACHINES: dict[str, tuple[str, str, Callable[[Extract], bytes]]] = {
    "csv": ("A table (CSV)", "text/csv", lambda one: csv_text(one.keys, one.table()).encode("utf-8-sig")),
    "json": (
        "What each column is (JSON)",
        "application/json",
        lambda one: json.dumps(one.dictionary(), ensure_ascii=False, indent=1).encode(),
    ),
}
"""What is saved for machines, by the ending of its files: what it is called, its kind, and how it is made."""


@router.get(HERE, name="extract")
def page(at: At, first: str = "", last: str = "") -> Response:
    """Ask for a period, and show the reviews completed in it."""
    made: Paper | None = None
    wrong: Refused | None = None
    try:
        if first.strip() or last.strip():
            made = one_by_one(extract_of(at, first, last), at.site.committee)
    except Refused as refused:
        wrong = refused
    kinds = {**KINDS, **FOR_MACHINES}
    return at.page("learning/extract.html", **refusal(wrong), paper=made, first=first, last=last, kinds=kinds)


@router.get(f"{HERE}/{{kind}}", name="extract_file")
def file(at: At, kind: str, first: str = "", last: str = "") -> Response:
    """Send it as a file of a kind."""
    found = extract_of(at, first, last)
    name = f"reviews-{found.first.isoformat()}-{found.last.isoformat()}"
    if kind in FOR_MACHINES:
        _, media, make = FOR_MACHINES[kind]
        headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
        return Response(make(found), media_type=media, headers=headers)
    return sent((paper if kind == "xlsx" else one_by_one)(found, at.site.committee), kind, name)


def extract_of(at: Desk, first: str, last: str) -> Extract:
    """The extract of a period; that each review of it was read is put on record."""
    days = _days({"From": first, "To": last})
    with at.reading() as tx:
        found = extract(tx, *days, at.viewer.today)
        refs = check_extract(found, at.hidden(tx))
    with at.uow() as uow:
        for ref in sorted(refs):
            record_reading(uow, ref, "extract")
    return found


def _days(typed: dict[str, str]) -> tuple[date, date]:
    """The first and the last day. Raises BadAnswer for what is no day."""
    known = {label: read_day(one.strip()) for label, one in typed.items()}
    wrong = [NO_DAY.format(label=label, typed=typed[label][:40]) for label, day in known.items() if day is None]
    if wrong:
        raise BadAnswer(*wrong)
    first, last = (day for day in known.values() if day is not None)
    return first, last
