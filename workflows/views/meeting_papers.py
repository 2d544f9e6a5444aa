"""The papers of a meeting: its agenda, and the draft minute. The minute says what is on record, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from config.meetings import BodyRule
from records import cases, meetings
from states.meetings import AgendaLine, Meeting
from states.words import counted, first_up, full_weekday, spoken
from workflows.papers.paper import Paper, Row, Table, Told
from workflows.views.history import history_page
from workflows.views.meeting_page import FIRST_ITEMS, ItemLine, item_lines
from workflows.views.meeting_people import People, people
from workflows.views.viewer import Viewer

CONFIDENTIAL = "For the members of this body only, not for publication."
DRAFT = "Draft minute: to be approved at a later meeting. For the members of this body only, not for publication."
LAST_ITEM = "Any other competent business"


def agenda_paper(tx: Connection, meeting: Meeting, rule: BodyRule, committee: str, viewer: Viewer) -> Paper:
    """The agenda as a paper for one reader: of an item that is shut to them it names neither case nor papers."""
    lines = [one for one in item_lines(tx, meeting, rule, viewer, people(tx, rule)) if not one.item.left_out]
    first = [Row(str(number), (words, "")) for number, words in enumerate(FIRST_ITEMS, start=1)]
    last = Row(str(len(first) + len(lines) + 1), (LAST_ITEM, ""))
    rows = (*first, *(Row(str(one.place), (_item_words(one), _papers(one))) for one in lines), last)
    return Paper(
        title="Agenda",
        committee=committee,
        about=_when(meeting, rule, "Meeting"),
        made_on=viewer.today,
        warning=CONFIDENTIAL,
        tables={"agenda": Table("Agenda", ("Item", "What", "Papers"), rows, words=True)},
    )


def minute_paper(tx: Connection, meeting: Meeting, rule: BodyRule, committee: str, viewer: Viewer) -> Paper:
    """The minute as a paper for one reader; a draft until a later meeting approves it."""
    known = people(tx, rule)
    lines = [one for one in item_lines(tx, meeting, rule, viewer, known) if not one.item.left_out]
    approved = approved_at(tx, meeting)
    told = {
        "present": _named("Present", known, meeting.present),
        "attending": _named("In attendance", known, meeting.attending),
        "apologies": _named("Apologies for absence", known, meeting.apologies),
        "interests": tuple(_interests(meeting, lines, known)),
        **{f"item_{one.item.id}": tuple(_of_item(tx, one)) for one in lines},
    }
    return Paper(
        title="Minute",
        committee=committee,
        about=_when(meeting, rule, "Meeting held" if meeting.attendance else "Meeting"),
        made_on=viewer.today,
        warning=CONFIDENTIAL if approved else DRAFT,
        opening=(f"Approved at the meeting of {spoken(approved.on)}.",) if approved else (),
        told={name: words for name, words in told.items() if words},
    )


def approved_at(tx: Connection, meeting: Meeting) -> Meeting | None:
    """The meeting at which a minute was approved; None where none has."""
    return next((one for one in meetings.every(tx, meeting.body) if _approves(one, meeting.number)), None)


def _approves(later: Meeting, number: int) -> bool:
    about = str(number)
    return any(one.kind == "minute" and one.about == about and one.outcome == "noted" for one in later.items)


def _when(meeting: Meeting, rule: BodyRule, what: str) -> str:
    place = f", {meeting.place}" if meeting.place else ""
    return f"{rule.label}. {what} on {full_weekday(meeting.on)}{place}"


def _item_words(one: ItemLine) -> str:
    back = f". {one.back}" if one.back else ""
    added = f" ({one.item.added})" if one.item.added and not one.shut else ""
    return f"{one.title}{added}{back}"


def _papers(one: ItemLine) -> str:
    return "" if one.shut or not one.item.ref else pack_name(one)


def pack_name(one: ItemLine) -> str:
    """The name of the file of an item's papers, as it is attached to the agenda."""
    return f"{one.place:02}-{one.item.ref}.pdf"


def _named(heading: str, known: People, who: tuple[str, ...]) -> tuple[Told, ...]:
    return tuple(Told(heading, known.name_of(one)) for one in who)


def _interests(meeting: Meeting, lines: list[ItemLine], known: People) -> Iterator[Told]:
    """The interests declared; that one was lifted is said where that was before the meeting was closed."""
    for line in lines:
        for one in line.item.interests if not line.shut else ():
            then = one.lifted_on is not None and (meeting.closed_on is None or one.lifted_on <= meeting.closed_on)
            lifted = f" Lifted on {spoken(one.lifted_on)}: {one.lifted}" if then else ""
            said = f"{known.name_of(one.who)}, item {line.place}: {one.reason}{lifted}"
            yield Told("Declarations of interest", said)


def _of_item(tx: Connection, line: ItemLine) -> Iterator[Told]:
    under = f"{line.place}. {line.title}"
    if line.shut:
        yield Told(under, "What was recorded of it is shut to the reader of this copy.")
        return
    yield from (Told(under, said) for said in _said(tx, line.item))


def _said(tx: Connection, item: AgendaLine) -> Iterator[str]:
    """What is on record of an item, a sentence each."""
    if item.outcome == "decided":
        yield from _decision(tx, item)
    elif item.outcome == "noted":
        word = "Approved" if item.kind == "minute" else "Noted"
        yield f"{word}: {item.note}" if item.note else f"{word}."
    elif item.outcome == "put_off":
        yield f"Put off: {item.note}"
    elif item.outcome == "not_reached":
        yield "Not reached."
    else:
        yield "Nothing is recorded of it yet."


def _decision(tx: Connection, item: AgendaLine) -> Iterator[str]:
    case = cases.find(tx, item.ref, to_change=False)
    line = next(one for one in history_page(tx, case).entries if one.entry.sequence == item.entry)
    move = case.procedure.moves.get((line.entry.source, line.entry.trigger))
    yield f"Decided: {first_up(move.outcome or move.label) if move else line.says}"
    if line.entry.reason:
        yield f"Reason: {line.entry.reason}"
    yield from (f"{one.label}: {one.words}" for one in line.recorded)
    there = f"{counted(item.counted, 'member')} present who had declared no interest in this item"
    yield f"{there}; the quorum is {item.quorum}." if item.quorum is not None else f"{there}."
    yield f"Entry {item.entry} of the history of {item.ref}."
