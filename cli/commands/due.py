"""Counting one date, and showing how it was counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option

from cli.options import EditionName, day, look
from cli.output import answer, heading, pairs, say, spoken, table
from cli.session import Session, guidance
from cli.session import calendar as calendar_named
from states.words import away, utc_day_and_time

if TYPE_CHECKING:
    from states.deadlines import Due
    from states.limits import Stop
    from states.procedure import Procedure
    from states.timescales import Timescale

Rule = Annotated[str, Argument(metavar="TIMESCALE", help="A time limit of the edition (cairn procedure show EDITION).")]
Start = Annotated[date, Option("--from", parser=day, metavar="DATE", help="The day the clock starts: day 0.")]
Counted = Annotated[str, Option("--calendar", metavar="NAME", help="Count by this calendar instead of the edition's.")]
Owing = Annotated[
    str, Option("--owed-by", metavar="AGENCY", help="Count by the calendar of this agency, if it has one.")
]
Pauses = Annotated[
    list[str] | None,
    Option(
        "--pause", metavar="FROM..TO", help="A hold: FROM is the first day not counted, TO the first counted again."
    ),
]
More = Annotated[list[int] | None, Option("--extend", metavar="N", min=1, help="Time granted, in days of the limit.")]


@look
def due(
    session: Session,
    edition: EditionName,
    timescale: Rule,
    start: Start,
    by: Counted = "",
    of: Owing = "",
    pause: Pauses = None,
    extend: More = None,
) -> None:
    """Count a date, and show how: the anchor, every day not counted and why, the source.

    A hold that still runs is written FROM.. with no end.
    """
    from states import deadlines
    from states.limits import Allowance

    procedure = guidance(edition)
    rule = _rule(procedure, timescale)
    limit = rule.length()
    stops = tuple(_stop(written) for written in pause or ())
    more = tuple(Allowance(count, "as asked", "whoever granted it") for count in extend or ())
    if limit is None:
        answer(_unset(procedure, rule), lambda _: _tell_unset(procedure, rule), as_json=session.as_json)
        return
    counted_by = calendar_named(by or procedure.calendar_of(rule, of.strip()))
    found = deadlines.due(start, limit, counted_by, stops, more, session.today)
    answer(
        _facts(procedure, rule, found),
        lambda facts: _tell(procedure, rule, found, facts, session.today),
        as_json=session.as_json,
    )


def _rule(procedure: Procedure, name: str) -> Timescale:
    from states.errors import NotFound

    if name not in procedure.timescales:
        known = ", ".join(procedure.timescales)
        raise NotFound(f"{procedure.name} has no time limit {name[:60]!r}: it has {known}.")
    return procedure.timescales[name]


def _stop(written: str) -> Stop:
    from states.limits import Stop

    first, dots, last = written.partition("..")
    if not dots:
        raise BadParameter(f"write a hold as FROM..TO, or FROM.. while it runs, not {written[:40]!r}.")
    starts, ends = day(first), day(last) if last else None
    if ends is not None and ends < starts:
        raise BadParameter(f"the hold {written} would end before it starts: check the two dates.")
    return Stop(starts, ends, "whoever ordered it", "hold")


def _facts(procedure: Procedure, rule: Timescale, found: Due) -> dict[str, Any]:
    from config.phrases import loosened_words

    return {
        "due": found.due,
        "original": found.original,
        "counted": found.counted,
        "calendar": found.asked[2].name,
        "receipt": [{"day": one.day, "counted": one.counted, "why": one.why} for one in found.receipt],
        "basis": rule.basis,
        "citation": citation(procedure, rule),
        **({"loosened": loosened} if (loosened := loosened_words(rule)) else {}),
    }


def _unset(procedure: Procedure, rule: Timescale) -> dict[str, Any]:
    return {
        "due": None,
        "original": None,
        "counted": 0,
        "calendar": None,
        "receipt": [],
        "basis": rule.basis,
        "citation": citation(procedure, rule),
    }


def citation(procedure: Procedure, rule: Timescale) -> str:
    """Where a time limit is written: each source by its name in the edition and its title."""
    return "; ".join(f"{one}: {procedure.sources[one].title}" for one in rule.cite if one in procedure.sources)


def _tell_unset(procedure: Procedure, rule: Timescale) -> None:
    heading(f"{rule.label}: no limit set: ask your committee")
    pairs(_sources(procedure, rule))


def _tell(procedure: Procedure, rule: Timescale, found: Due, facts: dict[str, Any], today: date) -> None:
    from config.phrases import anchor_words, limit_words, loosened_words

    when = f"due {spoken(found.due)}" if found.due else "held: no date while the hold runs"
    calendar = found.asked[2]
    left = f", {away((found.due - today).days)}" if found.due else ""
    heading(f"{rule.label}: {when}{left}")
    changed = spoken(found.original) if found.original != found.due else ""
    pairs(
        [
            ("Limit", f"{limit_words(rule)} from {anchor_words(procedure, rule)}"),
            ("Calendar", f"{calendar.name}: {calendar.label}"),
            ("First date", changed),
            ("If the hold ended today", spoken(found.if_pause_ended_today)),
            ("At", utc_day_and_time(found.due_at) if found.due_at else ""),
            ("Could change", found.provisional_why),
            *_sources(procedure, rule),
        ]
    )
    if loosened := loosened_words(rule):
        say(f"  {loosened}", "warn")
    say()
    rows = [(spoken(one["day"]), "counted" if one["counted"] else "-", one["why"]) for one in facts["receipt"]]
    styles = ["" if one["counted"] else "quiet" for one in facts["receipt"]]
    table(("Day", "", "Why"), rows, styles=styles, whole=(0, 1))


def _sources(procedure: Procedure, rule: Timescale) -> list[tuple[str, str]]:
    return [("Basis", rule.basis), ("Citation", citation(procedure, rule)), ("Note", rule.note)]
