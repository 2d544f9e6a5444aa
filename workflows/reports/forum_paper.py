"""The paper for the chairs' forum: what the committee puts forward, and what earlier items did to its own guidance."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from states.words import counted
from workflows.papers.paper import Paper, Row, Table
from workflows.reports.case_files import Facts, File
from workflows.reports.file_reading import files

REGISTER = "forum_item"
SPECIAL = "special"
ANSWERED_SINCE_DAYS = 366
"""How long an item that has its answer stays in the paper."""


def forum_paper(tx: Connection, committee: str, today: date, hidden: frozenset[str]) -> Paper:
    """The agenda: items for a special meeting first, then those of the quarter, then what became of earlier ones.

    An item that came from one of the `hidden` cases does not say so: they are kept to others than whoever looks.
    """
    found = [(file, item) for file in files(tx, "committee") for item in file.items(REGISTER)]
    waiting = [(file, item) for file, item in found if not item.get("answered_on")]
    special = [one for one in waiting if one[1]["fields"].get("urgency") == SPECIAL]
    quarter = [one for one in waiting if one not in special]
    answered = [one for one in found if _is_recent(one[1].get("answered_on"), today)]
    return Paper(
        title="Paper for the chairs' forum",
        committee=committee,
        about="Items put forward, and what each did to the committee's own guidance and procedures",
        made_on=today,
        opening=(_opening(len(special), len(quarter)),),
        tables={
            "special": _agenda("For a specially convened meeting", special, hidden),
            "quarter": _agenda("For the forum of the quarter", quarter, hidden),
            "answered": _outcomes(answered),
        },
    )


def _opening(special: int, quarter: int) -> str:
    if not special and not quarter:
        return "Nothing is put forward."
    items = special + quarter
    urgent = f"{special} cannot wait for the forum: a special meeting is asked for." if special else ""
    return f"{counted(items, 'item')} {'is' if items == 1 else 'are'} put forward. {urgent}".strip()


def _agenda(caption: str, found: list[tuple[File, Facts]], hidden: frozenset[str]) -> Table:
    why = any(_said(item, "urgency_reason") for _, item in found)
    columns = ("Item", "Issue", "From case", "Put forward on", *(["Why it cannot wait"] if why else []))
    rows = (
        Row(
            item["id"],
            (
                _said(item, "issue"),
                "" if _said(item, "from_case") in hidden else _said(item, "from_case"),
                _day(_said(item, "put_forward_on")),
                *([_said(item, "urgency_reason")] if why else []),
            ),
        )
        for _, item in found
    )
    return Table(caption, columns, tuple(rows), words=True)


def _outcomes(found: list[tuple[File, Facts]]) -> Table:
    columns = ("Item", "Issue", "Effect on our own guidance", "What changed", "Outcome", "Decided on")
    rows = (
        Row(
            item["id"],
            (
                _said(item, "issue"),
                file.spoken("effect", item["fields"].get("effect"), REGISTER),
                _said(item, "guidance_changed"),
                _said(item, "outcome"),
                _day(_said(item, "decided_on")),
            ),
        )
        for file, item in found
    )
    return Table("What earlier items did", columns, tuple(rows), words=True)


def _said(item: Facts, name: str) -> str:
    return str(item["fields"].get(name) or "")


def _day(written: str) -> date | str:
    return date.fromisoformat(written) if written else ""


def _is_recent(answered: str | None, today: date) -> bool:
    return bool(answered) and (today - date.fromisoformat(str(answered))).days <= ANSWERED_SINCE_DAYS
