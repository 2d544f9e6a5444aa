"""The page of a case: where it stands, who is on it, its dates, what can be done now and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from config.phrases import quiet_words
from records import queries, recommendations
from records.cases import Case
from records.recommendations import Recommendation
from records.role_holders import on_case
from states.dossier import Asked, Dossier, Extension, Item, Paused
from states.identity import is_same_person
from states.next_step import NextStep
from states.procedure import LEAD, Procedure
from states.words import first_up, many, spoken
from workflows.views import next_steps
from workflows.views.answer_words import Recorded, form_of, in_words, recorded
from workflows.views.case_dates import DateLine, dates_of
from workflows.views.case_list import waiting_on
from workflows.views.json_names import FLAT, UNWRITTEN, written_as
from workflows.views.next_steps import StepLine
from workflows.views.outcome import MessageLine, TaskLine, message_line, task_line
from workflows.views.sentences import more_time, owed_date
from workflows.views.viewer import Viewer


@dataclass(frozen=True)
class RequestLine:
    """Information asked of an agency; `said` is what it said about it while it is open."""

    asked: Asked = field(metadata=FLAT)
    label: str
    said: str


@dataclass(frozen=True)
class HoldLine:
    """A hold, with all that is to be said about it in one line."""

    pause: Paused = field(metadata=FLAT)
    words: str


@dataclass(frozen=True)
class ExtensionLine:
    """More time asked for on a date; `lapsed` says why nobody need decide on it any more.

    `own`: whoever looks asked for it, so that somebody else decides.
    """

    extension: Extension = field(metadata=FLAT)
    status: str
    lapsed: str
    label: str
    more: str
    own: bool = field(default=False, metadata=UNWRITTEN)


@dataclass(frozen=True)
class ItemLine:
    """An item of a list that is kept on a case: the label of its list, whether it is open, and what it holds."""

    item: Item = field(metadata=FLAT)
    register: str
    stands: str
    words: str


@dataclass(frozen=True)
class DraftLine:
    """A message that was drafted and waits for a yes; `about` is the date it is about."""

    letter: MessageLine = field(metadata=FLAT)
    about: str


@dataclass(frozen=True)
class CasePage:
    """Everything the page of a case shows, at one time, for one viewer. Dates are those of Scotland."""

    ref: str
    edition: str
    state: str
    version: int
    opened_on: date | None
    closed_on: date | None
    lead: str
    deputy: str
    agencies: tuple[str, ...]
    named: Mapping[str, Sequence[str]]
    children: int
    whom: str = field(metadata=UNWRITTEN)
    officer: str = field(metadata=UNWRITTEN)
    office: str = field(metadata=UNWRITTEN)
    erased: bool
    links: Mapping[str, str]
    review: str
    stands: str
    phase: str
    since: date | None
    waiting_on: tuple[str, ...]
    recorded: tuple[Recorded, ...]
    requests: tuple[RequestLine, ...]
    holds: tuple[HoldLine, ...]
    extensions: tuple[ExtensionLine, ...]
    items: tuple[ItemLine, ...]
    recommendations: tuple[Recommendation, ...]
    dates: tuple[DateLine, ...]
    can: tuple[StepLine, ...]
    cannot: tuple[StepLine, ...]
    others: tuple[NextStep, ...] = field(metadata=written_as("else"))
    tasks: tuple[TaskLine, ...]
    drafts: tuple[DraftLine, ...]


def case_page(tx: Connection, case: Case, viewer: Viewer) -> CasePage:
    """The page of a case as it is now, its steps for the viewer's role or else for whoever may take them."""
    viewer = viewer.on(tx, case).in_days_of(case.procedure)
    dossier, procedure, viewer = case.dossier, case.procedure, viewer.known_in(tx)
    state, entered = procedure.states.get(dossier.state), dossier.entered.get(dossier.state)
    steps, known = next_steps.steps(case, viewer), on_case(case)
    return CasePage(
        ref=dossier.ref,
        edition=dossier.edition,
        state=dossier.state,
        version=dossier.version,
        opened_on=dossier.opened_on,
        closed_on=dossier.closed_on,
        lead=dossier.lead,
        deputy=dossier.deputy,
        agencies=dossier.agencies,
        named={known.labels[role]: names for role, names in known.named.items()},
        children=dossier.children,
        whom=first_up(many(procedure.subject, 2)) if procedure.kind == "case" else "",
        officer=first_up(procedure.label_of("roles", LEAD)),
        office=procedure.office,
        erased=dossier.erased,
        links=dossier.links,
        review=first_up(procedure.review),
        stands=dossier.closed_as or procedure.label_of("states", dossier.state),
        phase="closed" if dossier.closed_as else state.phase if state else "",
        since=entered.on if entered else None,
        waiting_on=waiting_on(procedure, dossier, viewer.today),
        recorded=tuple(recorded(procedure.recordable, dossier.fields)),
        requests=tuple(_request(procedure, one, viewer.today) for one in dossier.requests.values()),
        holds=tuple(HoldLine(one, _hold(case, one, viewer)) for one in dossier.pauses.values()),
        extensions=tuple(_extension(case, one, viewer) for one in dossier.extensions.values()),
        items=tuple(_items(procedure, dossier)),
        recommendations=tuple(recommendations.of_case(tx, case.ref)),
        dates=dates_of(case, viewer),
        can=tuple(one for one in steps if one.possible),
        cannot=tuple(one for one in steps if not one.possible),
        others=next_steps.others(case, viewer),
        tasks=tuple(task_line(row, case) for row in queries.tasks_on(tx, case.id)),
        drafts=tuple(_drafts(tx, case)),
    )


def _drafts(tx: Connection, case: Case) -> Iterator[DraftLine]:
    for row in queries.held(tx, case.id):
        yield DraftLine(message_line(row), owed_date(case.procedure, case.dossier.deadlines[row["deadline_key"]]))


def _request(procedure: Procedure, asked: Asked, today: date) -> RequestLine:
    said = quiet_words(asked.acknowledged_on, asked.promised_on, asked.quiet_until, today)
    return RequestLine(asked, procedure.label_of_asked(asked.request, asked.item), said)


def _extension(case: Case, asked: Extension, viewer: Viewer) -> ExtensionLine:
    procedure, dossier = case.procedure, case.dossier
    lapsed = dossier.lapsed(asked)
    return ExtensionLine(
        asked,
        "lapsed" if lapsed else asked.status,
        lapsed,
        owed_date(procedure, dossier.deadlines[asked.deadline]),
        more_time(procedure, asked.deadline, asked.count),
        bool(viewer.actor.name) and is_same_person(viewer.actor, asked.asked_by, asked.asked_account),
    )


def _hold(case: Case, pause: Paused, viewer: Viewer) -> str:
    until = f"until {spoken(pause.ends)}" if pause.ends else "until further notice"
    if pause.event and not pause.ends:
        until = f"until {case.procedure.said('events', pause.event)}"
    clocks = ", ".join(case.procedure.said("timescales", name) for name in pause.stops)
    begun = pause.ended or pause.starts <= viewer.today
    stands = "runs" if pause.runs_on(viewer.today) else "over" if begun else "to come"
    authority = case.procedure.authorities.get(pause.authority, pause.authority)
    stopped = f"stops {clocks}" if clocks else "stops no clock"
    return f"{pause.id} ({stands}): {pause.label}, from {spoken(pause.starts)} {until}, {authority}; {stopped}"


def _items(procedure: Procedure, dossier: Dossier) -> Iterator[ItemLine]:
    for item in dossier.items.values():
        form = form_of(procedure.registers.get(item.kept_in))
        words = "; ".join(in_words(form.get(name), value) for name, value in item.fields.items())
        stands = "ended" if item.ended else "open"
        yield ItemLine(item, procedure.label_of("registers", item.kept_in), stands, words)
