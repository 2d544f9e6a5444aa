"""The history of a case: what was recorded, and what was known on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.options import AsAt, Ref, look
from cli.output import answer, bullets, entries, heading, pairs, say, spoken
from cli.session import Session
from states.words import time_of_day

if TYPE_CHECKING:
    from workflows.views.history import DateThen, HistoryLine, HistoryPage, Then

NO_DATE = {"unset": "no date", "held": "held", "running": "no date"}


@look
def history(session: Session, ref: Ref, as_at: AsAt = None) -> None:
    """Show what was recorded on a case, by whom and when; with --as-at only what was known by the end of that day."""
    from records import cases
    from workflows.views.history import history_page

    with session.reading() as tx:
        page = history_page(tx, cases.find(tx, ref, to_change=False), as_at)
    answer(page, _tell, as_json=session.as_json)


def _tell(page: HistoryPage) -> None:
    heading(f"{page.ref}  History" + (f" as it was known on {spoken(page.as_at)}" if page.as_at else ""))
    if page.then is None:
        say("  Nothing had been recorded by then.")
        return
    for one in page.entries:
        entries([_line(one)])
        bullets((f"{said.label}: {said.words}" for said in one.recorded), "quiet", lead="      - ")
    if page.as_at:
        _tell_then(page.then)


def _line(one: HistoryLine) -> tuple[str, str, str]:
    entry = one.entry
    at = f"; at {one.time}" if one.time else ""
    later = "" if one.time and not one.later else f"; recorded {spoken(one.known.date())}, {time_of_day(one.known)}"
    why = f"; {entry.reason}" if entry.reason else ""
    right = f"; put right by entry {' and entry '.join(map(str, one.put_right_by))}" if one.put_right_by else ""
    style = "quiet" if entry.actor.role == "system" else ""
    first = f"{entry.sequence:>3}  {spoken(entry.happened_on)}: {one.says}"
    return first, f"{one.by}{at}{later}{why}{right}", style


def _tell_then(then: Then) -> None:
    say()
    heading("What the case added up to")
    pairs([("Stood in", then.stands), ("Led by", then.lead), ("Agencies", ", ".join(then.agencies))])
    bullets(f"{one.label}: {_due(one)}" for one in then.dates)


def _due(one: DateThen) -> str:
    return "; ".join(filter(None, (spoken(one.due) or NO_DATE[one.status], one.note)))
