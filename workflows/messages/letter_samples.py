"""Invented cases for the page of letters: an edition, with one request, item, hold or date; none was ever kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from config.settings import calendar
from records.cases import Case
from states.dossier import About, Asked, Climbed, Deadline, Dossier, Item, Mark, Paused
from states.entry import Actor, Entry, EntryKind
from states.procedure import Procedure
from states.steps import Field, Transition

AGENCY, OTHER = "NHS Fife", "Police Scotland"
ASKED, DUE, TODAY = date(2026, 3, 3), date(2026, 3, 17), date(2026, 3, 25)


def owing(procedure: Procedure, name: str, climbed: Iterable[int] = ()) -> Case:
    """A case on which one date runs, with what it is the date of."""
    case, (about, of) = case_of(procedure), procedure.belonging.get(name, ("", ""))
    if about == "request":
        case = with_request(case, of, name)
    elif about == "item":
        case = with_item(case, of, name)
    else:
        dated = {name: _date(name, "P1" if about else "", about="hold" if about else "")}
        case = put(case, case.dossier.but(pauses=_pause(procedure, of), deadlines=dated))
    (key, deadline), *_ = case.dossier.deadlines.items()
    marks = tuple(Climbed(due_on=DUE, rung=number) for number in climbed)
    return put(case, case.dossier.but(deadlines={key: deadline.but(climbed=marks)}))


def _pause(procedure: Procedure, kind: str) -> dict[str, Paused]:
    authority = next(iter(procedure.authorities), "")
    return {"P1": Paused(id="P1", kind=kind, authority=authority, starts=ASKED)} if kind else {}


def with_request(case: Case, name: str, timescale: str) -> Case:
    """The case with a request made, its scope recorded, and the date it is answered by."""
    rule = case.procedure.requests[name]
    into = [move for move in case.procedure.transitions if move.dest in rule.states and move.dest not in move.source]
    fields = {one.name: _answer(one) for move in into[:1] for one in move.fields}
    asked = Asked(id="R1", request=name, agency=AGENCY, asked_on=ASKED)
    change: dict[str, Any] = {"requests": {"R1": asked}, "fields": fields, "done": _done(into[:1])}
    if timescale:
        change["deadlines"] = {f"{timescale}/R1": _date(timescale, "R1", AGENCY, "request")}
    return put(case, case.dossier.but(**change))


def _done(moves: Iterable[Transition]) -> dict[str, Mark]:
    return {move.trigger: Mark(on=ASKED, sequence=1) for move in moves}


def with_item(case: Case, name: str, timescale: str) -> Case:
    """The case with an item in a register, and its date."""
    fields = {one.name: _answer(one) for one in case.procedure.registers[name].fields}
    rule = case.procedure.timescales.get(timescale)
    owed_by = AGENCY if rule is not None and rule.owner == "agency" else ""
    dates = {f"{timescale}/A1": _date(timescale, "A1", owed_by, "item")} if timescale else {}
    item = Item(id="A1", kept_in=name, on=ASKED, by="", sequence=1, fields=fields)
    return put(case, case.dossier.but(items={"A1": item}, deadlines=dates))


def _answer(one: Field) -> Any:
    """What somebody might have recorded in a field of free words."""
    asked = "a short account of what you did in the last two years, and a first thought on it"
    done = "a half day of training for every supervisor"
    return {"text": done if one.name == "text" else asked}.get(one.kind, "")


def timescale_of(procedure: Procedure, *, request: str = "", items: str = "") -> str:
    """The date that hangs on a request or on the items of a register; "" where there is none."""
    rules = procedure.timescales.items()
    return next(
        (name for name, rule in rules if (rule.anchor.request or "", rule.anchor.register or "") == (request, items)),
        "",
    )


def dates(procedure: Procedure, names: Iterable[str]) -> dict[str, Deadline]:
    """Dates that run, by their names."""
    return {name: _date(name) for name in names if name in procedure.timescales}


def _date(timescale: str, subject: str = "", agency: str = "", about: About = "") -> Deadline:
    key = f"{timescale}/{subject}" if subject else timescale
    dates = {"anchor_on": ASKED, "opened_on": ASKED, "due_on": DUE, "original_on": DUE}
    return Deadline(key=key, timescale=timescale, subject=subject, about=about, agency=agency, since=1, **dates)


def moved(case: Case, key: str) -> Case:
    """The case with a date a week later than it was at first."""
    later = case.dossier.deadlines[key].but(due_on=date(2026, 3, 24))
    return put(case, case.dossier.but(deadlines={key: later}))


def case_of(procedure: Procedure, state: str = "", **parts: Any) -> Case:
    """A case under an edition, with nothing on it but what is given."""
    here = state or next(iter(procedure.states))
    said = (
        {"text": "Train every supervisor in how to chair a strategy meeting"}
        if procedure.subject == "recommendation"
        else {}
    )
    known = {"fields": said, "lead": "L. Officer", "notifier": OTHER, "agencies": (AGENCY, OTHER), "opened_on": ASKED}
    dossier = Dossier(ref=f"{procedure.prefix}-2026-0001", edition=procedure.name, digest="", state=here, **known)
    return Case(0, "", dossier.but(**parts), procedure, {procedure.calendar: calendar(procedure.calendar)})


def put(case: Case, dossier: Dossier) -> Case:
    """The case with another dossier."""
    return Case(case.id, case.head, dossier, case.procedure, case.calendars)


def entry(
    kind: EntryKind, data: dict[str, Any], reason: str = "", *, role: str = "lead_officer", agency: str = ""
) -> Entry:
    """An entry of its history."""
    at = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    actor = Actor(name="L. Officer", role=role, agency=agency)
    on = TODAY if kind == "pause_ended" else at.date()
    return Entry(kind=kind, actor=actor, happened_on=on, recorded_at=at, sequence=1, reason=reason, data=data)
