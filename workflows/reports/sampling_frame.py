"""The sampling frame: the cases there were on a day, grouped by what they have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date

from sqlalchemy import Connection

from workflows.reports.case_figures import newest_decision
from workflows.reports.case_files import AsAt, File
from workflows.reports.file_reading import files

NOT_YET = "Not decided yet"
NO_AGENCY = "No agency named"


def _outcome(file: File) -> str:
    found = newest_decision(file)
    return found.decision if found else NOT_YET


def _year(file: File) -> str:
    begins = file.opened_on.year - ((file.opened_on.month, file.opened_on.day) < (4, 1))
    return f"Opened in {begins}-{(begins + 1) % 100:02}"


def _agency(file: File) -> str:
    return next(iter(file.dossier.get("agencies", ())), NO_AGENCY)


BY: Mapping[str, tuple[str, Callable[[File], str]]] = {
    "outcome": ("What was decided", _outcome),
    "edition": ("Edition of the guidance", lambda file: file.procedure.title),
    "year": ("Year in which it was opened", _year),
    "agency": ("Agency named first", _agency),
    "none": ("No strata", lambda _: "All cases"),
}
"""By what cases can be put into strata: the words of it, and how a case's stratum is told."""


def frame(
    tx: Connection,
    by: str,
    as_on: date,
    without: Collection[str],
    opened_from: date | None = None,
    opened_to: date | None = None,
) -> dict[str, list[str]]:
    """The references of the cases there were at the end of a day, as they were then known, by stratum.

    Duplicates are no cases of their own; `without` are left out (those kept to named people).
    """
    found: dict[str, list[str]] = defaultdict(list)
    stratum = BY[by][1]
    for file in files(tx, "case", as_at=AsAt(as_on, as_on)):
        early = opened_from is not None and file.opened_on < opened_from
        if early or (opened_to is not None and file.opened_on > opened_to):
            continue
        if not file.duplicate_of and file.ref not in without:
            found[stratum(file)].append(file.ref)
    return dict(found)
