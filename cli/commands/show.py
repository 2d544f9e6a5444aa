"""One case on one page: where it stands, who is on it, its dates, what can be done now and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.command_lines import command, maybe, worded
from cli.options import Ref, act
from cli.output import answer, away, bullets, entries, heading, pairs, say, spoken
from cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from workflows.views.case_dates import DateLine
    from workflows.views.case_page import CasePage, RequestLine
    from workflows.views.next_steps import StepLine

MOST_FIELDS = 6
"""So many fields of a step that need not be recorded are named on the page one by one."""
LAPSED = "Lapsed at the end of"


@act
def show(session: Session, ref: Ref) -> None:
    """Show a case: where it stands, its dates, what can be done now and what stands in the way.

    With --as (or CAIRN_ROLE) the steps are shown as they are for that role, else for whoever may take them.
    """
    from records import cases
    from workflows.views.case_page import case_page

    with session.reading() as tx:
        page = case_page(tx, cases.find(tx, ref, to_change=False), session.viewer())
    answer(page, _tell, as_json=session.as_json)


def _tell(page: CasePage) -> None:
    heading(f"{page.ref}  {page.review}: {page.stands}")
    pairs(_about(page))
    for title, part in PARTS:
        lines = part(page)
        if lines:
            say()
            heading(title)
            bullets(lines)
    _dates(page)
    _steps(page)


def _about(page: CasePage) -> list[tuple[str, str]]:
    links = ", ".join(f"{ref} ({kind.replace('_', ' ')})" for ref, kind in page.links.items())
    erased = "names erased" if page.erased else f"{page.children} entered" if page.children else "none entered"
    return [
        ("Phase", page.phase.replace("_", " ")),
        ("Since", spoken(page.since)),
        ("Waiting on", ", ".join(page.waiting_on)),
        (page.officer, page.lead or "nobody named"),
        ("Deputy", page.deputy),
        ("Agencies", ", ".join(page.agencies) or "none named"),
        *((role, ", ".join(names)) for role, names in page.named.items()),
        (page.whom, erased if page.whom else ""),
        ("Linked with", links),
        ("Opened", f"{spoken(page.opened_on)}, under {page.edition}"),
        ("Closed", spoken(page.closed_on)),
        ("Version", str(page.version)),
    ]


def _dates(page: CasePage) -> None:
    if page.dates:
        say()
        heading("Dates")
        entries((f"{_when(one)}: {one.label}", "; ".join((one.key, *_notes(one))), _style(one)) for one in page.dates)


def _notes(one: DateLine) -> list[str]:
    return [note if isinstance(note, str) else worded(note) for note in one.notes]


def _style(one: DateLine) -> str:
    if one.overdue:
        return "bad"
    return "" if one.open else "quiet"


def _when(one: DateLine) -> str:
    if not one.open:
        return f"{LAPSED if one.status == 'lapsed' else one.status.capitalize()} {spoken(one.ended_on)}"
    if one.due is None:
        return {"unset": "No date", "held": "Held"}[one.status]
    return f"{spoken(one.due)}, {away(one.days)}"


def _steps(page: CasePage) -> None:
    if page.can:
        say()
        heading("Steps possible now")
        for one in page.can:
            entries([(f"{one.step}: {one.label}", command(one.offer), "good")])
            bullets(one.asks, "quiet", lead="      - ")
            bullets(_maybe(one, page), "quiet", lead="      if it applies: ")
    if page.cannot:
        say()
        heading("Not yet")
        for one in page.cannot:
            entries([(f"{one.step}: {one.label}", "", "")])
            bullets((*one.obstacles, *one.asks), "warn", lead="      - ")
            bullets([command(one.offer)] if one.offer.verb else [], "quiet", lead="      ")
    if page.others:
        say()
        heading("Also")
        bullets(map(command, page.others), "quiet", lead="  ")


def _maybe(one: StepLine, page: CasePage) -> list[str]:
    """What a step may record besides; in short, where it need record nothing and there is much that it may."""
    if any(one.fields.values()) or len(one.fields) <= MOST_FIELDS:
        return list(filter(None, [maybe(one.maybe.fields)]))
    named = f"cairn procedure show {page.edition} names them"
    return [f"--field NAME=VALUE, any of its {len(one.fields)} fields ({named})"]


def _requests(page: CasePage) -> list[str]:
    return [f"{one.asked.agency}: {one.label}, {_fate(one)} ({one.asked.id})" for one in page.requests]


def _fate(one: RequestLine) -> str:
    asked, told = one.asked, f"asked {spoken(one.asked.asked_on)}"
    if asked.counts_from != asked.asked_on:
        told += f", counted from {spoken(asked.counts_from)}, when its letter could leave"
    if asked.status == "open":
        said = f", {one.said}" if one.said else ""
        returned = f", sent back {_times(asked.returns)}" if asked.returns else ""
        return f"{told}, not answered yet{said}{returned}"
    to = f" to {asked.redirected_to}" if asked.redirected_to else ""
    return f"{told}, {asked.status}{to} {spoken(asked.ended_on)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _holds(page: CasePage) -> list[str]:
    return [one.words for one in page.holds]


def _extensions(page: CasePage) -> list[str]:
    return [
        f"{one.extension.id}: {one.more} for {one.label}, {one.status}: {one.lapsed or one.extension.reason}"
        for one in page.extensions
    ]


def items(page: CasePage) -> list[str]:
    """What the lists kept on a case hold, one line an item."""
    return [f"{one.item.id} ({one.register}, {one.stands}): {one.words}" for one in page.items]


def _recommendations(page: CasePage) -> list[str]:
    return [f"{one.ref} ({one.ended or one.stands}): {one.text}" for one in page.recommendations]


def _recorded(page: CasePage) -> list[str]:
    return [f"{one.label}: {one.words}" for one in page.recorded]


def _tasks(page: CasePage) -> list[str]:
    return [f"{one.who}: {one.what} ({one.id})" for one in page.tasks]


def _drafts(page: CasePage) -> list[str]:
    looked_at = f"(cairn ladder confirm {page.ref} --preview)"
    return [f"{one.letter.words()}: {one.about} {looked_at}" for one in page.drafts]


PARTS: tuple[tuple[str, Callable[[CasePage], list[str]]], ...] = (
    ("Recorded", _recorded),
    ("Requests", _requests),
    ("Holds", _holds),
    ("More time", _extensions),
    ("Lists", items),
    ("Recommendations", _recommendations),
    ("Waits for a person", _tasks),
    ("Drafted, waiting for a yes", _drafts),
)
