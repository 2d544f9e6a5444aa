"""A meeting as a page: its agenda in order, what became of each item, and what can be decided now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from config.meetings import BodyRule
from records import cases, meetings
from records.cases import Case
from records.need_to_know import interests_of, out_of_sight
from states.errors import DAMAGED, StorageTrouble
from states.meetings import AgendaLine, Interest, Meeting
from states.words import counted, first_up, spoken
from workflows.views.before_a_body import KINDS, open_steps
from workflows.views.json_names import UNWRITTEN
from workflows.views.meeting_people import People, may_prepare, may_see, people
from workflows.views.next_steps import StepLine
from workflows.views.viewer import Viewer

FIRST_ITEMS = ("Apologies for absence", "Declarations of interest")
"""What every agenda begins with; the items that are recorded one by one come after."""

SHUT = "An item in which you declared an interest: its papers are shut to you"
MATTERS_ARISING = "Matters arising"
KEPT = "An item that is kept to named people"
OUTCOMES = {
    "": "Not taken yet",
    "decided": "Decided",
    "noted": "Noted",
    "put_off": "Put off",
    "not_reached": "Not reached",
}


@dataclass(frozen=True)
class ItemLine:
    """One item as whoever looks sees it. `place` is its number on the agenda, `shut` that its papers are not theirs.

    `became` says what became of it, `moved_on` that its case no longer stands where it did when the agenda was drafted.
    `steps` are those that the body can take now.
    """

    place: int
    item: AgendaLine
    title: str
    heading: str
    shut: bool
    became: str
    back: str
    interests: tuple[str, ...]
    moved_on: str = ""
    steps: tuple[StepLine, ...] = field(default=(), metadata=UNWRITTEN)


@dataclass(frozen=True)
class MeetingPage:
    """A meeting, its items in order with their numbers, those left out, and who was there by name."""

    meeting: Meeting
    label: str
    lines: tuple[ItemLine, ...]
    left_out: tuple[ItemLine, ...]
    present: tuple[str, ...]
    apologies: tuple[str, ...]
    attending: tuple[str, ...]
    quorum: int | None
    prepares: bool
    stands: str

    @property
    def first_items(self) -> tuple[str, ...]:
        """What the agenda begins with."""
        return FIRST_ITEMS


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in the list of meetings."""

    number: int
    label: str
    meeting: Meeting = field(metadata=UNWRITTEN)
    stands: str
    items: int


STANDS = {"draft": "Draft agenda", "sent": "Agenda sent", "held": "Being held", "closed": "Closed"}


def found_for(tx: Connection, number: int, viewer: Viewer) -> Meeting:
    """A meeting that whoever looks may see. Raises NotFound for any other."""
    found = meetings.find(tx, number)
    if not may_see(found, viewer):
        raise meetings.no_such_meeting(number)
    return found


def meeting_list(tx: Connection, rules: dict[str, BodyRule], viewer: Viewer) -> tuple[MeetingLine, ...]:
    """The meetings whoever looks may see, the newest first."""
    return tuple(
        MeetingLine(one.number, rules[one.body].label, one, STANDS[one.status], len(one.agenda))
        for one in meetings.every(tx)
        if may_see(one, viewer)
    )


def meeting_page(tx: Connection, meeting: Meeting, rule: BodyRule, viewer: Viewer) -> MeetingPage:
    """A meeting as whoever looks sees it."""
    known = people(tx, rule)
    lines = tuple(item_lines(tx, meeting, rule, viewer, known))
    return MeetingPage(
        meeting,
        rule.label,
        tuple(one for one in lines if not one.item.left_out),
        tuple(one for one in lines if one.item.left_out),
        known.names(meeting.present),
        known.names(meeting.apologies),
        known.names(meeting.attending),
        rule.quorum,
        may_prepare(meeting.body, viewer.actor.role),
        STANDS[meeting.status],
    )


def item_lines(tx: Connection, meeting: Meeting, rule: BodyRule, viewer: Viewer, known: People) -> Iterator[ItemLine]:
    """The items of a meeting as whoever looks sees them, in order; those that were left out have no number."""
    account = viewer.actor.account
    hidden = out_of_sight(tx, account, {one.ref for one in meeting.items if one.ref})
    declared = interests_of(tx, account)
    place = len(FIRST_ITEMS)
    for item in meeting.items:
        place += not item.left_out
        number, shut = 0 if item.left_out else place, item.ref in hidden
        if shut:
            title = SHUT if item.ref in declared else KEPT
            yield ItemLine(number, item, title, KINDS[item.kind], shut=True, became="", back="", interests=())
            continue
        moved, open_now = _now(tx, item, rule, viewer) if not item.outcome and meeting.status != "closed" else ("", ())
        yield ItemLine(
            number,
            item,
            item.title,
            MATTERS_ARISING if item.back else KINDS[item.kind],
            shut=False,
            became=OUTCOMES[item.outcome],
            back=back_words(tx, item),
            interests=tuple(interest_words(one, known) for one in item.interests),
            moved_on=moved,
            steps=open_now,
        )


def back_words(tx: Connection, item: AgendaLine) -> str:
    """At which meeting an item was put off or not reached; empty for one that is new."""
    if not item.back:
        return ""
    when = spoken(meetings.find(tx, item.back).on)
    how = "Put off" if item.back_as == "put_off" else "Not reached"
    return f"{how} at the meeting of {when}{f': {item.back_why}' if item.back_why else ''}"


def interest_words(one: Interest, known: People) -> str:
    """Who declared an interest and what it is; and where it was lifted, when and why."""
    lifted = f" (lifted on {spoken(one.lifted_on)}: {one.lifted})" if one.lifted_on else ""
    return f"{known.name_of(one.who)}: {one.reason}{lifted}"


def quorum_words(rule: BodyRule) -> str:
    """What the committee asks for at a decision; that it asks for nothing where it has set nothing."""
    if rule.quorum is None:
        return "No quorum is set in the committee's file: decisions are taken by whoever is there."
    return f"A decision needs {counted(rule.quorum, 'member')} who declared no interest in it."


def _now(tx: Connection, item: AgendaLine, rule: BodyRule, viewer: Viewer) -> tuple[str, tuple[StepLine, ...]]:
    """Whether the case of an item has moved on, in words, and the steps that the body can take now."""
    if item.kind not in {"decision", "report", "recommendation", "hold"}:
        return "", ()
    try:
        case = cases.find(tx, item.ref, to_change=False)
    except StorageTrouble:
        raise
    except DAMAGED:  # a task says so
        return "", ()
    if item.kind == "hold":
        return ("The hold has ended." if _has_ended(case, item.about) else ""), ()
    if case.dossier.state != item.about:
        label = case.procedure.label_of("states", case.dossier.state)
        return f"The case has moved on: it stands in {first_up(label)}.", ()
    return "", tuple(one for one in open_steps(case, rule, viewer) if one.possible)


def _has_ended(case: Case, hold: str) -> bool:
    found = case.dossier.pauses.get(hold)
    return found is None or found.ended
